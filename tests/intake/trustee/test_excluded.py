"""What an excluded trustee's machine sees is the same with and without the report: the promise that nobody else makes.

Two worlds from one seed, one with a report that excludes seat 3, through filing, opening, answering, follow-up and
statistics. Sealed bytes differ (HPKE draws its own randomness); everything that can be learned from them must not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from intake import mail
from intake.errors import Unopened
from intake.trustee import desk, statistics
from intake.trustee.room import Room
from tests.intake.trustee.world import World, unlocked

pytestmark = pytest.mark.slow

EXCLUDED = 3
QUARTER = "2025-Q2"


@dataclass
class Seen:
    """Everything that reaches the excluded seat, decrypted where its keys decrypt it."""

    compartments: list[bytes | None] = field(default_factory=list)
    letters: list[Any] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)
    lengths: list[list[int]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    desk: list[Any] = field(default_factory=list)
    statistics: Any = None


def look(world: World, seen: Seen) -> None:
    """One sitting of the excluded trustee, and all that can be seen of it."""
    line = world.lines[EXCLUDED]
    line.asked.clear()
    line.lengths.clear()
    with world.sitting(EXCLUDED) as room:
        seen.desk.append((room.notes.waiting, room.notes.requests, room.notes.replies, room.cases.items()))
        seen.desk.append(
            (room.notes.queue, room.notes.troubles, room.notes.scanned, len(room.notes.mail_read))
        )
        decrypted(world, room, seen)
    seen.asked.append([kind for kind, _ in line.asked])
    seen.lengths.append(list(line.lengths))
    home = world.home(EXCLUDED)
    counted = {p.name: len(list(p.iterdir())) for p in sorted((home / "mirror").iterdir())}
    seen.names.append([f"{name}: {count}" for name, count in counted.items()])
    files = [
        p for folder in ("outbox", "sent") if (home / folder).exists() for p in (home / folder).iterdir()
    ]
    seen.names.append(sorted(f"{p.parent.name}/{p.name}: {p.stat().st_size}" for p in files))
    seen.names.append([f"notes: {(home / 'desk.notes').stat().st_size}"])


def decrypted(world: World, room: Room, seen: Seen) -> None:
    """Every compartment and box for this seat of the last days."""
    directory = world.intake.directory
    for number in room.mirror.epochs():
        day = room.mirror.epoch(number, room.intake_key)
        assert day is not None
        for listed in day.items:
            envelope = room.envelope(listed.item.hex())
            share = envelope.share(directory, EXCLUDED, room.unlocked.hpke)
            seen.compartments.append(share.to_bytes() if share else None)
    for number in range(room.today - 3, room.today + 1):
        for data in sorted(room.mirror.bundles(number), key=lambda b: b[2]):
            bundle = mail.read(data, directory)
            if bundle.seat != EXCLUDED:
                letter = mail.open_box(bundle, directory, EXCLUDED, room.unlocked.hpke)
                seen.letters.append(letter and (letter.epoch, letter.from_, len(letter.messages)))


def live(folder: Path, *, filed: bool) -> Seen:
    """Days in the life of five trustees. What eligible ones do with a report, they do only where there is one."""
    world, seen = World(folder, seed=7, fresh=True), Seen()
    items = [world.file("The endpoint is on.", excluded=(EXCLUDED,))] if filed else []
    answer: list[str] = []
    for day in range(6):
        world.night()
        for number in (0, 1, 4):
            with world.sitting(number) as room:
                for item in items:
                    turn(room, world, item, (day, number), answer)
        if filed and day == 3:
            world.file("They locked me out.", kind="follow_up", excluded=(EXCLUDED,))
        look(world, seen)
    world.today += 200
    for number in (0, 1, 2, 3, 4):
        with world.room(number) as room:
            said = statistics.sign(room, "ltbt", QUARTER)["statement"]
            if number == EXCLUDED:
                seen.statistics = said
            desk.finish(room)
    return seen


def turn(room: Room, world: World, item: str, when: tuple[int, int], answer: list[str]) -> None:
    day, number = when
    if (day, number) == (0, 0):
        desk.request(room, item)
    if number in (1, 4):
        for id_, asked in list(room.notes.requests.items()):
            if asked["state"] == "waiting":
                desk.approve(room, id_)
    if (day, number) == (2, 0):
        assert desk.open_report(room, item) is not None
        answer.append(desk.answer(room, item, "We have read it.", "answer"))
        data = {"concerns": ["p-t4"], "detriment": "likely", "note": "", "scope": "in_scope"}
        desk.record(room, item, "assessed", data)
    if (day, number) == (3, 1):
        desk.cosign(room, answer[0])
    if (day, number) == (4, 0):
        assert room.notes.replies[answer[0]]["state"] == "posted"
        desk.record(room, item, "concluded", {"note": "", "outcome": "substantiated"})


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Seen, Seen]:
    """Without the report, and with it."""
    one, other = tmp_path_factory.mktemp("without"), tmp_path_factory.mktemp("with")
    return live(one, filed=False), live(other, filed=True)


def test_every_compartment_for_the_excluded_holds_nothing(both: tuple[Seen, Seen]) -> None:
    without, with_it = both
    assert set(with_it.compartments) == {None}
    assert with_it.compartments == without.compartments


def test_every_box_for_the_excluded_holds_nothing(both: tuple[Seen, Seen]) -> None:
    without, with_it = both
    assert set(with_it.letters) == {None}
    assert with_it.letters == without.letters


def test_the_sequence_of_requests_and_their_lengths_are_the_same(both: tuple[Seen, Seen]) -> None:
    without, with_it = both
    assert with_it.asked == without.asked
    assert with_it.lengths == without.lengths


def test_names_counts_and_sizes_on_the_disk_are_the_same(both: tuple[Seen, Seen]) -> None:
    without, with_it = both
    assert with_it.names == without.names


def test_what_the_desk_shows_is_the_same(both: tuple[Seen, Seen]) -> None:
    without, with_it = both
    assert with_it.desk == without.desk


def test_statistics_say_the_same(both: tuple[Seen, Seen]) -> None:
    without, with_it = both
    assert with_it.statistics == without.statistics


def test_the_others_letters_do_not_open_for_the_excluded(tmp_path: Path) -> None:
    world = World(tmp_path)
    item = world.file("The endpoint is on.", excluded=(EXCLUDED,))
    world.night()
    with world.sitting(0) as room:
        desk.request(room, item)
    world.night()
    directory = world.intake.directory
    bundle = mail.read(world.intake.mail[world.today - 1][0], directory)
    assert mail.open_box(bundle, directory, 1, unlocked(1).hpke) is not None
    with pytest.raises(Unopened):
        mail.open_box(bundle, directory, 1, unlocked(EXCLUDED).hpke)
