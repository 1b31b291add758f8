"""The door of the verifier: one call, one report.

::

    report = verify("bundle.zip", Asked(vkey=…, founding="9f8b…"))
    report.words        "OK"    "BROKEN_AT 17"    "NO_AUTHORITY"    "NOT_RUN"

1. It must never raise, whatever bytes it is fed: what cannot run is a report too (NOT_RUN).
2. It must hash every entry, always; only what a kept book (``--resume``) covers is not read again, and then it says so.
3. Without ``--vkey`` it must say that nothing outside the record vouches for the key.
4. Without ``cryptography`` no signature can be checked, so it must not run.
"""

from __future__ import annotations

import sqlite3
from types import ModuleType
from typing import Final

from ledger.verify.asked import Asked
from ledger.verify.place import open_source
from ledger.verify.report import Report, not_run
from ledger.verify.source import CannotRun, Source

FAULT: Final = "the verifier itself failed"


def verify(place: str | Source, asked: Asked | None = None) -> Report:
    """Verify what lies at `place`, a path, an address or an opened source."""
    asked = asked or Asked()
    name = place if isinstance(place, str) else place.address.place
    try:
        keys = _keys()
        source = open_source(place) if isinstance(place, str) else place
        if source.chosen is not None:
            from ledger.verify.chosen import verify_chosen

            return verify_chosen(source, asked, keys)
        from ledger.verify.run import Run

        return Run(source, asked, keys).report()
    except CannotRun as e:
        return not_run(e.why, e.cure, name)
    except (sqlite3.Error, OSError, MemoryError) as e:
        return not_run(
            f"{type(e).__name__}: {e}", "check disk space and permissions, then verify again", name
        )


def _keys() -> ModuleType:
    try:
        from keys import check
    except ImportError as e:
        raise CannotRun(
            f"signatures cannot be checked: {e}", "install it with: python -m pip install cryptography"
        ) from None
    return check
