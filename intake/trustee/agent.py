"""The unattended agent: one bundle every day, with or without news. It holds the device key and what was prepared.

::

    carry(home, directory, epoch, upload, chance)      True: sent now    False: it was sent before

1. It must never answer, open or approve anything: it has no key that could.
2. Where nothing was prepared it must send a bundle without news, of the same length.
3. A retry must send identical bytes; a day's bundle is sent once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from intake import board, mail
from intake.directory import Directory
from intake.labels import Chance
from intake.trustee import vault
from intake.trustee.outgoing import OUTBOX, SENT, write
from ledger.errors import Malformed, NotFound

Upload = Callable[[bytes], None]
"""Hands a bundle to the intake; raises when it was not taken."""


def carry(home: Path, directory: Directory, epoch: int, upload: Upload, chance: Chance) -> bool:
    """Send the bundle of an epoch."""
    if (home / SENT / str(epoch)).exists():
        return False
    path = home / OUTBOX / str(epoch)
    data = path.read_bytes() if path.exists() else b""
    if not _fits(data, directory, epoch):
        data = empty(home, directory, epoch, chance)
        write(path, data)
    upload(data)
    write(home / SENT / str(epoch), data)
    path.unlink(missing_ok=True)
    return True


def empty(home: Path, directory: Directory, epoch: int, chance: Chance) -> bytes:
    """A bundle without news."""
    own = vault.own(home).seat["sign"]
    seat = next((s.seat for s in directory.roster.seats if s.sign == own), None)
    if seat is None:
        raise NotFound("this trustee has no seat in the directory in force")
    fillers = [board.filler(epoch, board.SLOTS * seat + slot, chance) for slot in range(board.SLOTS)]
    return mail.pack(directory, seat, epoch, ({}, fillers), vault.device(home)).data


def _fits(data: bytes, directory: Directory, epoch: int) -> bool:
    try:
        return mail.read(data, directory).epoch == epoch
    except (Malformed, IndexError):
        return False
