"""Parameters of a request, each with one way to be written, and what every handler is given.

::

    ?after=41&limit=20&type=note.recorded&known_at=2025-06-30

1. A number must be written in plain digits without leading zeros; a day as ``2025-06-30``, nothing else.
2. A day means its end: what was true, or known, when it was over (UTC).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final, TypeAlias

from fastapi import Depends, Path, Query
from pydantic import BeforeValidator, Field, WithJsonSchema
from starlette.requests import Request

from api.public.operator import is_operator
from api.public.record import PublicRecord
from ledger.record.canonical import MAX_INT

MOST: Final = 100
"""Entries a page."""

NAME: Final = "^[A-Za-z0-9][A-Za-z0-9._*-]{0,79}$"
"""Of a model, a run, a surface."""

_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,15}")


def _digits(value: Any) -> int:
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        raise ValueError("write it in plain digits")
    return int(value)


def _day(value: Any) -> str:
    try:
        if date.fromisoformat(str(value)).isoformat() != value:
            raise ValueError
    except ValueError:
        raise ValueError("a day reads 2025-06-30") from None
    return str(value)


def end_of(day: str | None) -> str | None:
    """The last instant of a day."""
    return None if day is None else f"{day}T23:59:59.999999Z"


def public(request: Request) -> PublicRecord:
    """The record as the public may see it."""
    record: PublicRecord = request.app.state.public
    return record


Public: TypeAlias = Annotated[PublicRecord, Depends(public)]
Operator: TypeAlias = Annotated[bool, Depends(is_operator)]

Number: TypeAlias = Annotated[int, Field(ge=0, le=MAX_INT), BeforeValidator(_digits)]
Positive: TypeAlias = Annotated[int, Field(ge=1, le=MAX_INT), BeforeValidator(_digits)]
Index: TypeAlias = Annotated[Number, Path(description="Counted from 0")]
Size: TypeAlias = Annotated[Number, Query(description="A count of entries")]
Start: TypeAlias = Annotated[Number, Query(description="How many to pass by")]
Limit: TypeAlias = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_digits), Query()]
Day: TypeAlias = Annotated[
    str,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date"}),
]
AsOf: TypeAlias = Annotated[Day | None, Query(description="What was effective by the end of this day")]
KnownAt: TypeAlias = Annotated[
    Day | None, Query(description="What stood on the record by the end of this day")
]
Word: TypeAlias = Annotated[str | None, Query(min_length=1, max_length=200, pattern="^[ -~]+$")]
EventId: TypeAlias = Annotated[str, Path(pattern="^[0-7][0-9A-HJKMNP-TV-Z]{25}$", description="An event id")]
ModelName: TypeAlias = Annotated[str, Path(pattern=NAME, description="A model, as the record names it")]
