"""Reading colleagues' mail: each letter is checked against who may say what, and then only noted. Nothing is answered.

::

    {"type":"request",…}  {"type":"share",…}                       INTAKE §10
    {"event":{…},"type":"case"}                                    a signed case event
    {"cek":"<43>","item":"<hex L>","type":"key"}                   the content key, to a colleague who may read
    {"item":"<hex L>","kind":"answer","reply":"…","type":"draft"}  an answer that asks for a second signature
    {"id":"<32 hex>","seat":1,"sig":"<86>","type":"cosign"}        that signature
    {"sig":"<86>","statement":{…},"type":"statistics"}             a signature under a quarter's bands

1. What is not exactly one of these, or not for the sender to say, must change nothing but a line for the person.
2. Only persons who may read an item by the OWN compartment may ask for it, say anything of it, or hand over its key.
3. A part that misses its commitment must be named by its sender at once, and not be kept.
4. Nothing must be answered here: a part leaves only when its trustee approved that item, reader and key.
5. The same letter read twice, or in another order, must come to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from intake import mail, reply, requests
from intake.directory import Directory
from intake.errors import Unopened
from intake.labels import h
from intake.mail import Letter
from intake.trustee import event as events
from intake.trustee import statistics
from intake.trustee.room import Room
from intake.trustee.threads import thread_of
from ledger.errors import Malformed, NotFound
from ledger.record import fields as f

KEEP: Final = 50
"""Lines of trouble that are kept."""


def read_mail(room: Room) -> int:
    """Read every bundle of the mirror that was not read; how many letters had news."""
    unread = (
        room.mirror.bundle(name) for name in room.mirror.names("bundle") if name not in room.notes.mail_read
    )
    in_order = sorted((data for data in unread if data is not None), key=lambda data: data[35:39] + data[2:3])
    news = sum(read_bundle(room, data) for data in in_order)
    retry(room)
    return news


def read_bundle(room: Room, data: bytes) -> bool:
    """Read one bundle, from the mirror or from a colleague's stick; True when there was news in it."""
    digest = sha256(data).hexdigest()
    directory = room.directories.get(data[3:35])
    if digest in room.notes.mail_read or directory is None:
        return False
    room.notes.mail_read[digest] = int.from_bytes(data[35:39], "big")
    own = room.seat(directory)
    try:
        bundle = mail.read(data, directory)
        if own is None or bundle.seat == own:
            return False
        letter = mail.open_box(bundle, directory, own, room.unlocked.hpke)
    except (Malformed, Unopened):
        _trouble(room, "a bundle that does not open or is not signed by its sender")
        return False
    if letter is not None:
        _read_letter(room, letter, directory)
    return letter is not None


def retry(room: Room) -> None:
    """Look again at what came before the list, or the key, that it rests on."""
    held, room.notes.held = room.notes.held, []
    for entry in held:
        _dispatch(room, entry["message"], entry["sender"], entry["epoch"])


def _read_letter(room: Room, letter: Letter, directory: Directory) -> None:
    sender = directory.roster.seats[letter.from_].person
    for message in letter.messages:
        _dispatch(room, message, sender, letter.epoch)


def _dispatch(room: Room, message: dict[str, Any], sender: str, epoch: int) -> None:
    readers: dict[str, Callable[[Room, dict[str, Any], str], None]] = {
        "request": _request,
        "share": _share,
        "case": _case,
        "key": _key,
        "draft": _draft,
        "cosign": _cosign,
        "statistics": statistics.receive,
    }
    try:
        readers[f.one_of(message.get("type"), readers, "/type")](room, message, sender)
    except NotFound:  # what it is about may come tomorrow
        if room.today - epoch <= requests.VALID:
            room.notes.held.append({"epoch": epoch, "message": message, "sender": sender})
    except (Malformed, Unopened) as e:
        _trouble(room, f"a message of {sender} that could not be used: {e}")


def _request(room: Room, message: dict[str, Any], sender: str) -> None:
    asked = requests.read_request(message)
    item = asked.item.hex()
    directory = _about(room, item)
    if not asked.holds(directory, room.today) or _person(directory, asked.reader) != sender:
        raise Malformed("a request that its sender did not sign, or that is too old")
    _must_read(room, item, sender)
    mark = sha256(asked.one_time_key).hexdigest()
    id_ = f"{item[:16]}-{asked.reader}-{mark[:16]}"
    room.notes.requests.setdefault(
        id_,
        {
            "item": item,
            "key": mark,
            "message": message,
            "reader": sender,
            "state": "waiting",
            "until": asked.epoch,
        },
    )


