"""Who signed, and whether they could: claims 7 and 8, with the same functions that the office asks.

::

    fold_roll(roll, 17, entry, keys)        folds an entry about people or keys, or says why not
    act_findings(roll, 41, entry, act, keys)    [Finding(8, False, 41, "S-ROLE: p-7 does not hold RSO", …)]

The roll is folded first, over the few entries that it reads. Being append-only it can then be asked about any place,
so all other acts may be judged in any order, in several processes.

1. An act with a finding of claim 7 or 8 must not be folded; what comes after is judged without it.
2. A type that may never be withheld must fail claim 8 when it was.
"""

from __future__ import annotations

from typing import Protocol

from ledger.errors import Malformed
from ledger.record.act import Act
from ledger.record.authority import faults
from ledger.record.entry import Entry
from ledger.record.people import FOUNDED, ROLL_TYPES
from ledger.record.publicity import NEVER_WITHHELD
from ledger.record.roll import KeyCheck, Place, Roll
from ledger.record.signatures import Fault, signature_faults
from ledger.verify.report import Finding, failed


class Keys(KeyCheck, Protocol):
    """``keys.check``: what the roll asks of keys, and bare Ed25519 for notes."""

    def ed25519(self, public: bytes, signature: bytes, message: bytes) -> bool: ...


def fold_roll(roll: Roll, index: int, entry: Entry, keys: KeyCheck) -> list[Finding]:
    """Judge and fold one entry of a type that the roll reads; others pass by."""
    act = entry.act
    if act is None or act.event.type not in ROLL_TYPES:
        return []
    found = _findings(index, faults(roll, act, Place(index, entry.recorded_at), keys))
    if not found and not refold(roll, index, entry, keys):
        found = [failed(8, index, "the roll cannot take it in", "it counts for nothing; record it anew")]
    return found


def refold(roll: Roll, index: int, entry: Entry, keys: KeyCheck) -> bool:
    """Fold an entry that was found in order before; False when it cannot be."""
    try:
        if entry.act is not None:
            roll.fold(entry.act.event, index, keys)
    except (Malformed, KeyError):
        return False
    return True


def act_findings(roll: Roll, index: int, entry: Entry, act: Act, keys: KeyCheck) -> list[Finding]:
    """Claims 7 and 8 of an act that the roll does not read, or that was withheld and is opened."""
    place, type_ = Place(index, entry.recorded_at), act.event.type
    if entry.withheld is None:
        return [] if type_ in ROLL_TYPES else _findings(index, faults(roll, act, place, keys))
    out = [] if type_ == FOUNDED else _findings(index, signature_faults(roll, act, place, keys))
    if type_ in NEVER_WITHHELD:
        why = f"{type_} was withheld; acts of this type are public at once (DOMAIN §10)"
        out.append(failed(8, index, why, "it counts for nothing; it must be recorded in clear"))
    return out


def _findings(index: int, found: list[Fault]) -> list[Finding]:
    return [failed(x.claim, index, f"{x.refusal.rule}: {x.refusal.reason}", x.refusal.cure) for x in found]
