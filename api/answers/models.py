"""A model as a document: its coverage, what is due, and how far it is from each threshold, decided by whom on what.

::

    model(view, "heron-4")    {"model": "heron-4", "coverage": {"kind": "own", …}, "due": [], "thresholds": [{…}, …]}
"""

from __future__ import annotations

from typing import Any

from ledger.engine.accounts import Account, account
from ledger.engine.coverage import covered, triggers
from ledger.register import View


def model(view: View, name: str) -> dict[str, Any]:
    """What is known of one model."""
    coverage = covered(view, name)
    due = [t for t in triggers(view, name) if t.met]
    return {
        "model": name,
        "coverage": {"kind": coverage.kind, "model": coverage.model, "since": coverage.since},
        "due": [{"trigger": t.id, "since": t.reached_at, "entry": t.index} for t in due],
        "thresholds": [_threshold(a) for a in account(view, name)],
    }


def _threshold(a: Account) -> dict[str, Any]:
    return {
        "threshold": a.state.threshold,
        "outcome": a.state.outcome,
        "origin": a.state.origin,
        "model": a.state.model,
        "entry": a.entry,
        "at": a.at,
        "by": [{"person": person, "role": role} for person, role in a.by],
        "assessment": a.assessment,
        "report": a.report,
        "evidence": [e.digest for e in a.evidence],
        "elicitation": a.elicitation.index if a.elicitation else None,
        "results": [
            {
                "entry": m.entry,
                "evaluation": m.evaluation,
                "line": m.line,
                "red": m.red,
                "against": f"{m.op} {m.limit}",
                "result": m.result,
                "crossed": m.crossed,
                "distance": m.distance,
            }
            for m in a.results
        ],
        "dissent": [x.index for x in a.dissent],
    }
