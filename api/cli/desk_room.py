"""What the desk's commands share: the unlocked room, the options of a person, a report by the beginning of its name."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.cli.call import Call, F
from api.cli.keyring import Passphrases
from api.cli.options import passphrase_option
from api.cli.trouble import CannotRun
from api.cli.trustee import home_of, home_option
from api.desk.overview import overview
from api.desk.session import Session
from intake.trustee import desk as acts
from intake.trustee.room import Room


@contextmanager
def room_of(call: Call, home: Path | None, passphrase_fd: int | None) -> Iterator[Room]:
    """The unlocked room of a command."""
    session = Session(home_of(call, home), call.clock, secrets.token_bytes)
    session.known()
    session.unlock(Passphrases(call, passphrase_fd).source("Passphrase of this machine: "))
    with session.room() as room:
        yield room


def person_options(function: F) -> F:
    return home_option(passphrase_option(function))


def item_of(room: Room, given: str) -> str:
    found = [item for item in room.notes.waiting if item.startswith(given.lower())]
    if len(found) != 1 or len(given) < 4:
        raise CannotRun(f"{given} does not name one report", "`countersign desk list` names them")
    return found[0]


def done(call: Call, room: Room, sentence: str, id_: str = "") -> None:
    acts.finish(room)
    shown = overview(room)
    call.screen.say(sentence, "ok")
    call.screen.answer({"done": sentence, "id": id_ or None, "mail": shown["mail"]}, id_ or "done")
