"""A finding as a document: what is amiss, since when, and what became of it.

::

    finding(one)    {"code": "LINE_KIND_MISMATCH", "entry": 41, "since": "2025-03-14T…Z", "state": "open", …}
"""

from __future__ import annotations

from typing import Any

from api.answers.cases import name
from ledger.engine.answers import Stood


def finding(one: Stood) -> dict[str, Any]:
    """A finding and how it stands."""
    x = one.finding
    return {
        "code": x.code,
        "entry": x.index,
        "since": x.since,
        "why": x.why,
        "kind": one.kind,
        "state": one.state,
        "days": one.days,
        "case": name(one.case) if one.case else None,
        "answer": one.answer.index if one.answer else None,
    }
