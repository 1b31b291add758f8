"""Timestamps of independent authorities (claim 11, RFC 3161), where somebody can read them.

::

    timestamps/41.tsr      a response over the bytes of checkpoint, or of earlier/<size>

1. Without the package ``rfc3161-client`` the claim must say ``not checked``, never held.
2. A response that is not over one of the checkpoints at hand fails. Whether its authority is to be trusted is
   for the reader: no certificate is pinned here, so a fitting stamp is reported with its time and not as proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256, sha384, sha512
from itertools import chain, islice
from typing import Any, Final

from ledger.verify.report import Finding, failed
from ledger.verify.source import Source

_MOST: Final = 1000
"""Earlier checkpoints that a timestamp may be over."""


def timestamps(source: Source, given: Iterable[tuple[str, bytes]]) -> Iterator[Finding]:
    """Claim 11, over the record's checkpoint, the earlier ones beside it, and those that the reader brings."""
    names = [name for name in source.names("timestamps") if name.endswith(".tsr")]
    if not names:
        yield Finding(11, None, None, "not checked: there are no timestamps")
        return
    try:
        import rfc3161_client
    except ImportError:
        yield Finding(
            11,
            None,
            None,
            f"not checked: reading the timestamps ({len(names)}) needs rfc3161-client",
        )
        return
    notes = [source.checkpoint() or b"", *(data for _, data in chain(given, islice(source.earlier(), _MOST)))]
    digests = {h(note).digest() for note in notes for h in (sha256, sha384, sha512)}
    for name in names:
        yield _stamp(name, source.beside(f"timestamps/{name}") or b"", digests, rfc3161_client)
    yield Finding(11, None, None, "not checked: whether the stamping authorities are to be trusted")


def _stamp(name: str, data: bytes, digests: set[bytes], client: Any) -> Finding:
    try:
        info = client.decode_timestamp_response(data).tst_info
        imprint, when = bytes(info.message_imprint.message), info.gen_time.isoformat()
    except Exception as e:  # noqa: BLE001 - another library's parser on hostile bytes: whatever it says, it is no stamp
        return failed(11, None, f"{name} is no timestamp: {type(e).__name__}", "ask for the timestamp again")
    if imprint not in digests:
        why = f"{name} is a timestamp over something else than these checkpoints"
        return failed(11, None, why, "ask for the checkpoint that it belongs to")
    return Finding(11, True, None, f"{name} says that this checkpoint existed at {when}")
