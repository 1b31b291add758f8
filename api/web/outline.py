"""An event's data as an outline of labelled values, with what was corrected beside what was recorded.

::

    outline({"text":"…yellow line."}, {"/text": Was(9, "…red line.")})
        (Item("Text", "/text", "text", "…red line.", corrected=Change(9, was="…yellow line.")),)

1. Every member must appear: what has no label of its own is shown under its name in the record.
2. A corrected value must be shown with both readings and the entry that corrects it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.record.canonical import Json
from ledger.record.pointer import look, put
from ledger.register import Amendment

_FORMS: Final = (
    ("time", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{15}Z")),
    ("hash", re.compile(r"(?:sha256:)?[0-9a-f]{64}|k-[0-9a-f]{32}|[A-Za-z0-9_-]{43,}")),
    ("id", re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")),
)


@dataclass(frozen=True, slots=True)
class Change:
    """Entry `index` corrected the value, which was recorded (or corrected before) as `was`."""

    index: int
    was: str


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled value: `form` says how to show `value` (text, time, hash, id, word); or `items` below it."""

    label: str
    pointer: str
    form: str
    value: str
    items: tuple[Item, ...] = ()
    changes: tuple[Change, ...] = ()


def corrected(data: Json, amendments: Sequence[Amendment]) -> tuple[Json, dict[str, tuple[Change, ...]]]:
    """`data` as it reads now, and the changes by pointer in the order in which they were made."""
    changes: dict[str, tuple[Change, ...]] = {}
    for a in amendments:
        try:
            was = look(data, a.path)
        except KeyError:
            continue
        changes[a.path] = (*changes.get(a.path, ()), Change(a.index, plain(was)))
        data = put(data, a.path, a.is_)
    return data, changes


def outline(
    value: Mapping[str, Json], changes: Mapping[str, tuple[Change, ...]], where: str = ""
) -> tuple[Item, ...]:
    """The members of an object."""
    return tuple(
        item(label(name), inner, changes, f"{where}/{name.replace('~', '~0').replace('/', '~1')}")
        for name, inner in value.items()
    )


def item(
    name: str, value: Json, changes: Mapping[str, tuple[Change, ...]] | None = None, where: str = ""
) -> Item:
    """One value under a label."""
    found = (changes or {}).get(where, ())
    if isinstance(value, dict) and value:
        return Item(name, where, "items", "", outline(value, changes or {}, where), found)
    if isinstance(value, list) and value:
        rows = tuple(item(str(i + 1), inner, changes, f"{where}/{i}") for i, inner in enumerate(value))
        if all(row.form != "items" and not row.changes for row in rows):
            return Item(name, where, "list", "", rows, found)
        return Item(name, where, "items", "", rows, found)
    return Item(name, where, form(value), plain(value), (), found)


def form(value: Any) -> str:
    """How a single value is shown."""
    if not isinstance(value, str):
        return "word"
    return next((name for name, pattern in _FORMS if pattern.fullmatch(value)), "text")


def plain(value: Json) -> str:
    """A value in words."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, list | dict) and not value):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(plain(x) for x in value)
    if isinstance(value, dict):
        return "; ".join(f"{label(k)}: {plain(v)}" for k, v in value.items())
    return str(value)


def label(name: str) -> str:
    """A member's name as a label."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else name
