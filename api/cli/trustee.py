"""``countersign trustee``: a trustee's sheet of 24 words, and the keys on their machine that come from it.

::

    countersign trustee setup p-t1 --seat 0 --ledger example.org/log     a sheet to print; typed back, it makes the keys
    countersign trustee restore p-t1 --seat 0 --ledger …                 the same keys on a new machine, from the paper
    countersign trustee show                                             the public seat, and its fingerprint

1. The words must never be an argument, and must not stay on the machine: only the paper has them.
2. Keys must not be made before the words were typed back from the paper.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from api.cli.call import Call, F, common
from api.cli.keyring import Passphrases
from api.cli.options import passphrase_option
from api.cli.trouble import CannotRun
from intake.trustee import sheet, vault
from intake.trustee.sheet import Sheet
from intake.trustee.vault import Own
from keys.errors import KeyTrouble
from keys.files import write_bytes
from keys.seat import seat as seat_of

VARIABLE: Final = "COUNTERSIGN_TRUSTEE"
_PATH: Final = click.Path(path_type=Path)
_ROW: Final = 6


def home_of(call: Call, home: Path | None) -> Path:
    """Where a trustee's keys and cases are: the option, COUNTERSIGN_TRUSTEE, or where the desktop's rules say."""
    if home is not None:
        return home
    if named := call.environment.get(VARIABLE):
        return Path(named)
    base = call.environment.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "countersign" / "trustee"


def home_option(function: F) -> F:
    """--home."""
    return click.option(
        "--home", type=_PATH, metavar="FOLDER", help=f"The trustee's own folder ({VARIABLE})."
    )(function)


def _seat_options(function: F) -> F:
    function = click.option(
        "--year", type=click.IntRange(2000, 9999), metavar="YEAR", help="The sheet's year (default: this)."
    )(function)
    function = click.option("--ledger", metavar="ORIGIN", help="The ledger's name (default: that of --dir).")(
        function
    )
    function = click.option(
        "--seat", type=click.IntRange(0, 11), required=True, metavar="N", help="Your number in the roster."
    )(function)
    return home_option(passphrase_option(function))


@click.group()
@common
def trustee() -> None:
    """Make a trustee's sheet and keys, or make the keys again from the sheet."""


