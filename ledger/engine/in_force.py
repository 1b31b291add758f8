"""Which policy governed (DOMAIN P2, §4.1), and what it says.

::

    in_force(view)             "2.2"          or None before the first policy
    governing(view)            Policy(version="2.2", thresholds=(…), …)
    governing(view, at=day)    the one that an observation of that day is judged by

1. What governs must be asked of an instant: `view.now`, or the `at` of an observation (its effective_at).
2. Nothing here may know a threshold, a role or a number: all of that is the policy's own data.
3. A founding whose policy cannot be read as one governs by its version alone: no threshold of it is known.
4. The policy of the founding was in force already (DOMAIN 4.1, Starting): it holds at every instant before a later one.
"""

from __future__ import annotations

from functools import lru_cache

from ledger.errors import Malformed
from ledger.policy.load import load
from ledger.policy.schema import Policy
from ledger.policy.thresholds import Line, Threshold
from ledger.record.canonical import decode, encode
from ledger.register import View
from ledger.subjects.founding import initial_policy


def in_force(view: View, at: str | None = None) -> str | None:
    """The version that governed at `at` (by default now), as far as the view knows."""
    policy = initial_policy(view)
    return policy["version"] if policy else None


def governing(view: View, at: str | None = None) -> Policy | None:
    """The policy that governed at `at` (by default now); None before the first, or when its data is no policy."""
    policy = initial_policy(view)
    return _read(encode(policy["data"])) if policy else None


@lru_cache(maxsize=16)
def _read(data: bytes) -> Policy | None:
    try:
        return load(decode(data))
    except Malformed:
        return None


def threshold(policy: Policy | None, threshold_id: str) -> Threshold | None:
    """The threshold of this id."""
    return next((t for t in policy.thresholds if t.id == threshold_id), None) if policy else None


def line(policy: Policy | None, line_id: str) -> Line | None:
    """The evaluation line of this id, of whichever threshold."""
    found = (x for t in policy.thresholds for x in t.lines if x.id == line_id) if policy else ()
    return next(iter(found), None)
