"""What a command says when an act was recorded, or waits for others."""

from __future__ import annotations

from typing import Any

from api.cli.call import Call
from api.cli.door import Door
from api.cli.foresee import who_can_help
from api.cli.trouble import Trouble, refusal
from api.cli.words import human, short, spoken
from ledger.docket import Pending
from ledger.store.port import Receipt


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """A receipt as a document."""
    return {
        "recorded": True,
        "index": receipt.index,
        "event_id": receipt.event_id,
        "leaf_hash": receipt.leaf_hash.hex(),
        "recorded_at": receipt.recorded_at,
        "checkpoint": receipt.checkpoint,
    }


def recorded(call: Call, receipt: Receipt) -> None:
    """Say where an act stands."""
    call.screen.say(f"Recorded as entry {receipt.index} on {human(receipt.recorded_at)}.", "ok")
    call.screen.say(
        f"  event {receipt.event_id}, leaf hash {short(receipt.leaf_hash.hex())}\n"
        f"  see it: countersign show {receipt.index}"
    )
    call.screen.answer(receipt_json(receipt), str(receipt.index))


def pending_json(pending: Pending) -> dict[str, Any]:
    """A waiting draft as a document."""
    reasons = Trouble("refused", 1, tuple(map(refusal, pending.missing))).document()["error"]["reasons"]
    return {
        "recorded": False,
        "id": pending.id,
        "type": pending.event["type"],
        "opened_at": pending.opened_at,
        "not_after": pending.event.get("not_after"),
        "expired": pending.expired,
        "withheld": pending.withheld,
        "signed_by": [
            {"person": s.person, "role": s.role, "statement": s.statement} for s in pending.signatures
        ],
        "missing": reasons,
        "event": pending.event,
    }


def waiting(door: Door, pending: Pending) -> None:
    """Say what a draft on the docket waits for."""
    screen = door.call.screen
    screen.say(f"On the docket as {pending.id}. It is not on the record yet.", "wait")
    screen.say(missing_text(door, pending))
    screen.say(f"\n  They sign with: countersign sign {pending.id} --key THEIR-KEY")
    document = pending_json(pending)
    people = helpers(door, pending)
    screen.answer(document | {"must_sign": people["must"], "can_sign": people["one_of"]}, pending.id)


def missing_text(door: Door, pending: Pending) -> str:
    """What is missing, who can give it, and until when."""
    lines = []
    for said in pending.missing:
        reason = refusal(said)
        where = f" ({reason.section})" if reason.section else ""
        lines.append(f"  {reason.rule}{where}: {reason.reason}.\n  What would cure it: {reason.cure}.")
    people = who_can_help(
        door.office.register.at(),
        pending.event,
        pending.signatures,
        door.office.now(),
        withheld=pending.withheld,
    ).text()
    if people:
        lines.append("  " + people.replace("\n", "\n  "))
    if "not_after" in pending.event:
        until = pending.event["not_after"]
        lines.append(
            f"  It expired on {human(until)}." if pending.expired else f"  It waits until {spoken(until)}."
        )
    return "\n".join(lines)


def helpers(door: Door, pending: Pending) -> dict[str, list[list[str]]]:
    """Whose signatures a draft needs still."""
    view = door.office.register.at()
    people = who_can_help(
        view, pending.event, pending.signatures, door.office.now(), withheld=pending.withheld
    )
    return {"must": [list(p) for p in people.must], "one_of": [list(p) for p in people.one_of]}
