"""The desk against the intake's own server: whole windows and epochs, mail handed in, a rehearsal from end to end."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from api.desk.fetch import Web, source_of
from api.intake.app import Doors, create_app
from intake import board, directory, reply
from intake.bucket import Bucket
from intake.derive import Secrets
from intake.epochs import DAY
from intake.trustee import agent, desk, rehearsal
from intake.trustee.mirror import Mirror
from intake.trustee.room import Room, open_room
from ledger.errors import NotFound, StoreUnavailable
from tests.http.live import live
from tests.intake.book import House
from tests.intake.kit import EPOCH, SERVICE
from tests.intake.test_app import Page
from tests.intake.trustee.world import at, make_home, roster, unlocked


class Asking(Web):
    """Notes what it asks."""

    def __init__(self, base: str) -> None:
        super().__init__(base)
        self.asked: list[str] = []

    def _get(self, path: str) -> bytes | None:
        self.asked.append(path)
        return super()._get(path)


class Served:
    def __init__(self, house: House, url: str, folder: Path) -> None:
        self.house, self.url, self.folder = house, url, folder
        self.directory = house.book.rosters[0]
        self.chance = random.Random(3).randbytes
        for number in range(5):
            make_home(folder / f"t{number}", number)

    def room(self, number: int) -> AbstractContextManager[Room]:
        return open_room(
            self.folder / f"t{number}",
            unlocked(number),
            SERVICE.raw,
            clock=lambda: at(self.house.today * DAY + DAY // 2),
            chance=self.chance,
        )

    def sit(self, number: int, act: Callable[[Room], None] | None = None) -> list[str]:
        """Fetch, act, leave the mail prepared; what was asked."""
        web = Asking(self.url)
        with self.room(number) as room:
            room.mirror.keep_directory(self.directory.data)
            alarms = desk.refresh(room, web)
            if act:
                act(room)
            desk.finish(room)
        assert alarms == []
        return web.asked

    def night(self) -> None:
        for number in range(5):
            agent.carry(
                self.folder / f"t{number}",
                self.directory,
                self.house.today,
                Web(self.url).upload,
                self.chance,
            )
        self.house.day()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    house = House(tmp_path, directory.read(roster(from_epoch=EPOCH)))
    doors = Doors(
        house.store,
        house.counter,
        Page,
        lambda _: None,
        lambda: house.today * DAY + 1.0,
        Bucket(1000, 1000),
    )
    with live(create_app(doors)) as url:
        yield Served(house, url, tmp_path)
    house.store.close()


@pytest.mark.slow
def test_a_rehearsal_from_filing_to_its_answer(served: Served) -> None:
    def approved(room: Room) -> None:
        for id_ in list(room.notes.requests):
            desk.approve(room, id_)

    web = Web(served.url)
    made = rehearsal.rehearsal(served.directory, "ltbt", "2025-06-06", served.chance, exclude=False)
    given = web.hand_in(made.data)
    assert given.item.hex() == made.item
    served.sit(0, lambda room: rehearsal.remember(room, made, given.first, given.last))
    for _ in range(3):
        served.night()
    first = served.sit(0, lambda room: desk.request(room, made.item))
    served.night()
    for number in (1, 4):
        served.sit(number, approved)
    served.night()

    def answered(room: Room) -> None:
        found = desk.open_report(room, made.item)
        assert found is not None
        assert found.body.text.startswith("REHEARSAL")
        desk.answer(room, made.item, "Found it.", "answer", alone=True)
        assert rehearsal.broken_promises(room) == []

    served.sit(0, answered)
    served.night()
    with served.room(0) as room:
        assert desk.refresh(room, Web(served.url)) == []
        number = served.house.today - 1
        day = room.mirror.epoch(number, SERVICE.raw)
        boarded = room.mirror.board(day.board) if day else None
        assert boarded is not None
        secrets = Secrets.of(made.words)
        found = board.find(boarded, number, secrets.tag_key, secrets.reply_seed)
        [answer] = [reply.read(c, room.directories, secrets.reply_key) for c in found]
    assert (answer.text, answer.alone) == ("Found it.", True)
    # 1: only whole windows and epochs were asked for, in the order of the lists.
    assert all(path.partition("/")[2].isdigit() for path in first)
    assert {path.partition("/")[0] for path in first} == {"lists", "items", "chunks", "boards", "desk"}
    assert len(first) == len(set(first))


def test_a_bundle_is_taken_once_and_again_only_as_it_was(served: Served) -> None:
    one = agent.empty(served.folder / "t0", served.directory, served.house.today, served.chance)
    other = agent.empty(served.folder / "t0", served.directory, served.house.today, served.chance)
    web = Web(served.url)
    web.upload(one)
    web.upload(one)
    with pytest.raises(StoreUnavailable):
        web.upload(other)
    assert web.bundles(served.house.today) == [one]


def test_4_an_open_line_is_refused() -> None:
    with pytest.raises(NotFound):
        source_of("http://intake.example")
    for good in ("https://intake.example", "http://127.0.0.1:8442", "http://[::1]:8442"):
        assert isinstance(source_of(good), Web)
    assert isinstance(source_of("http://" + "a" * 56 + ".onion"), Web)
    assert isinstance(source_of("some/folder"), Mirror)


def test_an_intake_that_is_away_is_a_sentence() -> None:
    with pytest.raises(StoreUnavailable) as away:
        Web("http://127.0.0.1:9").listing(1)
    assert "cannot be reached" in str(away.value)
