"""A noncompliance case as a document, and what a case is called.

::

    case(view, one)    {"case": "nc-01JX…", "origin": "engine", "codes": ["DEPLOYED_WITHOUT_GATE"], …}

1. An allegation must be called one, and never a breach, until it was found so.
"""

from __future__ import annotations

from typing import Any

from ledger.engine.cases import ENGINE, Case, actions, board_notice
from ledger.register import View


def name(one: Case) -> str:
    """What a case is called: nc- and the entry's id when it opened itself."""
    return f"nc-{one.id}" if one.origin == ENGINE else one.id


def case(view: View, one: Case) -> dict[str, Any]:
    """A case as JSON."""
    notice = board_notice(view, one)
    return {
        "case": name(one),
        "origin": one.origin,
        "opened_at": one.opened_at,
        "entry": one.cause.index,
        "codes": list(one.codes),
        "rules": list(one.rules),
        "status": one.status,
        "open": one.open,
        "breach": one.breach,
        "risk": one.risk,
        "handlers": list(one.handlers),
        "concerns_roles": list(one.roles),
        "board_notice": {"due": notice.due, "state": notice.state},
        "actions": [
            {
                "id": x.id,
                "what": x.what,
                "owner": x.owner,
                "due": x.due,
                "done": x.done.index if x.done else None,
            }
            for x in actions(one)
        ],
        "entries": [x.index for x in one.acts],
    }
