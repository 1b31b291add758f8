"""Exceptions as a gate asks for them: which required standard is lowered for a model now (DOMAIN §4.8, §5.8).

An active exception puts another standard, or some criteria of the same, in place of one, inside its scope only.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.engine.exceptions import active, exempt, lowers
from ledger.engine.required import Required
from ledger.register import Fact, View
from ledger.subjects.scope import Point
from ledger.subjects.standing import SATISFIED, Standing, found_met, standing


@dataclass(frozen=True, slots=True)
class Lowered:
    """`fact`: the exception; `to`: the standard that is demanded instead, or criteria of the standard itself."""

    fact: Fact
    standard: str
    to: str | tuple[str, ...]

    def standing(self, view: View, model: str, surface: str | None, before: tuple[str, ...] = ()) -> Standing:
        """How what is demanded instead stands."""
        if isinstance(self.to, str):
            return standing(view, self.to, model, surface, before)
        met = found_met(view, self.standard, Point(model, surface))
        held = all(met.get(name) == "yes" for name in self.to)
        return Standing(self.standard, SATISFIED if held else "not_satisfied", self.fact)


def lowered(view: View, model: str, asked: Required, surface: str | None = None) -> Lowered | None:
    """What an active exception demands of a model instead of a standard; without a surface, for storing."""
    fact = active(view, asked.standard, model, surface)
    if fact is None:
        return None
    to = next(x["to"] for x in fact.data["standards_lowered"] if x["standard"] == asked.standard)
    return Lowered(fact, asked.standard, to if isinstance(to, str) else tuple(to))


def unfinished(
    view: View, model: str, standard: str, surface: str | None = None
) -> tuple[Fact, tuple[str, ...]] | None:
    """A proposed exception that would lower a standard for a model and is not active, and what it still lacks."""
    for one in exempt(view):
        if one.state in ("proposed", "approved") and lowers(one.fact, standard, model, surface):
            return one.fact, one.missing or ("approval",)
    return None
