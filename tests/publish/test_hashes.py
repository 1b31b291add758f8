"""ledger/publish/hashes.py: its six must-sentences, each by number."""

import base64
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.check import ed25519
from ledger.durable import Contradiction
from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.publish.hashes import (
    TILES_AT_ONCE,
    FolderTiles,
    StoreTiles,
    TileHashes,
    TileSource,
    consistency,
    inclusion,
    proof_file,
)
from ledger.publish.site import publish
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from ledger.record.merkle import EMPTY_ROOT, root_of, verify_consistency, verify_inclusion
from ledger.record.note import Vkey
from ledger.record.proof import Proof
from ledger.record.tiles import Tile, tiles_of
from ledger.store.port import EMPTY, Head, Store
from tests.fixtures.ledger import Ledger
from tests.publish.foreign import vector

BIG = 140_000


@cache
def leaf(index: int) -> bytes:
    return sha256(b"%d" % index).digest()


@cache
def root_at(size: int) -> bytes:
    return root_of(map(leaf, range(size)))


@dataclass
class Leaves:
    """As much of a store as tiles need. Notes what it was asked for."""

    size: int
    asked: list[int] = field(default_factory=list)

    def head(self) -> Head:
        return Head(self.size, EMPTY.last, (), "")

    def leaf_hashes(self, lo: int, hi: int) -> list[bytes]:
        self.asked.append(hi - lo)
        return [leaf(i) for i in range(lo, min(hi, self.size))]

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[tuple[int, bytes]]:
        yield from ((i, b"%d" % i) for i in range(after, min(self.size, after + (limit or 0))))


def store_of(leaves: Leaves) -> Store:
    return cast("Store", leaves)


BIG_TILES = StoreTiles(store_of(Leaves(BIG)))


class Counting:
    """Passes tiles on and remembers which."""

    def __init__(self, tiles: TileSource) -> None:
        self.tiles, self.seen = tiles, list[Tile]()

    def read(self, tile: Tile) -> bytes:
        self.seen.append(tile)
        return self.tiles.read(tile)


sizes = st.one_of(
    st.integers(1, 800),
    st.sampled_from([255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792, 131_072, 131_073, BIG]),
    st.integers(1, BIG),
)


@given(sizes, st.data())
def test_inclusion_holds_for_every_entry_of_every_size(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion(BIG_TILES, index, size)
    assert verify_inclusion(index, size, leaf(index), proof, root_at(size))


@given(sizes, st.data())
def test_consistency_holds_between_any_two_sizes(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    proof = consistency(BIG_TILES, old, new)
    assert verify_consistency(old, new, root_at(old) if old else EMPTY_ROOT, root_at(new), proof)


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0), (1 << 70, 5)])
def test_no_such_entry(index: int, size: int) -> None:
    with pytest.raises(NotFound):
        inclusion(BIG_TILES, index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5)])
def test_no_such_growth(old: int, new: int) -> None:
    with pytest.raises(NotFound):
        consistency(BIG_TILES, old, new)


def test_a_size_beyond_the_record_is_not_found() -> None:
    with pytest.raises(NotFound):
        inclusion(BIG_TILES, 0, BIG + 1)
    with pytest.raises(NotFound):
        consistency(BIG_TILES, 1, 1 << 60)


def test_1_store_and_folder_give_the_same_bytes(tmp_path: Path, ledger: Ledger) -> None:
    ledger.grow(600)
    publish(ledger.store, ledger.register(), tmp_path, check=ed25519)
    store, folder = StoreTiles(ledger.store), FolderTiles(tmp_path)
    for tile in tiles_of(600):
        assert store.read(tile) == folder.read(tile) == (tmp_path / tile.path).read_bytes()
    for tile in (
        Tile(0, 3),
        Tile(0, 2, 89),
        Tile(-1, 2, 89),
        Tile(1, 0, 3),
        Tile(3, 0, 1),
        Tile(0, 1 << 40, 1),
    ):
        for source in (store, folder):
            with pytest.raises(NotFound):
                source.read(tile)


@given(sizes, st.data())
def test_2_a_proof_reads_two_tiles_a_level_at_most(size: int, data: st.DataObject) -> None:
    counting = Counting(BIG_TILES)
    inclusion(counting, data.draw(st.integers(0, size - 1)), size)
    consistency(counting, data.draw(st.integers(1, size)), size)
    levels = 1 + (size.bit_length() - 1) // 8
    assert len(counting.seen) <= 2 * 2 * levels
    assert len(set(counting.seen)) <= 2 * 2 * levels


