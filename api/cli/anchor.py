"""The trust anchor of a ledger, as it is printed, kept and compared: log key and founding entry.

::

    fingerprints.txt  fingerprints.html     the fingerprint sheet, in the ledger's folder

1. The sheet must be made from the record: from entry 0, and from what put another key in the place of the log's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from keys.public import PublicKey
from keys.sheet import Holder, Sheet
from ledger.record.founding import LOG_SERVICE
from ledger.record.merkle import leaf_hash
from ledger.register import Register
from ledger.store.port import Store

TEXT: Final = "fingerprints.txt"
HTML: Final = "fingerprints.html"

HOW_TO_KEEP: Final = (
    "Print {sheet} and give it to the trustees on paper, or read it to them aloud. Whoever holds these two values can "
    "tell this ledger from any other, and needs to trust nobody for it."
)


def sheet_of(store: Store, register: Register, made_on: str) -> Sheet:
    """The fingerprint sheet, with the founding's people and the keys that are live now."""
    founded, logs = register.roll.founding, register.roll.logs()
    assert founded is not None  # noqa: S101  an open ledger has an entry 0
    assert logs is not None  # noqa: S101  an open ledger has an entry 0
    roles: dict[str, list[str]] = {}
    for person, role in register.roll.tenures:
        roles.setdefault(person, []).append(role)
    holders = [
        Holder(
            PublicKey(k.public.person, k.public.kind, k.public.public, k.public.rp_id, k.public.origins),
            tuple(roles.get(k.public.person, ())),
        )
        for k in register.roll.keys.values()
        if k.revoked is None and k.public.person != LOG_SERVICE
    ]
    return Sheet(
        origin=founded.origin,
        organisation=founded.organisation,
        vkey=str(logs.newest),
        founding=leaf_hash(store.entry(0)).hex(),
        holders=holders,
        made_on=made_on[:10],
        demonstration=founded.demo,
    )


def write_sheet(folder: Path, sheet: Sheet) -> dict[str, Any]:
    """Write both forms of the sheet; what stands on them."""
    (folder / TEXT).write_text(sheet.text(), encoding="utf-8")
    (folder / HTML).write_text(sheet.html(), encoding="utf-8")
    return {"origin": sheet.origin, "vkey": sheet.vkey, "founding": sheet.founding}
