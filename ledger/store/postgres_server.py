"""The PostgreSQL database of a ledger: making it, connecting to it, and saying what is wrong with it.

::

    create("postgresql://owner@db.example/ledger", "example.org/log")
    with trouble("ledger at db.example"): …    psycopg.errors.DiskFull
                                               -> StoreUnavailable("the disk is full …", "free some space …")

1. Tables must be made by ``create`` alone, in one transaction, in the schema ``countersign``: one ledger a database.
2. Every connection must commit synchronously and read what is committed, whatever the server's defaults are: a receipt
   promises that the entry survives a power cut, and the head must be read again after waiting for it.
3. Every error of the driver, the pool or the library must come out as StoreUnavailable with what happened and what
   helps; no message may show the address of a database, which may hold its password.
4. Nothing that was made half may stay.

Transaction-mode poolers (PgBouncer) drop the settings that rule 2 is made of; connect to the server itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Final

import psycopg
from eventsourcing.persistence import PersistenceError
from eventsourcing.postgres import PostgresDatastore
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import dict_row
from psycopg_pool import PoolClosed

from ledger.errors import StoreUnavailable

FORMAT: Final = "1"
SCHEMA: Final = "countersign"

_MAKING: Final = 0x636F756E746572
"""Key of the advisory lock of those that make a ledger."""


def create(conninfo: str, origin: str) -> None:
    """Make an empty ledger in a database. StoreUnavailable where one stands already."""
    with connect(conninfo) as db, db.transaction():
        make_tables(db)
        with db.cursor() as c:
            c.executemany("INSERT INTO state VALUES (%s, %s)", [("format", FORMAT), ("origin", origin)])


def make_tables(db: psycopg.Connection[Any]) -> None:
    """schema/postgres.sql in the transaction of `db`."""
    db.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
    if _format(db):
        raise StoreUnavailable("this database holds a ledger already", "open it, or make a new database")
    db.execute("CREATE SCHEMA IF NOT EXISTS countersign")
    script = (files("ledger.store") / "schema" / "postgres.sql").read_text(encoding="utf-8")
    db.execute(script.encode())


def check_ledger(conninfo: str) -> None:
    """StoreUnavailable unless there is a ledger that this version can use."""
    with connect(conninfo) as db:
        found = _format(db)
    if not found:
        raise StoreUnavailable(
            "this database holds no ledger", "name another, or make one with `countersign init`"
        )
    if found != FORMAT:
        raise StoreUnavailable(
            f"the ledger has the format {found}, this version knows {FORMAT}", "use a newer version"
        )


def _format(db: psycopg.Connection[Any]) -> str | None:
    made = db.execute("SELECT to_regclass('countersign.state')").fetchone()
    if made is None or made[0] is None:
        return None
    found = db.execute("SELECT value FROM state WHERE key = 'format'").fetchone()
    return found[0] if found else None


@contextmanager
def connect(conninfo: str) -> Iterator[psycopg.Connection[Any]]:
    """One connection by itself, in autocommit, with the settings of rule 2."""
    with trouble(label(conninfo)), psycopg.connect(settings(conninfo, 30), autocommit=True) as db:
        yield db


def settings(conninfo: str, lock_timeout: int) -> str:
    """`conninfo` with what every connection of a ledger must have.

    All that is asked here goes by an index, in plans made once. Left to itself the planner makes most of them anew for
    every append, and keeps others from when the tables were small, which scan them whole: at 10,000 entries an append
    took five times as long.
    """
    given = conninfo_to_dict(conninfo)
    ours = (
        f"-c search_path={SCHEMA},pg_temp -c synchronous_commit=on -c lock_timeout={lock_timeout}s "
        r"-c default_transaction_isolation=read\ committed -c client_min_messages=warning "
        "-c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off "
        "-c plan_cache_mode=force_generic_plan"
    )
    return make_conninfo(
        conninfo, options=f"{given.get('options') or ''} {ours}".strip(), connect_timeout="10"
    )


def label(conninfo: str) -> str:
    """How messages name the database: never by its address, which may hold a password."""
    given = conninfo_to_dict(conninfo)
    return f"database {given.get('dbname') or 'of the user'} at {given.get('host') or 'this machine'}"


def use(datastore: PostgresDatastore, conninfo: str) -> None:
    """Let the library's datastore connect by a whole connection string (TLS, sockets, services, password files)."""
    datastore.pool.conninfo = conninfo
    datastore.pool.kwargs = {"row_factory": dict_row}


@contextmanager
def trouble(name: str) -> Iterator[None]:
    """Turn errors of psycopg, its pool and the library into StoreUnavailable."""
    try:
        yield
    except psycopg.Error as e:
        raise _explained(name, e) from e
    except PersistenceError as e:
        raise _explained(name, e.__cause__ if e.__cause__ is not None else e) from e


def _explained(name: str, error: BaseException) -> StoreUnavailable:
    if isinstance(error, PoolClosed):
        return StoreUnavailable(f"the ledger is closed ({name})", "open it again")
    for kinds, what, cure in _TROUBLES:
        if isinstance(error, kinds):
            return StoreUnavailable(f"{what} ({name})", cure)
    first = str(error).partition("\n")[0]
    return StoreUnavailable(f"{name}: {first}", "verify the ledger; if it does not hold, restore a backup")


_TROUBLES: Final[tuple[tuple[tuple[type[Exception], ...], str, str], ...]] = (
    ((pg.DiskFull,), "the disk is full, nothing was written", "free some space and record again"),
    ((pg.OutOfMemory, pg.TooManyConnections), "the server has too much to do", "try again; raise its limits"),
    (
        (pg.InsufficientPrivilege,),
        "this database user may not do that",
        "grant what schema/roles.sql lists, or use the owner for administration",
    ),
    (
        (pg.InvalidPassword, pg.InvalidAuthorizationSpecification),
        "the server refuses this user",
        "check its password",
    ),
    (
        (pg.LockNotAvailable, pg.QueryCanceled),
        "the ledger was locked for too long",
        "try again; find who holds it",
    ),
    ((pg.ReadOnlySqlTransaction,), "this server only reads (a standby?)", "connect to the primary server"),
    ((pg.InvalidCatalogName,), "there is no such database", "create it, or name another"),
    (
        (pg.UndefinedTable, pg.InvalidSchemaName),
        "the database holds no ledger",
        "make one with `countersign init`",
    ),
    (
        (psycopg.OperationalError, psycopg.InterfaceError),
        "the server cannot be reached or the connection broke; the act may have been recorded all the same",
        "check that PostgreSQL runs, then record the same act again: if it is there, its first receipt is given",
    ),
)
