"""`place`: an empty ledger, once on every database. `record`: the same, open."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from ledger.store.record import Record
from tests.fixtures.postgres import database, postgres_server
from tests.fixtures.store import Place, PostgresPlace, SQLitePlace

__all__ = ["postgres_server"]


@pytest.fixture
def sqlite_place(tmp_path: Path) -> SQLitePlace:
    made = SQLitePlace(tmp_path / "record.db")
    made.create()
    return made


@pytest.fixture
def empty(postgres_server: str) -> Iterator[str]:
    """A database of its own, without a ledger."""
    with database(postgres_server) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def used(postgres_server: str) -> Iterator[str]:
    """A database that tests use in turn: emptying it is three times as quick as making one."""
    with database(postgres_server) as conninfo:
        yield conninfo


@pytest.fixture
def postgres_place(used: str) -> PostgresPlace:
    with psycopg.connect(used, autocommit=True) as db:
        db.execute("DROP SCHEMA IF EXISTS countersign CASCADE")
    made = PostgresPlace(used)
    made.create()
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest) -> Place:
    made: Place = request.getfixturevalue(f"{request.param}_place")
    return made


@pytest.fixture
def record(place: Place) -> Iterator[Record]:
    with place.open() as opened:
        yield opened
