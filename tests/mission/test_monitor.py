"""A monitor in front of an intake that behaves, and of one that does not."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from api.web.reporter import File
from intake import canaries
from intake.canaries import State
from ledger.errors import Malformed
from tests.intake.kit import FIVE
from tests.mission.mission import Mission


def looked(one: Mission, tmp_path: Path, *words: object, code: int = 0) -> dict[str, Any]:
    """One look."""
    given = [
        "--intake",
        one.url,
        "--state",
        tmp_path / "monitor.json",
        "--per-day",
        "0.000001",
        *one.of_ledger(),
    ]
    found: dict[str, Any] = one.shell("monitor", *given, *words, "--json", code=code).json()
    return found


def codes(found: dict[str, Any]) -> list[str]:
    return [alarm["code"] for alarm in found["alarms"]]


def test_canaries_are_followed_to_their_day(alone: Mission, tmp_path: Path) -> None:
    one = alone
    assert looked(one, tmp_path, "--once")["under_way"] == 1
    for _ in range(4):
        one.night()
        assert looked(one, tmp_path, "--look")["alarms"] == []
    found = looked(one, tmp_path, "--look")
    assert (found["filed"], found["followed"], found["under_way"]) == (1, 1, 0)
    kept = (tmp_path / "monitor.json").read_text()
    assert set(json.loads(kept)) == {"filed", "followed", "next", "receipts", "since", "v"}


def test_a_dropped_canary_is_an_alarm_that_others_can_check(alone: Mission, tmp_path: Path) -> None:
    one = alone
    looked(one, tmp_path, "--once")
    with one.store.change() as db:
        db.execute("DELETE FROM item")
    one.night(4)
    found = looked(one, tmp_path, "--look", code=1)
    assert codes(found) == ["suppressed"]
    paper = tmp_path / "paper"
    paper.write_text(found["alarms"][0]["evidence"]["lines"])
    assert one.report("check", paper, *one.of_ledger(), code=1)["decision"] == "suppressed"


def test_a_canary_whose_bytes_are_withheld_is_an_alarm(alone: Mission, tmp_path: Path) -> None:
    one = alone
    looked(one, tmp_path, "--once")
    [(item,)] = one.store.all("SELECT item FROM item")
    one.listed(item)
    with one.store.change() as db:
        [(cover,)] = db.execute("SELECT data FROM item WHERE item != ? LIMIT 1", (item,)).fetchall()
        db.execute("UPDATE item SET data = ? WHERE item = ?", (cover, item))
    assert codes(looked(one, tmp_path, "--look", code=1)) == ["undelivered"]


def test_a_list_that_is_missing_for_a_day_is_an_alarm_against_the_ledger(
    alone: Mission, tmp_path: Path
) -> None:
    one = alone
    looked(one, tmp_path, "--look")
    first = one.today
    one.refuses = True
    one.night()
    assert codes(looked(one, tmp_path, "--look")) == []
    one.night()
    found = looked(one, tmp_path, "--look", code=1)
    assert [(a["code"], a["epoch"]) for a in found["alarms"]] == [("missing-epoch", first)]
    one.refuses = False
    one.night()
    assert codes(looked(one, tmp_path, "--look")) == []


def test_another_list_than_the_ledgers_is_an_alarm_with_the_list(alone: Mission, tmp_path: Path) -> None:
    one = alone
    one.night()
    day = one.today - 1
    [(data,)] = one.store.all("SELECT data FROM epoch WHERE epoch = ?", day)
    with one.store.change() as db:
        other = data.replace(b'"client":"', b'"client":"').replace(
            json.loads(data)["board"].encode(), b"0" * 64
        )
        db.execute("UPDATE epoch SET data = ? WHERE epoch = ?", (other, day))
    found = looked(one, tmp_path, "--look", code=1)
    assert codes(found) == ["differing-list"]
    assert found["alarms"][0]["evidence"]["data"]["board"] == "0" * 64


def test_a_page_with_one_more_script_is_an_alarm(alone: Mission, tmp_path: Path) -> None:
    """Whoever runs the server adds a line to what visitors get."""
    one = alone
    one.night()
    assert codes(looked(one, tmp_path, "--look")) == []
    page = one.pages().files["/"]
    altered = {
        **one.pages().files,
        "/": File(page.body.replace(b"</body>", b" </body>"), page.media_type),
    }
    one.pages().files = altered  # type: ignore[misc]
    found = looked(one, tmp_path, "--look", code=1)
    assert codes(found) == ["client-changed"]
    assert found["alarms"][0]["evidence"]["named"] != found["alarms"][0]["evidence"]["digest"]


def test_an_intake_that_takes_nothing_is_an_alarm(alone: Mission, tmp_path: Path) -> None:
    one = alone
    one.url = "http://127.0.0.1:1"
    assert codes(looked(one, tmp_path, "--once", code=1)) == ["unreachable", "no-receipt"]


def test_2_the_times_between_canaries_are_exponential() -> None:
    chance = random.Random(7).randbytes
    waits = [canaries.wait(2, chance) for _ in range(4000)]
    half = 86_400 / 2
    assert sum(waits) / len(waits) == pytest.approx(half, rel=0.06)
    later = [w for w in waits if w > half]
    assert len(later) / len(waits) == pytest.approx(0.368, abs=0.03)
    assert sum(1 for w in later if w > 2 * half) / len(later) == pytest.approx(0.368, abs=0.05)


def test_3_seats_are_excluded_at_random_and_never_too_many() -> None:
    chance = random.Random(8).randbytes
    eligible = Counter[int]()
    from tests.intake.kit import hpke

    for _ in range(12):
        sealed = canaries.canary(FIVE, chance).envelope
        eligible[sum(sealed.share(FIVE, seat, hpke(seat)) is not None for seat in range(5))] += 1
    assert set(eligible) <= {2, 3, 4, 5}
    assert len(eligible) > 1


def test_1_and_4_the_state_holds_receipts_and_numbers_only(tmp_path: Path) -> None:
    state = State(20245, 5, 1, 0)
    canaries.keep(tmp_path / "m.json", state)
    assert canaries.read((tmp_path / "m.json").read_bytes()) == state
    assert (tmp_path / "m.json").stat().st_mode & 0o777 == 0o600
    with pytest.raises(Malformed):
        canaries.read(b'{"words":"abandon"}')
