"""The record as a store: reading by plain SQL, appending through the library's ``save``.

::

    with sqlite.open_record(path, signer) as record:
        receipts = record.append([leaf], head=record.head().size, now="2025-03-20T16:00:02.114000Z")
        for index, entry in record.entries(after=41): …

Both databases understand the same SQL here; a recorder gives the few things in which they differ (``Recorder``).

1. Reading must hold one page in memory and no transaction between pages: the record only grows, so pages fit together.
2. No index or id that a stranger may send can raise anything but NotFound.
3. Without the log's key everything can be read and nothing appended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Protocol, Self, cast

from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.record.checkpoint import Checkpoint, sign_checkpoint
from ledger.record.disclosure import commitment
from ledger.record.merkle import EMPTY_ROOT, Frontier, leaf_hash
from ledger.record.note import NoteSigner, Vkey
from ledger.store.application import Act, Batch, LedgerApplication, Seal
from ledger.store.checks import read_head
from ledger.store.port import Cursor, Head, Leaf, Receipt

PAGE: Final = 256
"""Entries a page: at 65,535 bytes an entry 16 MiB at the most."""

_MOST: Final = 1 << 53
_TAIL: Final = re.compile(
    rb'"recorded_at":"([0-9TZ:.-]*)"(?:,"stream_version":[0-9]+)?,"v":1(?:,"withheld":\{[^{}]*\})?\}\Z'
)


class Recorder(Protocol):
    """What a database adds to the library's recorder."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of one SELECT, read by itself."""

    def transaction(self) -> AbstractContextManager[Cursor]:
        """A writing transaction."""

    def backup(self, path: Path) -> None:
        """A copy of the whole database."""

    def scrub(self) -> None:
        """After an erasure: leave no copy of what was erased, as far as the database lets us."""

    def trouble(self) -> AbstractContextManager[None]:
        """Turns the driver's and the library's errors into StoreUnavailable."""


