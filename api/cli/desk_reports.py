"""``countersign desk request``, ``approve``, ``open``, ``reply``, ``sign``, ``event``: what is done with one report."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from api.cli.call import Call, common
from api.cli.desk_room import done, item_of, person_options, room_of
from api.cli.trouble import CannotRun
from api.desk.overview import report
from intake.trustee import desk as acts
from intake.trustee.event import TYPES, UPDATES
from intake.trustee.threads import thread_of

_IN: Final = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@common
@person_options
@click.argument("item")
@click.pass_obj
def request(call: Call, *, item: str, home: Path | None, passphrase_fd: int | None) -> None:
    """Ask the colleagues to open ITEM together."""
    with room_of(call, home, passphrase_fd) as room:
        acts.request(room, item_of(room, item))
        done(call, room, "Asked. It goes out with the next mail.")


@click.command()
@common
@person_options
@click.argument("id_", metavar="ID")
@click.option("--no", "declined", is_flag=True, help="Do not give it; nobody is told.")
@click.pass_obj
def approve(call: Call, *, id_: str, declined: bool, home: Path | None, passphrase_fd: int | None) -> None:
    """Give your part of a key for request ID. Compare its digits with your colleague first."""
    with room_of(call, home, passphrase_fd) as room:
        if declined:
            acts.decline(room, id_)
        else:
            acts.approve(room, id_)
        done(call, room, "Declined." if declined else "Given. It goes out with the next mail.")


@click.command("open")
@common
@person_options
@click.argument("item")
@click.option("--tell/--no-tell", default=True, help="Let the colleagues who gave their part read it too.")
@click.pass_obj
def open_(call: Call, *, item: str, tell: bool, home: Path | None, passphrase_fd: int | None) -> None:
    """Open ITEM, once enough parts of its key are here, and read it."""
    with room_of(call, home, passphrase_fd) as room:
        acts.look_through(room)
        name = item_of(room, item)
        if name not in room.notes.keys:
            try:
                acts.open_report(room, name, tell=tell)
            finally:
                acts.finish(room)
        thread = thread_of(room, name)
        if thread is None:
            raise CannotRun("There is nothing in it", "it was a cover")
        shown = report(room, thread)
    for part in shown["parts"]:
        call.screen.say(f"{part['kind'].replace('_', '-')}, listed on {part['listed']}\n\n{part['text']}\n")
    for clock in shown["clocks"]:
        call.screen.say(f"  {clock['state'].replace('_', ' '):<9} {clock['due']}  {clock['title']}")
    call.screen.answer(shown, name)


@click.command()
@common
@person_options
@click.argument("item")
@click.option(
    "--file",
    "file",
    type=click.File(),
    required=True,
    metavar="FILE",
    help="The answer's text (- reads stdin).",
)
@click.option("--kind", type=click.Choice(UPDATES), default=UPDATES[0], help="What the answer is.")
@click.option("--alone", is_flag=True, help='Your signature only: shown as "from one trustee alone".')
@click.pass_obj
def reply(
    call: Call,
    *,
    item: str,
    file: Any,
    kind: str,
    alone: bool,
    home: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Answer ITEM. A colleague's signature sends it."""
    with room_of(call, home, passphrase_fd) as room:
        id_ = acts.answer(room, item_of(room, item), file.read(), kind, alone=alone)
        done(
            call, room, "It goes out with the mail." if alone else "A colleague is asked to sign it too.", id_
        )


@click.command()
@common
@person_options
@click.argument("id_", metavar="ID")
@click.option("--alone", is_flag=True, help="Send your own draft without a second signature.")
@click.pass_obj
def sign(call: Call, *, id_: str, alone: bool, home: Path | None, passphrase_fd: int | None) -> None:
    """Sign a colleague's draft ID too."""
    with room_of(call, home, passphrase_fd) as room:
        (acts.send_alone if alone else acts.cosign)(room, id_)
        done(call, room, "Signed. It goes out with the next mail.")


@click.command()
@common
@person_options
@click.argument("item")
@click.argument("type_", metavar="TYPE", type=click.Choice(list(TYPES)))
@click.option("--file", "form", type=_IN, metavar="FILE", help="The event's data, as YAML or JSON.")
@click.pass_obj
def event(
    call: Call, *, item: str, type_: str, form: Path | None, home: Path | None, passphrase_fd: int | None
) -> None:
    """Put an event on the chain of ITEM's case."""
    from api.cli.forms import load_yaml

    data = load_yaml(str(form)) if form else dict.fromkeys(TYPES[type_], "")
    with room_of(call, home, passphrase_fd) as room:
        acts.record(room, item_of(room, item), type_, data)
        done(call, room, f"Recorded: {type_.replace('_', ' ')}.")


COMMANDS: Final = (request, approve, open_, reply, sign, event)
