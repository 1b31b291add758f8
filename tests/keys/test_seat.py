"""A trustee's sheet: 32 bytes of entropy give the same keys for ever (INTAKE §5)."""

import hmac
from hashlib import sha256, shake_256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from keys.check.encoding import encode
from keys.hybrid import hpke_public
from keys.seat import LABELS, derive, seat
from ledger.record.roster import roster

ENTROPY = bytes(range(32))
SEEDS = {
    "hpke": "f412f68b74830d5227bce2fddf6405ce291e3749cde18fcd800103d62c1c7774",
    "sign": "48e0ad11203689a01d82df3fdeec290d1a9c9fd81dbeb1e406d093b8c89f8ec8",
    "device": "0cc18436cbfccf1849c372793dee55fb217a7deb9e9d704036c3625a1d0194db",
    "ledger": "b8d3dca33f2140420fecbb038b46e3a2da8fde2a60547218ba66448e8a712802",
    "witness": "ebbee56a14413160eb1674d95510e1f95ebe7f8ce843fd210b646101dc72da32",
}
PUBLIC = "5cfed7a2479b8314acfedc48c4debba902c26b5dbf996d60a5fc8425629ebf57"


def by_hand(entropy: bytes, label: str) -> bytes:
    """HKDF-SHA-256 as RFC 5869 writes it."""
    prk = hmac.digest(b"countersign/trustee/v1", entropy, "sha256")
    return hmac.digest(prk, b"countersign/trustee/v1/" + label.encode() + b"\x00" + b"\x01", "sha256")


@pytest.mark.parametrize("label", LABELS)
def test_1_the_seeds_of_a_sheet_never_change(label: str) -> None:
    assert derive(ENTROPY, label).hex() == SEEDS[label]


@pytest.mark.parametrize("label", LABELS)
def test_1_the_derivation_is_rfc_5869(label: str) -> None:
    for entropy in (ENTROPY, bytes(32), b"\xff" * 32):
        assert derive(entropy, label) == by_hand(entropy, label)


def test_1_each_use_and_each_sheet_has_its_own_seed() -> None:
    seeds = {derive(entropy, label) for entropy in (ENTROPY, bytes(32)) for label in LABELS}
    assert len(seeds) == 2 * len(LABELS)


SHEETS = [(ENTROPY, "Hpke"), (ENTROPY, ""), (bytes(31), "hpke"), (bytes(33), "hpke")]


@pytest.mark.parametrize(("entropy", "label"), SHEETS)
def test_1_nothing_else_is_a_sheet(entropy: bytes, label: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        derive(entropy, label)


def test_2_the_hpke_key_is_ml_kem_then_x25519() -> None:
    public = hpke_public(derive(ENTROPY, "hpke"))
    assert len(public) == 1184 + 32
    assert sha256(public).hexdigest() == PUBLIC
    scalar = shake_256(derive(ENTROPY, "hpke")).digest(96)[64:]
    assert public[1184:] == X25519PrivateKey.from_private_bytes(scalar).public_key().public_bytes_raw()
    assert hpke_public(derive(bytes(32), "hpke"))[:1184] != public[:1184]


def test_2_a_seat_is_what_the_roster_takes() -> None:
    made = [seat(bytes([n]) * 32, f"p-t{n}", n) for n in range(2)]
    panel = {"id": "ltbt", "k": 2, "name": "Trust", "seats": [0, 1]}
    read = roster({"from_epoch": 1, "ledger": "example.org/log", "panels": [panel], "seats": made, "v": 1})
    assert [s.person for s in read.seats] == ["p-t0", "p-t1"]
    for label in ("sign", "device"):
        private = Ed25519PrivateKey.from_private_bytes(by_hand(bytes([1]) * 32, label))
        assert made[1][label] == encode(private.public_key().public_bytes_raw())
