"""Hybrid HPKE keys: what is sealed to one stays closed unless both ML-KEM-768 and X25519 are broken (INTAKE §1).

HPKE (RFC 9180) base mode, MLKEM768-X25519 (0x647A), HKDF-SHA256, AES-256-GCM, single shot, empty aad::

    private   32-byte seed; SHAKE256(seed, 96) -> 64-byte ML-KEM seed ‖ 32-byte X25519
    public    ML-KEM 1184 ‖ X25519 32
    sealed    enc 1120 ‖ ciphertext (plaintext + 16)

1. The same seed must give the same key for ever.
2. A public key that ML-KEM or X25519 does not take must be refused when it is read, not when somebody needs it.
3. Whatever is wrong with sealed bytes, opening must fail in one way: `Unopened`, without a word why.
4. What is sealed must be `OVERHEAD` longer than its content, so that equal contents give equal lengths.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from keys.check import BadKey

SEED_BYTES = 32
PUBLIC_BYTES = 1184 + 32
ENC_BYTES = 1120
OVERHEAD = ENC_BYTES + 16

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Unopened(ValueError):
    """These bytes do not open with this key. There is nothing more to say: saying why would help an attacker."""


def hpke_public(seed: bytes) -> bytes:
    """The 1,216 bytes of the public key that a 32-byte seed stands for."""
    kem, curve = _halves(seed)
    return kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def require_key(public: bytes) -> bytes:
    """`public` itself when it is a key that can be sealed to, else BadKey."""
    _public(public)
    return public


def seal(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    """`plaintext` for the holder of `public`; BadKey when that is no key. The library draws the randomness."""
    return _SUITE.encrypt(plaintext, _public(public), info=info)


def opened(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    """What was sealed under the same `info`; Unopened for anything else."""
    try:
        return _SUITE.decrypt(sealed, MLKEM768X25519PrivateKey(*_halves(seed)), info=info)
    except (InvalidTag, ValueError):
        raise Unopened("these bytes do not open") from None


@lru_cache(maxsize=64)
def _public(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != PUBLIC_BYTES:
        raise BadKey(f"A hybrid key is {PUBLIC_BYTES} bytes, not {len(public)}.")
    try:
        # Agreeing on a secret once finds the X25519 points of small order, which agree on nothing.
        curve = X25519PublicKey.from_public_bytes(public[1184:])
        X25519PrivateKey.from_private_bytes(bytes(32)).exchange(curve)
        return MLKEM768X25519PublicKey(MLKEM768PublicKey.from_public_bytes(public[:1184]), curve)
    except ValueError:
        raise BadKey("This is no MLKEM768-X25519 key.") from None


def _halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != SEED_BYTES:
        raise ValueError("the private half is a seed of 32 bytes")
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(
        expanded[64:]
    )