@trustee.command()
@common
@click.argument("person")
@_seat_options
@click.option(
    "--sheet", "file", type=_PATH, metavar="FILE", help="Write the sheet for printing: .html or .txt."
)
@click.pass_obj
def setup(
    call: Call,
    *,
    person: str,
    seat: int,
    ledger: str | None,
    year: int | None,
    file: Path | None,
    home: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Make PERSON's sheet of 24 words for a year, and the keys that come from it.

    Print the sheet, or copy it by hand. Its words are asked for once; then the keys are made, and a printed file is
    removed. Without a terminal only the file is written: go on with `trustee restore`.
    """
    folder = home_of(call, home)
    _refuse_twice(folder)
    entropy = os.urandom(sheet.ENTROPY_BYTES)
    mine = _own(call, entropy, person, seat, ledger=ledger, year=year)
    made = Sheet(
        person,
        seat,
        mine.year,
        mine.ledger,
        vault.fingerprint(mine.seat),
        call.clock()[:10],
        sheet.words(entropy),
    )
    if file is not None:
        text = made.html() if file.suffix in (".html", ".htm") else made.text()
        write_bytes(file, text.encode(), 0o600)
        call.screen.say(f"Wrote {file}. Print it now; others must not see it.", "ok")
    elif call.screen.interactive:
        call.screen.show(made.text())
    else:
        raise CannotRun("There is no terminal to show the words on", "write them for printing: --sheet FILE")
    if not call.screen.interactive:
        call.screen.say("Go on with the paper: countersign trustee restore")
        return call.screen.answer({"sheet": str(file), "fingerprint": made.fingerprint}, str(file))
    call.screen.say("Type the words back from the paper.")
    if sheet.entropy(_ask()) != entropy:
        raise CannotRun("These are the words of another sheet", "take the one just made, and begin again")
    _make(call, folder, entropy, mine, passphrase_fd)
    if file is not None:
        file.unlink(missing_ok=True)
        call.screen.say(
            f"Removed {file}: the paper is what counts. Empty the printer's memory if it has one."
        )
    return None


@trustee.command()
@common
@click.argument("person")
@_seat_options
@click.option(
    "--words-fd", type=click.IntRange(0), metavar="N", help="Read the words from this file descriptor."
)
@click.option(
    "--shares", type=click.IntRange(2, 16), metavar="K", help="Ask for K shares of the sheet instead."
)
@click.pass_obj
def restore(
    call: Call,
    *,
    person: str,
    seat: int,
    ledger: str | None,
    year: int | None,
    words_fd: int | None,
    shares: int | None,
    home: Path | None,
    passphrase_fd: int | None,
) -> None:
    """Make PERSON's keys again from the sheet of paper, on a machine that has none.

    Your cases come back from your colleagues' machines with the next days' mail.
    """
    folder = home_of(call, home)
    _refuse_twice(folder)
    lines = _lines(words_fd, shares or 1)
    entropy = sheet.joined(lines) if shares else sheet.entropy(lines[0])
    _make(call, folder, entropy, _own(call, entropy, person, seat, ledger=ledger, year=year), passphrase_fd)


@trustee.command()
@common
@click.option("--of", type=click.IntRange(2, 16), required=True, metavar="N", help="How many to make.")
@click.option("--need", type=click.IntRange(2, 16), required=True, metavar="K", help="How many give it back.")
@click.option(
    "--words-fd", type=click.IntRange(0), metavar="N", help="Read the words from this file descriptor."
)
@click.pass_obj
def shares(call: Call, *, of: int, need: int, words_fd: int | None) -> None:
    """Split a sheet into shares (SLIP-39), for safes in several places. Type the sheet's words.

    Whoever has as many shares as it takes has the sheet.
    """
    made = sheet.split(sheet.entropy(_lines(words_fd, 1)[0]), need, of)
    for number, share in enumerate(made, 1):
        call.screen.say(f"Share {number} of {of}; any {need} give the sheet back\n\n  {share}\n")
    call.screen.answer({"need": need, "shares": list(made)}, "\n".join(made))


@trustee.command()
@common
@home_option
@click.pass_obj
def show(call: Call, *, home: Path | None) -> None:
    """Show the public seat, for the roster, and its fingerprint."""
    _tell(call, vault.own(home_of(call, home)))


def _refuse_twice(folder: Path) -> None:
    if vault.is_there(folder):
        raise CannotRun(f"{folder} holds a trustee's keys already", "name another folder: --home FOLDER")


def _own(
    call: Call, entropy: bytes, person: str, number: int, *, ledger: str | None, year: int | None
) -> Own:
    day = date.fromisoformat(call.clock()[:10])
    return Own(ledger or call.settings().origin, year or day.year, seat_of(entropy, person, number))


def _make(call: Call, folder: Path, entropy: bytes, mine: Own, passphrase_fd: int | None) -> None:
    source = Passphrases(call, passphrase_fd).source(
        "New passphrase for this machine (not the words): ", twice=True
    )
    vault.set_up(folder, entropy, mine, source())
    call.screen.say(f"Made the keys of {mine.person}, seat {mine.number}, in {folder}.", "ok")
    _tell(call, mine)


def _tell(call: Call, mine: Own) -> None:
    mark = vault.fingerprint(mine.seat)
    call.screen.say(f"  fingerprint  {mark}   read it aloud to whoever puts the seat on the record")
    call.screen.say("  The seat, for the roster, is printed by: countersign trustee show --json")
    document: dict[str, Any] = {
        "fingerprint": mark,
        "ledger": mine.ledger,
        "seat": mine.seat,
        "year": mine.year,
    }
    call.screen.answer(document, mark)


def _ask() -> str:
    """The words, six a line, as people read them off."""
    rows = range(0, sheet.WORDS, _ROW)
    return " ".join(click.prompt(f"Words {row + 1} to {row + _ROW}", prompt_suffix=": ") for row in rows)


def _lines(descriptor: int | None, count: int) -> list[str]:
    """The words of a sheet, or so many shares: from a descriptor, a line each, or typed."""
    if descriptor is None:
        return [_ask()] if count == 1 else [click.prompt(f"Share {n + 1}") for n in range(count)]
    try:
        with os.fdopen(descriptor, "rb") as file:
            lines = file.read(16_384).decode("ascii", "replace").splitlines()
    except (OSError, ValueError, OverflowError):
        raise KeyTrouble(
            f"File descriptor {descriptor} cannot be read.", "Open it for this command, as in: 3< FILE."
        ) from None
    return lines[:count] or [""]


@trustee.command()
@common
@home_option
@click.pass_obj
def agent(call: Call, *, home: Path | None) -> None:
    """Send today's mail, with or without news; meant to be run every day by a timer.

    Uses the device key and what the desk prepared. It opens and answers nothing.
    """
    import secrets

    from api.desk.fetch import uploader
    from api.desk.session import read_known
    from intake.trustee import agent as unattended
    from intake.trustee.clocks import epoch_at
    from intake.trustee.mirror import Mirror

    folder = home_of(call, home)
    place = uploader(read_known(folder).source)
    today = epoch_at(call.clock())
    known = [d for d in Mirror(folder / "mirror").known().values() if d.from_epoch <= today]
    if not known:
        raise CannotRun(
            "This machine does not know the trustees' list", "tell it once: countersign desk trust"
        )
    newest = max(known, key=lambda d: d.from_epoch)
    sent = unattended.carry(folder, newest, today, place.upload, secrets.token_bytes)
    call.screen.say("Sent today's mail." if sent else "Today's mail was sent before.", "ok")
    call.screen.answer({"epoch": today, "sent": sent}, "sent" if sent else "sent before")
