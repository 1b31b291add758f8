"""The clocks of a case: what is due to the reporter, and whether it was done. Data, derived from events, never stored.

::

    clocks(case, now="2025-06-20T00:00:00.000000Z")
    [Clock("ANSWER", "Answer in person", "house", starts="2025-06-09T…Z", due="2025-06-13T00:00…Z", "overdue", …), …]

A day ends where the trustees are (`zone`): a duty of three working days from Monday is late at the midnight that
follows Thursday there.

1. Clocks must start when the daily list is sealed, or at the event they name; and follow the rules of clocks.yaml only.
2. Adding months must clamp to the last day of the month, and start from the first day each time.
3. Working days are Monday to Friday, counted from the next day; a zone's midnight decides which day it is.
4. A clock that repeats must start again at what met it, and end with the conclusion.
5. Nothing of a clock may depend on anything but the case, the rules, the zone and `now`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from intake.trustee.case import Case
from ledger.record.fields import instant, to_time

DAY: Final = 86_400
SOON: Final = timedelta(days=7)
RECEIPT: Final = "receipt"
_DURATION: Final = re.compile(r"P(?:(\d+)M|(\d+)D|(\d+)BD)")
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of clocks.yaml; `met_by` are event types, ``type/kind`` where the kind matters."""

    id: str
    title: str
    source: str
    within: str
    repeats: bool
    starts_at: str
    met_by: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Clock:
    """`state`: running, due_soon, overdue, met, met_late, ended. `due` is the first instant at which it is late."""

    id: str
    title: str
    source: str
    starts: str
    due: str
    state: str
    met_at: str | None
    note: str


@cache
def rules() -> tuple[Rule, ...]:
    """The rules as they are shipped."""
    read: dict[str, Any] = yaml.safe_load((files("intake.trustee") / "clocks.yaml").read_text("utf-8"))
    return tuple(
        Rule(
            id=row["id"],
            title=row["title"],
            source=row["source"],
            within=row.get("within") or row["every"],
            repeats="every" in row,
            starts_at=row["starts_at"],
            met_by=tuple(row["met_by"]),
            note=row.get("note", ""),
        )
        for row in read["clocks"]
    )


def sealed_at(epoch: int) -> str:
    """When the list of an epoch is sealed: at the end of its day in UTC."""
    return to_time(datetime.fromtimestamp((epoch + 1) * DAY, UTC))


def epoch_at(now: str) -> int:
    """The epoch in which an instant lies."""
    return int(instant(now).timestamp() // DAY)


def clocks(case: Case, now: str, *, zone: tzinfo = UTC, by: Sequence[Rule] | None = None) -> list[Clock]:
    """All clocks of a case, in the order of the rules."""
    found: list[Clock] = []
    for rule in rules() if by is None else by:
        found += _clocks(rule, case, now, zone)
    return found


def _clocks(rule: Rule, case: Case, now: str, zone: tzinfo) -> list[Clock]:
    starts = _start(rule, case)
    if starts is None:
        return []
    ended = _ended(case)
    found: list[Clock] = []
    for moment in _met(rule, case, starts):
        found.append(_clock(rule, starts, moment, now=now, zone=zone, ended=ended))
        if not rule.repeats:
            return found
        starts = moment
    return [*found, _clock(rule, starts, None, now=now, zone=zone, ended=ended)]


def _clock(rule: Rule, starts: str, met: str | None, *, now: str, zone: tzinfo, ended: str | None) -> Clock:
    due = due_at(starts, rule.within, zone)
    if met is not None:
        state = "met" if met < due else "met_late"
    elif rule.repeats and ended is not None and ended < due:
        state = "ended"
    elif now >= due:
        state = "overdue"
    else:
        state = "due_soon" if instant(due) - instant(now) <= SOON else "running"
    return Clock(rule.id, rule.title, rule.source, starts, due, state, met, rule.note)


def _start(rule: Rule, case: Case) -> str | None:
    if rule.starts_at == "listed":
        return None if case.epoch is None else sealed_at(case.epoch)
    return min((s.moment for s in case.of(rule.starts_at)), default=None)


def _met(rule: Rule, case: Case, starts: str) -> list[str]:
    """When it was done, never before it began; the receipt was given before the list was sealed."""
    if RECEIPT in rule.met_by:
        return [starts]
    done = (
        step.moment
        for step in case.steps
        if step.event.type in rule.met_by or f"{step.event.type}/{step.event.data.get('kind')}" in rule.met_by
    )
    return sorted({max(moment, starts) for moment in done})


def _ended(case: Case) -> str | None:
    """When the reporter was told the outcome of a concluded case: nothing more is due after that."""
    concluded = min((s.moment for s in case.of("concluded")), default=None)
    told = [s.moment for s in case.of("update_sent") if s.event.data["kind"] == "feedback"]
    return max([concluded, min(told)]) if concluded is not None and told else None


def due_at(starts: str, within: str, zone: tzinfo = UTC) -> str:
    """The first instant at which a duty is late: the midnight in `zone` that follows its last day."""
    first = instant(starts).astimezone(zone).date()
    months, days, working = (int(part) if part else 0 for part in _parts(within))
    last = _add_months(first, months) + timedelta(days=days)
    for _ in range(working):
        last += timedelta(days=1)
        while last.weekday() >= _SATURDAY:
            last += timedelta(days=1)
    return to_time(datetime.combine(last + timedelta(days=1), time(), zone))


def _parts(within: str) -> tuple[str | None, str | None, str | None]:
    match = _DURATION.fullmatch(within)
    if match is None:
        raise ValueError(f"{within!r} is no duration of a case clock: P1M, P7D or P3BD")
    months, days, working = match.groups()
    return months, days, working


def _add_months(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
