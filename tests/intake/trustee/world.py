"""Five trustees, their machines and an intake in memory, with a clock that tests move day by day."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from intake import board, chunks, directory, envelope, epochs, mail
from intake.body import Body
from intake.derive import Secrets
from intake.directory import Directory
from intake.envelope import Envelope
from intake.trustee import agent, desk, vault
from intake.trustee.clocks import DAY
from intake.trustee.mirror import Alarm
from intake.trustee.room import Room, open_room
from intake.trustee.vault import Own, Unlocked, store_key
from keys import files
from keys.seat import derive
from keys.signing import Ed25519Signer
from ledger.record.canonical import encode
from ledger.record.epoch import Epoch, Listed
from ledger.record.fields import to_time
from tests.intake.trustee.people import EPOCH, LEDGER, entropy, roster_seat, sign

INTAKE: Final = Ed25519Signer.from_seed(b"i" * 32)
PLACES: Final = 64


def roster(*, from_epoch: int = EPOCH - 2, seats: int = 5, k: int = 3) -> bytes:
    return encode(
        {
            "from_epoch": from_epoch,
            "ledger": LEDGER,
            "panels": [
                {"id": "ltbt", "k": k, "name": "Long-Term Benefit Trust", "seats": list(range(seats))},
                {"id": "small", "k": 2, "name": "Three of them", "seats": [0, 1, 2]},
            ],
            "seats": [roster_seat(n) for n in range(seats)],
            "v": 1,
        }
    )


@dataclass
class Intake:
    """What a server does, without the server. `asked` is every question, by whom."""

    directory: Directory
    chance: Callable[[int], bytes]
    fresh: bool = False
    kept: dict[str, bytes] = field(default_factory=dict)
    lists: dict[int, bytes] = field(default_factory=dict)
    filed: list[Envelope] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    mail: dict[int, dict[int, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The same fillers every day, and covers unless `fresh`: a server makes them anew, here it only costs time.
        self.covers = [envelope.cover(self.directory, self.chance) for _ in range(PLACES)]
        self.fillers = [chunks.filler(self.chance) for _ in range(chunks.PER_EPOCH)]

    def upload(self, data: bytes) -> None:
        bundle = mail.read(data, self.directory)
        assert bundle.seat not in self.mail.setdefault(bundle.epoch, {}), "sent twice"
        self.mail[bundle.epoch][bundle.seat] = data

    def seal(self, number: int) -> None:
        """The list of an epoch."""
        listed, self.filed = self.filed, []
        if self.fresh:
            self.covers = [envelope.cover(self.directory, self.chance) for _ in range(PLACES)]
        items = listed + self.covers[: PLACES - len(listed)]
        pieces, self.pieces = self.pieces, []
        pieces += self.fillers[: chunks.PER_EPOCH - len(pieces)]
        bundles = self.mail.get(number, {})
        boarded = board.compose(
            self.directory.size,
            number,
            {s: mail.read(b, self.directory).messages for s, b in bundles.items()},
            self.chance,
        )
        self.kept |= {i.item.hex(): i.data for i in items}
        self.kept |= {sha256(b).hexdigest(): b for b in [*pieces, *bundles.values(), boarded]}
        rows = sorted((Listed(i.nonce, i.bind, i.item) for i in items), key=lambda row: row.item)
        day = Epoch(
            number,
            self.directory.digest.hex(),
            tuple(rows),
            tuple(sorted(sha256(p).hexdigest() for p in pieces)),
            tuple(sorted(sha256(b).hexdigest() for b in bundles.values())),
            board.digest(boarded),
            "00" * 32,
        )
        self.lists[number] = epochs.sign(day, INTAKE).to_bytes()


@dataclass
class Line:
    """One trustee's line to the intake, which notes what goes over it."""

    intake: Intake
    asked: list[tuple[str, str]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)

    def _given(self, kind: str, name: str, data: bytes | None) -> bytes | None:
        self.asked.append((kind, name))
        self.lengths.append(len(data or b""))
        return data

    def directory(self, digest: str) -> bytes | None:
        return self._given("directory", digest, self.intake.directory.data)

    def listing(self, epoch: int) -> bytes | None:
        return self._given("list", str(epoch), self.intake.lists.get(epoch))

    def envelope(self, item: str) -> bytes | None:
        return self._given("envelope", item, self.intake.kept.get(item))

    def chunk(self, id_: str) -> bytes | None:
        return self._given("chunk", id_, self.intake.kept.get(id_))

    def bundle(self, digest: str) -> bytes | None:
        return self._given("bundle", digest, self.intake.kept.get(digest))

    def board(self, digest: str) -> bytes | None:
        return self._given("board", digest, self.intake.kept.get(digest))

    def bundles(self, epoch: int) -> list[bytes]:
        found = sorted(self.intake.mail.get(epoch, {}).values())
        self._given("bundles", str(epoch), b"".join(found))
        return found


