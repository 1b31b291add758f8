"""Hybrid HPKE keys: one seed one key, sound keys only, one way to fail (INTAKE §1)."""

import pytest

from keys import hybrid
from keys.check import BadKey

SEED = bytes(range(32))
PUBLIC = hybrid.hpke_public(SEED)
SEALED = hybrid.seal(PUBLIC, b"a share", b"info")


def test_1_a_seed_is_one_key() -> None:
    assert hybrid.hpke_public(SEED) == PUBLIC
    assert len(PUBLIC) == hybrid.PUBLIC_BYTES
    assert hybrid.opened(SEED, SEALED, b"info") == b"a share"


BAD = {
    "short": PUBLIC[:-1],
    "long": PUBLIC + b"\x00",
    "ML-KEM beyond the modulus": b"\xff" * 1184 + PUBLIC[1184:],
    "X25519 of order one": PUBLIC[:1184] + bytes(32),
    "X25519 of order four": PUBLIC[:1184] + b"\x01" + bytes(31),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_2_a_key_that_cannot_be_sealed_to_is_refused_when_read(bad: bytes) -> None:
    with pytest.raises(BadKey):
        hybrid.require_key(bad)
    with pytest.raises(BadKey):
        hybrid.seal(bad, b"", b"")


ATTEMPTS = {
    "nothing": (SEED, b"", b"info"),
    "short": (SEED, SEALED[:-1], b"info"),
    "changed": (SEED, SEALED[:-1] + bytes((SEALED[-1] ^ 1,)), b"info"),
    "X25519 of order one": (SEED, SEALED[:1088] + bytes(32) + SEALED[1120:], b"info"),
    "another key": (bytes(32), SEALED, b"info"),
    "another info": (SEED, SEALED, b"Info"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_3_what_does_not_open_fails_in_one_way(attempt: tuple[bytes, bytes, bytes]) -> None:
    with pytest.raises(hybrid.Unopened, match=r"^these bytes do not open$") as e:
        hybrid.opened(*attempt)
    assert e.value.__cause__ is None


@pytest.mark.parametrize("size", [0, 1, 256, 16_384])
def test_4_equal_contents_give_equal_lengths(size: int) -> None:
    assert len(hybrid.seal(PUBLIC, bytes(size), b"")) == size + hybrid.OVERHEAD