class Record:
    """Meets ``ledger.store.port.Store``. Made by ``open_record`` of a database."""

    def __init__(
        self, open_application: Callable[[Seal], LedgerApplication], signer: NoteSigner | None
    ) -> None:
        self._signer = signer
        self._application = open_application(self._seal)
        self._recorder = cast("Recorder", self._application.recorder)
        try:
            self.origin = self._state("origin") or ""
            if signer is not None and signer.vkey.name != self.origin:
                raise StoreUnavailable(
                    f"the key of {signer.vkey.name} does not sign for the ledger {self.origin}",
                    "use this ledger's own log key",
                )
        except BaseException:
            self.close()
            raise

    # ---- appending

    @property
    def vkey(self) -> Vkey | None:
        return self._signer.vkey if self._signer else None

    def append(self, leaves: Sequence[Leaf], *, head: int | None, now: str) -> list[Receipt]:
        receipts: list[Receipt] = []
        acts = [Act(leaf.stream, leaf.stream_version, leaf.topic, leaf.act) for leaf in leaves]
        with self._recorder.trouble():
            self._application.save(Batch(acts), leaves=leaves, head=head, now=now, receipts=receipts)
        return receipts

    def _seal(self, size: int, root: bytes) -> str:
        if self._signer is None:
            raise StoreUnavailable(
                "the ledger was opened without its log key", "open it with the key to append"
            )
        return sign_checkpoint(Checkpoint(self.origin, size, root), self._signer)

    # ---- reading

    def head(self) -> Head:
        return read_head(next(iter(self.rows("SELECT size, last, peaks, recorded_at FROM head")), None))

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[tuple[int, bytes]]:
        left, after = _MOST if limit is None else limit, _place(after)
        while left > 0:
            page = self.rows(
                "SELECT seq - 1, entry FROM entries WHERE seq > ? ORDER BY seq LIMIT ?",
                (after, min(PAGE, left)),
            )
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1][0] + 1
            left -= len(page)

    def entry(self, index: int) -> bytes:
        return cast("bytes", self._of_entry("SELECT entry FROM entries WHERE seq = ?", index)[0])

    def leaf_hashes(self, lo: int, hi: int) -> list[bytes]:
        sql = "SELECT leaf FROM entries WHERE seq > ? AND seq <= ? ORDER BY seq"
        return [leaf for (leaf,) in self.rows(sql, (_place(lo), _place(hi)))]

    def index_of(self, event_id: str) -> int | None:
        if not (event_id.isascii() and event_id.isprintable()):
            return None
        found = self.rows("SELECT seq - 1 FROM entries WHERE event_id = ?", (event_id,))
        return found[0][0] if found else None

    def receipt(self, index: int) -> Receipt:
        event_id, leaf, entry, note = self._of_entry(
            "SELECT event_id, leaf, entry, (SELECT note FROM checkpoints WHERE size >= seq ORDER BY size LIMIT 1) "
            "FROM entries WHERE seq = ?",
            index,
        )
        return Receipt(index, event_id, leaf, _recorded_at(entry), note)

    def act(self, index: int) -> bytes | None:
        (act,) = self._of_entry(
            "SELECT coalesce(substr(e.entry, 8, e.act_size), w.act) "
            "FROM entries e LEFT JOIN withheld w ON w.seq = e.seq WHERE e.seq = ?",
            index,
        )
        return cast("bytes | None", act)

    def checkpoint(self, size: int | None = None) -> str:
        if size is None:
            found = self.rows("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1")
        else:
            found = (
                self.rows("SELECT note FROM checkpoints WHERE size = ?", (size,)) if 0 < size < _MOST else []
            )
        if not found:
            raise NotFound("no checkpoint" if size is None else f"no checkpoint of {size} entries")
        return cast("str", found[0][0])

    def checkpoints(self, after: int = 0) -> Iterator[tuple[int, str]]:
        after = _place(after)
        while page := self.rows(
            "SELECT size, note FROM checkpoints WHERE size > ? ORDER BY size LIMIT ?", (after, PAGE)
        ):
            yield from page
            after = page[-1][0]

    def has_checkpoint(self, size: int, root: bytes) -> bool:
        if size == 0:
            return root == EMPTY_ROOT
        found = self.rows("SELECT root FROM checkpoints WHERE size = ?", (size,)) if 0 < size < _MOST else []
        return bool(found) and found[0][0] == root

    # ---- beside the record

    def disclosures(self, index: int) -> list[str]:
        if not 0 <= index < _MOST:
            return []
        sql = "SELECT disclosure FROM disclosures WHERE seq = ? ORDER BY commitment"
        return [text for (text,) in self.rows(sql, (index + 1,))]

    def add_disclosures(self, index: int, disclosures: Sequence[str]) -> None:
        self._of_entry("SELECT 1 FROM entries WHERE seq = ?", index)
        with self.transaction() as c:
            for text in disclosures:
                c.execute(
                    "INSERT INTO disclosures VALUES (?, ?, ?) ON CONFLICT (seq, commitment) DO NOTHING",
                    (index + 1, commitment(text), text),
                )

    def erase_disclosures(self, index: int, commitments: Sequence[str]) -> int:
        erased = 0
        self._of_entry("SELECT 1 FROM entries WHERE seq = ?", index)
        with self.transaction() as c:
            for digest in commitments:
                c.execute("DELETE FROM withheld WHERE seq = ? AND digest = ?", (index + 1, digest))
                c.execute("DELETE FROM disclosures WHERE seq = ? AND commitment = ?", (index + 1, digest))
                erased += c.rowcount
        with self._recorder.trouble():
            self._recorder.scrub()
        return erased

    def restored(self) -> str | None:
        return self._state("restored")

    def clear_restored(self, size: int, root: bytes) -> None:
        frontier = Frontier()
        for _, entry in self.entries(limit=size):
            frontier.append(leaf_hash(entry))
        if frontier.size < size or frontier.root() != root:
            raise StoreUnavailable(
                f"the last published checkpoint has {size} entries; the restored store holds "
                + (f"only {frontier.size}" if frontier.size < size else "others"),
                "restore a newer backup; if these entries are lost for good, found a successor ledger",
            )
        with self.transaction() as c:
            c.execute("DELETE FROM state WHERE key = ?", ("restored",))

    def backup(self, path: Path) -> None:
        with self._recorder.trouble():
            self._recorder.backup(path)

    def transaction(self) -> AbstractContextManager[Cursor]:
        return self._recorder.transaction()

    def close(self) -> None:
        self._application.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- how it reads

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self._recorder.trouble():
            return self._recorder.rows(sql, parameters)

    def _of_entry(self, sql: str, index: int) -> Any:
        found = self.rows(sql, (index + 1,)) if 0 <= index < _MOST else []
        if not found:
            raise NotFound(f"no entry {index}")
        return found[0]

    def _state(self, key: str) -> str | None:
        found = self.rows("SELECT value FROM state WHERE key = ?", (key,))
        return found[0][0] if found else None


def _place(number: int) -> int:
    """A number that a database can compare with, whatever a stranger sends."""
    return min(max(number, 0), _MOST)


def _recorded_at(entry: bytes) -> str:
    """The time in an entry, found from its end: whatever texts an act holds, they stand before it."""
    found = _TAIL.search(entry)
    if found is None:
        raise Malformed("the stored entry does not end as entries do", "", "verify the store")
    return found[1].decode()
