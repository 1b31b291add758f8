"""Sealing epochs: each once, in order, filled up with covers, and on the ledger (INTAKE §3, §9).

::

    seal_due(store, ledger, seal)      seals what is due, then enters what the ledger does not have yet

1. Covers, chunks, board, entry and signature of an epoch must be made in one transaction: after a crash it is sealed
   or it is not, and what was sealed is never made again with other covers.
2. An epoch must be entered in the ledger with the bytes that were sealed, and marked only afterwards: the ledger is
   asked again after a crash, and has it once.
3. After an outage every missed epoch must be sealed, late, with its own number.
4. A cover's row must be filled like a report's, its first day as an upload's might be; and both must lie on the disk in
   the order of their hashes, not of their coming.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from intake import board, chunks, envelope, epochs
from intake.capacity import DRAWN
from intake.counter import directory_of, plan
from intake.directory import Directory
from intake.envelope import Envelope
from intake.labels import Chance, below
from intake.mail import Bundle
from intake.port import Ledger, ServiceKey
from intake.store import Store
from ledger.errors import StoreUnavailable
from ledger.record.canonical import decode, encode
from ledger.record.epoch import Epoch, Listed, epoch


@dataclass(frozen=True, slots=True)
class Seal:
    """What sealing needs besides the store: the service's key, the served client's digest, chance."""

    signer: ServiceKey
    client: str
    chance: Chance


def seal_due(store: Store, ledger: Ledger, seal: Seal, today: int) -> list[int]:
    """Seal every epoch before `today` that is not sealed, enter every one that is not entered; the numbers sealed."""
    sealed = []
    while (number := store.last_sealed() + 1) < today:
        if seal_epoch(store, ledger.directories(), seal, number):
            sealed.append(number)
    for number, data in store.all(
        "SELECT epoch, data FROM epoch WHERE data IS NOT NULL AND entry IS NULL ORDER BY epoch"
    ):
        entry = ledger.enter(epoch(decode(data)))
        with store.change() as db:
            db.execute("UPDATE epoch SET entry = ? WHERE epoch = ?", (entry, number))
    return sealed


def seal_epoch(store: Store, directories: Sequence[Directory], seal: Seal, number: int) -> bool:
    """Seal one epoch; False when somebody else just did. StoreUnavailable when no directory is in force."""
    with store.change() as db:
        places, _ = plan(db, number, number, seal.chance)
        directory = directory_of(db, directories, number)
        if directory is None:
            raise StoreUnavailable(f"no directory is in force on day {number}", "record the trust roster")
        if db.execute("SELECT data FROM epoch WHERE epoch = ?", (number,)).fetchone()[0] is not None:
            return False
        (first,) = db.execute("SELECT value FROM state WHERE name = 'first'").fetchone()
        made = Epoch(
            number,
            directory.digest.hex(),
            _items(db, directory, seal.chance, (number, places, int(first))),
            _chunks(db, number, seal.chance),
            *_mail(db, directory, number, seal.chance),
            seal.client,
        )
        data = encode(epoch(made.data()).data())
        sig = epochs.sign(made, seal.signer).sig
        db.execute(
            "UPDATE epoch SET directory = ?, data = ?, sig = ? WHERE epoch = ?",
            (directory.digest, data, sig, number),
        )
    store.settle()
    return True


def _items(
    db: sqlite3.Connection, directory: Directory, chance: Chance, which: tuple[int, int, int]
) -> tuple[Listed, ...]:
    number, places, first_ever = which
    rows = db.execute("SELECT item, nonce, first, data FROM item WHERE epoch = ?", (number,)).fetchall()
    days = [row[2] for row in rows]
    for _ in range(places - len(rows)):
        one = envelope.cover(directory, chance)
        first = max(first_ever, number - _waited(number, days, chance))
        rows.append((one.item, one.nonce, first, one.data))
    rows.sort()
    # Long rows lie where they were written: all are written anew, or covers would lie behind reports in the file.
    db.execute("DELETE FROM item WHERE epoch = ?", (number,))
    db.executemany(
        "INSERT INTO item VALUES (?, ?, ?, ?, ?)",
        [(item, nonce, number, first, data) for item, nonce, first, data in rows],
    )
    all_ = (Envelope(data) for *_, data in rows)
    return tuple(Listed(one.nonce, one.bind, one.item) for one in all_)


def _waited(number: int, days: Sequence[int], chance: Chance) -> int:
    """How many days before its epoch a cover seems to have come: one of those from which it is drawn; after a flood
    also as long as uploads of this epoch did wait, in their proportion."""
    if days and max(number - day for day in days) >= DRAWN:
        waited = number - days[below(chance, len(days))]
        if waited >= DRAWN:
            return waited
    return below(chance, DRAWN)


def _chunks(db: sqlite3.Connection, number: int, chance: Chance) -> tuple[str, ...]:
    rows = db.execute("SELECT id, data FROM chunk WHERE epoch = ?", (number,)).fetchall()
    for _ in range(chunks.PER_EPOCH - len(rows)):
        piece = chunks.filler(chance)
        rows.append((chunks.chunk_id(piece), piece))
    rows.sort()
    db.execute("DELETE FROM chunk WHERE epoch = ?", (number,))
    db.executemany("INSERT INTO chunk VALUES (?, ?, ?)", [(id_, number, data) for id_, data in rows])
    return tuple(id_.hex() for id_, _ in rows)


def _mail(
    db: sqlite3.Connection, directory: Directory, number: int, chance: Chance
) -> tuple[tuple[str, ...], str]:
    rows = db.execute("SELECT data FROM bundle WHERE epoch = ? ORDER BY seat", (number,)).fetchall()
    bundles = [Bundle(data) for (data,) in rows]
    messages = {bundle.seat: bundle.messages for bundle in bundles}
    whole = board.compose(directory.size, number, messages, chance)
    db.execute("INSERT INTO board VALUES (?, ?)", (number, whole))
    return tuple(sorted(sha256(bundle.data).hexdigest() for bundle in bundles)), board.digest(whole)
