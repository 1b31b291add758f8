"""``countersign findings``: what the record shows to be amiss by itself, as true and as known at any time.

::

    LINE_KIND_MISMATCH  entry 41, since 2025-03-14: line AUT-50 is entered as yellow, the policy draws it red
"""

from __future__ import annotations

from typing import Any

import click

from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at, unread
from api.cli.words import counted
from ledger.engine.findings import findings as open_findings


@click.command()
@common
@asked_at
@click.pass_obj
def findings(call: Call, *, as_of: str | None, known_at: str | None) -> int:
    """What the record shows to be amiss by itself.

    Exits with 1 while anything is open.
    """
    with open_door(call) as door:
        view = door.register().at(as_of=as_of, known_at=known_at)
        found, hidden = open_findings(view), unread(view)
    screen = call.screen
    for one in found:
        screen.say(f"{one.code}  entry {one.index}, since {one.since[:10]}: {one.why}", "wait")
    screen.say(f"{counted(len(found), 'finding')} open." if found else "No finding is open.")
    if hidden:
        screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here; nothing is found in those.")
    document: dict[str, Any] = {
        "as_of": as_of,
        "known_at": known_at,
        "unread": hidden,
        "findings": [{"code": x.code, "entry": x.index, "since": x.since, "why": x.why} for x in found],
    }
    screen.answer(document, "\n".join(f"{x.code} {x.index}" for x in found) or None)
    return 1 if found else 0
