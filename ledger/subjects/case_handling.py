"""Deciding on noncompliance cases: triage, corrective actions, closing, opening again (DOMAIN §4.10).

::

    {"case_id":"nc-2025-1","concerns_roles":["CEO"],"handlers":["p-rso","p-d1"],"risk":"material"}

1. Whom a case concerns must neither handle nor close it.
2. A case must not be closed over actions that were neither done nor moved to commitments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.engine.cases import ENGINE, Case, actions, case, concerned
from ledger.engine.commitments import MADE
from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.register import View
from ledger.subjects import noncompliance as nc
from ledger.subjects.kind import approving, decision
from ledger.subjects.payload import Date, Person, Role, Slug, Text, read_payload


@dataclass(frozen=True, slots=True)
class Triage:
    """How grave a case is, who handles it, and which roles it concerns."""

    case_id: Slug
    risk: Literal["minimal", "material", "unclear"]
    handlers: tuple[Person, ...]
    concerns_roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """One corrective action."""

    id: Slug
    what: Text
    owner: Text
    due: Date


@dataclass(frozen=True, slots=True)
class Plan:
    """Corrective actions, or why there are none."""

    case_id: Slug
    actions: tuple[Planned, ...]
    proportionality: Text
    none_because: Text | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An action that a commitment has taken over."""

    action: Slug
    commitment_id: Slug


