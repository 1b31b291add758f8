"""Consultations: which text was put before a body, and what the body said (DOMAIN §4.1, §4.8).

::

    {"body":"LTBT","consultation_id":"c-1","materials":[],"opened_at":"2025-09-01T10:00:00.000000Z",
     "response_due":"2025-09-12","subject":"policy/qsp/2.3","text_digest":"sha256:…"}
    {"by_trustees":["p-t1","p-t3"],"consultation_id":"c-1","outcome":"comments","text":"…"}

1. A body must be left the time that the house promises it (setting ``consultation_minimum``).
2. As many trustees as the house asks for must sign for the body, and nobody is named who does not sign; who dissents is
   listed. That nobody answered may be said by the secretary, and only after the response was due.
3. An objection blocks nothing and must be answered in writing; until then it is shown as unanswered.
4. What was consulted on is exactly one text: the words of one text never count for another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.calendar import last_day
from ledger.engine.house import house
from ledger.errors import Refusal
from ledger.policy.duration import Duration
from ledger.record.act import Act
from ledger.register import Fact, View
from ledger.subjects.kind import approving, approving_roles, decision, in_stream
from ledger.subjects.payload import Date, Digest, Person, Slug, Text, Time, read_payload

OPENED: Final = "consultation.opened"
RECORDED: Final = "consultation.recorded"
ANSWERED: Final = "consultation.answered"

SILENCE: Final = "no_response"


@dataclass(frozen=True, slots=True)
class Opening:
    """A text goes to a body. `subject`: the stream of what it is about; `materials`: what goes along."""

    consultation_id: Slug
    body: Literal["LTBT"]
    subject: Text
    text_digest: Digest
    materials: tuple[Digest, ...]
    opened_at: Time
    response_due: Date


@dataclass(frozen=True, slots=True)
class Dissent:
    """A trustee who does not share the outcome."""

    person: Person
    text: Text


@dataclass(frozen=True, slots=True)
class Response:
    """What the body said."""

    consultation_id: Slug
    outcome: Literal["no_objection", "comments", "objection", "no_response"]
    text: Text
    by_trustees: tuple[Person, ...]
    dissent: tuple[Dissent, ...] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The written answer to what a body said."""

    consultation_id: Slug
    text: Text


@dataclass(frozen=True, slots=True)
class Consultation:
    """One consultation as far as it went: its opening, what was said in it, and the first answer."""

    opened: Fact
    responses: tuple[Fact, ...]
    answer: Fact | None

    @property
    def response(self) -> Fact | None:
        """What the body said first; silence gives way to what it says after all."""
        spoken = [x for x in self.responses if x.data["outcome"] != SILENCE]
        return next(iter(spoken or self.responses), None)

    @property
    def outcome(self) -> str | None:
        """What the body said; None while it has not."""
        return str(self.response.data["outcome"]) if self.response else None

    @property
    def unanswered(self) -> bool:
        """An objection that nobody has answered."""
        return self.outcome == "objection" and self.answer is None


def judge_time(view: View, act: Act, now: str) -> list[Refusal]:
    """G-CON-3: the response is due no earlier than the consultation minimum after the opening."""
    made = read_payload(Opening, act.event.data)
    least = Duration.parse(house(view, "consultation_minimum"))
    earliest = last_day(max(made.opened_at, now), least).isoformat()
    out = []
    if made.response_due < earliest:
        why = f"the response is due {made.response_due}, {least} from now is {earliest}"
        out.append(Refusal("G-CON-3", why, "leave the body its time, or change the setting first"))
    if opened(view, made.consultation_id):
        why = f"consultation {made.consultation_id} stands on the record"
        out.append(Refusal("G-CON-3", why, "give each consultation an id of its own"))
    return out


def judge_response(view: View, act: Act, now: str) -> list[Refusal]:
    """G-CON-1: the body is said to be silent only after its response was due, and speaks once."""
    made = read_payload(Response, act.event.data)
    asked = opened(view, made.consultation_id)
    if asked is None:
        why = f"no consultation {made.consultation_id} was opened"
        return [Refusal("G-CON-1", why, "send the text first: record send-for-consultation")]
    out = []
    if made.outcome == SILENCE and now[:10] <= asked.data["response_due"]:
        why = f"the response is due {asked.data['response_due']}, today is {now[:10]}"
        out.append(Refusal("G-CON-1", why, "wait until the day has passed"))
    if made.outcome == SILENCE and _whole(view, asked).response:
        out.append(Refusal("G-CON-1", "the body has answered", "its answer stands on the record"))
    return out


