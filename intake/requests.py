"""Asking for shares, and giving one (INTAKE §4, §10).

    {"epoch":20247,"item":"<hex L>","ledger":"…","one_time_key":"<1622>","reader":0,"sig":"<86>","type":"request"}
    {"helper":2,"item":"<hex L>","one_time_key":"<hex SHA-256>","reader":0,"share":"<1856>","type":"share"}

A request is signed by the reader over "countersign/intake/v1/request\\n" ‖ canonical without `sig` and `type`. A share
is the helper's whole compartment plaintext, sealed to the one-time key.

1. A helper must answer only a request that holds, is at most 7 epochs old, and whose reader is in the eligible set of
   the helper's OWN compartment; and only when its own share matches the envelope's commitment.
2. A share must open for its item, helper, reader and one-time key, and for nothing else.
3. Nothing here answers by itself: `give` is called when the trustee approved this item, reader and key.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from intake import boxes
from intake.compartment import BYTES
from intake.directory import Directory
from intake.envelope import Envelope
from intake.errors import Unopened
from intake.labels import heading
from intake.opening import reseal_info
from keys import check, hybrid
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, encode

VALID: Final = 7
"""Epochs for which a request may be answered."""


@dataclass(frozen=True, slots=True)
class Request:
    """A reader asks to open an item. `item` is L; `one_time_key` the public key that answers are sealed to."""

    epoch: int
    item: bytes
    ledger: str
    one_time_key: bytes
    reader: int
    sig: bytes

    def members(self) -> dict[str, Any]:
        """The object shown above."""
        return _asked(self) | {"sig": f.to_b64u(self.sig), "type": "request"}

    def holds(self, directory: Directory, today: int) -> bool:
        """True if its reader signed it for this ledger, not longer ago than it is valid."""
        return (
            self.reader < directory.size
            and self.ledger == directory.ledger
            and 0 <= today - self.epoch <= VALID
            and check.ed25519(
                directory.sign(self.reader), self.sig, heading("request") + encode(_asked(self))
            )
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A helper's compartment for one reader; `one_time_key` is the SHA-256 of the key that it is sealed to."""

    helper: int
    item: bytes
    one_time_key: bytes
    reader: int
    share: bytes

    def members(self) -> dict[str, Any]:
        """The object shown above."""
        return {
            "helper": self.helper,
            "item": self.item.hex(),
            "one_time_key": self.one_time_key.hex(),
            "reader": self.reader,
            "share": f.to_b64u(self.share),
            "type": "share",
        }

    def opened(self, one_time_seed: bytes) -> bytes:
        """The helper's 256 bytes, for `opening.combine`; Unopened."""
        public = hybrid.hpke_public(one_time_seed)
        if sha256(public).digest() != self.one_time_key:
            raise Unopened
        info = reseal_info(self.item, self.helper, self.reader, public)
        return boxes.unseal(one_time_seed, self.share, info)


def ask(
    directory: Directory, item: bytes, epoch: int, one_time_key: bytes, by: tuple[int, Ed25519Signer]
) -> Request:
    """A request by (seat, its sign key)."""
    reader, signer = by
    unsigned = Request(epoch, item, directory.ledger, one_time_key, reader, b"")
    sig = signer.sign_bytes(heading("request") + encode(_asked(unsigned)))
    return Request(epoch, item, directory.ledger, one_time_key, reader, sig)


def give(
    request: Request, envelope: Envelope, directory: Directory, today: int, by: tuple[int, bytes]
) -> Share:
    """The share of (seat, its HPKE seed), sealed again for the reader; Unopened when it must not be given."""
    helper, seed = by
    if envelope.item != request.item or request.reader == helper or not request.holds(directory, today):
        raise Unopened
    mine = envelope.share(directory, helper, seed)
    if mine is None or request.reader not in mine.eligible:
        raise Unopened
    info = reseal_info(request.item, helper, request.reader, request.one_time_key)
    try:
        sealed = hybrid.seal(request.one_time_key, mine.to_bytes(), info)
    except check.BadKey:
        raise Unopened from None
    return Share(helper, request.item, sha256(request.one_time_key).digest(), request.reader, sealed)


def read_request(data: Json, where: str = "") -> Request:
    """A request as it stands in a letter; Malformed."""
    f.members(data, where, ("epoch", "item", "ledger", "one_time_key", "reader", "sig", "type"))
    f.one_of(data["type"], ("request",), f"{where}/type")
    return Request(
        f.integer(data["epoch"], f"{where}/epoch"),
        bytes.fromhex(f.hex64(data["item"], f"{where}/item")),
        f.text(data["ledger"], f"{where}/ledger"),
        f.b64u(data["one_time_key"], f"{where}/one_time_key", hybrid.PUBLIC_BYTES),
        f.integer(data["reader"], f"{where}/reader"),
        f.b64u(data["sig"], f"{where}/sig", 64),
    )


def read_share(data: Json, sender: int, where: str = "") -> Share:
    """A share as it stands in a letter of seat `sender`, who must be its helper; Malformed."""
    f.members(data, where, ("helper", "item", "one_time_key", "reader", "share", "type"))
    f.one_of(data["type"], ("share",), f"{where}/type")
    if f.integer(data["helper"], f"{where}/helper") != sender:
        raise Malformed("a share comes from its own helper", f"{where}/helper")
    return Share(
        sender,
        bytes.fromhex(f.hex64(data["item"], f"{where}/item")),
        bytes.fromhex(f.hex64(data["one_time_key"], f"{where}/one_time_key")),
        f.integer(data["reader"], f"{where}/reader"),
        f.b64u(data["share"], f"{where}/share", BYTES + hybrid.OVERHEAD),
    )


def _asked(request: Request) -> dict[str, Any]:
    return {
        "epoch": request.epoch,
        "item": request.item.hex(),
        "ledger": request.ledger,
        "one_time_key": f.to_b64u(request.one_time_key),
        "reader": request.reader,
    }
