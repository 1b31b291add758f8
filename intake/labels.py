"""Names that keep each use of a hash or key apart from every other (INTAKE, head and §1).

    H(label, x) = SHA-256("countersign/intake/v1/" ‖ label ‖ 0x00 ‖ x)

Chance is an argument everywhere: a function that gives n random bytes, ``secrets.token_bytes`` in earnest. (HPKE
draws its own: the library takes no randomness from outside.)

1. Every hash of this package must carry a label of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeAlias

ROOT: Final = b"countersign/intake/v1"

Chance: TypeAlias = Callable[[int], bytes]
"""n -> n random bytes."""


def h(label: str, x: bytes) -> bytes:
    """H of INTAKE: 32 bytes."""
    return sha256(ROOT + b"/" + label.encode("ascii") + b"\x00" + x).digest()


def heading(label: str) -> bytes:
    """What stands before canonical JSON that is signed: the label and a line feed."""
    return ROOT + b"/" + label.encode("ascii") + b"\n"


def below(chance: Chance, limit: int) -> int:
    """A number from 0 to `limit` - 1, each as likely as the other."""
    span = 2**32 - 2**32 % limit
    while (drawn := int.from_bytes(chance(4), "big")) >= span:
        pass
    return drawn % limit
