"""The receipt: three lines to copy, and what they prove (INTAKE §3, §10).

    example.org/log 20245 20247
    <L, 64 hex>[ <chunks, 64 hex>]
    <sig, 86 characters>

stand for ``{"chunks":"","first":20245,"items":["<L>"],"last":20247,"ledger":"example.org/log","sig":"<86>"}``,
signed by svc-intake: "this item will be in a list of `first` to `last`".

1. `last` must be at most `first` + 30.
2. A receipt that is not signed by the key in force at `first` says nothing: forged.
3. An item in no list of first..last, all of them there and due, is suppressed; a missing list is never taken for one
   without the item.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from intake.labels import heading
from intake.port import ServiceKey
from keys import check
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import decode, encode
from ledger.record.epoch import Epoch

AHEAD: Final = 30
"""A promise never reaches further."""


class Decision(Enum):
    """What a receipt and the public lists say together, in words for the reporter."""

    FORGED = "receipt not valid"
    LISTED = "listed"
    UNDELIVERED = "undelivered"
    TOO_EARLY = "too early"
    CANNOT_TELL = "cannot tell"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A promise. `item` is L; `chunks` is hex or empty."""

    ledger: str
    first: int
    last: int
    item: bytes
    chunks: str
    sig: bytes

    def members(self) -> dict[str, Any]:
        """The object shown above."""
        return _promise(self.ledger, self.first, self.last, self.item, self.chunks) | {
            "sig": f.to_b64u(self.sig)
        }

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return encode(self.members())

    def lines(self) -> str:
        """Three lines, without a last line feed."""
        item = f"{self.item.hex()} {self.chunks}" if self.chunks else self.item.hex()
        return f"{self.ledger} {self.first} {self.last}\n{item}\n{f.to_b64u(self.sig)}"

    def holds(self, key: bytes) -> bool:
        """True if svc-intake's `key` signed it."""
        promise = _promise(self.ledger, self.first, self.last, self.item, self.chunks)
        return check.ed25519(key, self.sig, heading("receipt") + encode(promise))


def give(signer: ServiceKey, ledger: str, promised: range, item: bytes, chunks: str = "") -> Receipt:
    """A promise for the epochs `promised`. The same arguments give the same bytes."""
    first, last = promised[0], promised[-1]
    if last > first + AHEAD:
        raise ValueError(f"a promise reaches from its epoch to at most {AHEAD} later")
    sig = signer.sign_bytes(heading("receipt") + encode(_promise(ledger, first, last, item, chunks)))
    return Receipt(ledger, first, last, item, chunks, sig)


def read(data: bytes) -> Receipt:
    """A receipt from its canonical JSON; Malformed."""
    members = f.members(decode(data), "", ("chunks", "first", "items", "last", "ledger", "sig"))
    items = f.array(members["items"], "/items")
    if len(items) != 1:
        raise Malformed("a receipt is for one item", "/items")
    first, last = f.integer(members["first"], "/first"), f.integer(members["last"], "/last")
    if not first <= last <= first + AHEAD:
        raise Malformed(f"last is not first to first + {AHEAD}", "/last")
    chunks = f.text(members["chunks"], "/chunks", empty=True)
    return Receipt(
        f.text(members["ledger"], "/ledger"),
        first,
        last,
        bytes.fromhex(f.hex64(items[0], "/items/0")),
        f.hex64(chunks, "/chunks") if chunks else "",
        f.b64u(members["sig"], "/sig", 64),
    )


def read_lines(text: str) -> Receipt:
    """A receipt from its three lines as somebody typed or scanned them; Malformed."""
    rows = [line.split() for line in text.strip().splitlines()]
    if [len(row) for row in rows] not in ([3, 1, 1], [3, 2, 1]) or not all(
        n.isascii() and n.isdigit() and len(n) <= 10 for n in rows[0][1:]
    ):
        raise Malformed("not the three lines of a receipt", "", "origin, first and last; item; signature")
    members = {
        "chunks": rows[1][1] if len(rows[1]) == 2 else "",
        "first": int(rows[0][1]),
        "items": [rows[1][0]],
        "last": int(rows[0][2]),
        "ledger": rows[0][0],
        "sig": rows[2][0],
    }
    return read(encode(members))


def decide(
    receipt: Receipt,
    key: bytes,
    today: int,
    lists: Mapping[int, Epoch],
    bytes_of: Callable[[bytes], bool],
) -> Decision:
    """What became of the item (INTAKE §10).

    `lists` holds the verified epochs that could be had, `today` is the running epoch, `bytes_of` says whether some
    mirror has bytes that hash to L.
    """
    if not receipt.holds(key):
        return Decision.FORGED
    promised = range(receipt.first, receipt.last + 1)
    if any(lists[e].place(receipt.item) for e in promised if e in lists):
        return Decision.LISTED if bytes_of(receipt.item) else Decision.UNDELIVERED
    if today <= receipt.last:
        return Decision.TOO_EARLY
    if any(e not in lists for e in promised):
        return Decision.CANNOT_TELL
    return Decision.SUPPRESSED


def _promise(ledger: str, first: int, last: int, item: bytes, chunks: str) -> dict[str, Any]:
    return {"chunks": chunks, "first": first, "items": [item.hex()], "last": last, "ledger": ledger}
