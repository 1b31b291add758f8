"""The epoch entry: what the ledger carries of the anonymous channel, once a day, news or not (INTAKE §3, §10).

`data` of ``intake.epoch_sealed``::

    {"board":"<hex>","chunks":["<hex>"×32],"client":"<hex>","desk":["<hex>"…],"directory":"<hex>","epoch":20245,
     "items":"<base64url of n × 80 bytes: nonce 16 ‖ bind 32 ‖ L 32>"}

1. n must be 64, 128, 256 or 512: how many were filed shows nowhere.
2. Items must be sorted by L; no L and no nonce stands twice. Chunks (32 of them) and desk must be sorted, each once.
3. `epoch` is the UTC day number since 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json
from ledger.record.people import each
from ledger.record.roster import MAX_SEATS

SEALED: Final = "intake.epoch_sealed"
PLACES: Final = (64, 128, 256, 512)
CHUNKS: Final = 32
MAX_EPOCH: Final = 2**32 - 1

_ITEM: Final = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """One place of the list: an item's nonce, its author's mark, and its id L."""

    nonce: bytes
    bind: bytes
    item: bytes


@dataclass(frozen=True, slots=True)
class Epoch:
    """One day of the channel; `board` and `client` and the rest are hex, as they stand in the entry."""

    epoch: int
    directory: str
    items: tuple[Listed, ...]
    chunks: tuple[str, ...]
    desk: tuple[str, ...]
    board: str
    client: str

    def data(self) -> dict[str, Any]:
        """The object shown above."""
        items = b"".join(i.nonce + i.bind + i.item for i in self.items)
        return {
            "board": self.board,
            "chunks": list(self.chunks),
            "client": self.client,
            "desk": list(self.desk),
            "directory": self.directory,
            "epoch": self.epoch,
            "items": f.to_b64u(items),
        }

    def place(self, item: bytes) -> Listed | None:
        """The place of L, if it is listed."""
        return next((i for i in self.items if i.item == item), None)


def epoch(data: Json, where: str = "/data") -> Epoch:
    """`data` of intake.epoch_sealed; Malformed."""
    f.members(data, where, ("board", "chunks", "client", "desk", "directory", "epoch", "items"))
    number = f.integer(data["epoch"], f"{where}/epoch")
    if number > MAX_EPOCH:
        raise Malformed("an epoch is a day number of 32 bits", f"{where}/epoch")
    chunks = _hashes(data["chunks"], f"{where}/chunks")
    if len(chunks) != CHUNKS:
        raise Malformed(f"{len(chunks)} chunks", f"{where}/chunks", f"always {CHUNKS}, filled up")
    desk = _hashes(data["desk"], f"{where}/desk")
    if len(desk) > MAX_SEATS:
        raise Malformed("more bundles than seats", f"{where}/desk")
    return Epoch(
        number,
        f.hex64(data["directory"], f"{where}/directory"),
        _items(data["items"], f"{where}/items"),
        chunks,
        desk,
        f.hex64(data["board"], f"{where}/board"),
        f.hex64(data["client"], f"{where}/client"),
    )


def _items(value: Json, where: str) -> tuple[Listed, ...]:
    raw = f.b64u(value, where)
    places, rest = divmod(len(raw), _ITEM)
    if rest or places not in PLACES:
        raise Malformed(f"{len(raw)} bytes of items", where, "64, 128, 256 or 512 times 80 bytes")
    rows = [raw[at : at + _ITEM] for at in range(0, len(raw), _ITEM)]
    items = tuple(Listed(row[:16], row[16:48], row[48:]) for row in rows)
    if any(one.item >= other.item for one, other in pairwise(items)):
        raise Malformed("items are not sorted by L, each once", where)
    if len({i.nonce for i in items}) < places:
        raise Malformed("a nonce stands twice", where)
    return items


def _hashes(value: Json, where: str) -> tuple[str, ...]:
    found: tuple[str, ...] = each(value, where, f.hex64)
    if list(found) != sorted(set(found)):
        raise Malformed("not sorted, each once", where)
    return found
