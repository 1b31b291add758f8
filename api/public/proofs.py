"""Proofs of the published record: that an entry stands in it, that one state grew out of another.

::

    inclusion(record, 7)        Proof(index=7, hashes=(…), checkpoint=…)
    consistency(record, 5, 14)  Consistency(old=5, old_root=…, new=14, new_root=…, hashes=(…))

1. A proof must hold before it is handed out: a store whose hashes disagree with its signed state says so instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.public.record import PublicRecord
from keys.check import ed25519
from ledger.errors import NotFound, StoreUnavailable
from ledger.publish import hashes
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.log_keys import LogKeys
from ledger.record.merkle import EMPTY_ROOT, subtree_root, verify_consistency
from ledger.record.note import Vkey
from ledger.record.proof import Proof


@dataclass(frozen=True, slots=True)
class Consistency:
    """The tree of `old` entries is a prefix of the tree of `new`; roots and `hashes` are 32 bytes each."""

    old: int
    old_root: bytes
    new: int
    new_root: bytes
    hashes: tuple[bytes, ...]


def log_keys(record: PublicRecord) -> LogKeys:
    """The keys that sign the log, as the published record names them; NotFound before the founding."""
    logs = record.register().roll.logs()
    if logs is None:
        raise NotFound("this ledger is not founded yet")
    return logs


def log_key(record: PublicRecord) -> Vkey:
    """The key that signed the published checkpoint."""
    logs = log_keys(record)
    return logs.signer(SignedCheckpoint.parse(record.checkpoint()), ed25519) or logs.newest


def inclusion(record: PublicRecord, index: int) -> Proof:
    """The proof of one entry in the published state; NotFound."""
    return hashes.proof_file(record.log.tiles, index, record.checkpoint())


def consistency(record: PublicRecord, old: int, new: int | None = None) -> Consistency:
    """The proof that the first `old` entries are a prefix of the first `new` (default: of the published state)."""
    head = SignedCheckpoint.parse(record.checkpoint()).checkpoint
    new = head.size if new is None else new
    if new > head.size:
        raise NotFound(f"no state of {new} entries", f"{head.size} are published")
    if old > new:
        raise NotFound(f"no proof from {old} to {new} entries", "ask from the smaller size to the larger")
    tiles = hashes.TileHashes(record.log.tiles, new)
    old_root, new_root = (subtree_root(0, size, tiles) if size else EMPTY_ROOT for size in (old, new))
    proof = tuple(hashes.consistency(record.log.tiles, old, new))
    holds = verify_consistency(old, new, old_root, new_root, proof)
    if not holds or (new == head.size and new_root != head.root):
        raise StoreUnavailable(
            "the store's hashes do not lead to its signed state", "verify the ledger; append nothing before"
        )
    return Consistency(old, old_root, new, new_root, proof)
