"""The codename: twelve words that are all a reporter needs to remember (INTAKE §1).

    abandon amount liar amount expire adjust cage candy arch gather drum buyer

12 BIP39 English words stand for 16 random bytes and a checksum; the bytes, not the BIP39 seed, are the secret.

1. Reading must trim, lower the case and take single spaces for any space, and nothing else.
2. A wrong word, number of words or checksum must give one answer: mistyped.
"""

from __future__ import annotations

from functools import cache

from mnemonic import Mnemonic

from intake.errors import Mistyped
from intake.labels import Chance

WORDS = 12
ENTROPY_BYTES = 16


def draw(chance: Chance) -> str:
    """A new codename."""
    return words(chance(ENTROPY_BYTES))


def words(entropy: bytes) -> str:
    """The twelve words of 16 bytes."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError("a codename stands for 16 bytes")
    return _list().to_mnemonic(entropy)


def entropy(typed: str) -> bytes:
    """The 16 bytes of a codename as somebody typed it; Mistyped."""
    given = typed.strip().lower().split()
    if len(given) != WORDS:
        raise Mistyped
    try:
        return bytes(_list().to_entropy(given))
    except (ValueError, LookupError):
        raise Mistyped from None


@cache
def _list() -> Mnemonic:
    return Mnemonic("english")
