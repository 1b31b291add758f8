"""The intake's window on the living ledger (ARCHITECTURE §2). `api/bootstrap.py` supplies what looks through it.

1. `enter` must be safe to ask again with the same data after a crash: an epoch that the ledger has is entered once.
2. What it gives comes from a ledger that its supplier verified; nothing here trusts a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from intake.directory import Directory
from ledger.record.epoch import Epoch


class ServiceKey(Protocol):
    """svc-intake's Ed25519 key: in memory, or behind a door of its own."""

    def sign_bytes(self, message: bytes) -> bytes:
        """The bare 64 bytes."""
        ...


class Ledger(Protocol):
    """What the intake asks of the ledger."""

    def directories(self) -> Sequence[Directory]:
        """Every roster on the record, in order of entries."""
        ...

    def enter(self, epoch: Epoch) -> int:
        """Where the epoch stands: recorded as svc-intake, unless it was before, with the same data; else it raises."""
        ...


def in_force(directories: Sequence[Directory], epoch: int) -> Directory | None:
    """The directory for an epoch: the one recorded last among those that begin by then."""
    begun = [d for d in directories if d.from_epoch <= epoch]
    return begun[-1] if begun else None
