"""The record in SQLite: the library's application recorder, chaining in the insert's own transaction.

::

    create(path, "example.org/log")
    with open_record(path, signer) as record:
        record.append([leaf], head=0, now="2025-03-20T16:00:02.114000Z")

1. One append must be one ``BEGIN IMMEDIATE … COMMIT``. (With the library's deferred BEGIN, four writers lost 1055 of
   1200 appends to "database is locked".)
2. Threads of one process must queue here, processes at SQLite's lock, for at most `lock_timeout` seconds.
3. Whatever is raised in between, nothing of the append may stay.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Final

from eventsourcing.persistence import ConnectionUnavailableError, IntegrityError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore, SQLiteFactory
from eventsourcing.utils import Environment

from ledger.record.note import NoteSigner
from ledger.store.application import Failpoint, LedgerApplication, Seal, pass_by
from ledger.store.chain import Link, chain
from ledger.store.checks import (
    answer_known,
    check_sound,
    check_writable,
    compare_head,
    read_head,
    refuse_twins,
)
from ledger.store.port import Cursor, Head, Leaf, Receipt
from ledger.store.record import Record
from ledger.store.rows import bare, rows
from ledger.store.sqlite_file import LedgerPool, address, check_ledger, copy, create, restore, trouble

__all__ = ["create", "open_record", "restore"]

LOCK_TIMEOUT: Final = 30

_KNOWN: Final = """
SELECT e.event_id, e.seq - 1, coalesce(substr(e.entry, 8, e.act_size), w.act)
  FROM entries e LEFT JOIN withheld w ON w.seq = e.seq
 WHERE e.event_id IN (SELECT value FROM json_each(?))"""

_HEAD: Final = "SELECT size, last, peaks, recorded_at FROM head"

_NEWEST: Final = """
SELECT coalesce((SELECT max(seq) FROM entries), 0), (SELECT leaf FROM entries WHERE seq = ?),
       coalesce((SELECT max(size) FROM checkpoints), 0), (SELECT root FROM checkpoints WHERE size = ?),
       (SELECT value FROM state WHERE key = 'restored')"""

# A stream has each version once, whether its act is clear or withheld. (As a trigger on each row this costs a tenth
# of a batch.)
_TWICE: Final = """
SELECT 1 FROM entries e CROSS JOIN withheld w ON w.stream = e.stream AND w.version = e.version WHERE e.seq > ?
UNION ALL
SELECT 1 FROM withheld w CROSS JOIN entries e ON e.stream = w.stream AND e.version = w.version WHERE w.seq > ?"""


_INSERT: Final = {
    "entries": "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "withheld": "INSERT INTO withheld VALUES (?, ?, ?, ?, ?, ?)",
    "disclosures": "INSERT INTO disclosures VALUES (?, ?, ?)",
}


def open_record(
    path: Path,
    signer: NoteSigner | None = None,
    *,
    lock_timeout: int = LOCK_TIMEOUT,
    failpoint: Failpoint = pass_by,
) -> Record:
    """Open the ledger at `path`; without `signer` for reading. `failpoint` is for crash tests."""
    check_ledger(path)
    settings = {"SQLITE_DBNAME": address(path), "SQLITE_LOCK_TIMEOUT": str(lock_timeout)}

    def application(seal: Seal) -> LedgerApplication:
        return LedgerApplication(partial(LedgerFactory, path=path, seal=seal, failpoint=failpoint), settings)

    return Record(application, signer)


class LedgerFactory(SQLiteFactory):
    """The library's factory, making our recorder over our pool."""

    def __init__(self, env: Environment, *, path: Path, seal: Seal, failpoint: Failpoint = pass_by) -> None:
        super().__init__(env)
        plain = self.datastore.pool
        self.datastore.pool = LedgerPool(
            db_name=plain.db_name, lock_timeout=plain.lock_timeout, pool_timeout=LOCK_TIMEOUT
        )
        self._path, self._seal, self._failpoint = path, seal, failpoint

    def application_recorder(self) -> SQLiteLedgerRecorder:
        return SQLiteLedgerRecorder(self.datastore, self._path, self._seal, self._failpoint)


