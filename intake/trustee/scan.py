"""Looking through the daily lists for what is sealed to the own seat.

::

    scan(room)     ["<hex L>"]      new reports that concern this trustee; their cases begin with `received`

1. Every compartment of every listed item must be tried in the same way; what holds nothing leaves no trace.
2. An item that does not open, or holds neither nothing nor a share, must not stop the scan.
3. Lists are looked through once, in order, without leaving one out: a list that is missing is waited for.
"""

from __future__ import annotations

from intake import envelope
from intake.compartment import Compartment
from intake.errors import Unopened
from intake.trustee.room import Room
from ledger.errors import Malformed
from ledger.record.epoch import Epoch


def scan(room: Room) -> list[str]:
    """Look through the lists that are here and were not looked through; the items for this trustee."""
    found: list[str] = []
    listed = room.mirror.epochs()
    for number in listed:
        if number <= room.notes.scanned:
            continue
        if room.notes.scanned and number != room.notes.scanned + 1:
            break  # the lists between are missing: an alarm says so
        day = room.mirror.epoch(number, room.intake_key)
        if day is None or not _whole(room, day):
            break
        for item, mine in _shares(room, day):
            room.notes.waiting[item] = {
                "eligible": list(mine.eligible),
                "epoch": number,
                "k": mine.k,
                "panel": mine.panel,
            }
            room.act(item, "received", {"epoch": number})
            found.append(item)
        room.notes.scanned = number
    return found


def _whole(room: Room, day: Epoch) -> bool:
    return all(room.mirror.envelope(i.item.hex()) is not None for i in day.items)


def _shares(room: Room, day: Epoch) -> list[tuple[str, Compartment]]:
    directory = room.directories.get(bytes.fromhex(day.directory))
    seat = room.seat(directory) if directory is not None else None
    if directory is None or seat is None:
        return []
    found: list[tuple[str, Compartment]] = []
    for listed in day.items:
        data = room.mirror.envelope(listed.item.hex()) or b""
        try:
            mine = envelope.read(data, directory).share(directory, seat, room.unlocked.hpke)
        except (Malformed, Unopened):
            continue
        if mine is not None:
            found.append((listed.item.hex(), mine))
    return found
