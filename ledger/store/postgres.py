"""The record in PostgreSQL: the library's application recorder, chaining in the insert's own transaction.

::

    create("postgresql://owner@db.example/ledger", "example.org/log")
    with open_record("postgresql://office_1@db.example/ledger", signer) as record:
        record.append([leaf], head=0, now="2025-03-20T16:00:02.114000Z")

1. One append must be one transaction that first takes the head row (``SELECT … FOR UPDATE``); whatever else it reads
   must be read by later statements, which see what was committed while it waited.
2. A connection that died in the pool must cost no error: the append is tried once more, and the event id, asked first,
   keeps that from recording anything twice.
3. Whatever is raised in between, nothing of the append may stay.

A single act takes two round trips (one pipeline before signing, one after); what is many or large is sent by COPY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final, LiteralString, TypeAlias, TypeVar, cast

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresFactory
from eventsourcing.utils import Environment
from psycopg.rows import DictRow, tuple_row
from psycopg_pool import PoolClosed, PoolTimeout

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
from ledger.store.postgres_server import check_ledger, create, label, settings, trouble, use
from ledger.store.record import Record
from ledger.store.rows import bare, rows
from ledger.store.transfer import restore, to_file

__all__ = ["create", "open_record", "restore"]

T = TypeVar("T")
Connection: TypeAlias = psycopg.Connection[DictRow]

LOCK_TIMEOUT: Final = 30
COPY_FROM: Final = 8
"""Entries from which COPY is faster than as many INSERTs in the pipeline."""

PIPELINE_BYTES: Final = 65_536
"""What a pipeline may carry. psycopg 3.3 waits for answers before all is sent: what the socket cannot hold hangs."""

_LOCK: Final = "SELECT size, last, peaks, recorded_at FROM head FOR UPDATE"

# One row, or as many as event ids of the batch are known; each statement costs a journey through the pipeline.
_ASK: Final = """
SELECT coalesce(e.seq, 0), e.leaf, coalesce(c.size, 0), c.root, s.value, known.*
  FROM (VALUES (1)) AS one
  LEFT JOIN (SELECT seq, leaf FROM entries ORDER BY seq DESC LIMIT 1) AS e ON true
  LEFT JOIN (SELECT size, root FROM checkpoints ORDER BY size DESC LIMIT 1) AS c ON true
  LEFT JOIN state AS s ON s.key = 'restored'
  LEFT JOIN (SELECT event_id, seq - 1, coalesce(substr(entry, 8, act_size),
                                                (SELECT act FROM withheld WHERE withheld.seq = entries.seq))
               FROM entries WHERE event_id = ANY(%s)) AS known ON true"""

# The notification wakes whoever waits for entries; what they are is read, never notified.
_ADVANCE: Final = """
WITH signed AS (INSERT INTO checkpoints VALUES (%s, %s, %s))
UPDATE head SET size = %s, last = %s, peaks = %s, recorded_at = %s RETURNING pg_notify('stored_events', '')"""

_INSERT: Final[dict[str, LiteralString]] = {
    "entries": "INSERT INTO entries VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
    "withheld": "INSERT INTO withheld VALUES (%s, %s, %s, %s, %s, %s)",
    "disclosures": "INSERT INTO disclosures VALUES (%s, %s, %s)",
}

_COPY: Final[dict[str, tuple[LiteralString, Sequence[str]]]] = {
    "entries": (
        "COPY entries FROM STDIN (FORMAT BINARY)",
        ("int8", "text", "text", "int8", "text", "int4", "bytea", "bytea"),
    ),
    "withheld": (
        "COPY withheld FROM STDIN (FORMAT BINARY)",
        ("int8", "text", "text", "int8", "text", "bytea"),
    ),
    "disclosures": ("COPY disclosures FROM STDIN (FORMAT BINARY)", ("int8", "text", "text")),
}


def open_record(
    conninfo: str,
    signer: NoteSigner | None = None,
    *,
    lock_timeout: int = LOCK_TIMEOUT,
    failpoint: Failpoint = pass_by,
) -> Record:
    """Open the ledger in a database; without `signer` for reading. `failpoint` is for crash tests."""
    check_ledger(conninfo)
    full, name = settings(conninfo, lock_timeout), label(conninfo)

    def application(seal: Seal) -> LedgerApplication:
        make = partial(PostgresLedgerFactory, conninfo=full, name=name, seal=seal, failpoint=failpoint)
        with trouble(name):
            return LedgerApplication(make, _SETTINGS)

    return Record(application, signer)


# The library asks for an address in parts; `use` then gives it the whole.
_SETTINGS: Final = {
    "POSTGRES_DBNAME": "",
    "POSTGRES_HOST": "",
    "POSTGRES_USER": "",
    "POSTGRES_PASSWORD": "",
    "POSTGRES_SCHEMA": "countersign",
    "POSTGRES_POOL_SIZE": "1",
    "POSTGRES_MAX_OVERFLOW": "14",
    "POSTGRES_ENABLE_DB_FUNCTIONS": "n",
}


class PostgresLedgerFactory(PostgresFactory):
    """The library's factory, making our recorder over connections of our own settings."""

    def __init__(
        self, env: Environment, *, conninfo: str, name: str, seal: Seal, failpoint: Failpoint = pass_by
    ) -> None:
        super().__init__(env)
        use(self.datastore, conninfo)
        self._name, self._seal, self._failpoint = name, seal, failpoint

    def application_recorder(self) -> PostgresLedgerRecorder:
        return PostgresLedgerRecorder(self.datastore, self._name, self._seal, self._failpoint)


