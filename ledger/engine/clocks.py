"""Clocks: every duty with a time, derived from the policy's data and the record (DOMAIN §6).

::

    clocks(view)    [Clock(rule="R22-C-MONTH", about="heron-4", modality="should", starts_at="2025-02-17T…Z",
                           due="2025-03-17T…Z", state="met_late", late=P3D, …), …]

1. A clock is met in time only if what completes it happened by then, and stands on the record within the house's time
   for late entries or has evidence behind it that somebody else dated; else it is ``met_unproven``, never ``met``.
2. Completed late is ``met_late`` by so much, whatever the reason.
3. `every` must start again at completion and not at the old due date; before any completion it runs from founding.
4. Clocks keep running across a policy change that keeps the duty; a round that began under the older version keeps its
   period, and the next one has the new.
5. By effective compute an assessment must be opened within the house's time from the recording of the measurement.
6. House clocks are ``should``, and never stand beside a clock of the policy that is met by the same moment.
7. What may be done is no duty: ``may`` and what nothing started yet is ``not_applicable``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal

from ledger.engine.calendar import add, late_by, overdue_at, subtract
from ledger.engine.house import house
from ledger.engine.in_force import governing
from ledger.engine.moments import Occurrence
from ledger.engine.rounds import Has, Round, duties, rounds
from ledger.policy.duration import Duration
from ledger.policy.house_clocks import HouseClock, house_clocks
from ledger.policy.rules import Clock as Rule
from ledger.policy.rules import duty
from ledger.policy.schema import Policy
from ledger.policy.words import Modality, Tolerance
from ledger.record.fields import instant
from ledger.register import View

State = Literal["running", "due_soon", "met", "met_late", "met_unproven", "overdue", "not_applicable"]
OPEN: Final = frozenset(("running", "due_soon", "overdue"))


@dataclass(frozen=True, slots=True)
class Clock:
    """One round of a duty. `about`: a model or a standard, empty where it is about all; `met_by`: an entry.

    `due` is the end of the period (of a calendar period its last day counts whole), `overdue_at` the first instant
    after it; `late`: by how much it is or was missed; `target`: what the text aims at inside the period; `approximate`:
    the text itself says "approximately"; `house`: a rule of the house, not of the policy;
    `exact`: hours count, not days.
    """

    id: str
    rule: str
    modality: str
    about: str
    state: State
    text: str
    ref: str
    house: bool
    approximate: bool = False
    starts_at: str | None = None
    started_by: int | None = None
    due: str | None = None
    overdue_at: str | None = None
    target: str | None = None
    met_by: int | None = None
    met_at: str | None = None
    exact: bool = False
    late: Duration | None = None
    recorded_late: Duration | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN


def clocks(view: View) -> list[Clock]:
    """Every round of every clock; first the open ones, by due date."""
    found = [x for source in SOURCES for x in source(view)]
    return sorted(found, key=lambda x: (not x.open, x.due or "", x.rule, x.about))


def of_policy(view: View) -> Iterator[Clock]:
    """The clocks of the policy in force."""
    policy = governing(view)
    for rule in duties(policy) if policy else ():
        yield from _clocks(view, rule, partial(_has, rule), of_house=False)


def of_house(view: View) -> Iterator[Clock]:
    """The clocks of the house, where the policy has none that is met by the same moment."""
    policy = governing(view)
    for own in house_clocks():
        if policy and _fills(own, policy):
            yield from _clocks(view, own.clock, partial(_fills, own), of_house=True)


SOURCES: Final[tuple[Callable[[View], Iterator[Clock]], ...]] = (of_policy, of_house)
"""Where clocks come from; a subject with clocks of its own adds one."""


def clock(view: View, rule: Rule, found: Round, *, of_house: bool) -> Clock:
    """A round as a clock."""
    by, target = found.period, rule.target if isinstance(rule.target, Duration) else None
    late = late_by(found.at, by, found.done.at if found.done else view.now)
    return replace(
        _idle(rule, of_house),
        id=f"{duty(rule.id)}/{found.about or 'all'}/{found.started_by}",
        about=found.about,
        state=_state(view, found),
        starts_at=found.at,
        started_by=found.started_by,
        due=add(found.at, by),
        exact=by.exact,
        overdue_at=overdue_at(found.at, by),
        target=add(found.at, target) if target else None,
        met_by=found.done.fact.index if found.done else None,
        met_at=found.done.at if found.done else None,
        late=late,
        recorded_late=_recorded_late(view, found.done) if found.done else None,
    )


def _clocks(view: View, rule: Rule, has: Has, *, of_house: bool) -> Iterator[Clock]:
    made = [] if rule.modality is Modality.MAY else rounds(view, rule, has)
    for found in made:
        yield clock(view, rule, found, of_house=of_house)
    if not made:
        yield _idle(rule, of_house)


def _idle(rule: Rule, of_house: bool) -> Clock:
    return Clock(
        id=duty(rule.id),
        rule=rule.id,
        modality=rule.modality,
        about="",
        state="not_applicable",
        text=rule.text,
        ref=rule.ref,
        house=of_house,
        approximate=rule.tolerance is Tolerance.APPROXIMATE,
    )


def _state(view: View, found: Round) -> State:
    by, done = found.period, found.done
    if done is None:
        if view.now >= overdue_at(found.at, by):
            return "overdue"
        soon = Duration.parse(house(view, "due_soon"))
        return "due_soon" if view.now >= subtract(add(found.at, by), soon) else "running"
    if late_by(found.at, by, done.at) is not None:
        return "met_late"
    return "met_unproven" if _recorded_late(view, done) and not done.proven else "met"


def _recorded_late(view: View, done: Occurrence) -> Duration | None:
    """How long after it happened it was recorded, where that is more than the house's time for late entries."""
    if done.recorded_at <= add(done.at, Duration.parse(house(view, "recorded_late"))):
        return None
    return Duration(days=(instant(done.recorded_at).date() - instant(done.at).date()).days)


def _has(rule: Rule, policy: Policy) -> bool:
    return any(duty(x.id) == duty(rule.id) for x in duties(policy))


def _fills(own: HouseClock, policy: Policy) -> bool:
    """Whether a clock of the house counts under a policy: it has none of its own there, and the matter at all."""
    if any(x.met_by == own.clock.met_by for x in duties(policy)):
        return False
    if own.where == "preliminary":
        return policy.assessment is not None and policy.assessment.preliminary is not None
    return own.where is None or policy.rule(own.where) is not None
