"""Sealing epochs: each once, in order, filled up with covers, and on the ledger (INTAKE §3, §9).

::

    seal_due(store, ledger, seal)      seals what is due, then enters what the ledger does not have yet

1. Covers, chunks, board, entry and signature of an epoch must be made in one transaction: after a crash it is sealed
   or it is not, and what was sealed is never made again with other covers.
2. An epoch must be entered in the ledger with the bytes that were sealed, and marked only afterwards: the ledger is
   asked again after a crash, and has it once.
3. After an outage every missed epoch must be sealed, late, with its own number.
4. A cover's row must be filled like a report's: first and last as an upload's might be.
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
        db.execute("UPDATE epoch SET data = ?, sig = ? WHERE epoch = ?", (data, sig, number))
    return True


def _items(
    db: sqlite3.Connection, directory: Directory, chance: Chance, which: tuple[int, int, int]
) -> tuple[Listed, ...]:
    number, places, first_ever = which
    (there,) = db.execute("SELECT count(*) FROM item WHERE epoch = ?", (number,)).fetchone()
    for _ in range(places - there):
        one = envelope.cover(directory, chance)
        # As if handed in on one of the days from which this epoch is drawn.
        first = max(first_ever, number - below(chance, DRAWN))
        row = (one.item, one.nonce, number, first, max(first + DRAWN - 1, number), "", one.data)
        db.execute("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    rows = db.execute("SELECT data FROM item WHERE epoch = ? ORDER BY item", (number,)).fetchall()
    all_ = (Envelope(data) for (data,) in rows)
    return tuple(Listed(one.nonce, one.bind, one.item) for one in all_)


def _chunks(db: sqlite3.Connection, number: int, chance: Chance) -> tuple[str, ...]:
    (there,) = db.execute("SELECT count(*) FROM chunk WHERE epoch = ?", (number,)).fetchone()
    for _ in range(chunks.PER_EPOCH - there):
        piece = chunks.filler(chance)
        db.execute("INSERT INTO chunk VALUES (?, ?, ?)", (chunks.chunk_id(piece), number, piece))
    rows = db.execute("SELECT id FROM chunk WHERE epoch = ? ORDER BY id", (number,)).fetchall()
    return tuple(id_.hex() for (id_,) in rows)


def _mail(
    db: sqlite3.Connection, directory: Directory, number: int, chance: Chance
) -> tuple[tuple[str, ...], str]:
    rows = db.execute("SELECT data FROM bundle WHERE epoch = ? ORDER BY seat", (number,)).fetchall()
    bundles = [Bundle(data) for (data,) in rows]
    messages = {bundle.seat: bundle.messages for bundle in bundles}
    whole = board.compose(directory.size, number, messages, chance)
    db.execute("INSERT INTO board VALUES (?, ?)", (number, whole))
    return tuple(sorted(sha256(bundle.data).hexdigest() for bundle in bundles)), board.digest(whole)
