"""What a verified ledger says of the anonymous channel: directories, daily lists, and the key that signs receipts.

::

    channel = read_channel("https://…/log", Asked(vkey=…, founding=…))
    channel.directory(20245)       the Directory that reports of that day are sealed to
    channel.epochs[20245]          its Epoch
    channel.keys(20245)            raw keys of svc-intake by which a receipt of that day may be signed

1. Nothing may be taken from a record that does not verify: then CannotRun says what the verifier says.
2. The key of receipts must be one that stood on the roll that day.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from api.cli.trouble import CannotRun
from intake.directory import Directory
from intake.directory import read as read_directory
from intake.epochs import of
from keys import check
from ledger.errors import Malformed, Refusal
from ledger.record.act import Act
from ledger.record.canonical import encode
from ledger.record.epoch import SEALED, Epoch, epoch
from ledger.record.people import ROSTER
from ledger.record.roll import Roll
from ledger.verify.asked import Asked
from ledger.verify.verify import verify

SERVICE: Final = "svc-intake"


def day_of(time: str) -> int:
    """The epoch in which an instant lies."""
    return of(datetime.fromisoformat(time).timestamp())


@dataclass(slots=True)
class Channel:
    """Collects while the verifier reads; it judges nothing."""

    directories: list[Directory] = field(default_factory=list)
    epochs: dict[int, Epoch] = field(default_factory=dict)
    times: list[str] = field(default_factory=list)
    roll: Roll = field(default_factory=Roll)
    judged: int = 0
    unjudged: int = 0

    @property
    def origin(self) -> str:
        """The ledger's name."""
        return self.roll.origin

    def directory(self, today: int) -> Directory:
        """The directory in force on a day; CannotRun when there is none."""
        in_force = [d for d in self.directories if d.roster.from_epoch <= today]
        if not in_force:
            raise CannotRun("this ledger names no trustees yet", "ask for a newer copy of the ledger")
        return in_force[-1]

    def by_digest(self) -> dict[bytes, Directory]:
        """Every directory there was."""
        return {d.digest: d for d in self.directories}

    def keys(self, day: int) -> list[bytes]:
        """Raw keys of the channel's service that were on the roll on a day."""
        return [
            check.raw(key.public.kind, key.public.public)
            for key in self.roll.keys_of(SERVICE)
            if day_of(self.times[key.registered]) <= day
            and (key.revoked is None or day_of(self.times[key.revoked]) >= day)
        ]

    def entry(
        self, index: int, recorded_at: str, act: Act | None, version: int | None, withheld: str | None = None
    ) -> list[Refusal]:
        """Take in the next entry (the verifier calls this where it would have it judged)."""
        self.times.append(recorded_at)
        if act is None or withheld is not None:
            return []
        event = act.event
        self.roll.fold(event, index, check)
        if event.type == ROSTER:
            self.directories.append(read_directory(encode(event.data)))
        elif event.type == SEALED:
            try:
                sealed = epoch(event.data)
            except Malformed:
                return []
            self.epochs.setdefault(sealed.epoch, sealed)
        return []


def read_channel(place: str, asked: Asked) -> Channel:
    """The channel of the ledger at `place` (a published folder or address, a whole bundle, a database)."""
    channel = Channel()
    report = verify(place, replace(asked, rules=channel))
    if report.exit_code == 2:
        raise CannotRun(report.why, report.cure)
    if report.exit_code:
        cure = "take nothing from it; `countersign verify` says what is wrong"
        raise CannotRun(f"{place} does not verify: {report.words}", cure)
    return channel
