"""Outcomes of a capability decision: what was decided about one model and one threshold (DOMAIN §4.4).

1. A milder outcome lets things go on; whatever is not one of MILD must stop what needs safeguards.
2. ``not_shown`` must never be read as ``below``: the developer has not shown that the model is below.
"""

from __future__ import annotations

from typing import Final, Literal

Outcome = Literal[
    "below", "just_below", "not_shown", "reached", "checkpoint_reached", "checkpoint_not_reached"
]
MILD: Final = frozenset(("below", "just_below", "checkpoint_not_reached"))
"""Outcomes that let things go on: these need two hands and a report."""
