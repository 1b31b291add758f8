"""What a trustee does at the desk. Each act is the person's own: nothing here happens because mail came.

::

    request(room, item)        ask the colleagues who may read it to open it together
    approve(room, id_)         give one's own part of the key, after reading who asks for what
    open_report(room, item)    combine, once enough parts are here
    answer(room, item, text)   draft an answer; a colleague's second signature sends it, or `alone`
    cosign(room, id_)          put the second signature under a colleague's draft

1. A part of the key must leave only for the item, reader and one-time key that was approved.
2. A one-time key must be forgotten as soon as its parts were combined.
3. A part that misses its commitment names its sender before anything is combined.
4. An answer must go out with two signatures, or be marked as from one trustee alone.
5. Only who may read a report may act on it, and nobody who declared a conflict signs its answers.
"""

from __future__ import annotations

from typing import Any, Final

from intake import board, opening, reply, requests
from intake.errors import DishonestSealer, TooFewShares, WrongShare
from intake.opening import Opened
from intake.padding import pad
from intake.reply import Reply
from intake.trustee import incoming, outgoing
from intake.trustee.event import TYPES, UPDATES
from intake.trustee.mirror import Alarm, Source, pull, pull_mail
from intake.trustee.rehearsal import broken_promises
from intake.trustee.room import Room
from intake.trustee.scan import scan
from intake.trustee.threads import Thread, opened, root, thread_of
from keys.hybrid import hpke_public
from ledger.errors import Malformed, NotFound
from ledger.record import fields as f

BEHIND: Final = 2
"""Epochs before today that are fetched again even when they are here, so that a second list shows."""


def refresh(room: Room, source: Source, opened: int = 0) -> list[Alarm]:
    """Fetch what was published, look through it, read the mail, prepare the next. What is amiss.

    `opened` is the channel's first epoch, where that is later than the first directory.
    """
    known = room.mirror.epochs()
    begun = max(opened, min(d.from_epoch for d in room.directories.values()))
    first = max(begun, known[-1] - BEHIND) if known else begun
    first = min([first, *(a for a in (room.notes.scanned + 1,) if room.notes.scanned)])
    alarms = pull(source, room.mirror, room.intake_key, range(first, room.today), room.today)
    pull_mail(source, room.mirror, room.today)
    room.forget_directories()
    look_through(room)
    return [*alarms, *broken_promises(room)]


def look_through(room: Room) -> None:
    """Look through what is on this machine: lists and mail; then prepare what goes out."""
    scan(room)
    incoming.read_mail(room)
    finish(room)


def receive_file(room: Room, data: bytes) -> bool:
    """Read a bundle that a colleague handed over when they met; True when there was news in it."""
    news = incoming.read_bundle(room, data)
    incoming.retry(room)
    finish(room)
    return news


def send_back(room: Room, person: str) -> int:
    """Send a colleague with a new machine the cases and keys that they may have; how many events."""
    count = 0
    for item in room.notes.waiting:
        if person not in room.eligible(item) or person == room.person:
            continue
        for event in room.cases.events(item):
            room.send([person], {"event": event.members(), "type": "case"})
            count += 1
        if item in room.notes.keys:
            room.send([person], {"cek": room.notes.keys[item], "item": item, "type": "key"})
    return count


def finish(room: Room) -> None:
    """Record which answers went out, prepare the coming mail, and put everything on the disk."""
    for id_, answered in room.notes.replies.items():
        if answered["state"] == "ready" and answered["from"] == room.person and not answered.get("told"):
            answered["told"] = True
            record(room, answered["item"], "update_sent", {"kind": answered["kind"], "message": id_})
    outgoing.prepare(room)
    room.save()


def request(room: Room, item: str) -> None:
    """Ask for the colleagues' parts. Asked again after a week, it is a new request with a new key."""
    _for_me(room, item)
    if item in room.notes.keys:
        raise NotFound("this report is open already")
    directory = room.of(item)
    seat = room.seat(directory)
    if seat is None:
        raise NotFound("you had no seat when this was sealed")
    seed = room.chance(32)
    asked = requests.ask(
        directory, bytes.fromhex(item), room.today, hpke_public(seed), (seat, room.unlocked.sign)
    )
    room.notes.asks[item] = {"epoch": room.today, "seed": f.to_b64u(seed), "shares": {}, "wrong": []}
    room.send(room.others(item), asked.members())


def approve(room: Room, id_: str) -> None:
    """Give the own part for one request."""
    asked = _asked(room, id_)
    item = asked["item"]
    directory = room.of(item)
    seat = room.seat(directory)
    found = requests.read_request(asked["message"])
    if seat is None or not found.holds(directory, room.today):
        raise NotFound(
            "this request is too old to be answered", "your colleague asks again from their own desk"
        )
    given = requests.give(found, room.envelope(item), directory, room.today, (seat, room.unlocked.hpke))
    asked["state"] = "approved"
    room.send([asked["reader"]], given.members())


def decline(room: Room, id_: str) -> None:
    """Leave a request unanswered for good. Nobody is told."""
    _asked(room, id_)["state"] = "declined"


def parts(room: Room, item: str) -> tuple[int, int]:
    """How many parts of the key are here, the own among them, and how many it takes."""
    ask = room.notes.asks.get(item, {"shares": {}})
    return 1 + len(ask["shares"]), int(_for_me(room, item)["k"])


