"""Answers to findings: the RSO says what became of one that is not conduct (DOMAIN §7); its days are kept.

::

    {"finding":{"code":"RECORDED_LATE","event":"01JX…"},"text":"The partner's note reached us late; now asked weekly."}
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.engine.answers import ANSWERED
from ledger.engine.findings import findings
from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.record.event import Event
from ledger.register import View
from ledger.subjects.delegations import signing_roles
from ledger.subjects.finding import CONDUCT, MARKS
from ledger.subjects.kind import decision
from ledger.subjects.payload import EventId, Text, read_payload


@dataclass(frozen=True, slots=True)
class Named:
    """A finding, by its code and the entry that it is about."""

    code: Text
    event: EventId


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a finding."""

    finding: Named
    text: Text


def judge_signer(view: View, act: Act, now: str) -> list[Refusal]:
    """G-ANS-0: the RSO answers findings."""
    if "RSO" in signing_roles(view, act, "answer-finding"):
        return []
    return [Refusal("G-ANS-0", "the RSO does not approve", "the RSO answers")]


def judge_stands(view: View, act: Act, now: str) -> list[Refusal]:
    """G-ANS-1: a finding of this code about this entry stands, and is more than a mark."""
    named = read_payload(Answer, act.event.data).finding
    fact = view.get(named.event)
    if named.code in MARKS:
        return [
            Refusal("G-ANS-1", f"{named.code} is a mark, not a finding", "it goes when what is due is done")
        ]
    if named.code in CONDUCT or any(
        x.code == named.code and fact and x.index == fact.index for x in findings(view)
    ):
        return []
    why = f"no {named.code} about {named.event}"
    return [Refusal("G-ANS-1", why, "countersign findings lists what stands")]


def judge_quality(view: View, act: Act, now: str) -> list[Refusal]:
    """G-ANS-2: a conduct finding is not answered away; its case is closed."""
    named = read_payload(Answer, act.event.data).finding
    if named.code not in CONDUCT:
        return []
    why = f"{named.code} opened the case nc-{named.event}"
    return [Refusal("G-ANS-2", why, "handle and close the case: countersign cases")]


def _stream(view: View, event: Event) -> str:
    named = event.data.get("finding")
    return f"finding/{named.get('event') if isinstance(named, dict) else event.id}"


KINDS = (
    decision(ANSWERED, "answer-finding", Answer, "DOMAIN 7", _stream, """\
# The RSO answers a finding. Tell the Board and the LTBT: countersign record share-with-bodies.
data:
  finding: {code: RECORDED_LATE, event: 01KB0000000000000000000000}
  text: ""
""", judges={"G-ANS-0": judge_signer, "G-ANS-1": judge_stands, "G-ANS-2": judge_quality}),
)  # fmt: skip
