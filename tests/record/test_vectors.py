"""The golden vectors of tests/vectors/record: made again, and checked by hand without ledger.record.

They are data for every other implementation, and they hold this one to its bytes: what stands never changes.
"""

import base64
import json
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keys import check
from ledger.errors import Malformed
from ledger.record.authority import faults
from ledger.record.canonical import decode
from ledger.record.entry import read_entry
from ledger.record.roll import Place, Roll
from tools import make_vectors

FOLDER = Path(__file__).parents[1] / "vectors" / "record"


@cache
def cases(name: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))
    return read


def case(name: str, title: str) -> dict[str, Any]:
    (found,) = [c for c in cases(name) if c["name"] == title]
    return found


def unb64u(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize("name", make_vectors.FILES)
def test_the_vectors_are_made_again_as_they_stand(name: str) -> None:
    """A change here is a change of the format: it needs a new version of it, not new vectors."""
    made = list(make_vectors.FILES[name]())
    assert make_vectors.differences(name, made) == []
    assert (FOLDER / f"{name}.json").read_text(encoding="ascii") == make_vectors.text_of(made)
    assert max(Counter(c["name"] for c in made).values()) == 1


def test_no_file_of_vectors_is_left_behind() -> None:
    assert {p.stem for p in FOLDER.iterdir()} == set(make_vectors.FILES)


def test_what_stands_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors only grow: a new case is added, a changed one is refused and nothing is written."""
    monkeypatch.setattr(make_vectors, "FOLDER", tmp_path)
    monkeypatch.setattr(make_vectors, "FILES", {"a": lambda: iter([{"name": "one", "x": 1}])})
    assert make_vectors.main(only_check=True) == 1
    assert make_vectors.main(only_check=False) == 0
    assert make_vectors.main(only_check=True) == 0
    grown = [{"name": "zero", "x": 0}, {"name": "one", "x": 1}]
    monkeypatch.setattr(make_vectors, "FILES", {"a": lambda: iter(grown)})
    assert make_vectors.main(only_check=False) == 0
    stands = (tmp_path / "a.json").read_text()
    assert json.loads(stands) == grown
    for changed in (
        [{"name": "zero", "x": 0}, {"name": "one", "x": 2}],
        grown[:1],
        [*grown[1:], {"name": "new"}],
    ):
        monkeypatch.setattr(make_vectors, "FILES", {"a": lambda made=changed: iter(made)})
        assert make_vectors.main(only_check=False) == 1
        assert (tmp_path / "a.json").read_text() == stands


@pytest.mark.parametrize("c", cases("canonical"), ids=lambda c: c["name"])
def test_canonical_bytes_are_those_of_rfc_8785(c: dict[str, Any]) -> None:
    assert rfc8785.dumps(c["value"]).hex() == c["canonical_hex"]
    assert decode(bytes.fromhex(c["canonical_hex"])) == c["value"]


@pytest.mark.parametrize("c", cases("refused"), ids=lambda c: c["name"])
def test_refused_bytes_are_refused(c: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        decode(bytes.fromhex(c["bytes_hex"]))


@pytest.mark.parametrize("c", cases("events"), ids=lambda c: c["name"])
def test_an_events_digest_is_labelled(c: dict[str, Any]) -> None:
    data = rfc8785.dumps(c["event"])
    assert data.hex() == c["canonical_hex"]
    assert c["digest"] == "sha256:" + sha256(b"countersign/event/v1\n" + data).hexdigest()


@pytest.mark.parametrize("c", cases("signatures"), ids=lambda c: c["name"])
def test_a_signature_is_over_the_labelled_message(c: dict[str, Any]) -> None:
    label, _, message = c["message"].partition("\n")
    value = json.loads(message)
    assert label == "countersign/signature/v1"
    assert rfc8785.dumps(value).decode() == message
    assert (value["event"], value["key"]) == (c["event"], c["key"])
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(c["seed_hex"]))
    assert b64u(key.sign(c["message"].encode())) == c["sig"]
    public = {"kind": "ed25519", "public": b64u(key.public_key().public_bytes_raw())}
    assert c["key"] == "k-" + sha256(b"countersign/key/v1\n" + rfc8785.dumps(public)).hexdigest()[:32]


@pytest.mark.parametrize("c", cases("keys"), ids=lambda c: c["name"])
def test_a_key_is_called_by_kind_and_public(c: dict[str, Any]) -> None:
    named = rfc8785.dumps({"kind": c["kind"], "public": c["public"]})
    assert c["key"] == "k-" + sha256(b"countersign/key/v1\n" + named).hexdigest()[:32]
    assert bytes.fromhex(c["raw_hex"]) in unb64u(c["public"])


@pytest.mark.parametrize("c", cases("possessions"), ids=lambda c: c["name"])
def test_possession_is_proved_over_the_labelled_claim(c: dict[str, Any]) -> None:
    claim = {"key": c["key"], "kind": "ed25519", "ledger": c["ledger"], "person": c["person"]}
    assert bytes.fromhex(c["message_hex"]) == b"countersign/possession/v1\n" + rfc8785.dumps(claim)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(c["seed_hex"]))
    key.public_key().verify(unb64u(c["proof"]), bytes.fromhex(c["message_hex"]))


@pytest.mark.parametrize("c", cases("disclosures"), ids=lambda c: c["name"])
def test_a_commitment_is_the_hash_of_the_disclosures_text(c: dict[str, Any]) -> None:
    array = rfc8785.dumps([b64u(bytes.fromhex(c["salt_hex"])), c["field"], c["value"]])
    assert c["disclosure"] == b64u(array)
    assert c["commitment"] == b64u(sha256(c["disclosure"].encode()).digest())


SIZE = sum(c["name"].startswith("entry ") for c in cases("log"))
ENTRIES = [bytes.fromhex(case("log", f"entry {i}")["bytes_hex"]) for i in range(SIZE)]
LEAVES = [sha256(b"\x00" + e).digest() for e in ENTRIES]


def mth(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def test_the_small_ledger_is_a_chain_and_a_tree() -> None:
    prev = "0" * 64
    for i, raw in enumerate(ENTRIES):
        value = json.loads(raw)
        assert rfc8785.dumps(value) == raw
        assert (value["index"], value["prev"]) == (i, prev)
        assert case("log", f"entry {i}")["entry"] == value
        assert case("log", f"entry {i}")["leaf_hex"] == LEAVES[i].hex()
        prev = LEAVES[i].hex()
    assert SIZE == 7


def test_the_small_ledgers_checkpoints_are_signed_notes() -> None:
    """With base64, hashlib and cryptography alone."""
    parties = case("log", "parties")
    name, key_id, encoded = parties["log_vkey"].split("+")
    raw = base64.b64decode(encoded)
    assert raw[0] == 1
    assert sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == key_id
    for size in range(1, SIZE + 1):
        text, _, line = case("log", f"checkpoint {size}")["note"].partition("\n\n")
        assert text == f"{parties['origin']}\n{size}\n{base64.b64encode(mth(LEAVES[:size])).decode()}"
        dash, signer, blob = line.rstrip("\n").split(" ")
        assert (dash, signer) == ("—", name)
        assert base64.b64decode(blob)[:4].hex() == key_id
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(base64.b64decode(blob)[4:], f"{text}\n".encode())


def test_the_witness_cosigned_the_last_checkpoint() -> None:
    text, _, lines = case("log", f"checkpoint {SIZE}, cosigned")["note"].partition("\n\n")
    raw = base64.b64decode(case("log", "parties")["witness_vkey"].split("+")[2])
    assert raw[0] == 4
    blob = base64.b64decode(lines.splitlines()[1].split(" ")[2])
    seconds = int.from_bytes(blob[4:12], "big")
    message = f"cosignature/v1\ntime {seconds}\n{text}\n".encode()
    Ed25519PublicKey.from_public_bytes(raw[1:]).verify(blob[12:], message)


def test_the_small_ledger_is_in_order() -> None:
    """Claims 7 and 8 hold for it, so that whoever checks their own verifier against it gets no finding."""
    roll = Roll()
    for index, raw in enumerate(ENTRIES):
        entry = read_entry(raw)
        if entry.act is None:
            continue
        assert faults(roll, entry.act, Place(index, entry.recorded_at), check) == []
        roll.fold(entry.act.event, index, check)
    assert [c["name"] for c in cases("log") if c["name"].startswith("disclosure")] == [
        "disclosure of entry 4",
        "disclosure of entry 5",
    ]
