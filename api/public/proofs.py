"""Proofs out of a store: that an entry stands in the signed state, that one state grew out of another.

::

    inclusion(record, 7)        Inclusion(index=7, size=14, hashes=(…), checkpoint="example.org/log\\n14\\n…")
    consistency(record, 5, 14)  Consistency(old=5, new=14, hashes=(…), …)

1. A proof must be against a checkpoint that this log signed, and must verify before it is handed out: a store whose
   hashes disagree with its own signed root is damaged, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.public.record import PublicRecord
from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.merkle import (
    EMPTY_ROOT,
    ReadHash,
    consistency_proof,
    inclusion_proof,
    root_of,
    subtree_root,
    verify_consistency,
    verify_inclusion,
)
from ledger.record.proof import Proof
from ledger.store.port import Store


@dataclass(frozen=True, slots=True)
class Inclusion:
    """Leaf `index` in the tree of `size` and `root`, by `hashes`, leaf's sibling first."""

    index: int
    leaf_hash: bytes
    size: int
    root: bytes
    hashes: tuple[bytes, ...]
    checkpoint: str

    def file(self) -> Proof:
        """As a tlog-proof file."""
        return Proof(self.index, self.hashes, SignedCheckpoint.parse(self.checkpoint))


@dataclass(frozen=True, slots=True)
class Consistency:
    """The tree of `old` entries is a prefix of the tree of `new`."""

    old: int
    old_root: bytes
    new: int
    new_root: bytes
    hashes: tuple[bytes, ...]


def inclusion(record: PublicRecord, index: int) -> Inclusion:
    """The proof of one entry in the newest state; NotFound."""
    store = record.house.store
    note = store.checkpoint()
    head = SignedCheckpoint.parse(note).checkpoint
    if not 0 <= index < head.size:
        raise NotFound(f"no entry {index}", f"the record has {head.size} entries, numbered from 0")
    (leaf,) = store.leaf_hashes(index, index + 1)
    hashes = tuple(inclusion_proof(index, head.size, _reader(store)))
    if not verify_inclusion(index, head.size, leaf, hashes, head.root):
        raise _damaged()
    return Inclusion(index, leaf, head.size, head.root, hashes, note)


def consistency(record: PublicRecord, old: int, new: int | None) -> Consistency:
    """The proof that the first `old` entries are a prefix of the first `new` (default: the newest state)."""
    store = record.house.store
    head = SignedCheckpoint.parse(store.checkpoint()).checkpoint
    new = head.size if new is None else new
    if new > head.size:
        raise NotFound(f"no state of {new} entries", f"the record has {head.size}")
    if old > new:
        raise Malformed("'from' is larger than 'to'", "query/from", "ask from the smaller size to the larger")
    read = _reader(store)
    old_root, new_root = (subtree_root(0, size, read) if size else EMPTY_ROOT for size in (old, new))
    hashes = tuple(consistency_proof(old, new, read)) if old else ()
    if not verify_consistency(old, new, old_root, new_root, hashes) or (
        new == head.size and new_root != head.root
    ):
        raise _damaged()
    return Consistency(old, old_root, new, new_root, hashes)


def _reader(store: Store) -> ReadHash:
    return lambda level, index: root_of(store.leaf_hashes(index << level, (index + 1) << level))


def _damaged() -> StoreUnavailable:
    return StoreUnavailable(
        "the store's hashes do not lead to its signed state", "verify the ledger; append nothing before"
    )
