"""Feed the intake's parsers spoiled bytes for a bounded time: ``python tools/fuzz_intake.py --seconds 60 --seed 7``.

Starts from good envelopes, uploads and bundles and spoils them: bits, lengths, pieces cut, doubled, moved or taken
from another. A parser must raise Malformed or an IntakeTrouble, or read exactly the bytes that it was given; and soon.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from intake import board, chunks, envelope, mail, upload
from intake.directory import Directory
from intake.errors import IntakeTrouble
from intake.upload import Upload
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from tools.make_intake_vectors import EPOCH, Drawn, hpke, trustees

SOON: Final = 2.0
"""Seconds within which any answer must come, on a busy machine."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parser, what it gives back of what it read, and good bytes to begin with."""

    name: str
    read: Callable[[bytes], bytes]
    good: tuple[bytes, ...]


def targets() -> tuple[Target, ...]:
    """Everything that strangers can hand in."""
    to = trustees(3)
    device = Ed25519Signer.from_seed(b"d" * 32)
    covers = [envelope.cover(to, Drawn(f"fuzz {n}")) for n in range(2)]
    pieces = tuple(chunks.filler(Drawn(f"piece {n}")) for n in range(2))
    empty = [board.filler(EPOCH, n, Drawn("board")) for n in range(board.SLOTS)]
    bundle = mail.pack(to, 1, EPOCH, ({}, empty), device)
    return (
        Target("envelope", lambda d: envelope.read(d, to).data, tuple(c.data for c in covers)),
        Target("compartment", lambda d: _shares(d, to), (covers[0].data,)),
        Target(
            "upload",
            lambda d: upload.read(d, to).to_bytes(),
            (covers[0].data, Upload(covers[1], pieces).to_bytes()),
        ),
        Target("bundle", lambda d: mail.read(d, to).data, (bundle.data,)),
        Target("box", lambda d: _box(d, to), (bundle.data,)),
    )


def _shares(data: bytes, to: Directory) -> bytes:
    one = envelope.read(data, to)
    one.share(to, 0, hpke(0))
    return one.data


def _box(data: bytes, to: Directory) -> bytes:
    if len(data) == mail.length(to.size) and data[2] == 1:
        mail.open_box(mail.Bundle(data), to, 0, hpke(0))
    return data


def spoil(chance: random.Random, good: Sequence[bytes]) -> bytes:
    """One of `good`, spoiled in one to four ways."""
    data = bytearray(chance.choice(good))
    for _ in range(chance.randint(1, 4)):
        if not data:
            break
        at, way = chance.randrange(len(data)), chance.randrange(8)
        if way == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            data[min(at, chance.randrange(120))] = chance.choice((0, 1, 2, 127, 128, 254, 255))
        elif way == 2:
            del data[at:]
        elif way == 3:
            del data[at : at + chance.choice((1, 16, 32, 1392))]
        elif way == 4:
            data += chance.randbytes(chance.choice((1, 16, 1392, chunks.BYTES)))
        elif way == 5:
            data[at:at] = data[at : at + chance.choice((1, 32, 1392))]
        elif way == 6:
            other = chance.choice(good)
            data[at:] = other[at:]
        else:
            size = chance.choice((4, 32, 1120))
            data[at : at + size] = bytes(size)
    return bytes(data)


def fuzz(target: Target, seconds: float, seed: int) -> int:
    """How often `target` was fed; AssertionError names the seed and the case."""
    chance, count, until = random.Random(f"{target.name} {seed}"), 0, time.monotonic() + seconds  # noqa: S311
    while time.monotonic() < until:
        data, began, count = spoil(chance, target.good), time.monotonic(), count + 1
        case = f"{target.name}, seed {seed}, case {count}"
        try:
            found = target.read(data)
        except (Malformed, IntakeTrouble):
            found = data
        except Exception as e:
            raise AssertionError(f"{case}: {type(e).__name__}: {e}") from e
        if found != data:
            raise AssertionError(f"{case}: read other bytes than it was given")
        if time.monotonic() - began > SOON:
            raise AssertionError(f"{case}: slow")
    return count


def main() -> int:
    """Fuzz every target in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for all targets together")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    every = targets()
    for target in every:
        count = fuzz(target, asked.seconds / len(every), asked.seed)
        print(f"{target.name}: {count} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
