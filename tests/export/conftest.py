"""`ledger`: a founded ledger, open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger(tmp_path / "ledger").found()
    yield made
    made.close()
