"""Which policy version was in force (DOMAIN P2, §4.1).

::

    in_force(view)   "2.2"   or None before the first policy
"""

from __future__ import annotations

from ledger.register import View
from ledger.subjects.founding import initial_policy


def in_force(view: View) -> str | None:
    """The version that governs, as far as the view knows. The founding's policy holds from entry 0 on."""
    policy = initial_policy(view)
    return policy["version"] if policy else None
