"""``countersign clocks``: what is due and overdue, by how much, and whether the duty is a must or a should.

::

    OVERDUE   must    R22-C-COMPREHENSIVE  heron-4         by P3D, was due 2025-09-14
    due soon  should  R22-C-MONTH          heron-4         due 2025-10-14

1. Without ``--as-of`` it must be asked of this instant, not of the last entry: time passes where nothing is recorded.
2. What is claimed to have been in time and was recorded late must never be shown as met.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from api.answers.asked import answer, unread
from api.answers.clocks import clock as plain
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.screen import Tone
from api.cli.trouble import CannotRun
from api.cli.words import counted, table
from ledger.engine.clocks import Clock
from ledger.engine.clocks import clocks as all_clocks

TONES: Final[dict[str, Tone]] = {"overdue": "bad", "due_soon": "wait", "met_unproven": "wait", "met": "ok"}


@click.command()
@common
@asked_at
@click.option("--all", "everything", is_flag=True, help="Those that were met and those that do not run, too.")
@click.option(
    "--ical", metavar="FILE", help="Write the open ones as a calendar (iCalendar); - for standard output."
)
@click.pass_obj
def clocks(
    call: Call, *, as_of: str | None, known_at: str | None, everything: bool, ical: str | None
) -> int | None:
    """What is due and overdue, by how much, and how firmly.

    Exits with 1 while anything is overdue.
    """
    with open_door(call) as door:
        view = door.register().at(as_of=as_of or known_at or call.clock(), known_at=known_at)
        found, hidden, origin = all_clocks(view), unread(view), door.origin
    overdue = [x for x in found if x.state == "overdue"]
    if ical is not None:
        from api.answers.ical import calendar

        made = calendar(found, origin, view.now)
        if ical == "-":
            click.echo(made, nl=False)
            return None
        _write(ical, made)
    shown = [x for x in found if everything or x.open]
    for clock, text in zip(shown, table([_row(x) for x in shown], ""), strict=True):
        call.screen.say(text, TONES.get(clock.state, "plain"))
    call.screen.say(f"{counted(len(overdue), 'clock')} overdue." if overdue else "Nothing is overdue.")
    if hidden:
        call.screen.aside(
            f"{counted(hidden, 'withheld entry')} cannot be read here; they start and meet nothing."
        )
    document = answer(view.as_of, known_at, hidden, clocks=[plain(x) for x in found])
    call.screen.answer(document, "\n".join(f"{x.rule} {x.about}".strip() for x in overdue) or None)
    return 1 if overdue else 0


def _row(clock: Clock) -> tuple[str, ...]:
    firm = f"{clock.modality} (house)" if clock.house else clock.modality
    state = "OVERDUE" if clock.state == "overdue" else clock.state.replace("_", " ")
    return state, firm, clock.rule, clock.about, _when(clock)


def _when(clock: Clock) -> str:
    due = _day(clock, clock.due)
    about = " (the text says approximately)" if clock.approximate else ""
    aim = f", aims at {clock.target[:10]}" if clock.target and clock.open else ""
    if clock.state == "not_applicable":
        return "does not run"
    if clock.state == "overdue":
        return f"by {clock.late}, was due {due}{about}"
    if clock.open:
        return f"due {due}{aim}{about}"
    met = f"{(clock.met_at or '')[:10]}, entry {clock.met_by}, was due {due}"
    if clock.state == "met_late":
        return f"by {clock.late}: {met}"
    return (
        f"claimed in time, recorded {clock.recorded_late} after: {met}"
        if clock.state == "met_unproven"
        else met
    )


def _day(clock: Clock, at: str | None) -> str:
    return (at or "") if clock.exact else (at or "")[:10]


def _write(name: str, made: bytes) -> None:
    try:
        Path(name).write_bytes(made)
    except OSError as e:
        raise CannotRun(f"{name} cannot be written: {e.strerror}", "choose another place") from None
