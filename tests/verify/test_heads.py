"""Heads of any size. Numbers are those of the must-sentences in ledger/verify/heads.py."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.record.merkle import Frontier, root_of
from ledger.verify.book import Book
from ledger.verify.heads import Heads, grow, tile_hashes
from ledger.verify.scan import CHUNK, Run, fold

LEAVES = [sha256(b"%d" % i).digest() for i in range(CHUNK * 2 + 300)]
ROOTS = {}
_frontier = Frontier()
for _n, _leaf in enumerate(LEAVES):
    ROOTS[_n] = _frontier.root()
    _frontier.append(_leaf)
ROOTS[len(LEAVES)] = _frontier.root()


def run(lo: int, hi: int) -> Run:
    nodes = {at: fold(LEAVES[at : at + 256]) for at in range(lo, hi, 256) if not at % 256 and at + 256 <= hi}
    return Run(lo, b"".join(LEAVES[lo:hi]), nodes, None, None, b"")


def heads_of(size: int, cuts: Sequence[int] = ()) -> Heads:
    heads = Heads(Book())
    at = 0
    for cut in [*sorted(c for c in cuts if c < size), size]:
        heads.take(run(at, cut))
        at = cut
    heads.flush()
    return heads


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, CHUNK - 1, CHUNK, CHUNK + 1, len(LEAVES)])
def test_1_every_smaller_size_has_its_root(size: int) -> None:
    heads = heads_of(size)
    assert heads.size == size
    for n in {0, 1, 2, size // 3, size // 2, size - 1, size}:
        if 0 <= n <= size:
            assert heads.root(n) == ROOTS[n]
    assert heads.edge.root() == ROOTS[size]


@settings(max_examples=50)
@given(
    st.lists(st.integers(1, len(LEAVES)), max_size=3),
    st.lists(st.integers(0, len(LEAVES)), min_size=1, max_size=20),
)
def test_1_in_any_order_however_the_runs_came(cuts: list[int], sizes: list[int]) -> None:
    heads = heads_of(len(LEAVES), cuts)
    for n in sizes:
        assert heads.root(n) == ROOTS[n]


@settings(max_examples=30)
@given(st.integers(0, len(LEAVES)), st.integers(0, len(LEAVES)))
def test_1_also_when_the_tree_is_taken_up_again(size: int, n: int) -> None:
    book = Book()
    heads = Heads(book)
    if size:
        heads.take(run(0, size))
    heads.flush()
    again = Heads(book, heads.edge.copy())
    if size < len(LEAVES):
        again.take(run(size, len(LEAVES)))
    again.flush()
    assert again.root(n) == ROOTS[n]


def test_leaves_of_a_block_are_what_was_taken_in() -> None:
    heads = heads_of(len(LEAVES))
    assert heads.leaves(CHUNK + 3, CHUNK + 5) == b"".join(LEAVES[CHUNK + 3 : CHUNK + 5])
    assert heads.leaves(2 * CHUNK + 1, 2 * CHUNK + 300) == b"".join(LEAVES[2 * CHUNK + 1 :])


def test_grow_is_append_of_many() -> None:
    frontier, slow = Frontier(), Frontier()
    for at in range(0, 1024, 256):
        grow(frontier, 8, fold(LEAVES[at : at + 256]))
        for leaf in LEAVES[at : at + 256]:
            slow.append(leaf)
        assert frontier.root() == slow.root()


def test_hash_tiles_above_the_leaves() -> None:
    nodes = b"".join(fold(LEAVES[at : at + 256]) for at in range(0, 4096, 256))
    assert list(tile_hashes(nodes)) == [(1, nodes)]
    nodes = nodes * 16 + nodes[:32]
    assert [(level, len(data) // 32) for level, data in tile_hashes(nodes)] == [(1, 257), (2, 1)]
    assert list(tile_hashes(nodes))[1][1] == root_of([nodes[i : i + 32] for i in range(0, 8192, 32)])
