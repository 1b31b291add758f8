"""Heads of any size: what root had the first n entries, for n up to the whole record.

::

    heads.root(41)      root of the first 41 entries

Leaf hashes are kept in blocks of 2,048, each with the frontier before it, in the verifier's book (``book``), which
lies in a file: 32 bytes an entry on disk and none in memory.

1. ``root`` must give the root of RFC 6962 for every size up to the number of entries taken in.
2. Asking for sizes in ascending order must cost one hash an entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from ledger.record.merkle import HASH_BYTES, Frontier, node_hash
from ledger.record.tiles import HEIGHT, WIDTH
from ledger.verify.scan import CHUNK, Run

GROUP: Final = WIDTH * HASH_BYTES


class Blocks(Protocol):
    """Where blocks are kept."""

    def put_block(self, number: int, peaks: bytes, leaves: bytes) -> None: ...

    def block(self, number: int) -> tuple[bytes, bytes] | None:
        """(peaks before the block, its leaf hashes)."""


def grow(frontier: Frontier, level: int, node: bytes) -> None:
    """Append a complete subtree of 2^level leaves to a frontier whose size is a multiple of that."""
    n = frontier.size >> level
    while n & 1:
        node = node_hash(frontier.peaks.pop(), node)
        n >>= 1
    frontier.peaks.append(node)
    frontier.size += 1 << level


class Heads:
    """The tree so far. `edge` is its frontier, `last` the leaf hash of the last entry."""

    def __init__(self, blocks: Blocks, edge: Frontier | None = None) -> None:
        self.edge = edge or Frontier()
        self._blocks = blocks
        self._open = b""
        self._open_peaks = b""
        self._cursor = Frontier()
        self._read: tuple[int, bytes] = (-1, b"")
        self._start()

    def _start(self) -> None:
        """Take up the block that the edge stands in."""
        number, rest = divmod(self.edge.size, CHUNK)
        kept = self._blocks.block(number) if rest else None
        if kept:
            self._open_peaks, leaves = kept
            self._open = leaves[: rest * HASH_BYTES]
        else:
            self._open_peaks, self._open = b"".join(self.edge.peaks), b""

    @property
    def size(self) -> int:
        return self.edge.size

    def take(self, run: Run) -> None:
        """Append a run that starts where the tree ends."""
        at, end = run.lo, run.hi
        while at < end:
            offset = (at - run.lo) * HASH_BYTES
            node = run.nodes.get(at)
            if node is not None and not self.edge.size % WIDTH:
                grow(self.edge, HEIGHT, node)
                part = run.leaves[offset : offset + GROUP]
            else:
                part = run.leaves[offset : offset + HASH_BYTES]
                self.edge.append(part)
            self._open += part
            at += len(part) // HASH_BYTES
            if not self.edge.size % CHUNK:
                self.flush()
                self._open_peaks, self._open = b"".join(self.edge.peaks), b""

    def flush(self) -> None:
        """Write the open block down."""
        if self._open:
            self._blocks.put_block((self.edge.size - 1) // CHUNK, self._open_peaks, self._open)

    def root(self, size: int) -> bytes:
        """Root of the first `size` entries (at most ``self.size``)."""
        return self.frontier(size).root()

    def leaves(self, lo: int, hi: int) -> bytes:
        """Leaf hashes of entries `lo` to `hi`, which lie in one block."""
        start = lo // CHUNK * CHUNK
        return self._leaves(lo // CHUNK)[(lo - start) * HASH_BYTES : (hi - start) * HASH_BYTES]

    def frontier(self, size: int) -> Frontier:
        """Frontier of the first `size` entries."""
        cursor = self._cursor
        if cursor.size > size or cursor.size // CHUNK != size // CHUNK:
            cursor = self._cursor = self._begin(size // CHUNK)
        if size > cursor.size:
            leaves = self._leaves(size // CHUNK)
            at = cursor.size % CHUNK * HASH_BYTES
            for i in range(at, size % CHUNK * HASH_BYTES, HASH_BYTES):
                cursor.append(leaves[i : i + HASH_BYTES])
        return cursor

    def _begin(self, number: int) -> Frontier:
        if number == self.edge.size // CHUNK:
            return _frontier(number * CHUNK, self._open_peaks)
        kept = self._blocks.block(number)
        return _frontier(number * CHUNK, kept[0] if kept else b"")

    def _leaves(self, number: int) -> bytes:
        if number == self.edge.size // CHUNK:
            return self._open
        if number != self._read[0]:
            kept = self._blocks.block(number)
            self._read = (number, kept[1] if kept else b"")
        return self._read[1]


def _frontier(size: int, peaks: bytes) -> Frontier:
    return Frontier(size, [peaks[i : i + HASH_BYTES] for i in range(0, len(peaks), HASH_BYTES)])


def tile_hashes(nodes: bytes) -> Iterator[tuple[int, bytes]]:
    """Hashes of tile levels 1, 2, … over the hashes of all full groups of 256 entries."""
    from ledger.verify.scan import fold

    level = 1
    while nodes:
        yield level, nodes
        full = range(0, len(nodes) // GROUP * GROUP, GROUP)
        nodes = b"".join(
            fold([nodes[j : j + HASH_BYTES] for j in range(i, i + GROUP, HASH_BYTES)]) for i in full
        )
        level += 1
