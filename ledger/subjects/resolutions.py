"""Resolutions: what a body is asked, who may vote, the votes, and what came of it (DOMAIN §4.16).

::

    {"body":"BOARD","closes_at":"2025-09-24T17:00:00.000000Z","electorate":["p-d1",…],"question":"Adopt QSP 2.3?",
     "resolution_id":"r-2025-7","rule":{"majority":"simple","quorum":4},"text_digest":"sha256:…"}
    {"resolution_id":"r-2025-7","text_digest":"sha256:…","vote":"for"}

1. The electorate must be the members of the body at the opening, all of them, and is frozen there.
2. One person must have one live vote, on exactly the text that was put to the vote; only a change before the close
   replaces it, and both stay on the record.
3. The outcome must be derived from what was recorded before the close; until then there is none. Openings and votes are
   read as recorded: a vote is changed by its voter before the close, and by no correction ever.
4. The quorum counts for, against and abstain; the majority compares for with against. The recused count for neither;
   whether the quorum shrinks by them is the bylaws' business (setting ``recused_leave_quorum``).
5. The rule must be the body's own: the bylaws' for the Board, which have no default; for the LTBT as many as sign for
   it, by simple majority (house).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.house import house
from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.register import Fact, View
from ledger.subjects.kind import approving, decision, in_stream
from ledger.subjects.payload import Digest, Person, Slug, Text, Time, read_payload

OPENED: Final = "resolution.opened"
CAST: Final = "vote.cast"
CHANGED: Final = "vote.changed"

Body = Literal["BOARD", "LTBT"]
MEMBER: Final = {"BOARD": "DIRECTOR", "LTBT": "TRUSTEE"}
"""The role in which a member of a body signs (RECORD §8)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How many must take part, and how many of them carry it."""

    quorum: int
    majority: Literal["simple", "two_thirds"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """A question put to a body, about one text."""

    resolution_id: Slug
    body: Body
    question: Text
    text_digest: Digest
    electorate: tuple[Person, ...]
    rule: Rule
    closes_at: Time


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's vote on one text."""

    resolution_id: Slug
    text_digest: Digest
    vote: Literal["for", "against", "abstain", "recuse"]
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a resolution. `carried` is None until it closes; `needed` is the quorum as it came out."""

    body: str
    text_digest: str
    closes_at: str
    carried: bool | None
    for_: int
    against: int
    abstain: int
    recused: int
    needed: int

    @property
    def present(self) -> int:
        """Those who count for the quorum."""
        return self.for_ + self.against + self.abstain


def judge_rule(view: View, act: Act, now: str) -> list[Refusal]:
    """G-RES-1: the body's own rule is set and is the one stated [DOMAIN 9]."""
    made = read_payload(Resolution, act.event.data)
    own = rule_of(view, made.body)
    if own is None:
        cure = "set board_quorum and board_majority first: countersign record change-setting"
        return [Refusal("G-RES-1", "the Board's quorum and majority are not set", cure)]
    if made.rule != own:
        why = f"the {made.body} decides with a quorum of {own.quorum} by {own.majority} majority"
        return [Refusal("G-RES-1", f"another rule is stated: {why}", "state the body's own rule")]
    return []


def judge_electorate(view: View, act: Act, now: str) -> list[Refusal]:
    """G-RES-2: the electorate is every member of the body, each once, and a member or the secretary opens it."""
    made = read_payload(Resolution, act.event.data)
    role = MEMBER[made.body]
    members = view.roll.holders(role, view.place(now))
    out = []
    if sorted(made.electorate) != sorted(members):
        why = f"the {made.body} is {', '.join(sorted(members)) or 'nobody'}"
        out.append(Refusal("G-RES-2", f"another electorate is stated: {why}", "name every member once"))
    if not any(r in (role, "BOARD_SECRETARY") for _, r in approving(act)):
        why = f"nobody opens it as {role} or BOARD_SECRETARY"
        out.append(Refusal("G-RES-2", why, "a member of the body or the secretary approves"))
    return out


