"""A case, folded from whatever signed events have arrived, in whatever order.

::

    fold("<hex L>", events)    Case(item=…, stage="assessed", outcome=None, heads=("<hex>",), …)

1. The same set of events must give the same case, however often and in whatever order they came.
2. An event must not count before all its ancestors are here: a gap shows as `waiting`, never as a shorter history.
3. An event must not be older than what its author had seen: its `moment` is the latest of its own and its parents'.
4. Two events of one seat of which neither knew the other must show as `forked`.
5. A case is `concluded` when no conclusion that counts contradicts another; contradicting ones are `disputed`. A later
   conclusion of the same seat replaces its earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from intake.trustee.event import CaseEvent

STAGES: Final = (
    "received",
    "acknowledged",
    "opened",
    "assessed",
    "referred",
    "investigating",
    "measures_taken",
    "concluded",
    "retention_expired",
)
DISPUTED: Final = "disputed"


@dataclass(frozen=True, slots=True)
class Step:
    """An event in its place: `moment` is the instant at which it counts."""

    event: CaseEvent
    moment: str
    depth: int


@dataclass(frozen=True, slots=True)
class Case:
    """See the module. `assessment` is the data of the latest assessment."""

    item: str
    steps: tuple[Step, ...]
    waiting: tuple[CaseEvent, ...]
    stage: str
    outcome: str | None
    assessment: dict[str, Any] | None
    heads: tuple[str, ...]
    conflicted: tuple[int, ...]
    forked: tuple[int, ...]
    detriment: bool
    lifted: tuple[int, ...]

    @property
    def epoch(self) -> int | None:
        """The daily list in which the item stands; None before anybody recorded it."""
        epochs = [s.event.data["epoch"] for s in self.steps if s.event.type in ("received", "acknowledged")]
        return min(epochs, default=None)

    def of(self, *types: str) -> list[Step]:
        return [s for s in self.steps if s.event.type in types]


def fold(item: str, events: Iterable[CaseEvent]) -> Case:
    """The case of an item."""
    known = {e.id: e for e in events if e.case == item}
    steps, waiting = _placed(known)
    by_type = [s.event for s in steps]
    conclusions = {s.event.seat: s.event.data["outcome"] for s in steps if s.event.type == "concluded"}
    outcomes = set(conclusions.values())
    assessed = [e.data for e in by_type if e.type == "assessed"]
    parents = {p for s in steps for p in s.event.parents}
    reached = [STAGES.index(e.type) for e in by_type if e.type in STAGES]
    return Case(
        item=item,
        steps=steps,
        waiting=waiting,
        stage=STAGES[max(reached)] if reached else "unopened",
        outcome=(outcomes.pop() if len(outcomes) == 1 else DISPUTED) if outcomes else None,
        assessment=assessed[-1] if assessed else None,
        heads=tuple(sorted(e.id for e in by_type if e.id not in parents)),
        conflicted=tuple(sorted({e.seat for e in by_type if e.type == "conflict_declared"})),
        forked=_forked(steps),
        detriment=any(e.type == "detriment_reported" for e in by_type)
        or any(a["detriment"] == "occurred" for a in assessed),
        lifted=tuple(sorted({e.seat for e in by_type if e.type == "exclusion_lifted"})),
    )


def _placed(known: dict[str, CaseEvent]) -> tuple[tuple[Step, ...], tuple[CaseEvent, ...]]:
    """What has all its ancestors, in an order that all machines share; and what waits for some."""
    placed: dict[str, Step] = {}
    missing = dict(known)
    while missing:
        ready = [e for e in missing.values() if all(p in placed for p in e.parents)]
        if not ready:
            break
        for event in ready:
            before = [placed[p] for p in event.parents]
            moment = max([event.at, *(s.moment for s in before)])
            placed[event.id] = Step(event, moment, max((s.depth + 1 for s in before), default=0))
            del missing[event.id]
    steps = sorted(placed.values(), key=lambda s: (s.moment, s.depth, s.event.id))
    return tuple(steps), tuple(sorted(missing.values(), key=lambda e: e.id))


def _forked(steps: tuple[Step, ...]) -> tuple[int, ...]:
    """Seats that told two histories."""
    ancestors: dict[str, frozenset[str]] = {}
    for step in sorted(steps, key=lambda s: s.depth):
        ids = step.event.parents
        ancestors[step.event.id] = frozenset(ids).union(*(ancestors[p] for p in ids))
    last: dict[int, str] = {}
    forked: set[int] = set()
    for step in sorted(steps, key=lambda s: (s.depth, s.event.id)):
        seat, id_ = step.event.seat, step.event.id
        if seat in last and last[seat] not in ancestors[id_]:
            forked.add(seat)
        last[seat] = id_
    return tuple(sorted(forked))
