from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.door import Door, make_demo, open_door


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration ledger. Not to be written to: copy it."""
    return make_demo(tmp_path_factory.mktemp("demo") / "ledger")


@pytest.fixture
def door(demo: Path, tmp_path: Path) -> Iterator[Door]:
    """A fresh copy of the demonstration, served with its log key."""
    with open_door(demo, tmp_path / "served") as opened:
        yield opened


@pytest.fixture(scope="module")
def reading(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The demonstration, served without its log key: for tests that only read."""
    with open_door(demo, tmp_path_factory.mktemp("reading") / "served", writable=False) as opened:
        yield opened
