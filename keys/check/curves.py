"""The two curves, Ed25519 and P-256: is this a key, and does this signature verify under it?

A key is its raw bytes, and their length says which curve it is on, whatever it was wrapped in:

    32 bytes   Ed25519, the encoded point        d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f7…
    65 bytes   P-256, uncompressed, 04 ‖ x ‖ y   046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945…

1. Ed25519 must verify as RFC 8032 without cofactor: S < L, and R compared as bytes.
2. An Ed25519 key with y >= p, off the curve, or of small order must be refused: under a key of small order one
   signature holds for many messages. OpenSSL takes such keys, so this module looks itself.
3. A P-256 point must be on the curve, with both coordinates below p, and uncompressed.
4. ECDSA must be over SHA-256 (ES256), the signature in DER. Each has a twin (r, n - s) that holds as well, and
   authenticators make both, so nothing may rest on a signature's bytes being unique.
5. Verifying must never raise. A key is parsed once (`lru_cache`), so a check costs what the bare one costs.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from keys.check.errors import BadKey

ED25519_BYTES = 32
P256_BYTES = 65

P = 2**255 - 19  # the field
L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
D = -121665 * pow(121666, -1, P) % P  # -x² + y² = 1 + d x² y²
_SIGN = 1 << 255  # the top bit of an encoded point is the sign of x, the rest is y
_Y_OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# y alone decides: all eight points of small order, and x = 0 written with a sign, have one of these five.
_SMALL_ORDER = frozenset({0, 1, P - 1, _Y_OF_ORDER_8, P - _Y_OF_ORDER_8})


def require_key(raw: bytes) -> bytes:
    """`raw` itself when it is a key of one of the two curves, else BadKey."""
    if len(raw) == ED25519_BYTES:
        _ed25519_key(raw)
    elif len(raw) == P256_BYTES:
        _p256_key(raw)
    else:
        raise BadKey(f"A key is 32 bytes (Ed25519) or 65 bytes (P-256), not {len(raw)}.")
    return raw


def verifies(raw: bytes, signature: bytes, message: bytes) -> bool:
    """True if `signature` (Ed25519: 64 bytes, P-256: DER) over `message` holds under the key `raw`."""
    return ed25519(raw, signature, message) if len(raw) == ED25519_BYTES else es256(raw, signature, message)


def ed25519(public: bytes, signature: bytes, message: bytes) -> bool:
    """RFC 8032 without cofactor. False, never an error, for a key or signature of any other form."""
    # OpenSSL refuses S >= L too; asked here because the format depends on it and not on a library's version.
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        _ed25519_key(public).verify(signature, message)
    except (BadKey, InvalidSignature):
        return False
    return True


def es256(point: bytes, signature: bytes, message: bytes) -> bool:
    """ECDSA on P-256 over SHA-256. False, never an error, for a key or signature of any other form."""
    try:
        _p256_key(point).verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (BadKey, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=1024)
def _ed25519_key(raw: bytes) -> Ed25519PublicKey:
    if len(raw) != ED25519_BYTES:
        raise BadKey(f"An Ed25519 key is 32 bytes, not {len(raw)}.")
    y = int.from_bytes(raw, "little") & ~_SIGN
    if y >= P:
        raise BadKey("This Ed25519 key is written with y >= p; a key has one encoding only.")
    if y in _SMALL_ORDER:
        raise BadKey("This Ed25519 key is a point of small order, under which nearly anything verifies.")
    # x² = (y² - 1) / (d y² + 1) must be a square; to Euler's test dividing is as good as multiplying.
    square = y * y % P
    if pow((square - 1) * (D * square + 1), (P - 1) // 2, P) != 1:
        raise BadKey("This Ed25519 key is not a point of the curve.")
    return Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=1024)
def _p256_key(raw: bytes) -> ec.EllipticCurvePublicKey:
    if len(raw) != P256_BYTES or raw[0] != 4:
        raise BadKey("A P-256 key is 65 bytes and begins with 04: the uncompressed point.")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        raise BadKey("This P-256 key is not a point of the curve.") from None