def judge_new(view: View, act: Act, now: str) -> list[Refusal]:
    """G-RES-3: a resolution has an id of its own and closes after it was opened."""
    made = read_payload(Resolution, act.event.data)
    out = []
    if opened(view, made.resolution_id):
        why = f"resolution {made.resolution_id} stands on the record"
        out.append(Refusal("G-RES-3", why, "give it an id of its own"))
    if made.closes_at <= now:
        out.append(Refusal("G-RES-3", f"it closes at {made.closes_at}, now is {now}", "leave time to vote"))
    return out


def judge_open(view: View, act: Act, now: str) -> list[Refusal]:
    """G-VOT-1: the resolution is open, and the vote is on the text that was put to it."""
    vote = read_payload(Vote, act.event.data)
    asked = opened(view, vote.resolution_id)
    if asked is None:
        return [
            Refusal("G-VOT-1", f"no resolution {vote.resolution_id}", "open it first: record open-resolution")
        ]
    if now >= asked.data["closes_at"]:
        why = f"it closed at {asked.data['closes_at']}"
        return [Refusal("G-VOT-1", why, "open another resolution")]
    if vote.text_digest != asked.data["text_digest"]:
        why = f"the vote is on {vote.text_digest}, the resolution on {asked.data['text_digest']}"
        return [Refusal("G-VOT-1", why, "vote on the text that was put to the vote")]
    return []


def judge_elector(view: View, act: Act, now: str) -> list[Refusal]:
    """G-VOT-2: a vote is signed by one person alone, who stands in the electorate, as member of the body."""
    vote = read_payload(Vote, act.event.data)
    asked = opened(view, vote.resolution_id)
    if asked is None:
        return []
    voter, role = act.event.actor.person, MEMBER[asked.data["body"]]
    if voter in asked.data["electorate"] and approving(act) == {(voter, role)}:
        return []
    why = f"{voter} does not vote alone and as {role} of the electorate"
    return [Refusal("G-VOT-2", why, "each member signs an own vote")]


def judge_first(view: View, act: Act, now: str) -> list[Refusal]:
    """ALREADY_VOTED: one person has one live vote [DOMAIN 4.16]."""
    cast = _own(view, act)
    if not cast:
        return []
    why = f"{act.event.actor.person} voted in entry {cast[0].index}"
    return [Refusal("ALREADY_VOTED", why, "change the vote before the resolution closes: record change-vote")]


def judge_change(view: View, act: Act, now: str) -> list[Refusal]:
    """G-VOT-3: only a vote that was cast can be changed."""
    if _own(view, act):
        return []
    why = f"{act.event.actor.person} has not voted"
    return [Refusal("G-VOT-3", why, "cast the vote: countersign record cast-vote")]


def _own(view: View, act: Act) -> list[Fact]:
    cast = votes(view, str(act.event.data.get("resolution_id")))
    return [x for x in cast if x.actor.person == act.event.actor.person]


def rule_of(view: View, body: str) -> Rule | None:
    """The rule by which a body decides now; None where nobody has set it."""
    if body == "LTBT":
        return Rule(house(view, "ltbt_signers"), "simple")
    quorum, majority = house(view, "board_quorum"), house(view, "board_majority")
    return Rule(quorum, majority) if quorum and majority else None


def opened(view: View, resolution_id: str) -> Fact | None:
    """The opening of a resolution."""
    return next((x for x in _recorded(view, OPENED) if x.data["resolution_id"] == resolution_id), None)


def on_text(view: View, body: str, text_digest: str) -> list[Fact]:
    """The resolutions of a body on a text, by their openings."""
    asked = _recorded(view, OPENED)
    return [x for x in asked if x.data["body"] == body and x.data["text_digest"] == text_digest]


