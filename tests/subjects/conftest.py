"""`desk`: a founded ledger with an office at work; whatever it recorded is replayed at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk.found(tmp_path)
    yield made
    made.close()
