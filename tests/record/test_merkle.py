"""ledger.record.merkle: the RFC 6962 tree."""

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.record import merkle
from ledger.record.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    subtree_root,
    subtrees,
    verify_consistency,
    verify_inclusion,
)

SIZES = st.integers(1, 80)
LEAVES = [leaf_hash(b"entry %d" % i) for i in range(300)]


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word by word: split at the largest power of two smaller than n."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def reader(size: int) -> Callable[[int, int], bytes]:
    """Hashes of complete subtrees of the first `size` leaves; a read beyond them fails."""

    def read(level: int, index: int) -> bytes:
        lo, hi = index << level, (index + 1) << level
        assert 0 <= lo < hi <= size, "a proof reads no subtree that is not complete"
        return mth(LEAVES[lo:hi])

    return read


def test_leaves_and_nodes_are_told_apart_by_their_first_byte() -> None:
    """Must 1: else an inner node could be shown as an entry."""
    assert leaf_hash(b"") == sha256(b"\x00").digest()
    assert leaf_hash(b"a" * 64) == sha256(b"\x00" + b"a" * 64).digest()
    assert node_hash(b"l" * 32, b"r" * 32) == sha256(b"\x01" + b"l" * 32 + b"r" * 32).digest()
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_frontier_gives_the_root_of_the_definition_at_every_size() -> None:
    """Must 3."""
    frontier = Frontier()
    assert frontier.root() == EMPTY_ROOT
    for size, leaf in enumerate(LEAVES, 1):
        frontier.append(leaf)
        assert frontier.size == size
        assert len(frontier.peaks) == size.bit_count()
        assert frontier.root() == mth(LEAVES[:size])
    assert root_of(iter(LEAVES)) == frontier.root()


@given(st.integers(0, 299), st.integers(0, 299))
def test_a_frontier_goes_on_from_where_it_was_saved(a: int, b: int) -> None:
    """Must 3."""
    saved = Frontier()
    for leaf in LEAVES[: min(a, b)]:
        saved.append(leaf)
    before = saved.root()
    again = Frontier(saved.size, saved.peaks)
    copy = saved.copy()
    for leaf in LEAVES[min(a, b) : max(a, b)]:
        again.append(leaf)
        copy.append(leaf)
    assert again.root() == copy.root() == mth(LEAVES[: max(a, b)])
    assert saved.root() == before


@pytest.mark.parametrize(
    ("size", "peaks"),
    [(0, [bytes(32)]), (1, []), (3, [bytes(32)]), (2, [bytes(31)]), (4, [bytes(33)]), (-1, [bytes(32)])],
)
def test_a_frontier_that_cannot_be_is_refused(size: int, peaks: list[bytes]) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier(size, peaks)


@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_subtrees_cover_their_range_in_few_complete_pieces(a: int, b: int) -> None:
    lo, hi = min(a, b), max(a, b)
    at = lo
    for level, index in subtrees(lo, hi):
        assert index << level == at
        at = (index + 1) << level
    assert at == hi
    assert len(subtrees(lo, hi)) <= 2 * max(1, hi.bit_length())


def test_a_subtree_has_the_hash_of_its_leaves() -> None:
    for lo, hi in ((0, 1), (0, 7), (4, 7), (0, 300), (256, 300), (296, 299)):
        assert subtree_root(lo, hi, reader(300)) == mth(LEAVES[lo:hi])


def test_every_leaf_of_every_small_tree_is_proved_at_its_place_only() -> None:
    """Must 2. (Another size may read alike on the left edge: a size comes from the signed checkpoint alone.)"""
    for size in range(1, 18):
        root = mth(LEAVES[:size])
        for index in range(size):
            proof = inclusion_proof(index, size, reader(size))
            places = [i for i in range(-1, 20) if verify_inclusion(i, size, LEAVES[index], proof, root)]
            assert places == [index]


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    for index, size in ((0, 0), (1, 1), (-1, 1), (5, 3)):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_proof(index, size, reader(5))


def tampered(proof: list[bytes]) -> list[list[bytes]]:
    """Every proof next to this one: a bit flipped, a hash lost, doubled, added, swapped or of another length."""
    out = [[*proof, bytes(32)], [bytes(32), *proof], [*proof, *proof], [*proof, EMPTY_ROOT]]
    for i, h in enumerate(proof):
        wrong = (bytes([h[0] ^ 1]) + h[1:], h[:31], h + b"\x00", b"", bytes(32))
        out += [[*proof[:i], bad, *proof[i + 1 :]] for bad in wrong]
        out.append(proof[:i] + proof[i + 1 :])
        out.append([*proof[:i], h, h, *proof[i + 1 :]])
        if i:
            out.append([*proof[: i - 1], h, proof[i - 1], *proof[i + 1 :]])
    return [p for p in out if p != proof]


