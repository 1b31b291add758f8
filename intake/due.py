"""Clocks of a case, the quarterly digest and the bands: derived from events and lists, never recorded (INTAKE §4).

::

    clocks(case, listed=20245, today=20300)     [Clock("personal answer", due=20258, met=20257), …]
    band(7)                                     "5-9"

A clock is due at the end of a day; days are epochs (UTC).

1. Clocks must start when the list is sealed, which acknowledges the report; the law's 7 days are met by then.
2. A personal answer is due within 3 working days of opening, an update a month after the last, feedback 3 months
   after the list. A month ends on the same day of the month, or on its last.
3. A digest must leave out every case that names its reader, and must not say how many there are.
4. A case with an exclusion counts in statistics only when it is concluded and k trustees have lifted the exclusion.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from intake.cases import Case
from intake.labels import Chance

_START: Final = date(1970, 1, 1)
_WORKING_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class Clock:
    """Something due by the end of an epoch; `met` is the epoch in which it was done."""

    name: str
    due: int
    met: int | None

    def missed(self, today: int) -> bool:
        """True when it was done late, or not at all and the day is over."""
        return (self.met if self.met is not None else today) > self.due


def day(epoch: int) -> date:
    """The day of an epoch."""
    return _START + timedelta(days=epoch)


def epoch_of(when: date) -> int:
    """The epoch of a day."""
    return (when - _START).days


def months_later(epoch: int, months: int) -> int:
    """The same day of the month so many months later, or that month's last."""
    start = day(epoch)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return epoch_of(date(year, month + 1, min(start.day, last)))


def working_days_later(epoch: int, days: int) -> int:
    """So many days from Monday to Friday later."""
    while days:
        epoch += 1
        days -= day(epoch).weekday() < 5
    return epoch


def clocks(case: Case, listed: int, today: int) -> list[Clock]:
    """Everything that is or was due to the reporter of a case whose first report is in the list of `listed`."""
    sealed = listed + 1  # the list is sealed when its day has ended
    updates = sorted(e.at for e in case.of("update_sent"))
    out = [Clock("acknowledgement", sealed + 7, sealed)]
    opened = case.first("opened")
    if opened is not None:
        answered = next((at for at in updates if at >= opened), None)
        out.append(Clock("personal answer", working_days_later(opened, _WORKING_DAYS), answered))
    told = min((e.at for e in case.of("update_sent") if e.data.get("feedback")), default=None)
    out.append(Clock("feedback", months_later(sealed, 3), told))
    return out + _updates(updates, sealed, min(today, case.first("concluded") or today))


def _updates(updates: Sequence[int], sealed: int, until: int) -> list[Clock]:
    """Monthly, each counted from the update before it; the last one is running unless the case is concluded."""
    out, since = [], sealed
    for at in [*updates, None]:
        due = months_later(since, 1)
        if at is not None:
            out.append(Clock("monthly update", due, at))
            since = at
        elif since <= until:
            out.append(Clock("monthly update", due, None))
    return out


def digest(cases: Iterable[Case], reader: str) -> list[Case]:
    """What an officer or director reads: the cases that do not name them. Never a total."""
    return [case for case in cases if reader not in case.named]


def counted(cases: Iterable[Case], k: int) -> list[Case]:
    """The cases that statistics may count."""
    return [
        case
        for case in cases
        if not case.named
        or (case.outcome is not None and len({e.by for e in case.of("exclusion_lifted")}) >= k)
    ]


def band(count: int) -> str:
    """0-4, 5-9 or 10+."""
    return "0-4" if count < 5 else "5-9" if count < 10 else "10+"


def canary_due(chance: Chance, per_day: float, step: float) -> bool:
    """Whether a canary is filed in this step of `step` days: a Poisson schedule, asked step by step.

    All clients together file about two a day (INTAKE §3), so each of n asks for 2/n.
    """
    return int.from_bytes(chance(8), "big") < per_day * step * 2**64