def votes(view: View, resolution_id: str) -> list[Fact]:
    """Every vote and change, in order of entries."""
    cast = [*_recorded(view, CAST), *_recorded(view, CHANGED)]
    return sorted((x for x in cast if x.data["resolution_id"] == resolution_id), key=lambda x: x.index)


def _recorded(view: View, type_: str) -> list[Fact]:
    """Facts of a type as they were recorded, without their corrections."""
    return [fact for x in view.of_type(type_) if (fact := view.register.by_id(x.id))]


def outcome(view: View, resolution_id: str) -> Outcome | None:
    """What came of a resolution, as known at its close; None when there is no such resolution."""
    asked = opened(view, resolution_id)
    if asked is None:
        return None
    made, closed = read_payload(Resolution, asked.data), view.now >= asked.data["closes_at"]
    seen = at_close(view, asked) if closed else view
    last = {x.actor.person: x.data["vote"] for x in votes(seen, resolution_id)}
    count = {word: list(last.values()).count(word) for word in ("for", "against", "abstain", "recuse")}
    needed, everybody = made.rule.quorum, len(made.electorate)
    if house(seen, "recused_leave_quorum") == "on" and everybody:
        needed = -(-needed * (everybody - count["recuse"]) // everybody)
    present = count["for"] + count["against"] + count["abstain"]
    carried = present >= max(needed, 1) and _majority(made.rule, count["for"], count["against"])
    return Outcome(
        body=made.body,
        text_digest=made.text_digest,
        closes_at=made.closes_at,
        carried=carried if closed else None,
        for_=count["for"],
        against=count["against"],
        abstain=count["abstain"],
        recused=count["recuse"],
        needed=needed,
    )


def at_close(view: View, asked: Fact) -> View:
    """What was known when a resolution closed: the entries recorded before."""
    bound = bisect_left(view.register.times, asked.data["closes_at"])
    return View(view.register, min(view.bound, bound), view.as_of, asked.data["closes_at"])


def carried(view: View, resolution_id: str) -> bool:
    """Whether a resolution closed and was carried."""
    found = outcome(view, resolution_id)
    return bool(found and found.carried)


def _majority(rule: Rule, for_: int, against: int) -> bool:
    return for_ > against if rule.majority == "simple" else for_ > 0 and for_ >= 2 * against


_stream = in_stream("resolution", "resolution_id")
_VOTES: Final = {"G-VOT-1": judge_open, "G-VOT-2": judge_elector}

KINDS = (
    decision(OPENED, "open-resolution", Resolution, "DOMAIN 4.16", _stream, """\
# A body is asked to decide about one text. The electorate is every member; it is frozen here. What comes of it is
# computed from the votes when it closes.
data:
  resolution_id: r-2025-7
  body: BOARD                # BOARD LTBT
  question: ""
  text_digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  electorate: [p-d1, p-d2]
  rule: {quorum: 2, majority: simple}      # the body's own: settings board_quorum and board_majority
  closes_at: 2025-09-24T17:00:00.000000Z
""", judges={"G-RES-1": judge_rule, "G-RES-2": judge_electorate, "G-RES-3": judge_new}),
    decision(CAST, "cast-vote", Vote, "DOMAIN 4.16", _stream, """\
# A member of the body votes on the text that was put to the vote. One vote a person.
data:
  resolution_id: r-2025-7
  text_digest: sha256:...
  vote: for                  # for against abstain recuse
  # reason: as the trust commented
""", judges=_VOTES | {"ALREADY_VOTED": judge_first}),
    decision(CHANGED, "change-vote", Vote, "DOMAIN 4.16", _stream, """\
# A member changes an own vote before the resolution closes. Both stay visible; this one counts.
data:
  resolution_id: r-2025-7
  text_digest: sha256:...
  vote: against              # for against abstain recuse
  # reason: as the trust commented
""", judges=_VOTES | {"G-VOT-3": judge_change}),
)  # fmt: skip
