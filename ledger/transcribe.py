"""Transcribes a history file into acts: public records, signed by the importer and by nobody else (DOMAIN §4.20).

One entry of ``rsp-history.yaml`` becomes one ``history.imported``::

    - id: H005                          {"precision":"month","stated_date":"2024-03",
      date: "2024-03"                    "subject":"model/Claude 3 family","text":"Remains at ASL-2; …",
      date_precision: month              "title":"H005 determination: Claude 3 family"}
      kind: determination

1. Only entries of confidence ``high`` are transcribed; the others are counted.
2. The event id must follow from the entry alone, so importing twice adds nothing.
3. A date keeps its precision; ``effective_at`` is the first instant of the period stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, encode
from ledger.subjects.history import IMPORTED, PRECISIONS

LABEL: Final = b"countersign/history/v1\n"
SCHEMA: Final = "countersign.history/1"
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")


@dataclass(frozen=True, slots=True)
class Transcription:
    """`events` (JSON values, unsigned) of what is sure enough; `left` ids of what is not, with its confidence."""

    events: tuple[dict[str, Any], ...]
    left: tuple[tuple[str, str], ...]


def transcribe(history: Json, importer: str) -> Transcription:
    """The events of a history file, in the file's order. Malformed names the entry."""
    if not isinstance(history, dict) or history.get("schema") != SCHEMA:
        raise Malformed(f"not a history file of schema {SCHEMA}", "/schema")
    entries = f.array(history.get("entries"), "/entries")
    sources = history.get("sources") or {}
    sure = [e for e in entries if e.get("confidence") == "high"]
    left = [(str(e.get("id")), str(e.get("confidence"))) for e in entries if e.get("confidence") != "high"]
    return Transcription(tuple(_event(e, sources, importer) for e in sure), tuple(left))


def _event(entry: dict[str, Any], sources: dict[str, Any], importer: str) -> dict[str, Any]:
    where = f"/entries/{entry.get('id')}"
    date = f.text(entry.get("date"), f"{where}/date")
    effective_at = _first_instant(date, f"{where}/date")
    about = entry.get("model") or entry.get("policy_version") or ""
    title = f"{entry['id']} {str(entry['kind']).replace('_', ' ')}" + (f": {about}" if about else "")
    seed = sha256(LABEL + encode(entry)).digest()[:10]
    event_id = f.make_ulid(int(f.instant(effective_at).timestamp() * 1000), seed)
    return {
        "id": event_id,
        "type": IMPORTED,
        "schema": 1,
        "stream": f"history/{event_id}",
        "effective_at": effective_at,
        "policy": None,
        "class": "public",
        "actor": {"person": importer, "role": "IMPORTER", "capacity": "transcriber"},
        "data": {
            "precision": f.one_of(entry.get("date_precision"), PRECISIONS, f"{where}/date_precision"),
            "stated_date": date,
            "subject": _subject(entry),
            "text": "\n".join(_lines(entry)),
            "title": title,
        },
        "provenance": {
            "imported": {
                "confidence": "high",
                "source": "; ".join(_source(key, sources.get(key)) for key in entry.get("sources", [])),
                "transcribed_by": importer,
            }
        },
    }


def _lines(entry: dict[str, Any]) -> Iterator[str]:
    yield str(entry["decided"])
    deciders = [str(x) for x in entry.get("decided_by", [])]
    yield (
        f"Decided by: {', '.join(deciders)}"
        if deciders != ["unstated"]
        else "Decided by: the source does not say"
    )
    for name in ("decided_by_note", "quote", "note"):
        if name in entry:
            yield f"{name.replace('_', ' ').capitalize()}: {entry[name]}"


def _subject(entry: dict[str, Any]) -> str:
    if "model" in entry:
        name = f"model/{entry['model']}"
    elif "policy_version" in entry:
        name = f"policy/rsp/{entry['policy_version']}"
    else:
        name = str(entry["kind"])
    return name.encode("ascii", "replace").decode()[:200]


def _source(key: str, source: Any) -> str:
    if not isinstance(source, dict):
        return key
    return " ".join(str(source[name]) for name in ("name", "url") if name in source)


def _first_instant(date: str, where: str) -> str:
    m = _DATE.fullmatch(date)
    if not m:
        raise Malformed(f"{date!r} is no date", where, "write 2024, 2024-03 or 2024-03-19")
    return f.time(f"{m[1]}-{m[2] or '01'}-{m[3] or '01'}T00:00:00.000000Z", where)
