"""ledger.record.tiles: the tree and the entries as static files."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.record.merkle import leaf_hash, root_of
from ledger.record.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    join_entries,
    node_place,
    split_entries,
    split_hashes,
    tiles_of,
    width_at,
)

PATHS = {
    "tile/0/000": Tile(0, 0),
    "tile/0/273.p/112": Tile(0, 273, 112),
    "tile/0/999": Tile(0, 999),
    "tile/0/x001/000": Tile(0, 1000),
    "tile/0/x001/x234/067": Tile(0, 1234067),
    "tile/1/x001/234.p/17": Tile(1, 1234, 17),
    "tile/63/000.p/1": Tile(63, 0, 1),
    "tile/9/000.p/255": Tile(9, 0, 255),
    "tile/entries/000": Tile(ENTRIES, 0),
    "tile/entries/x001/234.p/17": Tile(ENTRIES, 1234, 17),
    "tile/0/x999/x999/x999/x999/x999/999": Tile(0, 10**18 - 1),
}


@pytest.mark.parametrize(("path", "tile"), PATHS.items())
def test_a_path_is_read_as_it_is_written(path: str, tile: Tile) -> None:
    """Must 2."""
    assert Tile.parse(path) == tile
    assert tile.path == path


@given(st.integers(-1, 63), st.integers(0, 10**18 - 1), st.integers(1, WIDTH))
def test_every_tile_has_one_path(level: int, index: int, width: int) -> None:
    """Must 2."""
    assert Tile.parse(Tile(level, index, width).path) == Tile(level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1000",
        "tile/0/001/000",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/x001",
        "tile/0/x001/x000",
        "tile/0/X001/000",
        "tile/0/x01/000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/100/000",
        "tile/x/000",
        "tile/entries/0",
        "tile/ENTRIES/000",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/1000",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.P/1",
        "tile/0/000/p/1",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile//000",
        "tile/0/../000",
        "tile/0/x001/../000",
        "tile/٠/000",
        "tile/0/٠٠٠",
        "tile/0/000.p/١",
        "tile/0/x001/" * 3 + "000",
        "tile/0/" + "x001/" * 6 + "000",
        "tile/0/" + "x001/" * 10_000 + "000",
    ],
    ids=count(),
)
def test_no_other_path_is_read(path: str) -> None:
    """Must 2: no needless group or zero, nothing that climbs out of the folder."""
    with pytest.raises(Malformed) as caught:
        Tile.parse(path)
    assert len(caught.value.where) <= 100


def test_the_full_tile_of_a_partial_one() -> None:
    assert Tile(0, 273, 112).full == Tile(0, 273)
    assert Tile(ENTRIES, 3, 1).full.path == "tile/entries/003"


def counted(size: int) -> dict[int, tuple[int, list[int]]]:
    """By level: how many full tiles, and the widths of the others."""
    out: dict[int, tuple[int, list[int]]] = {}
    for tile in tiles_of(size):
        full, partial = out.get(tile.level, (0, []))
        out[tile.level] = (full + 1, partial) if tile.width == WIDTH else (full, [*partial, tile.width])
    return out


def test_a_tree_of_70_000_is_cut_as_the_specification_says() -> None:
    """Must 1 (tlog-tiles, Partial Tiles)."""
    assert counted(70_000) == {ENTRIES: (273, [112]), 0: (273, [112]), 1: (1, [17]), 2: (0, [1])}


def test_a_tree_of_256_has_a_full_tile_and_a_root_above_it() -> None:
    """Must 1 (tlog-tiles, the other example)."""
    assert counted(256) == {ENTRIES: (1, []), 0: (1, []), 1: (0, [1])}
    assert counted(255) == {ENTRIES: (0, [255]), 0: (0, [255])}
    assert counted(257) == {ENTRIES: (1, [1]), 0: (1, [1]), 1: (0, [1])}
    assert counted(1) == {ENTRIES: (0, [1]), 0: (0, [1])}


def test_an_empty_tree_has_no_tiles() -> None:
    """Must 1."""
    assert counted(0) == {}
    assert width_at(0, 0, 0) == width_at(ENTRIES, 0, 0) == 0


@given(st.integers(0, 300_000), st.integers(0, 300_000))
def test_growth_needs_exactly_the_tiles_that_were_not_there(a: int, b: int) -> None:
    """Must 1: old tiles and new ones together are the tiles of the grown tree; none is written twice."""
    old, new = min(a, b), max(a, b)
    grown = list(tiles_of(new, old))
    assert len(set(grown)) == len(grown)
    assert set(grown) == set(tiles_of(new)) - set(tiles_of(old))
    assert all(1 <= t.width <= WIDTH and t.width == width_at(t.level, t.index, new) for t in grown)


@given(st.integers(1, 300_000))
def test_only_the_rightmost_tile_of_a_level_is_partial(size: int) -> None:
    """Must 1."""
    for level in {t.level for t in tiles_of(size)}:
        tiles = [t for t in tiles_of(size) if t.level == level]
        assert [t.index for t in tiles] == list(range(len(tiles)))
        assert all(t.width == WIDTH for t in tiles[:-1])
        assert sum(t.width for t in tiles) == size >> 8 * max(level, 0)
        assert width_at(level, len(tiles), size) == 0


def test_bundles_and_low_levels_come_first() -> None:
    """A folder that is being filled never names a hash whose tile below is missing."""
    levels = [t.level for t in tiles_of(70_000)]
    assert levels == sorted(levels)


def test_every_subtree_is_found_in_its_tile() -> None:
    """A node of the binary tree is the root over 2^(level % 8) neighbouring hashes of one tile."""
    leaves = [leaf_hash(b"%d" % i) for i in range(1024)]
    tiles = {
        (level, index): [
            root_of(leaves[i << 8 * level : (i + 1) << 8 * level])
            for i in range(index * WIDTH, index * WIDTH + width_at(level, index, 1024))
        ]
        for level in (0, 1)
        for index in range(1024 >> 8 * level)
        if width_at(level, index, 1024)
    }
    for level in range(11):
        for index in range(1024 >> level):
            tile_level, tile_index, first = node_place(level, index)
            part = tiles[tile_level, tile_index][first : first + (1 << level % 8)]
            assert len(part) == 1 << level % 8
            assert root_of(part) == root_of(leaves[index << level : (index + 1) << level])


@pytest.mark.parametrize("size", [0, 1, 31, 33, 63, 257 * 32, 256 * 32 + 1])
def test_a_tile_of_hashes_has_1_to_256_of_32_bytes(size: int) -> None:
    """Must 1."""
    with pytest.raises(Malformed, match=f"a tile of {size} bytes"):
        split_hashes(bytes(size))


def test_hashes_are_split_as_they_stand() -> None:
    hashes = [leaf_hash(b"%d" % i) for i in range(256)]
    assert split_hashes(b"".join(hashes)) == hashes
    assert split_hashes(hashes[0]) == hashes[:1]


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_entries_come_out_of_a_bundle_as_they_went_in(entries: list[bytes]) -> None:
    assert split_entries(join_entries(entries)) == entries


def test_the_largest_entry_fits_a_bundle() -> None:
    assert split_entries(join_entries([b"x" * 65_535, b""])) == [b"x" * 65_535, b""]
    assert join_entries([b"ab"]) == b"\x00\x02ab"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"\x00\x01",
        b"\x00\x02a",
        b"\x00\x01a\x00",
        b"\x00\x01a\x00\x05abcd",
        b"\xff\xff" + bytes(65_534),
    ],
    ids=["empty", "half-length", "no-entry", "short", "half-length-after", "short-after", "largest-short"],
)
def test_a_torn_bundle_is_refused(data: bytes) -> None:
    """Must 1: an empty one too, for no empty tile exists."""
    with pytest.raises(Malformed):
        split_entries(data)


def test_a_bundle_of_257_is_refused() -> None:
    """Must 1."""
    assert len(split_entries(bytes(512))) == 256
    with pytest.raises(Malformed, match="257 entries"):
        split_entries(bytes(514))


@given(st.binary(max_size=80))
def test_whatever_comes_in_only_malformed_comes_out(data: bytes) -> None:
    try:
        entries = split_entries(data)
    except Malformed:
        return
    assert join_entries(entries) == data
