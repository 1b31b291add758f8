"""The browser reads the ledger as it is published: proofs, signed states, confirmations, tiles."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest

from keys.signing import Ed25519Signer
from ledger.record import merkle
from ledger.record.canonical import encode
from ledger.record.checkpoint import Checkpoint
from ledger.record.fields import to_b64u
from ledger.record.note import COSIGNER_KEY, LOG_KEY, Note, Vkey, cosign, parse_note, sign_note
from ledger.record.tiles import ENTRIES, Tile, join_entries, width_at
from tests.client.conftest import Bridge

pytestmark = [pytest.mark.conformance, pytest.mark.xdist_group("client")]


class Key:
    """A log's or a witness's key."""

    def __init__(self, name: str, type_: int, seed: int) -> None:
        self._signer = Ed25519Signer.from_seed(bytes([seed]) * 32)
        self.vkey = Vkey(name, type_, self._signer.raw)

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign_bytes(message)


LOG = Key("example.org/log", LOG_KEY, 1)
WITNESS = Key("trust.example/t1", COSIGNER_KEY, 2)


def tree(size: int) -> tuple[list[bytes], merkle.ReadHash]:
    leaves = [merkle.leaf_hash(bytes([n % 256, n // 256])) for n in range(size)]

    def read(level: int, index: int) -> bytes:
        return merkle.root_of(leaves[index << level : (index + 1) << level])

    return leaves, read


def signed(size: int, root: bytes) -> str:
    text = Checkpoint("example.org/log", size, root).text()
    note = parse_note(sign_note(text, LOG))
    return str(Note(text, (*note.lines, cosign(text, WITNESS, 1_750_000_000))))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 21])
def test_every_inclusion_and_every_consistency(client: Bridge, size: int) -> None:
    leaves, read = tree(size)
    root = merkle.root_of(leaves)
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, read)
        shown = {"index": index, "size": size, "leaf": to_b64u(leaves[index]), "root": to_b64u(root)}
        for tried in (proof, proof[:-1], [*proof, root]):
            holds = merkle.verify_inclusion(index, size, leaves[index], tried, root)
            assert (
                client.ask("inclusion", proof=list(map(to_b64u, tried)), **shown)
                is holds
                is (tried is proof or tried == proof)
            )
    for old in range(1, size + 1):
        proof = merkle.consistency_proof(old, size, read)
        old_root = merkle.root_of(leaves[:old])
        shown = {"old": old, "size": size, "old_root": to_b64u(old_root), "root": to_b64u(root)}
        for tried in (proof, proof[:-1], [*proof, root], [sha256(b"").digest(), *proof[1:]]):
            holds = merkle.verify_consistency(old, size, old_root, root, tried)
            assert client.ask("consistency", proof=list(map(to_b64u, tried)), **shown) is holds


def test_a_signed_and_confirmed_state(client: Bridge) -> None:
    note = signed(3, bytes(32))
    keys = {"vkey": str(LOG.vkey), "witness": str(WITNESS.vkey)}
    assert client.ask("checkpoint", note=note, **keys) == {"size": 3, "signed": True, "seen": 1_750_000_000}
    other = {
        "vkey": str(Key("example.org/log", LOG_KEY, 9).vkey),
        "witness": str(Key("t", COSIGNER_KEY, 9).vkey),
    }
    assert client.ask("checkpoint", note=note, **other) == {"size": 3, "signed": False, "seen": None}
    elsewhere = str(Key("example.org/other", LOG_KEY, 1).vkey)
    assert client.ask("checkpoint", note=note, vkey=elsewhere)["signed"] is False


def test_a_state_that_is_written_otherwise_is_none(client: Bridge) -> None:
    note = signed(3, bytes(32))
    for wrong in (
        note.replace("\n3\n", "\n03\n"),
        note.replace("\n3\n", "\n3\nmore\n"),
        note[:-1],
        note.replace("— ", "- "),
        note.replace("\n\n", "\n"),
        note.replace("A=\n", "B=\n"),
    ):
        assert wrong != note
        assert client.refuses("checkpoint", note=wrong, vkey=str(LOG.vkey))
    vkey = str(LOG.vkey)
    assert client.refuses("checkpoint", note=note, vkey=vkey.replace("+", "+0", 1))
    assert client.refuses("checkpoint", note=note, vkey=vkey[:-1])


@pytest.mark.parametrize("size", [1, 5, 256, 300, 700])
def test_an_entry_is_proved_from_the_published_tiles(client: Bridge, size: int) -> None:
    rng = random.Random(size)
    data = {"epoch": 20245}
    act = {"event": {"data": data, "type": "intake.epoch_sealed"}, "signatures": []}

    def entry(index: int) -> bytes:
        return encode(
            {"act": act, "index": index, "prev": "0" * 64, "recorded_at": "", "stream_version": 1, "v": 1}
        )

    entries = [entry(n) for n in range(size)]
    leaves = [merkle.leaf_hash(e) for e in entries]
    files = {}
    for tile in range(-(-size // 256)):
        part = slice(tile * 256, tile * 256 + 256)
        bundle = Tile(ENTRIES, tile, width_at(ENTRIES, tile, size)).path
        files[bundle] = to_b64u(join_entries(entries[part]))
        files[Tile(0, tile, width_at(0, tile, size)).path] = to_b64u(b"".join(leaves[part]))
    if size >= 256:
        roots = [merkle.root_of(leaves[n * 256 : n * 256 + 256]) for n in range(size // 256)]
        files[Tile(1, 0, len(roots)).path] = to_b64u(b"".join(roots))
    note = signed(size, merkle.root_of(leaves))
    for index in {0, size - 1, size // 2, rng.randrange(size)}:
        assert client.ask("entry", files=files, note=note, index=index) == to_b64u(entries[index])
        ask = {"files": files, "note": note, "index": index, "type": "intake.epoch_sealed"}
        assert client.ask("recorded", data=encode(data).decode(), **ask) is True
        assert client.ask("recorded", data=encode({"epoch": 20246}).decode(), **ask) is False
        assert client.ask("recorded", data=encode(data).decode(), **{**ask, "type": "note.recorded"}) is False
    assert client.ask("entry", files=files, note=note, index=size) is None
    forged = signed(size, bytes(32))
    assert client.ask("entry", files=files, note=forged, index=0) is None
