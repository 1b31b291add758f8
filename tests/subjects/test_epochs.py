"""Epochs of the anonymous channel on the record: in order, nothing twice, to whom the record names (INTAKE §3)."""

from hashlib import sha256
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.epoch import epoch
from ledger.subjects import epochs, rosters
from tests.given import Story
from tests.kit import CEO, SECRETARY, T1, T2, Person
from tests.office.desk import registering
from tests.office.test_judge_roll import roster

INTAKE = Person("svc-intake", "SERVICE", "intake")
FIRST = 20170  # 2025-03-23


def epoch_data(number: int, directory: str, salt: str = "", places: int = 64) -> dict[str, Any]:
    """An epoch as the intake would seal it, from its number."""

    def drawn(what: str, n: int) -> bytes:
        return sha256(f"{what} {number} {salt} {n}".encode()).digest()

    rows = [(drawn("nonce", n)[:16], drawn("bind", n), drawn("item", n)) for n in range(places)]
    items = b"".join(b"".join(row) for row in sorted(rows, key=lambda row: row[2]))
    return {
        "board": drawn("board", 0).hex(),
        "chunks": sorted(drawn("chunk", n).hex() for n in range(32)),
        "client": drawn("client", 0).hex(),
        "desk": sorted(drawn("desk", n).hex() for n in range(2)),
        "directory": directory,
        "epoch": number,
        "items": f.to_b64u(items),
    }


def opened(from_epoch: int = FIRST) -> tuple[Story, str]:
    """A ledger with an intake's key and a roster; the roster's digest."""
    story = Story(None).on("2025-03-18")
    story.given("register-key", registering(INTAKE)["data"], SECRETARY, CEO)
    story.given("change-roster", roster(T1, T2)["data"] | {"from_epoch": from_epoch}, T1, T2)
    return story.on("2025-03-24"), digest(story)


def digest(story: Story) -> str:
    held = rosters.held(story.view)
    return held[-1].digest


def test_g_epo_1_allows_the_next_epoch_when_its_day_has_ended() -> None:
    story, directory = opened()
    assert story.when("seal-epoch", epoch_data(FIRST, directory), INTAKE) == []
    assert story.on("2025-03-25", "00:00").when("seal-epoch", epoch_data(FIRST + 1, directory), INTAKE) == []


def test_g_epo_1_refuses_a_day_that_has_not_ended() -> None:
    story, directory = opened()
    story.on("2025-03-23", "23:30")
    assert story.when("seal-epoch", epoch_data(FIRST, directory), INTAKE) == ["G-EPO-1"]


@pytest.mark.parametrize("number", [FIRST, FIRST + 2, FIRST - 1])
def test_g_epo_1_refuses_an_epoch_twice_one_before_and_one_skipped(number: int) -> None:
    story, directory = opened(FIRST - 9)
    story.given("seal-epoch", epoch_data(FIRST, directory), INTAKE)
    story.on("2025-04-01")
    assert story.when("seal-epoch", epoch_data(number, directory, "other"), INTAKE) == ["G-EPO-1"]


def test_g_epo_1_allows_missed_epochs_late_each_with_its_number() -> None:
    story, directory = opened()
    story.on("2025-06-01")
    for number in range(FIRST, FIRST + 5):
        story.given("seal-epoch", epoch_data(number, directory), INTAKE)
    assert epochs.latest(story.view) == story.register.facts[-1]


@pytest.mark.parametrize("part", [slice(0, 16), slice(48, 80)], ids=["nonce", "item"])
def test_g_epo_2_refuses_what_an_earlier_epoch_lists(part: slice) -> None:
    story, directory = opened()
    first, second = epoch_data(FIRST, directory), epoch_data(FIRST + 1, directory)
    rows = [bytearray(f.b64u(second["items"], "")[n * 80 : n * 80 + 80]) for n in range(64)]
    rows[0][part] = f.b64u(first["items"], "")[part]
    second["items"] = f.to_b64u(b"".join(bytes(r) for r in sorted(rows, key=lambda row: row[48:])))
    story.given("seal-epoch", first, INTAKE)
    story.on("2025-04-01")
    assert story.when("seal-epoch", second, INTAKE) == ["G-EPO-2"]


