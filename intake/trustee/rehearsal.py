"""A rehearsal: a report that a trustee files to their own panel, to be opened and answered as in earnest.

::

    rehearsal(directory, "ltbt", "2025-06-09", chance, exclude=True)     bytes to hand in, words to read the answer

A canary is the same without an audience: its receipt is kept, and its place in the lists is an alarm's business.

1. It must be sealed as any report, so that nobody but its readers can tell it from one.
2. Its text must say that it is a rehearsal, so that it is not counted and nobody is frightened.
3. Now and then it must exclude seats at random: exclusions must not be rare.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from intake import codename, envelope
from intake.body import Body
from intake.derive import Secrets
from intake.directory import Directory
from intake.labels import Chance, below
from intake.trustee.mirror import Alarm
from intake.trustee.room import Room
from intake.trustee.statistics import REHEARSAL
from intake.upload import Upload


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`data` to be handed in like any upload; `words` read the answer."""

    data: bytes
    item: str
    words: str = field(repr=False)


def rehearsal(directory: Directory, panel: str, day: str, chance: Chance, *, exclude: bool) -> Rehearsal:
    """Seal one."""
    spare = len(directory.panel(panel).seats) - directory.panel(panel).k
    excluded: tuple[int, ...] = ()
    if exclude and spare > 0:
        seats = directory.panel(panel).seats
        excluded = (seats[below(chance, len(seats))],)
    entropy = chance(codename.ENTROPY_BYTES)
    text = f"{REHEARSAL}of {day}. Open it with your colleagues, answer it, and see that the answer is found."
    body = Body("report", panel, text, excluded)
    sealed = envelope.seal(directory, body, chance(envelope.NONCE_BYTES), chance, Secrets(entropy))
    return Rehearsal(Upload(sealed).to_bytes(), sealed.item.hex(), codename.words(entropy))


def remember(room: Room, made: Rehearsal, first: int, last: int) -> None:
    """Note what was promised for it."""
    room.notes.receipts.append({"first": first, "item": made.item, "last": last})


def broken_promises(room: Room) -> list[Alarm]:
    """Canaries that stand in no list by the day that was promised, all lists being here."""
    alarms: list[Alarm] = []
    for promised in room.notes.receipts:
        days = range(promised["first"], promised["last"] + 1)
        listed = [room.mirror.epoch(e, room.intake_key) for e in days]
        if any(d is not None and d.place(bytes.fromhex(promised["item"])) for d in listed):
            continue
        if all(d is not None for d in listed):
            what = "A rehearsal that the intake accepted stands in none of the promised lists."
            alarms.append(Alarm("broken-promise", promised["last"], what, (f"item {promised['item']}",)))
    return alarms
