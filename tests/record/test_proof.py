"""ledger.record.proof: that one entry stands in the log."""

import base64
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.check import ed25519
from ledger.errors import Malformed
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint, sign_checkpoint
from ledger.record.merkle import inclusion_proof, leaf_hash, root_of
from ledger.record.proof import Proof
from tests.kit import NoteKey

LOG = NoteKey("example.org/log")
ENTRIES = [b"entry %d" % i for i in range(11)]
LEAVES = [leaf_hash(e) for e in ENTRIES]


def read(level: int, index: int) -> bytes:
    return root_of(LEAVES[index << level : (index + 1) << level])


def made(index: int, size: int = 11, extra: bytes | None = None) -> Proof:
    head = Checkpoint("example.org/log", size, root_of(LEAVES[:size]))
    signed = SignedCheckpoint.parse(sign_checkpoint(head, LOG))
    return Proof(index, tuple(inclusion_proof(index, size, read)), signed, extra)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_proof_file_is_laid_out_as_the_specification_says() -> None:
    """Must 1 (tlog-proof)."""
    proof = made(4, 5)
    (hash_,) = proof.hashes
    note = sign_checkpoint(Checkpoint("example.org/log", 5, root_of(LEAVES[:5])), LOG)
    assert str(proof) == f"c2sp.org/tlog-proof@v1\nindex 4\n{b64(hash_)}\n\n{note}"
    assert str(made(4, 5, b"\x00\xff")).split("\n")[1] == "extra AP8="


@pytest.mark.parametrize("extra", [None, b"", b"x", bytes(100)])
@pytest.mark.parametrize("index", range(11))
def test_what_is_written_is_read_and_shows_its_entry(index: int, extra: bytes | None) -> None:
    """Must 1 and 2."""
    proof = made(index, extra=extra)
    assert Proof.parse(str(proof)) == proof
    assert Proof.parse(str(proof).encode()) == proof
    assert proof.shows(ENTRIES[index], LOG.vkey, ed25519)


def test_a_tree_of_one_entry_needs_no_hashes() -> None:
    proof = made(0, 1)
    assert proof.hashes == ()
    assert Proof.parse(str(proof)).shows(ENTRIES[0], LOG.vkey, ed25519)


def test_it_shows_this_entry_at_this_place_under_this_log_only() -> None:
    """Must 2."""
    proof = made(7)
    assert not proof.shows(ENTRIES[6], LOG.vkey, ed25519)
    assert not proof.shows(b"", LOG.vkey, ed25519)
    assert not proof.shows(LEAVES[7], LOG.vkey, ed25519)
    assert not proof.shows(ENTRIES[7], NoteKey("example.org/log", key_name="other").vkey, ed25519)
    assert not proof.shows(ENTRIES[7], NoteKey("example.com/log").vkey, ed25519)
    for index in (6, 8, 11, 10**15):
        assert not replace(proof, index=index).shows(ENTRIES[7], LOG.vkey, ed25519)
    for hashes in ((), proof.hashes[:-1], (*proof.hashes, bytes(32)), proof.hashes[::-1]):
        assert not replace(proof, hashes=hashes).shows(ENTRIES[7], LOG.vkey, ed25519)


def test_a_good_path_under_an_unsigned_head_shows_nothing() -> None:
    """Must 2: the checkpoint's signature is asked too."""
    proof = made(7)
    forged = str(proof.checkpoint.note).replace("\n11\n", "\n12\n")
    assert not replace(proof, checkpoint=SignedCheckpoint.parse(forged)).shows(ENTRIES[7], LOG.vkey, ed25519)


TEXT = str(made(7))
HASH = TEXT.split("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        TEXT[:-1],
        TEXT + "\n",
        "\n" + TEXT,
        TEXT.replace("@v1", "@v2"),
        TEXT.replace("c2sp.org", "C2SP.org"),
        TEXT.replace("index 7", "index 07"),
        TEXT.replace("index 7", "index -7"),
        TEXT.replace("index 7", "index  7"),
        TEXT.replace("index 7", "index 7 "),
        TEXT.replace("index 7", "index ٧"),
        TEXT.replace("index 7", "index " + "7" * 17),
        TEXT.replace("index 7", "index " + "7" * 5000),
        TEXT.replace("index 7\n", ""),
        TEXT.replace("index 7", "index 7\nindex 7"),
        TEXT.replace("index 7", "index 7\nextra AP8="),
        TEXT.replace("index 7", "extra AP8=\nextra AP8=\nindex 7"),
        TEXT.replace("index 7", "extra AP8\nindex 7"),
        TEXT.replace("index 7", "extra AP9=\nindex 7"),
        TEXT.replace("index 7", "extra  AP8=\nindex 7"),
        TEXT.replace("index 7", "extra\nindex 7"),
        TEXT.replace("index 7", "extra Ä\nindex 7"),
        TEXT.replace(HASH, HASH[:-1]),
        TEXT.replace(HASH, HASH + "="),
        TEXT.replace(HASH, HASH + " "),
        TEXT.replace(HASH, ""),
        TEXT.replace(HASH, b64(bytes(31))),
        TEXT.replace(HASH, b64(bytes(33))),
        TEXT.replace(HASH, HASH.replace("+", "-").replace("/", "_").replace(HASH[0], "*")),
        TEXT.replace(HASH, "\n".join([HASH] * 64)),
        TEXT.replace("\n\n", "\n", 1),
        TEXT.replace("\n\n", "\n\n\n", 1),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("example", "ex\ud800mple"),
        TEXT.encode("utf-16"),
        TEXT.encode() + b"\xff",
        TEXT.partition("\n\n")[0] + "\n\n",
        TEXT.partition("\n\n")[0],
    ],
    ids=count(),
)
def test_a_proof_file_has_one_form(text: str | bytes) -> None:
    """Must 1."""
    with pytest.raises(Malformed):
        Proof.parse(text)


def test_63_hashes_are_read() -> None:
    """Must 1: as many as a tree of 2^63 can ask for."""
    text = TEXT.replace(HASH, "\n".join([HASH] * (63 - len(made(7).hashes) + 1)))
    assert len(Proof.parse(text).hashes) == 63


@given(st.integers(0, len(TEXT.encode()) - 1), st.integers(1, 255))
def test_no_changed_byte_still_shows_the_entry(at: int, flip: int) -> None:
    """Must 2."""
    raw = bytearray(TEXT.encode())
    raw[at] ^= flip
    try:
        proof = Proof.parse(bytes(raw))
    except Malformed:
        return
    assert not proof.shows(ENTRIES[7], LOG.vkey, ed25519)
