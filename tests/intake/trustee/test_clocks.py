"""Clocks of a case: leap days, month ends, zones, all by moving the time that is asked about."""

from __future__ import annotations

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from intake.trustee.case import fold
from intake.trustee.clocks import Clock, clocks, due_at, epoch_at, rules, sealed_at
from intake.trustee.event import CaseEvent
from tests.intake.trustee.people import EPOCH, ITEM, event

NEW_YORK = ZoneInfo("America/New_York")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


def at(text: str) -> str:
    return f"{text}:00.000000Z"


def running(told: list[CaseEvent], now: str, zone: ZoneInfo | None = None) -> dict[str, list[Clock]]:
    found: dict[str, list[Clock]] = {}
    for clock in clocks(fold(ITEM, told), at(now), zone=zone or UTC):
        found.setdefault(clock.id, []).append(clock)
    return found


def test_1_clocks_start_when_the_list_is_sealed() -> None:
    assert sealed_at(EPOCH) == at("2025-06-07T00:00")
    assert epoch_at(at("2025-06-06T23:59")) == EPOCH
    found = running([event("received", "2025-06-20T10:00")], "2025-06-20T10:00")
    assert {c.starts for listed in found.values() for c in listed} == {at("2025-06-07T00:00")}
    assert "ANSWER" not in found


def test_1_the_receipt_is_the_acknowledgement() -> None:
    found = running([event("received", "2025-07-20T10:00")], "2025-07-20T10:00")
    assert [c.state for c in found["ACKNOWLEDGE"]] == ["met"]


@pytest.mark.parametrize(
    ("starts", "within", "due"),
    [
        ("2024-01-31T10:00", "P1M", "2024-03-01T00:00"),  # 29 February, in a leap year
        ("2025-01-31T10:00", "P1M", "2025-03-01T00:00"),  # 28 February
        ("2024-02-29T10:00", "P1M", "2024-03-30T00:00"),
        ("2023-11-30T10:00", "P3M", "2024-03-01T00:00"),  # 29 February
        ("2024-11-30T23:59", "P3M", "2025-03-01T00:00"),  # 28 February
        ("2025-12-31T10:00", "P3M", "2026-04-01T00:00"),
        ("2025-02-24T10:00", "P7D", "2025-03-04T00:00"),
        ("2024-02-23T10:00", "P7D", "2024-03-02T00:00"),
        ("2025-06-09T10:00", "P3BD", "2025-06-13T00:00"),  # Monday -> Thursday
        ("2025-06-06T10:00", "P3BD", "2025-06-12T00:00"),  # Friday -> Wednesday
        ("2025-06-07T10:00", "P3BD", "2025-06-12T00:00"),  # Saturday -> Wednesday
        ("2024-02-28T10:00", "P3BD", "2024-03-05T00:00"),  # over a leap day and a weekend
    ],
)
def test_2_and_3_a_duty_ends_with_its_last_day(starts: str, within: str, due: str) -> None:
    assert due_at(at(starts), within) == at(due)


def test_3_the_trustees_zone_says_which_day_it_is() -> None:
    starts = at("2025-06-09T02:00")  # still Sunday in New York
    assert due_at(starts, "P3BD", NEW_YORK) == at("2025-06-12T04:00")  # the midnight after Wednesday there
    assert due_at(starts, "P3BD") == at("2025-06-13T00:00")
    assert due_at(starts, "P7D", KIRITIMATI) == at("2025-06-16T10:00")
    # Summer time ends between: the midnight is that of the wall clock there.
    assert due_at(at("2025-10-31T12:00"), "P3BD", NEW_YORK) == at("2025-11-06T05:00")


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2025-06-09T10:00", "due_soon"),
        ("2025-06-12T23:59", "due_soon"),
        ("2025-06-13T00:00", "overdue"),
    ],
)
def test_an_answer_is_due_three_working_days_after_opening(now: str, state: str) -> None:
    told = [event("received", "2025-06-07T10:00"), event("opened", "2025-06-09T10:00")]
    assert [c.state for c in running(told, now)["ANSWER"]] == [state]


@pytest.mark.parametrize(("sent", "state"), [("2025-06-12T23:59", "met"), ("2025-06-13T00:00", "met_late")])
def test_an_answer_is_met_or_met_late(sent: str, state: str) -> None:
    told = [
        event("received", "2025-06-07T10:00"),
        event("opened", "2025-06-09T10:00"),
        event("update_sent", sent),
    ]
    found = running(told, "2025-12-01T10:00")["ANSWER"]
    assert [(c.state, c.met_at) for c in found] == [(state, at(sent))]


def test_4_updates_are_due_every_month_until_the_reporter_heard_the_outcome() -> None:
    told = [event("received", "2025-06-07T10:00"), event("update_sent", "2025-07-01T10:00", kind="update")]
    found = running(told, "2025-08-02T00:00")["UPDATE"]
    assert [(c.state, c.due) for c in found] == [
        ("met", at("2025-07-08T00:00")),
        ("overdue", at("2025-08-02T00:00")),
    ]
    told += [
        event("concluded", "2025-07-20T10:00"),
        event("update_sent", "2025-07-21T10:00", kind="feedback"),
    ]
    assert [c.state for c in running(told, "2025-12-02T00:00")["UPDATE"]] == ["met", "met", "ended"]
    assert [c.state for c in running(told, "2025-12-02T00:00")["FEEDBACK"]] == ["met"]


def test_an_update_is_no_feedback() -> None:
    told = [event("received", "2025-06-07T10:00"), event("update_sent", "2025-07-01T10:00", kind="update")]
    assert [c.state for c in running(told, "2025-09-08T00:00")["FEEDBACK"]] == ["overdue"]
    assert [c.state for c in running(told, "2025-09-07T23:59")["FEEDBACK"]] == ["due_soon"]


def test_law_and_house_are_told_apart() -> None:
    assert {rule.id: rule.source for rule in rules()} == {
        "ACKNOWLEDGE": "law",
        "ANSWER": "house",
        "UPDATE": "law",
        "FEEDBACK": "law",
    }
