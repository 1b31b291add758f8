"""What the ledger asks of a store, whichever database it is: the values, and the port ``Store``.

A store keeps one sequence of entries and the signed checkpoint of every commit. It numbers, links and hashes;
it judges nothing and reads no clock::

    store.head()                 Head(size=41, last=<leaf hash of entry 40>, peaks=(…), recorded_at="2025-…Z")
    store.append([leaf], head=41, now="2025-03-20T16:00:02.114000Z")
                                 [Receipt(index=41, event_id="01KB…", leaf_hash=…, recorded_at=…, checkpoint="…")]

1. ``append`` must be one transaction: all its entries, their disclosures, the checkpoint and the head, or nothing.
2. It must ask in this order: is the event id known (``AlreadyRecorded`` or ``IdReused``), does the head still have
   the size that was judged (``Conflict``), only then write. A repeated act is therefore answered, not judged again.
3. A checkpoint must leave the process only after COMMIT.
4. ``recorded_at`` must never decrease: it is the greater of `now` and the entry's before.
5. A store must refuse to sign on top of a head that disagrees with its own last entry or last checkpoint.
6. Disclosures may be lost or erased; no entry, hash or checkpoint may change by it.
7. Trouble with disk, file or server must come out as ``StoreUnavailable`` with its cure, never as a driver's error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ledger.record.entry import NO_PREV, Withheld
from ledger.record.merkle import Frontier
from ledger.record.note import Vkey


@dataclass(frozen=True, slots=True)
class Head:
    """The state on which an act is judged: `size` entries, the leaf hash of the `last`, the tree's right edge."""

    size: int
    last: bytes
    peaks: tuple[bytes, ...]
    recorded_at: str

    def frontier(self) -> Frontier:
        """The tree so far, to append to."""
        return Frontier(self.size, self.peaks)

    def root(self) -> bytes:
        """Root hash of the tree so far."""
        return self.frontier().root()


EMPTY = Head(0, NO_PREV, (), "")
"""The head of a store that nothing was appended to."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One act about to be appended. `act` holds its bytes exactly as signed.

    With `withheld`, only that class and commitment enter the leaf; `act`, `stream` and `topic` stay in the operator's
    own database and may be erased there. `disclosures` are the texts that open this entry's commitments.
    """

    event_id: str
    stream: str
    stream_version: int
    topic: str
    act: bytes
    withheld: Withheld | None = None
    disclosures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The promise that an act is on the record: where, under which hash, and the signed `checkpoint` (a note)."""

    index: int
    event_id: str
    leaf_hash: bytes
    recorded_at: str
    checkpoint: str


class Cursor(Protocol):
    """As much of a database cursor as tables beside the record need."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Any: ...

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


class Store(Protocol):
    """The record as the rest of the ledger sees it. Indexes count from 0, sizes are counts of entries."""

    @property
    def origin(self) -> str:
        """The log's name, as it stands in every checkpoint."""

    @property
    def vkey(self) -> Vkey | None:
        """The log's key with which this store signs; None when it was opened without one."""

    def head(self) -> Head:
        """The head as committed."""

    def append(self, leaves: Sequence[Leaf], *, head: int | None, now: str) -> list[Receipt]:
        """Append on condition that the head has `head` entries.

        Raises Conflict, AlreadyRecorded (of the first known id, if its act is the same), IdReused, Malformed (an
        entry too large), StoreUnavailable. ``head=None`` asks neither for ids nor for the head; it exists for the
        library's contract tests alone.
        """

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[tuple[int, bytes]]:
        """(index, entry) from index `after` on, in order, at most `limit`. Holds a page at a time, no transaction."""

    def entry(self, index: int) -> bytes:
        """The bytes of one entry; NotFound."""

    def leaf_hashes(self, lo: int, hi: int) -> list[bytes]:
        """Stored leaf hashes of entries [lo, hi); fewer where the record ends sooner."""

    def index_of(self, event_id: str) -> int | None:
        """Where the event id stands, or None."""

    def receipt(self, index: int) -> Receipt:
        """The receipt that was given for an entry; NotFound."""

    def act(self, index: int) -> bytes | None:
        """The act's bytes as signed; None when it was withheld and is erased or lost; NotFound."""

    def checkpoint(self, size: int | None = None) -> str:
        """The signed note for `size` entries (default: the newest); NotFound where no commit ended there."""

    def checkpoints(self, after: int = 0) -> Iterator[tuple[int, str]]:
        """(size, signed note) of every commit with size > `after`, in order."""

    def has_checkpoint(self, size: int, root: bytes) -> bool:
        """True when this log signed this tree head. The empty tree is always known."""

    def disclosures(self, index: int) -> list[str]:
        """Disclosures kept for an entry, ordered by their commitments."""

    def add_disclosures(self, index: int, disclosures: Sequence[str]) -> None:
        """Keep disclosures for an entry. Whether they open its commitments is for the caller to know."""

    def erase_disclosures(self, index: int, commitments: Sequence[str]) -> int:
        """Delete disclosures (and a withheld act) by commitment; how many were there. The record stays as it is."""

    def restored(self) -> str | None:
        """Why the store may not be written to since it was restored; None in ordinary times."""

    def clear_restored(self, size: int, root: bytes) -> None:
        """Allow writing again: the last published checkpoint (size, root) is a prefix of what is here.

        Rehashes the entries below `size`; StoreUnavailable when they are not those that were published.
        """

    def backup(self, path: Path) -> None:
        """A copy of the whole store while it is in use; opened, it counts as restored."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of one SELECT on tables beside the record; waits for no writer. Placeholders are ``?``."""

    def transaction(self) -> AbstractContextManager[Cursor]:
        """One writing transaction for tables beside the record (the docket's); it and appends take turns.

        Placeholders are ``?``, types TEXT, INTEGER and BLOB (``others.py``). Keep it short, and append nothing within.
        """

    def close(self) -> None:
        """Give the connections back. Closing twice is allowed."""
