"""Other people's test vectors, read by us: ../shared/vectors, data only, each with its source and licence.

A clone of this repository alone has no such folder; then these tests are skipped and say so. Our own tests and the
programs in this folder stand without them.
"""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from keys.check import ed25519
from ledger.errors import Malformed
from ledger.record import tiles
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint
from ledger.record.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from ledger.record.note import COSIGNER_KEY, LOG_KEY, Vkey, parse_note

VECTORS = Path(__file__).resolve().parents[2].parent / "shared" / "vectors"

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not VECTORS.is_dir(), reason="no ../shared/vectors beside this clone"),
]


@cache
def load(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def cases(name: str, key: str = "vectors") -> list[dict[str, Any]]:
    """For parametrize, which runs also where there is no folder."""
    return load(name)[key] if VECTORS.is_dir() else []


def unb64(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def title(case: dict[str, Any]) -> str:
    return str(case.get("file", case.get("desc"))).removeprefix("testdata/").removesuffix(".json")


# ---- transparency-dev/merkle


def test_rfc6962_tree() -> None:
    data = load("rfc6962-tree")
    leaves = [leaf_hash(bytes.fromhex(x)) for x in data["leaf_inputs_hex"]]
    roots = [bytes.fromhex(x) for x in data["root_hashes_by_size_hex"]]
    assert len(leaves) == 8
    frontier = Frontier()
    for size, root in enumerate(roots):
        assert frontier.root() == root_of(leaves[:size]) == root
        if size < len(leaves):
            frontier.append(leaves[size])
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below), 2)])
    assert [h.hex() for level in levels for h in level] == data["node_hashes_hex_flat_by_level"]


@pytest.mark.parametrize("case", cases("merkle-inclusion"), ids=title)
def test_merkle_inclusion(case: dict[str, Any]) -> None:
    proof = [unb64(h) for h in case["proof"] or []]
    leaf, root = unb64(case["leafHash"]), unb64(case["root"])
    assert verify_inclusion(case["leafIdx"], case["treeSize"], leaf, proof, root) is not case["wantErr"]


NOT_32_BYTES = "testdata/consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"


@pytest.mark.parametrize(
    "case",
    [c for c in cases("merkle-consistency") if c["file"] != NOT_32_BYTES and c["size1"] > 0],
    ids=title,
)
def test_merkle_consistency(case: dict[str, Any]) -> None:
    proof = [unb64(h) for h in case["proof"] or []]
    old, new = unb64(case["root1"]), unb64(case["root2"])
    assert verify_consistency(case["size1"], case["size2"], old, new, proof) is not case["wantErr"]


@pytest.mark.parametrize("case", [c for c in cases("merkle-consistency") if c["size1"] == 0], ids=title)
def test_merkle_consistency_from_the_empty_tree(case: dict[str, Any]) -> None:
    """Always an error there; tlog-witness needs it to hold with an empty proof from the one root of size 0."""
    proof = [unb64(h) for h in case["proof"] or []]
    old, new = unb64(case["root1"]), unb64(case["root2"])
    assert case["wantErr"]
    if verify_consistency(0, case["size2"], old, new, proof):
        assert old == EMPTY_ROOT
        assert not proof


def test_the_one_inclusion_vector_that_is_left_out_has_roots_of_another_length() -> None:
    (case,) = [c for c in cases("merkle-consistency") if c["file"] == NOT_32_BYTES]
    assert len(unb64(case["root1"])) != 32
    assert len(cases("merkle-consistency")) == len(cases("merkle-inclusion")) == 98


# ---- C2SP signed-note, x/mod


@pytest.mark.parametrize("case", cases("signed-notes", "notes"), ids=title)
def test_signed_notes(case: dict[str, Any]) -> None:
    """Also the note of 101 signatures: our limit is that of x/mod."""
    keys = [Vkey.parse(vkey) for vkey in case["vkeys"]]
    try:
        verified = sum(parse_note(case["note"]).signed_by(key, ed25519) for key in keys)
    except Malformed:
        assert not case["ok"]
        return
    assert (verified > 0) is case["ok"]
    assert verified == (case["verified"] or 0)


@pytest.mark.parametrize("vkey", cases("signed-notes", "bad_vkeys"))
def test_bad_vkeys_verify_nothing(vkey: str) -> None:
    """One has the wrong length, one a type that nobody assigned: we read the type and believe nothing under it."""
    try:
        key = Vkey.parse(vkey)
    except Malformed:
        return
    assert key.type not in (LOG_KEY, COSIGNER_KEY)


def test_one_bad_vkey_is_refused_outright() -> None:
    with pytest.raises(Malformed, match="not a verifier key"):
        Vkey.parse(load("signed-notes")["bad_vkeys"][0])


# ---- sunlight


