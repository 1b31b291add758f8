"""A ledger in memory behind the intake's port, and an intake beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from intake import epochs
from intake.counter import Counter
from intake.directory import Directory
from intake.receipt import Receipt
from intake.sealing import Seal, seal_due
from intake.store import Store, create
from ledger.errors import StoreUnavailable
from ledger.record.canonical import decode, encode
from ledger.record.epoch import Epoch, epoch
from tests.intake.kit import EPOCH, FIVE, ORIGIN, SERVICE, Drawn

CLIENT = "c" * 64


class Book:
    """Keeps what it was given; refuses an epoch twice with other bytes, or out of order."""

    def __init__(self, *directories: Directory, file: Path | None = None) -> None:
        self.rosters, self.file, self.down = list(directories), file, False
        self.entries: list[Epoch] = []
        if file and file.exists():
            self.entries = [epoch(decode(line.encode())) for line in json.loads(file.read_text())]

    def directories(self) -> Sequence[Directory]:
        return self.rosters

    def enter(self, one: Epoch) -> int:
        if self.down:
            raise StoreUnavailable("the ledger does not answer", "try again")
        known = {e.epoch: e for e in self.entries}
        if one.epoch in known:
            assert known[one.epoch] == one, "the same epoch with other bytes"
            return one.epoch - EPOCH
        assert not self.entries or one.epoch == self.entries[-1].epoch + 1, "an epoch was skipped"
        self.entries.append(one)
        if self.file:
            text = json.dumps([encode(e.data()).decode() for e in self.entries])
            part = self.file.with_suffix(".part")
            part.write_text(text)
            os.replace(part, self.file)  # noqa: PTH105
        return one.epoch - EPOCH

    def lists(self) -> dict[int, Epoch]:
        return {e.epoch: e for e in self.entries}


class House:
    """An intake at work, with its clock set by hand."""

    def __init__(self, folder: Path, *directories: Directory, chance: str = "house") -> None:
        self.book = Book(*(directories or (FIVE,)))
        self.path = folder / "intake.db"
        self.today = EPOCH
        create(self.path, EPOCH)
        self.chance = Drawn(chance)
        self.reopen()

    def reopen(self) -> None:
        self.store = Store(self.path)
        self.counter = Counter(self.store, self.book, SERVICE, ORIGIN, self.chance)
        self.seal = Seal(SERVICE, CLIENT, self.chance)

    def accept(self, data: bytes) -> Receipt:
        return self.counter.accept(data, self.today)

    def day(self, days: int = 1) -> list[int]:
        """Let days pass, and seal."""
        self.today += days
        return seal_due(self.store, self.book, self.seal, self.today)

    def listed(self, number: int) -> epochs.SignedList:
        """The intake's own list of an epoch."""
        row = self.store.one("SELECT data, sig FROM epoch WHERE epoch = ?", number)
        assert row
        return epochs.SignedList(epoch(decode(row[0])), row[1])
