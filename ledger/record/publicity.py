"""The floor of publicity: types of act that may never be withheld (DOMAIN §10), as data.

Whatever others verify by is public at once: who may sign, with which key, under which settings, what was
disclosed or erased, what the anonymous channel promised. Such acts may have sealed fields::

    "key.revoked" in NEVER_WITHHELD      True

1. Every type that the roll reads must stand here: the roll never reads a withheld act.
2. A type may be added, never taken away: an old record would verify differently.
"""

from __future__ import annotations

from typing import Final

from ledger.record.people import ROLL_TYPES

NEVER_WITHHELD: Final = ROLL_TYPES | {
    "settings.changed",
    "policy.drafted",
    "policy.proposed",
    "policy.approved",
    "policy.rejected",
    "policy.withdrawn",
    "consultation.opened",
    "consultation.recorded",
    "consultation.answered",
    "publication.corrected",
    "exception.proposed",
    "government.consulted",
    "exception.approved",
    "exception.acknowledged",
    "exception.advocacy_committed",
    "exception.reviewed",
    "exception.revoked",
    "exception.withdrawn",
    "intake.epoch_sealed",
    "trust.statistics_published",
    "disclosure.published",
    "disclosure.erased",
    "log.restored",
}
