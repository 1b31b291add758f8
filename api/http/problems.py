"""Problems: the one table from errors to HTTP, and the one shape in which every error is told (RFC 9457).

::

    HTTP/1.1 422 Unprocessable Content
    content-type: application/problem+json

    {"type":"/problems/refused","title":"Refused by a rule","status":422,
     "detail":"A-KEY: a key of p-7 is approved by CEO only. BOARD_SECRETARY and …",
     "where":"","rule":"A-KEY","cure":"BOARD_SECRETARY and …",
     "refusals":[{"rule":"A-KEY","reason":"a key of p-7 is …","cure":"BOARD_SECRETARY and …"}]}

1. Every error answer of every route must have exactly these eight members, whatever went wrong.
2. No answer may hold a stack trace, a path of this machine or a driver's words.
3. An error class without a row must be answered as ``internal``, and logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ledger import errors
from ledger.errors import CountersignError


class TooLarge(CountersignError):
    """A body over `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.cure = "send documents' digests as evidence; an act fits in 65,535 bytes"

    def __str__(self) -> str:
        return f"the body is larger than {self.args[0]} bytes"


class TooSlow(CountersignError):
    """A body that did not arrive within `seconds`."""

    cure = "send it again over a better connection"

    def __str__(self) -> str:
        return f"the body did not arrive within {self.args[0]:g} seconds"


class NotJson(CountersignError):
    """A body of another media type."""

    cure = "send it with content-type: application/json"

    def __str__(self) -> str:
        return "the body is not announced as JSON"


class NotAllowed(CountersignError):
    """A request that is for the operator alone."""

    cure = "ask the operator, who does it on the machine itself"

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its `name` (the end of its type URI), HTTP `status`, `title`, and what it `means`."""

    name: str
    status: int
    title: str
    means: str

    @property
    def type(self) -> str:
        """The type URI, which is a page of this server."""
        return f"/problems/{self.name}"


MALFORMED: Final = Kind(
    "malformed", 400, "Not understood", "Something sent is not what it claims to be; `where` says which part."
)
REFUSED: Final = Kind(
    "refused",
    422,
    "Refused by a rule",
    "The act was read and judged, and may not be recorded: `refusals` lists every rule against it with what would "
    "cure it. The record is unchanged.",
)
ID_REUSED: Final = Kind(
    "id-reused", 409, "The id is taken", "Another act stands on the record under this event id; draft anew."
)
KNOWN: Final = Kind("already-recorded", 409, "Already recorded", "These very bytes stand on the record.")
NOT_FOUND: Final = Kind("not-found", 404, "Not found", "There is no such entry, draft, size or page.")
METHOD: Final = Kind(
    "method",
    405,
    "Not done this way",
    "The address exists, but not for this method; `Allow` lists those it has.",
)
NOT_ALLOWED: Final = Kind(
    "not-allowed", 403, "For the operator", "Only the operator of this ledger may do this."
)
TOO_SLOW: Final = Kind(
    "too-slow", 408, "Too slow", "The body took too long to arrive and was not read to its end."
)
TOO_LARGE: Final = Kind("too-large", 413, "Too large", "The body is larger than this server reads.")
NOT_JSON: Final = Kind("not-json", 415, "Not JSON", "Bodies are JSON and announced as such.")
INTERNAL: Final = Kind(
    "internal",
    500,
    "An error of this server",
    "Something broke here. The record holds only what got a receipt.",
)
BUSY: Final = Kind(
    "busy", 503, "Busy", "Others recorded at the same time, again and again; ask again in a moment."
)
UNAVAILABLE: Final = Kind(
    "unavailable", 503, "Not possible now", "The store cannot do this now; nothing was written."
)

TABLE: Final[Mapping[type[CountersignError], Kind]] = {
    errors.Malformed: MALFORMED,
    errors.Refused: REFUSED,
    errors.Conflict: BUSY,
    errors.AlreadyRecorded: KNOWN,
    errors.IdReused: ID_REUSED,
    errors.NotFound: NOT_FOUND,
    errors.StoreUnavailable: UNAVAILABLE,
    TooLarge: TOO_LARGE,
    TooSlow: TOO_SLOW,
    NotJson: NOT_JSON,
    NotAllowed: NOT_ALLOWED,
}
KINDS: Final = (*dict.fromkeys(TABLE.values()), METHOD, INTERNAL)
BY_STATUS: Final = {404: NOT_FOUND, 405: METHOD}


def kind_of(error: CountersignError) -> Kind:
    """The row of an error's class, or of the nearest class above it."""
    return next((TABLE[c] for c in type(error).__mro__ if c in TABLE), INTERNAL)


def problem(error: CountersignError) -> dict[str, Any]:
    """The answer to an error raised on purpose."""
    kind = kind_of(error)
    if kind is INTERNAL:
        return blank(kind)
    refusals = error.refusals if isinstance(error, errors.Refused) else ()
    return blank(
        kind,
        detail=getattr(error, "what", "") or str(error),
        where=getattr(error, "where", ""),
        rule=refusals[0].rule if refusals else "",
        cure=refusals[0].cure if refusals else getattr(error, "cure", ""),
        refusals=[{"rule": r.rule, "reason": r.reason, "cure": r.cure} for r in refusals],
    )


def blank(kind: Kind, detail: str = "", **members: Any) -> dict[str, Any]:
    """A problem of a kind; members not given are empty."""
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.means,
        "where": "",
        "rule": "",
        "cure": "",
        "refusals": [],
        **members,
    }
