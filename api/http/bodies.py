"""What bodies look like, for the OpenAPI description: an act, a draft, a signature (RECORD §2, §3, §8).

::

    ACT["required"]       ["event", "signatures"]

The description says what a body is made of. That it is canonical JSON, that its signatures hold and that the rules
allow it cannot be said in a schema: those are 400 and 422 with their reasons.

1. What the record's own readers accept must fit these schemas.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from ledger.record import fields as f
from ledger.record.canonical import MAX_INT

Schema: TypeAlias = dict[str, Any]


def _object(required: Schema, optional: Schema | None = None, about: str = "") -> Schema:
    return {
        "type": "object",
        "description": about,
        "required": sorted(required),
        "properties": required | (optional or {}),
        "additionalProperties": False,
    }


def _words(words: frozenset[str]) -> Schema:
    return {"type": "string", "enum": sorted(words)}


TEXT: Final[Schema] = {"type": "string", "minLength": 1}
TIME: Final[Schema] = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z$",
    "example": "2025-03-20T16:00:00.000000Z",
}
EVENT_ID: Final[Schema] = {"type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$"}
PERSON: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}
B64U: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}
COMMITMENT: Final[Schema] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"}
CLASS: Final[Schema] = {
    "type": "string",
    "pattern": f"^({'|'.join(sorted(f.CLASSES))}|regulator:[A-Za-z0-9][A-Za-z0-9._-]{{0,63}})$",
}
HEX: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
DIGEST: Final[Schema] = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": MAX_INT}

EVIDENCE: Final = _object(
    {
        "digest": DIGEST,
        "media_type": TEXT,
        "obtained_at": TIME,
        "size_bytes": COUNT,
        "source": _words(f.SOURCES),
        "title": TEXT,
    },
    {"uri": TEXT},
    "A document by its digest; the document itself stays elsewhere",
)
IMPORTED: Final = _object(
    {
        "imported": _object(
            {"confidence": _words(f.CONFIDENCES), "source": TEXT, "transcribed_by": PERSON},
        )
    }
)
EVENT: Final = _object(
    {
        "id": EVENT_ID,
        "type": TEXT,
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_INT},
        "stream": {"type": "string", "pattern": "^[ -~]{1,200}$"},
        "effective_at": TIME,
        "policy": {"anyOf": [TEXT, {"type": "null"}]},
        "class": CLASS,
        "actor": _object({"person": PERSON, "role": _words(f.ROLES), "capacity": TEXT}),
        "data": {"type": "object"},
        "provenance": {"anyOf": [{"const": "live"}, IMPORTED]},
    },
    {
        "not_after": TIME,
        "sealed": {"type": "object", "minProperties": 1, "additionalProperties": COMMITMENT},
        "evidence": {"type": "array", "minItems": 1, "items": EVIDENCE},
        "corrects": EVENT_ID,
        "retracts": EVENT_ID,
        "supersedes": EVENT_ID,
    },
    "What people decide or observe (RECORD §2); a live event has `not_after`",
)
SIGNATURE: Final = _object(
    {
        "person": PERSON,
        "role": _words(f.ROLES),
        "capacity": TEXT,
        "key": {"type": "string", "pattern": "^k-[0-9a-f]{32}$"},
        "kind": _words(f.KINDS),
        "seen": _object({"size": COUNT, "root": HEX}),
        "signed_at": TIME,
        "statement": _words(f.STATEMENTS),
        "sig": {
            "anyOf": [
                B64U,
                _object({"authenticatorData": B64U, "clientDataJSON": B64U, "signature": B64U}),
            ]
        },
    },
    about="One person's signature over the event (RECORD §3)",
)
ACT: Final = _object(
    {"event": EVENT, "signatures": {"type": "array", "items": SIGNATURE}},
    {
        "disclosures": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "Open sealed fields of this act",
        },
        "withheld": {"const": True, "description": "Only class and commitment enter the record"},
    },
    "Canonical JSON (RFC 8785), the act's bytes as signed; with two members more if something lies beside the record",
)
DRAFT: Final = {
    **ACT,
    "properties": {
        **ACT["properties"],
        "wants": {"type": "array", "items": PERSON, "description": "Persons to wait for besides"},
    },
}


def json_body(schema: Schema) -> Schema:
    """A body that a handler reads itself."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
