"""What a proposed exception needs before it is active, and its reviews after (DOMAIN §4.8).

::

    {"consultation_id":"c-heron-5","exception_id":"e-heron-5","resolution_id":"r-2025-9"}

1. The bodies that the version in force names must have decided, and been consulted, on the proposal's very text.
2. An acknowledgement must count only where it states the developer's own risk and the overall one (engine.exceptions).
3. A review that finds the grounds gone must end the exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.engine.house import procedure
from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.register import View
from ledger.subjects import consultations, resolutions
from ledger.subjects.exceptions import (
    ACKNOWLEDGED,
    ADVOCACY,
    APPROVED,
    GOVERNMENT,
    MATTER,
    NAMED,
    REVIEWED,
    STREAM,
    acts,
    judge_standing,
    proposed,
)
from ledger.subjects.kind import approving_roles, decision, observation
from ledger.subjects.payload import Date, Digest, Slug, Text, Time, read_payload


@dataclass(frozen=True, slots=True)
class Consulted:
    """A government authority was consulted."""

    exception_id: Slug
    authority: Text
    at: Time
    materials: tuple[Digest, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """The bodies have approved; the exception is active once all its parts are there."""

    exception_id: Slug
    resolution_id: Slug
    consultation_id: Slug | None = None


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What was published says that the developer adds risk, and how much there is overall."""

    exception_id: Slug
    publication_id: Slug
    states_own_risk: bool
    states_overall_risk: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done by when."""

    what: Text
    due: Date


@dataclass(frozen=True, slots=True)
class Advocacy:
    """The case for regulation is to be made."""

    exception_id: Slug
    to: Literal["US_GOVERNMENT"]
    actions: tuple[Step, ...]
    resources: Text


@dataclass(frozen=True, slots=True)
class Review:
    """Whether the grounds still hold; where they do not, the exception ends."""

    exception_id: Slug
    still_holds: bool
    evidence: tuple[Digest, ...]


def judge_carried(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-5: the Board has carried this very text, and every officer whom the policy names approves."""
    made = read_payload(Approval, act.event.data)
    fact, found = proposed(view, made.exception_id), resolutions.outcome(view, made.resolution_id)
    if fact is None:
        return []
    needed, out = procedure(view, MATTER[fact.data["form"]]), []
    text = fact.data["text_digest"]
    if not (found and found.body == "BOARD" and found.carried and found.text_digest == text):
        why = f"{made.resolution_id} is no resolution of the BOARD on this text that closed and was carried"
        out.append(Refusal("G-EXC-5", why, f"let the BOARD vote on {text} [{needed.ref}]"))
    officers = [r for r in needed.approve if r not in resolutions.MEMBER and r not in approving_roles(act)]
    if officers:
        why = f"{', '.join(officers)} does not approve"
        out.append(Refusal("G-EXC-5", why, f"{', '.join(officers)} signs too [{needed.ref}]"))
    return out


def judge_trust(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-6: the LTBT was consulted on this text before the close; where it approves, it has carried it."""
    made = read_payload(Approval, act.event.data)
    fact, found = proposed(view, made.exception_id), resolutions.outcome(view, made.resolution_id)
    if fact is None:
        return []
    needed = procedure(view, MATTER[fact.data["form"]])
    text = fact.data["text_digest"]
    if "LTBT" in needed.approve:
        if trust_carried(view, text):
            return []
        return [Refusal("G-EXC-6", "the LTBT has not approved this text", f"its resolution [{needed.ref}]")]
    closes = found.closes_at if found else now
    on_text = consultations.consultations(view, text)
    if "LTBT" not in needed.consult or consultations.heard(on_text, "LTBT", closes):
        return []
    why = "the LTBT was not consulted on this text before the vote closed"
    return [Refusal("G-EXC-6", why, f"consult it, then let the BOARD vote again [{needed.ref}]")]


def judge_government(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-7: where the policy wants the government consulted, it was, before the approval [1.0 Proc. 1]."""
    made = read_payload(Approval, act.event.data)
    fact = proposed(view, made.exception_id)
    if fact is None:
        return []
    needed = procedure(view, MATTER[fact.data["form"]])
    if "GOVERNMENT" not in needed.consult or acts(view, made.exception_id, GOVERNMENT):
        return []
    why = "no governmental authority was consulted"
    return [Refusal("G-EXC-7", why, f"consult it first: record consult-government [{needed.ref}]")]


def judge_once(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-9: an exception is approved once."""
    id_ = str(act.event.data.get("exception_id"))
    if not acts(view, id_, APPROVED):
        return []
    return [Refusal("G-EXC-9", f"exception {id_} is approved", "renewal is a new proposal")]


def trust_carried(view: View, text_digest: str) -> bool:
    """Whether the LTBT has carried a text."""
    asked = resolutions.on_text(view, "LTBT", text_digest)
    return any(resolutions.carried(view, x.data["resolution_id"]) for x in asked)


KINDS = (
    decision(GOVERNMENT, "consult-government", Consulted, "DOMAIN 4.8", STREAM, f"""\
# A governmental authority was consulted about an exception.
data:
{NAMED}\
  authority: ""
  at: 2025-11-10T09:00:00.000000Z
  materials: []
""", judges={"G-EXC-8": judge_standing}, actors=frozenset(("CEO",)), withholdable=False),
    decision(APPROVED, "approve-exception", Approval, "DOMAIN 4.8", STREAM, f"""\
# The Board (and under 3.x the LTBT) has approved. It is active once all its parts are there.
data:
{NAMED}\
  resolution_id: ""
  # consultation_id: c-heron-5
""", judges={"G-EXC-5": judge_carried, "G-EXC-6": judge_trust, "G-EXC-7": judge_government,
             "G-EXC-8": judge_standing, "G-EXC-9": judge_once},
             actors=frozenset(("BOARD_SECRETARY", "DIRECTOR")), withholdable=False),
    observation(ACKNOWLEDGED, "record-acknowledgement", Acknowledgement, "DOMAIN 4.8", STREAM, f"""\
# The overall level of risk, one's own included, was publicly acknowledged. It counts only if both are stated.
data:
{NAMED}\
  publication_id: ""
  states_own_risk: true
  states_overall_risk: true
""", withholdable=False),
    decision(ADVOCACY, "commit-advocacy", Advocacy, "DOMAIN 4.8", STREAM, f"""\
# The case for regulation is to be made to the U.S. government: what, by when, with what.
data:
{NAMED}\
  to: US_GOVERNMENT
  actions: [{{what: publish a proposal, due: 2025-12-31}}]
  resources: ""
""", judges={"G-EXC-8": judge_standing}, actors=frozenset(("CEO",)), withholdable=False),
    decision(REVIEWED, "review-exception", Review, "DOMAIN 4.8", STREAM, f"""\
# Whether the grounds still hold. Where they do not, the exception ends.
data:
{NAMED}\
  still_holds: ""            # true false
  evidence: []
""", judges={"G-EXC-8": judge_standing}, actors=frozenset(("RSO",)), withholdable=False),
)  # fmt: skip
