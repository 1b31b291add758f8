"""Tiles: the tree and the entries as static files (C2SP tlog-tiles).

::

    tile/0/x001/234.p/17        17 leaf hashes from leaf 1234·256 on
    tile/1/000                  256 roots of full level-0 tiles
    tile/entries/x001/234.p/17  the same 17 entries, each with a 16-bit length before it

A tree of 70,000 is 273 full tiles and one of width 112 at level 0, 1 and 17 at level 1, 1 of width 1 at level 2.

1. A tile must hold 256 hashes, or 1 to 255 when it is the rightmost of its level; no empty tile exists.
2. A path must be parsed only as it is written: zero-padded groups of three digits, no needless group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed
from ledger.record.merkle import HASH_BYTES

WIDTH: Final = 256
HEIGHT: Final = 8
ENTRIES: Final = -1
"""The level under which entry bundles are counted here; in paths it reads ``entries``."""

_PATH: Final = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
_MAX_GROUPS: Final = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """Tile `index` of `level` (ENTRIES for bundles) with `width` items."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies below the log's prefix."""
        digits = f"{self.index:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([f"x{g}" for g in groups[:-1]] + groups[-1:])
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read a tile path; Malformed unless it is exactly as ``path`` writes it."""
        m = _PATH.fullmatch(path)
        if not m or m[2].count("/") >= _MAX_GROUPS:
            raise Malformed("not a tile path", path[:100])
        level = ENTRIES if m[1] == "entries" else int(m[1])
        tile = cls(level, int(m[2].replace("x", "").replace("/", "")), int(m[3] or WIDTH))
        if tile.path != path or level > 63:
            raise Malformed("not a tile path", path[:100])
        return tile

    @property
    def full(self) -> Tile:
        """The same tile once it is complete."""
        return Tile(self.level, self.index)


def width_at(level: int, index: int, size: int) -> int:
    """How many items tile `index` of `level` holds in a tree of `size`; 0 when it does not exist."""
    count = size if level == ENTRIES else size >> HEIGHT * level
    return max(0, min(WIDTH, count - index * WIDTH))


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Every tile of a tree of `size` that a tree of `since` did not have, lowest level first, bundles before."""
    for level in (ENTRIES, *range(8)):
        count = size if level == ENTRIES else size >> HEIGHT * level
        had = since if level == ENTRIES else since >> HEIGHT * level
        for index in range(had // WIDTH, -(-count // WIDTH)):
            width = width_at(level, index, size)
            if width > width_at(level, index, since):
                yield Tile(level, index, width)


def node_place(level: int, index: int) -> tuple[int, int, int]:
    """Where the subtree (level, index) of the binary tree is found: (tile level, tile index, offset of its first hash).

    The node covers ``2^(level % 8)`` consecutive hashes of that tile.
    """
    tile_level, height = divmod(level, HEIGHT)
    first = index << height
    return tile_level, first // WIDTH, first % WIDTH


def split_hashes(data: bytes) -> list[bytes]:
    """The hashes of a tile."""
    if not data or len(data) % HASH_BYTES or len(data) > WIDTH * HASH_BYTES:
        raise Malformed(f"a tile of {len(data)} bytes")
    return [data[i : i + HASH_BYTES] for i in range(0, len(data), HASH_BYTES)]


def join_entries(entries: Sequence[bytes]) -> bytes:
    """An entry bundle."""
    return b"".join(len(e).to_bytes(2, "big") + e for e in entries)


def split_entries(data: bytes) -> list[bytes]:
    """The entries of a bundle; Malformed when lengths and bytes do not agree."""
    if not data:
        raise Malformed("an empty entry bundle")
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise Malformed("an entry bundle ends inside an entry")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) > WIDTH:
        raise Malformed(f"an entry bundle of {len(entries)} entries, the limit is {WIDTH}")
    return entries
