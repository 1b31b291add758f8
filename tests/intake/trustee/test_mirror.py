"""The mirror and its alarms; the agent that only carries; numbers in bands."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from intake import board, chunks, mail
from intake.labels import h
from intake.trustee import agent, desk, outgoing, rehearsal, statistics
from intake.trustee.mirror import Mirror, pull
from intake.trustee.statistics import band, countable, quarter
from keys.seat import derive
from ledger.errors import Malformed, NotFound
from tests.intake.trustee.people import EPOCH, entropy
from tests.intake.trustee.world import INTAKE, World, roster


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path, data=roster(from_epoch=EPOCH))
    found.night()
    return found


def codes(world: World) -> set[str]:
    return {alarm.code for alarm in world.alarms(0)}


def test_3_all_is_well_where_everything_is_there(world: World) -> None:
    assert codes(world) == set()


@pytest.mark.parametrize("kind", ["item", "chunk", "board", "bundle"])
def test_3_missing_and_other_bytes_are_told_until_they_are_there(world: World, kind: str) -> None:
    kept = world.intake.kept
    name = {
        "item": next(n for n in kept if len(kept[n]) == 23_634),
        "chunk": next(n for n in kept if len(kept[n]) == chunks.BYTES),
        "board": next(n for n in kept if len(kept[n]) == 20 * board.BYTES),
        "bundle": next(n for n in kept if len(kept[n]) == mail.length(5)),
    }[kind]
    data = kept.pop(name)
    assert codes(world) == {"missing-bytes"}
    assert codes(world) == {"missing-bytes"}
    kept[name] = b"other"
    assert codes(world) == {"other-bytes"}
    kept[name] = data
    assert codes(world) == set()


def test_3_a_list_that_is_late_is_an_alarm(world: World) -> None:
    world.today += 1
    assert codes(world) == set()
    world.today += 1
    assert codes(world) == {"missing-list"}


def test_3_two_lists_of_one_day_are_kept_as_evidence(world: World) -> None:
    assert codes(world) == set()
    world.intake.filed.clear()
    world.file("Another list.", words=None)
    world.intake.seal(EPOCH)
    assert "two-lists" in codes(world)
    assert list((world.home(0) / "mirror" / "second-list").iterdir())


def test_1_a_list_that_the_intake_did_not_sign_is_none(world: World) -> None:
    world.intake.lists[EPOCH] = world.intake.lists[EPOCH].replace(b'"sig":"', b'"sig":"A')[:-3] + b'"}'
    assert codes(world) == {"bad-list"}
    assert Mirror(world.home(0) / "mirror").epochs() == []


def test_1_bytes_are_kept_under_their_own_hash_only(world: World, tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "copy")
    assert pull(world.lines[0], mirror, INTAKE.raw, [EPOCH], world.today) == []
    for kind in ("chunk", "bundle", "board", "directory"):
        for name in mirror.names(kind):
            assert sha256(mirror.read(kind, name) or b"").hexdigest() == name
    for name in mirror.names("envelope"):
        assert h("item", mirror.read("envelope", name) or b"").hex() == name


def test_a_mirror_serves_a_colleague(world: World, tmp_path: Path) -> None:
    one, other = Mirror(tmp_path / "one"), Mirror(tmp_path / "other")
    assert pull(world.lines[0], one, INTAKE.raw, [EPOCH], world.today) == []
    assert pull(one, other, INTAKE.raw, [EPOCH], world.today) == []
    assert len(list(other.names("envelope"))) == 64


def test_1_the_agent_opens_nothing(world: World) -> None:
    """What it holds: the device key and bundles. No other file of the home is asked for."""
    home = world.home(0)
    for file in home.iterdir():
        if file.is_file() and file.name not in ("device.key", "seat.json"):
            file.unlink()
    sent: list[bytes] = []
    directory = world.intake.directory
    assert agent.carry(home, directory, world.today, sent.append, world.chance)
    bundle = mail.read(sent[0], directory)
    for seat in range(1, 5):
        assert mail.open_box(bundle, directory, seat, derive(entropy(seat), "hpke")) is None


def test_2_with_news_or_without_a_bundle_is_as_long(world: World) -> None:
    item = world.file("Something happened.")
    world.night()
    with world.sitting(0) as room:
        desk.request(room, item)
    world.night()
    assert {len(data) for data in world.intake.mail[world.today - 1].values()} == {mail.length(5)}


def test_3_a_bundle_that_was_not_taken_is_sent_again_as_it_was(world: World) -> None:
    tried: list[bytes] = []

    def fails(data: bytes) -> None:
        tried.append(data)
        raise ConnectionError

    home, directory = world.home(2), world.intake.directory
    with pytest.raises(ConnectionError):
        agent.carry(home, directory, world.today, fails, world.chance)
    assert agent.carry(home, directory, world.today, tried.append, world.chance)
    assert tried[0] == tried[1]
    assert not agent.carry(home, directory, world.today, tried.append, world.chance)


def test_1_the_outbox_tells_nothing(world: World) -> None:
    """28 days ahead, whatever waits."""
    with world.sitting(0):
        pass
    files = sorted((world.home(0) / "outbox").iterdir())
    assert [int(f.name) for f in files] == list(range(world.today, world.today + 28))
    assert {f.stat().st_size for f in files} == {mail.length(5)}


def test_4_a_newer_answer_replaces_the_oldest_that_stood_a_week(world: World) -> None:
    with world.room(0) as room:
        for n in range(6):
            room.notes.replies[f"{n}"] = {"from_epoch": EPOCH + n, "state": "posted"}
        assert outgoing.posted(room, EPOCH + 3) == ["0", "1", "2", "3"]
        assert outgoing.posted(room, EPOCH + 5) == ["0", "1", "2", "3"]
        assert outgoing.posted(room, EPOCH + 7) == ["1", "2", "3", "4"]
        assert outgoing.posted(room, EPOCH + 8) == ["2", "3", "4", "5"]
        assert outgoing.posted(room, EPOCH + 40) == []
        room.notes.replies.clear()


def test_2_only_bands_are_said() -> None:
    assert [band(n) for n in (0, 4, 5, 9, 10, 400)] == ["0-4", "0-4", "5-9", "5-9", "10+", "10+"]


@pytest.mark.parametrize(
    ("today", "newest"),
    [
        ("2025-09-30", "2025-Q1"),
        ("2025-10-01", "2025-Q2"),
        ("2026-01-01", "2025-Q3"),
        ("2024-02-29", "2023-Q3"),
    ],
)
def test_3_a_quarter_is_counted_when_the_next_has_ended(today: str, newest: str) -> None:
    assert countable(f"{today}T10:00:00.000000Z") == newest
    assert quarter(date.fromisoformat(today)) > newest


def test_5_k_signatures_under_one_statement_make_it_public(world: World) -> None:
    world.file("Something happened.")
    world.night()
    for number in range(3):
        with world.sitting(number):
            pass
    with world.room(0) as room, pytest.raises(NotFound):
        statistics.statement(room, "ltbt", "2025-Q2")
    world.today += 150
    made = None
    for number in range(3):
        with world.room(number) as room:
            said = statistics.sign(room, "ltbt", "2025-Q2")["statement"]
            desk.finish(room)
            data = outgoing.export(room)
        assert said["bands"]["reports"] == "0-4"
        with world.room(0) as room:
            desk.receive_file(room, data)
            made = statistics.signed(room, "ltbt", "2025-Q2")
            assert (made is not None) == (number == 2)
    assert made is not None
    assert [row["seat"] for row in made["signatures"]] == [0, 1, 2]


def test_a_rehearsal_that_is_dropped_is_an_alarm(world: World) -> None:
    made = rehearsal.rehearsal(world.intake.directory, "ltbt", "2025-06-07", world.chance, exclude=True)
    with world.room(0) as room:
        rehearsal.remember(room, made, EPOCH, EPOCH + 2)
    for _ in range(2):
        assert "broken-promise" not in codes(world)
        world.night()
    assert "broken-promise" in codes(world)


def test_a_rehearsal_needs_a_panel_that_is_there(world: World) -> None:
    with pytest.raises(Malformed):
        rehearsal.rehearsal(world.intake.directory, "none", "2025-06-07", bytes, exclude=False)
