"""Showing an official: to whom it was made, from the list, and by nobody else (INTAKE §6, §10)."""

from dataclasses import replace

import pytest

from intake import envelope, proof
from intake.body import Body
from intake.derive import Secrets
from intake.errors import Unopened
from keys.check.encoding import encode as b64u
from ledger.errors import Malformed
from ledger.record.canonical import decode, encode
from ledger.record.epoch import Epoch, Listed
from tests.intake.kit import EPOCH, FIVE, ORIGIN, WORDS, Drawn, report, seed

ONE = report("What I saw.")
COVERS = [envelope.cover(FIVE, Drawn(f"{n}")) for n in range(2)]
ROWS = sorted((Listed(e.nonce, e.bind, e.item) for e in (ONE, *COVERS)), key=lambda row: row.item)
LIST = Epoch(EPOCH, FIVE.digest.hex(), tuple(ROWS), (), (), "", "")
ASKED = proof.Question("Labour inspector", seed("challenge"), ORIGIN)
SHORT = proof.make(WORDS, ASKED, LIST, ONE.item)
LONG = proof.make(WORDS, ASKED, LIST, ONE.item, show_text=True)


def test_a_proof_shows_that_it_was_filed_and_with_the_key_what() -> None:
    assert proof.check_proof(SHORT.to_bytes(), ASKED, LIST, ONE) is None
    body = proof.check_proof(LONG.to_bytes(), ASKED, LIST, ONE)
    assert body
    assert body.text == "What I saw."
    assert SHORT.sig == LONG.sig


def test_a_proof_shows_no_secret_in_its_repr() -> None:
    assert b64u(WORDS.cek(ONE.nonce)) not in repr(LONG)
    assert "Secrets(…)" in repr(WORDS)


def test_nobody_proves_an_item_that_is_not_theirs() -> None:
    for words, item in ((Secrets(bytes(16)), ONE.item), (WORDS, COVERS[0].item), (WORDS, bytes(32))):
        with pytest.raises(Unopened):
            proof.make(words, ASKED, LIST, item)


@pytest.mark.parametrize(
    "asked",
    [
        replace(ASKED, to="The employer"),
        replace(ASKED, challenge=bytes(32)),
        replace(ASKED, ledger="other.example/log"),
    ],
    ids=["another official", "another challenge", "another ledger"],
)
def test_1_a_proof_convinces_no_other(asked: proof.Question) -> None:
    with pytest.raises(Malformed, match="another question"):
        proof.check_proof(SHORT.to_bytes(), asked, LIST)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("author", b64u(Secrets(bytes(16)).author.raw)),
        ("bind_salt", b64u(bytes(32))),
        ("epoch", EPOCH + 1),
        ("item", COVERS[0].item.hex()),
        ("nonce", b64u(bytes(16))),
        ("sig", b64u(bytes(64))),
        ("v", 2),
        ("more", 1),
    ],
    ids=["author", "bind salt", "epoch", "item", "nonce", "signature", "version", "a member more"],
)
def test_2_a_changed_proof_is_refused(name: str, value: object) -> None:
    with pytest.raises(Malformed):
        proof.check_proof(encode(decode(SHORT.to_bytes()) | {name: value}), ASKED, LIST)


def test_3_the_text_is_the_listed_one_by_the_same_author() -> None:
    with pytest.raises(Malformed, match="other bytes"):
        proof.check_proof(LONG.to_bytes(), ASKED, LIST, COVERS[0])
    bad = encode(decode(LONG.to_bytes()) | {"cek": b64u(bytes(32))})
    with pytest.raises(Malformed, match="does not open"):
        proof.check_proof(bad, ASKED, LIST, ONE)


def test_3_somebody_elses_text_under_ones_own_mark_is_refused() -> None:
    """An envelope that another author signed, with a bind of one's own, proves nothing about the text."""
    other = Secrets(bytes(16))
    one = envelope.seal(FIVE, Body("report", "ltbt", "theirs"), seed("n")[:16], Drawn("theirs"), other)
    listed = replace(LIST, items=(Listed(one.nonce, WORDS.bind(one.nonce), one.item),))
    made = proof.make(WORDS, ASKED, listed, one.item, show_text=True)
    stolen = encode(decode(made.to_bytes()) | {"cek": b64u(other.cek(one.nonce))})
    with pytest.raises(Malformed, match="not signed by this author"):
        proof.check_proof(stolen, ASKED, listed, one)
