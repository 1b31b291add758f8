"""A trustee's keys, all from one sheet: 32 bytes of entropy, five labels (INTAKE §5).

    PRK  = HKDF-Extract(SHA-256, "countersign/trustee/v1", entropy)
    key  = HKDF-Expand(PRK, "countersign/trustee/v1/" ‖ label ‖ 0x00, 32)
    seat = {"device":"<43>","hpke":"<1622>","person":"p-1","seat":0,"sign":"<43>"}

1. The same entropy must give the same keys for ever: the sheet is what replaces a lost laptop.
2. The HPKE key is MLKEM768-X25519: ML-KEM public key (1184 bytes) followed by X25519's (32), from SHAKE256(seed, 96).
"""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys.check.encoding import encode
from keys.hybrid import hpke_public
from keys.signing import Ed25519Signer

LABEL = b"countersign/trustee/v1"
LABELS = ("hpke", "sign", "device", "ledger", "witness")


def derive(entropy: bytes, label: str) -> bytes:
    """The 32-byte seed of one use; ValueError for an unknown label or entropy that is not 32 bytes."""
    if label not in LABELS or len(entropy) != 32:
        raise ValueError("a trustee's sheet has 32 bytes and the labels " + ", ".join(LABELS))
    info = LABEL + b"/" + label.encode("ascii") + b"\x00"
    return HKDF(hashes.SHA256(), 32, salt=LABEL, info=info).derive(entropy)


def seat(entropy: bytes, person: str, number: int) -> dict[str, Any]:
    """The public seat of a trustee, as it stands in the roster."""
    return {
        "device": Ed25519Signer.from_seed(derive(entropy, "device")).public,
        "hpke": encode(hpke_public(derive(entropy, "hpke"))),
        "person": person,
        "seat": number,
        "sign": Ed25519Signer.from_seed(derive(entropy, "sign")).public,
    }
