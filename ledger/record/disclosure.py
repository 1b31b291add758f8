"""Disclosures: how a confidential value enters the record without entering it (RECORD §2, RFC 9901).

Only a salted commitment stands in a leaf. The disclosure that opens it lies beside the record, in a table
that may lose rows; publishing or erasing it changes no hash::

    disclosure  base64url of ["<salt, 22 characters>","rationale","Because the red team …"]
    commitment  base64url of SHA-256 of the disclosure's ASCII text

1. A disclosure must be the canonical array of salt, name and value, base64url without padding.
2. The salt must be 128 random bits, so a guessable value cannot be confirmed from its commitment.
3. The disclosure of a withheld act must be named ``act`` with ``{"act":…,"stream_version":n}`` as value.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.act import Act, act_of
from ledger.record.canonical import Json, decode, encode

SALT_BYTES: Final = 16
WITHHELD_NAME: Final = "act"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """An opened disclosure: the `name` and `value` it commits to."""

    text: str
    name: str
    value: Json

    def commitment(self) -> str:
        """What stands in the record."""
        return commitment(self.text)


def commitment(text: str) -> str:
    """Base64url SHA-256 of the disclosure's ASCII text."""
    if not text.isascii():
        raise Malformed("a disclosure is not ASCII text")
    return f.to_b64u(sha256(text.encode()).digest())


def disclose(name: str, value: Json, salt: bytes) -> Disclosure:
    """Make a disclosure with 16 random bytes of salt."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return Disclosure(f.to_b64u(encode([f.to_b64u(salt), name, value])), name, value)


def open_disclosure(text: str, where: str = "") -> Disclosure:
    """Read a disclosure's text; Malformed unless it is exactly what ``disclose`` would write."""
    try:
        value = decode(f.b64u(text, ""))
    except Malformed as e:
        raise Malformed(f"not a disclosure: {e}", where, e.cure) from None
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[1], str):
        raise Malformed("not an array of salt, name and value", where)
    f.b64u(value[0], where, SALT_BYTES)
    return Disclosure(text, value[1], value[2])


def withhold(act: Act, stream_version: int, salt: bytes) -> Disclosure:
    """The disclosure of a whole act."""
    return disclose(WITHHELD_NAME, {"act": decode(act.raw), "stream_version": stream_version}, salt)


def withheld_act(disclosure: Disclosure, where: str = "") -> tuple[Act, int]:
    """The act and stream version in the disclosure of a withheld act."""
    if disclosure.name != WITHHELD_NAME:
        raise Malformed(f"the disclosure of a withheld act is named {disclosure.name!r}", where)
    value = f.members(disclosure.value, where, ("act", "stream_version"))
    version = f.integer(value["stream_version"], f"{where}/stream_version", 1)
    return act_of(value["act"], encode(value["act"]), f"{where}/act"), version
