"""Commitments with deadlines: made, fulfilled, excused, withdrawn (DOMAIN §4.14).

::

    {"commitment_id":"c-pipeline","due":{"date":"2025-09-30"},"effect_if_missed":"blocks_deploy","evidence_needed":"…",
     "modality":"must","owner_role":"RSO","source":"nc-2025-1","text":"The pipeline ships only on exit code 0."}

1. Exactly one of a date, an event and an interval must say when it is due.
2. Only the Board, by a carried resolution, excuses a miss or lets a missed one that blocks be carried on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.commitments import ADVOCACY, EXCUSED, FULFILLED, MADE, WITHDRAWN, blocking, commitment
from ledger.errors import Malformed, Refusal
from ledger.policy.duration import Duration
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.register import View
from ledger.subjects.delegations import signing_roles
from ledger.subjects.kind import Kind, decision, in_stream
from ledger.subjects.payload import Date, Object, Role, Slug, Text, read_payload
from ledger.subjects.payload import Duration as Interval
from ledger.subjects.resolutions import outcome

__all__ = ["BOARD", "KINDS", "blocking", "resolved"]

SIGNERS: Final = ("RSO", "CEO")
BOARD: Final = "BOARD"
COMMANDS: Final = {MADE: "make-commitment", FULFILLED: "fulfil-commitment", WITHDRAWN: "withdraw-commitment"}
"""What a delegation has to name."""


@dataclass(frozen=True, slots=True)
class Before:
    """The first later entry of this type whose data has these members."""

    type: Text
    where: Object | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """When: by the end of a day, before an event, or again and again."""

    date: Date | None = None
    before_event: Before | None = None
    every: Interval | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A commitment. `carries` is a missed one that it takes on, by a resolution where that one blocks."""

    commitment_id: Slug
    text: Text
    modality: Literal["must", "should", "aims", "expects", "non_binding"]
    source: Text
    owner_role: Role
    due: Due
    effect_if_missed: Literal["none", "blocks_deploy", "blocks_train"]
    evidence_needed: Text
    carries: Slug | None = None
    resolution_id: Slug | None = None


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """It is done; what shows it is evidence of the entry."""

    commitment_id: Slug
    how: Text


@dataclass(frozen=True, slots=True)
class Excused:
    """The Board excuses a miss."""

    commitment_id: Slug
    resolution_id: Slug
    why: Text


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It no longer holds: since which version, and where that was disclosed."""

    commitment_id: Slug
    in_version: Text
    disclosed_in: Text
    why: Text


def read(event: Event) -> Made:
    """`data` of commitment.made, due at one kind of time."""
    made = read_payload(Made, event.data)
    if len(event.data["due"]) != 1:
        raise Malformed("not exactly one of date, before_event, every", "/data/due", "name one")
    if made.due.every is not None:
        Duration.parse(made.due.every, "/data/due/every")
    return made


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COM-0: RSO or CEO make, fulfil and withdraw commitments."""
    if signing_roles(view, act, COMMANDS[act.event.type]) & set(SIGNERS):
        return []
    return [Refusal("G-COM-0", "neither RSO nor CEO approves", "one of them approves")]


