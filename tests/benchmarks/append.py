"""Durable append with chain, tree and signed checkpoint, against the stock recorder of the eventsourcing library.

On PostgreSQL a commit holds 100 acts: with some hundreds of acts of a kilobyte the stock recorder hangs, its pipeline
waiting for what is not flushed yet.
"""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from ledger.store import postgres, sqlite
from ledger.store.record import Record
from tests.benchmarks.harness import Row, compare, timed
from tests.benchmarks.material import leaves
from tests.fixtures.store import NOW, ORIGIN, LogKey

_made = iter(range(0, 1 << 40, 1 << 20))


def rows(postgres_url: str | None) -> Iterator[Row]:
    """All of them; PostgreSQL only where there is a server."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        sqlite.create(here / "ours.db", ORIGIN)
        stock = SQLiteApplicationRecorder(SQLiteDatastore(str(here / "stock.db"), originator_id_type="text"))
        stock.create_table()
        with closing_record(sqlite.open_record(here / "ours.db", LogKey())) as ours:
            yield _row("SQLite append, one a commit", "at least 0.65", ours, stock, batch=1, commits=200)
            yield _row("SQLite append, 100 a commit", "at least 0.65", ours, stock, batch=100, commits=10)
    if postgres_url:
        postgres.create(postgres_url, ORIGIN)
        stock_pg = PostgresApplicationRecorder(
            _datastore(postgres_url), events_table_name=f"stock_{uuid.uuid4().hex[:8]}"
        )
        stock_pg.create_table()
        with closing_record(postgres.open_record(postgres_url, LogKey())) as ours:
            yield _row(
                "PostgreSQL append, one a commit", "at least 0.85", ours, stock_pg, batch=1, commits=200
            )
            yield _row("PostgreSQL append, 100 a commit", "", ours, stock_pg, batch=100, commits=5)


@contextmanager
def closing_record(record: Record) -> Iterator[Record]:
    """A record, closed at the end."""
    try:
        yield record
    finally:
        record.close()


def _row(name: str, bar: str, ours: Record, stock: Any, *, batch: int, commits: int) -> Row:
    def append_ours() -> float:
        made = leaves(batch * commits, next(_made))
        parts = [made[i : i + batch] for i in range(0, len(made), batch)]
        return timed(lambda: _append(ours, parts), len(made))

    def append_stock() -> float:
        made = leaves(batch * commits, next(_made))
        events = [StoredEvent(x.stream, x.stream_version, x.topic, x.act) for x in made]
        parts = [events[i : i + batch] for i in range(0, len(events), batch)]
        insert: Callable[[Any], object] = stock.insert_events
        return timed(lambda: [insert(part) for part in parts], len(made))

    return compare(name, bar, append_ours, append_stock, unit="entry")


def _append(record: Record, parts: list[Any]) -> None:
    size = record.head().size
    for part in parts:
        record.append(part, head=size, now=NOW)
        size += len(part)


def _datastore(url: str) -> PostgresDatastore:
    from psycopg.conninfo import conninfo_to_dict

    found = {k: str(v) for k, v in conninfo_to_dict(url).items()}
    return PostgresDatastore(
        dbname=found.get("dbname", "postgres"),
        host=found.get("host", "localhost"),
        port=found.get("port", "5432"),
        user=found.get("user", "postgres"),
        password=found.get("password", ""),
        originator_id_type="text",
    )
