"""The board: answers that only the holder of the words finds, whole boards at a time (INTAKE §4, §10).

    message j of epoch e = first 16 bytes of HMAC-SHA256(tag key, "countersign/intake/v1/board" ‖ 0x00 ‖ u32 e ‖ u16 j)
                           ‖ seal to the reply key, info H("board", u32 e ‖ u16 j), 4,096 bytes padded as the body
    board = messages 0 to 4S-1; message j = 4 × seat + slot

1. A free slot must hold a random tag and zeros really sealed to a key that nobody keeps.
2. Any tag key must look like one without messages, unless it is the one: there is no login and no oracle.
3. A message must be looked for at every place of the newest board, and opened only under its own place and epoch.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Final

from intake import boxes
from intake.errors import Unopened
from intake.labels import ROOT, Chance, h
from intake.padding import pad, unpad
from keys import hybrid
from ledger.errors import Malformed

SLOTS: Final = 4
"""Messages a seat and epoch."""
PLAIN: Final = 4096
BYTES: Final = 16 + PLAIN + hybrid.OVERHEAD
KEPT: Final = 28
"""Epochs for which a message is sealed again, so that the newest board is enough."""


def tag(tag_key: bytes, epoch: int, j: int) -> bytes:
    """The 16 bytes by which its reader finds message j of an epoch."""
    return hmac.digest(tag_key, ROOT + b"/board\x00" + _place(epoch, j), "sha256")[:16]


def post(content: bytes, keys: tuple[bytes, bytes], epoch: int, j: int) -> bytes:
    """`content` (a reply's canonical bytes) for the holder of (reply key, tag key), at place j."""
    reply_key, tag_key = keys
    return tag(tag_key, epoch, j) + hybrid.seal(reply_key, pad(content, PLAIN), _info(epoch, j))


def filler(epoch: int, j: int, chance: Chance) -> bytes:
    """A slot with nothing in it."""
    throw_away = hybrid.hpke_public(chance(hybrid.SEED_BYTES))
    return chance(16) + hybrid.seal(throw_away, bytes(PLAIN), _info(epoch, j))


def compose(seats: int, epoch: int, messages: Mapping[int, Sequence[bytes]], chance: Chance) -> bytes:
    """The board of an epoch: each seat's four messages, filler where no bundle came."""
    return b"".join(
        messages[seat][slot] if seat in messages else filler(epoch, SLOTS * seat + slot, chance)
        for seat in range(seats)
        for slot in range(SLOTS)
    )


def digest(board: bytes) -> str:
    """`board` of the epoch's entry."""
    return sha256(board).hexdigest()


def find(board: bytes, epoch: int, tag_key: bytes, reply_seed: bytes) -> list[bytes]:
    """What stands on a board for this reader, as padded content without its padding.

    A tag that fits over bytes that do not open is passed over: only its author could know why.
    """
    if len(board) % BYTES:
        raise Malformed("not a board")
    found = []
    for j in range(len(board) // BYTES):
        message = board[j * BYTES :][:BYTES]
        if not hmac.compare_digest(message[:16], tag(tag_key, epoch, j)):
            continue
        try:
            content = unpad(boxes.unseal(reply_seed, message[16:], _info(epoch, j)))
        except (Unopened, Malformed):
            continue
        if content:
            found.append(content)
    return found


def _place(epoch: int, j: int) -> bytes:
    return epoch.to_bytes(4, "big") + j.to_bytes(2, "big")


def _info(epoch: int, j: int) -> bytes:
    return h("board", _place(epoch, j))
