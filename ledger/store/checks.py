"""What is asked inside the transaction before anything is written.

::

    known id, same act       AlreadyRecorded(17)      a repeated request gets its first answer
    known id, other act      IdReused("01KB…", 17)
    head moved               Conflict(42)             judge again
    head row says 42, the last entry is number 40     StoreUnavailable: restore, do not build on it

1. Known ids must be answered before the head is compared: a client that lost its answer repeats itself against an
   old head, and must not be told to judge again what is already recorded.
2. A head that does not agree with the last entry, the last checkpoint and itself must not be built upon: a tail cut
   off a table would otherwise be signed over.
3. A restored store must not be written to until it was checked against what had been published.

These are cheap checks of the newest rows. What shows an older row changed is the verifier, which hashes everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ledger.errors import AlreadyRecorded, Conflict, IdReused, StoreUnavailable
from ledger.record.merkle import HASH_BYTES
from ledger.store.port import Head, Leaf


def refuse_twins(leaves: Sequence[Leaf], size: int) -> None:
    """IdReused when one batch names an event id twice: which of the two is meant is not ours to say."""
    if len({leaf.event_id for leaf in leaves}) < len(leaves):
        seen: dict[str, int] = {}
        for index, leaf in enumerate(leaves, size):
            if leaf.event_id in seen:
                raise IdReused(leaf.event_id, seen[leaf.event_id])
            seen[leaf.event_id] = index


def answer_known(leaves: Sequence[Leaf], known: Iterable[tuple[str, int, bytes | None]]) -> None:
    """AlreadyRecorded or IdReused for the first leaf whose id is `known` as (id, index, act or None if erased)."""
    places = {event_id: (index, act) for event_id, index, act in known}
    for leaf in leaves if places else ():
        if leaf.event_id in places:
            index, act = places[leaf.event_id]
            if act == leaf.act:
                raise AlreadyRecorded(index)
            raise IdReused(leaf.event_id, index)


def compare_head(size: int, judged: int | None) -> None:
    """Conflict unless the head still has the size that was judged."""
    if judged is not None and judged != size:
        raise Conflict(size)


def read_head(row: Sequence[Any] | None) -> Head:
    """The head row (size, last leaf hash, peaks, recorded_at) as a value; StoreUnavailable when it is none."""
    if row is None:
        raise _unsound("it has no head")
    size, last, peaks, recorded_at = row
    if size < 0 or len(last) != HASH_BYTES or len(peaks) != HASH_BYTES * size.bit_count():
        raise _unsound(f"the tree's edge at the head does not belong to {size} entries")
    hashes = tuple(peaks[i : i + HASH_BYTES] for i in range(0, len(peaks), HASH_BYTES))
    return Head(size, last, hashes, recorded_at)


def check_sound(head: Head, entries: int, last: bytes | None, signed: int, root: bytes | None) -> None:
    """StoreUnavailable unless the last entry (number `entries`) and the last checkpoint (`signed`) are the head's.

    `last` and `root` are the stored leaf hash and root that belong to the head's size, None where there is none.
    """
    if not head.size == entries == signed:
        raise _unsound(
            f"the head counts {head.size} entries, the last entry is number {entries} and the last checkpoint "
            f"is for {signed}"
        )
    if head.size and (last != head.last or root != head.root()):
        raise _unsound(f"the head, entry {head.size - 1} and the last checkpoint have different hashes")


def check_writable(restored: str | None) -> None:
    """StoreUnavailable while a restored store waits to be checked."""
    if restored is not None:
        raise StoreUnavailable(
            f"this store was restored ({restored}) and may lack entries that were already promised",
            "check it against what is public: `countersign restore --published SITE`, which then opens it for writing",
        )


def _unsound(what: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"the store contradicts itself: {what}", "append nothing; verify it, and restore the last good backup"
    )
