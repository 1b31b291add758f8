"""How long: an ISO 8601 duration counted on the calendar, or a number of business days (DOMAIN §2, §10).

::

    P6M     six months, clamped to the end of a month        P5BD    five days from Monday to Friday
    P12M    as long as P1Y, and still written P12M           PT72H   seventy-two hours exactly

1. `parse` must accept exactly what ``str`` writes: whole numbers, no leading zeros, at least one part that is not zero,
   parts in the order of ISO 8601, weeks only alone, business days only alone.
2. Nothing is converted: P12M and P1Y are as long as each other and are not the same text.
3. Two durations must be called longer or shorter only if that is so from every possible first day on: P6M is longer
   than P180D and cannot be compared with P182D, because six months have 181 to 184 days.

Adding one to an instant needs a calendar and is done in ``ledger.engine.calendar``.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from typing import Any, Final

from ledger.errors import Malformed

_PARTS: Final = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
    r"|P(?P<business_days>\d+)BD",
    re.ASCII,
)
_CURE: Final = "a duration like P6M, P30D, P1Y, PT72H or P5BD"

# The fewest and the most days that 0 to 11 months can have, whatever the first day and whether or not the year leaps.
_FEWEST: Final = (0, 28, 59, 89, 120, 150, 181, 212, 242, 273, 303, 334)
_MOST: Final = (0, 31, 62, 92, 123, 153, 184, 215, 245, 276, 306, 337)
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that has not been laid on a calendar yet. All parts are whole numbers from 0 up."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    hours: int = 0
    minutes: int = 0
    seconds: int = 0
    business_days: int = 0

    @classmethod
    def parse(cls, value: Any, where: str = "") -> Duration:
        """The duration that a text writes; Malformed for anything but the one way to write it."""
        found = _PARTS.fullmatch(value) if isinstance(value, str) and len(value) <= 40 else None
        if found is None:
            raise Malformed(f"{value!r} is no duration"[:200], where, _CURE)
        parts = {name: int(number) for name, number in found.groupdict().items() if number is not None}
        duration = cls(**parts)
        if not any(parts.values()) or max(parts.values()) > 99_999 or ("weeks" in parts and len(parts) > 1):
            raise Malformed(f"{value!r} is no duration that this house counts", where, _CURE)
        if str(duration) != value:
            raise Malformed(f"{value!r} has another form than {duration}", where, f"write {duration}")
        return duration

    def __str__(self) -> str:
        if self.business_days:
            return f"P{self.business_days}BD"
        date = ((self.years, "Y"), (self.months, "M"), (self.weeks, "W"), (self.days, "D"))
        time = ((self.hours, "H"), (self.minutes, "M"), (self.seconds, "S"))
        exact = "".join(f"{number}{letter}" for number, letter in time if number)
        return (
            "P"
            + "".join(f"{number}{letter}" for number, letter in date if number)
            + ("T" + exact if exact else "")
        )

    @property
    def exact(self) -> bool:
        """Whether it counts hours, minutes or seconds, and so ends at an instant instead of with a day."""
        return bool(self.hours or self.minutes or self.seconds)

    @property
    def calendar_months(self) -> int:
        """Years and months, as months."""
        return 12 * self.years + self.months

    @property
    def calendar_days(self) -> int:
        """Weeks and days, as days."""
        return 7 * self.weeks + self.days

    @property
    def exact_seconds(self) -> int:
        """Hours, minutes and seconds, as seconds."""
        return 3600 * self.hours + 60 * self.minutes + self.seconds

    @property
    def bounds(self) -> tuple[int, int]:
        """The fewest and the most seconds that it can last, whatever the first day."""
        if n := self.business_days:
            return _DAY * (n + 2 * ((n - 1) // 5)), _DAY * (n + 2 * -(-n // 5))
        years, months = divmod(self.calendar_months, 12)
        fewest = 365 * years + max(0, years // 4 - 1 - years // 100) + _FEWEST[months]
        most = 365 * years + -(-years // 4) + _MOST[months]
        rest = _DAY * self.calendar_days + self.exact_seconds
        return _DAY * fewest + rest, _DAY * most + rest


def compare(one: Duration, other: Duration) -> int | None:
    """-1 if `one` is shorter, 0 if they are as long as each other, 1 if `one` is longer, None if it depends on the day.

    >>> compare(Duration.parse("P3M"), Duration.parse("P6M"))
    -1
    """
    if _length(one) == _length(other):
        return 0
    if (one.business_days > 0) == (other.business_days > 0):
        pairs = list(zip(_length(one), _length(other), strict=True))
        if all(a <= b for a, b in pairs):
            return -1
        if all(a >= b for a, b in pairs):
            return 1
    (fewest, most), (others_fewest, others_most) = one.bounds, other.bounds
    if most < others_fewest:
        return -1
    return 1 if fewest > others_most else None


def _length(d: Duration) -> tuple[int, int, int]:
    """What it amounts to: months, seconds of the days and hours, business days."""
    return d.calendar_months, _DAY * d.calendar_days + d.exact_seconds, astuple(d)[-1]
