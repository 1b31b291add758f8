"""What every act at a desk works on: the unlocked keys, the mirror, the cases, the notes, the clock.

::

    with open_room(home, unlocked, intake_key, clock=…, chance=secrets.token_bytes) as room:
        room.today             20248
        room.directory(20248)  the trustees of that day

Seats are numbers of one directory. Between directories trustees are told apart by person.

1. The own seat of a directory must be found by the own sign key, never by name.
2. A directory must be in force from its `from_epoch` until the next one's.
3. Notes must be on the disk before anything that follows from them leaves the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from intake import envelope
from intake.directory import Directory
from intake.envelope import Envelope
from intake.labels import Chance
from intake.trustee.cases import Cases, open_cases
from intake.trustee.clocks import epoch_at
from intake.trustee.event import CaseEvent, make
from intake.trustee.mirror import Mirror
from intake.trustee.notes import Notes, NotesFile
from intake.trustee.vault import Unlocked
from ledger.errors import NotFound


@dataclass
class Room:
    """See the module. `intake_key` is the public key of the intake, from the ledger."""

    home: Path
    unlocked: Unlocked
    mirror: Mirror
    cases: Cases
    notes: Notes
    file: NotesFile
    intake_key: bytes
    clock: Callable[[], str]
    chance: Chance

    @property
    def now(self) -> str:
        return self.clock()

    @property
    def today(self) -> int:
        """The running epoch."""
        return epoch_at(self.now)

    @cached_property
    def directories(self) -> dict[bytes, Directory]:
        """All directories that are here, by digest."""
        return self.mirror.known()

    def forget_directories(self) -> None:
        """After fetching: another directory may be here."""
        self.__dict__.pop("directories", None)

    def directory(self, epoch: int) -> Directory:
        """The directory in force in an epoch; NotFound when none is here."""
        found = [d for d in self.directories.values() if d.from_epoch <= epoch]
        if not found:
            raise NotFound("no directory of trustees is here", "take it from the ledger: `desk trust`")
        return max(found, key=lambda d: d.from_epoch)

    def seat(self, directory: Directory) -> int | None:
        """The own seat of a directory; None when this trustee is not in it."""
        own = self.unlocked.own.seat["sign"]
        return next((s.seat for s in directory.roster.seats if s.sign == own), None)

    @property
    def person(self) -> str:
        return self.unlocked.own.person

    def envelope(self, item: str) -> Envelope:
        """The bytes of an item that concerns this trustee; NotFound when the mirror lacks them."""
        data = self.mirror.envelope(item)
        directory = data and self.directories.get(data[2:34])
        if not data or not directory:
            raise NotFound("the bytes of this report are not here", "fetch the daily lists again")
        return envelope.read(data, directory)

    def of(self, item: str) -> Directory:
        """The directory to which an item is sealed."""
        return self.directories[self.envelope(item).directory]

    def eligible(self, item: str) -> list[str]:
        """The persons who may read an item, this one among them; nobody when it does not concern this trustee."""
        if item not in self.notes.waiting:
            return []
        seats = self.of(item).roster.seats
        return [seats[number].person for number in self.notes.waiting[item]["eligible"]]

    def others(self, item: str) -> list[str]:
        """The colleagues who may read an item."""
        return [p for p in self.eligible(item) if p != self.person]

    def send(self, persons: list[str], message: dict[str, Any]) -> None:
        """Let a message go out with the next mail, to each of `persons`."""
        self.notes.queue.append({"message": message, "sent": {}, "to": sorted(persons)})

    def act(self, item: str, type_: str, data: dict[str, Any], *, case: str | None = None) -> CaseEvent:
        """Sign a case event about an item, keep it, and send it to the colleagues who may read the item."""
        about = case or item
        directory = self.of(item)
        seat = self.seat(directory)
        if seat is None or item not in self.notes.waiting:
            raise NotFound("this report is not for you")
        made = make(
            at=self.now,
            case=about,
            data=data,
            directory=directory.digest.hex(),
            ledger=directory.ledger,
            parents=self.cases.case(about).heads,
            seat=seat,
            type=type_,
            signer=self.unlocked.sign,
        )
        self.cases.add(made)
        self.send(self.others(item), {"event": made.members(), "type": "case"})
        return made

    def save(self) -> None:
        """Put the notes on the disk."""
        self.file.write(self.notes)


@contextmanager
def open_room(
    home: Path, unlocked: Unlocked, intake_key: bytes, *, clock: Callable[[], str], chance: Chance
) -> Iterator[Room]:
    """The room of an unlocked trustee. What was noted is saved when it is left without an error."""
    file = NotesFile(home / "desk.notes", unlocked.store, chance)
    with open_cases(home / "cases.db", unlocked.store, random=chance) as cases:
        room = Room(
            home, unlocked, Mirror(home / "mirror"), cases, file.read(), file, intake_key, clock, chance
        )
        yield room
        room.save()
