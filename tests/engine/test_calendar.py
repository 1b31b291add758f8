"""ledger.engine.calendar: month ends, leap days, business days, and the first instant that is too late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.engine.calendar import (
    END_OF_TIME,
    START_OF_TIME,
    add,
    last_day,
    late_by,
    overdue_at,
    reached,
    subtract,
)
from ledger.policy.duration import Duration
from ledger.record.fields import to_time

P = Duration.parse
starts = st.integers(0, 43800).flatmap(
    lambda day: st.integers(0, 86_399).map(
        lambda second: to_time(datetime(1990, 1, 1, tzinfo=UTC) + timedelta(days=day, seconds=second))
    )
)
months = st.integers(1, 60).map(lambda n: Duration(months=n))


def at(day: str, hour: str = "16:00:00") -> str:
    return f"{day}T{hour}.000000Z"


@pytest.mark.parametrize(
    ("start", "by", "end"),
    [
        ("2025-08-31", "P6M", "2026-02-28"),  # DOMAIN §2
        ("2023-08-31", "P6M", "2024-02-29"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2023-01-31", "P1M", "2023-02-28"),
        ("2023-01-31", "P2M", "2023-03-31"),  # in one step: the 31st comes back
        ("2025-12-31", "P2M", "2026-02-28"),
        ("2024-12-09", "P6M", "2025-06-09"),
        ("2025-01-30", "P1M1D", "2025-03-01"),  # months first, then days
        ("2025-03-14", "P1W", "2025-03-21"),
        ("2096-02-29", "P4Y", "2100-02-28"),  # 2100 does not leap
    ],
)
def test_rule_1_months_clamp_in_one_step(start: str, by: str, end: str) -> None:
    assert add(at(start), P(by)) == at(end)


@given(starts, months, st.integers(1, 60))
def test_rule_1_a_month_later_is_the_next_month(start: str, by: Duration, more: int) -> None:
    end = datetime.fromisoformat(add(start, by))
    begun = datetime.fromisoformat(start)
    assert (end.year * 12 + end.month) - (begun.year * 12 + begun.month) == by.months
    assert end.day == begun.day or (end.day < begun.day and (end + timedelta(days=1)).day == 1)
    assert end.time() == begun.time()


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2025-03-14", 1, "2025-03-17"),  # Friday to Monday
        ("2025-03-14", 5, "2025-03-21"),
        ("2025-03-15", 1, "2025-03-17"),  # Saturday
        ("2025-03-15", 5, "2025-03-21"),
        ("2025-03-16", 10, "2025-03-28"),  # Sunday
        ("2025-03-12", 4, "2025-03-18"),
        ("2024-02-28", 2, "2024-03-01"),
    ],
)
def test_rule_2_business_days(start: str, days: int, end: str) -> None:
    assert add(at(start), Duration(business_days=days)) == at(end)


@given(starts, st.integers(1, 300))
def test_rule_2_agrees_with_counting_day_by_day(start: str, days: int) -> None:
    day, left = datetime.fromisoformat(start), days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    assert add(start, Duration(business_days=days)) == to_time(day)
    back, left = datetime.fromisoformat(start), days
    while left:
        back -= timedelta(days=1)
        left -= back.weekday() < 5
    assert subtract(start, Duration(business_days=days)) == to_time(back)


@pytest.mark.parametrize("hour", ["00:00:00", "16:00:00", "23:59:59"])
def test_rule_3_overdue_with_the_day_after(hour: str) -> None:
    assert last_day(at("2025-03-14", hour), P("P6M")) == date(2025, 9, 14)
    assert overdue_at(at("2025-03-14", hour), P("P6M")) == at("2025-09-15", "00:00:00")


def test_rule_4_hours_are_exact() -> None:
    assert overdue_at("2025-06-11T09:00:00.000000Z", P("PT72H")) == "2025-06-14T09:00:00.000001Z"
    assert late_by("2025-06-11T09:00:00.000000Z", P("PT72H"), "2025-06-14T09:00:00.000000Z") is None
    assert late_by("2025-06-11T09:00:00.000000Z", P("PT72H"), "2025-06-14T10:30:00.000001Z") == P("PT1H30M1S")


@given(starts, st.integers(1, 10_000))
def test_rule_4_exact_is_exact(start: str, seconds: int) -> None:
    by = Duration(seconds=seconds)
    end = datetime.fromisoformat(start) + timedelta(seconds=seconds)
    assert overdue_at(start, by) == to_time(end + timedelta(microseconds=1))


@given(starts, months, months)
def test_rule_5_longer_never_ends_earlier(start: str, one: Duration, other: Duration) -> None:
    if one.months < other.months:
        assert overdue_at(start, one) < overdue_at(start, other)


def test_rule_6_held_at_the_end_of_time() -> None:
    assert add("9999-11-30T00:00:00.000000Z", P("P6M")) == END_OF_TIME
    assert add("9999-11-30T00:00:00.000000Z", P("P90D")) == END_OF_TIME
    assert add("9999-11-30T00:00:00.000000Z", Duration(business_days=90)) == END_OF_TIME
    assert overdue_at("9999-11-30T00:00:00.000000Z", P("P1M")) == "9999-12-31T00:00:00.000000Z"
    assert overdue_at("9999-12-30T00:00:00.000000Z", P("P1D")) == END_OF_TIME
    assert overdue_at("9999-12-30T00:00:00.000000Z", P("P1Y")) == END_OF_TIME
    assert overdue_at("9999-12-30T00:00:00.000000Z", P("PT900H")) == END_OF_TIME
    assert subtract("0001-03-01T00:00:00.000000Z", P("P6M")) == START_OF_TIME


def test_lateness_is_counted_in_days() -> None:
    """DOMAIN §6: completed three days past a three-month limit is late by P3D."""
    assert late_by(at("2024-07-12"), P("P3M"), at("2024-10-12", "23:59:59")) is None
    assert late_by(at("2024-07-12"), P("P3M"), at("2024-10-15")) == P("P3D")
    assert late_by(at("2025-02-17"), P("P1M"), at("2025-03-20")) == P("P3D")


def test_reached_counts_days() -> None:
    assert not reached(at("2025-03-14"), P("P6M"), at("2025-09-13", "23:59:59"))
    assert reached(at("2025-03-14"), P("P6M"), at("2025-09-14", "00:00:00"))
    assert not reached(at("2025-03-14"), P("PT1H"), at("2025-03-14", "16:59:59"))
    assert reached(at("2025-03-14"), P("PT1H"), at("2025-03-14", "17:00:00"))


def test_subtracting_clamps_too() -> None:
    assert subtract(at("2025-03-31"), P("P1M")) == at("2025-02-28")
    assert subtract(at("2025-09-14"), P("P14D")) == at("2025-08-31")
