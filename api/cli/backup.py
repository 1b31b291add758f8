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

from api.cli.attesting import CAPACITY, drafted, signatures
from api.cli.call import Call, common
from api.cli.client import Client
from api.cli.door import Door, LazyLogKey, open_door
from api.cli.keyring import Passphrases
from api.cli.options import key_options
from api.cli.pens import hold
from api.cli.publish import policy_text, read_policy
from api.cli.trouble import CannotRun
from api.cli.words import counted
from api.settings import Settings, read_settings
from keys.check import ed25519
from ledger import backup as copies
from ledger.errors import CountersignError, NotFound, Refused
from ledger.publish.cosignatures import read_public
from ledger.record.act import Act, make_act
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.event import Actor
from ledger.restored import Answer, Cleared, compare_restored, read_published
from ledger.subjects.log_keys import RESTORED
from ledger.subjects.registry import KINDS


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
                policy=policy_text(settings),
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
@click.option("--reason", metavar="TEXT", help="Why you go on despite it, as it will stand on the record.")
@key_options
@click.option("--role", "roles", multiple=True, metavar="ROLE", help="Sign as this, where you hold several.")
@click.option("--yes", "-y", is_flag=True, help="You have read it: sign without asking.")
@click.pass_obj
def restore(
    call: Call,
    /,
    *,
    folder: Path | None,
    published: str | None,
    witnesses: Sequence[str],
    despite: Sequence[str],
    **answering: Any,
) -> None:
    """Put BACKUP back into --dir, and hold it against what was published since.

    Until that was done nobody can write to it: entries that were promised may be missing. Without BACKUP: do only this,
    for a ledger that was put back before. Who goes on despite a witness signs for it, with --key and --reason.
    """
    if despite and not (answering["key_files"] and answering["reason"]):
        raise click.UsageError("Going on despite a witness is signed for: give --key FILE and --reason TEXT.")
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
            document |= _hold(call, door, published, witnesses, despite, answering)
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


def _hold(  # noqa: PLR0917 - all that the command was given
    call: Call,
    door: Door,
    where: str,
    witnesses: Sequence[str],
    despite: Sequence[str],
    answering: dict[str, Any],
) -> dict[str, Any]:
    logs = door.register().roll.logs()
    if logs is None:
        raise NotFound("This ledger holds no founding", "restore another backup")
    store = door.house.store
    cleared = compare_restored(
        store,
        read_published(where),
        logs=logs,
        check=ed25519,
        answers=[_answer(text) for text in witnesses],
        quorum=read_policy(door.house.settings),
        despite=despite,
    )
    document: dict[str, Any] = {"published": cleared.size}
    if not cleared.despite:
        store.clear_restored(cleared.size, bytes.fromhex(cleared.root))
        return document
    with open_door(call, write=True) as writing:
        act = _answered_for(call, writing, cleared, **answering)
        store.clear_restored(cleared.size, bytes.fromhex(cleared.root))
        receipt = writing.record(act)
    call.screen.say(f"Recorded as entry {receipt.index}, by {act.event.actor.person}.", "ok")
    return document | {"despite": [a.witness for a in cleared.despite], "index": receipt.index}


def _answered_for(
    call: Call,
    door: Door,
    cleared: Cleared,
    *,
    reason: str,
    key_files: Sequence[Path],
    passphrase_fd: int | None,
    roles: Sequence[str],
    yes: bool,
) -> Act:
    """The act of whoever goes on despite a witness; Refused before the store is opened if it could not be recorded."""
    passphrases = Passphrases(call, passphrase_fd)
    known, view = Client(door).head(), door.register().at()
    pens = hold(call, view, door.office.now(), key_files=key_files, roles=roles, passphrases=passphrases)
    log_key = LazyLogKey(door.house.settings, passphrases).unlock()
    data = {
        "despite": [{"claims": a.size, "witness": a.witness} for a in cleared.despite],
        "published": {"root": cleared.root, "size": cleared.size},
        "reason": reason,
    }
    made = drafted(call, door, KINDS[RESTORED], data, actor=Actor(pens[0].person, pens[0].role, CAPACITY))
    signed = signatures(call, door, made, pens, log_key=log_key, known=known, yes=yes)
    act = make_act(made.event, signed)
    if refusals := door.office.judge(act):
        raise Refused(refusals)
    return act


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