class SQLiteLedgerRecorder(SQLiteApplicationRecorder):
    """See the module. Reading stays the library's, over the view stored_events."""

    def __init__(
        self, datastore: SQLiteDatastore, path: Path, seal: Seal, failpoint: Failpoint = pass_by
    ) -> None:
        super().__init__(datastore)
        self._path, self._seal, self._failpoint = path, seal, failpoint
        self._turn = Lock()

    def construct_create_table_statements(self) -> list[str]:
        """None: only ``create`` makes tables."""
        return []

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        leaves: Sequence[Leaf] | None = None,
        head: int | None = None,
        now: str = "",
        receipts: list[Receipt] | None = None,
        **_: Any,
    ) -> list[int]:
        """Append on condition. Puts the receipts into `receipts`, or gives the library's ids (index + 1) without it.

        (For each id that it gets the library builds two more objects, which nobody here would look at.)
        """
        if not stored_events:
            return []
        leaves = leaves if leaves is not None else [bare(event) for event in stored_events]
        try:
            with self._immediate() as c:
                links, after, note = self._write(c, leaves, head, now)
                self._failpoint("advanced")
        except sqlite3.IntegrityError as e:
            raise IntegrityError(e) from e
        self._failpoint("committed")
        if receipts is None:
            return [link.seq for link in links]
        receipts.extend(
            Receipt(link.seq - 1, leaf.event_id, link.leaf, after.recorded_at, note)
            for link, leaf in zip(links, leaves, strict=True)
        )
        return []

    def _write(
        self, c: sqlite3.Cursor, leaves: Sequence[Leaf], judged: int | None, now: str
    ) -> tuple[list[Link], Head, str]:
        self._failpoint("begun")
        if judged is not None:
            answer_known(leaves, c.execute(_KNOWN, (json.dumps([leaf.event_id for leaf in leaves]),)))
        before = read_head(c.execute(_HEAD).fetchone())
        compare_head(before.size, judged)
        *newest, restored = c.execute(_NEWEST, (before.size, before.size)).fetchone()
        check_writable(restored)
        check_sound(before, *newest)
        refuse_twins(leaves, before.size)
        self._failpoint("checked")
        links, after = chain(before, leaves, now)
        for table, added in rows(links, leaves).items():
            c.executemany(_INSERT[table], added)
        if c.execute(_TWICE, (before.size, before.size)).fetchone():
            raise sqlite3.IntegrityError("UNIQUE constraint failed: stream, version (one of them withheld)")
        self._failpoint("inserted")
        root = after.root()
        note = self._seal(after.size, root)
        c.execute("INSERT INTO checkpoints VALUES (?, ?, ?)", (after.size, root, note))
        self._failpoint("sealed")
        c.execute(
            "UPDATE head SET size = ?, last = ?, peaks = ?, recorded_at = ?",
            (after.size, after.last, b"".join(after.peaks), after.recorded_at),
        )
        return links, after, note

    @contextmanager
    def _immediate(self) -> Iterator[sqlite3.Cursor]:
        # The pool's own lock for writers stays locked when making a connection fails, so writers queue at ours.
        if not self._turn.acquire(timeout=self.datastore.pool.lock_timeout or 0):
            raise ConnectionUnavailableError("another thread is writing")
        try:
            with self.datastore.get_connection(commit=False) as connection, connection.cursor() as c:
                c.row_factory = None
                c.execute("BEGIN IMMEDIATE")
                try:
                    yield c
                    c.execute("COMMIT")
                except BaseException:
                    connection.rollback()
                    raise
        finally:
            self._turn.release()

    # ---- what Record asks besides

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self.datastore.get_connection(commit=False) as connection, connection.cursor() as c:
            c.row_factory = None
            return c.execute(sql, parameters).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        with self.trouble(), self._immediate() as c:
            yield c

    def backup(self, path: Path) -> None:
        with self.datastore.get_connection(commit=False) as connection, connection.cursor() as c:
            copy(c.connection, path, "from a backup")

    def scrub(self) -> None:
        # secure_delete has zeroed the row in the file; the log beside it may hold the page as it was.
        with self.datastore.get_connection(commit=False) as connection, connection.cursor() as c:
            c.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def trouble(self) -> AbstractContextManager[None]:
        return trouble(self._path)
