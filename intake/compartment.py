"""A compartment: what the envelope holds for one seat, 256 bytes before sealing (INTAKE §2, §10).

    u8 kind (1 share) ‖ u8 panel ‖ u8 k ‖ u8 x = seat+1 ‖ y[32] ‖ u16 bit set of eligible seats ‖ zeros
    0100 03 01 5f…e2 001d 00…00          panel 0, k 3, seat 0, eligible 0, 2, 3, 4

1. A seat without a share must hold 256 zero bytes, whatever the reason: other panel, excluded, cover.
2. Anything else must be kind 1 with a zero tail, an existing panel and its k, x = seat + 1, eligible seats of that
   panel with the own seat among them, at least k of them, and a share that matches the envelope's commitment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from intake.directory import Directory
from intake.labels import h
from ledger.errors import Malformed

BYTES: Final = 256
NOTHING: Final = bytes(BYTES)


@dataclass(frozen=True, slots=True)
class Compartment:
    """One seat's share and who else has one. `panel` is the panel's number."""

    panel: int
    k: int
    seat: int
    y: bytes
    eligible: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """The 256 bytes."""
        head = bytes((1, self.panel, self.k, self.seat + 1))
        return (head + self.y + bits(self.eligible).to_bytes(2, "big")).ljust(BYTES, b"\x00")

    def __repr__(self) -> str:
        return f"Compartment(panel={self.panel}, seat={self.seat}, eligible={self.eligible})"


def bits(seats: Iterable[int]) -> int:
    """The bit set of seats: 2^s for seat s."""
    return sum(1 << seat for seat in set(seats))


def commitment(nonce: bytes, seat: int, y: bytes) -> bytes:
    """What the envelope says in clear of a seat's share."""
    return h("share", nonce + bytes((seat, seat + 1)) + y)


def read(plain: bytes, directory: Directory, seat: int, nonce: bytes, committed: bytes) -> Compartment | None:
    """The compartment of `seat`; None when it holds nothing; Malformed when it is neither."""
    if plain == NOTHING:
        return None
    found = _layout(plain)
    panels = directory.roster.panels
    if found.panel >= len(panels):
        raise Malformed("no panel of this number", "/panel")
    panel = panels[found.panel]
    if found.k != panel.k or found.seat != seat or seat not in found.eligible:
        raise Malformed("k, seat or eligible seats are not this panel's and this seat's")
    if not set(found.eligible) <= set(panel.seats) or len(found.eligible) < panel.k:
        raise Malformed("eligible seats outside the panel, or fewer than k", "/eligible")
    if commitment(nonce, seat, found.y) != committed:
        raise Malformed("the share is not the one that was committed to", "/y")
    return found


def _layout(plain: bytes) -> Compartment:
    if len(plain) != BYTES or plain[0] != 1 or plain[38:].strip(b"\x00"):
        raise Malformed("not a compartment")
    eligible = int.from_bytes(plain[36:38], "big")
    seats = tuple(seat for seat in range(16) if eligible >> seat & 1)
    return Compartment(plain[1], plain[2], plain[3] - 1, plain[4:36], seats)
