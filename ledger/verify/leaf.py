"""One entry by itself: is it written as the record writes, and was its act kept in time? (claims 1 and 2)

::

    read_leaf(41, raw)      (Entry, [])   or   (None, [Finding(1, False, 41, "/act/event/id: not a ULID", …)])

1. Claim 1 must ask for the exact members, types and formats of RECORD §2-4, in canonical form, and for signatures
   in order, one per person, the actor among them. ``data`` is read elsewhere.
2. Claim 2 must refuse ``recorded_at > not_after`` and a ``not_after`` later than 30 × 24 h after the event id's time.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ledger.errors import Malformed
from ledger.record.act import Act
from ledger.record.entry import Entry, read_entry
from ledger.record.fields import later, ulid_time
from ledger.verify.report import Finding, failed

LONGEST: Final = timedelta(hours=30 * 24)


def read_leaf(index: int, raw: bytes) -> tuple[Entry | None, list[Finding]]:
    """Claim 1 of one entry."""
    try:
        return read_entry(raw), []
    except Malformed as e:
        return None, [failed(1, index, str(e), "compare the entry with another copy")]


def kept_in_time(index: int, recorded_at: str, act: Act) -> list[Finding]:
    """Claim 2 of one act: signed acts cannot be kept in a drawer."""
    not_after = act.event.not_after
    if not_after is None:
        return []
    out = []
    if recorded_at > not_after:
        why = f"recorded at {recorded_at}, after its not_after {not_after}"
        out.append(failed(2, index, why, "the act had lapsed; it must be drafted and signed again"))
    if not_after > later(ulid_time(act.event.id), LONGEST):
        why = f"its not_after {not_after} is more than 30 days after the time in its event id"
        out.append(failed(2, index, why, "the act must be drafted and signed again"))
    return out
