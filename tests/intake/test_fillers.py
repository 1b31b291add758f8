"""Filler against mail: what an observer without keys can compute of both (INTAKE §2, filler rule)."""

from collections.abc import Callable

import pytest

from intake import board, envelope
from intake.body import Body
from tests.intake.kit import EPOCH, FIVE, WORDS, Drawn

P = 2**255 - 19
CURVE_A = 486_662


def ml_kem_coefficients(enc: bytes) -> list[int]:
    """The 10-bit coefficients of u in an ML-KEM-768 ciphertext: compressed values, all of 0 to 1023 in real ones."""
    bits = int.from_bytes(enc[:960], "little")
    return [bits >> (10 * n) & 1023 for n in range(768)]


def on_the_curve(point: bytes) -> bool:
    """X25519's share of an enc is a point of the curve, not of its twist, and below p with the top bit clear."""
    x = int.from_bytes(point, "little")
    if x >= P:
        return False
    square = (x**3 + CURVE_A * x * x + x) % P
    return square == 0 or pow(square, (P - 1) // 2, P) == 1


def report() -> list[bytes]:
    one = envelope.seal(FIVE, Body("report", "ltbt", "x" * 5000, (3,)), bytes(16), Drawn("r"), WORDS)
    return [one.compartment(seat) for seat in range(5)]


def cover() -> list[bytes]:
    one = envelope.cover(FIVE, Drawn("c"))
    return [one.compartment(seat) for seat in range(5)]


def message() -> list[bytes]:
    keys = (WORDS.reply_key, WORDS.tag_key)
    return [board.post(b"x" * 900, keys, EPOCH, j)[16:] for j in range(5)]


def free_slot() -> list[bytes]:
    return [board.filler(EPOCH, j, Drawn(f"slot {j}"))[16:] for j in range(5)]


@pytest.mark.parametrize("make", [report, cover, message, free_slot])
def test_everything_that_looks_sealed_is_sealed(make: Callable[[], list[bytes]]) -> None:
    """Random bytes would fail: half of them are no point of the curve, and one in 2^13 coefficients gives them away."""
    for sealed in make():
        assert on_the_curve(sealed[1088:1120])


def test_random_bytes_would_be_told_apart() -> None:
    drawn = [Drawn(f"random {n}")(32) for n in range(40)]
    assert not all(on_the_curve(point) for point in drawn)


def _mean(sealed: list[bytes]) -> float:
    values = [c for one in sealed for c in ml_kem_coefficients(one)]
    return sum(values) / len(values)


def test_coefficients_of_filler_and_mail_have_one_distribution() -> None:
    """3,840 coefficients each; the mean of 0..1023 has a standard deviation of 4.8 then."""
    for real, filler in ((report(), cover()), (message(), free_slot())):
        assert abs(_mean(real) - _mean(filler)) < 30
        counts = [[0] * 8, [0] * 8]
        for side, sealed in enumerate((real, filler)):
            for one in sealed:
                for c in ml_kem_coefficients(one):
                    counts[side][c // 128] += 1
        assert all(abs(a - b) < 160 for a, b in zip(*counts, strict=True))


def test_lengths_are_equal() -> None:
    assert {len(x) for x in (*report(), *cover())} == {1392}
    assert {len(x) for x in (*message(), *free_slot())} == {5232}
