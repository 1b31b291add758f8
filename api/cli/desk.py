"""``countersign desk``: the trustee's local page, and the same acts as commands.

::

    countersign desk                                 opens the page on this machine
    countersign desk list --json
    countersign desk request 3f9a…      desk approve ID      desk open 3f9a…      desk reply 3f9a… --file answer.txt

1. Everything but `trust` and the page itself needs the person's passphrase; nothing is answered without them.
2. A report may be named by the beginning of its name, if that names one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from api.cli.call import Call, common
from api.cli.desk_reports import COMMANDS
from api.cli.desk_room import done, person_options, room_of
from api.cli.trouble import CannotRun
from api.cli.trustee import home_of, home_option
from api.desk.overview import day_of, overview
from api.desk.session import Known, Session, keep_known, read_known
from intake.trustee import desk as acts
from intake.trustee import outgoing, vault
from intake.trustee.mirror import Mirror
from ledger.errors import Malformed
from ledger.record import fields as f

_PATH: Final = click.Path(path_type=Path)
_IN: Final = click.Path(path_type=Path, exists=True, dir_okay=False)
PORT: Final = 8450


@click.group(invoke_without_command=True)
@common
@home_option
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, metavar="N", help="Which port (8450).")
@click.pass_context
def desk(ctx: click.Context, *, home: Path | None, port: int) -> None:
    """Open the trustee's page on this machine, or act by a command."""
    if ctx.invoked_subcommand is not None:
        return
    call: Call = ctx.obj
    folder = home_of(call, home)
    vault.own(folder)
    read_known(folder)
    serve_desk(call, Session(folder, call.clock), port)


def serve_desk(call: Call, session: Session, port: int) -> None:
    """Serve the page until it is stopped."""
    from api.cli.serve import address, listen, run
    from api.desk.app import create_desk

    with listen("127.0.0.1", port) as bound:
        url = f"{address(bound)}/enter?token={session.token}"
        call.screen.say("Your desk is open. This address works once, in this machine's browser:", "ok")
        call.screen.say(f"  {url}")
        call.screen.say("Ctrl-C closes the desk.")
        call.screen.answer({"url": url}, url)
        run([(create_desk(session), bound)])


@desk.command()
@common
@home_option
@click.option(
    "--directory", type=_IN, required=True, metavar="FILE", help="The trustees' list, as on the ledger."
)
@click.option("--intake-key", required=True, metavar="KEY", help="The intake's public key (43 characters).")
@click.option("--source", required=True, metavar="PLACE", help="The intake's address, or a folder.")
@click.option("--ledger", default="", metavar="PLACE", help="Where the record is published.")
@click.option("--vkey", default="", metavar="VKEY", help="The log's key.")
@click.option(
    "--first", type=click.IntRange(0), default=0, metavar="DAY", help="The channel's first daily list."
)
@click.pass_obj
def trust(
    call: Call,
    *,
    home: Path | None,
    directory: Path,
    intake_key: str,
    source: str,
    ledger: str,
    vkey: str,
    first: int,
) -> None:
    """Tell the desk once whom to trust: the trustees' list, the intake's key, where things are.

    Compare the fingerprints with the fingerprint sheet and with the other trustees.
    """
    folder = home_of(call, home)
    own = vault.own(folder)
    f.b64u(intake_key, "/intake-key", 32)
    found = Mirror(folder / "mirror").keep_directory(directory.read_bytes().removesuffix(b"\n"))
    if own.seat not in [_members(s) for s in found.roster.seats]:
        raise Malformed("your seat is not in this list", "", "ask whoever keeps the roster")
    keep_known(folder, Known(intake_key, source, ledger, vkey, first))
    for seat in found.roster.seats:
        call.screen.say(f"  seat {seat.seat}  {seat.person}  {found.fingerprint(seat.seat)}")
    call.screen.answer({"directory": found.digest.hex(), "seats": found.size}, found.digest.hex())


@desk.command()
@common
@person_options
@click.pass_obj
def fetch(call: Call, *, home: Path | None, passphrase_fd: int | None) -> None:
    """Fetch the daily lists and the mail, check all bytes, look for reports. Exit code 1: there are alarms."""
    from api.desk.fetch import source_of

    with room_of(call, home, passphrase_fd) as room:
        known = read_known(room.home)
        alarms = acts.refresh(room, source_of(known.source), known.first)
        shown = overview(room, alarms)
    _tell(call, shown)
    click.get_current_context().exit(1 if shown["alarms"] else 0)


@desk.command("list")
@common
@person_options
@click.pass_obj
def list_(call: Call, *, home: Path | None, passphrase_fd: int | None) -> None:
    """What waits: reports, requests, drafts, clocks."""
    with room_of(call, home, passphrase_fd) as room:
        acts.look_through(room)
        shown = overview(room)
    _tell(call, shown)


@desk.command()
@common
@person_options
@click.option("--out", type=_PATH, metavar="FILE", help="Write today's parcel for colleagues.")
@click.option("--in", "read", type=_IN, multiple=True, metavar="FILE", help="Read a colleague's parcel.")
@click.pass_obj
def meet(
    call: Call, *, out: Path | None, read: tuple[Path, ...], home: Path | None, passphrase_fd: int | None
) -> None:
    """Exchange the daily mail as files, when trustees meet."""
    with room_of(call, home, passphrase_fd) as room:
        news = sum(acts.receive_file(room, path.read_bytes()) for path in read)
        if out is not None:
            out.write_bytes(outgoing.export(room))
            call.screen.say(f"Wrote {out}: hand it to each colleague.", "ok")
        done(call, room, f"{news} of {len(read)} parcels had news for you.")


