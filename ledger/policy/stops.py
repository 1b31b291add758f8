"""The list of stop conditions: what stops training, and whether work alone can lift it (DOMAIN §4.7).

::

    stops(rsp_2_2)[0]
    StopCondition(path='/gates/train/R22-G-TRAIN-A', rule='R22-G-TRAIN-A', ref='6.2; fn 13', text=…, kind='effort')

1. Every rule that can refuse training must be on the list: block rules of the train gate, those that block past a
   multiple, and commitments, responses and other rules that block.
2. A stop counts as `effort` unless the policy itself says that it depends on what evaluations find: each code of DOMAIN
   §7 is cured by work, by a document or by lifting what was declared, whatever the evaluations go on finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.policy.rules import GateRule, Rule
from ledger.policy.schema import Policy
from ledger.policy.words import Enforce, Stop


@dataclass(frozen=True, slots=True)
class StopCondition:
    """One condition. `kind`: `finding` depends on what evaluations find, `effort` on the developer's own effort."""

    path: str
    rule: str
    ref: str
    text: str
    kind: Stop


def stops(policy: Policy) -> tuple[StopCondition, ...]:
    """All stop conditions of a version, those of the gate first."""
    return tuple(
        StopCondition(f"/{place}/{rule.id}", rule.id, rule.ref, rule.text, rule.depends_on or Stop.EFFORT)
        for place, rule in _stopping(policy)
    )


def _stopping(policy: Policy) -> Iterator[tuple[str, Rule | GateRule]]:
    for place, rule in policy.rules():
        if isinstance(rule, GateRule):
            if place == "gates/train" and (rule.enforce is Enforce.BLOCK or rule.block_at is not None):
                yield place, rule
        elif isinstance(rule, Rule) and rule.enforce is Enforce.BLOCK:
            yield place, rule
