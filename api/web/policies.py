"""The versions of the policy on a page: how each came to govern, and what it changed, loosening first.

::

    told(view)    [Told(title="qsp 2.3", status=Status("ok", "in force"), steps=(Step("Proposed", …), …), changes=…), …]

1. What is not there must be said: a version that was never public, a body that was not consulted.
2. Changes must stand with what loosens first, and no direction may be told by its colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from api.web.lines import signers
from api.web.status import Status
from api.web.words import count, day, role
from ledger.engine.in_force import policy_of
from ledger.engine.policy_history import Chapter, chapters
from ledger.policy.diff import Change, diff, gravest_first
from ledger.policy.direction import Direction
from ledger.policy.render import in_words, section
from ledger.policy.schema import Policy
from ledger.register import View
from ledger.subjects.consultations import Consultation
from ledger.subjects.resolutions import Outcome
from ledger.subjects.versions import Text

DIRECTIONS: Final = {
    Direction.LOOSENS: Status("bad", "loosens"),
    Direction.UNCLEAR: Status("warn", "unclear"),
    Direction.NEUTRAL: Status("non", "neutral"),
    Direction.TIGHTENS: Status("ok", "tightens"),
}
_TONES: Final = {"in force": "ok", "withdrawn": "non", "rejected": "non", "superseded": "non"}
_OPS: Final = {"add": "new", "remove": "removed", "replace": "changed", "move": "moved"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a text's life: what, how it went, and the entry that says so."""

    label: str
    said: str
    entry: int | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """One change: where, in which section, which way it goes."""

    status: Status
    how: str
    path: str
    ref: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """One text of the policy."""

    title: str
    version: str
    digest: str
    status: Status
    steps: tuple[Step, ...]
    base: str
    counts: tuple[tuple[Status, int], ...]
    changes: tuple[Changed, ...]


def told(view: View) -> list[Told]:
    """Every text, the newest first."""
    found = chapters(view)
    return [_told(one, _before(one, found[:place])) for place, one in reversed(list(enumerate(found)))]


def _told(one: Chapter, base: Text | None) -> Told:
    changes = _changes(base, one.text) if base else ()
    counts = ((status, sum(x.status is status for x in changes)) for status in DIRECTIONS.values())
    return Told(
        f"{one.text.policy} {one.text.version}",
        one.text.version,
        one.text.digest,
        Status(_TONES.get(one.state, "warn"), one.state),
        tuple(_steps(one)),
        base.version if base else "",
        tuple((status, number) for status, number in counts if number),
        changes,
    )


def _before(one: Chapter, earlier: list[Chapter]) -> Text | None:
    """The text that it was drafted to replace."""
    return next((x.text for x in reversed(earlier) if x.text.version == one.text.base and x.governed), None)


def _steps(one: Chapter) -> Iterator[Step]:
    for reign in one.governed:
        since = f"from {day(reign.since)}" if reign.since else "since before the founding"
        yield Step("In force", f"{since}{f' until {day(reign.until)}' if reign.until else ''}")
    if one.text.drafted is None:
        yield Step("Origin", "in force already when this record began; stated there, not decided here")
        return
    yield Step("Drafted", day(one.text.drafted.recorded_at), one.text.drafted.index)
    if one.proposed:
        by = signers(one.proposed.signers)
        yield Step("Proposed", f"{day(one.proposed.recorded_at)} by {by}", one.proposed.index)
    else:
        yield Step("Proposed", "never")
    for heard in one.consulted:
        yield _heard(heard)
    if not one.consulted:
        yield Step("Consulted", "no body was consulted on this text", None, Status("warn", "not consulted"))
    for vote in one.votes:
        yield _voted(vote)
    if one.approved and one.effect:
        said = f"{day(one.approved.recorded_at)}, to take effect on {day(one.effect)}"
        yield Step("Approved", said, one.approved.index)
    if one.published:
        late = one.public_first is False
        status = Status("bad", "after it governed already") if late else Status("ok", "public")
        yield Step("Published", day(one.published), None, status)
    elif one.approved:
        yield Step("Published", "", None, Status("bad", "not public"))
    if one.ended:
        word = one.ended.type.removeprefix("policy.").capitalize()
        yield Step(word, day(one.ended.recorded_at), one.ended.index)


def _heard(one: Consultation) -> Step:
    body = role(str(one.opened.data["body"]))
    if one.response is None:
        said = f"{body} was asked and is to answer by {day(str(one.opened.data['response_due']))}"
        return Step("Consulted", said, one.opened.index, Status("warn", "no word yet"))
    by = ", ".join(one.response.data["by_trustees"]) or "nobody"
    said = f"{body} on {day(one.response.recorded_at)}, said by {by}"
    if one.answer:
        said += f"; answered in entry {one.answer.index}"
    tone = "bad" if one.unanswered else "warn" if one.outcome == "objection" else "ok"
    word = str(one.outcome).replace("_", " ") + (", not answered" if one.unanswered else "")
    return Step("Consulted", said, one.response.index, Status(tone, word))


def _voted(vote: Outcome) -> Step:
    words = {None: ("warn", "open"), True: ("ok", "carried"), False: ("bad", "not carried")}
    tally = f"{vote.for_} for, {vote.against} against, {vote.abstain} abstain"
    said = f"{role(vote.body)}: {tally}; {count(vote.needed, 'vote')} needed"
    return Step("Voted", said, None, Status(*words[vote.carried]))


def _changes(old: Text, new: Text) -> tuple[Changed, ...]:
    before, after = policy_of(old), policy_of(new)
    return _compared(_Pair(before, after)) if before and after else ()


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Two versions by identity: the record keeps them, so they are compared once."""

    before: Policy
    after: Policy

    def __hash__(self) -> int:
        return hash((id(self.before), id(self.after)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and other.before is self.before and other.after is self.after


@lru_cache(maxsize=64)
def _compared(pair: _Pair) -> tuple[Changed, ...]:
    return tuple(_changed(x, pair) for x in gravest_first(diff(pair.before, pair.after)))


def _changed(change: Change, pair: _Pair) -> Changed:
    of = pair.before if change.op == "remove" else pair.after
    item = change.op in ("add", "remove") and change.path != change.whole
    shown = change.whole if item and isinstance(change.before or change.after, str) else change.path
    return Changed(
        DIRECTIONS[change.direction],
        _OPS.get(change.op, change.op),
        " > ".join(step.replace("~1", "/").replace("~0", "~") for step in shown.split("/")[1:]),
        section(of, change.path),
        in_words(change.before),
        in_words(change.after),
    )
