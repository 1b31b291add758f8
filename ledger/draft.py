"""Drafts: fills in a form before signing. Nothing trusts it; what counts is what people sign and the judge allows.

::

    draft(kind, {"data":{"text":"Drill held."},"sealed":{"detail":"…"}}, actor=…, policy="2.2", now=…, entropy=…)
        Draft(event={…,"id":"01KB…","not_after":"…","sealed":{"detail":"<commitment>"}}, disclosures=("…",))

1. A form may set every member of the event that does not follow from its kind; what it leaves out is filled in with
   what is usual.
2. Values under ``sealed`` must become salted commitments; their disclosures go along beside the event.
3. What no entry could hold must be refused here, before anybody signs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, check, check_nfc
from ledger.record.disclosure import SALT_BYTES, Disclosure, disclose, open_disclosure
from ledger.record.event import Actor, Event, event_of
from ledger.register import View
from ledger.subjects.kind import Kind

LIFE: Final = timedelta(days=30)
LEVEL: Final = 3
"""Where an event stands in its entry: inside ``act``, inside the entry."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SET: Final = (
    "effective_at",
    "not_after",
    "class",
    "evidence",
    "provenance",
    "corrects",
    "retracts",
    "supersedes",
    "id",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An event ready to be signed (JSON value), and the disclosures of its sealed fields."""

    event: dict[str, Any]
    disclosures: tuple[str, ...]


def draft(
    kind: Kind,
    form: Json,
    *,
    view: View,
    actor: Actor,
    policy: str | None,
    now: str,
    entropy: Callable[[int], bytes],
) -> Draft:
    """The event that a form means. Malformed names what the form lacks."""
    f.members(form, "", ("data",), (*_SET, "sealed", "policy"))
    sealed = form.get("sealed", {})
    if not isinstance(sealed, dict):
        raise Malformed("not an object", "/sealed")
    opened = {name: disclose(name, value, entropy(SALT_BYTES)) for name, value in sealed.items()}
    event = {
        "id": f.make_ulid((f.instant(now) - _EPOCH) // timedelta(milliseconds=1), entropy(10)),
        "type": kind.type,
        "schema": kind.schema,
        "effective_at": now,
        "policy": form.get("policy", policy),
        "class": "public",
        "actor": {"person": actor.person, "role": actor.role, "capacity": actor.capacity},
        "data": form["data"],
        "provenance": "live",
        **{name: form[name] for name in _SET if name in form},
    }
    if event["provenance"] == "live":
        event.setdefault("not_after", f.later(f.ulid_time(f.ulid(event["id"], "/id")), LIFE))
    if opened:
        event["sealed"] = {name: d.commitment() for name, d in opened.items()}
    # The stream may hang on the event's own id or on the person whom it concerns, so it comes last.
    read = event_of({**event, "stream": "-"}, "")
    kind.read(read)
    event["stream"] = kind.stream(view, read)
    check_event(event)
    return Draft(event, tuple(d.text for d in opened.values()))


def check_event(event: Json) -> Event:
    """Read an event that is to be recorded; Malformed when its entry could not hold it (levels, NFC, layout)."""
    check(event, LEVEL)
    check_nfc(event)
    return event_of(event, "")


def opened_for(event: Event, disclosures: Sequence[str]) -> list[Disclosure]:
    """The disclosures, each once, each opening a sealed field of the event under its own name; else Malformed."""
    opened = [open_disclosure(text, f"disclosure {i}") for i, text in enumerate(dict.fromkeys(disclosures))]
    for i, d in enumerate(opened):
        if event.sealed.get(d.name) != d.commitment():
            why = f"opens no sealed field {d.name!r} of this act"
            raise Malformed(why, f"disclosure {i}", "send the draft's own")
        check_nfc(d.value, f"disclosure {i}")
    return opened
