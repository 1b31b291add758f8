"""Commitments as they stand: open, due, met, missed and what became of that (DOMAIN §4.14).

::

    commitments(view)     [Commitment(id="c-pipeline", state="met", due="2025-09-30T23:59:59.999999Z", …), …]
    blocking(view, "deploy")                    those missed whose effect is to block that action

Some open themselves: a material correction of something published must be published too (``republish-<correction>``),
advocacy is committed for an exception (``advocacy-<act>-1``), a reading is to be made clear (``clarify-<reading>``),
and a ``must`` of the policy that is long overdue bites (``bite.<clock>``): it blocks new deployments.

1. What was missed must stay missed until it is met late, excused by the Board, or carried on with the Board's consent.
2. A withdrawn commitment must stay listed; one that blocks is not withdrawn once it is missed.
3. The day named is the last one in time; a recurring one falls due anew from each fulfilment.
4. Only a ``must`` of the policy bites, and only where the house lets it: ``should`` and house rules never do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from ledger.engine.calendar import add, late_by, overdue_at, subtract
from ledger.engine.clocks import clocks
from ledger.engine.house import house
from ledger.engine.in_force import adopted
from ledger.policy.duration import Duration
from ledger.policy.words import Modality
from ledger.record.fields import later
from ledger.register import CORRECTED, Fact, View
from ledger.subjects import exceptions, interpretations

MADE: Final = "commitment.made"
FULFILLED: Final = "commitment.fulfilled"
EXCUSED: Final = "commitment.excused"
WITHDRAWN: Final = "commitment.withdrawn"
PUBLISHED: Final = "publication.recorded"
PUBLICATION_CORRECTED: Final = "publication.corrected"

ADVOCACY: Final = "advocacy-"
"""How ids of commitments begin that open themselves and are fulfilled by word, with evidence."""

_DAY_ENDS: Final = "T23:59:59.999999Z"


@dataclass(frozen=True, slots=True)
class Commitment:
    """One commitment. `cause` is the entry that made it; `due` the last instant in time, None while none is known."""

    id: str
    text: str
    modality: str
    source: str
    owner: str
    effect: str
    cause: Fact
    due: str | None
    state: str
    by: Fact | None
    late: str | None
    derived: bool

    @property
    def missed(self) -> bool:
        """Whether it was missed and nothing came of that yet."""
        return self.state == "missed"


def commitments(view: View) -> list[Commitment]:
    """Every commitment, made or derived, by the entry that made it."""
    return list(_commitments(view))


@lru_cache(maxsize=16)
def _commitments(view: View) -> tuple[Commitment, ...]:
    made = [_recorded(view, x) for x in view.of_type(MADE)]
    derived = (x for ask in DERIVED for x in ask(view))
    return tuple(sorted([*made, *derived], key=lambda x: (x.cause.index, x.id)))


def commitment(view: View, id_: str) -> Commitment | None:
    """The commitment of an id."""
    return next((x for x in commitments(view) if x.id == id_), None)


def blocking(view: View, action: str) -> list[Commitment]:
    """Missed commitments whose effect is to block an action."""
    return [x for x in commitments(view) if x.missed and x.effect == f"blocks_{action}"]


def _recorded(view: View, made: Fact) -> Commitment:
    data = made.data
    done = _of(view, FULFILLED, data["commitment_id"])
    due = _due(view, made, done)
    met = done[0] if done and "every" not in data["due"] else None
    return _standing(
        view,
        id_=data["commitment_id"],
        text=data["text"],
        modality=data["modality"],
        source=data["source"],
        owner=data["owner_role"],
        effect=data["effect_if_missed"],
        cause=made,
        due=due,
        met=met,
        met_at=met.effective_at if met else None,
    )


def _standing(
    view: View, *, id_: str, due: str | None, met: Fact | None, met_at: str | None, **said: Any
) -> Commitment:
    state, by = _state(view, id_, due, met, met_at)
    late = None
    if met_at is not None and due is not None and met_at > due:
        late = str(late_by(due, Duration(days=1), add(met_at, Duration(days=1))) or "") or None
    derived = said["cause"].type != MADE
    return Commitment(id=id_, due=due, state=state, by=by, late=late, derived=derived, **said)


def _state(
    view: View, id_: str, due: str | None, met: Fact | None, met_at: str | None
) -> tuple[str, Fact | None]:
    over = due is not None and view.now > due
    if met is not None and met_at is not None:
        return ("met_late" if due is not None and met_at > due else "met"), met
    excused, withdrawn = _of(view, EXCUSED, id_), _of(view, WITHDRAWN, id_)
    carried = [x for x in view.of_type(MADE) if x.data.get("carries") == id_]
    if excused:
        return "excused", excused[-1]
    if carried:
        return "carried", carried[-1]
    if withdrawn:
        return "withdrawn", withdrawn[-1]
    if over:
        return "missed", None
    soon = due is not None and view.now >= subtract(due, Duration.parse(house(view, "due_soon")))
    return ("due" if soon else "open"), None


def _due(view: View, made: Fact, done: list[Fact]) -> str | None:
    """The last instant in time, as far as it is known."""
    due = made.data["due"]
    if "date" in due:
        return f"{due['date']}{_DAY_ENDS}"
    if "every" in due:
        return last_instant(
            done[-1].effective_at if done else made.effective_at, Duration.parse(due["every"])
        )
    before = due["before_event"]
    met = (
        x.effective_at
        for x in view.of_type(before["type"])
        if x.index > made.index and (before.get("where") or {}).items() <= x.data.items()
    )
    return min(met, default=None)


def last_instant(start: str, by: Duration) -> str:
    """The last instant at which a period is kept: the end of its last day, or the exact instant."""
    return (
        add(start, by) if by.exact else f"{subtract(overdue_at(start, by), Duration(days=1))[:10]}{_DAY_ENDS}"
    )


def _of(view: View, type_: str, id_: str) -> list[Fact]:
    found = [x for x in view.of_type(type_) if x.data["commitment_id"] == id_]
    return sorted(found, key=lambda x: x.index)


def republications(view: View) -> Iterator[Commitment]:
    """A material correction of what was published must be published: ``republish-<correction id>``, by the house."""
    for correction in view.of_type(CORRECTED):
        told = published_before(view, correction)
        if not correction.data["material"] or not told:
            continue
        done = [
            x
            for x in view.of_type(PUBLICATION_CORRECTED)
            if correction.id in x.data["corrections"] and x.data["marked_corrected"]
        ]
        met = min(done, key=lambda x: (x.data["published_at"], x.index), default=None)
        limit = Duration.parse(house(view, "correction_republication"))
        yield _standing(
            view,
            id_=f"republish-{correction.id}",
            text=f"publish the correction of entry {_index(view, correction)} in {', '.join(told)}",
            modality="should",
            source="house",
            owner="RSO",
            effect="none",
            cause=correction,
            due=last_instant(correction.recorded_at, limit),
            met=met,
            met_at=met.data["published_at"] if met else None,
        )


def published_before(view: View, correction: Fact) -> list[str]:
    """The publications that told of an entry when it was corrected, and those that the correction names."""
    told = [
        x.data["publication_id"]
        for x in view.of_type(PUBLISHED)
        if x.index < correction.index and correction.corrects in x.data["covers"]
    ]
    return list(dict.fromkeys([*told, *correction.data["republish"]]))


def _index(view: View, correction: Fact) -> int | None:
    fact = view.get(correction.corrects or "")
    return fact.index if fact else None


def bites(view: View) -> Iterator[Commitment]:
    """A must of the policy overdue by the house's time: it blocks new deployments until it is met or excused."""
    if house(view, "bite") != "on":
        return
    after = Duration.parse(house(view, "bite_after"))
    for clock in clocks(view):
        if clock.house or clock.modality != Modality.MUST or clock.due is None or clock.overdue_at is None:
            continue
        begun = view.register.facts[clock.started_by or 0]
        if (clock.met_at or view.now) < overdue_at(clock.due, after) or begun is None:
            continue
        yield _standing(
            view,
            id_=f"bite.{clock.id.replace('/', '.')}",
            text=clock.text,
            modality=clock.modality,
            source=clock.rule,
            owner="RSO",
            effect="blocks_deploy",
            cause=begun,
            due=later(clock.overdue_at, timedelta(microseconds=-1)),
            met=view.register.facts[clock.met_by] if clock.met_by is not None else None,
            met_at=clock.met_at,
        )


