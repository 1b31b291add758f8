"""The intake's own database: what was handed in, promised and sealed. One SQLite file.

::

    store = Store(Path("intake/intake.db"))
    with store.change() as db:  …            one writer at a time, on disk when it returns, or nothing at all

1. A change must be durable when it returns: WAL with ``synchronous=FULL``, one transaction each, ``BEGIN IMMEDIATE``.
2. No row may hold an address, a name or a time; covers must have the same columns as reports.
3. Deleted and overwritten bytes must not stay in free pages: ``secure_delete``.
4. Tables are made by `create` alone.
5. `settle` must leave no earlier version of a page in the journal.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from ledger.errors import StoreUnavailable

FORMAT: Final = "2"

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # macOS only: there a plain fsync does not reach the disk
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)


def create(path: Path, first: int) -> None:
    """An empty intake whose first epoch is `first`. StoreUnavailable where something stands already."""
    with _trouble(path):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            raise StoreUnavailable(f"{path} exists already", "open it, or choose another place") from None
        except OSError as e:
            raise StoreUnavailable(f"{path} cannot be made: {e.strerror}", "check the folder") from e
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            schema = (files("intake") / "schema.sql").read_text(encoding="utf-8")
            db.executescript(f"BEGIN EXCLUSIVE;\n{schema}\nCOMMIT;")
            db.executemany("INSERT INTO state VALUES (?, ?)", [("first", str(first)), ("format", FORMAT)])
            db.execute("PRAGMA journal_mode = WAL")


class Store:
    """An open intake database. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise StoreUnavailable(f"there is no {path}", "make it first")
        self._path, self._lock = path, threading.Lock()
        with _trouble(path):
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
            for pragma in _PRAGMAS:
                self._db.execute(pragma)
            row = self._db.execute("SELECT value FROM state WHERE name = 'format'").fetchone()
            if row is None or row[0] != FORMAT:
                raise StoreUnavailable(
                    f"{path} is no intake of format {FORMAT}", "use the version that made it"
                )

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction: on disk when it ends well, undone when anything is raised."""
        with self._lock, _trouble(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def one(self, sql: str, *args: Any) -> tuple[Any, ...] | None:
        """The first row of a question."""
        rows = self.all(sql, *args)
        return rows[0] if rows else None

    def all(self, sql: str, *args: Any) -> list[tuple[Any, ...]]:
        """Every row of a question."""
        with self._lock, _trouble(self._path):
            return self._db.execute(sql, args).fetchall()

    def settle(self) -> None:
        """Empty the journal into the file. What another reader still holds stays until the next time."""
        with self._lock, _trouble(self._path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def first(self) -> int:
        """The first epoch of this intake."""
        row = self.one("SELECT value FROM state WHERE name = 'first'")
        return int(row[0]) if row else 0

    def last_sealed(self) -> int:
        """The epoch sealed last; the one before the first when there is none."""
        row = self.one("SELECT max(epoch) FROM epoch WHERE data IS NOT NULL")
        return int(row[0]) if row and row[0] is not None else self.first() - 1

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()


@contextmanager
def _trouble(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as e:
        raise StoreUnavailable(f"{path}: {e}", "check disk and permissions; nothing was written") from e
