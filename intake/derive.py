"""Everything that a codename is good for (INTAKE §1).

    PRK          = HKDF-Extract(SHA-256, salt "countersign/intake/v1", entropy)
    D(label,ctx) = HKDF-Expand(PRK, "countersign/intake/v1/" ‖ label ‖ 0x00 ‖ ctx, 32)
    labels       reply-kem  author  tag          ctx empty: HPKE seed, Ed25519 seed, HMAC key
                 bind-salt  cek                  ctx = item nonce

1. The same words must give the same secrets for ever: nothing else is kept anywhere.
2. No secret must show in a repr.
"""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from intake import codename
from intake.labels import ROOT, h
from keys.hybrid import hpke_public
from keys.signing import Ed25519Signer


class Secrets:
    """What one codename derives. Made anew from the words each time, never stored."""

    __slots__ = ("_author", "_entropy", "_reply_key")

    def __init__(self, entropy: bytes) -> None:
        if len(entropy) != codename.ENTROPY_BYTES:
            raise ValueError("a codename stands for 16 bytes")
        self._entropy = entropy
        self._author: Ed25519Signer | None = None
        self._reply_key: bytes | None = None

    @classmethod
    def of(cls, words: str) -> Secrets:
        """From the words as typed; Mistyped."""
        return cls(codename.entropy(words))

    def derive(self, label: str, ctx: bytes = b"") -> bytes:
        """D(label, ctx): 32 bytes."""
        info = ROOT + b"/" + label.encode("ascii") + b"\x00" + ctx
        return HKDF(hashes.SHA256(), 32, salt=ROOT, info=info).derive(self._entropy)

    @property
    def author(self) -> Ed25519Signer:
        """Signs the bodies."""
        if self._author is None:
            self._author = Ed25519Signer.from_seed(self.derive("author"))
        return self._author

    @property
    def reply_seed(self) -> bytes:
        """Opens the answers."""
        return self.derive("reply-kem")

    @property
    def reply_key(self) -> bytes:
        """What the answers are sealed to."""
        if self._reply_key is None:
            self._reply_key = hpke_public(self.reply_seed)
        return self._reply_key

    @property
    def tag_key(self) -> bytes:
        """Finds the answers on the board."""
        return self.derive("tag")

    def cek(self, nonce: bytes) -> bytes:
        """The content key of the item with this nonce."""
        return self.derive("cek", nonce)

    def bind_salt(self, nonce: bytes) -> bytes:
        """What makes `bind` say nothing to others, and something to an official who is shown it."""
        return self.derive("bind-salt", nonce)

    def bind(self, nonce: bytes) -> bytes:
        """The mark in the envelope that only the holder of the words finds again."""
        return h("bind", self.bind_salt(nonce) + self.author.raw)

    def __repr__(self) -> str:
        return "Secrets(…)"
