"""The formats of single values (RECORD §2-4, §8): times, ids, persons, digests, base64url, closed word lists.

::

    time    2025-03-20T16:00:00.000000Z        always UTC, always six decimals
    id      01JPSQ5R00ABCDEFGHJKMNPQRS         ULID: 48 bits of milliseconds, 80 random bits
    person  p-7                                opaque; services begin with svc-
    digest  sha256:<64 lower-case hex>
    key     k-<32 lower-case hex>

Each reader takes a value and the path where it stands, gives it back typed, or raises Malformed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ledger.errors import Malformed

ROLES: Final = frozenset(
    "BOARD LTBT CEO RSO BOARD_SECRETARY CISO GENERAL_COUNSEL PEOPLE ASSESSOR INTERNAL_REVIEWER EXTERNAL_REVIEWER "
    "AUDITOR REPORTER IMPORTER TRUSTEE DIRECTOR SERVICE ACTING_RSO".split()
)
STATEMENTS: Final = frozenset("approve reject abstain attest acknowledge consulted".split())
KINDS: Final = frozenset(("ed25519", "webauthn", "sshsig"))
CLASSES: Final = frozenset("public staff restricted_staff board trust reporter_safe".split())
SOURCES: Final = frozenset("internal partner external public".split())
CONFIDENCES: Final = frozenset("high medium low".split())

# Hours end at 23: later Pythons read 24:00:00 as the next midnight, which would be a second way to write it.
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z")
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_PERSON: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_KEY: Final = re.compile(r"k-[0-9a-f]{32}")
_STREAM: Final = re.compile(r"[\x20-\x7e]{1,200}")
_REGULATOR: Final = re.compile(r"regulator:[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_B64U: Final = re.compile(r"[A-Za-z0-9_-]*")
_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def members(
    value: Any, where: str, required: Collection[str], optional: Collection[str] = ()
) -> dict[str, Any]:
    """An object with exactly these member names."""
    if not isinstance(value, dict):
        raise Malformed("not an object", where)
    for name in required:
        if name not in value:
            raise Malformed(f"member {name!r} is missing", where)
    if len(value) > len(required):
        for name in value:
            if name not in required and name not in optional:
                raise Malformed(f"unknown member {name!r}", where, "remove it")
    return value


def text(value: Any, where: str, *, empty: bool = False) -> str:
    """A string, not empty unless said so."""
    if not isinstance(value, str) or not (value or empty):
        raise Malformed("not a text" if not isinstance(value, str) else "empty text", where)
    return value


def integer(value: Any, where: str, least: int = 0) -> int:
    """An integer of at least `least`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise Malformed(f"not an integer of at least {least}", where)
    return value


def array(value: Any, where: str) -> list[Any]:
    """An array."""
    if not isinstance(value, list):
        raise Malformed("not an array", where)
    return value


def one_of(value: Any, words: Collection[str], where: str) -> str:
    """One word of a closed list."""
    if not isinstance(value, str) or value not in words:
        raise Malformed(f"{value!r} is none of {', '.join(sorted(words))}"[:300], where)
    return value


def _matching(value: Any, pattern: re.Pattern[str], kind: str, where: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(f"not {kind}", where)
    return value


def person(value: Any, where: str) -> str:
    """A person's opaque id."""
    return _matching(value, _PERSON, "a person id", where)


def stream(value: Any, where: str) -> str:
    """A stream name: 1 to 200 printable ASCII characters."""
    return _matching(value, _STREAM, "a stream name of 1-200 printable ASCII characters", where)


def key_id(value: Any, where: str) -> str:
    """A key id."""
    return _matching(value, _KEY, "a key id", where)


def hex64(value: Any, where: str) -> str:
    """32 bytes as lower-case hex."""
    return _matching(value, _HEX64, "64 lower-case hex digits", where)


def digest(value: Any, where: str) -> str:
    """``sha256:`` and 64 lower-case hex digits."""
    if not isinstance(value, str) or not value.startswith("sha256:") or not _HEX64.fullmatch(value[7:]):
        raise Malformed("not a digest", where, "sha256: and 64 lower-case hex digits")
    return value


def disclosure_class(value: Any, where: str) -> str:
    """A disclosure class (DOMAIN §10)."""
    if isinstance(value, str) and (value in CLASSES or _REGULATOR.fullmatch(value)):
        return value
    raise Malformed("not a disclosure class", where, f"one of {', '.join(sorted(CLASSES))} or regulator:<id>")


def b64u(value: Any, where: str, length: int | None = None) -> bytes:
    """Bytes in base64url without padding; stray trailing bits are refused."""
    if not isinstance(value, str) or not _B64U.fullmatch(value):
        raise Malformed("not base64url without padding", where)
    try:
        data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except binascii.Error:
        raise Malformed("not base64url without padding", where) from None
    if to_b64u(data) != value:
        raise Malformed("base64url with stray trailing bits", where)
    if length is not None and len(data) != length:
        raise Malformed(f"{len(data)} bytes instead of {length}", where)
    return data


def to_b64u(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def time(value: Any, where: str) -> str:
    """A time as this record writes it. Such texts sort as the instants do, so they are compared as text."""
    _matching(value, _TIME, "a time like 2025-03-20T16:00:00.000000Z", where)
    try:
        datetime.fromisoformat(value)
    except ValueError as e:
        raise Malformed(f"not a time: {e}", where) from None
    return str(value)


def instant(value: str) -> datetime:
    """The instant of a time of this record."""
    return datetime.fromisoformat(value)


def to_time(moment: datetime) -> str:
    """Write an aware instant as this record does. (strftime would not: it leaves years below 1000 unpadded.)"""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def later(value: str, by: timedelta) -> str:
    """`value` moved by `by`, held within the years 1 to 9999 that the format can write."""
    try:
        return to_time(instant(value) + by)
    except OverflowError:
        return "9999-12-31T23:59:59.999999Z" if by > timedelta(0) else "0001-01-01T00:00:00.000000Z"


def ulid(value: Any, where: str) -> str:
    """An event id."""
    return _matching(value, _ULID, "a ULID", where)


def make_ulid(milliseconds: int, entropy: bytes) -> str:
    """A ULID of a time (milliseconds since 1970, 48 bits) and 10 random bytes."""
    if milliseconds >> 48 or len(entropy) != 10:
        raise ValueError("a ULID is made of 48 bits of milliseconds and 10 bytes")
    n = milliseconds << 80 | int.from_bytes(entropy, "big")
    return "".join(_CROCKFORD[n >> shift & 31] for shift in range(125, -1, -5))


def ulid_time(value: str) -> str:
    """The time in an event id. ULIDs reach the year 10889; what the format cannot write counts as the end of 9999."""
    milliseconds = 0
    for letter in value[:10]:
        milliseconds = milliseconds << 5 | _CROCKFORD.index(letter)
    return later("1970-01-01T00:00:00.000000Z", timedelta(milliseconds=milliseconds))
