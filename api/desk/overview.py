"""What a desk shows, as plain data: the page and ``--json`` tell the same.

::

    {"today": "2025-06-09", "waiting": [{"item": "<hex L>", "have": 1, "need": 3, …}], "requests": […], "drafts": […],
     "reports": […], "mail": {"goes_out": "2025-06-09", …}, "alarms": […], "troubles": […]}

1. Nothing must be shown of a report that its trustee may not read; what is not sealed to them does not exist here.
2. Times must be days: when something was listed, when mail goes out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from intake.requests import VALID
from intake.trustee import desk, outgoing
from intake.trustee.case import Case
from intake.trustee.clocks import DAY, Clock, clocks
from intake.trustee.mirror import Alarm
from intake.trustee.room import Room
from intake.trustee.statistics import REHEARSAL
from intake.trustee.threads import Thread, opened, threads
from keys.hybrid import hpke_public
from ledger.record.canonical import decode
from ledger.record.fields import b64u, instant, to_time

MAIL_DAYS: Final = 3
"""Days that opening by mail takes: asked, answered, fetched."""


def day_of(epoch: int) -> str:
    """The day of an epoch, as 2025-06-06."""
    return datetime.fromtimestamp(epoch * DAY, UTC).date().isoformat()


def overview(room: Room, alarms: list[Alarm] | None = None) -> dict[str, Any]:
    """Everything that the first page shows."""
    listed = threads(room)
    in_threads = {item for thread in listed for item in thread.items}
    closed = [i for i in room.notes.waiting if i not in in_threads and i not in room.notes.broken]
    return {
        "person": room.person,
        "today": day_of(room.today),
        "alarms": [alarm(a) for a in [*(alarms or []), *overdue(room, listed)]],
        "waiting": [_waiting(room, item) for item in closed],
        "broken": [{"item": i, "why": why} for i, why in sorted(room.notes.broken.items())],
        "requests": [_request(id_, r) for id_, r in room.notes.requests.items() if r["state"] == "waiting"],
        "drafts": [
            _draft(room, id_, r)
            for id_, r in room.notes.replies.items()
            if r["state"] in ("asked", "waiting")
        ],
        "reports": [report(room, thread) for thread in listed],
        "mail": mail(room),
        "troubles": list(room.notes.troubles),
    }


def alarm(found: Alarm) -> dict[str, Any]:
    return {
        "code": found.code,
        "day": day_of(found.epoch),
        "evidence": list(found.evidence),
        "what": found.what,
    }


def overdue(room: Room, listed: list[Thread]) -> list[Alarm]:
    """Clocks that have run out are alarms."""
    return [
        Alarm("overdue", room.today, f"{clock.title}: overdue since {last_day(clock)}.")
        for thread in listed
        for clock in clocks(room.cases.case(thread.root), room.now)
        if clock.state == "overdue"
    ]


def mail(room: Room) -> dict[str, Any]:
    """When the next mail goes out, and what waits for it."""
    first = outgoing.next_epoch(room)
    return {
        "free_places": outgoing.free_slots(room),
        "goes_out": day_of(first),
        "messages": sum(q["sent"].get(p, first) >= first for q in room.notes.queue for p in q["to"]),
        "prepared": sum(first <= n < first + outgoing.AHEAD for n in _prepared(room)),
    }


def _prepared(room: Room) -> list[int]:
    folder = room.home / outgoing.OUTBOX
    names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    return [int(name) for name in names if name.isdigit()]


def report(room: Room, thread: Thread) -> dict[str, Any]:
    """An opened report with what followed it, its case and its clocks."""
    case = room.cases.case(thread.root)
    return {
        "item": thread.root,
        "answerable": thread.answerable,
        "case": case_of(room, case),
        "clocks": [clock_of(c) for c in clocks(case, room.now)],
        "excluded": list(thread.excluded),
        "parts": [part(room, item) for item in thread.items],
        "readers": room.eligible(thread.root),
        "replies": [
            _reply(room, id_, r) for id_, r in room.notes.replies.items() if r["item"] in thread.items
        ],
    }


def part(room: Room, item: str) -> dict[str, Any]:
    """One opened item of a thread."""
    found = opened(room, item)
    noted = room.notes.waiting.get(item, {"epoch": 0})
    body = found.body if found else None
    return {
        "item": item,
        "attachments": [
            {"media_type": a.media_type, "name": a.name, "number": n, "size": a.size}
            for n, a in enumerate(body.attachments if body else ())
        ],
        "kind": body.kind if body else "report",
        "listed": day_of(noted["epoch"]),
        "rehearsal": bool(body and body.text.startswith(REHEARSAL)),
        "signed": bool(found and found.signed),
        "text": body.text if body else "",
    }


def case_of(room: Room, case: Case) -> dict[str, Any]:
    """A case as its events tell it."""
    seats = room.of(case.item).roster.seats
    return {
        "conflicted": [seats[n].person for n in case.conflicted],
        "detriment": case.detriment,
        "events": [
            {
                "at": s.moment,
                "by": seats[s.event.seat].person,
                "data": {k: v for k, v in s.event.data.items() if k != "epoch"}
                | ({"listed": day_of(s.event.data["epoch"])} if "epoch" in s.event.data else {}),
                "id": s.event.id,
                "type": s.event.type,
            }
            for s in case.steps
        ],
        "forked": [seats[n].person for n in case.forked],
        "outcome": case.outcome,
        "stage": case.stage,
        "waiting": len(case.waiting),
    }


def clock_of(clock: Clock) -> dict[str, Any]:
    return {
        "due": last_day(clock),
        "id": clock.id,
        "met_at": clock.met_at[:10] if clock.met_at else None,
        "note": clock.note,
        "source": clock.source,
        "state": clock.state,
        "title": clock.title,
    }


def last_day(clock: Clock) -> str:
    """The last day on which it is in time."""
    return to_time(instant(clock.due) - timedelta(microseconds=1))[:10]


def _waiting(room: Room, item: str) -> dict[str, Any]:
    have, need = desk.parts(room, item)
    noted, ask = room.notes.waiting[item], room.notes.asks.get(item)
    panel = room.of(item).roster.panels[noted["panel"]]
    seats = room.of(item).roster.seats
    given = [seats[int(n)].person for n in ask["shares"]] if ask else []
    return {
        "asked": day_of(ask["epoch"]) if ask else None,
        "expired": bool(ask and room.today - ask["epoch"] > VALID),
        "given": [room.person, *given],
        "have": have,
        "item": item,
        "key": _digits(sha256(hpke_public(b64u(ask["seed"], "", 32))).hexdigest()) if ask else None,
        "listed": day_of(noted["epoch"]),
        "need": need,
        "open_by": day_of(max(room.today, (ask or noted)["epoch"]) + MAIL_DAYS),
        "panel": panel.name,
        "readers": room.eligible(item),
        "wrong": list(ask["wrong"]) if ask else [],
    }


def _request(id_: str, asked: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": id_,
        "item": asked["item"],
        "key": _digits(asked["key"]),
        "reader": asked["reader"],
        "until": day_of(asked["until"] + VALID),
    }


def _digits(digest: str) -> str:
    """What two trustees compare before one gives a part: 20 digits in fours."""
    return " ".join(digest[n : n + 4] for n in range(0, 20, 4))


def _draft(room: Room, id_: str, drafted: dict[str, Any]) -> dict[str, Any]:
    return {**_reply(room, id_, drafted), "item": drafted["item"], "mine": drafted["from"] == room.person}


def _reply(room: Room, id_: str, drafted: dict[str, Any]) -> dict[str, Any]:
    members = decode(b64u(drafted["reply"], ""))
    seats = room.directories[bytes.fromhex(members["directory"])].roster.seats
    return {
        "by": [seats[s["seat"]].person for s in members["signatures"]],
        "from": drafted["from"],
        "id": id_,
        "kind": drafted["kind"],
        "state": drafted["state"],
        "text": members["text"],
    }