def _share(room: Room, message: dict[str, Any], sender: str) -> None:
    item = f.hex64(message.get("item"), "/item")
    ask = room.notes.asks.get(item)
    if ask is None:  # answered already, or never asked
        return
    directory = _about(room, item)
    helper = next((s.seat for s in directory.roster.seats if s.person == sender), -1)
    given = requests.read_share(message, helper)
    seed = f.b64u(ask["seed"], "", 32)
    try:
        plain = given.opened(seed)
        kept = room.envelope(item).checked(plain, directory, helper)
    except Unopened:
        kept = None
        plain = b""
    if kept is None:
        ask["wrong"] = sorted({*ask["wrong"], sender})
        raise Malformed(f"the part of the key that {sender} sent is not what {sender} was given")
    ask["shares"][str(helper)] = f.to_b64u(plain)


def _case(room: Room, message: dict[str, Any], sender: str) -> None:
    f.members(message, "", ("event", "type"))
    event = events.read(message["event"])
    directory = _about(room, event.case)
    author = _person(directory, event.seat)
    if event.directory != directory.digest.hex() or event.ledger != directory.ledger:
        raise Malformed("a case event of another directory or ledger")
    if not event.holds(f.to_b64u(directory.sign(event.seat))):
        raise Malformed("a case event that its author did not sign")
    _must_read(room, event.case, author)
    _must_read(room, event.case, sender)
    if event.type == "received" and event.data["epoch"] != room.notes.waiting[event.case]["epoch"]:
        raise Malformed("a case event that names another day than the list")
    room.cases.add(event)


def _key(room: Room, message: dict[str, Any], sender: str) -> None:
    f.members(message, "", ("cek", "item", "type"))
    item = f.hex64(message["item"], "/item")
    _about(room, item)
    _must_read(room, item, sender)
    cek = f.b64u(message["cek"], "/cek", 32)
    if h("cek", cek) != room.envelope(item).key_commitment:
        raise Malformed("a key that is not that of the report")
    room.notes.keys.setdefault(item, f.to_b64u(cek))


def _draft(room: Room, message: dict[str, Any], sender: str) -> None:
    f.members(message, "", ("item", "kind", "reply", "type"))
    item = f.hex64(message["item"], "/item")
    _about(room, item)
    _must_read(room, item, sender)
    thread = thread_of(room, item)
    if thread is None or thread.reply_key is None:
        raise NotFound("this report is not open here")
    content = f.b64u(message["reply"], "/reply")
    found = reply.read(content, room.directories, thread.reply_key)
    persons = [_person(room.directories[found.directory], seat) for seat in found.seats]
    if persons != [sender]:
        raise Malformed("an answer that its author did not sign")
    kind = f.one_of(message["kind"], ("answer", "update", "feedback"), "/kind")
    room.notes.replies.setdefault(
        found.id.hex(),
        {"from": sender, "item": item, "kind": kind, "reply": f.to_b64u(content), "state": "asked"},
    )


def _cosign(room: Room, message: dict[str, Any], sender: str) -> None:
    f.members(message, "", ("id", "seat", "sig", "type"))
    id_ = f.text(message["id"], "/id")
    drafted = room.notes.replies.get(id_)
    if drafted is None or drafted["from"] != room.person:
        raise Malformed("a signature under an answer that was not asked for")
    _must_read(room, drafted["item"], sender)
    thread = thread_of(room, drafted["item"])
    if drafted["state"] != "waiting" or thread is None or thread.reply_key is None:
        return
    found = reply.read(f.b64u(drafted["reply"], ""), room.directories, thread.reply_key)
    seat = f.integer(message["seat"], "/seat")
    if _person(room.directories[found.directory], seat) != sender:
        raise Malformed("a signature in somebody else's name")
    signatures = sorted([*found.signatures, (seat, f.b64u(message["sig"], "/sig", 64))])
    both = replace(found, signatures=tuple(signatures)).to_bytes()
    reply.read(both, room.directories, thread.reply_key, thread.excluded)
    drafted |= {"reply": f.to_b64u(both), "state": "ready"}


def _about(room: Room, item: str) -> Directory:
    if item not in room.notes.waiting:
        raise NotFound("nothing is known of this report")
    return room.of(item)


def _must_read(room: Room, item: str, person: str) -> None:
    if person not in room.eligible(item):
        raise Malformed(f"{person} may not read this report")


def _person(directory: Directory, seat: int) -> str:
    if seat >= directory.size:
        raise Malformed("no seat of this number")
    return directory.roster.seats[seat].person


def _trouble(room: Room, what: str) -> None:
    what = "".join(c if c.isprintable() else "?" for c in what)[:300]
    if what not in room.notes.troubles:
        room.notes.troubles = [*room.notes.troubles, what][-KEEP:]