class PostgresLedgerRecorder(PostgresApplicationRecorder):
    """See the module. Reading stays the library's, over the view stored_events."""

    def __init__(
        self, datastore: PostgresDatastore, name: str, seal: Seal, failpoint: Failpoint = pass_by
    ) -> None:
        super().__init__(datastore)
        self.sql_create_statements = []  # only ``create`` makes tables
        self._name, self._seal, self._failpoint = name, seal, failpoint

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
        """Append on condition. Puts the receipts into `receipts`, or gives the library's ids (index + 1) without it."""
        if not stored_events:
            return []
        leaves = leaves if leaves is not None else [bare(event) for event in stored_events]
        links, after, note = self._on_connection(
            partial(self._write, leaves, head, now), again=head is not None
        )
        self._failpoint("committed")
        if receipts is None:
            return [link.seq for link in links]
        receipts.extend(
            Receipt(link.seq - 1, leaf.event_id, link.leaf, after.recorded_at, note)
            for link, leaf in zip(links, leaves, strict=True)
        )
        return []

    def _write(
        self, leaves: Sequence[Leaf], judged: int | None, now: str, connection: Connection
    ) -> tuple[list[Link], Head, str]:
        small = len(leaves) < COPY_FROM and sum(map(_size, leaves)) <= PIPELINE_BYTES
        with connection.pipeline() if small else nullcontext():
            before = self._take_turn(connection, leaves, judged)
            links, after = chain(before, leaves, now)
            for table, added in rows(links, leaves).items():
                if small:
                    for values in added:
                        _ask(connection, _INSERT[table], values)
                elif added:
                    _copy(connection, table, added)
            self._failpoint("inserted")
            root = after.root()
            note = self._seal(after.size, root)
            self._failpoint("sealed")
            state = (after.size, after.last, b"".join(after.peaks), after.recorded_at)
            _ask(connection, _ADVANCE, (after.size, root, note, *state))
            self._failpoint("advanced")
            _ask(connection, "COMMIT")
        return links, after, note

    def _take_turn(self, connection: Connection, leaves: Sequence[Leaf], judged: int | None) -> Head:
        """Begin, lock the head, and ask what is asked before writing."""
        _ask(connection, "BEGIN")
        head = _ask(connection, _LOCK)
        asked = _ask(connection, _ASK, ([leaf.event_id for leaf in leaves] if judged is not None else [],))
        self._failpoint("begun")
        before = read_head(head.fetchone())
        found = asked.fetchall()
        answer_known(leaves, (row[5:] for row in found if row[5] is not None))
        compare_head(before.size, judged)
        *newest, restored = found[0][:5]
        check_writable(restored)
        check_sound(before, *newest)
        refuse_twins(leaves, before.size)
        self._failpoint("checked")
        return before

    def _on_connection(self, work: Callable[[Connection], T], *, again: bool = True) -> T:
        try:
            with self.datastore.get_connection() as connection:
                return work(connection)
        except (OperationalError, InterfaceError) as e:
            if not (again and _broke(e.__cause__)):
                raise
        self.datastore.pool.check()  # throws out the others that died with it
        with self.datastore.get_connection() as connection:
            return work(connection)

    # ---- what Record asks besides

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        return self._on_connection(lambda connection: _ask(connection, _marks(sql), parameters).fetchall())

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        with self.trouble(), self.datastore.get_connection() as connection, connection.transaction():
            _ask(connection, _LOCK)  # takes its turn with appends and with others of its kind, as in SQLite
            yield _MarkedCursor(connection.cursor(row_factory=tuple_row))

    def backup(self, path: Path) -> None:
        with self.datastore.get_connection() as connection:
            to_file(connection, path)

    def scrub(self) -> None:
        # Takes the owner of the tables; for others PostgreSQL skips it, and autovacuum does it later.
        self._on_connection(lambda connection: _ask(connection, "VACUUM disclosures, withheld"))

    def trouble(self) -> AbstractContextManager[None]:
        return trouble(self._name)


class _MarkedCursor:
    """A psycopg cursor that understands ``?``."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> None:
        self._cursor.execute(_marks(sql), parameters)

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()


def _ask(
    connection: Connection, sql: LiteralString, values: Sequence[Any] | None = None
) -> psycopg.Cursor[Any]:
    return connection.cursor(binary=True, row_factory=tuple_row).execute(sql, values)


def _size(leaf: Leaf) -> int:
    return len(leaf.act) + sum(map(len, leaf.disclosures))


def _copy(connection: Connection, table: str, added: Iterable[tuple[Any, ...]]) -> None:
    statement, types = _COPY[table]
    with connection.cursor() as c, c.copy(statement) as copy:
        copy.set_types(types)
        for values in added:
            copy.write_row(values)


def _marks(sql: str) -> LiteralString:
    """``?`` as psycopg writes it. The SQL of this package and of its callers is theirs, never a stranger's."""
    marked: Any = sql.replace("%", "%%").replace("?", "%s")
    return cast("LiteralString", marked)


def _broke(error: BaseException | None) -> bool:
    """True when the connection died: there is no answer of the server, or it says that it is going down."""
    return (
        isinstance(error, psycopg.OperationalError)
        and not isinstance(error, PoolTimeout | PoolClosed)
        and (error.sqlstate is None or error.sqlstate.startswith("57P"))
    )
