"""Sigstore's client, which checks a public log of software signatures, checks an entry of ours.

It reads our checkpoint as a signed note, its signature, and the inclusion proof, by its own code only. (It takes the
entry for one of its own log; what the entry says it does not look at here.)
"""

import base64
from functools import cache
from typing import Any

import pytest
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore._internal.rekor.checkpoint import LogCheckpoint, SignedCheckpoint, SignedNote, verify_checkpoint
from sigstore._internal.trust import Keyring, RekorKeyring
from sigstore.errors import VerificationError
from sigstore.models import TransparencyLogEntry
from sigstore_models.common.v1 import LogId, PublicKey, PublicKeyDetails
from sigstore_models.rekor.v1 import Checkpoint, InclusionProof, KindVersion
from sigstore_models.rekor.v1 import TransparencyLogEntry as Inner

from ledger.record.merkle import inclusion_proof, leaf_hash, root_of
from ledger.record.note import COSIGNER_KEY
from tests.keys.authenticator import spki_of
from tests.kit import NoteKey, World, private_key

pytestmark = pytest.mark.conformance


@cache
def world() -> World:
    made = World(witnesses=(NoteKey("witness.example/w1", COSIGNER_KEY, "w1"),))
    made.found()
    for i in range(12):
        made.note(f"Drill {i} – held.")
    return made


def keyring(key_name: str = "log") -> RekorKeyring:
    der = base64.b64encode(spki_of(private_key(key_name)))
    return RekorKeyring(Keyring([PublicKey(raw_bytes=der, key_details=PublicKeyDetails.PKIX_ED25519)]))


def u64(number: int) -> Any:
    """Their models read a 64-bit number from a string, as protobuf's JSON writes it, and say that it is an int."""
    return str(number)


def entry(number: int, **changes: Any) -> TransparencyLogEntry:
    """Our entry as their client receives one."""
    made = world()
    leaves = [leaf_hash(e) for e in made.entries]

    def read(level: int, i: int) -> bytes:
        return root_of(leaves[i << level : (i + 1) << level])

    said: dict[str, Any] = {
        "index": number,
        "size": len(leaves),
        "hashes": inclusion_proof(number, len(leaves), read),
        "root": root_of(leaves),
        "note": made.checkpoint(),
        "body": made.entries[number],
        "id": made.log.vkey.id + bytes(28),
    } | changes
    return TransparencyLogEntry(
        Inner(
            log_index=u64(said["index"]),
            log_id=LogId(key_id=base64.b64encode(said["id"])),
            kind_version=KindVersion(kind="countersign", version="1"),
            inclusion_proof=InclusionProof(
                log_index=u64(said["index"]),
                root_hash=base64.b64encode(said["root"]),
                tree_size=u64(said["size"]),
                hashes=[base64.b64encode(h) for h in said["hashes"]],
                checkpoint=Checkpoint(envelope=said["note"]),
            ),
            canonicalized_body=base64.b64encode(said["body"]),
        )
    )


@pytest.mark.parametrize("index", range(13))
def test_their_client_finds_our_entry_in_our_signed_tree(index: int) -> None:
    theirs = entry(index)
    verify_merkle_inclusion(theirs)
    verify_checkpoint(keyring(), theirs)


HASHES = [bytes([i]) * 32 for i in range(4)]
OFF_THE_PATH: list[dict[str, Any]] = [
    {"body": b"another entry"},
    {"index": 6},
    {"size": 33},
    {"hashes": HASHES},
    {"hashes": HASHES[:3]},
    {"hashes": []},
    {"root": bytes(32)},
]


@pytest.mark.parametrize("change", OFF_THE_PATH, ids=range(len(OFF_THE_PATH)))
def test_their_client_refuses_another_path(change: dict[str, Any]) -> None:
    """So that the test above says something."""
    with pytest.raises(VerificationError):
        verify_merkle_inclusion(entry(5, **change))


def test_their_client_refuses_another_head() -> None:
    for change in (
        {"note": world().checkpoint().replace("\n13\n", "\n14\n")},
        {"note": world().checkpoint(12)},
        {"root": bytes(32)},
    ):
        with pytest.raises(VerificationError):
            verify_checkpoint(keyring(), entry(5, **change))
    with pytest.raises(VerificationError):
        verify_checkpoint(keyring("another log"), entry(5))


def test_their_parser_reads_our_checkpoint() -> None:
    """With the witness's line beside the log's, which it skips."""
    made = world()
    signed = SignedCheckpoint.from_text(made.checkpoint())
    root = root_of(map(leaf_hash, made.entries))
    assert signed.checkpoint == LogCheckpoint(
        origin=made.origin, log_size=13, log_hash=root.hex(), other_content=[]
    )
    names = [s.name for s in SignedNote.from_text(made.checkpoint()).signatures]
    assert names == [made.origin, "witness.example/w1"]
