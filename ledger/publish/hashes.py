"""Hashes of the tree, from tiles on a disk or from a store, and the proofs made of them.

::

    tiles = FolderTiles(Path("site"))  or  StoreTiles(store)
    inclusion(tiles, 7, 41)            [h(6), h(4,2), …]      that entry 7 stands in the tree of 41
    consistency(tiles, 41, 57)         [h(40), …]             that 41 grew into 57
    proof_file(tiles, 7, note)         c2sp.org/tlog-proof@v1 index 7 …

1. Both sources must give the same bytes for the same tile; proofs are one code over either.
2. A proof of a tree of n must read no more than one tile a level and side: O(log n) hashes.
3. Where a tile of width W is missing, the first W of the full tile must do.
4. ``proof_file`` must hand out only what holds against the checkpoint in it.
5. Whatever lies in a folder: a tile of the wrong length is an error that names it, never a wrong hash.
6. From a store each upper hash must be computed once, reading a bounded number of leaf hashes at a time.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Final, Protocol

from ledger.durable import Contradiction, read_file, trouble
from ledger.errors import NotFound, StoreUnavailable
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.merkle import (
    HASH_BYTES,
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_inclusion,
)
from ledger.record.proof import Proof
from ledger.record.tiles import (
    ENTRIES,
    HEIGHT,
    WIDTH,
    Tile,
    join_entries,
    node_place,
    split_entries,
    split_hashes,
    width_at,
)
from ledger.store.port import Store

TILES_AT_ONCE: Final = 64
"""How many level-0 tiles of leaf hashes a store is asked for at once: 16,384 hashes, half a megabyte."""


class TileSource(Protocol):
    """Where tiles come from."""

    def read(self, tile: Tile) -> bytes:
        """The bytes of a tile or bundle; NotFound."""


class FolderTiles:
    """Tiles as they lie in a published site."""

    def __init__(self, site: Path) -> None:
        self.site = site

    def read(self, tile: Tile) -> bytes:
        for name in (tile.path, tile.full.path):
            with trouble(self.site):
                data = read_file(self.site / name)
            if data is not None:
                return self._cut(tile, name, data)
        raise NotFound(f"no {tile.path} in {self.site}", "publish again, it writes what is missing")

    def _cut(self, tile: Tile, name: str, data: bytes) -> bytes:
        items = split_entries(data) if tile.level == ENTRIES else None
        held = len(items) if items is not None else len(data) / HASH_BYTES
        if held != (tile.width if name == tile.path else WIDTH):
            raise Contradiction(
                "TAMPERED",
                f"{self.site / name} is not as long as it must be: {len(data)} bytes",
                "keep it as evidence, take it away and publish again",
            )
        return data[: tile.width * HASH_BYTES] if items is None else join_entries(items[: tile.width])


class StoreTiles:
    """Tiles computed from a store. Keeps the hashes above the leaves: an eighth of a byte for each entry."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._upper: dict[int, bytearray] = {}
        self._lock = Lock()

    def read(self, tile: Tile) -> bytes:
        lo, hi = tile.index * WIDTH, tile.index * WIDTH + tile.width
        if tile.level == ENTRIES:
            entries = [raw for _, raw in self.store.entries(after=lo, limit=tile.width)]
            return join_entries(self._whole(tile, entries))
        if tile.level == 0:
            return b"".join(self._whole(tile, self.store.leaf_hashes(lo, hi)))
        with self._lock:
            self._grow(tile, hi)
            return bytes(self._upper[tile.level][lo * HASH_BYTES : hi * HASH_BYTES])

    def _whole(self, tile: Tile, items: list[bytes]) -> list[bytes]:
        if len(items) != tile.width:
            raise NotFound(f"no {tile.path}: the record ends before")
        return items

    def _grow(self, tile: Tile, count: int) -> None:
        """Have at least `count` hashes of the tile's level."""
        if self.store.head().size >> HEIGHT * tile.level < count:
            raise NotFound(f"no {tile.path}: the record ends before")
        for level in range(1, tile.level + 1):
            need = count << HEIGHT * (tile.level - level)
            have = self._upper.setdefault(level, bytearray())
            while len(have) < need * HASH_BYTES:
                first = len(have) // HASH_BYTES
                last = min(need, first + TILES_AT_ONCE)
                below = self._below(level, first * WIDTH, last * WIDTH)
                for at in range(0, len(below), WIDTH):
                    have += root_of(below[at : at + WIDTH])

    def _below(self, level: int, lo: int, hi: int) -> list[bytes]:
        if level > 1:
            return split_all(self._upper[level - 1][lo * HASH_BYTES : hi * HASH_BYTES])
        leaves = self.store.leaf_hashes(lo, hi)
        if len(leaves) != hi - lo:
            raise StoreUnavailable(
                f"leaf hashes {lo} to {hi} are not all there", "verify the store, and restore a good backup"
            )
        return leaves


class TileHashes:
    """Single hashes of the tree of `size`, out of tiles (a ``merkle.ReadHash``). Each tile is read once and held."""

    def __init__(self, tiles: TileSource, size: int) -> None:
        self.size = size
        self._tiles = tiles
        self._held: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        tile_level, tile_index, offset = node_place(level, index)
        place = (tile_level, tile_index)
        if place not in self._held:
            width = width_at(tile_level, tile_index, self.size)
            if not width:
                raise NotFound(f"no hash {level}/{index} in a tree of {self.size}")
            self._held[place] = split_hashes(self._tiles.read(Tile(tile_level, tile_index, width)))
        return root_of(self._held[place][offset : offset + (1 << level % HEIGHT)])


def inclusion(tiles: TileSource, index: int, size: int) -> list[bytes]:
    """Audit path of entry `index` in the tree of `size`; NotFound when there is no such entry."""
    if not 0 <= index < size:
        raise NotFound(f"no entry {index} in a record of {size}")
    return inclusion_proof(index, size, TileHashes(tiles, size))


def consistency(tiles: TileSource, old: int, new: int) -> list[bytes]:
    """Proof that the tree of `old` is a prefix of the tree of `new`; empty for `old` 0. NotFound unless old <= new."""
    if not 0 <= old <= new:
        raise NotFound(f"no proof from {old} to {new} entries", "ask from the smaller to the greater")
    return consistency_proof(old, new, TileHashes(tiles, new)) if old else []


def proof_file(tiles: TileSource, index: int, note: str) -> Proof:
    """A tlog-proof of entry `index` in the tree of the signed checkpoint `note`."""
    checkpoint = SignedCheckpoint.parse(note)
    head = checkpoint.checkpoint
    hashes = inclusion(tiles, index, head.size)
    leaf = TileHashes(tiles, head.size)(0, index)
    if not verify_inclusion(index, head.size, leaf, hashes, head.root):
        raise Contradiction(
            "TAMPERED",
            f"the hashes at hand do not prove entry {index} under the checkpoint of {head.size} entries",
            "verify the store and the published site",
        )
    return Proof(index, tuple(hashes), checkpoint)


def split_all(data: bytes | bytearray) -> list[bytes]:
    """Hashes that stand one after the other."""
    return [bytes(data[i : i + HASH_BYTES]) for i in range(0, len(data), HASH_BYTES)]
