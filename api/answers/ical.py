"""Open clocks as a calendar that other programs subscribe to (RFC 5545).

::

    BEGIN:VEVENT
    SUMMARY:must: R22-C-COMPREHENSIVE
    DTSTART;VALUE=DATE:20250914
    UID:C-COMPREHENSIVE/all/31@ledger.example.org/countersign

1. The same clocks at the same instant must give the same bytes.
2. A clock keeps its UID from one export to the next, so that a calendar moves it and does not double it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from ledger.engine.clocks import Clock
from ledger.record.fields import instant

PRODUCT: Final = "-//Countersign//clocks//EN"


def calendar(clocks: Iterable[Clock], origin: str, now: str) -> bytes:
    """The clocks that somebody still has to meet, each on its last day, or at its instant where hours count."""
    out = Calendar()
    out.add("prodid", PRODUCT)
    out.add("version", "2.0")
    out.add("x-wr-calname", origin)
    for clock in clocks:
        if clock.open and clock.due:
            out.add_component(_event(clock, clock.due, origin, now))
    made: bytes = out.to_ical()
    return made


def _event(clock: Clock, due: str, origin: str, now: str) -> Event:
    about = f" ({clock.about})" if clock.about else ""
    event = Event()
    event.add("uid", f"{clock.id}@{origin}")
    event.add("dtstamp", instant(now))
    event.add("summary", f"{'house ' if clock.house else ''}{clock.modality}: {clock.rule}{about}")
    event.add("description", f"{clock.text} [{clock.ref}]")
    begin: date | datetime = instant(due) if clock.exact else instant(due).date()
    event.add("dtstart", begin)
    if not clock.exact:
        event.add("dtend", begin + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("categories", [clock.state])
    return event