def judge_speakers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-CON-4: as many trustees as the house asks for sign for the body, and all who are named [DOMAIN 9]."""
    made = read_payload(Response, act.event.data)
    trustees = {person for person, role in approving(act) if role == "TRUSTEE"}
    if made.outcome == SILENCE:
        if trustees or "BOARD_SECRETARY" in approving_roles(act):
            return []
        return [
            Refusal(
                "G-CON-4", "neither secretary nor trustee says so", "the BOARD_SECRETARY or a trustee signs"
            )
        ]
    needed, out = house(view, "ltbt_signers"), []
    if len(trustees & set(made.by_trustees)) < needed:
        why = (
            f"{len(trustees & set(made.by_trustees))} of the {needed} trustees who must sign for the LTBT do"
        )
        out.append(Refusal("G-CON-4", why, "more of the trustees named approve"))
    if borrowed := sorted(set(made.by_trustees) - trustees):
        why = f"{', '.join(borrowed)} is named and does not sign"
        out.append(Refusal("G-CON-4", why, "name in by_trustees those who sign"))
    return out


def judge_answer(view: View, act: Act, now: str) -> list[Refusal]:
    """G-CON-5: only what a body has said is answered."""
    made = read_payload(Answer, act.event.data)
    asked = opened(view, made.consultation_id)
    if asked and _whole(view, asked).response:
        return []
    why = f"nothing was said yet in consultation {made.consultation_id}"
    return [Refusal("G-CON-5", why, "answer when the body has spoken")]


def opened(view: View, consultation_id: str) -> Fact | None:
    """The opening of a consultation."""
    return next((x for x in view.of_type(OPENED) if x.data["consultation_id"] == consultation_id), None)


def consultations(view: View, text_digest: str) -> list[Consultation]:
    """Every consultation on exactly this text."""
    return [_whole(view, x) for x in view.of_type(OPENED) if x.data["text_digest"] == text_digest]


def about(view: View, stream: str) -> list[Consultation]:
    """Every consultation about a policy version or an exception, on whatever text."""
    return [_whole(view, x) for x in view.of_type(OPENED) if x.data["subject"] == stream]


def heard(found: list[Consultation], body: str, before: str) -> Consultation | None:
    """The last of these in which the body had its say, or its time for it, before an instant."""
    for one in reversed(found):
        if one.opened.data["body"] == body and any(x.recorded_at < before for x in one.responses):
            return one
    return None


def _whole(view: View, opening: Fact) -> Consultation:
    later = view.of_stream(opening.stream)
    responses = tuple(x for x in later if x.type == RECORDED)
    answers = (x for x in later if x.type == ANSWERED and responses and x.index > responses[-1].index)
    return Consultation(opening, responses, next(answers, None))


_stream = in_stream("consultation", "consultation_id")

KINDS = (
    decision(OPENED, "send-for-consultation", Opening, "DOMAIN 4.1", _stream, """\
# A text is put before the LTBT: exactly the one that the Board is to vote on. By the BOARD_SECRETARY or the RSO.
data:
  consultation_id: c-qsp-2.3
  body: LTBT
  subject: policy/qsp/2.3    # the stream of the policy version, or exception/<id>
  text_digest: sha256:...
  materials: []              # digests of what goes along
  opened_at: 2025-09-01T10:00:00.000000Z
  response_due: 2025-09-12
""", judges={"G-CON-3": judge_time}, actors=frozenset(("BOARD_SECRETARY", "RSO")), withholdable=False),
    decision(RECORDED, "record-consultation", Response, "DOMAIN 4.1", _stream, """\
# What the body said. Two trustees sign for it (setting ltbt_signers), all who are named, and dissent is listed.
# That nobody answered is said by the BOARD_SECRETARY, after the response was due.
data:
  consultation_id: c-qsp-2.3
  outcome: comments          # no_objection comments objection no_response
  text: ""
  by_trustees: [p-t1, p-t3]
  # dissent: [{person: p-t2, text: "We should object."}]
""", judges={"G-CON-1": judge_response, "G-CON-4": judge_speakers}, withholdable=False),
    decision(ANSWERED, "answer-consultation", Answer, "DOMAIN 9", _stream, """\
# The written answer to what the body said; an objection must have one. By one of those who propose.
data:
  consultation_id: c-qsp-2.3
  text: ""
""", judges={"G-CON-5": judge_answer}, actors=frozenset(("CEO", "RSO")), withholdable=False),
)  # fmt: skip
