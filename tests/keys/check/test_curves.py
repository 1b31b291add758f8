"""keys/check/curves.py against the arithmetic of RFC 8032, done here by hand and slowly."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st

from keys.check import BadKey, curves
from tests.keys.authenticator import ed25519_key, p256_key, raw_of, sign_with

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
I = pow(2, (P - 1) // 4, P)  # noqa: E741 - the square root of -1 has one name
MESSAGE = b"the decision"


class Point(NamedTuple):
    x: int
    y: int

    def __add__(self, other: object) -> Point:
        assert isinstance(other, Point)
        k = D * self.x * other.x * self.y * other.y % P
        x = (self.x * other.y + other.x * self.y) * pow(1 + k, -1, P) % P
        y = (self.y * other.y + self.x * other.x) * pow(1 - k, -1, P) % P
        return Point(x, y)

    def times(self, n: int) -> Point:
        total, power = ZERO, self
        while n:
            if n & 1:
                total += power
            power += power
            n >>= 1
        return total

    def bytes(self) -> bytes:
        return (self.y | (self.x & 1) << 255).to_bytes(32, "little")


ZERO = Point(0, 1)


def point(data: bytes) -> Point | None:
    """RFC 8032 §5.1.3, the strict way: None for anything that is not the one encoding of a point."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0:
        x = x * I % P
    if y >= P or (v * x * x - u) % P or (x == 0 and sign):
        return None
    return Point(x if x & 1 == sign else P - x, y)


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
assert BASE is not None


def order_eight() -> Point:
    """Any point of the whole curve, times L, has an order that divides 8; the first of order 8 will do."""
    for y in range(2, 100):
        candidate = point(y.to_bytes(32, "little"))
        if candidate is not None and (torsion := candidate.times(L)).times(4) != ZERO:
            return torsion
    raise AssertionError


T8 = order_eight()
SMALL = [T8.times(n) for n in range(8)]


def challenge(r: bytes, a: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + a + message).digest(), "little") % L


def slowly(public: bytes, signature: bytes, message: bytes) -> bool:
    """RFC 8032 §5.1.7 without cofactor, with R compared as bytes, and the record's refusals of keys."""
    a = point(public)
    if a is None or a in SMALL or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    k = challenge(signature[:32], public, message)
    minus_a = Point(P - a.x, a.y)
    assert BASE is not None
    return s < L and (BASE.times(s) + minus_a.times(k)).bytes() == signature[:32]


def scalar(seed: bytes) -> int:
    digest = bytearray(hashlib.sha512(seed).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    return int.from_bytes(digest, "little")


def little(number: int) -> bytes:
    return number.to_bytes(32, "little")


RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_hold(public: str, message: str, signature: str) -> None:
    arguments = bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message)
    assert curves.ed25519(*arguments)
    assert slowly(*arguments)


def test_1_s_is_below_l() -> None:
    key = ed25519_key()
    signature = key.sign(MESSAGE)
    s = int.from_bytes(signature[32:], "little")
    assert curves.ed25519(raw_of(key), signature, MESSAGE)
    for other in (s + L, s + 2 * L, s + 8 * L, s | 1 << 255, L, 2**256 - 1):
        assert not curves.ed25519(raw_of(key), signature[:32] + little(other), MESSAGE)


def test_1_r_is_compared_as_bytes() -> None:
    """R = 0 is a point like any other when it is written in its one form, and nothing at all in another."""
    a = scalar(little(5))
    public = BASE.times(a).bytes() if BASE else b""
    for r, expected in ((little(1), True), (little(P + 1), False), (little(1 | 1 << 255), False)):
        signature = r + little(challenge(r, public, MESSAGE) * a % L)
        assert curves.ed25519(public, signature, MESSAGE) is expected
        assert slowly(public, signature, MESSAGE) is expected


@pytest.mark.parametrize("torsion", SMALL[1:])
def test_1_there_is_no_cofactor(torsion: Point) -> None:
    """A key or an R with a part of small order: multiplied by 8 the equation would hold, without it does not."""
    assert BASE is not None
    a, r = scalar(little(6)), scalar(little(7)) % L
    clean = BASE.times(a).bytes()
    nudged = (BASE.times(r) + torsion).bytes()
    signature = nudged + little((r + challenge(nudged, clean, MESSAGE) * a) % L)
    assert not curves.ed25519(clean, signature, MESSAGE)

    mixed = (BASE.times(a) + torsion).bytes()
    commitment = BASE.times(r).bytes()
    seen = set()
    for attempt in range(40):
        message = MESSAGE + bytes([attempt])
        k = challenge(commitment, mixed, message)
        signature = commitment + little((r + k * a) % L)
        expected = torsion.times(k % 8) == ZERO
        assert curves.ed25519(mixed, signature, message) is expected
        assert slowly(mixed, signature, message) is expected
        seen.add(expected)
    assert seen == {True, False}


def encodings(p: Point) -> list[bytes]:
    """Every 32 bytes that some decoder reads as this point: y or y + p, and any sign where x is 0."""
    ys = [y for y in (p.y, p.y + P) if y < 2**255]
    signs = [0, 1] if p.x == 0 else [p.x & 1]
    return [little(y | sign << 255) for y in ys for sign in signs]


