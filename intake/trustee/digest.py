"""The quarterly digest to an officer or director: where cases stand, without those that name the reader (INTAKE §4).

::

    digest(room, "2025-Q2", "p-ceo")
    [{"scope": "in_scope", "stage": "investigating", "outcome": None}, …]

1. A case that names the reader must not be in it; nor one that was not assessed yet, since nobody knows whom it names.
2. It must have no totals, no names of items, no texts and no days; its order must not be that of filing.
3. A case must stand in it from the quarter of its list to that of its conclusion.
4. Rehearsals must not be in it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from intake.trustee.case import Case
from intake.trustee.clocks import DAY
from intake.trustee.room import Room
from intake.trustee.statistics import REHEARSAL, quarter
from intake.trustee.threads import opened, threads
from ledger.record.fields import instant


def digest(room: Room, of: str, reader: str) -> list[dict[str, Any]]:
    """The lines for one reader."""
    found: list[tuple[str, dict[str, Any]]] = []
    for thread in threads(room):
        case = room.cases.case(thread.root)
        first = opened(room, thread.root)
        rehearsed = first is not None and first.body.text.startswith(REHEARSAL)
        if (
            rehearsed
            or case.assessment is None
            or not _stands(case, of)
            or _names(case, thread.excluded, reader)
        ):
            continue
        row = {"outcome": case.outcome, "scope": case.assessment["scope"], "stage": case.stage}
        found.append((sha256(f"{of}/{thread.root}".encode()).hexdigest(), row))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def _stands(case: Case, of: str) -> bool:
    if case.epoch is None:
        return False
    begun = quarter(datetime.fromtimestamp(case.epoch * DAY, UTC).date())
    ended = [quarter(instant(s.moment).date()) for s in case.of("concluded")]
    return begun <= of <= max(ended, default="9999")


def _names(case: Case, excluded: tuple[str, ...], reader: str) -> bool:
    """True if any assessment ever named the reader, or the reporter left them out."""
    named = {person for step in case.of("assessed") for person in step.event.data["concerns"]}
    return reader in named or reader in excluded