def test_3_a_full_tile_stands_in_for_a_partial_one(tmp_path: Path, ledger: Ledger) -> None:
    publish(ledger.grow(300).store, ledger.register(), tmp_path, check=ed25519)
    for tile in (Tile(0, 0, 17), Tile(-1, 0, 17)):
        assert FolderTiles(tmp_path).read(tile) == StoreTiles(ledger.store).read(tile)


def test_4_a_proof_file_holds_or_is_not_given(tmp_path: Path, ledger: Ledger) -> None:
    publish(ledger.grow(300).store, ledger.register(), tmp_path, check=ed25519)
    note = ledger.store.checkpoint()
    for source in (FolderTiles(tmp_path), StoreTiles(ledger.store)):
        proof = Proof.parse(str(proof_file(source, 7, note)))
        assert proof.shows(ledger.store.entry(7), ledger.vkey.vkey, ed25519)
    path = tmp_path / "tile/0/000"
    path.write_bytes(path.read_bytes()[::-1])
    with pytest.raises(Contradiction, match="do not prove entry 7 under the checkpoint of 300 entries"):
        proof_file(FolderTiles(tmp_path), 7, note)
    with pytest.raises(NotFound):
        proof_file(StoreTiles(ledger.store), 300, note)


@pytest.mark.parametrize("length", [0, 31, 32 * 43, 32 * 45])
def test_5_a_tile_of_the_wrong_length_is_named(tmp_path: Path, ledger: Ledger, length: int) -> None:
    publish(ledger.grow(300).store, ledger.register(), tmp_path, check=ed25519)
    (tmp_path / "tile/0/001.p/44").write_bytes(bytes(length))
    with pytest.raises(Contradiction, match=r"tile/0/001\.p/44 is not as long as it must be"):
        inclusion(FolderTiles(tmp_path), 299, 300)


def test_5_a_torn_bundle_is_malformed(tmp_path: Path, ledger: Ledger) -> None:
    publish(ledger.grow(3).store, ledger.register(), tmp_path, check=ed25519)
    path = tmp_path / "tile/entries/000.p/3"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Malformed):
        FolderTiles(tmp_path).read(Tile(-1, 0, 3))


def test_6_upper_hashes_are_computed_once_and_in_bounded_steps() -> None:
    leaves = Leaves(BIG)
    tiles = StoreTiles(store_of(leaves))
    first = inclusion(tiles, 5, BIG)
    assert max(leaves.asked) <= TILES_AT_ONCE * 256
    leaves.asked.clear()
    assert inclusion(tiles, 5, BIG) == first
    assert max(leaves.asked) <= 256
    assert len(leaves.asked) <= 2
    leaves.size += 256
    with_more = TileHashes(tiles, leaves.size)
    leaves.asked.clear()
    with_more(8, leaves.size // 256 - 1)
    assert sum(leaves.asked) <= 2 * 256, "only what was appended is read"


def test_6_a_store_that_lost_leaves_says_so() -> None:
    leaves = Leaves(1000)
    tiles = StoreTiles(store_of(leaves))
    leaves.leaf_hashes = lambda lo, hi: [leaf(0)]  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable, match="leaf hashes 0 to 768 are not all there"):
        tiles.read(Tile(1, 0, 3))


def test_tiles_that_tessera_wrote(tmp_path: Path) -> None:
    """A log of another implementation, read with the same code."""
    log = vector("tessera-log-15.json")
    for name, data in log["files_base64"].items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(base64.b64decode(data))
    vkey = Vkey.parse(log["vkey"])
    tiles = FolderTiles(tmp_path)
    notes = [SignedCheckpoint.parse((tmp_path / f"checkpoint.{n}").read_bytes()) for n in range(1, 16)]
    assert all(note.holds(vkey, ed25519) for note in notes)
    for note in notes:
        for index in range(note.checkpoint.size):
            made = proof_file(tiles, index, str(note.note))
            assert made.shows(log["leaves"][index].encode(), vkey, ed25519)
        last = notes[-1].checkpoint
        grown = consistency(tiles, note.checkpoint.size, last.size)
        assert verify_consistency(note.checkpoint.size, last.size, note.checkpoint.root, last.root, grown)


def test_a_folder_without_tiles(tmp_path: Path, ledger: Ledger) -> None:
    note = sign_checkpoint(Checkpoint(ledger.vkey.name, 1, bytes(32)), ledger.vkey)
    shutil.rmtree(tmp_path / "site", ignore_errors=True)
    with pytest.raises(NotFound):
        proof_file(FolderTiles(tmp_path / "site"), 0, note)
