"""Case events: signed, merged in any order, chained, kept under a key."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.trustee.case import DISPUTED, Case, fold
from intake.trustee.cases import open_cases
from intake.trustee.event import TYPES, CaseEvent, parse
from keys.errors import FileTrouble
from ledger.errors import Malformed
from ledger.record import canonical
from tests.intake.trustee.people import ITEM, event, roster_seat

KEY = b"k" * 32
STORY = "received acknowledged opened assessed investigating measures_taken concluded update_sent".split()


def story(*seats: int) -> list[CaseEvent]:
    """A chain of events, the seats taking turns."""
    told: list[CaseEvent] = []
    for day, type_ in enumerate(STORY):
        told.append(event(type_, f"2025-06-{day + 9:02}T10:00", *told[-1:], seat=seats[day % len(seats)]))
    return told


def changed(found: CaseEvent, **members: Any) -> bytes:
    return canonical.encode({**canonical.decode(found.to_bytes()), **members})


@pytest.mark.parametrize("type_", TYPES)
def test_1_an_event_reads_back_as_its_bytes(type_: str) -> None:
    made = event(type_, "2025-06-09T10:00")
    assert parse(made.to_bytes()) == made
    assert made.holds(roster_seat(0)["sign"])


@pytest.mark.parametrize(
    "members",
    [
        {"v": 2},
        {"type": "forgotten"},
        {"data": {}},
        {"data": {"note": "x" * 3001, "outcome": "substantiated"}},
        {"data": {"note": "", "outcome": "guilty"}},
        {"case": "ab"},
        {"at": "2025-06-09"},
        {"extra": 1},
        {"sig": "AA"},
    ],
)
def test_1_anything_else_is_malformed(members: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        parse(changed(event("concluded", "2025-06-09T10:00"), **members))


def test_2_an_event_counts_under_its_seats_key_alone() -> None:
    made = event("concluded", "2025-06-09T10:00")
    assert not made.holds(roster_seat(1)["sign"])
    other = parse(changed(made, data={"note": "", "outcome": "insufficient"}))
    assert not other.holds(roster_seat(0)["sign"])


def test_3_parents_stand_once_and_in_order() -> None:
    made = event("concluded", "2025-06-09T10:00")
    for parents in (["bb" * 32, "aa" * 32], ["aa" * 32, "aa" * 32]):
        with pytest.raises(Malformed):
            parse(changed(made, parents=parents))


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_1_events_merge_in_any_order(data: st.DataObject) -> None:
    """Whatever machines knew when they wrote, all come to the same case once they have the same events."""
    told: list[CaseEvent] = []
    for _ in range(data.draw(st.integers(1, 7))):
        parents = data.draw(st.lists(st.sampled_from(told), unique_by=lambda e: e.id)) if told else []
        type_ = data.draw(st.sampled_from(list(TYPES)))
        minute = data.draw(st.integers(0, 59))
        made = event(type_, f"2025-06-09T10:{minute:02}", *parents, seat=data.draw(st.integers(0, 4)))
        if made.id not in {e.id for e in told}:
            told.append(made)
    mixed = data.draw(st.permutations(told * 2))
    assert fold(ITEM, mixed) == fold(ITEM, told)


def test_2_what_has_a_gap_before_it_waits() -> None:
    told = story(0, 1, 4)
    found = fold(ITEM, [told[0], *told[2:]])
    assert [s.event for s in found.steps] == told[:1]
    assert len(found.waiting) == len(told) - 2
    assert found.stage == "received"


def test_3_nothing_is_dated_before_what_its_author_had_seen() -> None:
    first = event("opened", "2025-06-09T10:00")
    late = event("update_sent", "2025-06-01T10:00", first)
    assert [s.moment for s in fold(ITEM, [late, first]).steps] == [first.at, first.at]


def test_4_a_seat_that_tells_two_histories_is_shown() -> None:
    first = event("opened", "2025-06-09T10:00")
    one = event("concluded", "2025-06-10T10:00", first, seat=1)
    other = event("concluded", "2025-06-10T10:00", first, seat=1, outcome="insufficient")
    assert fold(ITEM, [first, one, other]).forked == (1,)
    assert fold(ITEM, [first, one, event("investigating", "2025-06-10T10:00", first, seat=2)]).forked == ()


def test_5_contradicting_conclusions_are_disputed_until_withdrawn() -> None:
    first = event("concluded", "2025-06-10T10:00", seat=1)
    other = event("concluded", "2025-06-11T10:00", seat=2, outcome="insufficient")
    assert fold(ITEM, [first]).outcome == "substantiated"
    assert fold(ITEM, [first, other]).outcome == DISPUTED
    again = event("concluded", "2025-06-12T10:00", other, seat=2)
    assert fold(ITEM, [first, other, again]).outcome == "substantiated"


def whole(found: Case) -> tuple[str, ...]:
    return tuple(s.event.id for s in found.steps)


def test_1_a_case_is_kept_once_and_read_again(tmp_path: Path) -> None:
    told = story(0, 1, 4)
    with open_cases(tmp_path / "cases.db", KEY) as cases:
        assert [cases.add(e) for e in told + told] == [True] * len(told) + [False] * len(told)
        assert cases.items() == [ITEM]
    with open_cases(tmp_path / "cases.db", KEY) as cases:
        assert cases.case(ITEM) == fold(ITEM, told)
        assert [e.to_bytes() for e in cases.events(ITEM)] == [e.to_bytes() for e in told]
    assert (tmp_path / "cases.db").stat().st_mode & 0o777 == 0o600


def test_1_two_machines_that_exchange_their_events_agree(tmp_path: Path) -> None:
    told = story(0, 1, 4)
    shuffled = random.Random(7).sample(told, len(told))
    with open_cases(tmp_path / "a.db", KEY) as one, open_cases(tmp_path / "b.db", b"o" * 32) as other:
        for e in told:
            one.add(e)
        for e in shuffled:
            other.add(e)
        assert one.case(ITEM) == other.case(ITEM)
        assert whole(one.case(ITEM)) == tuple(e.id for e in told)


def test_3_the_file_tells_nothing_without_its_key(tmp_path: Path) -> None:
    with open_cases(tmp_path / "cases.db", KEY) as cases:
        for e in story(0, 1, 4):
            cases.add(e)
    raw = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    for told in (ITEM.encode(), bytes.fromhex(ITEM), b"concluded", b"substantiated", b"2025-06"):
        assert told not in raw
    with pytest.raises(FileTrouble), open_cases(tmp_path / "cases.db", b"x" * 32):
        pass
