"""Opening together: the own share, k - 1 helpers' shares, and the body (INTAKE §4, §10).

    mine = envelope.share(directory, seat=0, seed)           Compartment, or None: nothing for this seat
    cek  = combine(envelope, directory, mine, {2: plain, 4: plain})
    body = read(envelope, cek)                               Opened(body, signed=True)

1. A share that misses its commitment must be named by its sender before anything is combined.
2. Exactly k checked shares must be combined; any k eligible seats give the same key.
3. Good shares that give a wrong key accuse whoever sealed the envelope, never a helper.
4. What a helper's compartment says beside its share is not committed to, so a difference there accuses nobody: that
   share is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from intake.body import Body
from intake.compartment import Compartment
from intake.directory import Directory
from intake.envelope import Envelope
from intake.errors import DishonestSealer, TooFewShares, Unopened, WrongShare
from intake.labels import h
from intake.shares import combine as combine_shares


@dataclass(frozen=True, slots=True)
class Opened:
    """A body and whether its author signed it for this envelope. Unsigned is shown as from a stranger."""

    body: Body
    signed: bool

    @property
    def author(self) -> bytes | None:
        """Whose words these are, as far as that is proved."""
        return self.body.author if self.signed else None


def combine(
    envelope: Envelope, directory: Directory, mine: Compartment, helpers: Mapping[int, bytes]
) -> bytes:
    """The content key from the own compartment and helpers' 256 bytes by seat.

    WrongShare names forgers, TooFewShares says how many there are, DishonestSealer blames the sealer.
    """
    checked, wrong = {mine.seat: mine}, []
    for seat, plain in sorted(helpers.items()):
        try:
            found = envelope.checked(plain, directory, seat)
        except Unopened:
            found = None
        if found is None:
            wrong.append(seat)
        elif (found.panel, found.eligible) == (mine.panel, mine.eligible):
            checked[seat] = found
    if wrong:
        raise WrongShare(wrong)
    if len(checked) < mine.k:
        raise TooFewShares(mine.k, len(checked))
    used = sorted(checked, key=lambda seat: (seat != mine.seat, seat))[: mine.k]
    cek = combine_shares({seat + 1: checked[seat].y for seat in used})
    if h("cek", cek) != envelope.key_commitment:
        raise DishonestSealer
    return cek


def read(envelope: Envelope, cek: bytes) -> Opened | None:
    """The body under the key that was combined; None when it is a cover."""
    body = envelope.body(cek)
    return None if body is None else Opened(body, body.holds(envelope.prefix))


def reseal_info(item: bytes, helper: int, reader: int, one_time_key: bytes) -> bytes:
    """What binds a resealed share to its item, its two seats and the one-time key that was approved."""
    return h("reseal", item + bytes((helper, reader)) + sha256(one_time_key).digest())
