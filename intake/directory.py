"""The directory: every trustee's keys, as a reporter's client seals to them (INTAKE §1, §10).

Its bytes are the canonical `data` of ``trust.roster_changed``; ``ledger.record.roster`` shows them::

    directory = read(data)
    directory.digest          SHA-256 of data: envelopes, bundles, boards and epochs name it
    directory.panel("ltbt")   Panel(id="ltbt", k=3, …); its number is its place in the array

1. Only canonical bytes are a directory, so that a digest stands for one text.
2. Every key in it must be sound: an Ed25519 key of small order or an HPKE key that cannot be sealed to is refused.
3. Seats must mean the directory's own array; a number beyond it is nobody.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from intake.errors import TooFewEligible
from intake.labels import h
from keys import check, hybrid
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import decode, encode
from ledger.record.roster import Panel, Roster, roster


@dataclass(frozen=True, slots=True)
class Directory:
    """A roster with its bytes and digest. Made by `read` only."""

    data: bytes
    digest: bytes
    roster: Roster

    @property
    def size(self) -> int:
        """S, the number of seats."""
        return len(self.roster.seats)

    @property
    def ledger(self) -> str:
        """The origin of the ledger that it stands on."""
        return self.roster.ledger

    @property
    def from_epoch(self) -> int:
        """The first epoch that it is for."""
        return self.roster.from_epoch

    def hpke(self, seat: int) -> bytes:
        """The key that is sealed to, 1,216 bytes."""
        return _key(self.roster.seats[seat].hpke)

    def sign(self, seat: int) -> bytes:
        """The trustee's Ed25519 key, used by the person."""
        return f.b64u(self.roster.seats[seat].sign, "")

    def device(self, seat: int) -> bytes:
        """The Ed25519 key of the trustee's unattended machine."""
        return f.b64u(self.roster.seats[seat].device, "")

    def panel(self, id_: str) -> Panel:
        """The panel of this id; Malformed when there is none."""
        return self.roster.panels[self.number(id_)]

    def number(self, id_: str) -> int:
        """A panel's place in the array; Malformed when there is none of this id."""
        for number, panel in enumerate(self.roster.panels):
            if panel.id == id_:
                return number
        raise Malformed(f"no panel {id_!r} in this directory", "/panel")

    def eligible(self, panel_id: str, excluded: Collection[int] = ()) -> tuple[int, ...]:
        """The panel's seats without the excluded, sorted; TooFewEligible when they could not open."""
        panel = self.panel(panel_id)
        left = tuple(sorted(set(panel.seats) - set(excluded)))
        if len(left) < panel.k:
            raise TooFewEligible(panel.id, panel.k, len(left))
        return left

    def fingerprint(self, seat: int) -> str:
        """20 hex digits in fours, to be printed and read aloud."""
        one = self.roster.seats[seat]
        members = {name: getattr(one, name) for name in ("device", "hpke", "person", "seat", "sign")}
        digits = h("fingerprint", encode(members)).hex()[:20]
        return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


@lru_cache(maxsize=32)
def read(data: bytes) -> Directory:
    """The directory of these bytes; Malformed says what is wrong with them."""
    found = roster(decode(data), "")
    for seat in found.seats:
        try:
            hybrid.require_key(f.b64u(seat.hpke, ""))
            check.raw("ed25519", seat.sign)
            check.raw("ed25519", seat.device)
        except check.BadKey as e:
            raise Malformed(str(e), f"/seats/{seat.seat}") from None
    return Directory(data, sha256(data).digest(), found)


@lru_cache(maxsize=256)
def _key(text: str) -> bytes:
    return f.b64u(text, "")
