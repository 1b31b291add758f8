"""Transcribes a history file into acts: public records, signed by the importer and by nobody else (DOMAIN §4.20).

One entry of ``rsp-history.yaml`` becomes one ``history.imported``::

    - id: H005                          {"precision":"month","stated_date":"2024-03",
      date: "2024-03"                    "subject":"model/Claude 3 family","text":"Remains at ASL-2; …",
      date_precision: month              "title":"H005 determination: Claude 3 family"}
      kind: determination

1. Only entries of confidence ``high`` are transcribed; the others are counted.
2. The event id must follow from the entry alone, so importing twice adds nothing.
3. A date keeps its precision, and states no more and no less than that; ``effective_at`` is the first instant of the
   period stated.
4. Whatever the file holds, Malformed must name the entry and member that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, encode
from ledger.subjects.history import IMPORTED, PRECISIONS

LABEL: Final = b"countersign/history/v1\n"
SCHEMA: Final = "countersign.history/1"
_PARTS: Final = {"year": 1, "month": 2, "day": 3}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
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
    f.person(importer, "importer")
    sources = history.get("sources", {})
    if not isinstance(sources, dict):
        raise Malformed("not an object", "/sources")
    events, left, seen = [], [], set()
    for i, entry in enumerate(f.array(history.get("entries"), "/entries")):
        if not isinstance(entry, dict):
            raise Malformed("not an object", f"/entries/{i}")
        id_ = f.text(entry.get("id"), f"/entries/{i}/id")
        if id_ in seen:
            raise Malformed(f"{id_} stands twice", f"/entries/{i}/id", "give each entry an id of its own")
        seen.add(id_)
        where = f"/entries/{id_}"
        confidence = f.one_of(entry.get("confidence"), f.CONFIDENCES, f"{where}/confidence")
        if confidence == "high":
            events.append(_event(entry, sources, importer, where))
        else:
            left.append((id_, confidence))
    return Transcription(tuple(events), tuple(left))


def _event(entry: dict[str, Any], sources: dict[str, Any], importer: str, where: str) -> dict[str, Any]:
    date = f.text(entry.get("date"), f"{where}/date")
    precision = f.one_of(entry.get("date_precision"), PRECISIONS, f"{where}/date_precision")
    if date.count("-") + 1 != _PARTS.get(precision, date.count("-") + 1):
        raise Malformed(f"{date} is not stated to the {precision}", f"{where}/date_precision")
    effective_at = _first_instant(date, f"{where}/date")
    milliseconds = (f.instant(effective_at) - _EPOCH) // timedelta(milliseconds=1)
    if milliseconds < 0:
        raise Malformed(f"{date} lies before 1970, where event ids begin", f"{where}/date")
    about = _optional(entry, "model", where) or _optional(entry, "policy_version", where)
    kind = f.text(entry.get("kind"), f"{where}/kind").replace("_", " ")
    event_id = f.make_ulid(milliseconds, sha256(LABEL + encode(entry)).digest()[:10])
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
            "precision": precision,
            "stated_date": date,
            "subject": _subject(entry, where),
            "text": "\n".join(_lines(entry, where)),
            "title": f"{entry['id']} {kind}" + (f": {about}" if about else ""),
        },
        "provenance": {
            "imported": {
                "confidence": "high",
                "source": "; ".join(_source(key, sources) for key in _texts(entry, "sources", where)),
                "transcribed_by": importer,
            }
        },
    }


def _lines(entry: dict[str, Any], where: str) -> Iterator[str]:
    yield f.text(entry.get("decided"), f"{where}/decided")
    deciders = _texts(entry, "decided_by", where)
    said = "the source does not say" if deciders == ["unstated"] else ", ".join(deciders)
    yield f"Decided by: {said}"
    for name in ("decided_by_note", "quote", "note"):
        if text := _optional(entry, name, where):
            yield f"{name.replace('_', ' ').capitalize()}: {text}"


def _subject(entry: dict[str, Any], where: str) -> str:
    if model := _optional(entry, "model", where):
        name = f"model/{model}"
    elif version := _optional(entry, "policy_version", where):
        name = f"policy/rsp/{version}"
    else:
        name = str(entry["kind"])
    return f.stream(name.encode("ascii", "replace").decode()[:200], where)


def _source(key: str, sources: dict[str, Any]) -> str:
    source = sources.get(key)
    if not isinstance(source, dict):
        return key
    return " ".join(str(source[name]) for name in ("name", "url") if name in source) or key


def _optional(entry: dict[str, Any], name: str, where: str) -> str:
    return f.text(entry[name], f"{where}/{name}") if name in entry else ""


def _texts(entry: dict[str, Any], name: str, where: str) -> list[str]:
    """At least one text."""
    items = f.array(entry.get(name), f"{where}/{name}")
    if not items:
        raise Malformed("empty", f"{where}/{name}")
    return [f.text(item, f"{where}/{name}/{i}") for i, item in enumerate(items)]


def _first_instant(date: str, where: str) -> str:
    m = _DATE.fullmatch(date)
    if not m:
        raise Malformed(f"{date!r} is no date", where, "write 2024, 2024-03 or 2024-03-19")
    return f.time(f"{m[1]}-{m[2] or '01'}-{m[3] or '01'}T00:00:00.000000Z", where)
