"""Shamir's sharing over GF(2^8), each byte with its own polynomial (INTAKE §1, §10).

The field is GF(2)[x] modulo x^8 + x^4 + x^3 + x + 1 (0x11B); a share is the values at one x, which is seat + 1::

    split(cek, k=3, xs=(1, 2, 4), chance)  ->  {1: y1, 2: y2, 4: y4}        combine({1: y1, 2: y2, 4: y4})  ->  cek

1. x = 0 (the secret itself) and an x twice must be refused.
2. Fewer than k shares must say nothing about the secret: every coefficient but the lowest is uniformly random.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from intake.labels import Chance

_GENERATOR: Final = 3


def _tables() -> tuple[list[int], list[int]]:
    exp, log, value = [0] * 510, [0] * 256, 1
    for power in range(255):
        exp[power] = exp[power + 255] = value
        log[value] = power
        double = value << 1
        value ^= double ^ (0x11B if double & 0x100 else 0)
    return exp, log


_EXP, _LOG = _tables()


def _times(a: int, b: int) -> int:
    return _EXP[_LOG[a] + _LOG[b]] if a and b else 0


@cache
def _products(by: int) -> bytes:
    """Every byte times `by`: what ``bytes.translate`` wants, so that no byte is handled one by one."""
    return bytes(_times(v, by) for v in range(256))


def _sum(a: bytes, b: bytes) -> bytes:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).to_bytes(len(a), "big")


def split(secret: bytes, k: int, xs: Sequence[int], chance: Chance) -> dict[int, bytes]:
    """The shares of `secret` at each of `xs`; any `k` of them give it back."""
    _require(xs)
    if not 2 <= k <= len(xs):
        raise ValueError("k is at least 2 and at most the number of shares")
    rows = [secret, *(chance(len(secret)) for _ in range(k - 1))]
    shares = {}
    for x in xs:
        y = rows[-1]
        for row in reversed(rows[:-1]):
            y = _sum(y.translate(_products(x)), row)
        shares[x] = y
    return shares


def combine(shares: Mapping[int, bytes]) -> bytes:
    """The secret of exactly k shares: the polynomials' value at 0."""
    _require(list(shares))
    if len({len(y) for y in shares.values()}) != 1:
        raise ValueError("shares of one secret have one length")
    secret = bytes(len(next(iter(shares.values()))))
    for x, y in shares.items():
        weight = 1
        for other in shares:
            if other != x:
                weight = _times(weight, _EXP[_LOG[other] - _LOG[x ^ other] + 255])
        secret = _sum(secret, y.translate(_products(weight)))
    return secret


def _require(xs: Sequence[int]) -> None:
    if not xs or len(set(xs)) < len(xs) or not all(1 <= x <= 255 for x in xs):
        raise ValueError("each share has its own x from 1 to 255")
