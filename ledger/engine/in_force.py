"""Which policy governed (DOMAIN P2, §4.1), and what it says.

::

    in_force(view)      "2.2"   or None before the first policy
    governing(view)     Governing(version="2.2", data={…the policy file…})
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ledger.register import View
from ledger.subjects.founding import initial_policy


@dataclass(frozen=True, slots=True)
class Governing:
    """A policy version as data. Everything that a rule asks of a policy it asks here, never of code."""

    version: str
    data: dict[str, Any]

    def threshold(self, threshold_id: str) -> dict[str, Any] | None:
        """The threshold of this id."""
        return next((t for t in self.data.get("thresholds", ()) if t["id"] == threshold_id), None)

    def thresholds(self) -> Iterator[dict[str, Any]]:
        """Every threshold, checkpoints included, in the policy's order."""
        yield from self.data.get("thresholds", ())

    def line(self, line_id: str) -> dict[str, Any] | None:
        """The evaluation line of this id."""
        return next((x for t in self.thresholds() for x in t.get("lines", ()) if x["id"] == line_id), None)

    def approval(self, name: str) -> dict[str, Any] | None:
        """Who decides a matter, as far as the policy says."""
        found = self.data.get("approvals", {}).get(name)
        return found if isinstance(found, dict) else None


def in_force(view: View) -> str | None:
    """The version that governs, as far as the view knows. The founding's policy holds from entry 0 on."""
    policy = governing(view)
    return policy.version if policy else None


def governing(view: View) -> Governing | None:
    """The policy that governs."""
    policy = initial_policy(view)
    return Governing(policy["version"], policy["data"]) if policy else None
