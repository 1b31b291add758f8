"""Proof files: that one entry stands in the log, checkable offline (C2SP tlog-proof).

::

    c2sp.org/tlog-proof@v1
    index 7
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
    B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=

    example.org/log
    41
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

    — example.org/log hI2DJw…

1. A proof file must be read only in the one form in which it is written.
2. It proves nothing before the checkpoint's signature is checked: ``shows`` asks for both.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from ledger.record.note import Ed25519, Vkey

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_HASHES: Final = 63

_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Proof:
    """Leaf `index` of the tree in `checkpoint`, by `hashes` (leaf's sibling first). `extra` is not authenticated."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: SignedCheckpoint
    extra: bytes | None = None

    def __str__(self) -> str:
        lines = [HEADER]
        if self.extra is not None:
            lines.append("extra " + base64.b64encode(self.extra).decode())
        lines += [f"index {self.index}", *(base64.b64encode(h).decode() for h in self.hashes), ""]
        return "\n".join(lines) + "\n" + str(self.checkpoint.note)

    @classmethod
    def parse(cls, data: str | bytes) -> Proof:
        """Read a proof file; Malformed unless it is exactly what ``str`` writes."""
        try:
            text = data.decode() if isinstance(data, bytes) else data
            head, blank, note = text.partition("\n\n")
            rows = head.split("\n")
            extra = (
                base64.b64decode(rows.pop(1)[6:], validate=True)
                if rows[1:] and rows[1].startswith("extra ")
                else None
            )
            index = _INDEX.fullmatch(rows[1]) if rows[1:] else None
            hashes = tuple(base64.b64decode(row, validate=True) for row in rows[2:])
        except (UnicodeDecodeError, binascii.Error, ValueError):
            raise Malformed("not a tlog-proof file") from None
        if not blank or rows[0] != HEADER or not index or len(hashes) > MAX_HASHES:
            raise Malformed("not a tlog-proof file")
        if any(len(h) != HASH_BYTES for h in hashes):
            raise Malformed("a hash in the proof is not 32 bytes")
        proof = cls(int(index[1]), hashes, SignedCheckpoint.parse(note), extra)
        if str(proof) != text:
            raise Malformed("not in the form in which proofs are written")
        return proof

    def shows(self, entry: bytes, vkey: Vkey, check: Ed25519) -> bool:
        """True when the log of `vkey` signed the checkpoint and `entry` stands at `index` of its tree."""
        head = self.checkpoint.checkpoint
        return self.checkpoint.holds(vkey, check) and verify_inclusion(
            self.index, head.size, leaf_hash(entry), self.hashes, head.root
        )
