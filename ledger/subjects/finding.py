"""Findings: what the record shows by itself, derived and never recorded (DOMAIN §7).

A predicate lives with its subject and is a function of a View; ``engine.findings`` asks them all::

    Finding("LINE_KIND_MISMATCH", index=41, since="2025-03-14T…Z", why="AUT-50 is entered as yellow, drawn red")

1. A predicate must depend on the view alone, so it can be asked of any day and any knowledge.
2. A finding must name the entry that it is about, and why in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ledger.register import View


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` as in DOMAIN §7, about entry `index`, open since the entry of `since` (recorded_at)."""

    code: str
    index: int
    since: str
    why: str


Predicate: TypeAlias = Callable[[View], Iterator[Finding]]
