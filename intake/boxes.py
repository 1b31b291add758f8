"""Closed boxes of both kinds, with one way to fail (INTAKE §9).

    sealed to a key   keys.hybrid          enc 1120 ‖ ciphertext ‖ 16
    under a key       AES-256-GCM          12 zero bytes as nonce, so a key must be used once: CEK and chunk keys are

1. Whatever does not open must raise the same `Unopened`.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from intake.errors import Unopened
from keys import hybrid

_NONCE = bytes(12)


def unseal(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    """What was sealed to the key of `seed`; Unopened."""
    try:
        return hybrid.opened(seed, sealed, info)
    except hybrid.Unopened:
        raise Unopened from None


def encrypt(key: bytes, plaintext: bytes, aad: bytes = b"") -> bytes:
    """`plaintext` under a key that encrypts nothing else, ever."""
    return AESGCM(key).encrypt(_NONCE, plaintext, aad)


def decrypt(key: bytes, ciphertext: bytes, aad: bytes = b"") -> bytes:
    """The plaintext; Unopened."""
    try:
        return AESGCM(key).decrypt(_NONCE, ciphertext, aad)
    except (InvalidTag, ValueError):
        raise Unopened from None
