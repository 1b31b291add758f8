"""Inclusion proofs: checking one against bare node hashing, making one from tiles on a disk, beside pymerkle."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pymerkle  # type: ignore[import-untyped]  # it has no types of its own

from ledger.publish.hashes import FolderTiles, inclusion
from ledger.record.merkle import inclusion_proof, leaf_hash, root_of, verify_inclusion
from ledger.record.tiles import ENTRIES, HEIGHT, WIDTH, Tile, tiles_of
from tests.benchmarks.harness import Row, compare, report, timed
from tests.kit import write_files


def rows(size: int = 65_536) -> Iterator[Row]:
    """On a tree of `size` leaves."""
    entries = [b"%d" % i for i in range(size)]
    leaves = [leaf_hash(e) for e in entries]
    root = root_of(leaves)
    with tempfile.TemporaryDirectory() as name:
        folder = write_files(Path(name), _tiles(leaves))
        proof = inclusion(FolderTiles(folder), 4711, size)

        def check() -> None:
            for _ in range(1000):
                assert verify_inclusion(4711, size, leaves[4711], proof, root)

        def bare() -> None:
            sha256 = hashlib.sha256
            for _ in range(1000):
                node = leaves[4711]
                for other in proof:
                    node = sha256(b"\x01" + other + node).digest()

        yield compare(
            f"check an inclusion proof of {len(proof)} hashes",
            "at least 0.6",
            lambda: timed(check, 1000),
            lambda: timed(bare, 1000),
            unit="proof",
            rounds=11,
            note="against bare node hashing",
        )
        counted = Counting(folder)
        inclusion(counted, 4711, size)
        yield report(
            f"make one from tiles on disk, tree of {size:,}",
            lambda: timed(
                lambda: [inclusion(FolderTiles(folder), i, size) for i in range(0, size, size // 50)], 50
            ),
            unit="proof",
            note=f"reads {counted.count} tiles",
        )
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for e in entries[:4096]:
        tree.append_entry(e)
    small = root_of(leaves[:4096])
    theirs = tree.prove_inclusion(1000, 4096)
    state = tree.get_state(4096)
    assert state == small
    leaf = tree.get_leaf(1000)
    ours = inclusion_of(leaves[:4096], 999)
    yield compare(
        "check an inclusion proof, tree of 4,096",
        "",
        lambda: timed(
            lambda: [verify_inclusion(999, 4096, leaves[999], ours, small) for _ in range(1000)], 1000
        ),
        lambda: timed(lambda: [pymerkle.verify_inclusion(leaf, state, theirs) for _ in range(200)], 200),
        unit="proof",
        note="against pymerkle",
    )


class Counting(FolderTiles):
    """Counts tiles read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.count = 0

    def read(self, tile: Tile) -> bytes:
        self.count += 1
        return super().read(tile)


def inclusion_of(leaves: list[bytes], index: int) -> list[bytes]:
    """A proof by the definition."""
    return inclusion_proof(
        index, len(leaves), lambda level, i: root_of(leaves[i << level : (i + 1) << level])
    )


def _tiles(leaves: list[bytes]) -> dict[str, bytes]:
    out = {}
    for tile in tiles_of(len(leaves)):
        if tile.level != ENTRIES:
            step = 1 << HEIGHT * tile.level
            lo = tile.index * WIDTH
            out[tile.path] = b"".join(
                root_of(leaves[i * step : (i + 1) * step]) for i in range(lo, lo + tile.width)
            )
    return out
