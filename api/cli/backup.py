"""``countersign backup`` and ``restore``: one file with the whole record, and the way back.

1. A restored ledger must not be written to before it was held against the last published state: entries that were
   promised to people may be missing from it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.trouble import CannotRun
from api.settings import FILE, Settings
from keys.check import ed25519
from ledger.errors import CountersignError, Malformed, StoreUnavailable
from ledger.publish.cosignatures import read_public
from ledger.record.checkpoint import SignedCheckpoint
from ledger.store.port import Store


@click.command()
@common
@click.option("--out", required=True, metavar="FILE", type=click.Path(path_type=Path), help="A new file.")
@click.pass_obj
def backup(call: Call, out: Path) -> None:
    """Copy the whole record, withheld values and docket too, to one file, while it is in use.

    Keys and countersign.toml are not in it: keep those by themselves.
    """
    if out.exists():
        raise CannotRun(f"{out} is there already", "name another file: a backup never replaces anything")
    with open_door(call) as door:
        with call.screen.watch("Copying"):
            door.house.store.backup(out)
        size = door.house.store.head().size
    call.screen.say(f"Wrote {out}: {size} entries.", "ok")
    call.screen.say("  It holds the withheld values: keep it as you keep the ledger.", "wait")
    call.screen.answer({"file": str(out), "size": size}, str(out))


@click.command()
@common
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[BACKUP]")
@click.option(
    "--published",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The last published state: a site's folder or a checkpoint file (default: the setting `site`).",
)
@click.pass_obj
def restore(call: Call, file: Path | None, published: Path | None) -> None:
    """Put BACKUP back into --dir. Nobody can write to it before it was held against the last published state.

    Without BACKUP: hold a ledger that was restored before against --published.
    """
    if file is not None:
        _put_back(call, file)
    settings = call.settings()
    note = _last_published(settings, published)
    with open_door(call) as door:
        store = door.house.store
        size = store.head().size
        document: dict[str, Any] = {
            "dir": str(settings.folder),
            "size": size,
            "writable": store.restored() is None,
        }
        if store.restored() is not None and note is not None:
            checkpoint = _checked(store, door.register().roll.founding, note).checkpoint
            store.clear_restored(checkpoint.size, checkpoint.root)
            document |= {"writable": True, "published": checkpoint.size}
    if file is not None:
        call.screen.say(f"Restored {size} entries into {settings.folder}.", "ok")
    if document["writable"]:
        call.screen.say("It holds everything that was published, and can be written to.", "ok")
    else:
        call.screen.say(
            "It can be read, but not written to until it was held against the last published state:", "wait"
        )
        call.screen.say("  countersign restore --published SITE_OR_CHECKPOINT")
    call.screen.answer(document)


def _put_back(call: Call, file: Path) -> None:
    from ledger.store import sqlite

    folder = call.folder.absolute()
    if not file.is_file():
        raise CannotRun(f"There is no backup {file}", "name the file that `countersign backup` wrote")
    if (folder / FILE).exists():
        settings = call.settings()
        if settings.is_postgres:
            raise CannotRun("this ledger is kept in PostgreSQL", "restore it with PostgreSQL's own tools")
    else:
        settings = Settings(folder, _origin(file))
    target = settings.path(settings.database)
    if target.exists():
        raise CannotRun(f"{target} holds a ledger already", "restore into another folder: --dir FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    with call.screen.watch("Restoring"):
        sqlite.restore(file, target)
    if not (folder / FILE).exists():
        (folder / FILE).write_text(settings.text(), encoding="utf-8")


def _origin(file: Path) -> str:
    """The ledger's name, read from the backup itself."""
    from ledger.store import sqlite

    try:
        with sqlite.open_record(file) as record:
            return record.origin
    except CountersignError as e:
        raise CannotRun.of(e) from None


def _last_published(settings: Settings, given: Path | None) -> str | None:
    place = given or settings.path(settings.site)
    try:
        if place.is_dir() or given is None:
            return read_public(place)
        return place.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CannotRun(f"{place} cannot be read", "name a site's folder or a checkpoint file") from None


def _checked(store: Store, founded: Any, note: str) -> SignedCheckpoint:
    try:
        signed = SignedCheckpoint.parse(note)
    except Malformed as e:
        raise Malformed(f"the published state cannot be read: {e}", "--published") from None
    if founded is None or not signed.holds(founded.log, ed25519):
        raise StoreUnavailable(
            f"the published state is not one of {store.origin}",
            "name the state that this ledger published last",
        )
    return signed
