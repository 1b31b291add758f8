"""The demonstration: the same from the same seed, byte for byte, and honest to the last entry."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.demo.stage import CAST, ORIGIN, Clock, Dice
from api.settings import Settings
from api.titles import TITLES
from keys import check
from ledger.docket import Docket
from ledger.office import Office
from ledger.store import sqlite
from ledger.store.record import Record
from ledger.subjects.registry import KINDS
from tests.fixtures.story import demonstrate
from tests.office.desk import replayed

NEXT_DAY = "2025-12-31T09:00:00.000000Z"


@dataclass
class Demo:
    """A demonstration that was made, and what it consists of."""

    folder: Path
    store: Record

    def content(self) -> list[object]:
        """Every byte that could differ: entries, checkpoints, what lies beside, keys, the docket."""
        indexes = range(self.store.head().size)
        files = sorted(p for p in self.folder.rglob("*") if p.is_file() and ".db" not in p.name)
        return [
            [raw for _, raw in self.store.entries()],
            list(self.store.checkpoints()),
            [self.store.disclosures(i) for i in indexes],
            [(str(p.relative_to(self.folder)), p.read_bytes()) for p in files],
            [(p.event, p.signatures, p.wants) for p in self.docket().all()],
        ]

    def docket(self) -> Docket:
        return Docket(Office(self.store, check, clock=Clock(NEXT_DAY), entropy=Dice(b"")))


def made(folder: Path, seed: bytes) -> Demo:
    settings = Settings(folder, ORIGIN)
    demonstrate(settings, seed)
    return Demo(folder, sqlite.open_record(settings.path(settings.database)))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    one = made(tmp_path_factory.mktemp("demo"), b"7")
    yield one
    one.store.close()


def test_the_same_seed_gives_the_same_bytes(demo: Demo, tmp_path: Path) -> None:
    again = made(tmp_path, b"7")
    for one, other in zip(demo.content(), again.content(), strict=True):
        assert one == other
    again.store.close()


def test_another_seed_gives_another_ledger(demo: Demo, tmp_path: Path) -> None:
    other = made(tmp_path, b"8")
    mine, theirs = ({raw for _, raw in d.store.entries()} for d in (demo, other))
    assert len(mine) == len(theirs)
    assert mine.isdisjoint(theirs)
    notes = ({note for _, note in d.store.checkpoints()} for d in (demo, other))
    assert set.isdisjoint(*notes)
    other.store.close()


def test_the_whole_story_was_allowed(demo: Demo) -> None:
    replay, found = replayed(demo.store)
    assert not any(found)
    assert (replay.judged, replay.unjudged) == (demo.store.head().size, 0)
    replay, found = replayed(demo.store, opened=False)
    assert not any(found)
    assert replay.unjudged == 1


def test_the_story_shows_what_there_is(demo: Demo) -> None:
    facts = list(replayed(demo.store)[0].register.at())
    own = set(KINDS) - set(TITLES)  # the subject matter follows with the demonstration year
    assert {fact.type for fact in facts} >= own - {"history.imported", "appointment.ended"}
    assert [fact.withheld for fact in facts].count(True) == 1
    assert any(fact.sealed for fact in facts)
    assert facts[0].data["demo"] is True
    assert [fact.recorded_at for fact in facts] == sorted(fact.recorded_at for fact in facts)
    assert {fact.recorded_at[:4] for fact in facts} == {"2025"}


def test_one_draft_waits_for_a_visitor(demo: Demo) -> None:
    [waiting] = demo.docket().all()
    assert [s.person for s in waiting.signatures] == ["p-sec"]
    assert [x.rule for x in waiting.missing] == ["A-KEY"]
    assert not waiting.expired


def test_everybody_of_the_cast_can_sign(demo: Demo) -> None:
    roll = replayed(demo.store)[0].register.roll
    assert {person for person, _ in CAST} <= {key.public.person for key in roll.keys.values()}
    for person, _ in CAST:
        assert (demo.folder / "keys" / f"{person}.key").is_file()


def test_a_fixed_seed_never_repeats_itself() -> None:
    dice = Dice(b"7")
    drawn = [dice(n) for n in (1, 16, 32, 33, 16)]
    assert [len(x) for x in drawn] == [1, 16, 32, 33, 16]
    assert len({x[:8] for x in drawn}) == len(drawn)
    assert drawn[1] != Dice(b"8")(16)
