"""What becomes of a proposed text: approved by the Board after consultation, or rejected (DOMAIN §4.1).

::

    {"effective_at":"2025-11-03T00:00:00.000000Z","policy":"qsp","resolution_id":"r-2025-7","text_digest":"sha256:…",
     "version":"2.3"}

1. What was proposed, consulted on and voted must be one text.
2. The consultation comes before the vote closes (house, where the version in force names no order).
3. Who approves and who is consulted must come from the version in force, else from the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.engine.house import procedure
from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.register import View
from ledger.subjects import consultations, resolutions, versions
from ledger.subjects.kind import approving_roles, decision
from ledger.subjects.payload import Digest, Slug, Time, read_payload
from ledger.subjects.policies import NAMED, in_version, judge_standing, named

BODIES: Final = frozenset(resolutions.MEMBER)


@dataclass(frozen=True, slots=True)
class Approval:
    """The Board has approved a text; it is to take effect at an instant, which may lie ahead."""

    policy: Slug
    version: Slug
    text_digest: Digest
    resolution_id: Slug
    effective_at: Time


@dataclass(frozen=True, slots=True)
class Rejection:
    """The Board has not carried a text: that text is at its end."""

    policy: Slug
    version: Slug
    text_digest: Digest
    resolution_id: Slug


def judge_carried(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-4: whoever approves a policy has: each body by a carried resolution, each officer by signing."""
    made, needed, out = read_payload(Approval, act.event.data), procedure(view, "policy_change"), []
    found = resolutions.outcome(view, made.resolution_id)
    if found is None or found.body not in needed.approve:
        why = f"{made.resolution_id} is no resolution of {' or '.join(needed.approve)}"
        out.append(Refusal("G-POL-4", why, f"name the resolution that approves it [{needed.ref}]"))
    elif not found.carried:
        why = f"resolution {made.resolution_id} " + _why_not(found)
        out.append(Refusal("G-POL-4", why, "approve what was carried, after the close; else reject the text"))
    for role in needed.approve:
        if role in BODIES and not (found and found.body == role):
            asked = resolutions.on_text(view, role, made.text_digest)
            if not any(resolutions.carried(view, x.data["resolution_id"]) for x in asked):
                cure = f"{role} carries it too [{needed.ref}]"
                out.append(Refusal("G-POL-4", f"{role} has not approved this text", cure))
        elif role not in BODIES and role not in approving_roles(act):
            out.append(Refusal("G-POL-4", f"{role} does not approve", f"{role} signs [{needed.ref}]"))
    return out


def judge_consulted(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-5: whoever is to be consulted had a say before the resolution closed [1.0 Proc. 1]."""
    made, needed = read_payload(Approval, act.event.data), procedure(view, "policy_change")
    found = resolutions.outcome(view, made.resolution_id)
    if found is None:
        return []
    any_ = about(view, versions.stream_of(made.policy, made.version))
    return [
        Refusal(
            "G-POL-5",
            f"no consultation of {body} about {made.policy} {made.version} was recorded before the close",
            f"consult {body} on this text, then let the Board vote",
        )
        for body in needed.consult
        if not consultations.heard(any_, body, found.closes_at)
    ]


def judge_one_text(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-6: one text was proposed, consulted on and voted; consultation on another text is none."""
    made, needed, out = read_payload(Approval, act.event.data), procedure(view, "policy_change"), []
    text, found = named(view, act), resolutions.outcome(view, made.resolution_id)
    if text and not versions.acts(view, versions.PROPOSED, text):
        cure = f"{' and '.join(needed.propose)} propose it: countersign record propose-policy"
        out.append(Refusal("G-POL-6", "this text was never proposed", cure))
    if found is None:
        return out
    if found.text_digest != made.text_digest:
        why = f"the vote was on {found.text_digest}"
        out.append(Refusal("G-POL-6", why, "approve the text that was voted on"))
    any_ = about(view, versions.stream_of(made.policy, made.version))
    this = consultations.consultations(view, made.text_digest)
    for body in needed.consult:
        other = consultations.heard(any_, body, found.closes_at)
        if other and not consultations.heard(this, body, found.closes_at):
            why = f"{body} was consulted on {other.opened.data['text_digest']}, not on this text"
            out.append(Refusal("G-POL-6", why, f"consult {body} on this text and vote again"))
    return out


def judge_rejection(view: View, act: Act, now: str) -> list[Refusal]:
    """G-POL-12: a text is rejected by a resolution on it that closed and was not carried."""
    made = read_payload(Rejection, act.event.data)
    found = resolutions.outcome(view, made.resolution_id)
    if found and found.carried is False and found.text_digest == made.text_digest:
        return []
    why = f"{made.resolution_id} is no resolution on this text that closed without being carried"
    return [Refusal("G-POL-12", why, "name the resolution that failed, after its close")]


def about(view: View, stream: str) -> list[consultations.Consultation]:
    """The consultations about a version: those that say so, and those on any of its texts."""
    texts = {x.digest for x in versions.drafts(view) if x.stream == stream}
    found = {x.opened.index: x for digest in texts for x in consultations.consultations(view, digest)}
    found |= {x.opened.index: x for x in consultations.about(view, stream)}
    return [found[index] for index in sorted(found)]


def _why_not(found: resolutions.Outcome) -> str:
    if found.carried is None:
        return f"is open until {found.closes_at}"
    if found.present < found.needed:
        return f"lacked its quorum: {found.present} of {found.needed}"
    return f"was not carried: {found.for_} for, {found.against} against"


_BOARD: Final = frozenset(("BOARD_SECRETARY", "DIRECTOR"))

KINDS = (
    decision(versions.APPROVED, "approve-policy", Approval, "DOMAIN 4.1", in_version, f"""\
# The Board has approved a text. It takes effect at effective_at, if it is public as the version in force wants it.
data:
{NAMED}\
  resolution_id: ""          # such as r-2025-7
  effective_at: 2025-11-03T00:00:00.000000Z
""", judges={"G-POL-4": judge_carried, "G-POL-5": judge_consulted, "G-POL-6": judge_one_text,
             "G-POL-9": judge_standing}, actors=_BOARD, withholdable=False),
    decision(versions.REJECTED, "reject-policy", Rejection, "DOMAIN 4.1", in_version, f"""\
# The Board has not carried a text: this text is at its end, the version is not.
data:
{NAMED}\
  resolution_id: ""
""", judges={"G-POL-9": judge_standing, "G-POL-12": judge_rejection}, actors=_BOARD, withholdable=False),
)  # fmt: skip
