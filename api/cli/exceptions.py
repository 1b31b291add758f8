"""``countersign exceptions``: which safeguards are lowered, on whose evidence, until when, and what each lacks.

::

    e-heron-5  proposed; lowers ASL-3-DEPLOYMENT to ASL-2-DEPLOYMENT for heron-5, until 2026-04-30 (entry 41)
        lacks consultation, published text, acknowledgement, advocacy

1. An exception that is not active must never be shown as one, and what came to nothing stays listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from api.answers.asked import answer, unread
from api.answers.exceptions import exception
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.words import counted
from ledger.engine.exceptions import Exempt, exempt


@click.command("exceptions")
@common
@asked_at
@click.pass_obj
def show_exceptions(call: Call, *, as_of: str | None, known_at: str | None) -> None:
    """Which safeguards are lowered, on whose evidence, until when."""
    with open_door(call) as door:
        view = door.register().at(as_of=as_of or known_at or call.clock(), known_at=known_at)
        found, hidden = exempt(view), unread(view)
    screen = call.screen
    for one in found:
        screen.say(_line(one), "bad" if one.state == "active" else "plain")
        for line in _more(one):
            screen.say(f"    {line}")
    active = sum(x.state == "active" for x in found)
    ever = sum(x.since is not None for x in found)
    screen.say(
        f"{counted(len(found), 'exception')}, {active} active, {ever} ever active."
        if found
        else "No exception was ever proposed."
    )
    if hidden:
        screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here; nothing is told of those.")
    document = answer(as_of, known_at, hidden, exceptions=[exception(x) for x in found])
    screen.answer(document, "\n".join(f"{x.id} {x.state}" for x in found) or None)


def _line(one: Exempt) -> str:
    data = one.fact.data
    lowered = ", ".join(f"{x['standard']} to {_to(x['to'])}" for x in data["standards_lowered"])
    since = f" since {one.since[:10]}" if one.since else ""
    who = ", ".join(data["models"])
    return f"{one.id}  {one.state}{since}; lowers {lowered} for {who}, until {one.until} (entry {one.fact.index})"


def _more(one: Exempt) -> Iterator[str]:
    if one.missing and one.ended is None and one.state != "expired":
        yield f"lacks {', '.join(one.missing)}"
    other = one.fact.data.get("other_actor")
    if other:
        papers = other["evidence"]
        yield f"rests on {counted(len(papers), 'document')} about another developer: {', '.join(papers)}"
    if one.review_due:
        yield f"to be reviewed before {one.review_due[:10]}"
    if one.ended:
        yield f"{one.state} in entry {one.ended.index}, {one.ended.recorded_at[:10]}"
    if one.since is None:
        yield "never active"


def _to(to: Any) -> str:
    return to if isinstance(to, str) else "criteria " + ", ".join(to)
