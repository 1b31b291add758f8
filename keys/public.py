"""The public half of a person's key, as it lies beside the private file and goes to the record.

    {"key":"k-3e0249e88adbf15d365ddd94e18ea184","kind":"ed25519","person":"p-7","public":"O2onvM62pC1io6jQKm8Nc2UyFXcd4k…"}
    {"key":"k-…","kind":"webauthn","origins":["https://office.example.org"],"person":"p-7","public":"…","rp_id":"example.org"}

1. A file must be exactly this canonical JSON and one line feed; nothing may be added, left out or written otherwise.
2. `key` must be the id of (kind, public), and the public key one that the record takes.
3. A passkey must name its rp_id and at least one origin; no other kind may.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from keys import check
from keys.check import BadKey, encoding

_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RP_ID = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+)(:[1-9][0-9]{0,4})?")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """BadKey when made of what the record would not take."""

    person: str
    kind: str
    public: str
    rp_id: str | None = None
    origins: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _PERSON.fullmatch(self.person):
            raise BadKey(
                "A person's id is 1 to 64 letters, digits, dots, dashes and underscores, such as p-7."
            )
        check.raw(self.kind, self.public)
        passkey = self.kind == "webauthn"
        if passkey != bool(self.rp_id) or passkey != bool(self.origins):
            raise BadKey("A passkey needs its rp_id and at least one origin, and no other key has them.")

    @property
    def key_id(self) -> str:
        return check.key_id(self.kind, self.public)

    def holds(self, message: bytes, sig: object) -> bool:
        """True only if `sig` is a signature over `message` by this key."""
        return check.holds(self.kind, self.public, message, sig, rp_id=self.rp_id, origins=self.origins)

    def members(self) -> dict[str, object]:
        """The object shown above; also the layout of `keys` in the founding entry."""
        passkey = {"origins": list(self.origins), "rp_id": self.rp_id} if self.rp_id is not None else {}
        return {
            "key": self.key_id,
            "kind": self.kind,
            "person": self.person,
            "public": self.public,
            **passkey,
        }

    def to_bytes(self) -> bytes:
        """The file's content."""
        return encoding.canonical(self.members()) + b"\n"


def from_bytes(content: bytes) -> PublicKey:
    """The key in a file's content; BadKey unless it is as `to_bytes` writes it."""
    try:
        members = json.loads(content)
        key = PublicKey(
            person=members["person"],
            kind=members["kind"],
            public=members["public"],
            rp_id=members.get("rp_id"),
            origins=tuple(members.get("origins", ())),
        )
        exact = key.to_bytes() == content
    except BadKey:
        raise
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise BadKey("This is no public key file.") from None
    if not exact:
        raise BadKey("This public key file is not written exactly as its key is; export it again.")
    return key


def passkey(person: str, spki: bytes, rp_id: str, origins: Sequence[str]) -> PublicKey:
    """The key that a browser hands over at registration: its SubjectPublicKeyInfo (`getPublicKey()`).

    rp_id is a domain, and each origin an https page under it (http on localhost only): a browser would let a passkey
    sign nowhere else, so any other pair is a mistake that would show only when the key is needed.
    """
    if not _RP_ID.fullmatch(rp_id):
        raise BadKey("An rp_id is a domain in lower case, such as example.org.")
    for origin in origins:
        match = _ORIGIN.fullmatch(origin)
        if match is None:
            raise BadKey(
                "An origin is scheme, host and port only, in lower case, such as https://office.example.org."
            )
        host = match["host"]
        if host != rp_id and not host.endswith("." + rp_id):
            raise BadKey(f"The origin {origin} does not lie under {rp_id}.")
        if match["scheme"] == "http" and host != "localhost":
            raise BadKey(f"The origin {origin} must be https.")
    return PublicKey(person, "webauthn", encoding.encode(spki), rp_id, tuple(origins))
