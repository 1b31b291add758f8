"""Browsers and ledgers for the pages. Without Chromium these tests are skipped, in CI they fail (tests/conftest.py)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.door import Door, make_demo, open_door, serving
from tests.http.live import live
from tests.http.material import add_models
from tests.web.ledgers import add_hostile, make_history


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration ledger. Not to be written to: copy it."""
    return make_demo(tmp_path_factory.mktemp("web-demo") / "ledger")


@pytest.fixture(scope="session")
def demo_url(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, with texts on it that mean no good, a withheld draft, and two models."""
    folder = tmp_path_factory.mktemp("web") / "ledger"
    with open_door(demo, folder) as door:
        add_hostile(door)
        add_models(door)
    app, _ = serving(folder, writable=False)
    with live(app) as url:
        yield url


@pytest.fixture(scope="session")
def history_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The public history, transcribed."""
    app = make_history(tmp_path_factory.mktemp("web-history") / "ledger")
    with live(app) as url:
        yield url


@pytest.fixture(scope="module")
def reading(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The demonstration as it is, for tests without a browser."""
    with open_door(demo, tmp_path_factory.mktemp("pages") / "served", writable=False) as opened:
        yield opened


@pytest.fixture
def door(demo: Path, tmp_path: Path) -> Iterator[Door]:
    """A fresh copy of the demonstration, served with its log key."""
    with open_door(demo, tmp_path / "served") as opened:
        yield opened
