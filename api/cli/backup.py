"""``countersign backup`` and ``restore``: the whole ledger in one folder, and the way back.

::

    countersign backup --out 2025-03-20
    countersign restore 2025-03-20 --dir ledger --published https://ledger.example.org/log

1. A restored ledger must not be written to before ``ledger.restored`` held it against what left the house since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from api.cli.call import Call, common
from api.cli.door import Door, open_door
from api.cli.publish import read_policy
from api.cli.trouble import CannotRun
from api.cli.words import counted
from api.settings import Settings, read_settings
from keys.check import ed25519
from ledger import backup as copies
from ledger.errors import CountersignError, NotFound
from ledger.publish.cosignatures import read_public
from ledger.record.checkpoint import SignedCheckpoint
from ledger.restored import Answer, check_restored, read_published


@click.command()
@common
@click.option("--out", required=True, metavar="FOLDER", type=click.Path(path_type=Path), help="A new folder.")
@click.pass_obj
def backup(call: Call, out: Path) -> None:
    """Copy the whole ledger, withheld values and docket too, to a new folder, while it is in use.

    Keys are not in it: copy those by themselves, with `countersign keys backup`.
    """
    with open_door(call) as door:
        settings = door.house.settings
        with call.screen.watch("Copying"):
            copies.backup(
                door.house.store,
                out,
                settings=settings.text(),
                published=read_public(settings.path(settings.site)),
            )
        size = door.house.store.head().size
    call.screen.say(f"Wrote {out}: {counted(size, 'entry')}.", "ok")
    call.screen.say(
        "It holds the withheld values: keep it as you keep the ledger. Keys are not in it.", "wait"
    )
    call.screen.answer({"folder": str(out), "size": size}, str(out))


@click.command()
@common
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[BACKUP]")
@click.option(
    "--published", metavar="WHERE", help="The published site: its address, its folder or a checkpoint."
)
@click.option(
    "--witness",
    "witnesses",
    multiple=True,
    metavar="NAME=SIZE|FILE",
    help="What a witness confirmed last: how many entries, or that checkpoint.",
)
@click.option(
    "--despite", multiple=True, metavar="NAME", help="Go on although this witness claims more entries."
)
@click.pass_obj
def restore(
    call: Call,
    *,
    folder: Path | None,
    published: str | None,
    witnesses: Sequence[str],
    despite: Sequence[str],
) -> None:
    """Put BACKUP back into --dir, and hold it against what was published since.

    Until that was done nobody can write to it: entries that were promised may be missing. Without BACKUP: do only this,
    for a ledger that was put back before.
    """
    if folder is not None:
        _put_back(call, folder)
    with open_door(call) as door:
        store = door.house.store
        document: dict[str, Any] = {"dir": str(call.folder), "size": store.head().size}
        if folder is not None:
            call.screen.say(f"Put back {counted(document['size'], 'entry')} into {call.folder}.", "ok")
        if store.restored() is None:
            raise NotFound("This ledger was not restored", "it can be written to already")
        if published is not None:
            document["published"] = _hold(door, published, witnesses, despite)
            call.screen.say("It extends everything that was published, and can be written to.", "ok")
        else:
            _waits(call, door)
        document["writable"] = store.restored() is None
    call.screen.answer(document)


def _put_back(call: Call, folder: Path) -> None:
    from ledger.store import sqlite

    to = call.folder.absolute()
    try:
        copies.settings_of(folder)  # NotFound says that this is no backup
        settings = replace(read_settings(folder.absolute(), call.environment), folder=to)
    except CountersignError as e:
        raise CannotRun.of(e) from None

    def put(file: Path) -> None:
        if settings.is_postgres:
            from ledger.store import transfer

            transfer.restore(file, settings.database)
        else:
            sqlite.restore(file, settings.path(settings.database))

    with call.screen.watch("Restoring"):
        copies.restore(folder, to, put)


def _hold(door: Door, where: str, witnesses: Sequence[str], despite: Sequence[str]) -> int:
    founded = door.register().roll.founding
    if founded is None:
        raise NotFound("This ledger holds no founding", "restore another backup")
    cleared = check_restored(
        door.house.store,
        read_published(where),
        vkey=founded.log,
        check=ed25519,
        answers=[_answer(text) for text in witnesses],
        quorum=read_policy(door.house.settings),
        despite=despite,
    )
    return cleared.size


def _answer(text: str) -> Answer:
    """``T1=57``, or ``T1=FILE`` with the checkpoint itself."""
    name, equals, said = text.partition("=")
    if not (equals and name and said):
        raise click.BadParameter(f"{text!r}: write NAME=SIZE or NAME=FILE", param_hint="--witness")
    if said.isascii() and said.isdigit():
        return Answer(name, int(said[:16]))
    note = read_published(said)
    return Answer(name, SignedCheckpoint.parse(note).checkpoint.size, note)


def _waits(call: Call, door: Door) -> None:
    settings: Settings = door.house.settings
    call.screen.say(
        "It can be read. Before anybody writes to it, hold it against what was published last:", "wait"
    )
    call.screen.say(f"  countersign restore --dir {call.folder} --published https://YOUR-SITE")
    key = settings.path(settings.log_key)
    if not key.exists():
        call.screen.say(f"  The log key is not in a backup: put it back as {key}")
