"""Findings: what the record shows by itself, derived and never recorded (DOMAIN §7).

A predicate lives with its subject and is a function of a View; ``engine.findings`` asks them all::

    Finding("LINE_KIND_MISMATCH", index=41, since="2025-03-14T…Z", why="AUT-50 is entered as yellow, drawn red")

1. A predicate must depend on the view alone, so it can be asked of any day and any knowledge.
2. A finding must name the entry that it is about, and why in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.register import View

CONDUCT: Final = frozenset(
    """GATE_OVERRIDDEN RUN_WITHOUT_GATE DEPLOYED_WITHOUT_GATE STORED_WITHOUT_STANDARD EFFECT_BEFORE_PUBLICATION
    SHARED_AFTER_GO_AHEAD AGREEMENT_CLAUSE_BREACH EXCEPTION_WITHOUT_CONSULTATION ADOPTED_OUTSIDE_RULES
    RETROACTIVE_READING""".split()
)
"""What somebody did against the rules: each opens a case by itself and is open until that is closed."""

MARKS: Final = frozenset(("ASSESSMENT_DUE", "RESTS_ON_OPENING_STATEMENT"))
"""What is shown and is no finding: it stops no report that says ``none``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` as in DOMAIN §7, about entry `index`, open since the entry of `since` (recorded_at)."""

    code: str
    index: int
    since: str
    why: str


Predicate: TypeAlias = Callable[[View], Iterator[Finding]]
