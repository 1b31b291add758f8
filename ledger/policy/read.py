"""Reads plain data into the classes of the schema, member by member, and says where it fails.

::

    read(Clock, {"id": "R22-C-AUDIT", …, "every": "a year"}, "/clocks/3")
    Malformed: /clocks/3/every: 'a year' is no duration (a duration like P6M, P30D, P1Y, PT72H or P5BD)

1. A member that the schema does not know, one that is missing and one of another type must be Malformed.
2. Nothing is converted or filled in, but a default for what may be absent and a place for a criterion without an id.
3. No item may stand twice in a list: the same text, or the same id, or the same duty under two versions' prefixes.
"""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any, TypeVar

from ledger.errors import Malformed
from ledger.policy import multiple
from ledger.policy.duration import Duration
from ledger.policy.member import House, Member, Written, members
from ledger.policy.moment import Moment
from ledger.policy.rules import duty, wording
from ledger.record import fields as f
from ledger.record.canonical import Json

T = TypeVar("T")

_HOUSE = re.compile(r"house:([a-z][a-z0-9_]{0,63})")


def read(kind: type[T], value: Json, where: str, **given: Any) -> T:
    """An object of a class of the schema. `given` are fields that are no members of the file."""
    known = members(kind)
    f.members(value, where, [m.name for m in known if m.required], [m.name for m in known])
    return kind(
        **{m.name: _member(m, value[m.name], f"{where}/{m.name}") for m in known if m.name in value}, **given
    )


def _member(m: Member, value: Json, where: str) -> Any:
    if value is None and m.nullable:
        return None
    if not m.many:
        return read(m.part, value, where) if m.part else plain(m, value, where)
    items = tuple(_item(m, item, f"{where}/{i}", i + 1) for i, item in enumerate(f.array(value, where)))
    seen: set[object] = set()
    for i, item in enumerate(items):
        for name in _names(item):
            if name in seen:
                raise Malformed(f"{name} stands twice"[:200], f"{where}/{i}", "keep one")
            seen.add(name)
    return items


def _names(item: Any) -> tuple[object, ...]:
    """What an item is known by in its list: its duty, its words; a criterion both."""
    if isinstance(item, str):
        return (wording(item),)
    words = (wording(item.text),) if hasattr(item, "from_text") else ()
    return (duty(item.id), *words) if hasattr(item, "id") else (item,)


def _item(m: Member, value: Json, where: str, place: int) -> Any:
    if m.part is None:
        return plain(m, value, where)
    if isinstance(value, str) and hasattr(m.part, "from_text"):
        return m.part.from_text(_text(value, Written.TEXT, where), place)
    return read(m.part, value, where)


def plain(m: Member, value: Json, where: str) -> Any:
    """A value that is no object of the schema: a text, a number, a word, a duration, a moment."""
    kind = _kind(m, value)
    if kind is str:
        return _text(value, m.written, where)
    if kind is bool:
        if not isinstance(value, bool):
            raise Malformed("not true or false", where)
        return value
    if kind is int:
        return f.integer(value, where)
    if kind is Fraction:
        return multiple.parse(value, where)
    if kind is Duration:
        return Duration.parse(value, where)
    if kind is House:
        return _house(value, where)
    if kind is Moment:
        return Moment.parse(value, where)
    assert issubclass(kind, Enum)  # noqa: S101 - `members` admits nothing else
    return kind(f.one_of(value, [str(word.value) for word in kind], where))


def _kind(m: Member, value: Json) -> type:
    """Of the two kinds of a member such as ``every: Duration | House``, the one that the value can only be."""
    if len(m.types) > 1 and isinstance(value, str):
        if House in m.types and value.startswith("house:"):
            return House
        if Duration in m.types and not value[:1].isdigit():
            return Duration
    return m.types[0]


def _house(value: Json, where: str) -> House:
    found = _HOUSE.fullmatch(value)
    if not found:
        raise Malformed(f"{value!r} names no house setting"[:200], where, "write it as house:usg_notice")
    return House(found[1])


def _text(value: Json, written: Written, where: str) -> str:
    if not isinstance(value, str):
        raise Malformed("not a text", where, "put it in quotes")
    if not re.fullmatch(written.value, value):
        if written is Written.TEXT:
            raise Malformed("empty text" if not value else "more than 20 000 characters", where)
        raise Malformed(
            f"{value!r} is no {written.name.lower()}"[:200], where, f"it must match {written.value}"
        )
    if written is Written.DATE:
        _date(value, where)
    elif written is Written.TIME:
        f.time(value, where)
    return value


def _date(value: str, where: str) -> None:
    try:
        date.fromisoformat(value)
    except ValueError as e:
        raise Malformed(f"no date: {e}", where) from None