def judge_new(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COM-1: a commitment has an id of its own, and carries on one that was missed."""
    made = read(act.event)
    out = []
    if commitment(view, made.commitment_id):
        out.append(Refusal("G-COM-1", f"{made.commitment_id} stands already", "give it another id"))
    carried = commitment(view, made.carries) if made.carries else None
    if made.carries and (carried is None or not carried.missed):
        out.append(Refusal("G-COM-1", f"{made.carries} was not missed", "carry on only what was missed"))
    return out


def judge_carrying(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COM-2: a missed commitment that blocks is carried on by resolution of the Board only, and goes on to block."""
    made = read(act.event)
    carried = commitment(view, made.carries) if made.carries else None
    if carried is None or carried.effect == "none":
        return []
    out = []
    if not resolved(view, made.resolution_id):
        cure = "name the Board's carried resolution in resolution_id, or meet it"
        out.append(Refusal("G-COM-2", f"no resolution of the Board lets {made.carries} be carried on", cure))
    if made.effect_if_missed != carried.effect:
        why = f"{made.carries} {carried.effect}, the new one {made.effect_if_missed}"
        out.append(Refusal("G-COM-2", why, f"state effect_if_missed: {carried.effect}"))
    return out


def judge_known(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COM-3: the commitment stands, and is not ended."""
    id_ = str(act.event.data.get("commitment_id"))
    found = commitment(view, id_)
    if found is None:
        return [Refusal("G-COM-3", f"there is no commitment {id_}", "countersign commitments lists them")]
    by_word = found.id.startswith(ADVOCACY) and act.event.type == FULFILLED
    if found.derived and not by_word and act.event.type != EXCUSED:
        cure = "do what it asks for; the record shows it then"
        return [Refusal("G-COM-3", f"{id_} opened itself and is not ended by word", cure)]
    if found.state in ("open", "due", "missed"):
        return []
    return [Refusal("G-COM-3", f"{id_} is {found.state}", "nothing to do")]


def judge_evidence(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COM-4: a fulfilment brings evidence."""
    if act.event.evidence:
        return []
    return [Refusal("G-COM-4", "no evidence that it is done", "attach what the commitment asks for")]


def judge_excuse(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COM-5: a miss is excused by a resolution that the Board has carried."""
    made = read_payload(Excused, act.event.data)
    found = commitment(view, made.commitment_id)
    out = []
    if found and not found.missed:
        out.append(Refusal("G-COM-5", f"{made.commitment_id} was not missed", "excuse only a miss"))
    if not resolved(view, made.resolution_id):
        why = f"the Board has not carried resolution {made.resolution_id}"
        out.append(Refusal("G-COM-5", why, "let the Board resolve on it: countersign record open-resolution"))
    return out


def judge_withdrawal(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COM-6: a commitment that blocks is not withdrawn once it is missed."""
    id_ = str(act.event.data.get("commitment_id"))
    if not any(x.id == id_ for action in ("deploy", "train") for x in blocking(view, action)):
        return []
    return [Refusal("G-COM-6", f"{id_} was missed and blocks", "meet it, or let the Board excuse the miss")]


def resolved(view: View, resolution_id: str | None) -> bool:
    """Whether the Board has carried a resolution."""
    found = outcome(view, resolution_id) if resolution_id else None
    return found is not None and found.body == BOARD and found.carried is True


_stream = in_stream("commitment", "commitment_id")

KINDS = (
    Kind(MADE, "make-commitment", "DOMAIN 4.14", True, read, _stream, """\
# A commitment with a deadline. Signed by RSO or CEO. What is missed is shown for ever; with an effect it blocks.
data:
  commitment_id: ""          # such as c-pipeline
  text: ""
  modality: must             # must should aims expects non_binding
  source: ""                 # the rule, publication, case or statement that it comes from
  owner_role: RSO
  due: {date: 2025-09-30}    # or {every: P3M}, {before_event: {type: deployment.observed, where: {surface: general}}}
  effect_if_missed: none     # none blocks_deploy blocks_train
  evidence_needed: ""
  # carries: c-old
  # resolution_id: r-2025-9
""", judges={"G-COM-0": judge_signers, "G-COM-1": judge_new, "G-COM-2": judge_carrying}),
    decision(FULFILLED, "fulfil-commitment", Fulfilled, "DOMAIN 4.14", _stream, """\
# A commitment is met. Attach the evidence that it asks for.
data:
  commitment_id: ""
  how: ""
# evidence: [{file: pipeline.pdf, title: "Pipeline", source: internal}]
""", judges={"G-COM-0": judge_signers, "G-COM-3": judge_known, "G-COM-4": judge_evidence}),
    decision(EXCUSED, "excuse-miss", Excused, "DOMAIN 4.14", _stream, """\
# The Board excuses a missed commitment, by a resolution that it has carried.
data:
  commitment_id: ""
  resolution_id: r-2025-9
  why: ""
""", judges={"G-COM-3": judge_known, "G-COM-5": judge_excuse}),
    decision(WITHDRAWN, "withdraw-commitment", Withdrawn, "DOMAIN 4.14", _stream, """\
# A commitment no longer holds. It stays listed, with the version and the place where that was disclosed.
data:
  commitment_id: ""
  in_version: "2.3"
  disclosed_in: ""
  why: ""
""", judges={"G-COM-0": judge_signers, "G-COM-3": judge_known, "G-COM-6": judge_withdrawal}),
)  # fmt: skip
