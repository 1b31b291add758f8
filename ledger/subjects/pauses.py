"""Pauses and strong restrictions: training stops, and goes on when its stated conditions are met (DOMAIN §4.7).

A pause is declared with the conditions that end it, at least one of which the record can answer::

    {"begins_at":"2025-03-20T17:00:00.000000Z","cause":"threshold_security_missing","pause_id":"pa-1",
     "resumption_conditions":[{"check":"standard_satisfied","model_id":"heron-4","standard":"ASL-3-SECURITY",
                               "text":"ASL-3 Security satisfied for Heron 4"}],
     "scope":{"actions":["train"],"runs":["heron-5-main"]}}

Automatic pauses are derived (``engine/pauses.py``); they are acknowledged and lifted under the id of the event that
caused them.

1. Stopping is free: the RSO alone pauses and acknowledges, and conditions are stated when it is declared.
2. A pause must be lifted by everyone who decides at gates, when every condition holds; none may be dropped on the way.
3. What only people can answer (`stated`) must be named as met in a proposal to resume, with the entry that shows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.calendar import add
from ledger.engine.house import approval, house
from ledger.engine.pauses import (
    ACKNOWLEDGED,
    DECLARED,
    LIFTED,
    PROPOSED,
    STATED,
    Condition,
    Pause,
    met,
    pauses,
)
from ledger.engine.runs import live
from ledger.errors import Malformed, Refusal
from ledger.policy.duration import Duration
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.register import View
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import Kind, approving_roles, decision, in_stream
from ledger.subjects.models import Step
from ledger.subjects.payload import EventId, Slug, Text, Time, read_payload

DE_DEPLOY: Final = "restriction.de_deployment_ordered"
DELETE: Final = "restriction.deletion_ordered"
LOCK_DOWN: Final = "restriction.lockdown_ordered"

Cause = Literal[
    "threshold_security_missing",
    "evaluation_triggered",
    "buffer_spent",
    "leader_delay",
    "match_delay",
    "voluntary",
    "incident",
]


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a pause covers. Without models and runs everything; `min_mult`: only from these multiples on."""

    actions: tuple[Literal["train", "store", "deploy"], ...]
    models: tuple[Slug, ...] = ()
    runs: tuple[Slug, ...] = ()
    min_mult: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Resumption:
    """A condition. `standard_satisfied` and `threshold_below` the record answers, `stated` people do."""

    check: Literal["standard_satisfied", "threshold_below", "stated"]
    text: Text
    model_id: Slug | None = None
    standard: Slug | None = None
    threshold: Slug | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """A pause begins."""

    pause_id: Slug
    cause: Cause
    scope: Stopped
    begins_at: Time
    resumption_conditions: tuple[Resumption, ...]
    rule: Slug | None = None


@dataclass(frozen=True, slots=True)
class RunStopped:
    """A run stopped for a pause."""

    run_id: Slug
    stopped_at: Time


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The pause is known, and these runs stopped."""

    pause_id: Slug
    runs_stopped: tuple[RunStopped, ...]


@dataclass(frozen=True, slots=True)
class MetBy:
    """A condition, by its text, and the entry that shows it met."""

    predicate: Text
    met_by: EventId


@dataclass(frozen=True, slots=True)
class Proposed:
    """Going on is proposed."""

    pause_id: Slug
    conditions: tuple[MetBy, ...]


@dataclass(frozen=True, slots=True)
class Lifted:
    """The pause ends."""

    pause_id: Slug
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class DeDeploy:
    """A model is to be taken off a surface."""

    model_id: Slug
    surface: Slug
    reason: Text


@dataclass(frozen=True, slots=True)
class Restrict:
    """A model's weights are to be deleted, or locked down."""

    model_id: Slug
    reason: Text


def read_declared(event: Event) -> Declared:
    """`data` of pause.declared: conditions that the record answers name what they ask for."""
    declared = read_payload(Declared, event.data)
    for i, c in enumerate(declared.resumption_conditions):
        named = {"standard_satisfied": c.standard, "threshold_below": c.threshold}
        if c.check in named and (named[c.check] is None or c.model_id is None):
            where = f"/data/resumption_conditions/{i}"
            raise Malformed(
                "it does not say what has to hold", where, "name model_id and standard or threshold"
            )
    return declared


def found(view: View, pause_id: str) -> Pause | None:
    """The pause of an id, declared or automatic."""
    return next((p for p in pauses(view) if p.id == pause_id), None)


def holds(view: View, pause: Pause, condition: Condition) -> bool:
    """Whether a condition is met: by the record's own answer, else by the entry that a proposal names."""
    answer = met(view, condition)
    if answer is not None:
        return answer
    proposals = [x for x in view.of_stream(f"pause/{pause.id}") if x.type == PROPOSED]
    named = [c for x in proposals for c in x.data["conditions"] if c["predicate"] == condition.text]
    return any(view.get(c["met_by"]) is not None for c in named)


def judge_conditions(view: View, act: Act, now: str) -> list[Refusal]:
    """G-PAU-1: a pause states what ends it, at least one condition of which the record can answer."""
    declared = read_declared(act.event)
    if any(c.check != STATED for c in declared.resumption_conditions):
        return []
    why = "no condition of the pause can be answered by the record"
    cure = "state one: check standard_satisfied or threshold_below, with its model_id"
    return [Refusal("G-PAU-1", why, cure)]


def judge_met(view: View, act: Act, now: str) -> list[Refusal]:
    """G-PAU-2: a pause is lifted when every condition holds now."""
    pause = found(view, act.event.data["pause_id"])
    if pause is None:
        return []  # G-PAU-4 says so
    open_ = [c.text for c in pause.conditions if not holds(view, pause, c)]
    cure = "meet it first; what only people can say is named in a proposal: record propose-resumption"
    return [Refusal("G-PAU-2", f"not met: {text}", cure) for text in open_]


