"""Acts in plain words: times that a person reads, one line an act, and the full text before somebody signs it.

::

    2025-03-20T16:00:00.000000Z (20 March 2025, 16:00 UTC)
    p-assessor2 becomes ASSESSOR from 2025-02-10

1. The full text must be made of the event and its opened values alone, and show every member that is signed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from api import titles
from ledger.errors import Malformed
from ledger.record.canonical import Json
from ledger.record.disclosure import Disclosure, open_disclosure
from ledger.record.event import event_digest
from ledger.record.fields import instant

INLINE: Final = 2000
"""Characters of one value that are shown before the exact text, which has them all."""

STATEMENTS: Final = {
    "approve": "approve (you decide this)",
    "attest": "attest (you state that this is so)",
    "reject": "reject (you decide against this)",
    "abstain": "abstain (you were asked and take no side)",
    "acknowledge": "acknowledge (you received it, not that you agree)",
    "consulted": "consulted (you were asked; the decision is another's)",
}

TITLES: Final = titles.TITLES | {
    "ledger.founded": "Founding",
    "appointment.made": "Appointment",
    "appointment.ended": "End of an appointment",
    "key.registered": "Registration of a key",
    "key.revoked": "Revocation of a key",
    "trust.roster_changed": "Change of the trust roster",
    "note.recorded": "Note",
    "entry.corrected": "Correction",
    "disclosure.published": "Publication of withheld values",
    "disclosure.erased": "Erasure of withheld values",
    "history.imported": "Transcribed public record",
}

_LINES: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "ledger.founded": lambda d: f"{d['organisation']['name']}, {len(d['people']) - 1} people",
    "appointment.made": lambda d: f"{d['person']} becomes {d['role']} from {d['from'][:10]}",
    "appointment.ended": lambda d: f"{d['person']} is no longer {d['role']}: {d['reason']}",
    "key.registered": lambda d: f"a new key of {d['person']}: {d['key'][:10]}…",
    "key.revoked": lambda d: f"{d['key'][:10]}… ended: {d['reason']}",
    "trust.roster_changed": lambda d: f"{len(d['seats'])} trustees, {d['panels'][0]['k']} open together",
    "note.recorded": lambda d: str(d["text"]),
    "entry.corrected": lambda d: f"{d['field_path']} reads {d['is']!r} ({d['kind'].replace('_', ' ')})",
    "disclosure.published": lambda d: f"of entry {d['index']}: {d['reason']}",
    "disclosure.erased": lambda d: f"of entry {d['index']}: {d['reason']}",
    "history.imported": lambda d: f"{d['title']}: {d['text']}",
    "compute.measured": lambda d: (
        f"{d.get('model_id') or d['run_id']} is {d['mult']}x {d['baseline_model']}: {d['method']}"
    ),
    "evaluation.recorded": lambda d: (
        f"{d['evaluation_id']}: {d['result']} against {d['line']['kind']} {d['line']['op']} {d['line']['value']}"
    ),
    "determination.made": lambda d: f"{d['model_id']}, {d['threshold']}: {d['outcome']}; {d['reasons']}",
}


def human(time: str) -> str:
    """A time as the record writes it and as people do."""
    return f"{time} ({spoken(time)})"


def spoken(time: str) -> str:
    """A time as people write it."""
    moment = instant(time)
    return f"{moment.day} {moment:%B} {moment.year}, {moment:%H:%M} UTC"


def counted(number: int, what: str) -> str:
    """A number of things: 1 entry, 2 entries."""
    many = what[:-1] + "ies" if what.endswith("y") and not what.endswith("ay") else what + "s"
    return f"{number} {what if number == 1 else many}"


def short(digest: str) -> str:
    """The first digits of a hash, for a line; the whole stands in ``--json``."""
    return digest[:12] + "…"


def summary(type_: str, data: Mapping[str, Any]) -> str:
    """An act in one line; whatever a record holds, this gives a line."""
    try:
        text = _LINES.get(type_, titles.members)(dict(data))
    except (LookupError, TypeError, AttributeError, ValueError):
        text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return " ".join(text.split())


def opened(disclosures: Iterable[str], sealed: Mapping[str, str]) -> dict[str, Disclosure]:
    """Those withheld values that can be read here, by name; each opens its commitment."""
    out = {}
    for text in disclosures:
        try:
            found = open_disclosure(text)
        except Malformed:
            continue
        if sealed.get(found.name) == found.commitment():
            out[found.name] = found
    return out


def table(rows: Sequence[tuple[str, ...]], indent: str = "  ") -> list[str]:
    """Columns, the last one unpadded."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)] if rows else []
    return [
        indent + "".join(f"{cell:<{w}}  " for cell, w in zip(row, widths, strict=False)) + row[-1]
        for row in rows
    ]


def paper(
    event: dict[str, Any], disclosures: Iterable[str], *, withheld: bool = False, exact: bool = True
) -> str:
    """An event for a reader; `exact` adds the whole text that is signed, with the digest computed from it."""
    lines = list(_paper(event, disclosures, withheld))
    if exact:
        lines += ["", "The exact text", *("  " + line for line in _value(event).split("\n"))]
        lines.append(f"Digest {event_digest(event)}")
    return "\n".join(lines)


def _paper(event: dict[str, Any], disclosures: Iterable[str], withheld: bool) -> Iterator[str]:
    type_, class_ = event["type"], event["class"]
    actor = event["actor"]
    yield f"{TITLES.get(type_, type_)} ({type_})"
    yield ""
    rows = [
        ("by", f"{actor['person']} as {actor['role']} ({actor['capacity']})"),
        ("takes effect", human(event["effective_at"])),
        ("policy in force", event["policy"] or "none yet"),
        ("can be read by", _readers(class_, bool(event.get("sealed")), withheld)),
    ]
    if "not_after" in event:
        rows.append(("to be recorded until", human(event["not_after"])))
    rows += [(name, event[name]) for name in ("corrects", "retracts", "supersedes") if name in event]
    yield from table(rows)
    yield ""
    yield from table([(name.replace("_", " "), _inline(value)) for name, value in event["data"].items()])
    sealed = event.get("sealed", {})
    if sealed:
        readable = opened(disclosures, sealed)
        yield ""
        yield "Withheld values"
        for name in sealed:
            value = (
                _value(readable[name].value) if name in readable else "not readable here: ask who drafted it"
            )
            yield f"  {name}: {value}"
    if "evidence" in event:
        yield ""
        yield "Evidence"
        for item in event["evidence"]:
            yield f"  {item['title']} ({item['media_type']}, {item['size_bytes']} bytes, {item['source']})"
            yield f"    {item['digest']}"


def _readers(class_: str, sealed: bool, withheld: bool) -> str:
    if withheld:
        return f"{class_} only; the public sees that an act of this class is withheld"
    if class_ == "public" or not sealed:
        return "everybody"
    return f"everybody; the withheld values by {class_} only"


def _inline(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= INLINE else text[:INLINE] + " … (whole below)"


def _value(value: Json) -> str:
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    )
