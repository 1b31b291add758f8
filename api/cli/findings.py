"""``countersign findings``: what the record shows to be amiss by itself, as true and as known at any time.

::

    LINE_KIND_MISMATCH  entry 41, since 2025-03-14: line AUT-50 is entered as yellow, the policy draws it red

1. A day must mean its end, so that what was recorded on that day counts.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.words import counted
from ledger.engine.findings import findings as open_findings
from ledger.errors import Malformed
from ledger.record import fields
from ledger.register import View


def _moment(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        if "T" in value:
            return fields.time(value, "")
        if date.fromisoformat(value).isoformat() == value:
            return f"{value}T23:59:59.999999Z"
    except (Malformed, ValueError):
        pass
    raise click.BadParameter(f"{value!r} is no time: write 2025-03-14 or 2025-03-14T09:00:00.000000Z.")


@click.command()
@common
@click.option("--as-of", metavar="T", callback=_moment, help="What was true by the end of this day.")
@click.option(
    "--known-at", metavar="T", callback=_moment, help="What stood on the record by the end of this day."
)
@click.pass_obj
def findings(call: Call, *, as_of: str | None, known_at: str | None) -> int:
    """What the record shows to be amiss by itself.

    Exits with 1 while anything is open.
    """
    with open_door(call) as door:
        view = door.register().at(as_of=as_of, known_at=known_at)
        found, unread = open_findings(view), _unread(view)
    screen = call.screen
    for one in found:
        screen.say(f"{one.code}  entry {one.index}, since {one.since[:10]}: {one.why}", "wait")
    screen.say(f"{counted(len(found), 'finding')} open." if found else "No finding is open.")
    if unread:
        screen.aside(f"{counted(unread, 'withheld entry')} cannot be read here; nothing is found in those.")
    document: dict[str, Any] = {
        "as_of": as_of,
        "known_at": known_at,
        "unread": unread,
        "findings": [{"code": x.code, "entry": x.index, "since": x.since, "why": x.why} for x in found],
    }
    screen.answer(document, "\n".join(f"{x.code} {x.index}" for x in found) or None)
    return 1 if found else 0


def _unread(view: View) -> int:
    return sum(index < view.bound for index in view.register.unread)
