"""The demonstration year, played once: every test of it reads, and none writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.bootstrap import open_house
from api.demo.play import Outcome
from api.demo.stage import ORIGIN
from api.demo.year import demonstrate
from api.settings import Settings
from ledger.register import Register, View


@dataclass(frozen=True)
class Year:
    """What was played: the register, the outcomes by row, and the ids of named acts."""

    folder: Path
    register: Register
    outcomes: list[Outcome]
    events: dict[str, str]

    def of(self, row: int) -> list[Outcome]:
        """What became of the acts of a row."""
        return [o for o in self.outcomes if o.row == row]

    def refused(self, row: int) -> list[tuple[str, ...]]:
        """By which rules acts of a row were refused, one tuple an act."""
        return [o.refused for o in self.of(row) if o.index is None]

    def at(self, day: str, known: str | None = None) -> View:
        """What was true at the end of a day, as known at the end of it (or of another)."""
        return self.register.at(f"{day}T23:59:59.999999Z", f"{known or day}T23:59:59.999999Z")

    def index(self, name: str) -> int:
        """The entry of a named act."""
        fact = self.register.by_id(self.events[name])
        assert fact is not None
        return fact.index


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("year") / "demo"
    settings = Settings(folder, ORIGIN)
    play = demonstrate(settings, b"7")
    with open_house(settings, clock=lambda: play.stage.clock.now) as house:
        yield Year(folder, house.office.catch_up(), play.outcomes, play.events)
