"""The SQLite file of a ledger: making it, connecting to it, copying it, and saying what is wrong with it.

::

    create(Path("ledger/record.db"), "example.org/log")
    with trouble(path): …          sqlite3.OperationalError: database or disk is full
                                   -> StoreUnavailable("the disk is full …", "free some space …")

1. Tables must be made by ``create`` alone, in one transaction; opening a ledger makes nothing (of four processes that
   made tables on opening, two died).
2. Every connection must use WAL and ``synchronous=FULL``: a receipt promises that the entry survives a power cut.
3. Every error of the driver or the library must come out as StoreUnavailable with what happened and what helps.
4. A backup must appear whole or not at all, and count as restored from its first opening on.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final
from urllib.parse import quote

from eventsourcing.persistence import ConnectionPoolClosedError, ConnectionUnavailableError, PersistenceError
from eventsourcing.sqlite import SQLiteConnection, SQLiteConnectionPool

from ledger.errors import StoreUnavailable

FORMAT: Final = "1"
OLDEST_SQLITE: Final = (3, 37, 0)
"""The first with STRICT tables."""

_PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",  # macOS only: there a plain fsync does not reach the disk
    "PRAGMA secure_delete = ON",  # an erased disclosure leaves no copy in free pages
    "PRAGMA trusted_schema = OFF",
)


def create(path: Path, origin: str) -> None:
    """Make an empty ledger at `path`. StoreUnavailable where something stands already."""
    with trouble(path):
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # withheld acts are nobody else's business
        except OSError as e:
            raise StoreUnavailable(
                f"{path} cannot be made: {e.strerror}", "check the folder and its permissions"
            ) from e
        with closing(sqlite3.connect(address(path), uri=True, isolation_level=None, timeout=30)) as db:
            db.execute("BEGIN EXCLUSIVE")
            if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise StoreUnavailable(
                    f"{path} exists already", "open it, or choose another place for a new ledger"
                )
            for statement in schema():
                db.execute(statement)
            db.executemany("INSERT INTO state VALUES (?, ?)", [("format", FORMAT), ("origin", origin)])
            db.execute("COMMIT")
            db.execute("PRAGMA journal_mode = WAL")
        _sync_folder(path)


def schema() -> Iterator[str]:
    """The statements of schema/sqlite.sql."""
    statement = ""
    for line in (
        (files("ledger.store") / "schema" / "sqlite.sql")
        .read_text(encoding="utf-8")
        .splitlines(keepends=True)
    ):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def address(path: Path, mode: str = "rw") -> str:
    """The URI of an existing file, so that a missing one is an error and not a new database."""
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def check_ledger(path: Path) -> None:
    """StoreUnavailable unless `path` holds a ledger that this version can use."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreUnavailable(
            f"SQLite {sqlite3.sqlite_version} is too old", "use a Python that brings SQLite 3.37 or newer"
        )
    if not path.is_file():
        raise StoreUnavailable(
            f"there is no ledger at {path}", "name the right folder, or make one with `countersign init`"
        )
    with trouble(path), closing(sqlite3.connect(address(path), uri=True, timeout=30)) as db:
        found = db.execute("SELECT value FROM state WHERE key = 'format'").fetchone()
        if found != (FORMAT,):
            raise StoreUnavailable(
                f"{path} has the format {found}, this version knows {FORMAT}", "use a newer version"
            )


class LedgerPool(SQLiteConnectionPool):
    """The library's pool; its connections are durable and keep their prepared statements.

    (The library connects with a cache of one statement: every SQL text was compiled anew, half the time of an append.)
    """

    def _create_connection(self) -> SQLiteConnection:
        db = sqlite3.connect(
            self.db_name,
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            timeout=self.lock_timeout or 0,
        )
        try:
            for pragma in _PRAGMAS:
                db.execute(pragma)
        except BaseException:
            db.close()
            raise
        db.row_factory = sqlite3.Row
        return SQLiteConnection(db, self.max_age)


