"""`place`: an empty ledger, once on every database. `record`: the same, open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.store.record import Record
from tests.fixtures.store import Place, SQLitePlace


@pytest.fixture
def sqlite_place(tmp_path: Path) -> SQLitePlace:
    made = SQLitePlace(tmp_path / "record.db")
    made.create()
    return made


@pytest.fixture(params=["sqlite"])
def place(request: pytest.FixtureRequest) -> Place:
    made: Place = request.getfixturevalue(f"{request.param}_place")
    return made


@pytest.fixture
def record(place: Place) -> Iterator[Record]:
    with place.open() as opened:
        yield opened
