"""Drafts: fills in a form before signing. Nothing trusts it; what counts is what people sign and the judge allows.

::

    draft(kind, {"data":{"text":"Drill held."},"sealed":{"detail":"…"}}, actor=…, policy="2.2", now=…, entropy=…)
        Draft(event={…,"id":"01KB…","not_after":"…","sealed":{"detail":"<commitment>"}}, disclosures=("…",))

1. A form may set every member of the event; what it leaves out is filled in with what is usual.
2. Values under ``sealed`` must become salted commitments; their disclosures go along beside the event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, encode
from ledger.record.disclosure import SALT_BYTES, disclose
from ledger.record.event import Actor, event_of
from ledger.register import View
from ledger.subjects.kind import Kind

LIFE: Final = timedelta(days=30)
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
    milliseconds = int(f.instant(now).timestamp() * 1000)
    event = {
        "id": f.make_ulid(milliseconds, entropy(10)),
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
    encode(event)
    return Draft(event, tuple(d.text for d in opened.values()))
