"""An answer to the reporter, signed inside by one trustee or two (INTAKE §4, §10).

    {"directory":"<hex>","first":20246,"id":"<32 hex>","signatures":[{"seat":0,"sig":"<86>"},{"seat":2,"sig":"<86>"}],
     "text":"…","to":"<hex H("reply", reply_key)>","v":1}

each signs "countersign/intake/v1/reply\\n" ‖ canonical without `signatures`.

1. Every signature in it must hold, under a seat of the directory that it names; one that does not spoils the answer.
2. Signatures must be sorted by seat, one or two; with one it is shown as from one trustee alone.
3. It must be addressed to the reader's own reply key: an answer to somebody else is none.
4. Nobody who was excluded from the thread may be among the signers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.directory import Directory
from intake.errors import Unopened
from intake.labels import h, heading
from keys import check
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, decode, encode
from ledger.record.people import each

NOBODY_WILL_ASK = "Nobody from the panel will ask who you are."
"""Always shown with an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `first` is the epoch in which it was first posted; `id` 16 bytes by which clients drop doubles."""

    directory: bytes
    first: int
    id: bytes
    to: bytes
    text: str
    signatures: tuple[tuple[int, bytes], ...] = ()

    @property
    def seats(self) -> tuple[int, ...]:
        """Who signed."""
        return tuple(seat for seat, _ in self.signatures)

    @property
    def alone(self) -> bool:
        """True when one trustee says this without a second."""
        return len(self.signatures) < 2

    def to_bytes(self) -> bytes:
        """Canonical JSON, as it lies in a message."""
        signatures = [{"seat": seat, "sig": f.to_b64u(sig)} for seat, sig in self.signatures]
        return encode(_unsigned(self) | {"signatures": signatures})

    def signed(self, seat: int, signer: Ed25519Signer) -> Reply:
        """The answer with one more signature."""
        sig = signer.sign_bytes(_message(self))
        return replace(self, signatures=tuple(sorted({**dict(self.signatures), seat: sig}.items())))


def address(reply_key: bytes) -> bytes:
    """`to` of an answer."""
    return h("reply", reply_key)


def read(
    content: bytes,
    directories: Mapping[bytes, Directory],
    reply_key: bytes,
    excluded: Collection[str] = (),
) -> Reply:
    """An answer to the holder of `reply_key`; Unopened for anything that is not whole.

    `excluded` names persons, since seats are numbered anew in each directory.
    """
    try:
        reply = _layout(decode(content))
    except Malformed:
        raise Unopened from None
    directory = directories.get(reply.directory)
    if directory is None or reply.to != address(reply_key):
        raise Unopened
    for seat, sig in reply.signatures:
        if seat >= directory.size or directory.roster.seats[seat].person in excluded:
            raise Unopened
        if not check.ed25519(directory.sign(seat), sig, _message(reply)):
            raise Unopened
    return reply


def _layout(data: Json) -> Reply:
    f.members(data, "", ("directory", "first", "id", "signatures", "text", "to", "v"))
    if f.integer(data["v"], "/v", 1) != 1:
        raise Malformed(f"reply format {data['v']} is not known", "/v")
    signatures: tuple[tuple[int, bytes], ...] = each(data["signatures"], "/signatures", _signature)
    seats = [seat for seat, _ in signatures]
    if not 1 <= len(seats) <= 2 or seats != sorted(set(seats)):
        raise Malformed("one or two signatures, sorted by seat", "/signatures")
    id_ = f.text(data["id"], "/id")
    f.hex64(id_ * 2, "/id")  # 32 hex digits
    return Reply(
        bytes.fromhex(f.hex64(data["directory"], "/directory")),
        f.integer(data["first"], "/first"),
        bytes.fromhex(id_),
        bytes.fromhex(f.hex64(data["to"], "/to")),
        f.text(data["text"], "/text"),
        signatures,
    )


def _signature(value: Json, where: str) -> tuple[int, bytes]:
    f.members(value, where, ("seat", "sig"))
    return f.integer(value["seat"], f"{where}/seat"), f.b64u(value["sig"], f"{where}/sig", 64)


def _unsigned(reply: Reply) -> dict[str, Any]:
    return {
        "directory": reply.directory.hex(),
        "first": reply.first,
        "id": reply.id.hex(),
        "text": reply.text,
        "to": reply.to.hex(),
        "v": 1,
    }


def _message(reply: Reply) -> bytes:
    return heading("reply") + encode(_unsigned(reply))
