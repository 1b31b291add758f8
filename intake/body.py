"""The body of an envelope: what the reporter says (INTAKE §2, §10).

Canonical JSON of at most 16,380 bytes, padded to 16,384::

    {"attachments":[{"chunks":[{"id":"<hex>","key":"<43>"}],"media_type":"image/png","name":"a.png","size":300000}],
     "author":"<43>","excluded":[3],"kind":"report","panel":"ltbt","reply_key":"<1622>","sig":"<86>","tag_key":"<43>",
     "text":"…","v":1}

`author`, `reply_key`, `tag_key` and `sig` may be absent: a no-proof filing has none of them, a follow-up only `author`
and `sig`.

1. Only canonical JSON with exactly these members is a body.
2. `author` and `sig` must come together; `reply_key` and `tag_key` together, and only in a report with an author.
3. Whether `sig` holds is asked of the envelope that it lies in, and never refuses: a body whose signature does not hold
   is shown as from a stranger.
4. `sig` covers the envelope's prefix, so a body moved to another envelope must not hold there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

from intake.labels import ROOT
from intake.padding import pad, unpad
from keys import check
from keys.hybrid import PUBLIC_BYTES
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, decode, encode
from ledger.record.people import each

BYTES: Final = 16_384
MAX_CHUNKS: Final = 32
KINDS: Final = ("report", "follow_up")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of an attachment: the SHA-256 of its ciphertext, and its key."""

    id: bytes
    key: bytes

    def __repr__(self) -> str:
        return f"Chunk({self.id.hex()})"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in pieces; `size` is its own, without the filling of the last piece."""

    name: str
    media_type: str
    size: int
    chunks: tuple[Chunk, ...]


_SIZES: Final = (("author", 32), ("reply_key", PUBLIC_BYTES), ("tag_key", 32), ("sig", 64))


@dataclass(frozen=True, slots=True)
class Body:
    """What a reporter says, to which panel and without whom; keys and signature as raw bytes."""

    kind: str
    panel: str
    text: str
    excluded: tuple[int, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    author: bytes | None = None
    reply_key: bytes | None = None
    tag_key: bytes | None = None
    sig: bytes | None = None

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        """All pieces in body order, as they are uploaded."""
        return tuple(chunk for attachment in self.attachments for chunk in attachment.chunks)

    def members(self) -> dict[str, Any]:
        """The object shown above."""
        keys = (
            ("author", self.author),
            ("reply_key", self.reply_key),
            ("tag_key", self.tag_key),
            ("sig", self.sig),
        )
        return {
            "attachments": [
                {
                    "chunks": [{"id": c.id.hex(), "key": f.to_b64u(c.key)} for c in a.chunks],
                    "media_type": a.media_type,
                    "name": a.name,
                    "size": a.size,
                }
                for a in self.attachments
            ],
            "excluded": list(self.excluded),
            "kind": self.kind,
            "panel": self.panel,
            "text": self.text,
            "v": 1,
        } | {name: f.to_b64u(value) for name, value in keys if value is not None}

    def signed(self, author: Ed25519Signer, prefix: bytes) -> Body:
        """The body with its author's signature, for the envelope that begins with `prefix`."""
        unsigned = replace(self, author=author.raw, sig=None)
        return replace(unsigned, sig=author.sign_bytes(_message(unsigned, prefix)))

    def holds(self, prefix: bytes) -> bool:
        """True if its author signed it for the envelope that begins with `prefix`."""
        if self.author is None or self.sig is None:
            return False
        return check.ed25519(self.author, self.sig, _message(self, prefix))

    def to_bytes(self) -> bytes:
        """Padded, ready to be encrypted; Malformed when it is no body, or too long."""
        _require(self)
        return pad(encode(self.members()), BYTES)


def read(padded: bytes) -> Body:
    """The body in 16,384 bytes; Malformed."""
    data = decode(unpad(padded))
    f.members(
        data,
        "",
        ("attachments", "excluded", "kind", "panel", "text", "v"),
        ("author", "reply_key", "sig", "tag_key"),
    )
    if f.integer(data["v"], "/v", 1) != 1:
        raise Malformed(f"body format {data['v']} is not known", "/v")
    body = Body(
        f.one_of(data["kind"], KINDS, "/kind"),
        f.text(data["panel"], "/panel"),
        f.text(data["text"], "/text", empty=True),
        each(data["excluded"], "/excluded", f.integer),
        each(data["attachments"], "/attachments", _attachment),
        *(_key(data, name, size) for name, size in _SIZES),
    )
    _require(body)
    return body


def _require(body: Body) -> None:
    f.one_of(body.kind, KINDS, "/kind")
    f.text(body.panel, "/panel")
    f.text(body.text, "/text", empty=True)
    for name, size in _SIZES:
        value = getattr(body, name)
        if value is not None and len(value) != size:
            raise Malformed(f"{len(value)} bytes", f"/{name}", f"it has {size}")
    for i, one in enumerate(body.attachments):
        _require_attachment(one, f"/attachments/{i}")
    if list(body.excluded) != sorted(set(body.excluded)):
        raise Malformed("excluded seats are sorted, each once", "/excluded")
    if len(body.chunks) > MAX_CHUNKS:
        raise Malformed(f"{len(body.chunks)} pieces of attachments", "/attachments", f"at most {MAX_CHUNKS}")
    if (body.author is None) != (body.sig is None):
        raise Malformed("author and sig come together", "/sig")
    if (body.reply_key is None) != (body.tag_key is None):
        raise Malformed("reply_key and tag_key come together", "/reply_key")
    if body.reply_key is not None and (body.author is None or body.kind != "report"):
        raise Malformed("only a report with an author has a reply_key", "/reply_key")


def _require_attachment(one: Attachment, where: str) -> None:
    f.text(one.name, f"{where}/name")
    f.text(one.media_type, f"{where}/media_type")
    f.integer(one.size, f"{where}/size")
    for j, chunk in enumerate(one.chunks):
        if len(chunk.id) != 32 or len(chunk.key) != 32:
            raise Malformed("an id and a key have 32 bytes each", f"{where}/chunks/{j}")


def _attachment(value: Json, where: str) -> Attachment:
    f.members(value, where, ("chunks", "media_type", "name", "size"))
    return Attachment(
        f.text(value["name"], f"{where}/name"),
        f.text(value["media_type"], f"{where}/media_type"),
        f.integer(value["size"], f"{where}/size"),
        each(value["chunks"], f"{where}/chunks", _chunk),
    )


def _chunk(value: Json, where: str) -> Chunk:
    f.members(value, where, ("id", "key"))
    return Chunk(bytes.fromhex(f.hex64(value["id"], f"{where}/id")), f.b64u(value["key"], f"{where}/key", 32))


def _key(data: dict[str, Any], name: str, size: int) -> bytes | None:
    return f.b64u(data[name], f"/{name}", size) if name in data else None


def _message(body: Body, prefix: bytes) -> bytes:
    unsigned = {name: value for name, value in body.members().items() if name != "sig"}
    return ROOT + b"/body\x00" + sha256(prefix).digest() + sha256(encode(unsigned)).digest()
