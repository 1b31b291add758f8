"""Showing an official that one filed something, from words and public lists alone (INTAKE §6, §10).

    {"author":"<43>","bind_salt":"<43>","cek":"<43>","challenge":"<43>","epoch":20246,"item":"<hex>","ledger":"…",
     "nonce":"<22>","sig":"<86>","to":"…","v":1}

signed by the author over "countersign/intake/v1/proof\\n" ‖ canonical without `sig` and `cek`. `cek` may be absent:
with it the official reads the text and the attachment keys too.

1. It must answer the official's own challenge and name the official: shown to one, it convinces no other.
2. Nonce, mark and L must stand in that epoch's list, and the mark be H("bind", bind_salt ‖ author).
3. With `cek` the bytes must hash to L, the body open, and be signed by the same author.
4. It must not be said to prove that the employer knew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from intake.body import Body
from intake.derive import Secrets
from intake.envelope import Envelope
from intake.errors import Unopened
from intake.labels import h, heading
from keys import check
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import decode, encode
from ledger.record.epoch import Epoch, Listed

_SIGNED = ("author", "bind_salt", "challenge", "epoch", "item", "ledger", "nonce", "to", "v")


@dataclass(frozen=True, slots=True)
class Question:
    """What an official asks: to whom the proof is made, their 32 random bytes, and on which ledger."""

    to: str
    challenge: bytes
    ledger: str


@dataclass(frozen=True, slots=True)
class Proof:
    """An answer to a Question for one listed item. Its repr shows no secret."""

    author: bytes
    bind_salt: bytes
    question: Question
    epoch: int
    place: Listed
    sig: bytes
    cek: bytes | None = None

    def members(self) -> dict[str, Any]:
        """The object shown above."""
        shown = {"cek": f.to_b64u(self.cek)} if self.cek is not None else {}
        return _claim(self) | {"sig": f.to_b64u(self.sig)} | shown

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return encode(self.members())

    def __repr__(self) -> str:
        return f"Proof({self.place.item.hex()}, to={self.question.to!r})"


def make(
    secrets: Secrets, question: Question, epoch: Epoch, item: bytes, *, show_text: bool = False
) -> Proof:
    """The proof for an own item of a list; Unopened when the item is not listed there or not this codename's."""
    place = epoch.place(item)
    if place is None or secrets.bind(place.nonce) != place.bind:
        raise Unopened
    author = secrets.author
    cek = secrets.cek(place.nonce) if show_text else None
    unsigned = Proof(author.raw, secrets.bind_salt(place.nonce), question, epoch.epoch, place, b"", cek)
    sig = author.sign_bytes(heading("proof") + encode(_claim(unsigned)))
    return Proof(author.raw, unsigned.bind_salt, question, epoch.epoch, place, sig, cek)


def check_proof(
    data: bytes, question: Question, epoch: Epoch, envelope: Envelope | None = None
) -> Body | None:
    """The body, when the proof shows it and the bytes are here, else None; Malformed says what does not hold."""
    members = f.members(decode(data), "", (*_SIGNED, "sig"), ("cek",))
    if f.integer(members["v"], "/v", 1) != 1:
        raise Malformed(f"proof format {members['v']} is not known", "/v")
    author = f.b64u(members["author"], "/author", 32)
    asked = Question(members["to"], f.b64u(members["challenge"], "/challenge", 32), members["ledger"])
    if asked != question:
        raise Malformed("it answers another question", "/challenge", "show it to whom it was made for")
    place = epoch.place(bytes.fromhex(f.hex64(members["item"], "/item")))
    if place is None or members["epoch"] != epoch.epoch:
        raise Malformed("no such item in the list of that epoch", "/item")
    salt = f.b64u(members["bind_salt"], "/bind_salt", 32)
    if f.b64u(members["nonce"], "/nonce", 16) != place.nonce or h("bind", salt + author) != place.bind:
        raise Malformed("the list holds another mark", "/bind_salt")
    signed = encode({name: members[name] for name in _SIGNED})
    if not check.ed25519(author, f.b64u(members["sig"], "/sig", 64), heading("proof") + signed):
        raise Malformed("not signed by the author", "/sig")
    if "cek" not in members or envelope is None:
        return None
    return _shown(envelope, place, author, f.b64u(members["cek"], "/cek", 32))


def _shown(envelope: Envelope, place: Listed, author: bytes, cek: bytes) -> Body:
    if envelope.item != place.item:
        raise Malformed("these are other bytes than the list names", "/item")
    try:
        body = envelope.body(cek)
    except Unopened:
        body = None
    if body is None or body.author != author or not body.holds(envelope.prefix):
        raise Malformed("the text does not open, or is not signed by this author", "/cek")
    return body


def _claim(proof: Proof) -> dict[str, Any]:
    return {
        "author": f.to_b64u(proof.author),
        "bind_salt": f.to_b64u(proof.bind_salt),
        "challenge": f.to_b64u(proof.question.challenge),
        "epoch": proof.epoch,
        "item": proof.place.item.hex(),
        "ledger": proof.question.ledger,
        "nonce": f.to_b64u(proof.place.nonce),
        "to": proof.question.to,
        "v": 1,
    }
