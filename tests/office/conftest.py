"""`desk`: a founded ledger with an office at work; whatever it recorded is replayed at the end.

`anywhere`: the same, once on every database. `place`: where such a ledger can be made.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.fixtures.postgres import database, postgres_server
from tests.office.desk import Desk

__all__ = ["postgres_server"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.found(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def used(postgres_server: str) -> Iterator[str]:
    """A database that tests use in turn: emptying it is quicker than making one."""
    with database(postgres_server) as conninfo:
        yield conninfo


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    if request.param == "sqlite":
        return tmp_path
    conninfo = str(request.getfixturevalue("used"))
    with psycopg.connect(conninfo, autocommit=True) as db:
        db.execute("DROP SCHEMA IF EXISTS countersign CASCADE")
    return conninfo


@pytest.fixture
def anywhere(place: Path | str) -> Iterator[Desk]:
    made = Desk.found(place)
    yield made
    made.close()