class World:
    """Everything. `today` is the running epoch; it is noon."""

    def __init__(
        self, folder: Path, seed: int = 1, *, data: bytes | None = None, fresh: bool = False
    ) -> None:
        self.folder = folder
        self.chance = random.Random(seed).randbytes
        self.today = EPOCH
        self.intake = Intake(directory.read(data or roster()), self.chance, fresh)
        self.lines = [Line(self.intake) for _ in range(self.intake.directory.size)]
        for number in range(self.intake.directory.size):
            make_home(self.home(number), number)

    def home(self, number: int) -> Path:
        return self.folder / f"t{number + 1}"

    def now(self) -> str:
        return at(self.today * DAY + DAY // 2)

    @contextmanager
    def room(self, number: int) -> Iterator[Room]:
        """A trustee at their unlocked desk."""
        found = open_room(self.home(number), unlocked(number), INTAKE.raw, clock=self.now, chance=self.chance)
        with found as room:
            room.mirror.keep_directory(self.intake.directory.data)
            yield room

    @contextmanager
    def sitting(self, number: int) -> Iterator[Room]:
        """A sitting: fetch, look through, act, leave the mail prepared."""
        with self.room(number) as room:
            desk.refresh(room, self.lines[number])
            yield room
            desk.finish(room)

    def alarms(self, number: int) -> list[Alarm]:
        with self.room(number) as room:
            return desk.refresh(room, self.lines[number])

    def file(self, text: str, words: bytes | None = b"w" * 16, **body: Any) -> str:
        """A report; its L."""
        said = Body(**{"kind": "report", "panel": "ltbt", "text": text, **body})
        secrets = Secrets(words) if words else None
        sealed = envelope.seal(self.intake.directory, said, self.chance(16), self.chance, secrets)
        self.intake.filed.append(sealed)
        return sealed.item.hex()

    def night(self, *silent: int) -> None:
        """The agents send the day's mail, the intake seals its list, the next day begins."""
        for number in range(self.intake.directory.size):
            if number not in silent:
                agent.carry(
                    self.home(number), self.intake.directory, self.today, self.intake.upload, self.chance
                )
        self.intake.seal(self.today)
        self.today += 1


def at(seconds: int) -> str:
    return to_time(datetime.fromtimestamp(seconds, UTC))


def make_home(home: Path, number: int) -> None:
    """The files of a trustee without those that a passphrase opens: tests hand the keys in."""
    home.mkdir(parents=True)
    seed = derive(entropy(number), "device")
    files.create(home, "device", f"p-t{number + 1}", unsealed=True, random=lambda n: seed)
    (home / vault.SEAT).write_bytes(Own(LEDGER, 2025, roster_seat(number)).to_bytes())


def unlocked(number: int) -> Unlocked:
    hpke = derive(entropy(number), "hpke")
    witness = Ed25519Signer.from_seed(derive(entropy(number), "witness"))
    own = Own(LEDGER, 2025, roster_seat(number))
    return Unlocked(own, hpke, store_key(hpke), sign(number), witness)
