"""An exception as a document: what it lowers, for what, until when, and what it lacks.

::

    exception(one)    {"exception": "e-heron-5", "state": "proposed", "missing": ["consultation", …], …}
"""

from __future__ import annotations

from typing import Any

from ledger.engine.exceptions import Exempt


def exception(one: Exempt) -> dict[str, Any]:
    """An exception as it stands."""
    data = one.fact.data
    return {
        "exception": one.id,
        "form": data["form"],
        "state": one.state,
        "standards_lowered": data["standards_lowered"],
        "models": data["models"],
        "surfaces": data.get("surfaces", ["*"]),
        "evidence": (data.get("other_actor") or {}).get("evidence", []),
        "missing": list(one.missing),
        "since": one.since,
        "until": one.until,
        "review_due": one.review_due,
        "entry": one.fact.index,
        "approved": one.approved.index if one.approved else None,
        "ended": one.ended.index if one.ended else None,
    }
