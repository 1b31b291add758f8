"""Acts for tests of the register, which folds what it is given: nobody signs, nobody judges."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from keys import check
from ledger.record.act import Act, Seen, Signature
from ledger.record.event import event_of
from ledger.record.fields import later, make_ulid, to_b64u
from ledger.register import CORRECTED, Register
from tests.kit import CAST, ORIGIN, START, NoteKey, founding

DECISIONS = ("appointment.made", "appointment.ended", CORRECTED, "gate.decided", "ledger.founded")


def at(minutes: int) -> str:
    """An instant, so many minutes after the start."""
    return later(START, timedelta(minutes=minutes))


def id_of(name: str | int) -> str:
    return make_ulid(1_736_154_000_000, sha256(str(name).encode()).digest()[:10])


def act(name: str | int, type_: str, data: dict[str, Any], **members: Any) -> Act:
    """An act named `name`; `members` replace or add members of its event (class_ for class)."""
    id_ = id_of(name)
    event = {
        "actor": {"capacity": "decider", "person": "p-rso", "role": "RSO"},
        "class": "public",
        "data": data,
        "effective_at": START,
        "id": id_,
        "policy": None,
        "provenance": "live",
        "schema": 1,
        "stream": f"note/{id_}",
        "type": type_,
    }
    event |= {key.rstrip("_"): value for key, value in members.items()}
    if event["provenance"] == "live":
        event.setdefault("not_after", at(60))
    signature = Signature(
        "p-rso", "RSO", "decider", "k-" + "0" * 32, "ed25519", Seen(0, "0" * 64), START, "attest", "A" * 86
    )
    return Act(event_of(event, ""), (signature,), event, b"")


def note(name: str | int, text: str = "Drill held.", **members: Any) -> Act:
    return act(name, "note.recorded", {"text": text}, **members)


def correction(name: str | int, corrects: str | int, path: str, is_: Any, **members: Any) -> Act:
    """What a correction must have for the register to read it; the judge wants more."""
    data = {"field_path": path, "is": is_, "was": None}
    return act(name, CORRECTED, data, corrects=id_of(corrects), stream=f"correction/{id_of(name)}", **members)


def founded() -> Act:
    return act("founding", "ledger.founded", founding(ORIGIN, NoteKey(ORIGIN).vkey, CAST), stream="ledger")


def digest(name: str | int) -> str:
    """A commitment."""
    return to_b64u(sha256(f"commitment {name}".encode()).digest())


def register() -> Register:
    return Register(DECISIONS, check)


def folded(*acts: Act) -> Register:
    """The register of these acts, recorded a minute apart."""
    made = register()
    for act_ in acts:
        made.fold(act_, made.size, at(made.size), made.version(act_.event.stream) + 1)
    return made