@contextmanager
def new_copy(path: Path, reason: str) -> Iterator[sqlite3.Connection]:
    """A new database to fill, which then appears at `path`, whole and marked as restored for `reason`, or never."""
    if path.exists():
        raise StoreUnavailable(
            f"{path} exists already", "choose another name: a backup never replaces anything"
        )
    partial = path.with_name(path.name + ".partial")
    with trouble(partial):
        partial.unlink(missing_ok=True)
        try:
            os.close(os.open(partial, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(sqlite3.connect(partial, isolation_level=None)) as target:
                yield target
                target.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
                mark_restored(target, reason)
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        _sync_folder(path)


def copy(source: sqlite3.Connection, path: Path, reason: str) -> None:
    """Copy a database in use, in one step that does not hold up writers."""
    with new_copy(path, reason) as target:
        source.backup(target, pages=-1)


def restore(backup: Path, path: Path) -> None:
    """Put the ledger of `backup` at `path`, where nothing stands. It refuses to be written to until it was checked."""
    check_ledger(backup)
    with trouble(backup), closing(sqlite3.connect(address(backup), uri=True, timeout=30)) as source:
        copy(source, path, f"from {backup.name}")


def mark_restored(db: sqlite3.Connection, reason: str) -> None:
    """Let nothing be appended until ``Record.clear_restored``."""
    db.execute(
        "INSERT INTO state VALUES ('restored', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (reason,),
    )


@contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Turn errors of sqlite3 and of the library into StoreUnavailable."""
    try:
        yield
    except sqlite3.Error as e:
        raise _explained(path, e) from e
    except ConnectionPoolClosedError as e:
        raise StoreUnavailable(f"the ledger {path} is closed", "open it again") from e
    except ConnectionUnavailableError as e:
        raise StoreUnavailable(f"all connections to {path} are busy", "try again; use fewer threads") from e
    except PersistenceError as e:
        raise _explained(path, e.__cause__ if e.__cause__ is not None else e) from e
    except OSError as e:
        raise StoreUnavailable(
            f"{path}: {e.strerror or e}", "check the disk, the folder and its permissions"
        ) from e


def _explained(path: Path, error: BaseException) -> StoreUnavailable:
    name = getattr(error, "sqlite_errorname", "")
    for beginning, what, cure in _TROUBLES:
        if name.startswith(beginning):
            return StoreUnavailable(f"{what}: {path}", cure)
    if isinstance(error, sqlite3.OperationalError) and "no such table" in str(error):
        return StoreUnavailable(f"{path} is a database, but no ledger", "name the ledger's own file")
    return StoreUnavailable(f"{path}: {error}", "verify the ledger; if it does not hold, restore a backup")


_TROUBLES: Final = (
    ("SQLITE_FULL", "the disk is full, nothing was written", "free some space and record again"),
    (
        "SQLITE_READONLY",
        "the ledger or its folder is read-only",
        "give this user permission to write to file and folder",
    ),
    (
        "SQLITE_PERM",
        "this user may not use the ledger",
        "give this user permission to write to file and folder",
    ),
    (
        "SQLITE_CANTOPEN",
        "the ledger cannot be opened",
        "check that file and folder exist and may be written by this user",
    ),
    (
        "SQLITE_BUSY",
        "another process kept the ledger locked for too long",
        "try again; find the process that holds it",
    ),
    (
        "SQLITE_LOCKED",
        "another process kept the ledger locked for too long",
        "try again; find the process that holds it",
    ),
    ("SQLITE_NOTADB", "this is no ledger", "name the ledger's own file"),
    (
        "SQLITE_CORRUPT",
        "the ledger's file is damaged",
        "restore the last backup and check it; keep the damaged file",
    ),
    (
        "SQLITE_IOERR",
        "the disk does not read or write",
        "check the disk and its cables; keep a copy of the file",
    ),
    ("SQLITE_TOOBIG", "a value is too large", "record long documents as evidence by their digest"),
)


def _sync_folder(path: Path) -> None:
    """Make a new name in its folder durable."""
    folder = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
