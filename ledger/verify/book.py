"""The verifier's book: what must be known of the whole record while it is read once, and may be kept for the next time.

A SQLite file, temporary unless ``--resume`` names one, so that memory stays flat however long the record is::

    book.once("ids", [("01JPSQ…", 41)])        [] or [("01JPSQ…", 41, 17)]: stood in entry 17 already
    book.state("judged")                       how far an earlier run had come

A kept book is trusted: it says "these entries I have verified before", nobody but its owner may be able to write it,
and what it covers is not read again. A report that used one says so and from which entry on it read.

1. A kept book must only ever hold what a run found in order: at the first finding it stops being written.
2. It must be bound to the log key and the founding it was made with; for others it is emptied.
3. An interrupted run must leave the state of its last ``save``, from which the next goes on.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from ledger.verify.source import CannotRun

FORMAT: Final = 1
_TABLES: Final = (
    "state (key TEXT PRIMARY KEY, value ANY) WITHOUT ROWID",
    "blocks (number INTEGER PRIMARY KEY, peaks BLOB, leaves BLOB)",
    "ids (name TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID",
    "commitments (name TEXT PRIMARY KEY, at INTEGER, opened INTEGER) WITHOUT ROWID",
    "streams (name TEXT PRIMARY KEY, version INTEGER, at INTEGER) WITHOUT ROWID",
    "erased (name TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID",
    "roll (at INTEGER PRIMARY KEY)",
)
_NAMES: Final = tuple(table.partition(" ")[0] for table in _TABLES)
_BATCH: Final = 500


class Book:
    """The book of one run, or of several in a row."""

    def __init__(self, path: Path | None = None) -> None:
        self.kept = path is not None
        self._path = path
        self._unopened: array[int] = array("q")
        try:
            self._db = sqlite3.connect(path or "", isolation_level=None, timeout=1)
            self._db.execute("PRAGMA synchronous = OFF" if path is None else "PRAGMA synchronous = NORMAL")
            self._db.execute("PRAGMA cache_size = -8000")
            self._db.execute("BEGIN" if path is None else "BEGIN IMMEDIATE")
            for table in _TABLES:
                self._db.execute(f"CREATE TABLE IF NOT EXISTS {table}")
            self._db.execute(
                "CREATE TEMP TABLE openings (at INTEGER, text TEXT, PRIMARY KEY (at, text)) WITHOUT ROWID"
            )
            if self.state("format") != FORMAT:
                self.begin("")
            self._unopened.frombytes(self.state("unopened") or b"")
        except (sqlite3.Error, ValueError) as e:
            raise CannotRun(
                f"the state file {path} cannot be used: {e}",
                "is another run using it? Else delete it and verify anew",
            ) from None

    def begin(self, anchor: str) -> None:
        """Forget everything, and be bound to `anchor` from now on."""
        for name in _NAMES:
            self._db.execute(f"DELETE FROM {name}")  # noqa: S608 - names of our own
        self.set("format", FORMAT)
        self.set("anchor", anchor)
        self._unopened = array("q")

    def save(self) -> None:
        """Make what was found so far durable."""
        if self.kept:
            self.set("unopened", self._unopened.tobytes())
            self._db.execute("COMMIT")
            self._db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Drop what was not saved."""
        self._db.close()

    # ---- small values

    def state(self, key: str) -> Any:
        """A value of an earlier ``set``, else None."""
        found = self._db.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def set(self, key: str, value: bytes | str | int) -> None:
        """Keep a value."""
        self._db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (key, value))

    def counts(self) -> dict[str, int]:
        """Counts kept from earlier runs."""
        found: dict[str, int] = json.loads(self.state("counts") or "{}")
        return found

    def set_counts(self, counts: dict[str, int]) -> None:
        """Keep the counts."""
        self.set("counts", json.dumps(counts))

    # ---- leaf hashes (heads.Blocks)

    def put_block(self, number: int, peaks: bytes, leaves: bytes) -> None:
        self._db.execute("INSERT OR REPLACE INTO blocks VALUES (?, ?, ?)", (number, peaks, leaves))

    def block(self, number: int) -> tuple[bytes, bytes] | None:
        found = self._db.execute("SELECT peaks, leaves FROM blocks WHERE number = ?", (number,)).fetchone()
        return (found[0], found[1]) if found else None

    # ---- what stands once

    def once(self, table: str, rows: Sequence[tuple[Any, ...]]) -> list[tuple[str, int, int]]:
        """Take in rows (name, index, …); give back (name, index, first index) of every name that stood before."""
        if not rows:
            return []
        before = self._db.total_changes
        marks = ", ".join("?" * len(rows[0]))
        self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608
        if self._db.total_changes - before == len(rows):
            return []
        twice, here = [], set()
        for name, at, *_ in rows:
            (first,) = self._db.execute(f"SELECT at FROM {table} WHERE name = ?", (name,)).fetchone()  # noqa: S608
            if first != at or name in here:
                twice.append((name, at, first))
            here.add(name)
        return twice

    # ---- versions of streams

    def versions(self, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Last version of each stream and the entry that has it."""
        wanted, out = list(names), {}
        for i in range(0, len(wanted), _BATCH):
            part = wanted[i : i + _BATCH]
            sql = f"SELECT name, version, at FROM streams WHERE name IN ({', '.join('?' * len(part))})"  # noqa: S608
            out.update({name: (version, at) for name, version, at in self._db.execute(sql, part)})
        return out

    def set_versions(self, versions: dict[str, tuple[int, int]]) -> None:
        """Keep the last versions."""
        rows = [(name, version, at) for name, (version, at) in versions.items()]
        self._db.executemany("INSERT OR REPLACE INTO streams VALUES (?, ?, ?)", rows)

    @property
    def unopened(self) -> array[int]:
        """Places of withheld acts that nothing opened, ascending."""
        return self._unopened

    # ---- who is on the roll, what was erased, what opens what

    def put_roll(self, places: Iterable[int]) -> None:
        """Places of entries that the roll may read."""
        self._db.executemany("INSERT OR IGNORE INTO roll VALUES (?)", [(at,) for at in places])

    def roll(self) -> list[int]:
        """All of these, ascending."""
        return [at for (at,) in self._db.execute("SELECT at FROM roll ORDER BY at")]

    def erasures(self) -> int:
        """How many commitments that nothing opened were erased by an entry that says so."""
        sql = "SELECT count(*) FROM commitments JOIN erased USING (name) WHERE NOT opened"
        return int(self._db.execute(sql).fetchone()[0])

    def closed(self, most: int) -> list[tuple[int, int | None]]:
        """The first commitments that nothing opened: (index, index of the entry that says it was erased, or None)."""
        sql = (
            "SELECT c.at, e.at FROM commitments c LEFT JOIN erased e USING (name) WHERE NOT opened "
            "ORDER BY c.at, c.name LIMIT ?"
        )
        return self._db.execute(sql, (most,)).fetchall()

    def put_opening(self, at: int, text: str) -> None:
        """A disclosure beside the record."""
        self._db.execute("INSERT OR IGNORE INTO openings VALUES (?, ?)", (at, text))

    def openings(self, lo: int, hi: int) -> list[tuple[int, str]]:
        """Disclosures of entries `lo` to `hi`."""
        return self._db.execute(
            "SELECT at, text FROM openings WHERE at >= ? AND at < ? ORDER BY at", (lo, hi)
        ).fetchall()

    def openings_from(self, lo: int) -> list[int]:
        """Places from `lo` on for which there are disclosures (at most 20)."""
        sql = "SELECT DISTINCT at FROM openings WHERE at >= ? ORDER BY at LIMIT 20"
        return [at for (at,) in self._db.execute(sql, (lo,))]
