"""Epochs: the days of the channel, and the list that the intake itself signs and publishes (INTAKE §3, §10).

    epoch 20245 = 2025-06-06, sealed at that day's end: 2025-06-07T00:00:00Z
    sig = Ed25519(svc-intake, "countersign/intake/v1/epoch\\n" ‖ canonical(data of the epoch entry))
    window of 20245 = epochs 20240 to 20331

1. An epoch is due when its day has ended, not before.
2. Only canonical data with a signature that holds is a list; what differs from it is another list.
3. Clients must fetch whole windows, never "since I filed".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from intake.labels import h, heading
from intake.port import ServiceKey
from keys import check
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import decode, encode
from ledger.record.epoch import Epoch, epoch

DAY: Final = 86_400
WINDOW: Final = 92


@dataclass(frozen=True, slots=True)
class SignedList:
    """An epoch's data as the intake signed it."""

    epoch: Epoch
    sig: bytes

    def to_bytes(self) -> bytes:
        """``{"data":{…},"sig":"<86>"}`` in canonical form."""
        return encode({"data": self.epoch.data(), "sig": f.to_b64u(self.sig)})


def of(seconds: float) -> int:
    """The epoch of an instant, in seconds since 1970-01-01 UTC."""
    return int(seconds // DAY)


def window(number: int) -> range:
    """The epochs that are fetched together with this one."""
    first = number // WINDOW * WINDOW
    return range(first, first + WINDOW)


def sign(sealed: Epoch, signer: ServiceKey) -> SignedList:
    """The intake's own list."""
    return SignedList(sealed, signer.sign_bytes(_message(sealed.data())))


def read(data: bytes, key: bytes) -> SignedList:
    """A list signed by `key`; Malformed."""
    members = f.members(decode(data), "", ("data", "sig"))
    found = epoch(members["data"])
    sig = f.b64u(members["sig"], "/sig", 64)
    if not check.ed25519(key, sig, _message(members["data"])):
        raise Malformed("the list is not signed by the intake's key", "/sig")
    return SignedList(found, sig)


def client_digest(files: Mapping[str, str]) -> str:
    """`client` of an entry: H("client", canonical {path: SHA-256 in hex}) of what the pages are made of."""
    return h("client", encode(dict(files))).hex()


def _message(data: dict[str, Any]) -> bytes:
    return heading("epoch") + encode(data)
