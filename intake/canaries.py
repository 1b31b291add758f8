"""Canaries: reports with nothing in them, filed at random to find out whether the intake keeps its promises.

::

    {"filed":3,"followed":1,"next":1749480000,"receipts":[{"chunks":"","first":20245,…}],"since":20245,"v":1}

1. A canary must be sealed as a no-proof filing: no words are drawn, so none can be kept or lost.
2. The times between canaries must be exponential, each drawn anew: whoever saw ten cannot guess the eleventh.
3. Seats must be excluded at random, so that exclusions are never rare.
4. The state must hold receipts and day numbers only, and be replaced whole or not at all.
5. A receipt must be followed until its bytes were seen on a list that it promised, or until it is evidence.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from intake import receipt as receipts
from intake.directory import Directory
from intake.filing import Written, seal
from intake.labels import Chance, below
from intake.receipt import Decision, Receipt
from intake.upload import Upload
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import decode, encode
from ledger.record.epoch import Epoch

TEXT: Final = "REHEARSAL. A canary filed by a monitor: it says nothing, and nobody waits for an answer."
DAY: Final = 86_400


@dataclass(slots=True)
class State:
    """What a monitor remembers. `next` is when the next canary is due, in seconds since 1970; `since` its first day."""

    since: int
    next: int
    filed: int = 0
    followed: int = 0
    receipts: list[Receipt] = field(default_factory=list)

    def to_bytes(self) -> bytes:
        members = {
            "filed": self.filed,
            "followed": self.followed,
            "next": self.next,
            "receipts": [one.members() for one in self.receipts],
            "since": self.since,
            "v": 1,
        }
        return encode(members) + b"\n"


def read(data: bytes) -> State:
    """A state as it was written; Malformed."""
    members = f.members(
        decode(data.removesuffix(b"\n")), "", ("filed", "followed", "next", "receipts", "since", "v")
    )
    since, next_, filed, followed = (
        f.integer(members[name], f"/{name}") for name in ("since", "next", "filed", "followed")
    )
    held = [receipts.read(encode(one)) for one in f.array(members["receipts"], "/receipts")]
    return State(since, next_, filed, followed, held)


def keep(path: Path, state: State) -> None:
    """Replace the file."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(state.to_bytes())
        file.flush()
        os.fsync(descriptor)
    partial.replace(path)


def wait(per_day: float, chance: Chance) -> int:
    """Seconds until the next canary: exponential, `per_day` of them a day on average."""
    uniform = (int.from_bytes(chance(8), "big") + 1) / 2**64
    return int(-math.log(uniform) * DAY / per_day) + 1


def canary(directory: Directory, chance: Chance) -> Upload:
    """Seal one to a panel drawn at random, past as many seats as fall out."""
    panel = directory.roster.panels[below(chance, len(directory.roster.panels))]
    seats = list(panel.seats)
    spare = len(seats) - panel.k
    excluded = {seats.pop(below(chance, len(seats))) for _ in range(below(chance, spare + 1))}
    return seal(directory, Written(TEXT, panel.id, tuple(sorted(excluded))), None, chance)


def follow(
    state: State,
    keys: Callable[[int], list[bytes]],
    today: int,
    lists: Mapping[int, Epoch],
    bytes_of: Callable[[int, bytes], bool],
) -> list[tuple[Receipt, Decision]]:
    """What became of every canary; those that arrived are forgotten. `bytes_of(epoch, L)`: are the bytes there?"""
    found: list[tuple[Receipt, Decision]] = []
    left = []
    for held in state.receipts:
        key = next((k for k in keys(held.first) if held.holds(k)), bytes(32))
        days = (e for e in range(held.first, held.last + 1) if e in lists and lists[e].place(held.item))
        listed = next(days, 0)
        decision = receipts.decide(held, key, today, lists, partial(bytes_of, listed))
        found.append((held, decision))
        if decision is Decision.LISTED:
            state.followed += 1
        else:
            left.append(held)
    state.receipts = left
    return found


def require_promise(held: Receipt, item: bytes, today: int, keys: list[bytes]) -> None:
    """Malformed unless a receipt is for this item, of today, and signed by the intake."""
    if held.item != item or not today - 1 <= held.first <= today + 1:
        raise Malformed("the receipt is for something else", "/items")
    if not any(held.holds(key) for key in keys):
        raise Malformed("the receipt is not signed by the intake's key", "/sig")


def members(held: Receipt) -> dict[str, Any]:
    """A receipt as evidence: its members and its three lines."""
    return {"item": held.item.hex(), "lines": held.lines()}
