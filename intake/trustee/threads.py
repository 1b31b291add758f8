"""Opened reports, and which of them belong together: a reporter's follow-ups stand under their first report.

1. Only what its author's key signed belongs to a thread; everything else stands alone, as from a stranger.
2. `reply_key` and `tag_key` of the first opened, validly signed report of an author stand; later ones are shown and
   never used.
3. First is who stands first on the lists, whatever was opened first.
"""

from __future__ import annotations

from dataclasses import dataclass

from intake import opening
from intake.errors import Unopened
from intake.opening import Opened
from intake.trustee.room import Room
from ledger.errors import NotFound
from ledger.record.fields import b64u


@dataclass(frozen=True, slots=True)
class Thread:
    """Reports of one author in the order of the lists. `root` is the item that names the case."""

    root: str
    items: tuple[str, ...]
    reply_key: bytes | None
    tag_key: bytes | None
    excluded: tuple[str, ...]

    @property
    def answerable(self) -> bool:
        """False for a filing without codename: nobody can come back for an answer."""
        return self.reply_key is not None


def opened(room: Room, item: str) -> Opened | None:
    """The text of an item whose key is here; None when it is not, or when it holds nothing."""
    if item not in room.notes.keys:
        return None
    try:
        return opening.read(room.envelope(item), b64u(room.notes.keys[item], "", 32))
    except (Unopened, NotFound):
        return None


def threads(room: Room) -> list[Thread]:
    """All opened reports."""
    by_author: dict[bytes | str, list[tuple[str, Opened]]] = {}
    order = sorted(room.notes.keys, key=lambda i: (room.notes.waiting.get(i, {}).get("epoch", 0), i))
    for item in order:
        found = opened(room, item)
        if found is not None:
            by_author.setdefault(found.author or item, []).append((item, found))
    return [_thread(room, listed) for listed in by_author.values()]


def thread_of(room: Room, item: str) -> Thread | None:
    """The thread in which an opened item stands."""
    return next((t for t in threads(room) if item in t.items), None)


def root(room: Room, item: str) -> str:
    """The item that names the case of an item: its own until it is opened."""
    found = thread_of(room, item)
    return found.root if found else item


def _thread(room: Room, listed: list[tuple[str, Opened]]) -> Thread:
    first = next((o for _, o in listed if o.signed and o.body.reply_key is not None), None)
    seats = room.of(listed[0][0]).roster.seats
    excluded = {seats[number].person for _, o in listed for number in o.body.excluded if number < len(seats)}
    return Thread(
        listed[0][0],
        tuple(item for item, _ in listed),
        first.body.reply_key if first else None,
        first.body.tag_key if first else None,
        tuple(sorted(excluded)),
    )