@dataclass(frozen=True, slots=True)
class Closing:
    """How a case ended."""

    case_id: Slug
    outcome: nc.Status
    lessons: Text
    policy_change_needed: bool
    publish: Literal["yes", "no"]
    why: Text
    moved: tuple[Moved, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reopening:
    """A case is taken up again."""

    case_id: Slug
    why: Text


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-NC-0: a handler and one director decide in a case; a trustee instead where directors are concerned."""
    one = _case(view, act)
    if one is None:
        return []
    handlers = set(act.event.data.get("handlers") or one.handlers)
    second = "TRUSTEE" if "DIRECTOR" in _named(one, act) else "DIRECTOR"
    handling = {p for p, _ in approving(act) if p in handlers}
    directing = {p for p, role in approving(act) if role == second}
    if handling and directing and len(handling | directing) > 1:
        return []
    why = f"signed by {', '.join(sorted(p for p, _ in approving(act))) or 'nobody'}"
    return [
        Refusal(
            "G-NC-0",
            why,
            f"a handler ({', '.join(sorted(handlers)) or 'none yet'}) and one more {second} approve",
        )
    ]


def judge_handlers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-NC-1: whom a case concerns does not handle it; where it concerns the RSO, a director does."""
    made, one = read_payload(Triage, act.event.data), _case(view, act)
    if one is None:
        return []
    out = []
    barred = concerned(view, one, made.concerns_roles)
    if wrong := sorted(barred & {*made.handlers, *(p for p, _ in approving(act))}):
        why = f"{', '.join(wrong)}: concerned by this case"
        out.append(
            Refusal(
                "G-NC-1", why, "others handle and triage it: none of a role concerned, nor a delegate of one"
            )
        )
    directors = set(view.roll.holders("DIRECTOR", view.place(now)))
    if "RSO" in {*one.roles, *made.concerns_roles} and not directors & set(made.handlers):
        out.append(
            Refusal("G-NC-1", "it concerns the RSO, and no director handles it", "name a director as handler")
        )
    return out


def judge_closer(view: View, act: Act, now: str) -> list[Refusal]:
    """G-NC-2: nobody whom a case concerns closes it."""
    one = _case(view, act)
    if one is None:
        return []
    barred = concerned(view, one)
    if one.origin == ENGINE and one.last(nc.TRIAGED) is None:
        barred |= {s.person for s in one.cause.signers}  # nobody has said yet whom it concerns
    wrong = sorted(barred & {p for p, _ in approving(act)})
    if not wrong:
        return []
    why = f"{', '.join(wrong)}: concerned by this case"
    return [Refusal("G-NC-2", why, "the handler and a director close it, none of them concerned")]


def judge_actions_done(view: View, act: Act, now: str) -> list[Refusal]:
    """G-NC-3: planned actions are done, or moved to commitments, before a case is closed."""
    made, one = read_payload(Closing, act.event.data), _case(view, act)
    if one is None:
        return []
    known = {x.data["commitment_id"] for x in view.of_type(MADE)}
    moved = {x.action for x in made.moved or () if x.commitment_id in known}
    left = [x.id for x in actions(one) if x.done is None and x.id not in moved]
    if not left:
        return []
    why = f"action {', '.join(left)} is not done"
    return [Refusal("G-NC-3", why, "complete it, or make a commitment of it and name both in 'moved'")]


def judge_plan(view: View, act: Act, now: str) -> list[Refusal]:
    """G-NC-4: a substantiated case has at least one action, or says why none."""
    made, one = read_payload(Plan, act.event.data), _case(view, act)
    if one is None or one.outcome != "substantiated" or made.actions or made.none_because:
        return []
    return [Refusal("G-NC-4", "no action, and no reason for none", "plan an action, or state none_because")]


def judge_planned(view: View, act: Act, now: str) -> list[Refusal]:
    """G-NC-5: a case is closed with the outcome that was found in it; a substantiated one has a plan."""
    made, one = read_payload(Closing, act.event.data), _case(view, act)
    if one is None:
        return []
    if one.outcome != made.outcome:
        why = f"closed as {made.outcome}, found {one.outcome or 'nothing'}"
        return [Refusal("G-NC-5", why, "record what was found first: countersign record record-finding")]
    if one.outcome == "substantiated" and one.last(nc.PLANNED) is None:
        return [
            Refusal(
                "G-NC-5", "substantiated, and no plan of actions", "plan actions, or say why none are needed"
            )
        ]
    return []


def judge_exists(view: View, act: Act, now: str) -> list[Refusal]:
    """G-NC-6: the case exists and is open."""
    one = _case(view, act)
    if one is None:
        return [
            Refusal(
                "G-NC-6", f"there is no case {act.event.data.get('case_id')}", "countersign cases lists them"
            )
        ]
    if not one.open:
        return [
            Refusal(
                "G-NC-6", f"case {one.id} is closed", "open it again first: countersign record reopen-case"
            )
        ]
    return []


def judge_reopening(view: View, act: Act, now: str) -> list[Refusal]:
    """G-NC-7: a closed case is opened again by a handler, a director or a trustee; any one of them is enough."""
    one = _case(view, act)
    if one is None or one.open:
        return [Refusal("G-NC-7", "no closed case of this id", "name a case that is closed")]
    if any(p in one.handlers or role in ("DIRECTOR", "TRUSTEE") for p, role in approving(act)):
        return []
    return [
        Refusal("G-NC-7", "nobody signs who may open it again", "a handler, a director or a trustee approves")
    ]


def _case(view: View, act: Act) -> Case | None:
    return case(view, str(act.event.data.get("case_id")))


def _named(one: Case, act: Act) -> set[str]:
    return {*one.roles, *(act.event.data.get("concerns_roles") or ())}


_BASE = {"G-NC-0": judge_signers, "G-NC-6": judge_exists}

KINDS = (
    decision(nc.TRIAGED, "triage-case", Triage, "DOMAIN 4.10", nc.in_case(), """\
# How grave a case is, who handles it, whom it concerns. Signed by a handler and one director.
data:
  case_id: ""                # such as nc-2025-1; nc-EVENT-ID for a case that opened itself
  risk: material             # minimal material unclear
  handlers: [p-rso, p-d1]
  concerns_roles: [CEO]
""", judges=_BASE | {"G-NC-1": judge_handlers}),
    decision(nc.PLANNED, "plan-action", Plan, "DOMAIN 4.10", nc.in_case(), """\
# Corrective actions. Signed by a handler and one director.
data:
  case_id: nc-2025-1
  actions:
    - {id: a1, what: "", owner: RSO, due: 2025-09-30}
  proportionality: ""        # why this is enough, and not too much
  # none_because: why no action is needed
""", judges=_BASE | {"G-NC-4": judge_plan}),
    decision(nc.CLOSED, "close-case", Closing, "DOMAIN 4.10", nc.in_case(), """\
# A case is closed, by a handler and one director whom it does not concern.
data:
  case_id: nc-2025-1
  outcome: substantiated     # as found: substantiated not_substantiated inconclusive
  lessons: ""
  policy_change_needed: false
  publish: "yes"             # yes no
  why: ""                    # why it is published, or not
  # moved: [{action: a1, commitment_id: c-1}]
""", judges=_BASE | {"G-NC-2": judge_closer, "G-NC-3": judge_actions_done, "G-NC-5": judge_planned}),
    decision(nc.REOPENED, "reopen-case", Reopening, "DOMAIN 4.10", nc.in_case(), """\
# A closed case is taken up again, by a handler, a director or a trustee.
data:
  case_id: nc-2025-1
  why: ""
""", judges={"G-NC-7": judge_reopening}),
)  # fmt: skip
