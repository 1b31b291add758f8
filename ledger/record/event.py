"""Event: what people decide or observe (RECORD §2).

::

    {"actor":{"capacity":"decider","person":"p-7","role":"RSO"},"class":"public","data":{"text":"Drill held."},
     "effective_at":"2025-03-20T16:00:00.000000Z","id":"01JPSQ5R00ABCDEFGHJKMNPQRS",
     "not_after":"2025-04-19T00:00:00.000000Z","policy":"2.2","provenance":"live","schema":1,
     "stream":"note/01JPSQ5R00ABCDEFGHJKMNPQRS","type":"note.recorded"}

1. Exactly the members of RECORD §2 may stand in it; an unknown type is kept, an unknown member refused.
2. A sealed name must be no member of ``data``; ``sealed`` and ``evidence`` are absent when empty.
3. A live event must have ``not_after``, an imported one must not.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, encode

EVENT_LABEL: Final = b"countersign/event/v1\n"

_EVENT: Final = (
    "id",
    "type",
    "schema",
    "stream",
    "effective_at",
    "policy",
    "class",
    "actor",
    "data",
    "provenance",
)
_EVENT_OPTIONAL: Final = ("not_after", "sealed", "evidence", "corrects", "retracts", "supersedes")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as what, in which capacity: ``{"capacity":"decider","person":"p-7","role":"RSO"}``."""

    person: str
    role: str
    capacity: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A document by its digest. `size_bytes` in bytes; the document itself lives elsewhere (DOMAIN §2)."""

    digest: str
    media_type: str
    obtained_at: str
    size_bytes: int
    source: str
    title: str
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """Provenance of transcribed history; live events have none (DOMAIN P10)."""

    confidence: str
    source: str
    transcribed_by: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event; members as RECORD §2. ``class`` is `class_` here, ``provenance: live`` is `imported` None."""

    id: str
    type: str
    schema: int
    stream: str
    effective_at: str
    not_after: str | None
    policy: str | None
    class_: str
    actor: Actor
    data: dict[str, Any]
    sealed: dict[str, str]
    evidence: tuple[Evidence, ...]
    imported: Imported | None
    corrects: str | None
    retracts: str | None
    supersedes: str | None


def event_digest(event: Json) -> str:
    """Digest of an event given as JSON value."""
    return digest_of(encode(event))


def digest_of(event: bytes) -> str:
    """Digest of an event given as its canonical bytes."""
    return "sha256:" + sha256(EVENT_LABEL + event).hexdigest()


def event_of(value: Json, where: str) -> Event:
    """Read an event from its JSON value."""
    f.members(value, where, _EVENT, _EVENT_OPTIONAL)
    data = value["data"]
    if not isinstance(data, dict):
        raise Malformed("not an object", f"{where}/data")
    imported = _provenance(value["provenance"], f"{where}/provenance")
    not_after = value.get("not_after")
    if "not_after" in value:
        if imported:
            raise Malformed("imported events have no not_after", f"{where}/not_after", "remove it")
        f.time(not_after, f"{where}/not_after")
    elif not imported:
        raise Malformed(
            "member 'not_after' is missing", where, "a live event says until when it may be recorded"
        )
    policy = value["policy"]
    return Event(
        id=f.ulid(value["id"], f"{where}/id"),
        type=f.text(value["type"], f"{where}/type"),
        schema=f.integer(value["schema"], f"{where}/schema", 1),
        stream=f.stream(value["stream"], f"{where}/stream"),
        effective_at=f.time(value["effective_at"], f"{where}/effective_at"),
        not_after=not_after,
        policy=None if policy is None else f.text(policy, f"{where}/policy"),
        class_=f.disclosure_class(value["class"], f"{where}/class"),
        actor=_actor(value["actor"], f"{where}/actor"),
        data=data,
        sealed=_sealed(value, data, f"{where}/sealed"),
        evidence=_evidence(value, f"{where}/evidence"),
        imported=imported,
        corrects=_reference(value, "corrects", where),
        retracts=_reference(value, "retracts", where),
        supersedes=_reference(value, "supersedes", where),
    )


def _reference(event: dict[str, Any], name: str, where: str) -> str | None:
    return f.ulid(event[name], f"{where}/{name}") if name in event else None


def _actor(value: Json, where: str) -> Actor:
    f.members(value, where, ("person", "role", "capacity"))
    return Actor(
        f.person(value["person"], f"{where}/person"),
        f.one_of(value["role"], f.ROLES, f"{where}/role"),
        f.text(value["capacity"], f"{where}/capacity"),
    )


def _provenance(value: Json, where: str) -> Imported | None:
    if value == "live":
        return None
    f.members(value, where, ("imported",))
    inner, where = value["imported"], f"{where}/imported"
    f.members(inner, where, ("confidence", "source", "transcribed_by"))
    return Imported(
        f.one_of(inner["confidence"], f.CONFIDENCES, f"{where}/confidence"),
        f.text(inner["source"], f"{where}/source"),
        f.person(inner["transcribed_by"], f"{where}/transcribed_by"),
    )


def _sealed(event: dict[str, Any], data: dict[str, Any], where: str) -> dict[str, str]:
    if "sealed" not in event:
        return {}
    value = event["sealed"]
    if not isinstance(value, dict) or not value:
        raise Malformed("not an object with members", where, "leave it out when nothing is sealed")
    for name, commitment in value.items():
        f.b64u(commitment, f"{where}/{name}", 32)
        if name in data:
            raise Malformed(
                f"sealed name {name!r} stands in data too", where, "a value is either public or sealed"
            )
    return value


def _evidence(event: dict[str, Any], where: str) -> tuple[Evidence, ...]:
    if "evidence" not in event:
        return ()
    items = f.array(event["evidence"], where)
    if not items:
        raise Malformed("empty", where, "leave it out when there is none")
    return tuple(_document(item, f"{where}/{i}") for i, item in enumerate(items))


def _document(value: Json, where: str) -> Evidence:
    f.members(
        value, where, ("digest", "media_type", "obtained_at", "size_bytes", "source", "title"), ("uri",)
    )
    return Evidence(
        digest=f.digest(value["digest"], f"{where}/digest"),
        media_type=f.text(value["media_type"], f"{where}/media_type"),
        obtained_at=f.time(value["obtained_at"], f"{where}/obtained_at"),
        size_bytes=f.integer(value["size_bytes"], f"{where}/size_bytes"),
        source=f.one_of(value["source"], f.SOURCES, f"{where}/source"),
        title=f.text(value["title"], f"{where}/title"),
        uri=f.text(value["uri"], f"{where}/uri") if "uri" in value else None,
    )