@given(SIZES, st.data())
def test_no_neighbour_of_an_inclusion_proof_holds(size: int, data: st.DataObject) -> None:
    """Must 2."""
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = inclusion_proof(index, size, reader(size)), mth(LEAVES[:size]), LEAVES[index]
    assert verify_inclusion(index, size, leaf, proof, root)
    for bad in tampered(proof):
        assert not verify_inclusion(index, size, leaf, bad, root)
    for wrong in (LEAVES[index + 1], leaf[:31], leaf + b"\x00", b""):
        assert not verify_inclusion(index, size, wrong, proof, root)
    for wrong in (LEAVES[299], root[:31], root + b"\x00", b""):
        assert not verify_inclusion(index, size, leaf, proof, wrong)
    for other in range(size):
        assert verify_inclusion(other, size, leaf, proof, root) == (other == index)
    for outside in (-1, size, size + 1, -size):
        assert not verify_inclusion(outside, size, leaf, proof, root)


@given(SIZES, SIZES)
def test_no_neighbour_of_a_consistency_proof_holds(a: int, b: int) -> None:
    """Must 2."""
    old, new = min(a, b), max(a, b)
    proof = consistency_proof(old, new, reader(new))
    before, after = mth(LEAVES[:old]), mth(LEAVES[:new])
    assert verify_consistency(old, new, before, after, proof)
    for bad in tampered(proof):
        assert not verify_consistency(old, new, before, after, bad)
    for wrong in (LEAVES[299], before[:31], before + b"\x00", b""):
        assert not verify_consistency(old, new, wrong, after, proof)
    for wrong in (LEAVES[299], after[:31], after + b"\x00", b""):
        assert not verify_consistency(old, new, before, wrong, proof)
    if old != new:
        assert not verify_consistency(new, old, after, before, proof)
        assert not verify_consistency(old, new, after, before, proof)
        assert not verify_consistency(old, new, before, after, [])


def test_a_rewritten_history_is_never_a_prefix() -> None:
    """One leaf of the old tree changed, at any place: no proof that the new tree can make connects them."""
    for old in (1, 2, 3, 7, 8, 9):
        for new in range(old + 1, 20):
            for changed in range(old):
                other = [*LEAVES[:changed], leaf_hash(b"rewritten"), *LEAVES[changed + 1 : new]]

                def read(level: int, index: int, leaves: list[bytes] = other) -> bytes:
                    return mth(leaves[index << level : (index + 1) << level])

                proof = consistency_proof(old, new, read)
                assert not verify_consistency(old, new, mth(LEAVES[:old]), mth(other), proof)


def test_no_consistency_proof_is_made_where_there_is_none() -> None:
    for old, new in ((0, 5), (-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="no consistency proof"):
            consistency_proof(old, new, reader(6))


def test_the_empty_tree_is_a_prefix_of_every_tree() -> None:
    """tlog-witness: with an empty proof; the tree of size 0 has one root only."""
    for size in (0, 1, 5):
        root = mth(LEAVES[:size])
        assert verify_consistency(0, size, EMPTY_ROOT, root, [])
        assert not verify_consistency(0, size, EMPTY_ROOT, root, [bytes(32)])
        assert not verify_consistency(0, size, LEAVES[0], root, [])
    assert not verify_consistency(0, 0, LEAVES[0], LEAVES[0], [])
    assert not verify_consistency(0, 0, EMPTY_ROOT, LEAVES[0], [])


def test_the_same_tree_needs_no_proof() -> None:
    assert verify_consistency(5, 5, LEAVES[0], LEAVES[0], [])
    assert not verify_consistency(5, 5, LEAVES[0], LEAVES[1], [])
    assert not verify_consistency(5, 5, LEAVES[0], LEAVES[0], [bytes(32)])
    assert not verify_consistency(-5, -5, LEAVES[0], LEAVES[0], [])
    for root in (b"", LEAVES[0][:31], LEAVES[0] + b"\x00"):
        assert not verify_consistency(5, 5, root, root, []), "no root has another length"


@given(st.integers(1, 2**62), st.data())
def test_making_a_proof_reads_few_hashes_whatever_the_size(size: int, data: st.DataObject) -> None:
    """Must 1: O(log size), so a proof from tiles on disk stays cheap."""
    reads = 0

    def read(level: int, index: int) -> bytes:
        nonlocal reads
        reads += 1
        assert (index + 1) << level <= size
        return b"%032d" % index

    bits = size.bit_length()
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert len(inclusion_proof(index, size, read)) <= bits
    assert len(consistency_proof(old, size, read)) <= bits + 1
    assert reads <= 4 * bits + 2


def test_huge_sizes_from_a_hostile_proof_end_quickly() -> None:
    """Must 2: the loop runs over the proof, not over the size."""
    assert not verify_inclusion(2**4000, 2**4000 + 1, bytes(32), [bytes(32)] * 63, bytes(32))
    assert not verify_consistency(3, 2**4000, bytes(32), bytes(32), [bytes(32)] * 63)


def test_hashes_are_32_bytes() -> None:
    assert merkle.HASH_BYTES == len(EMPTY_ROOT) == 32