def advocacy(view: View) -> Iterator[Commitment]:
    """What was committed so that an exception could be active: ``advocacy-<event id>-<place>`` (DOMAIN §4.8)."""
    for made in view.of_type(exceptions.ADVOCACY):
        for place, action in enumerate(made.data["actions"], 1):
            id_ = f"{ADVOCACY}{made.id}-{place}"
            done = _of(view, FULFILLED, id_)
            yield _standing(
                view,
                id_=id_,
                text=action["what"],
                modality="must",
                source=f"exception {made.data['exception_id']}",
                owner="CEO",
                effect="none",
                cause=made,
                due=f"{action['due']}{_DAY_ENDS}",
                met=done[0] if done else None,
                met_at=done[0].effective_at if done else None,
            )


def clarifications(view: View) -> Iterator[Commitment]:
    """A reading is to be made clear in the next version, ``clarify-<event id>``: an aim without a day [2.0 7.1.1]."""
    for reading in view.of_type(interpretations.ISSUED):
        later = [a for a in adopted(view) if a.approved and a.approved.index > reading.index]
        met = next((a for a in later if a.holds(view.now)), None)
        since = next((s for s, until in met.spans if s <= view.now < until), None) if met else None
        yield _standing(
            view,
            id_=f"clarify-{reading.id}",
            text=f"make {reading.data['rule']} clear in the next version: {reading.data['question']}"[:500],
            modality="aims",
            source=reading.data["rule"],
            owner="RSO",
            effect="none",
            cause=reading,
            due=None,
            met=met.approved if met else None,
            met_at=since,
        )


DERIVED: Final[tuple[Callable[[View], Iterator[Commitment]], ...]] = (
    republications,
    advocacy,
    clarifications,
    bites,
)
