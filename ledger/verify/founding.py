"""Entry 0 against what the verifier was given (claim 2). Whether it is well signed is asked by claims 7 and 8.

::

    entry_0_findings(raw, origin, keys, founding)      [] or what does not fit

1. Entry 0 must be ``ledger.founded``, in clear, with the checkpoint's origin and log key (the first, where the record
   rotates it).
2. With ``--founding`` its leaf hash must be that one: the pair (vkey, founding) is the trust anchor.
3. Without ``--vkey`` the key that entry 0 names is taken, and vouches for nothing.
"""

from __future__ import annotations

from typing import Any, Final

from ledger.errors import Malformed
from ledger.record.entry import read_entry
from ledger.record.log_keys import LogKeys
from ledger.record.merkle import leaf_hash
from ledger.record.note import Vkey
from ledger.record.people import FOUNDED
from ledger.verify.report import Finding, failed

_SHEET: Final = "compare with the fingerprint sheet; this may be another ledger"


def named_key(raw: bytes) -> Vkey | None:
    """The log key that entry 0 names, if it can be read."""
    try:
        return Vkey.parse(str(_data(raw).get("log", {}).get("vkey")))
    except (Malformed, AttributeError):
        return None


def entry_0_findings(
    raw: bytes, origin: str | None, keys: LogKeys | None, founding: str | None
) -> list[Finding]:
    """What is wrong with entry 0. `origin` is the checkpoint's, `keys` the log's, of which entry 0 names the first."""
    out = []
    if founding is not None and leaf_hash(raw).hex() != founding:
        out.append(
            failed(2, 0, f"its hash is {leaf_hash(raw).hex()}, not the founding that was given", _SHEET)
        )
    try:
        entry = read_entry(raw)
    except Malformed:
        return out
    if entry.act is None:
        out.append(failed(2, 0, "the founding is withheld", "a ledger is founded in public"))
        return out
    if entry.act.event.type != FOUNDED:
        out.append(
            failed(2, 0, f"it is {entry.act.event.type}, not {FOUNDED}"[:200], "entry 0 founds the ledger")
        )
        return out
    data = entry.act.event.data
    if origin is not None and data.get("origin") != origin:
        out.append(failed(2, 0, f"it founds another ledger than {origin}"[:300], _SHEET))
    log = data.get("log")
    first = keys and str(keys.terms[0].vkey)
    if first and (not isinstance(log, dict) or log.get("vkey") != first):
        out.append(failed(2, 0, "it names another log key than the checkpoint's", _SHEET))
    return out


def _data(raw: bytes) -> dict[str, Any]:
    act = read_entry(raw).act
    return act.event.data if act and act.event.type == FOUNDED else {}
