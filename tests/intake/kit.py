"""Trustees, a reporter and chance that falls alike, for the tests of the anonymous channel."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Final

from intake import envelope, opening
from intake.body import Body
from intake.derive import Secrets
from intake.envelope import Envelope
from tools.make_intake_vectors import EPOCH, ORIGIN, SERVICE, Drawn, hpke, key, seed, trustees

FIVE: Final = trustees(5)
THREE: Final = trustees(3)
WORDS: Final = Secrets(bytes(range(16)))
NONCE: Final = bytes(range(16))


def report(
    text: str = "What happened.", *, excluded: Iterable[int] = (), panel: str = "ltbt", chance: str = "report"
) -> Envelope:
    """A report to the five, sealed under the codename of WORDS."""
    body = Body("report", panel, text, tuple(excluded))
    return envelope.seal(FIVE, body, Drawn(chance)(16), Drawn(chance), WORDS)


def plains(one: Envelope, seats: Iterable[int]) -> dict[int, bytes]:
    """The compartments of seats, opened."""
    found = {seat: one.share(FIVE, seat, hpke(seat)) for seat in seats}
    return {seat: share.to_bytes() for seat, share in found.items() if share}


def together(one: Envelope, seats: Iterable[int]) -> opening.Opened | None:
    """What these seats read together, the first of them being the reader."""
    reader, *helpers = seats
    mine = one.share(FIVE, reader, hpke(reader))
    assert mine is not None
    return opening.read(one, opening.combine(one, FIVE, mine, plains(one, helpers)))


def every(seats: Iterable[int], k: int) -> list[tuple[int, ...]]:
    """Every choice of k seats."""
    return list(combinations(seats, k))


__all__ = [
    "EPOCH", "FIVE", "NONCE", "ORIGIN", "SERVICE", "THREE", "WORDS", "Drawn", "every", "hpke", "key", "plains",
    "report", "seed", "together",
]  # fmt: skip
