"""``countersign policy versions``: which version governed when, who approved it, who was consulted on that very text.

::

    rsp 2.3  in force from 2025-11-03
        text sha256:aaaaaaaa…, drafted in entry 12
        proposed 2025-09-01 by CEO p-ceo, RSO p-rso (entry 13)
        LTBT consulted on this text: no objection 2025-09-05, by p-t1, p-t3 (entry 15)
        Board: carried, 2 for, 1 against, 0 abstain (quorum 2)
        approved 2025-09-10 (entry 20), to take effect 2025-11-03
        public since 2025-10-27, before it governed

1. What is not there must be said, and what came to nothing stays listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import click

from api.answers.asked import answer, unread
from api.answers.versions import text
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.words import counted
from ledger.engine.policy_history import Chapter, chapters
from ledger.register import Fact
from ledger.subjects.consultations import Consultation
from ledger.subjects.resolutions import Outcome


@click.command("versions")
@common
@asked_at
@click.pass_obj
def versions(call: Call, *, as_of: str | None, known_at: str | None) -> None:
    """Which version governed when, and how it came to: proposed, consulted, approved, public."""
    with open_door(call) as door:
        view = door.register().at(as_of=as_of or known_at or call.clock(), known_at=known_at)
        found, hidden = chapters(view), unread(view)
    screen = call.screen
    for one in found:
        screen.say(f"{one.text.policy} {one.text.version}  {_state(one)}", _tone(one))
        for line in _story(one):
            screen.say(f"    {line}")
    if not found:
        screen.say("There is no policy on the record.")
    if hidden:
        screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here; nothing is told of those.")
    document = answer(as_of, known_at, hidden, texts=[text(x) for x in found])
    screen.answer(document, "\n".join(f"{x.text.version} {x.state}" for x in found) or None)


def _state(one: Chapter) -> str:
    spans = [
        f"{r.since[:10] or 'the founding'} to {r.until[:10]}"
        if r.until
        else f"from {r.since[:10] or 'the founding'}"
        for r in one.governed
    ]
    return f"{one.state} {', '.join(spans)}".rstrip()


def _tone(one: Chapter) -> Literal["ok", "wait", "plain"]:
    return "ok" if one.state == "in force" else "wait" if one.unanswered else "plain"


def _story(one: Chapter) -> Iterator[str]:
    if one.text.drafted is None:
        yield f"text {one.text.digest}, in force already when the ledger was founded; attested there, not decided here"
        return
    yield f"text {one.text.digest}, drafted in entry {one.text.drafted.index}"
    if one.proposed:
        yield f"proposed {one.proposed.recorded_at[:10]} by {_signers(one.proposed)} (entry {one.proposed.index})"
    else:
        yield "never proposed"
    for consulted in one.consulted:
        yield f"{consulted.opened.data['body']} consulted on this text: {_said(consulted)}"
    if not one.consulted:
        yield "no body was consulted on this text"
    for vote in one.votes:
        yield f"Board: {_vote(vote)}"
    if one.approved and one.effect:
        entry = f"{one.approved.recorded_at[:10]} (entry {one.approved.index})"
        yield f"approved {entry}, to take effect {one.effect[:10]}"
    if one.published:
        order = {None: "", True: ", before it governed", False: ", after it governed already"}
        yield f"public since {one.published[:10]}{order[one.public_first]}"
    elif one.approved:
        yield "not public"
    if one.ended:
        yield f"{one.ended.type.removeprefix('policy.')} {one.ended.recorded_at[:10]} (entry {one.ended.index})"


def _signers(fact: Fact) -> str:
    return ", ".join(f"{s.role} {s.person}" for s in fact.signers if s.statement == "approve")


def _said(one: Consultation) -> str:
    if one.response is None:
        return f"no word yet, due {one.opened.data['response_due']}"
    by = ", ".join(one.response.data["by_trustees"]) or "nobody"
    said = str(one.outcome).replace("_", " ")
    answer = f"; answered in entry {one.answer.index}" if one.answer else ""
    return f"{said} {one.response.recorded_at[:10]}, by {by} (entry {one.response.index}){answer}" + (
        "; not answered" if one.unanswered else ""
    )


def _vote(vote: Outcome) -> str:
    word = {None: f"open until {vote.closes_at}", True: "carried", False: "not carried"}[vote.carried]
    tally = f"{vote.for_} for, {vote.against} against, {vote.abstain} abstain"
    return f"{word}, {tally} (quorum {vote.needed})"
