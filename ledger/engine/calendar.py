"""Dates of duties: a duration laid on the calendar, in UTC (DOMAIN §2, §6, §10).

Times are the record's own texts, which sort as the instants do::

    add("2025-08-31T16:00:00.000000Z", P6M)          2026-02-28T16:00:00.000000Z   clamped to the end of the month
    last_day("2025-03-14T16:00:00.000000Z", P6M)     2025-09-14                    the last day on which it is in time
    overdue_at("2025-03-14T16:00:00.000000Z", P6M)   2025-09-15T00:00:00.000000Z   the first instant at which it is late
    overdue_at("2025-06-11T09:00:00.000000Z", PT72H) 2025-06-14T09:00:00.000001Z   hours are exact

1. Adding months or years must clamp to the last day of the month (31 August and six months: 28 or 29 February) and must
   be done in one step: the day of the month comes back where the month has it.
2. Business days are Monday to Friday, without holidays; the time of day stays.
3. A calendar period must be overdue at the first instant after its last day in UTC, whatever the hour it began.
4. A period with hours, minutes or seconds must be exact: overdue at the first instant (one microsecond) after its end.
5. From the same start a longer duration (where ``duration.compare`` can tell) must never end earlier.
6. What would pass the year 9999 must be held at the last instant that the record can write, and never raise.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ledger.policy.duration import Duration
from ledger.record.fields import instant, to_time

END_OF_TIME: Final = "9999-12-31T23:59:59.999999Z"
START_OF_TIME: Final = "0001-01-01T00:00:00.000000Z"
_SATURDAY: Final = 5


def add(start: str, by: Duration) -> str:
    """The instant `by` after `start`: first years and months, then days, then hours, minutes, seconds."""
    try:
        return to_time(_add(instant(start), by))
    except (OverflowError, ValueError):
        return END_OF_TIME


def subtract(end: str, by: Duration) -> str:
    """The instant `by` before `end`, for "due soon"; months clamp here too."""
    try:
        return to_time(_add(instant(end), by, -1))
    except (OverflowError, ValueError):
        return START_OF_TIME


def last_day(start: str, by: Duration) -> date:
    """The last day in UTC on which a period of `by` from `start` is kept."""
    return instant(add(start, by)).date()


def overdue_at(start: str, by: Duration) -> str:
    """The first instant at which a period of `by` from `start` is overdue."""
    end = add(start, by)
    if by.exact:
        return _later(end, timedelta(microseconds=1))
    return _later(_midnight(instant(end).date()), timedelta(days=1))


def reached(start: str, by: Duration, at: str) -> bool:
    """Whether `by` has passed since `start`, counted in days: six months from 14 March are reached on 14 September."""
    return at >= reached_at(start, by)


def reached_at(start: str, by: Duration) -> str:
    """The first instant at which `by` has passed since `start`, counted in days as `reached` does."""
    return add(start, by) if by.exact else _midnight(last_day(start, by))


def late_by(start: str, by: Duration, done: str) -> Duration | None:
    """How much later than a period of `by` from `start` something was done; None if it was in time.

    Days past a calendar period (three months ending on 12 October, done on the 15th: P3D), else hours to seconds.
    """
    if done < overdue_at(start, by):
        return None
    if not by.exact:
        return Duration(days=(instant(done).date() - last_day(start, by)).days)
    seconds = -(-(instant(done) - instant(add(start, by))) // timedelta(seconds=1))
    return Duration(hours=seconds // 3600, minutes=seconds // 60 % 60, seconds=seconds % 60)


def _add(start: datetime, by: Duration, sign: int = 1) -> datetime:
    if by.business_days:
        return _business_days(start, by.business_days, sign)
    moved = _months(start, sign * by.calendar_months)
    return moved + sign * timedelta(days=by.calendar_days, seconds=by.exact_seconds)


def _months(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("a year that cannot be written")
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def _business_days(start: datetime, days: int, sign: int) -> datetime:
    weeks, rest = divmod(days, 5)
    moved = start
    if start.weekday() >= _SATURDAY and rest == 0:  # whole weeks from a weekend end on the Friday before
        weeks, rest = weeks - 1, 5
    moved += sign * timedelta(weeks=weeks)
    while rest:
        moved += sign * timedelta(days=1)
        rest -= moved.weekday() < _SATURDAY
    return moved


def _midnight(day: date) -> str:
    return to_time(datetime.combine(day, time(), UTC))


def _later(moment: str, by: timedelta) -> str:
    try:
        return to_time(instant(moment) + by)
    except OverflowError:
        return END_OF_TIME
