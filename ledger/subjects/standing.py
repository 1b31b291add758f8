"""How a standard stands: satisfied for which model on which surface, lapsed, failed or given up (DOMAIN §4.5).

::

    standing(view, "ASL-3-SECURITY", "heron-4", "general")     Standing("ASL-3-SECURITY", "satisfied", rests_on=Fact(…))

1. For a model and a surface the latest decision whose scope covers both must count: a scope extended to one model
   leaves the others as they were.
2. `satisfied` must lapse to `reapproval_due` after the policy's period, for the standards that the policy names.
3. A failure that breaks the standard must stand until a decision that was recorded after it.
4. What the opening position states must count until it is decided, and lapse as a decision of that day would.
5. For storing and training a scope that covers a model must cover those that inherit from it; deploying needs its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.calendar import overdue_at
from ledger.engine.house import period
from ledger.engine.in_force import governing
from ledger.policy.schema import Policy
from ledger.policy.thresholds import Obligation, Threshold
from ledger.register import Fact, View
from ledger.subjects import opening
from ledger.subjects.scope import ALL, Point, Scope, covers

ASSESSED: Final = "safeguard.assessed"
DECIDED: Final = "safeguard.decided"
REAPPROVED: Final = "safeguard.reapproved"
DEGRADED: Final = "safeguard.degraded"
STOOD_DOWN: Final = "safeguard.stood_down"
SATISFIED: Final = "satisfied"
BREAKS: Final = "breaks_standard"
DECISIONS: Final = frozenset((DECIDED, REAPPROVED, STOOD_DOWN))
_SCOPED: Final = DECISIONS | {ASSESSED, DEGRADED}

State = Literal[
    "not_started", "assessed", "satisfied", "not_satisfied", "reapproval_due", "degraded", "stood_down"
]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a standard stands for one model and surface. `until`: when `satisfied` lapses; `rests_on`: what says so."""

    standard: str
    state: State
    rests_on: Fact | None = None
    until: str | None = None

    @property
    def satisfied(self) -> bool:
        """In place, and not lapsed."""
        return self.state == SATISFIED


def standing(
    view: View, standard: str, model: str, surface: str | None = None, forebears: tuple[str, ...] = ()
) -> Standing:
    """The standard for a model on a surface; None asks for storing and training, where those it inherits from count."""
    reached = [Point(name, surface) for name in (model, *forebears)]
    said = view.of_stream(f"safeguard/{standard}")[
        ::-1
    ]  # a stream may be long: look from its end, and no further
    decided = next((x for x in said if x.type in DECISIONS and _reaches(view, x, reached)), None)
    broken = (x for x in said if x.type == DEGRADED and x.data["severity"] == BREAKS)
    later = (x for x in broken if decided is None or x.index > decided.index)
    failure = next((x for x in later if _reaches(view, x, reached)), None)
    if failure is not None:
        return Standing(standard, "degraded", failure)
    if decided is None and (given := _stated(view, standard, Point(model, surface))):
        until = _lapse(view, standard, given.effective_at)
        return Standing(
            standard, "reapproval_due" if until and view.now >= until else "satisfied", given, until
        )
    if decided is None:
        assessed = next((x for x in said if x.type == ASSESSED and _reaches(view, x, reached)), None)
        return Standing(standard, "assessed" if assessed else "not_started", assessed)
    if decided.type == STOOD_DOWN:
        return Standing(standard, "stood_down", decided)
    if decided.data["outcome"] != SATISFIED:
        return Standing(standard, "not_satisfied", decided)
    until = lapses_at(view, decided)
    state: State = "reapproval_due" if until and view.now >= until else "satisfied"
    return Standing(standard, state, decided, until)


def lapses_at(view: View, decided: Fact) -> str | None:
    """The first instant at which a decision on a standard has lapsed; None where it never does."""
    ends = (_lapse(view, decided.data["standard"], decided.effective_at), decided.data.get("valid_until"))
    return min((end for end in ends if end), default=None)


def _lapse(view: View, standard: str, since: str) -> str | None:
    policy = governing(view)
    rule = policy.decisions.safeguards.reapprove if policy and policy.decisions else None
    named = rule is not None and standard in rule.standards
    return overdue_at(since, period(view, rule.every)) if rule and named else None


def _stated(view: View, standard: str, point: Point) -> Fact | None:
    """The founding, where its opening position states the standard for the point."""
    stated = opening.stated(view)
    for one in (stated[1].standards or ()) if stated else ():
        if one.standard == standard and covers(Scope(one.models, one.surfaces), point):
            return stated[0] if stated else None
    return None


def scopes(view: View, fact: Fact) -> list[Scope]:
    """What a fact of a standard covers: its own scope, else, for a reapproval, that of the decisions before it."""
    if fact.type == STOOD_DOWN:
        return [Scope(tuple(fact.data["models"]), (ALL,))]
    own = fact.data.get("scope")
    if own is not None:
        return [Scope(tuple(own["models"]), tuple(own["surfaces"]), tuple(own.get("environments", ())))]
    if fact.type == REAPPROVED:
        return decided_scopes(view, fact.data["standard"], fact.index)
    return [Scope((ALL,), (ALL,))]


def thresholds_needing(policy: Policy, standard: str) -> list[Threshold]:
    """The thresholds that ask for a standard, or for what stands beside the standards."""
    asked = [(t, t.requires) for t in policy.thresholds if t.requires]
    return [t for t, r in asked if standard in r.standards or standard in [x.id for x in r.also]]


def obligation(policy: Policy | None, name: str) -> Obligation | None:
    """What stands beside the standards of a threshold, under this id."""
    asked = (t.requires for t in policy.thresholds if t.requires) if policy else ()
    return next((x for r in asked for x in r.also if x.id == name), None)


def decided_scopes(view: View, standard: str, below: int) -> list[Scope]:
    """The scopes of the decisions on a standard below an entry."""
    earlier = [x for x in view.of_stream(f"safeguard/{standard}") if x.type in (DECIDED, REAPPROVED)]
    return [s for x in earlier if x.index < below and "scope" in x.data for s in scopes(view, x)]


def _reaches(view: View, fact: Fact, asked: list[Point]) -> bool:
    return fact.type in _SCOPED and any(covers(s, p) for s in scopes(view, fact) for p in asked)


def found_met(view: View, standard: str, point: Point) -> dict[str, str]:
    """What the latest assessment that covers the point says of each criterion."""
    said = [x for x in view.of_stream(f"safeguard/{standard}") if x.type == ASSESSED]
    covering = [x for x in said if any(covers(s, point) for s in scopes(view, x))]
    return {c["id"]: c["met"] for c in covering[-1].data["criteria"]} if covering else {}
