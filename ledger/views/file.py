"""One SQLite file with what the record says: search it here, or open it with any tool for SQLite.

::

    file = ViewsFile(Path("views.sqlite"))
    file.catch_up(register, now="2025-06-30T12:00:00.000000Z")     3      entries that were new
    file.search("uplift protein", limit=20)                        [{"entry": 41, "type": "determination.made", …}]

The tables stand in docs/read-models.md. The file is a copy for reading: drop it at will, it is made again.

1. Caught up or made anew, the file must hold the same rows.
2. A file of another layout, of another ledger, or damaged, must be made anew and never be mixed with.
3. A catch-up that is interrupted must leave the file as it was.
4. The file must be readable by its owner alone: it holds what the folder's owner can open, withheld acts too.
5. A correction must show in the row that it corrects: `data` as recorded, `reads` as it reads now.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlite_utils import Database

from ledger.register import Fact, Register, View
from ledger.views import rows
from ledger.views.derived import ANSWERS, COLUMNS
from ledger.views.rows import Row

LAYOUT: Final = 1
"""Number of the layout; a file of another one is made anew."""

_KEYS: Final = {"entries": "entry"}
_INDEXES: Final = {
    "entries": (("type",), ("stream",), ("recorded_at",)),
    "signatures": (("entry",), ("person",)),
    "evidence": (("entry",), ("digest",)),
    "commitments": (("entry",),),
}
BATCH: Final = 5_000


class ViewsFile:
    """The read models at `path`. Not safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def foreign(self) -> bool:
        """True when something else stands at `path` than read models: it must not be replaced."""
        if not self.path.exists() or not self.path.stat().st_size:
            return False
        try:
            with closing(sqlite3.connect(f"file:{quote(str(self.path))}?mode=ro", uri=True)) as db:
                names = {name for (name,) in db.execute("select name from sqlite_master")}
        except sqlite3.DatabaseError:
            return True
        return not {"about", "entries_fts"} <= names

    def catch_up(self, register: Register, now: str) -> int:
        """Add what is new on the register and ask the derived tables as of `now`; how many entries were added."""
        _touch(self.path)
        try:
            with closing(Database(self.path)) as db:
                return _fill(db, register, now)
        except (_Other, sqlite3.DatabaseError):
            return self.rebuild(register, now)

    def rebuild(self, register: Register, now: str) -> int:
        """Make the file anew beside the old one, and put it in its place; how many entries it holds."""
        made = self.path.with_name(self.path.name + ".new")
        _drop(made)
        _touch(made)
        with closing(Database(made)) as db:
            count = _fill(db, register, now)
        _drop(self.path)
        made.replace(self.path)
        return count

    def search(self, words: str, limit: int = 50) -> list[Row]:
        """Entries in whose text all `words` stand, the best first, with `snippet`, a piece of the text."""
        wanted = " ".join(f'"{word}"' for word in words.replace('"', " ").split())
        if not wanted:
            return []
        with closing(Database(self.path)) as db:
            return list(
                db.query(
                    "select e.*, snippet(entries_fts, -1, '[', ']', '…', 12) as snippet from entries_fts"
                    " join entries e on e.entry = entries_fts.rowid where entries_fts match ? order by rank limit ?",
                    [wanted, limit],
                )
            )

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with closing(Database(self.path)) as db:
            return {name: db.table(name).count for name in (*rows.TABLES, *COLUMNS)}

    def table(self, name: str) -> list[Row]:
        """All rows of a table, in the order of its keys."""
        with closing(Database(self.path)) as db:
            return list(db.table(name).rows_where(order_by="rowid"))


class _Other(Exception):
    """The file holds another layout or another record."""


def _fill(db: Database, register: Register, now: str) -> int:
    start = _held(db, register)
    view = register.at(as_of=None, known_at=None)
    with db.atomic():
        if start == 0:
            _create(db)
        for name in rows.TABLES:
            db.table(name).insert_all(_new(name, register, view, start), batch_size=BATCH)
        _correct(db, register, view, start)
        for name, ask in ANSWERS.items():
            db.table(name).delete_where()
            db.table(name).insert_all(ask(register.at(as_of=now)), batch_size=BATCH)
        last = register.facts[-1] if register.facts else None
        about = {
            "layout": LAYOUT,
            "entries": register.size,
            "last": last.id if last else None,
            "as_of": now,
            "recorded_at": register.recorded_at,
        }
        db.table("about").delete_where()
        db.table("about").insert(about)
    return register.size - start


def _held(db: Database, register: Register) -> int:
    """How many entries of this register the file holds. Raises _Other if what it holds is not of it."""
    present = set(db.table_names())
    if not present:
        return 0
    if not {"about", *rows.TABLES, *COLUMNS} <= present:
        raise _Other
    about: dict[str, Any] = next(iter(db.table("about").rows), {})
    size = about.get("entries")
    if about.get("layout") != LAYOUT or not isinstance(size, int) or not 0 < size <= register.size:
        raise _Other
    last = register.facts[size - 1]
    if (last.id if last else None) != about["last"]:
        raise _Other
    return size


def _create(db: Database) -> None:
    for name, columns in (rows.TABLES | COLUMNS).items():
        db.create_table(name, columns, pk=_KEYS.get(name))
        for index in _INDEXES.get(name, ()):
            db.table(name).create_index(index)
    db.create_table("about", {"layout": int, "entries": int, "last": str, "as_of": str, "recorded_at": str})
    db.table("entries").enable_fts(
        ["type", "stream", "text"], create_triggers=True, tokenize="porter unicode61"
    )


def _new(name: str, register: Register, view: View, start: int) -> Iterator[Row]:
    for fact in register.facts[start:]:
        if fact is None:
            continue
        if name == "entries":
            yield rows.entry(fact, _read(register, view, fact))
        else:
            yield from getattr(rows, name)(fact)


def _read(register: Register, view: View, fact: Fact) -> Fact:
    """As it reads now; the second holder of an id is on the record, and is nobody's to correct."""
    read = view.get(fact.id)
    return read if read and read.index == fact.index else fact


def _correct(db: Database, register: Register, view: View, start: int) -> None:
    """Renew the rows of older entries that a new one corrects, directly or by correcting the correction."""
    touched: set[int] = set()
    for fact in register.facts[start:]:
        above = fact
        while (
            above
            and above.corrects
            and (below := register.by_id(above.corrects))
            and below.index < above.index
        ):
            if below.index < start:
                touched.add(below.index)
            above = below
    for index in sorted(touched):
        fact = register.facts[index]
        if fact:
            db.table("entries").upsert(rows.entry(fact, _read(register, view, fact)), pk="entry")


def _touch(path: Path) -> None:
    path.touch(mode=0o600)


def _drop(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
