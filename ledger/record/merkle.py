"""The RFC 6962 tree: leaf and node hashes, the frontier, inclusion and consistency proofs.

A leaf hash is both the chain link of the next entry and a leaf of the tree, so one hash ties an entry
to its neighbours and to every checkpoint after it::

    leaf = SHA-256(0x00 || entry)          node = SHA-256(0x01 || left || right)

        root of 5            frontier of 5: [h(0,4), leaf 4]
       /         \\          subtree (level 2, index 0) is h(0,4)
     h(0,4)       4
    /     \\
   0 1   2 3

1. Every function is pure; hashes are 32 raw bytes; sizes and indexes are counts of entries.
2. A proof must be accepted only with exactly the length that its sizes ask for.
3. ``Frontier`` must give after n appends the root of RFC 6962 §2.1 over the n leaves.

Source: RFC 6962 §2.1 (hashing), RFC 9162 §2.1.3-4 (proof verification).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

EMPTY_ROOT: Final = sha256(b"").digest()
"""Root of the tree without leaves."""

HASH_BYTES: Final = 32

ReadHash: TypeAlias = Callable[[int, int], bytes]
"""``read(level, index)`` gives the hash of the complete subtree over leaves [index·2^level, (index+1)·2^level)."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a leaf: SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: the roots of its complete subtrees, largest first.

    It is all that is needed to append and to know the root: 32 bytes for each set bit of `size`.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count() or any(len(p) != HASH_BYTES for p in self.peaks):
            raise ValueError(
                f"a frontier of {size} leaves has {size.bit_count()} hashes of {HASH_BYTES} bytes"
            )

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        peaks, n = self.peaks, self.size
        while n & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            n >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Root hash of the tree so far."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = node_hash(peak, root)
        return root

    def copy(self) -> Frontier:
        """An independent frontier of the same tree."""
        return Frontier(self.size, self.peaks)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def subtrees(lo: int, hi: int) -> list[tuple[int, int]]:
    """Complete subtrees (level, index) that make up leaves [lo, hi), left to right; at most 2·log2(hi) of them.

    >>> subtrees(0, 5)
    [(2, 0), (0, 4)]
    """
    parts = []
    while lo < hi:
        level = (lo & -lo).bit_length() - 1 if lo else hi.bit_length() - 1
        while lo + (1 << level) > hi:
            level -= 1
        parts.append((level, lo >> level))
        lo += 1 << level
    return parts


def subtree_root(lo: int, hi: int, read: ReadHash) -> bytes:
    """Hash of the leaves [lo, hi) as RFC 6962 splits them; `lo` must be where a split falls."""
    hashes = [read(level, index) for level, index in subtrees(lo, hi)]
    root = hashes.pop()
    while hashes:
        root = node_hash(hashes.pop(), root)
    return root


def inclusion_proof(index: int, size: int, read: ReadHash) -> list[bytes]:
    """Audit path of leaf `index` in the tree of `size`, leaf's sibling first. Reads O(log size) hashes."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path, lo, hi = [], 0, size
    while hi - lo > 1:
        middle = lo + _split(hi - lo)
        if index < middle:
            path.append((middle, hi))
            hi = middle
        else:
            path.append((lo, middle))
            lo = middle
    return [subtree_root(a, b, read) for a, b in reversed(path)]


def consistency_proof(old: int, new: int, read: ReadHash) -> list[bytes]:
    """Proof that the tree of `old` leaves is a prefix of the tree of `new` (1 <= old <= new)."""
    if not 1 <= old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    path, lo, hi = [], 0, new
    while hi != old:
        middle = lo + _split(hi - lo)
        if old <= middle:
            path.append((middle, hi))
            hi = middle
        else:
            path.append((lo, middle))
            lo = middle
    if lo:
        path.append((lo, hi))
    return [subtree_root(a, b, read) for a, b in reversed(path)]


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """True when `proof` shows that `leaf` stands at `index` of the tree (size, root). RFC 9162 §2.1.3.2."""
    if not 0 <= index < size or not _hashes(leaf, root, *proof):
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\x01" + p + r).digest()
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            r = sha256(b"\x01" + r + p).digest()
        fn >>= 1
        sn >>= 1
    return sn == 0 and r == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """True when `proof` shows that tree (old, old_root) is a prefix of (new, new_root). RFC 9162 §2.1.4.2.

    Size 0 is a prefix of every tree and needs an empty proof (tlog-witness).
    """
    if not 0 <= old <= new or not _hashes(old_root, new_root, *proof):
        return False
    if not old and old_root != EMPTY_ROOT:
        return False
    if old == new:
        return not proof and old_root == new_root
    if not old:
        return not proof
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn >>= 1
        sn >>= 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn >>= 1
                sn >>= 1
        else:
            sr = node_hash(sr, c)
        fn >>= 1
        sn >>= 1
    return sn == 0 and fr == old_root and sr == new_root


def _split(n: int) -> int:
    """Largest power of two below n (n > 1)."""
    return 1 << ((n - 1).bit_length() - 1)


def _hashes(*values: bytes) -> bool:
    return all(len(v) == HASH_BYTES for v in values)
