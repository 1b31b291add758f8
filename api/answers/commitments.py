"""A commitment as a document.

::

    commitment(one)    {"commitment": "c-pipeline", "state": "met", "due": "2025-09-30T23:59:59.999999Z", …}
"""

from __future__ import annotations

from typing import Any

from ledger.engine.commitments import Commitment


def commitment(x: Commitment) -> dict[str, Any]:
    """What was promised, and what came of it."""
    return {
        "commitment": x.id,
        "text": x.text,
        "modality": x.modality,
        "source": x.source,
        "owner": x.owner,
        "due": x.due,
        "state": x.state,
        "late": x.late,
        "effect": x.effect,
        "entry": x.cause.index,
        "by": x.by.index if x.by else None,
        "derived": x.derived,
    }
