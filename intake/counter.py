"""The counter: where sealed things are handed in and promised (INTAKE §3, §9).

::

    counter = Counter(store, ledger, signer, "example.org/log", secrets.token_bytes)
    counter.accept(upload, today)      Receipt; the same bytes give the same one again
    counter.bundle(data, today)        desk mail of a trustee

1. No receipt may leave before the bytes are durable, and nothing be stored without one.
2. The same upload must give its first receipt, a known nonce over other bytes, or a known item with chunks that are not
   in its epoch, NonceKnown. What is answered must not tell a report from a cover that is handed in.
3. An item must enter only an epoch of its own directory, not sealed yet; none with room is DirectoryChanged where the
   trustees change within the epochs that may be promised, else Full.
4. One bundle a seat and epoch, for the running epoch only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from intake import capacity, chunks, mail, receipt, upload
from intake.directory import Directory
from intake.errors import BundleKnown, DirectoryChanged, Full, NonceKnown
from intake.labels import Chance
from intake.port import Ledger, ServiceKey, in_force
from intake.receipt import Receipt
from intake.store import Store
from intake.upload import Upload
from ledger.errors import Malformed

FULL: Final = "the intake is full for the coming thirty days"


class Counter:
    """Takes uploads and bundles. `today` is always the running epoch, as its caller's clock says."""

    def __init__(self, store: Store, ledger: Ledger, signer: ServiceKey, origin: str, chance: Chance) -> None:
        self._store, self._ledger, self._signer = store, ledger, signer
        self._origin, self._chance = origin, chance

    def accept(self, data: bytes, today: int) -> Receipt:
        """The receipt of an upload; Malformed, DirectoryChanged, NonceKnown, Full."""
        directories = self._ledger.directories()
        found = [d for d in directories if d.digest == upload.directory_digest(data)]
        if not found:
            self._refuse_unknown(data, directories, today)
        handed = upload.read(data, found[-1])
        with self._store.change() as db:
            today = max(today, self._store_last(db) + 1)
            row = self._known(db, handed)
            if row is None:
                row = self._assign(db, handed, directories, today)
        return self._receipt(handed, *row)

    def bundle(self, data: bytes, today: int) -> None:
        """Take a trustee's bundle for the running epoch; Malformed, BundleKnown."""
        with self._store.change() as db:
            today = max(today, self._store_last(db) + 1)
            directory = directory_of(db, self._ledger.directories(), today)
            if directory is None:
                raise DirectoryChanged
            one = mail.read(data, directory)
            if one.epoch != today:
                raise Malformed(f"a bundle for epoch {one.epoch}", "", f"the running epoch is {today}")
            known = db.execute(
                "SELECT data FROM bundle WHERE epoch = ? AND seat = ?", (today, one.seat)
            ).fetchone()
            if known is None:
                plan(db, today, today, self._chance)
                db.execute("UPDATE epoch SET directory = ? WHERE epoch = ?", (directory.digest, today))
                db.execute("INSERT INTO bundle VALUES (?, ?, ?)", (today, one.seat, data))
            elif known[0] != data:
                raise BundleKnown

    def _refuse_unknown(self, data: bytes, directories: Sequence[Directory], today: int) -> None:
        now = in_force(directories, today)
        if now is not None:  # Malformed first: noise is no changed directory
            upload.read(data[:2] + now.digest + data[34:] if len(data) > 34 else data, now)
        raise DirectoryChanged

    def _known(self, db: sqlite3.Connection, handed: Upload) -> tuple[int, int] | None:
        sealed = handed.envelope
        row = db.execute("SELECT first, epoch FROM item WHERE item = ?", (sealed.item,)).fetchone()
        if row is None:
            if db.execute("SELECT 1 FROM item WHERE nonce = ?", (sealed.nonce,)).fetchone():
                raise NonceKnown
            return None
        # Whose chunks they were is not kept, or whoever hands in a listed envelope again would be told who sent some.
        for id_ in handed.ids:
            if not db.execute("SELECT 1 FROM chunk WHERE id = ? AND epoch = ?", (id_, row[1])).fetchone():
                raise NonceKnown
        return int(row[0]), int(row[1])

    def _assign(
        self, db: sqlite3.Connection, handed: Upload, directories: Sequence[Directory], today: int
    ) -> tuple[int, int]:
        sealed = handed.envelope
        digest, other = sealed.directory, False

        def has_room(epoch: int) -> bool:
            nonlocal other
            directory = directory_of(db, directories, epoch)
            if directory is None or directory.digest != digest:
                other = True
                return False
            return self._room(db, epoch, today, len(handed.pieces))

        epoch = capacity.choose(today, has_room, self._chance)
        if epoch is None:
            raise DirectoryChanged if other else Full(FULL)
        db.execute("UPDATE epoch SET directory = ? WHERE epoch = ?", (digest, epoch))
        db.execute(
            "INSERT INTO item VALUES (?, ?, ?, ?, ?)",
            (sealed.item, sealed.nonce, epoch, today, sealed.data),
        )
        try:
            db.executemany(
                "INSERT INTO chunk VALUES (?, ?, ?)",
                [(id_, epoch, piece) for id_, piece in zip(handed.ids, handed.pieces, strict=True)],
            )
        except sqlite3.IntegrityError:
            raise NonceKnown from None  # a chunk under a random key is here once, or somebody copied it
        return today, epoch

    def _room(self, db: sqlite3.Connection, epoch: int, today: int, pieces: int) -> bool:
        room = plan(db, epoch, today, self._chance)[1]
        (taken,) = db.execute("SELECT count(*) FROM item WHERE epoch = ?", (epoch,)).fetchone()
        (chunked,) = db.execute("SELECT count(*) FROM chunk WHERE epoch = ?", (epoch,)).fetchone()
        return bool(taken < room and chunked + pieces <= chunks.PER_EPOCH)

    def _receipt(self, handed: Upload, first: int, epoch: int) -> Receipt:
        promised = range(first, max(first + capacity.DRAWN - 1, epoch) + 1)
        ids = chunks.digest(handed.ids)
        return receipt.give(self._signer, self._origin, promised, handed.envelope.item, ids)

    @staticmethod
    def _store_last(db: sqlite3.Connection) -> int:
        (sealed,) = db.execute("SELECT max(epoch) FROM epoch WHERE data IS NOT NULL").fetchone()
        (first,) = db.execute("SELECT value FROM state WHERE name = 'first'").fetchone()
        return int(first) - 1 if sealed is None else int(sealed)


def plan(db: sqlite3.Connection, epoch: int, today: int, chance: Chance) -> tuple[int, int]:
    """(places, room) of an epoch, drawn when it is first looked at."""
    row = db.execute("SELECT places, room FROM epoch WHERE epoch = ?", (epoch,)).fetchone()
    if row is None:
        before = db.execute("SELECT places FROM epoch WHERE epoch = ?", (epoch - 1,)).fetchone()
        count = capacity.places(epoch, today, before[0] if before else capacity.PLACES)
        row = (count, capacity.room(count, chance))
        db.execute("INSERT INTO epoch (epoch, places, room) VALUES (?, ?, ?)", (epoch, *row))
    return int(row[0]), int(row[1])


def directory_of(db: sqlite3.Connection, directories: Sequence[Directory], epoch: int) -> Directory | None:
    """The directory of an epoch: the one that its items and bundles came under, else the one in force."""
    row = db.execute("SELECT directory FROM epoch WHERE epoch = ?", (epoch,)).fetchone()
    if row is not None and row[0] is not None:
        return next(d for d in directories if d.digest == row[0])
    return in_force(directories, epoch)
