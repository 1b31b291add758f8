"""Canonical JSON: one value, one encoding (RFC 8785 on the subset of RECORD §1).

A court, an auditor's laptop and a browser must get the same bytes from the same act, so only what
every JSON implementation writes alike is allowed::

    {"approve":true,"by":["p-1","p-2"],"note":"§3 – agreed","share":"0.46","size":41}

1. Strings must be Unicode without lone surrogates and without U+0000..U+001F except LF and TAB.
2. Integers must lie within ±(2^53-1); there are no floats (decimals are strings).
3. Keys must be printable ASCII (U+0020..U+007E), sorted, and stand once in their object.
4. Nesting must not pass 32 levels; the outermost array or object is level 1.
5. ``decode`` must accept exactly what ``encode`` writes: it parses, writes again and compares.
6. Whatever bytes come in, the only error that goes out must be ``Malformed``.

On this subset ``json.dumps`` with sorted keys is RFC 8785 exactly (the rfc8785 package is the tests' oracle).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from typing import Any, Final, NoReturn, TypeAlias

from ledger.errors import Malformed

Json: TypeAlias = Any
"""A value of the subset: str, int, bool, None, list or dict of these. Checked at the door, so not re-typed inside."""

MAX_INT: Final = 2**53 - 1
MAX_LEVELS: Final = 32

_CONTROLS: Final = frozenset(map(chr, range(0x20))) - {"\n", "\t"}
_dumps = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def encode(value: Json) -> bytes:
    """Return the one encoding of `value`; raise Malformed (with the path) for anything outside the subset.

    >>> encode({"b": 1, "a": ["x", None]})
    b'{"a":["x",null],"b":1}'
    """
    check(value)
    return _dumps(value).encode()


def write_again(value: Json) -> bytes:
    """The encoding of a value that ``decode`` gave, without asking again whether it lies in the subset."""
    return _dumps(value).encode()


def decode(data: bytes, level: int = 1) -> Json:
    """Parse canonical bytes; raise Malformed unless ``encode(decode(data)) == data``.

    `level` is the one at which the value will stand: 2 for an act, which is never read outside its entry again.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(text)
    except UnicodeDecodeError as e:
        raise Malformed(f"byte {e.start} is not UTF-8", "", "write JSON in UTF-8") from None
    except RecursionError:
        raise Malformed("nested too deeply", "", f"at most {MAX_LEVELS} levels") from None
    except ValueError as e:
        raise Malformed(f"not JSON: {e}") from None
    check(value, level)
    if _dumps(value) != text:
        _explain(text)
    return value


def check(value: Json, level: int = 1) -> None:
    """Raise Malformed with the path of the first part of `value` that lies outside the subset."""
    if not _sound(value, level):
        _check(value, "", level)


def _sound(value: Json, level: int) -> bool:
    """True where nothing is amiss, found without noting where; on False ``_check`` decides, and says what and where."""
    names: list[Any] = []
    texts: list[str] = []
    row: list[Json] = [value]
    while row:
        below: list[Json] = []
        for x in row:
            kind = type(x)
            if kind is str:
                texts.append(x)
            elif kind is dict or kind is list:
                if level > MAX_LEVELS:
                    return False
                if kind is dict:
                    names += x
                below += x.values() if kind is dict else x
            elif kind is int:
                if not -MAX_INT <= x <= MAX_INT:
                    return False
            elif x is not None and kind is not bool:
                return False
        row, level = below, level + 1
    if not set(map(type, names)) <= {str}:
        return False
    name = "".join(names)
    return name.isascii() and name.isprintable() and "".join(texts).isprintable()


def _check(value: Json, where: str, level: int) -> None:
    if isinstance(value, str):
        _check_text(value, where)
    elif value is None or value is True or value is False:
        return
    elif isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise Malformed("integer beyond 2^53-1", where, "write large numbers as strings")
    elif isinstance(value, dict | list):
        if level > MAX_LEVELS:
            raise Malformed("nested too deeply", where, f"at most {MAX_LEVELS} levels")
        if isinstance(value, dict):
            for key, item in value.items():
                if not (isinstance(key, str) and key.isascii() and key.isprintable()):
                    raise Malformed(f"member name {key!r} is not printable ASCII", where)
                _check(item, f"{where}/{key}", level + 1)
        else:
            for i, item in enumerate(value):
                _check(item, f"{where}/{i}", level + 1)
    elif isinstance(value, float):
        raise Malformed("floating-point number", where, "write decimals as strings")
    else:
        raise Malformed(f"{type(value).__name__} is no JSON value", where)


def _check_text(text: str, where: str) -> None:
    if text.isprintable() or (text.isascii() and text.replace("\n", "").replace("\t", "").isprintable()):
        return
    if not _CONTROLS.isdisjoint(text):
        raise Malformed("control character in text", where, "only line feed and tab are allowed")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Malformed("lone surrogate in text", where, "write whole Unicode characters") from None


def _explain(text: str) -> NoReturn:
    """Say why parsed text is not canonical. Only the failing path comes here, so it may be slow."""

    def once(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
        seen: dict[str, Json] = {}
        for key, item in pairs:
            if key in seen:
                raise Malformed(f"member {key!r} stands twice in one object", "", "keep one")
            seen[key] = item
        return seen

    try:
        json.loads(text, object_pairs_hook=once)
    except RecursionError:  # under the first of two equal members: gone from the value, not from the text
        raise Malformed("nested too deeply", "", f"at most {MAX_LEVELS} levels") from None
    raise Malformed(
        "not in canonical form", "", "sort the keys, write no spaces and no needless escapes (RFC 8785)"
    )


def check_nfc(value: Json, where: str = "") -> None:
    """Refuse text that is not in Unicode normal form C. Asked when recording only, never by a verifier (RECORD §1)."""
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise Malformed(
                "text is not in Unicode normal form C", where, "normalise it (NFC) before signing"
            )
    elif isinstance(value, dict):
        for key, item in value.items():
            check_nfc(item, f"{where}/{key}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            check_nfc(item, f"{where}/{i}")
