"""Our inclusion proofs under pymerkle's verifier, and its proofs under ours.

Its trees and audit paths are those of RFC 6962. Its consistency proofs are not: where the old tree ends at a split they
go on to a leaf on the right. So consistency is checked by Go's tlog (test_go.py) and by transparency-dev's vectors.
"""

from collections.abc import Iterator

import pytest
from pymerkle import InclusionProof, InmemoryTree, InvalidProof, verify_inclusion  # type: ignore[import-untyped]

from ledger.record import merkle

pytestmark = pytest.mark.conformance

ENTRIES = [b'{"act":"%d"}' % i for i in range(301)]
LEAVES = [merkle.leaf_hash(e) for e in ENTRIES]
SIZES = [*range(1, 20), 31, 32, 33, 63, 64, 65, 255, 256, 257, 301]


@pytest.fixture(scope="module")
def tree() -> InmemoryTree:
    """Their tree over the same entries."""
    tree = InmemoryTree(algorithm="sha256")
    for entry in ENTRIES:
        tree.append_entry(entry)
    return tree


def read(level: int, index: int) -> bytes:
    return merkle.root_of(LEAVES[index << level : (index + 1) << level])


def some(n: int) -> Iterator[int]:
    """All below 20, then some from everywhere."""
    yield from range(min(n, 20))
    yield from range(20, n, 13)
    if n > 20:
        yield n - 1


def test_the_trees_are_one(tree: InmemoryTree) -> None:
    assert tree.get_root(0) == merkle.EMPTY_ROOT
    for size in SIZES:
        assert tree.get_root(size) == merkle.root_of(LEAVES[:size])
    assert [tree.get_leaf(i + 1) for i in range(301)] == LEAVES


@pytest.mark.parametrize("size", SIZES)
def test_inclusion(tree: InmemoryTree, size: int) -> None:
    root = merkle.root_of(LEAVES[:size])
    for index in some(size):
        theirs = tree.prove_inclusion(index + 1, size)
        ours = merkle.inclusion_proof(index, size, read)
        assert [LEAVES[index], *ours] == theirs.path
        proof = InclusionProof("sha256", True, size, index + 1, theirs.rule, [LEAVES[index], *ours])
        verify_inclusion(LEAVES[index], root, proof, index=index + 1, size=size, algorithm="sha256")
        assert merkle.verify_inclusion(index, size, LEAVES[index], theirs.path[1:], root)
        with pytest.raises(InvalidProof):
            verify_inclusion(LEAVES[index], LEAVES[index - 1] if size > 1 else bytes(32), proof)