def judge_lifters(view: View, act: Act, now: str) -> list[Refusal]:
    """G-PAU-3: a pause is lifted, a deployment or weights given up, by everyone who decides at gates."""
    needed = approval(view, "gate_decision")
    missing = [role for role in needed.roles if role not in approving_roles(act)]
    if not missing:
        return []
    cure = f"{' and '.join(needed.roles)} approve [{needed.ref}]"
    return [Refusal("G-PAU-3", f"it lacks {', '.join(missing)}", cure)]


def judge_known(view: View, act: Act, now: str) -> list[Refusal]:
    """G-PAU-4: it is about a pause that is on the record and not lifted."""
    name = act.event.data["pause_id"]
    pause = found(view, name)
    if pause is None:
        known = ", ".join(p.id for p in pauses(view) if p.lifted is None) or "none"
        return [Refusal("G-PAU-4", f"no pause {name} is on the record", f"active are: {known}")]
    if pause.lifted is not None:
        why = f"pause {name} was lifted by entry {pause.lifted.index}"
        return [Refusal("G-PAU-4", why, "declare another")]
    return []


def judge_new(view: View, act: Act, now: str) -> list[Refusal]:
    """G-PAU-5: a pause has an id of its own."""
    name = act.event.data["pause_id"]
    if found(view, name) is None:
        return []
    return [Refusal("G-PAU-5", f"a pause {name} is on the record already", "give it another id")]


def pause_slow(view: View) -> Iterator[Finding]:
    """PAUSE_SLOW: a run went on for longer than the house allows after a pause began."""
    limit = Duration.parse(house(view, "pause_slow"))
    running = live(view)
    for pause in pauses(view):
        due = add(pause.begins_at, limit)
        said = [x for x in view.of_stream(f"pause/{pause.id}") if x.type == ACKNOWLEDGED]
        stopped = {r["run_id"]: r["stopped_at"] for x in said for r in x.data["runs_stopped"]}
        late = [run for run, at in stopped.items() if at > due]
        over = pause.lifted is None and view.now > due
        late += [r for r in pause.runs if over and r in running and r not in stopped]
        if late:
            why = f"{', '.join(sorted(set(late)))} went on for over {limit} after pause {pause.id} began"
            yield Finding("PAUSE_SLOW", pause.fact.index, due, why)


STREAM = in_stream("pause", "pause_id")
MODEL = in_stream("restriction", "model_id")
RSO = frozenset(("RSO",))
_LIFTING: Final = {"G-PAU-2": judge_met, "G-PAU-3": judge_lifters, "G-PAU-4": judge_known}
FINDINGS: Final[tuple[Predicate, ...]] = (pause_slow,)

KINDS = (
    Kind(DECLARED, "declare-pause", "DOMAIN 4.7", True, read_declared, STREAM, """\
# A pause begins. Its conditions are stated now; the record must be able to answer at least one.
data:
  pause_id: pa-1
  cause: voluntary           # threshold_security_missing evaluation_triggered buffer_spent leader_delay match_delay
                             # voluntary incident
  scope: {actions: [train], runs: [heron-5-main]}     # train store deploy; or models: [heron-5]
  begins_at: 2025-03-20T17:00:00.000000Z
  resumption_conditions:     # check: standard_satisfied threshold_below stated
    - {check: standard_satisfied, model_id: heron-4, standard: ASL-3-SECURITY, text: ""}
  # rule: R22-G-TRAIN-A
""", judges={"G-PAU-1": judge_conditions, "G-PAU-5": judge_new}, actors=RSO),
    decision(ACKNOWLEDGED, "acknowledge-pause", Acknowledged, "DOMAIN 4.7", STREAM, """\
# The pause is known, and these runs stopped. An automatic pause has the id of the event that caused it.
data:
  pause_id: ""               # such as pa-1
  runs_stopped: [{run_id: heron-5-main, stopped_at: 2025-03-21T02:00:00.000000Z}]
""", judges={"G-PAU-4": judge_known}, actors=RSO),
    decision(PROPOSED, "propose-resumption", Proposed, "DOMAIN 4.7", STREAM, """\
# Going on is proposed: each condition by its text, and the entry that shows it met.
data:
  pause_id: pa-1
  conditions: [{predicate: "", met_by: EVENT-ID}]
""", judges={"G-PAU-4": judge_known}, actors=RSO),
    decision(LIFTED, "lift-pause", Lifted, "DOMAIN 4.7", STREAM, """\
# The pause ends: every condition holds now.
data:
  pause_id: ""               # such as pa-1
  # reason: ASL-3 Security was decided satisfied
""", judges=_LIFTING),
    decision(DE_DEPLOY, "order-de-deployment", DeDeploy, "DOMAIN 4.7", MODEL, """\
# A model is to be taken off a surface.
data:
  model_id: heron-4
  surface: limited_partner
  reason: ""
""", judges={"G-PAU-3": judge_lifters}),
    decision(DELETE, "order-weights-deleted", Restrict, "DOMAIN 4.7", MODEL, """\
# A model's weights are to be deleted.
data:
  model_id: heron-4
  reason: ""
""", judges={"G-PAU-3": judge_lifters}),
    decision(LOCK_DOWN, "order-weights-lockdown", Restrict, "DOMAIN 4.7", MODEL, """\
# A model's weights are to be locked down at once. The CISO or the RSO orders it alone.
data:
  model_id: heron-4
  reason: ""
""", actors=frozenset(("CISO", "RSO"))),
)  # fmt: skip
