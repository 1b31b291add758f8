"""keys/signing.py: whatever signs, its signature holds."""

from __future__ import annotations

import pytest

from keys import check
from keys.signing import Ed25519Signer, Signer, prove_possession
from tests.keys.authenticator import Passkey, ed25519_key, p256_key

SEED = bytes(range(32))
SIGNERS: list[Signer] = [Ed25519Signer.from_seed(SEED), Passkey(ed25519_key()), Passkey(p256_key())]


@pytest.mark.parametrize("signer", SIGNERS, ids=lambda signer: f"{type(signer).__name__}-{signer.key_id[:6]}")
def test_1_what_is_signed_holds(signer: Signer) -> None:
    place = {"rp_id": signer.rp_id, "origins": signer.origins}
    sig = signer.sign(b"message")
    assert check.holds(signer.kind, signer.public, b"message", sig, **place)  # type: ignore[arg-type]
    proof = prove_possession(signer, "ledger.example.org", "p-7")
    message = check.possession_message(signer.key_id, signer.kind, "ledger.example.org", "p-7")
    assert check.holds(signer.kind, signer.public, message, proof, **place)  # type: ignore[arg-type]
    assert signer.key_id == check.key_id(signer.kind, signer.public)


def test_1_bare_bytes_for_notes() -> None:
    signer = Ed25519Signer.from_seed(SEED)
    assert check.ed25519(signer.raw, signer.sign_bytes(b"note\n"), b"note\n")
    assert signer.raw == check.raw("ed25519", signer.public)
    assert signer.seed() == SEED


def test_2_a_repr_shows_no_key() -> None:
    signer = Ed25519Signer.from_seed(SEED)
    assert repr(signer) == f"Ed25519Signer({signer.key_id})"


def test_a_seed_has_32_bytes() -> None:
    with pytest.raises(ValueError, match="32"):
        Ed25519Signer.from_seed(b"short")
