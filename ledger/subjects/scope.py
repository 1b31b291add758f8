"""Scopes: for which models, on which surfaces and in whose environments something holds (DOMAIN §4.5).

::

    {"environments":["own","partner-cloud"],"models":["heron-4","heron-4.1"],"surfaces":["*"]}

1. ``*`` must cover every model (surface), also later ones, and be covered by ``*`` alone.
2. A question without a surface (storing, training) must be covered by any surfaces.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final

from ledger.subjects.payload import SlugOrAll, Text

ALL: Final = "*"


@dataclass(frozen=True, slots=True)
class Scope:
    """Models and surfaces, each by name or ``*``. `environments`: whose machines, third parties' included."""

    models: tuple[SlugOrAll, ...]
    surfaces: tuple[SlugOrAll, ...]
    environments: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """One model on one surface in one environment; None where that is not asked about."""

    model: str
    surface: str | None = None
    environment: str | None = None


def covers(scope: Scope, point: Point) -> bool:
    """Whether the scope reaches the point."""
    return (
        _among(point.model, scope.models)
        and (point.surface is None or _among(point.surface, scope.surfaces))
        and (point.environment is None or point.environment in scope.environments)
    )


def points(scope: Scope) -> Iterator[Point]:
    """Every model, surface and environment that a scope names."""
    for model, surface, environment in product(scope.models, scope.surfaces, scope.environments or (None,)):
        yield Point(model, surface, environment)


def _among(asked: str, named: Collection[str]) -> bool:
    return asked in named or ALL in named
