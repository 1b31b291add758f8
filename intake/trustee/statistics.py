"""How many reports there were, in bands, a quarter late, signed by k trustees: all that the public learns (INTAKE §4).

::

    {"bands":{"missed_clocks":"0-4","reports":"5-9"},"directory":"<hex>","ledger":"example.org/log","panel":"ltbt",
     "quarter":"2025-Q2","v":1}

signed over "countersign/intake/v1/statistics\\n" ‖ canonical; signatures travel in the mail to the whole panel.

1. A case with an exclusion must not count before its conclusion and k eligible trustees' `exclusion_lifted`: until then
   whoever is excluded counts the same as everybody else.
2. Only bands may be said: 0-4, 5-9, 10+.
3. A quarter must not be counted before the next one has ended.
4. Rehearsals are not counted.
5. Signatures count only under one and the same statement.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final

from intake.compartment import bits
from intake.directory import Directory
from intake.labels import h, heading
from intake.trustee.clocks import DAY, clocks
from intake.trustee.room import Room
from intake.trustee.threads import opened, root
from keys.check import ed25519
from ledger.errors import Malformed, NotFound
from ledger.record import fields as f
from ledger.record.canonical import encode

REHEARSAL: Final = "REHEARSAL "
"""What the text of a rehearsal begins with."""

_BANDS: Final = ((4, "0-4"), (9, "5-9"))


def band(number: int) -> str:
    """The band of a number."""
    return next((name for last, name in _BANDS if number <= last), "10+")


def quarter(day: date) -> str:
    """``2025-Q2``."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def countable(now: str) -> str:
    """The newest quarter that may be counted: the one before the last that has ended."""
    today = f.instant(now).date()
    months = today.year * 12 + (today.month - 1) // 3 * 3 - 6
    return quarter(date(months // 12, months % 12 + 1, 1))


def statement(room: Room, panel: str, of: str, *, zone: tzinfo = UTC) -> dict[str, Any]:
    """What this trustee counts of a quarter; NotFound while it is too early."""
    if of > countable(room.now):
        raise NotFound(f"{of} is not counted yet", f"{countable(room.now)} is the newest that may be")
    directory = room.directory(room.today)
    directory.panel(panel)
    listed = [i for i in room.notes.waiting if _in(room, i, panel, of) and _counts(room, i)]
    missed = sum(
        clock.state in ("overdue", "met_late")
        for item in listed
        for clock in clocks(room.cases.case(item), room.now, zone=zone)
    )
    return {
        "bands": {"missed_clocks": band(missed), "reports": band(len(listed))},
        "directory": directory.digest.hex(),
        "ledger": directory.ledger,
        "panel": panel,
        "quarter": of,
        "v": 1,
    }


def sign(room: Room, panel: str, of: str) -> dict[str, Any]:
    """Sign the own count and send it to the panel; what is known of that statement now."""
    said = statement(room, panel, of)
    directory = room.directory(room.today)
    sig = f.to_b64u(room.unlocked.sign.sign_bytes(heading("statistics") + encode(said)))
    persons = [directory.roster.seats[s].person for s in directory.panel(panel).seats]
    room.send([p for p in persons if p != room.person], {"sig": sig, "statement": said, "type": "statistics"})
    return _keep(room, said, room.person, sig)


def receive(room: Room, message: dict[str, Any], sender: str) -> None:
    """A colleague's signature; Malformed."""
    f.members(message, "", ("sig", "statement", "type"))
    said = f.members(
        message["statement"], "/statement", ("bands", "directory", "ledger", "panel", "quarter", "v")
    )
    directory = room.directories.get(bytes.fromhex(f.hex64(said["directory"], "/statement/directory")))
    if directory is None:
        raise NotFound("a count of another directory")
    if sender not in _panel(directory, said["panel"]):
        raise Malformed("a count signed by somebody outside the panel")
    seat = next(s.seat for s in directory.roster.seats if s.person == sender)
    sig = f.b64u(message["sig"], "/sig", 64)
    if not ed25519(directory.sign(seat), sig, heading("statistics") + encode(said)):
        raise Malformed("a count that its sender did not sign")
    _keep(room, said, sender, message["sig"])


def signed(room: Room, panel: str, of: str) -> dict[str, Any] | None:
    """The statement of a quarter that k trustees signed, ready for the ledger; None as long as there is none."""
    for kept in room.notes.bands.values():
        said = kept["statement"]
        if (said["panel"], said["quarter"]) != (panel, of):
            continue
        directory = room.directories[bytes.fromhex(said["directory"])]
        if len(kept["signatures"]) >= directory.panel(panel).k:
            seats = {s.person: s.seat for s in directory.roster.seats}
            rows = sorted((seats[person], sig) for person, sig in kept["signatures"].items())
            return {**said, "signatures": [{"seat": seat, "sig": sig} for seat, sig in rows]}
    return None


def _keep(room: Room, said: dict[str, Any], person: str, sig: str) -> dict[str, Any]:
    name = h("statistics", encode(said)).hex()
    kept = room.notes.bands.setdefault(name, {"signatures": {}, "statement": said})
    kept["signatures"][person] = sig
    return kept


def _in(room: Room, item: str, panel: str, of: str) -> bool:
    noted = room.notes.waiting[item]
    day = datetime.fromtimestamp(noted["epoch"] * DAY, UTC).date()
    return quarter(day) == of and room.of(item).roster.panels[noted["panel"]].id == panel


def _counts(room: Room, item: str) -> bool:
    found = opened(room, item)
    if found is not None and found.body.text.startswith(REHEARSAL):
        return False
    if root(room, item) != item:
        return False  # a follow-up is not another report
    noted = room.notes.waiting[item]
    panel = room.of(item).roster.panels[noted["panel"]]
    if bits(noted["eligible"]) == bits(panel.seats):
        return True
    case = room.cases.case(item)
    lifted = set(case.lifted) & set(noted["eligible"])
    return case.outcome is not None and len(lifted) >= panel.k


def _panel(directory: Directory, id_: object) -> list[str]:
    panel = directory.panel(f.text(id_, "/statement/panel"))
    return [directory.roster.seats[seat].person for seat in panel.seats]