def test_g_epo_2_allows_what_stands_nowhere_yet() -> None:
    story, directory = opened()
    story.given("seal-epoch", epoch_data(FIRST, directory, places=128), INTAKE)
    assert story.on("2025-04-01").when("seal-epoch", epoch_data(FIRST + 1, directory), INTAKE) == []


def test_g_epo_3_refuses_a_roster_that_is_not_in_force() -> None:
    story, directory = opened(FIRST + 1)
    assert story.when("seal-epoch", epoch_data(FIRST, directory), INTAKE) == ["G-EPO-3"]
    story, directory = opened()
    assert story.when("seal-epoch", epoch_data(FIRST, "a" * 64), INTAKE) == ["G-EPO-3"]


def test_g_epo_3_refuses_a_roster_that_ended_over_30_days_before() -> None:
    story, old = opened()
    story.given("change-roster", roster(T1, T2, name="new")["data"] | {"from_epoch": FIRST + 5}, T1, T2)
    story.on("2025-06-01")
    for number in range(FIRST, FIRST + 35):
        story.given("seal-epoch", epoch_data(number, old if number < FIRST + 5 else digest(story)), INTAKE)
    assert story.when("seal-epoch", epoch_data(FIRST + 35, old), INTAKE) == ["G-EPO-3"]


def test_g_epo_3_allows_the_roster_before_while_its_promises_run() -> None:
    story, old = opened()
    story.given("change-roster", roster(T1, T2, name="new")["data"] | {"from_epoch": FIRST + 5}, T1, T2)
    story.on("2025-06-01")
    for number in range(FIRST, FIRST + 34):
        story.given("seal-epoch", epoch_data(number, old), INTAKE)
    assert story.when("seal-epoch", epoch_data(FIRST + 34, old), INTAKE) == []


def test_only_the_intake_seals_epochs() -> None:
    story, directory = opened()
    assert story.when("seal-epoch", epoch_data(FIRST, directory), CEO) == ["E-ACTOR"]


BAD = {
    "63 places": ("items", f.to_b64u(bytes(63 * 80))),
    "32 places": ("items", f.to_b64u(bytes(32 * 80))),
    "half a place": ("items", f.to_b64u(bytes(64 * 80 + 40))),
    "an item twice": ("items", f.to_b64u(bytes(64 * 80))),
    "31 chunks": ("chunks", ["a" * 64]),
    "chunks unsorted": ("chunks", [f"{n:064x}" for n in range(31, -1, -1)]),
    "a bundle twice": ("desk", ["a" * 64, "a" * 64]),
    "thirteen bundles": ("desk", [f"{n:064x}" for n in range(13)]),
    "a board that is no hash": ("board", "a"),
    "a count": ("count", 3),
    "an epoch of 33 bits": ("epoch", 2**32),
}


@pytest.mark.parametrize(("name", "value"), BAD.values(), ids=BAD)
def test_1_2_an_entry_of_another_shape_is_refused(name: str, value: Any) -> None:
    data = epoch_data(FIRST, "a" * 64)
    assert epoch(data).data() == data
    with pytest.raises(Malformed):
        epoch(data | {name: value})


def test_2_a_nonce_twice_is_refused() -> None:
    data = epoch_data(FIRST, "a" * 64)
    raw = bytearray(f.b64u(data["items"], ""))
    raw[80:96] = raw[:16]
    with pytest.raises(Malformed, match="nonce stands twice"):
        epoch(data | {"items": f.to_b64u(bytes(raw))})


def test_512_places_fit_into_an_entry() -> None:
    story, directory = opened()
    story.given("seal-epoch", epoch_data(FIRST, directory, places=512), INTAKE)
    assert len(story.world.entries[-1]) < 65_535
