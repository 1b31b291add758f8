"""What signs. The office and the commands know only the Protocol; which key is behind it is the person's business.

    signer = Ed25519Signer.from_seed(seed)
    signer.sign(message)    "q1Y7…" (base64url; a passkey would give {"authenticatorData":…, …})
    signer.key_id           "k-3e0249e88adbf15d365ddd94e18ea184"

1. What `sign` returns must hold under (kind, public, rp_id, origins) of the same signer.
2. A private key must never show in a repr.
"""

from __future__ import annotations

from typing import Protocol, final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys import check
from keys.check import encoding

Signature = str | dict[str, str]


class Signer(Protocol):
    """One key that can sign now, or ask its person to. `sign` raises NotSigned when it comes to nothing."""

    @property
    def kind(self) -> str: ...

    @property
    def public(self) -> str: ...

    @property
    def key_id(self) -> str: ...

    @property
    def rp_id(self) -> str | None: ...

    @property
    def origins(self) -> tuple[str, ...]: ...

    def sign(self, message: bytes) -> Signature: ...


@final
class Ed25519Signer:
    """Signs with a private key in memory."""

    kind = "ed25519"
    rp_id: str | None = None
    origins: tuple[str, ...] = ()

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.raw = private.public_key().public_bytes_raw()
        self.public = encoding.encode(self.raw)
        self.key_id = check.key_id(self.kind, self.public)

    @classmethod
    def from_seed(cls, seed: bytes) -> Ed25519Signer:
        """From the 32 random bytes that an Ed25519 private key is; ValueError for any other number."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, message: bytes) -> str:
        return encoding.encode(self.sign_bytes(message))

    def sign_bytes(self, message: bytes) -> bytes:
        """The bare 64 bytes, for notes and cosignatures."""
        return self._private.sign(message)

    def seed(self) -> bytes:
        """The private key itself, for the one caller that writes it to a file."""
        return self._private.private_bytes_raw()

    def __repr__(self) -> str:
        return f"Ed25519Signer({self.key_id})"


def prove_possession(signer: Signer, ledger: str, person: str) -> Signature:
    """The `proof` of `key.registered`: the new key says for whom and on which ledger it is to be registered."""
    return signer.sign(check.possession_message(signer.key_id, signer.kind, ledger, person))
