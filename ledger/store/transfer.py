"""Between PostgreSQL and SQLite: a backup of either is one SQLite file in the layout of schema/sqlite.sql.

::

    to_file(connection, Path("2025-03-20.db"))       the backup of a ledger in PostgreSQL
    restore(Path("2025-03-20.db"), conninfo)         a backup of either kind into an empty database

1. A copy must show one moment of the record, however long it takes and whatever is appended meanwhile.
2. It must appear whole or not at all, hold the same bytes and the tables of other rooms, and count as restored.

Such a file can be opened as a ledger in SQLite and is read by the offline verifier. ``pg_dump`` serves as well; what it
brings back is then to be marked: ``INSERT INTO countersign.state VALUES ('restored', 'from pg_dump')``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from ledger.store.others import POSTGRES, SQLITE, in_postgres, in_sqlite
from ledger.store.postgres_server import connect, make_tables
from ledger.store.sqlite_file import address, check_ledger, new_copy, schema, trouble

PAGE: Final = 256

_TABLES: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "SELECT seq, event_id, stream, version, topic, act_size, entry, leaf FROM entries ORDER BY seq",
        "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        "COPY entries FROM STDIN",
    ),
    (
        "SELECT size, root, note FROM checkpoints ORDER BY size",
        "INSERT INTO checkpoints VALUES (?, ?, ?)",
        "COPY checkpoints FROM STDIN",
    ),
    (
        "SELECT seq, commitment, disclosure FROM disclosures ORDER BY seq",
        "INSERT INTO disclosures VALUES (?, ?, ?)",
        "COPY disclosures FROM STDIN",
    ),
    (
        "SELECT seq, digest, stream, version, topic, act FROM withheld ORDER BY seq",
        "INSERT INTO withheld VALUES (?, ?, ?, ?, ?, ?)",
        "COPY withheld FROM STDIN",
    ),
    (
        "SELECT key, value FROM state WHERE key <> 'restored'",
        "INSERT INTO state VALUES (?, ?)",
        "COPY state FROM STDIN",
    ),
)
"""For each table how it is read on either side, written in SQLite, and written in PostgreSQL."""


def to_file(db: psycopg.Connection[Any], path: Path) -> None:
    """Copy a ledger in use to a SQLite file."""
    with new_copy(path, "from a backup") as target, db.transaction():
        db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        target.execute("BEGIN")
        for statement in schema():
            target.execute(statement)
        others = in_postgres(db)
        for table in others:
            target.execute(table.make(SQLITE))
        for read, insert in [*((r, i) for r, i, _ in _TABLES), *((t.read(), t.insert()) for t in others)]:
            with db.cursor("copy", binary=True, row_factory=tuple_row) as c:
                c.itersize = PAGE
                c.execute(read.encode())
                target.executemany(insert, c)
        with db.cursor(binary=True, row_factory=tuple_row) as c:
            head = c.execute("SELECT size, last, peaks, recorded_at FROM head WHERE size > 0").fetchone()
        if head is not None:
            target.execute("UPDATE head SET size = ?, last = ?, peaks = ?, recorded_at = ?", head)
        target.execute("COMMIT")


def restore(backup: Path, conninfo: str) -> None:
    """Put the ledger of `backup` into a database that holds none. It refuses to be written to until it was checked."""
    check_ledger(backup)
    with (
        trouble(backup),
        closing(sqlite3.connect(address(backup), uri=True, isolation_level=None)) as source,
        connect(conninfo) as db,
        db.transaction(),
    ):
        make_tables(db)
        source.execute("BEGIN")
        others = in_sqlite(source)
        for table in others:
            db.execute(table.make(POSTGRES).encode())
        for read, copy in [*((r, c) for r, _, c in _TABLES), *((t.read(), t.copy()) for t in others)]:
            with db.cursor() as c, c.copy(copy.encode()) as copying:
                for values in source.execute(read):
                    copying.write_row(values)
        head = source.execute("SELECT size, last, peaks, recorded_at FROM head WHERE size > 0").fetchone()
        if head is not None:
            db.execute("UPDATE head SET size = %s, last = %s, peaks = %s, recorded_at = %s", head)
        db.execute("INSERT INTO state VALUES ('restored', %s)", (f"from {backup.name}",))
