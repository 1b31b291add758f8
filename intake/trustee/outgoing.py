"""The daily mail: what waits goes into one letter for each colleague, the rest is filled; every day of one length.

::

    prepare(room)      outbox/20248 … outbox/20275: 28 bundles, complete but for news that comes later
    outbox/20248       prepared; the agent sends it      sent/20248      what was sent

1. A bundle must be prepared for each of the coming 28 days, with or without news, so that the folder tells nothing.
2. What was sent must never be changed or sent again in another form.
3. What does not fit must wait a day, in its order; parts of keys and requests go first.
4. An answer must stand on the board from its first day for 28; each day at a place drawn anew. When all places are
   taken a newer answer replaces the oldest that has stood 7 days.
"""

from __future__ import annotations

from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from intake import board, mail
from intake.directory import Directory
from intake.labels import below
from intake.mail import Letter
from intake.trustee import vault
from intake.trustee.room import Room
from intake.trustee.threads import thread_of
from keys.signing import Ed25519Signer
from ledger.errors import Malformed, NotFound
from ledger.record import fields as f

AHEAD: Final = 28
STOOD: Final = 7
OUTBOX: Final = "outbox"
SENT: Final = "sent"
_FIRST: Final = ("share", "request")


def next_epoch(room: Room) -> int:
    """The first epoch whose bundle was not sent."""
    return room.today + 1 if sent(room.home, room.today) else room.today


def sent(home: Path, epoch: int) -> bytes | None:
    """What was sent in an epoch."""
    path = home / SENT / str(epoch)
    return path.read_bytes() if path.exists() else None


def prepare(room: Room) -> int:
    """Prepare the coming days' mail; how many messages wait for a later day than the first."""
    _settle(room)
    first = next_epoch(room)
    device = vault.device(room.home)
    late = 0
    for epoch in range(first, first + AHEAD):
        try:
            directory = room.directory(epoch)
        except NotFound:
            return late
        if (seat := room.seat(directory)) is None:
            return late
        letters, waiting = _letters(room, directory, seat, epoch) if epoch == first else ({}, 0)
        late = late or waiting
        data = _pack(room, directory, seat, epoch, letters=letters, device=device)
        room.notes.prepared[str(epoch)] = sha256(data).hexdigest()
        write(room.home / OUTBOX / str(epoch), data)
    return late


def export(room: Room) -> bytes:
    """Today's bundle with all that waits, for colleagues who meet: the same bytes that would go by mail."""
    directory = room.directory(room.today)
    seat = room.seat(directory)
    if seat is None:
        raise NotFound("this trustee has no seat now")
    _settle(room)
    queue = deepcopy(room.notes.queue)
    letters, _ = _letters(room, directory, seat, room.today)
    room.notes.queue = queue  # it goes by mail all the same: a stick may get lost
    return _pack(room, directory, seat, room.today, letters=letters, device=vault.device(room.home))


def free_slots(room: Room) -> int:
    """How many of the own places of the board are free on the next day."""
    return board.SLOTS - len(posted(room, next_epoch(room)))


def posted(room: Room, epoch: int) -> list[str]:
    """The ids of the answers that stand on the own places of the board in an epoch."""
    standing: list[str] = []
    ready = [(r["from_epoch"], id_) for id_, r in room.notes.replies.items() if r["state"] == "posted"]
    since = {id_: start for start, id_ in ready}
    for day in range(epoch - AHEAD + 1, epoch + 1):
        standing = [id_ for id_ in standing if since[id_] + AHEAD > day]
        for start, id_ in sorted(ready):
            if start > day or start + AHEAD <= day or id_ in standing:
                continue
            if len(standing) == board.SLOTS:
                oldest = min(standing, key=lambda i: since[i])
                if since[oldest] + STOOD > day or since[oldest] >= start:
                    continue
                standing.remove(oldest)
            standing.append(id_)
    return standing


def write(path: Path, data: bytes) -> None:
    """Put a file in place, whole."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}")
    partial.write_bytes(data)
    partial.replace(path)


def _went(room: Room, epoch: int) -> bool:
    """True if what was prepared for an epoch is what was sent. (The machine may have been off that day.)"""
    data = sent(room.home, epoch)
    return data is not None and sha256(data).hexdigest() == room.notes.prepared.get(str(epoch))


def _settle(room: Room) -> None:
    """Forget what was sent for certain; give answers that are signed their first day."""
    first = next_epoch(room)
    for entry in room.notes.queue:
        entry["sent"] = {p: e for p, e in entry["sent"].items() if _went(room, e)}
    room.notes.queue = [q for q in room.notes.queue if set(q["sent"]) != set(q["to"])]
    for answer in room.notes.replies.values():
        if answer["state"] == "ready":
            answer |= {"from_epoch": max(first, answer["first"]), "state": "posted"}


def _letters(room: Room, directory: Directory, seat: int, epoch: int) -> tuple[dict[int, bytes], int]:
    seats = {s.person: s.seat for s in directory.roster.seats}
    queue = sorted(room.notes.queue, key=lambda q: q["message"]["type"] not in _FIRST)
    chosen: dict[str, list[dict[str, Any]]] = {}
    letters: dict[int, bytes] = {}
    waiting = 0
    for entry in queue:
        for person in entry["to"]:
            if person in entry["sent"] or person not in seats:
                continue
            messages = [*chosen.get(person, []), entry["message"]]
            letter = Letter(directory.digest, epoch, seat, seats[person], tuple(messages))
            try:
                letters[seats[person]] = mail.write(letter, room.unlocked.sign)
            except Malformed:
                waiting += 1
                continue
            chosen[person] = messages
            entry["sent"][person] = epoch
    return letters, waiting


def _pack(
    room: Room,
    directory: Directory,
    seat: int,
    epoch: int,
    *,
    letters: dict[int, bytes],
    device: Ed25519Signer,
) -> bytes:
    places = list(range(board.SLOTS))
    slots: dict[int, bytes] = {}
    for id_ in posted(room, epoch):
        place = places.pop(below(room.chance, len(places)))
        answer = room.notes.replies[id_]
        thread = thread_of(room, answer["item"])
        if thread is None or thread.reply_key is None or thread.tag_key is None:
            continue
        j = board.SLOTS * seat + place
        slots[place] = board.post(f.b64u(answer["reply"], ""), (thread.reply_key, thread.tag_key), epoch, j)
    messages = [
        slots.get(slot) or board.filler(epoch, board.SLOTS * seat + slot, room.chance)
        for slot in range(board.SLOTS)
    ]
    return mail.pack(directory, seat, epoch, (letters, messages), device).data
