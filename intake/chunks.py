"""Attachments in pieces of one length (INTAKE §2, §10).

    AES-256-GCM(random key, 12 zero bytes, empty AAD; 262,144 bytes, filled with zeros)    262,160 bytes
    id = SHA-256 of these

1. Every piece, filler too, must have the same length; filler is the same over zeros.
2. A key must encrypt one piece only.
3. Pieces must be what their ids say before they are opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from intake import boxes
from intake.body import Attachment, Chunk
from intake.errors import Unopened
from intake.labels import Chance, h

PLAIN: Final = 262_144
BYTES: Final = PLAIN + 16
PER_EPOCH: Final = 32


def attach(name: str, media_type: str, content: bytes, chance: Chance) -> tuple[Attachment, list[bytes]]:
    """How the body names a file, and the pieces to upload with it."""
    named, pieces = [], []
    for at in range(0, max(len(content), 1), PLAIN):
        key = chance(32)
        piece = boxes.encrypt(key, content[at : at + PLAIN].ljust(PLAIN, b"\x00"))
        named.append(Chunk(chunk_id(piece), key))
        pieces.append(piece)
    return Attachment(name, media_type, len(content), tuple(named)), pieces


def filler(chance: Chance) -> bytes:
    """A piece with nothing in it."""
    return boxes.encrypt(chance(32), bytes(PLAIN))


def content(attachment: Attachment, pieces: Mapping[bytes, bytes]) -> bytes:
    """The file, from pieces by id; Unopened when one is missing, differs, or they are not as long as is said."""
    plain = bytearray()
    for chunk in attachment.chunks:
        piece = pieces.get(chunk.id, b"")
        if chunk_id(piece) != chunk.id:
            raise Unopened
        plain += boxes.decrypt(chunk.key, piece)
    if attachment.size > len(plain):
        raise Unopened
    return bytes(plain[: attachment.size])


def chunk_id(piece: bytes) -> bytes:
    """What a list and a body call a piece."""
    return sha256(piece).digest()


def digest(ids: tuple[bytes, ...]) -> str:
    """`chunks` of a receipt: H("chunks", ids in order) in hex, empty when there are none."""
    return h("chunks", b"".join(ids)).hex() if ids else ""