@pytest.mark.parametrize("case", cases("cosignatures"), ids=range(len(cases("cosignatures"))))
def test_cosignatures(case: dict[str, Any]) -> None:
    note = parse_note(case["checkpoint"])
    head = Checkpoint.parse(note.text)
    assert head.size == 300
    assert case["valid_cosignatures"]
    for valid in case["valid_cosignatures"]:
        key = Vkey.parse(valid["vkey"])
        assert note.cosigned_by(key, ed25519) == valid["timestamp"]
        moved = parse_note(case["checkpoint"].replace("\n300\n", "\n301\n"))
        assert moved.cosigned_by(key, ed25519) is None
    known = {Vkey.parse(v["vkey"]).id for v in case["valid_cosignatures"]}
    for line in note.lines:
        if line.id not in known:  # the log's own, of a type (0x05) that we do not know
            assert note.cosigned_by(Vkey(line.name, COSIGNER_KEY, bytes(32)), ed25519) is None


# ---- Tessera


def tessera(path: str) -> bytes:
    return unb64(load("tessera-log-15")["files_base64"][path])


def tessera_entries(size: int) -> list[bytes]:
    return [
        entry
        for tile in tiles.tiles_of(size)
        if tile.level == tiles.ENTRIES
        for entry in tiles.split_entries(tessera(tile.path))
    ]


def tessera_reader(size: int) -> Any:
    def read(level: int, index: int) -> bytes:
        tile_level, tile_index, first = tiles.node_place(level, index)
        width = tiles.width_at(tile_level, tile_index, size)
        hashes = tiles.split_hashes(tessera(tiles.Tile(tile_level, tile_index, width).path))
        return root_of(hashes[first : first + (1 << level % tiles.HEIGHT)])

    return read


def test_a_whole_log_of_tessera_is_read() -> None:
    """Every checkpoint is signed, extends every earlier one, and is the root of the entries that the tiles hold."""
    data = load("tessera-log-15")
    key = Vkey.parse(data["vkey"])
    heads = []
    for size in range(16):
        signed = SignedCheckpoint.parse(tessera(f"checkpoint.{size}"))
        assert signed.holds(key, ed25519)
        assert signed.checkpoint.size == size
        entries = tessera_entries(size)
        assert entries == [leaf.encode() for leaf in data["leaves"][:size]]
        assert root_of(map(leaf_hash, entries)) == signed.checkpoint.root
        heads.append(signed.checkpoint)
    assert tessera("checkpoint") == tessera("checkpoint.15")
    for new in heads[1:]:
        read = tessera_reader(new.size)
        for index, leaf in enumerate(data["leaves"][: new.size]):
            proof = inclusion_proof(index, new.size, read)
            assert verify_inclusion(index, new.size, leaf_hash(leaf.encode()), proof, new.root)
        for old in heads[1 : new.size + 1]:
            proof = consistency_proof(old.size, new.size, read)
            assert verify_consistency(old.size, new.size, old.root, new.root, proof)


def test_every_file_of_that_log_has_a_name_that_we_would_give_it() -> None:
    files = [p for p in load("tessera-log-15")["files_base64"] if p.startswith("tile/")]
    ours = {tile.path for size in range(16) for tile in tiles.tiles_of(size)}
    assert set(files) == ours
    assert [tiles.Tile.parse(p).path for p in files] == files


# ---- transparency-dev/witness


def test_witness_checkpoints() -> None:
    data = load("witness-checkpoints")
    key = Vkey.parse(data["log_vkey"])
    old, new = (SignedCheckpoint.parse(data[name]) for name in ("checkpoint_5", "checkpoint_8"))
    assert old.holds(key, ed25519)
    assert new.holds(key, ed25519)
    proof = [bytes.fromhex(h) for h in data["consistency_proof_5_8_hex"]]
    assert verify_consistency(5, 8, old.checkpoint.root, new.checkpoint.root, proof)
    assert not verify_consistency(5, 8, new.checkpoint.root, old.checkpoint.root, proof)
    assert not verify_consistency(5, 8, old.checkpoint.root, new.checkpoint.root, proof[:-1])


@pytest.mark.parametrize("step", range(9))
def test_witness_session_checkpoints_are_read(step: int) -> None:
    """The bodies of add-checkpoint hold a note after their first empty line; the protocol has its own tests.

    One signature has stray bits in its base64: Go decodes it and finds it bad, we refuse its line.
    """
    data = load("witness-session")
    asked = data["steps"][step]
    key = Vkey.parse(data["log_vkey"])
    try:
        signed = SignedCheckpoint.parse(asked["body"].split("\n\n", 1)[1])
    except Malformed:
        assert asked["spec_status"] == 403
        return
    if asked["spec_status"] in (200, 409):
        assert signed.holds(key, ed25519)