@desk.command()
@common
@person_options
@click.option("--confirm", is_flag=True, help="Confirm that it only grew, and print the line.")
@click.pass_obj
def record(call: Call, *, confirm: bool, home: Path | None, passphrase_fd: int | None) -> None:
    """What changed on the ledger since you looked; and confirm that it only grew."""
    from api.desk import record as ledger

    with room_of(call, home, passphrase_fd) as room:
        known = read_known(room.home)
        looked = ledger.look(room.home, room.unlocked, known.ledger, known.vkey, room.notes.looked)
        line = ""
        if confirm:
            line = ledger.confirm(room.home, room.unlocked, known.ledger, known.vkey, room.now)
            room.notes.looked = {"line": line, "note": looked.note, "size": looked.size}
    for entry in looked.new:
        call.screen.say(f"  {entry.index:>5}  {entry.title}  {entry.about}")
    call.screen.say(f"{looked.verdict}: {looked.meaning}", "ok" if looked.good else "bad")
    if line:
        call.screen.say(line.rstrip())
    call.screen.answer({**looked.members(), "line": line or None}, line.rstrip() or looked.verdict)
    click.get_current_context().exit(0 if looked.good else 1)


@desk.command()
@common
@person_options
@click.option("--for", "reader", required=True, metavar="PERSON", help="Who gets it.")
@click.option("--quarter", required=True, metavar="QUARTER", help="Such as 2025-Q2.")
@click.pass_obj
def digest(call: Call, *, reader: str, quarter: str, home: Path | None, passphrase_fd: int | None) -> None:
    """The quarterly digest for an officer or director, without the cases that name them."""
    from intake.trustee import digest as digests

    with room_of(call, home, passphrase_fd) as room:
        rows = digests.digest(room, quarter, reader)
    for row in rows:
        words = (row["scope"], row["stage"], row["outcome"] or "")
        call.screen.say("  " + ", ".join(w.replace("_", " ") for w in words if w))
    call.screen.answer(rows, "")


@desk.command()
@common
@person_options
@click.option("--panel", metavar="ID", help="Which panel (default: the first with your seat).")
@click.option("--exclude", is_flag=True, help="Leave out one seat, drawn by lot.")
@click.pass_obj
def rehearse(
    call: Call, *, panel: str | None, exclude: bool, home: Path | None, passphrase_fd: int | None
) -> None:
    """File a rehearsal to your own panel, to be opened and answered as in earnest. It takes 20 minutes of work.

    Its place in the lists is watched: an alarm follows if the intake drops it.
    """
    from api.desk.fetch import Web, source_of
    from intake.trustee import rehearsal

    with room_of(call, home, passphrase_fd) as room:
        place = source_of(read_known(room.home).source)
        if not isinstance(place, Web):
            raise CannotRun("A rehearsal is handed in at the intake's address", "this desk reads a folder")
        directory = room.directory(room.today)
        mine = [p.id for p in directory.roster.panels if room.seat(directory) in p.seats]
        made = rehearsal.rehearsal(directory, panel or mine[0], room.now[:10], room.chance, exclude=exclude)
        given = place.hand_in(made.data)
        rehearsal.remember(room, made, given.first, given.last)
    call.screen.say(f"Filed. It will be listed by the day after {day_of(given.last)}.", "ok")
    call.screen.say(f"The words that read the answer: {made.words}")
    call.screen.answer({"item": made.item, "lines": given.lines(), "words": made.words}, made.item)


def _tell(call: Call, shown: dict[str, Any]) -> None:
    say: Callable[..., None] = call.screen.say
    for found in shown["alarms"]:
        say(f"{found['day']}: {found['what']}", "bad")
    for w in shown["waiting"]:
        asked = f", asked on {w['asked']}" if w["asked"] else ""
        say(
            f"report {w['item'][:16]}, listed on {w['listed']}: {w['have']} of {w['need']} parts{asked}",
            "wait",
        )
    for r in shown["requests"]:
        say(f"{r['reader']} asks to open {r['item'][:16]}; key {r['key']}; approve {r['id']}", "wait")
    for d in shown["drafts"]:
        say(f"draft {d['id']} of {d['from']} for {d['item'][:16]} waits for a second signature", "wait")
    for opened in shown["reports"]:
        due = [c for c in opened["clocks"] if c["state"] in ("overdue", "due_soon", "running")]
        when = f", {due[0]['title']} by {due[0]['due']}" if due else ""
        say(f"open: {opened['item'][:16]}, {opened['case']['stage'].replace('_', ' ')}{when}")
    say(f"Mail goes out on {shown['mail']['goes_out']}.")
    call.screen.answer(shown, "\n".join(w["item"] for w in shown["waiting"]))


def _members(seat: Any) -> dict[str, Any]:
    return {name: getattr(seat, name) for name in ("device", "hpke", "person", "seat", "sign")}


for command in COMMANDS:
    desk.add_command(command)