def open_report(room: Room, item: str, *, tell: bool = True) -> Opened | None:
    """Combine the parts. `tell`: let the colleagues who gave theirs read it too.

    WrongShare, TooFewShares and DishonestSealer say whose fault it is.
    """
    _for_me(room, item)
    ask = room.notes.asks.get(item)
    if ask is None:
        raise TooFewShares(int(room.notes.waiting[item]["k"]), 1)
    envelope, directory = room.envelope(item), room.of(item)
    seat = room.seat(directory)
    mine = envelope.share(directory, seat, room.unlocked.hpke) if seat is not None else None
    if mine is None or seat is None:
        raise NotFound("this report is not for you")
    helpers = {int(s): f.b64u(plain, "", 256) for s, plain in ask["shares"].items()}
    try:
        cek = opening.combine(envelope, directory, mine, helpers)
    except WrongShare as wrong:
        for number in wrong.seats:
            del ask["shares"][str(number)]
            ask["wrong"] = sorted({*ask["wrong"], directory.roster.seats[number].person})
        raise
    except DishonestSealer as fault:
        room.notes.broken[item] = str(fault)
        del room.notes.asks[item]
        raise
    del room.notes.asks[item]
    room.notes.keys[item] = f.to_b64u(cek)
    record(room, item, "opened", {"seats": sorted({seat, *helpers})})
    if tell:
        seats = directory.roster.seats
        room.send(
            [seats[number].person for number in helpers],
            {"cek": f.to_b64u(cek), "item": item, "type": "key"},
        )
    return opened(room, item)


def record(room: Room, item: str, type_: str, data: dict[str, Any]) -> None:
    """Put an event of a case on its chain. Everything about a follow-up stands in the case of the first report."""
    _for_me(room, item)
    if type_ not in TYPES:
        raise Malformed(f"{type_} is no case event", "/type")
    room.act(item, type_, data, case=root(room, item))


def answer(room: Room, item: str, text: str, kind: str, *, alone: bool = False) -> str:
    """Draft an answer; the id by which a colleague signs it. `alone` sends it with the own signature only."""
    thread = _answerable(room, item)
    f.one_of(kind, UPDATES, "/kind")
    directory = room.directory(room.today)
    seat = room.seat(directory)
    if seat is None or _conflicted(room, thread, room.person):
        raise NotFound("who has no seat, or declared a conflict, does not answer")
    drafted = Reply(
        directory.digest,
        outgoing.next_epoch(room),
        room.chance(16),
        reply.address(thread.reply_key or b""),
        f.text(text.strip(), "/text"),
    ).signed(seat, room.unlocked.sign)
    content = drafted.to_bytes()
    pad(content + bytes(0 if alone else 130), board.PLAIN)  # a second signature must fit too
    id_ = drafted.id.hex()
    state = "ready" if alone else "waiting"
    room.notes.replies[id_] = {
        "first": drafted.first,
        "from": room.person,
        "item": thread.root,
        "kind": kind,
        "reply": f.to_b64u(content),
        "state": state,
    }
    if not alone:
        others = [p for p in room.others(thread.root) if not _conflicted(room, thread, p)]
        message = {"item": thread.root, "kind": kind, "reply": f.to_b64u(content), "type": "draft"}
        room.send(others, message)
    return id_


def send_alone(room: Room, id_: str) -> None:
    """Stop waiting for a second signature."""
    drafted = room.notes.replies.get(id_)
    if drafted is None or drafted["from"] != room.person or drafted["state"] != "waiting":
        raise NotFound("no draft of yours waits under this name")
    drafted["state"] = "ready"


def cosign(room: Room, id_: str) -> None:
    """Put the second signature under a colleague's draft."""
    drafted = room.notes.replies.get(id_)
    if drafted is None or drafted["state"] != "asked":
        raise NotFound("no draft waits for your signature under this name")
    thread = _answerable(room, drafted["item"])
    if _conflicted(room, thread, room.person):
        raise NotFound("who declared a conflict does not sign")
    found = reply.read(f.b64u(drafted["reply"], ""), room.directories, thread.reply_key or b"")
    seat = room.seat(room.directories[found.directory])
    if seat is None:
        raise NotFound("you have no seat among the trustees of that day")
    both = found.signed(seat, room.unlocked.sign)
    drafted |= {"reply": f.to_b64u(both.to_bytes()), "state": "signed"}
    message = {"id": id_, "seat": seat, "sig": f.to_b64u(dict(both.signatures)[seat]), "type": "cosign"}
    room.send([drafted["from"]], message)


def _for_me(room: Room, item: str) -> dict[str, Any]:
    if item not in room.notes.waiting:
        raise NotFound("no report of this name is for you")
    return room.notes.waiting[item]


def _asked(room: Room, id_: str) -> dict[str, Any]:
    asked = room.notes.requests.get(id_)
    if asked is None or asked["state"] != "waiting":
        raise NotFound("no request waits under this name")
    return asked


def _answerable(room: Room, item: str) -> Thread:
    thread = thread_of(room, item)
    if thread is None:
        raise NotFound("this report is not open here", "open it with your colleagues first")
    if not thread.answerable:
        raise NotFound("this report was filed so that nobody can answer it")
    return thread


def _conflicted(room: Room, thread: Thread, person: str) -> bool:
    seats = room.of(thread.root).roster.seats
    declared = room.cases.case(thread.root).conflicted
    return any(seats[number].person == person for number in declared)