@pytest.mark.parametrize("data", [e for p in SMALL for e in encodings(p)], ids=bytes.hex)
def test_2_keys_of_small_order_are_refused(data: bytes) -> None:
    with pytest.raises(BadKey, match=r"small order|y >= p"):
        curves.require_key(data)
    for r in SMALL:
        for message in (b"", b"a", b"b", b"c", b"d", b"e", b"f", b"g"):
            assert not curves.ed25519(data, r.bytes() + bytes(32), message)


def test_2_the_list_of_small_orders_is_whole() -> None:
    assert len(set(SMALL)) == 8
    assert {p.y for p in SMALL} == curves._SMALL_ORDER
    assert sum(len(encodings(p)) for p in SMALL) == 14


@pytest.mark.parametrize("excess", range(19))
@pytest.mark.parametrize("sign", [0, 1])
def test_2_y_is_below_p(excess: int, sign: int) -> None:
    with pytest.raises(BadKey, match="y >= p"):
        curves.require_key(little(P + excess | sign << 255))


@given(st.binary(min_size=32, max_size=32))
def test_2_keys_are_points_of_the_curve(data: bytes) -> None:
    found = point(data)
    if found is not None and found not in SMALL:
        assert curves.require_key(data) == data
    else:
        with pytest.raises(BadKey):
            curves.require_key(data)


@given(st.integers(0, 2**512 - 1), st.binary(max_size=40))
def test_1_both_ways_of_checking_agree(flips: int, message: bytes) -> None:
    key = ed25519_key()
    signature = key.sign(message)
    for changed in (signature, (int.from_bytes(signature, "big") ^ flips).to_bytes(64, "big")):
        assert curves.ed25519(raw_of(key), changed, message) is slowly(raw_of(key), changed, message)


Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def small_x() -> tuple[int, int]:
    """A point whose x is so small that x + q still fits into 32 bytes."""
    for x in range(1, 1000):
        square = (x**3 - 3 * x + B) % Q
        y = pow(square, (Q + 1) // 4, Q)
        if y * y % Q == square:
            return x, y
    raise AssertionError


def test_3_p256_points_are_on_the_curve_and_written_one_way() -> None:
    raw = raw_of(p256_key())
    x, y = small_x()
    assert curves.require_key(raw) == raw
    assert curves.require_key(b"\4" + x.to_bytes(32, "big") + y.to_bytes(32, "big"))
    bad = [
        b"\4" + (x + Q).to_bytes(32, "big") + y.to_bytes(32, "big"),
        b"\4" + x.to_bytes(32, "big") + ((y + 1) % Q).to_bytes(32, "big"),
        b"\4" + bytes(64),
        b"\4" + b"\xff" * 64,
        bytes([6 + (raw[-1] & 1)]) + raw[1:],
        bytes([2 + (raw[-1] & 1)]) + raw[1:],
        b"\0" + raw[1:],
    ]
    for data in bad:
        with pytest.raises(BadKey):
            curves.require_key(data)
        assert not curves.es256(data, sign_with(p256_key(), MESSAGE), MESSAGE)


@pytest.mark.parametrize("length", [0, 1, 31, 33, 57, 64, 66, 97])
def test_a_key_has_a_length(length: int) -> None:
    with pytest.raises(BadKey):
        curves.require_key(bytes(length))
    assert not curves.ed25519(bytes(length), bytes(64), MESSAGE)
    assert not curves.verifies(bytes(length), bytes(64), MESSAGE)


def test_4_es256_signatures_are_der() -> None:
    key, raw = p256_key(), raw_of(p256_key())
    signature = sign_with(key, MESSAGE)
    r, s = decode_dss_signature(signature)
    assert curves.verifies(raw, signature, MESSAGE)
    assert curves.verifies(raw, encode_dss_signature(r, N - s), MESSAGE)  # the twin, see the module's 4
    body = signature[2:]
    rest = body[2 + body[1] :]
    bad = [
        b"",
        signature + b"\0",
        signature[:-1],
        b"\x30\x81" + signature[1:],  # a length in two bytes where one does
        b"\x30\x80" + body + b"\0\0",  # no length at all
        bytes([0x30, len(body) + 1, 2, body[1] + 1, 0]) + body[2 : 2 + body[1]] + rest,  # a zero before r
        r.to_bytes(32, "big") + s.to_bytes(32, "big"),
        encode_dss_signature(r + N, s),
        encode_dss_signature(r, s + N),
        encode_dss_signature(0, s),
        encode_dss_signature(r, 0),
    ]
    for changed in bad:
        assert not curves.es256(raw, changed, MESSAGE)
    assert not curves.es256(raw, signature, MESSAGE + b"!")


@given(st.binary(max_size=100), st.binary(max_size=100), st.binary(max_size=50))
def test_5_nothing_makes_verifying_raise(public: bytes, signature: bytes, message: bytes) -> None:
    assert not curves.verifies(public, signature, message)
    assert not curves.verifies(raw_of(p256_key()), signature, message)
    assert not curves.verifies(raw_of(ed25519_key()), signature, message)
