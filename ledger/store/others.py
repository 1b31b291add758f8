"""Tables that other rooms keep in the ledger's database beside the record (the docket), as either database tells them.

::

    Table("docket", (Column("event_id", "TEXT", required=True, key=1), Column("event", "TEXT", required=True, key=0)))

1. Such a table must be made of TEXT, INTEGER and BLOB columns under plain names, so that it means the same on either
   database; one that is not is refused, never half copied.
2. Its columns, NOT NULL and primary key must come along; a further index would not.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import tuple_row

from ledger.errors import StoreUnavailable

OURS: Final = frozenset("entries checkpoints head disclosures withheld state".split())
SQLITE: Final = {"TEXT": "TEXT", "INTEGER": "INTEGER", "BLOB": "BLOB"}
POSTGRES: Final = {"TEXT": "text", "INTEGER": "bigint", "BLOB": "bytea"}

_READ: Final = {"text": "TEXT", "integer": "INTEGER", "bigint": "INTEGER", "bytea": "BLOB", "blob": "BLOB"}
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is TEXT, INTEGER or BLOB; `key` its place in the primary key, 0 outside."""

    name: str
    kind: str
    required: bool
    key: int


@dataclass(frozen=True, slots=True)
class Table:
    """One table of another room."""

    name: str
    columns: tuple[Column, ...]

    def make(self, types: Mapping[str, str]) -> str:
        """CREATE TABLE with the types of a database (`SQLITE` or `POSTGRES`)."""
        parts = [f"{c.name} {types[c.kind]}{' NOT NULL' * c.required}" for c in self.columns]
        if keys := [c.name for c in sorted(self.columns, key=lambda c: c.key) if c.key]:
            parts.append(f"PRIMARY KEY ({', '.join(keys)})")
        return f"CREATE TABLE {self.name} ({', '.join(parts)})"

    def read(self) -> str:
        """SELECT of all columns, in order."""
        return f"SELECT {', '.join(c.name for c in self.columns)} FROM {self.name}"  # noqa: S608  (names match _NAME)

    def insert(self) -> str:
        """INSERT for SQLite."""
        return f"INSERT INTO {self.name} VALUES ({', '.join('?' * len(self.columns))})"  # noqa: S608

    def copy(self) -> str:
        """COPY for PostgreSQL."""
        return f"COPY {self.name} FROM STDIN"


def in_sqlite(db: sqlite3.Connection) -> list[Table]:
    """The other tables of a SQLite file."""
    names = [
        name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    ]
    return [
        _table(name, db.execute('SELECT name, type, "notnull", pk FROM pragma_table_info(?)', (name,)))
        for name in names
        if name not in OURS and not name.startswith("sqlite_")
    ]


def in_postgres(db: psycopg.Connection[Any]) -> list[Table]:
    """The other tables of a ledger in PostgreSQL."""
    with db.cursor(row_factory=tuple_row) as c:
        c.execute(
            "SELECT t.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
            "       coalesce(array_position(i.indkey::smallint[], a.attnum) + 1, 0)"
            "  FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped"
            "  LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary"
            " WHERE t.relnamespace = 'countersign'::regnamespace AND t.relkind = 'r' ORDER BY t.relname, a.attnum"
        )
        columns: dict[str, list[tuple[Any, ...]]] = {}
        for name, *column in c.fetchall():
            columns.setdefault(name, []).append(tuple(column))
    return [_table(name, found) for name, found in columns.items() if name not in OURS]


def _table(name: str, columns: Iterable[tuple[Any, ...]]) -> Table:
    made = []
    for column, kind, required, key in columns:
        known = _READ.get(str(kind).lower())
        if known is None or not _NAME.fullmatch(name) or not _NAME.fullmatch(column):
            raise StoreUnavailable(
                f"the column {column} of the table {name} is no plain TEXT, INTEGER or BLOB",
                "move this table out of the ledger's database, then copy again",
            )
        made.append(Column(column, known, bool(required), key))
    return Table(name, tuple(made))
