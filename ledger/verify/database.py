"""A ledger's SQLite database, opened for reading only (tables: ledger/store/schema/sqlite.sql).

::

    entries(seq, …, entry, leaf)      seq = index + 1
    checkpoints(size, …, note)        the signed note of every commit
    disclosures(seq, …, disclosure)   beside the record

1. Nothing may be written, and no code of the database's own may run: no views, virtual tables or trusted functions.
2. No value may be loaded that is larger than what belongs there, whatever lengths the rows claim.
3. What is read first is the newest checkpoint and the span of rows, in one transaction: the ledger may be growing.
4. A row that is missing, doubled or of another type must be a Finding, and so must a damaged file be.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from ledger.record.entry import MAX_ENTRY_BYTES
from ledger.record.tiles import WIDTH
from ledger.verify.report import Finding, failed
from ledger.verify.source import DISCLOSURE_LIMIT, NOTE_LIMIT, Address, CannotRun, Page

_MOST: Final = 1 << 53
_LONGEST_VALUE: Final = 1 << 21
_PAGE: Final = f"""
SELECT seq, CASE WHEN typeof(entry) = 'blob' AND length(entry) <= {MAX_ENTRY_BYTES} THEN entry END,
       CASE WHEN typeof(leaf) = 'blob' AND length(leaf) = 32 THEN leaf END
  FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT {WIDTH + 1}"""  # noqa: S608 - numbers of our own
_NOTES: Final = f"""
SELECT size, CASE WHEN length(note) <= {NOTE_LIMIT} THEN CAST(note AS BLOB) END
  FROM checkpoints WHERE size > ? AND size < ? ORDER BY size LIMIT {WIDTH}"""  # noqa: S608
_DISCLOSURES: Final = f"""
SELECT seq, CASE WHEN length(disclosure) <= {DISCLOSURE_LIMIT} THEN CAST(disclosure AS BLOB) END
  FROM disclosures WHERE typeof(seq) <> 'integer' OR seq < 1 OR seq > ? ORDER BY seq"""  # noqa: S608
_TROUBLE: Final = (sqlite3.Error, OverflowError, ValueError, TypeError)
"""What a damaged database raises: also messages that are no UTF-8, and values that are not what the schema says."""
_PRAGMAS: Final = (
    "trusted_schema = OFF",
    "query_only = ON",
    "cell_size_check = ON",
    "mmap_size = 0",  # a file that is cut while it is mapped would kill the process
    "cache_size = -64",  # read once and in order, pages are better kept in the processor's cache
)
_COPY: Final = "compare with a backup or with the published tiles; the file may be damaged"


class Database:
    """A ledger's database."""

    chosen: tuple[int, ...] | None = None

    def __init__(self, path: Path, address: Address) -> None:
        self.address = address
        self._db = _connect(path)
        self._faults: list[Finding] = []
        self._note: bytes | None = None
        self._size = self._lowest = self._highest = 0
        try:
            if self._check_tables(path):
                self._look()
        except _TROUBLE as e:
            self._faults.append(failed(2, 0, f"the database is damaged: {e}", _COPY))

    def _check_tables(self, path: Path) -> bool:
        """True when `entries` is an ordinary table keyed by `seq`; anything else could run code or hide rows."""
        sql = "SELECT name, type, sql FROM sqlite_master WHERE name IN ('entries', 'checkpoints', 'disclosures')"
        tables = {bytes(name).decode(): (kind, text) for name, kind, text in self._db.execute(sql)}
        if not {"entries", "checkpoints"} <= tables.keys():
            raise CannotRun(f"{path} is a database without a ledger", "name the ledger's own database")
        for name, (kind, text) in tables.items():
            if kind != b"table" or not isinstance(text, bytes) or b"virtual" in text[:20].lower():
                self._faults.append(failed(2, 0, f"{name} is no ordinary table", _COPY))
        columns = self._db.execute(
            "SELECT name, type, pk, hidden FROM pragma_table_xinfo('entries')"
        ).fetchall()
        if any(hidden for *_, hidden in columns):
            self._faults.append(failed(2, 0, "the table entries computes its columns", _COPY))
        if (b"seq", b"INTEGER", 1, 0) not in columns or sum(bool(pk) for _, _, pk, _ in columns) != 1:
            self._faults.append(
                failed(2, 0, "the table entries is not keyed by seq: rows may stand twice", _COPY)
            )
        return not self._faults

    def _look(self) -> None:
        self._db.execute("BEGIN")
        newest = self._db.execute("SELECT size FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()
        if newest and isinstance(newest[0], int):
            self._size = newest[0]
            sql = (
                f"SELECT CAST(note AS BLOB) FROM checkpoints WHERE size = ? AND length(note) <= {NOTE_LIMIT}"  # noqa: S608
            )
            found = self._db.execute(sql, newest).fetchone()
            self._note = found[0] if found and found[0] is not None else b""
        span = self._db.execute(
            "SELECT (SELECT min(seq) FROM entries), (SELECT max(seq) FROM entries)"
        ).fetchone()
        self._db.execute("COMMIT")
        self._lowest, self._highest = (x if isinstance(x, int) else 0 for x in span)

    def checkpoint(self) -> bytes | None:
        return self._note

    def extent(self) -> int:
        return min(max(0, self._highest), _MOST)

    def pages(self, lo: int, hi: int, size: int) -> Iterator[Page]:
        if self._faults:
            return
        hi = min(hi, size, _MOST)
        while lo < hi:
            upto = min(hi, (lo // WIDTH + 1) * WIDTH)
            try:
                rows = self._db.execute(_PAGE, (lo, upto)).fetchall()
            except _TROUBLE as e:
                yield Page(lo, [], None, (failed(2, lo, f"entries from {lo} on cannot be read: {e}", _COPY),))
                return
            yield from _pages(rows)
            lo = upto

    def tile(self, level: int, index: int, size: int) -> bytes | Finding | None:
        return None

    def faults(self, size: int) -> Iterator[Finding]:
        yield from self._faults
        if self._faults:
            return
        if self._lowest < 1 <= self._highest:
            yield failed(2, 0, f"a row stands at seq {self._lowest}, before entry 0", _COPY)
        if self._highest > size:
            yield failed(
                2, size, f"rows stand beyond the {size} entries that the newest checkpoint covers", _COPY
            )

    def disclosures(self, since: int = 0) -> Iterator[tuple[int, str] | Finding]:
        try:
            if self._faults or not self._db.execute("PRAGMA table_info(disclosures)").fetchone():
                return
            for seq, text in self._db.execute(_DISCLOSURES, (since,)):
                if isinstance(seq, int) and seq > 0 and isinstance(text, bytes) and text.isascii():
                    yield seq - 1, text.decode()
                else:
                    where = seq - 1 if isinstance(seq, int) and seq > 0 else None
                    yield failed(10, where, "a disclosure of no entry, or no short ASCII text", _COPY)
        except _TROUBLE as e:
            yield failed(10, None, f"the disclosures cannot be read: {e}", _COPY)

    def earlier(self, after: int = 0) -> Iterator[tuple[str, bytes]]:
        try:
            while rows := self._db.execute(_NOTES, (after, self._size)).fetchall():
                for size, note in rows:
                    yield f"the stored checkpoint of {size}", note or b""
                after = rows[-1][0]
        except _TROUBLE as e:
            yield f"the stored checkpoints after {after} ({e})", b""

    def beside(self, name: str) -> bytes | None:
        return None

    def names(self, folder: str) -> list[str]:
        return []

    def close(self) -> None:
        self._db.close()


def _pages(rows: list[Any]) -> Iterator[Page]:
    """Runs of rows without gaps."""
    if rows and len(rows) == rows[-1][0] - rows[0][0] + 1:
        yield _page(rows)
        return
    for _, run in groupby(enumerate(rows), key=lambda pair: pair[1][0] - pair[0]):
        yield _page([row for _, row in run])


def _page(rows: list[Any]) -> Page:
    lo = rows[0][0] - 1
    _, entries, hashes = map(list, zip(*rows, strict=True))
    faults = []
    if None in entries:
        for i, entry in enumerate(entries):
            if entry is None:
                entries[i] = b""
                why = f"the row is no blob of at most {MAX_ENTRY_BYTES} bytes"
                faults.append(failed(1, lo + i, why, _COPY))
    return Page(lo, entries, [h or b"" for h in hashes], tuple(faults))


def _connect(path: Path) -> sqlite3.Connection:
    """Open without writing: live with its WAL where that works, else as a file that nobody changes."""
    base = f"file:{quote(str(path.absolute()))}"
    error: Exception | None = None
    for mode in ("?mode=ro", "?mode=ro&immutable=1"):
        if "immutable" in mode and _has_wal(path):
            break
        db = sqlite3.connect(base + mode, uri=True, isolation_level=None, timeout=10)
        try:
            db.text_factory = bytes
            db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
            for pragma in _PRAGMAS:
                db.execute(f"PRAGMA {pragma}")
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except _TROUBLE as e:
            error = e
            db.close()
        else:
            return db
    raise CannotRun(
        f"{path} cannot be opened: {error}", "copy the database with its -wal file to a folder of yours"
    )


def _has_wal(path: Path) -> bool:
    wal = path.with_name(path.name + "-wal")
    return wal.exists() and wal.stat().st_size > 0
