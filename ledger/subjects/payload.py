"""Payloads: what `data` may hold, written as plain dataclasses and read strictly.

A subject states its payload once, in the types of its fields, and reads it with ``read_payload``::

    @dataclass(frozen=True, slots=True)
    class DeploymentObserved:
        model_id: Slug
        surface: Slug
        at: Time
        gate_decision: EventId | None = None        # may be absent

    read_payload(DeploymentObserved, {"at": "2025-07-21T09:00:00.000000Z", "model_id": "heron-4", "surface": "general"})

1. Unknown members must be refused; a field with the default None may be absent and is never null.
2. A payload must hold exactly what its types say; every reader raises Malformed with the path.
3. A field that Python's grammar forbids has an underscore at its end: ``from_`` stands for the member ``from``.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json

MAX_TEXT: Final = 20_000
"""Characters of a text (DOMAIN §2)."""

_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._*-]{0,79}")
_MULTIPLE: Final = re.compile(r"(0|[1-9][0-9]*)(\.[0-9]+)?")
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DURATION: Final = re.compile(
    r"P(?=.)([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+B?D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+S)?)?"
)

T = TypeVar("T")
Reader: TypeAlias = Callable[[Any, str], Any]


def read_text(value: Any, where: str) -> str:
    """A text of 1 to 20,000 characters."""
    if len(f.text(value, where)) > MAX_TEXT:
        raise Malformed(
            f"a text of {len(value)} characters", where, f"at most {MAX_TEXT}; attach the rest as evidence"
        )
    return str(value)


def _matching(pattern: re.Pattern[str], kind: str) -> Reader:
    def read(value: Any, where: str) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Malformed(f"not {kind}", where)
        return value

    return read


def read_date(value: Any, where: str) -> str:
    """A calendar day, ``2025-03-20``."""
    try:
        if not isinstance(value, str) or date.fromisoformat(value).isoformat() != value:
            raise ValueError
    except ValueError:
        raise Malformed("not a date like 2025-03-20", where) from None
    return value


def read_bool(value: Any, where: str) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise Malformed("not true or false", where)
    return value


def read_any(value: Any, where: str) -> Json:
    """Any JSON value: its form is somebody else's business."""
    return value


def read_object(value: Any, where: str) -> dict[str, Any]:
    """Any object."""
    if not isinstance(value, dict):
        raise Malformed("not an object", where)
    return value


Text: TypeAlias = Annotated[str, read_text]
Slug: TypeAlias = Annotated[str, _matching(_SLUG, "an id of letters, digits, dots and dashes")]
SlugOrAll: TypeAlias = Annotated[
    str,
    _matching(re.compile(rf"\*|{_SLUG.pattern}"), "an id of letters, digits, dots and dashes, or * for all"),
]
Multiple: TypeAlias = Annotated[str, _matching(_MULTIPLE, "a multiple such as 2.1, written as text")]
Decimal: TypeAlias = Annotated[str, _matching(_DECIMAL, "a decimal number, written as text")]
Duration: TypeAlias = Annotated[str, _matching(_DURATION, "a duration such as P3M or PT72H")]
Date: TypeAlias = Annotated[str, read_date]
Time: TypeAlias = Annotated[str, f.time]
Digest: TypeAlias = Annotated[str, f.digest]
EventId: TypeAlias = Annotated[str, f.ulid]
Person: TypeAlias = Annotated[str, f.person]
Role: TypeAlias = Annotated[str, lambda v, w: f.one_of(v, f.ROLES, w)]
Class: TypeAlias = Annotated[str, f.disclosure_class]
Any_: TypeAlias = Annotated[Any, read_any]
Object: TypeAlias = Annotated[dict[str, Any], read_object]

_PLAIN: Final[dict[Any, Reader]] = {str: read_text, bool: read_bool, int: f.integer}


def read_payload(cls: type[T], data: Json, where: str = "/data") -> T:
    """`data` as an instance of the dataclass `cls`; Malformed names the member that is wrong."""
    kind: Any = cls
    names, required = _layout(kind)
    f.members(data, where, required, names)
    return cls(**{names[m]: _readers(kind)[names[m]](v, f"{where}/{m}") for m, v in data.items()})


@cache
def _layout(cls: Any) -> tuple[dict[str, str], tuple[str, ...]]:
    fields = dataclasses.fields(cls)
    names = {x.name.rstrip("_"): x.name for x in fields}
    return names, tuple(x.name.rstrip("_") for x in fields if x.default is dataclasses.MISSING)


@cache
def _readers(cls: Any) -> dict[str, Reader]:
    hints = get_type_hints(cls, include_extras=True)
    return {x.name: _reader(hints[x.name]) for x in dataclasses.fields(cls)}


def _reader(hint: Any) -> Reader:
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        reader: Reader = args[1]
        return reader
    if origin in (types.UnionType, Union):  # only X | None: a member that may be absent
        return _reader(args[0])
    if origin is Literal:
        words = frozenset(args)
        return lambda value, where: f.one_of(value, words, where)
    if origin is tuple:
        item = _reader(args[0])
        return lambda value, where: tuple(
            item(v, f"{where}/{i}") for i, v in enumerate(f.array(value, where))
        )
    if dataclasses.is_dataclass(hint):
        inner: Any = hint
        return lambda value, where: read_payload(inner, value, where)
    return _PLAIN[hint]
