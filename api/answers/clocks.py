"""A clock as a document.

::

    clock(found)    {"rule": "R22-C-COMPREHENSIVE", "modality": "must", "due": "2025-09-14T…Z", "state": "overdue", …}
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ledger.engine.clocks import Clock


def clock(found: Clock) -> dict[str, Any]:
    """Everything that is known of one round of a duty; periods as ISO 8601 writes them."""
    periods = {name: getattr(found, name) for name in ("late", "recorded_late")}
    return asdict(found) | {name: str(value) if value else None for name, value in periods.items()}
