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
from contextlib import closing
from typing import TYPE_CHECKING, Final

from ledger.verify.asked import Asked
from ledger.verify.place import open_source
from ledger.verify.report import Report, not_run
from ledger.verify.source import CannotRun, Source, plainly

if TYPE_CHECKING:
    from ledger.verify.authority import Keys

FAULT: Final = "the verifier itself failed"


def verify(place: str | Source, asked: Asked | None = None) -> Report:
    """Verify what lies at `place`: a path, an address, or a source that the caller opened and will close."""
    asked = asked or Asked()
    name = place if isinstance(place, str) else place.address.place
    try:
        keys = _keys()
        if not isinstance(place, str):
            return _verify(place, asked, keys)
        with closing(open_source(place)) as source:
            return _verify(source, asked, keys)
    except CannotRun as e:
        return not_run(e.why, e.cure, name)
    except (sqlite3.Error, OSError, MemoryError) as e:
        return not_run(
            f"the verifier was stopped: {plainly(e)}",
            "check disk space and permissions, then verify again",
            name,
        )
    except Exception as e:  # noqa: BLE001 - the last resort of must-sentence 1; the fuzz tests fail where it is needed
        return not_run(
            f"{FAULT} ({type(e).__name__}: {e})", "please report this with the record that caused it", name
        )


def _verify(source: Source, asked: Asked, keys: Keys) -> Report:
    if source.chosen is not None:
        from ledger.verify.chosen import verify_chosen

        return verify_chosen(source, asked, keys)
    from ledger.verify.run import Run

    return Run(source, asked, keys).report()


def _keys() -> Keys:
    try:
        from keys import check
    except ImportError as e:
        raise CannotRun(
            f"signatures cannot be checked: {e}", "install it with: python -m pip install cryptography"
        ) from None
    return check
