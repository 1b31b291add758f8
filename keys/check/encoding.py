"""One encoding for everything that is hashed or compared: base64url without padding, and canonical JSON.

    b"\\x00\\x01\\xfe"  <->  "AAH-"
    {"kind": "ed25519", "public": "…"}  ->  b'{"kind":"ed25519","public":"…"}'

1. Text that is not the one encoding of its bytes must be refused (padding, other alphabet, stray bits).
2. `canonical` must give the bytes of RFC 8785 for text, integers, booleans, null, lists, and objects with ASCII
   keys. It is for objects that we build ourselves: it refuses only text that is not valid Unicode.
"""

from __future__ import annotations

import base64
import json


def encode(data: bytes) -> str:
    """Base64url without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: object) -> bytes:
    """The bytes of `text`; ValueError unless it is a string and their only encoding."""
    if not isinstance(text, str):
        raise ValueError("base64url must be a string")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise ValueError("not base64url") from None
    # The library skips unknown characters, takes "+" and "/", drops stray bits; encoding again finds them all.
    if encode(data) != text:
        raise ValueError("not base64url in its only form (no padding, no stray bits)")
    return data


def canonical(value: object) -> bytes:
    """Canonical JSON; ValueError for text that is not valid Unicode."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")
