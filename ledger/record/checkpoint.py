"""Checkpoints: the signed state of the log (C2SP tlog-checkpoint).

::

    example.org/log
    41
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

1. The text must have exactly three lines: origin, size, root in base64; it has one encoding only.
2. The name of the log's key must be the origin.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed
from ledger.record.merkle import HASH_BYTES
from ledger.record.note import Ed25519, Note, NoteSigner, Vkey, parse_note, sign_note

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: `size` entries of the log `origin` have the root hash `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read a checkpoint's text."""
        lines = text.split("\n")
        if len(lines) != 4 or not lines[0] or not _SIZE.fullmatch(lines[1]):
            raise Malformed("a checkpoint has three lines: origin, size and root", "checkpoint")
        try:
            root = base64.b64decode(lines[2].encode("ascii"), validate=True)
        except (binascii.Error, UnicodeEncodeError):
            root = b""
        checkpoint = cls(lines[0], int(lines[1]), root)
        if len(root) != HASH_BYTES or checkpoint.text() != text:
            raise Malformed("the root is not 32 bytes in base64", "checkpoint")
        return checkpoint


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint and the note that holds it. Believe it only after ``note.signed_by``."""

    checkpoint: Checkpoint
    note: Note

    @classmethod
    def parse(cls, data: str | bytes) -> SignedCheckpoint:
        """Read a signed checkpoint without checking its signatures."""
        note = parse_note(data)
        return cls(Checkpoint.parse(note.text), note)

    def holds(self, vkey: Vkey, check: Ed25519) -> bool:
        """True when the log of `vkey` signed it and the key's name is the origin."""
        return vkey.name == self.checkpoint.origin and self.note.signed_by(vkey, check)


def sign_checkpoint(checkpoint: Checkpoint, signer: NoteSigner) -> str:
    """The signed note of a checkpoint."""
    if signer.vkey.name != checkpoint.origin:
        raise ValueError(f"the key of {signer.vkey.name} does not sign for {checkpoint.origin}")
    return sign_note(checkpoint.text(), signer)
