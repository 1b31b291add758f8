"""For schemathesis: bodies go out as canonical JSON, so that what is asked lies behind the first door."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

from ledger.errors import Malformed
from ledger.record.canonical import encode


@schemathesis.serializer("application/json")
def canonical(_: Any, value: Any) -> bytes:
    """The value in the one form that is accepted; as any JSON where there is none."""
    if isinstance(value, bytes):
        return value
    try:
        return encode(value)
    except (Malformed, RecursionError):
        return json.dumps(value, default=repr).encode()
