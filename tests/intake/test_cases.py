"""Cases: chains that merge, clocks at the ends of months, digests and bands (INTAKE §4)."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from intake import due
from intake.cases import NONE, Case, CaseEvent, merge, read, say
from intake.due import Clock, clocks, epoch_of
from ledger.errors import Malformed
from tests.intake.kit import EPOCH, FIVE, Drawn, key, seed

CASE = seed("case")
KNOWN = {FIVE.digest: FIVE}


def event(by: int, kind: str, at: int, chain: list[CaseEvent] | None = None, **data: object) -> CaseEvent:
    """The next event of a seat, put on its chain."""
    made = say(chain or [], CaseEvent(CASE, FIVE.digest, by, 1, NONE, at, kind, data), key(by, "sign"))
    if chain is not None:
        chain.append(made)
    return made


def story() -> list[CaseEvent]:
    chain: list[CaseEvent] = []
    event(0, "received", EPOCH, chain)
    event(0, "opened", EPOCH + 3, chain)
    event(1, "assessed", EPOCH + 4, chain, text="in scope")
    event(0, "update_sent", EPOCH + 5, chain)
    return chain


def test_1_a_seats_events_are_a_chain() -> None:
    first, second, _, third = story()
    assert (first.n, first.prev) == (1, NONE)
    assert (second.n, second.prev) == (2, first.digest)
    assert (third.n, third.prev) == (3, second.digest)


def test_2_the_same_events_in_any_order_are_the_same_case() -> None:
    events = story()
    whole = merge(events, KNOWN)
    assert [e.kind for e in whole[CASE].events] == ["received", "opened", "assessed", "update_sent"]
    assert all(merge(order, KNOWN) == whole for order in permutations(events))
    assert merge([*events, *events], KNOWN) == whole


def test_2_forged_and_cut_off_events_change_nothing() -> None:
    events = story()
    whole = merge(events, KNOWN)
    forged = replace(events[1], at=EPOCH)
    orphan = replace(events[3], n=9)
    assert (
        merge([*events, forged, orphan, replace(events[0], by=2), replace(events[0], by=9)], KNOWN) == whole
    )
    assert [e.kind for e in merge([events[0], events[3]], KNOWN)[CASE].events] == ["received"]


def test_3_a_seat_that_says_two_things_at_once_is_shown() -> None:
    events = story()
    other = event(0, "concluded", EPOCH + 3, events[:1], outcome="insufficient")
    assert merge([*events, other], KNOWN)[CASE].contradicted == {0}


def test_events_read_as_they_were_written() -> None:
    for one in story():
        assert read(one.members()) == one
    for bad in (
        {"kind": "forgotten"},
        {"n": 0},
        {"v": 2},
        {"more": 1},
        {"data": {"secret": 1}},
        {"type": "share"},
    ):
        with pytest.raises(Malformed):
            read(story()[0].members() | bad)
    concluded = event(0, "concluded", EPOCH, outcome="substantiated").members()
    assert read(concluded).data == {"outcome": "substantiated"}
    with pytest.raises(Malformed):
        read(concluded | {"data": {"outcome": "closed"}})


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 12, 31), 1, date(2026, 1, 31)),
        (date(2025, 3, 15), 3, date(2025, 6, 15)),
    ],
)
def test_2_a_month_ends_on_its_day_or_its_last(start: date, months: int, end: date) -> None:
    assert due.day(due.months_later(epoch_of(start), months)) == end


def test_2_working_days_leave_weekends_out() -> None:
    friday = epoch_of(date(2025, 6, 6))
    assert due.day(due.working_days_later(friday, 3)) == date(2025, 6, 11)
    assert due.day(due.working_days_later(friday + 1, 1)) == date(2025, 6, 9)


def test_1_2_the_clocks_of_a_case() -> None:
    case = merge(story(), KNOWN)[CASE]
    found = clocks(case, EPOCH, EPOCH + 40)
    sealed = EPOCH + 1
    assert found == [
        Clock("acknowledgement", sealed + 7, sealed),
        Clock("personal answer", due.working_days_later(EPOCH + 3, 3), EPOCH + 5),
        Clock("feedback", due.months_later(sealed, 3), None),
        Clock("monthly update", due.months_later(sealed, 1), EPOCH + 5),
        Clock("monthly update", due.months_later(EPOCH + 5, 1), None),
    ]
    assert [c.missed(EPOCH + 40) for c in found] == [False, False, False, False, True]


def test_2_a_concluded_case_owes_no_update() -> None:
    chain = story()
    event(0, "concluded", EPOCH + 5, chain, outcome="insufficient")
    assert [c.name for c in clocks(merge(chain, KNOWN)[CASE], EPOCH, EPOCH + 900)].count(
        "monthly update"
    ) == 2
    event(0, "update_sent", EPOCH + 6, chain, feedback=True)
    found = clocks(merge(chain, KNOWN)[CASE], EPOCH, EPOCH + 900)
    assert [c.missed(EPOCH + 900) for c in found] == [False] * len(found)


def named(*persons: str, outcome: str | None = None, lifted: int = 0) -> Case:
    chain: list[CaseEvent] = []
    event(0, "opened", EPOCH, chain, **({"concerns": list(persons)} if persons else {}))
    if outcome:
        event(0, "concluded", EPOCH + 9, chain, outcome=outcome)
    for seat in range(lifted):
        event(seat, "exclusion_lifted", EPOCH + 10, chain)
    return merge(chain, KNOWN)[CASE]


def test_3_a_digest_leaves_out_the_readers_own_cases() -> None:
    about, other = named("p-ceo"), named()
    assert due.digest([about, other], "p-ceo") == [other]
    assert due.digest([about, other], "p-rso") == [about, other]


def test_4_a_case_with_an_exclusion_counts_when_k_have_lifted_it() -> None:
    cases = [
        named(),
        named("p-4"),
        named("p-4", outcome="substantiated"),
        named("p-4", outcome="substantiated", lifted=2),
        named("p-4", lifted=3),
        named("p-4", outcome="substantiated", lifted=3),
    ]
    assert due.counted(cases, 3) == [cases[0], cases[5]]


def test_bands() -> None:
    assert [due.band(n) for n in (0, 4, 5, 9, 10, 900)] == ["0-4", "0-4", "5-9", "5-9", "10+", "10+"]


def test_canaries_come_about_as_often_as_they_should() -> None:
    chance = Drawn("canary")
    filed = sum(due.canary_due(chance, 0.4, 1 / 24) for _ in range(24 * 500))
    assert 150 < filed < 250
