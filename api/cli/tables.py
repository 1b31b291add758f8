"""``countersign search`` and ``countersign tables``: the read models, made or caught up when asked.

::

    $ countersign search uplift
       41  2025-03-20  determination.made  …[Uplift] could not be ruled out…

    $ countersign tables
    countersign/tables.sqlite
      entries        212 rows
      signatures     371 rows

1. The file must be caught up before it is read, and made anew where it does not fit.
2. What stands at the path and is no such file must be left as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from api.cli.call import Call, common
from api.cli.door import Door, open_door
from api.cli.trouble import CannotRun
from api.cli.words import counted
from ledger.views.file import ViewsFile

FILE: Final = "tables.sqlite"


@click.command()
@common
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", "-n", type=click.IntRange(1), metavar="N", default=20, help="At most so many (20).")
@click.pass_obj
def search(call: Call, /, *, words: tuple[str, ...], limit: int) -> int:
    """Entries in whose text all these words stand, the best first.

    Exits with 1 when there is none.
    """
    with open_door(call) as door:
        file, _ = _caught_up(call, door, None)
        found = file.search(" ".join(words), limit)
    for row in found:
        piece = " ".join(str(row["snippet"]).split())
        call.screen.say(f"{row['entry']:>5}  {row['recorded_at'][:10]}  {row['type']:<20}  {piece}")
    if not found:
        call.screen.say("No entry has all these words.")
    document = [
        {name: row[name] for name in ("entry", "type", "stream", "recorded_at", "snippet")} for row in found
    ]
    call.screen.answer(document, "\n".join(str(row["entry"]) for row in found) or None)
    return 0 if found else 1


@click.command()
@common
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Put it there (tables.sqlite in the ledger's folder).")  # fmt: skip
@click.option("--anew", is_flag=True, help="Drop what is there and make it again.")
@click.pass_obj
def tables(call: Call, /, *, out: Path | None, anew: bool) -> None:
    """Keep one SQLite file with the record as tables, for your own tools.

    It is a copy for reading: drop it at will. What its tables and columns mean stands in docs/read-models.md.
    """
    with open_door(call) as door:
        file, added = _caught_up(call, door, out, anew=anew)
        counts = file.counts()
    call.screen.say(str(file.path))
    for name, count in counts.items():
        call.screen.say(f"  {name:<12}  {counted(count, 'row')}")
    call.screen.answer({"file": str(file.path), "added": added, "rows": counts}, str(file.path))


def _caught_up(call: Call, door: Door, out: Path | None, *, anew: bool = False) -> tuple[ViewsFile, int]:
    path = out or door.house.settings.path(FILE)
    register, now = door.register(), door.office.now()
    file = ViewsFile(path)
    if file.foreign():
        raise CannotRun(f"{path} is something else, and is left as it is", "name another file with --out")
    with call.screen.watch("Reading the record into tables"):
        added = file.rebuild(register, now) if anew else file.catch_up(register, now)
    return file, added
