"""What a policy is about: capabilities that call for more, and the standards that then must be in place.

As a policy file writes a threshold::

    - id: CBRN-3
      formerly: CBRN
      domain: cbrn
      kind: threshold
      ref: 2; App. C
      summary: Significantly helps people with a basic STEM background obtain, produce or deploy CBRN weapons …
      requires: {standards: [ASL-3-DEPLOYMENT, ASL-3-SECURITY]}
      next_level: CBRN-4

1. A criterion without an id must get its place as one: C1, C2, …
2. `formerly` names the threshold of an older version whose decisions this one takes over.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from ledger.policy.member import (
    Duty,
    Id,
    Longer,
    Period,
    Ref,
    Sense,
    Shorter,
    StandardId,
    Text,
    ThresholdId,
    Written,
)
from ledger.policy.words import LineKind, Modality, Op, StandardKind, ThresholdKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that has to be so before a standard counts as satisfied. A bare text is one, with its place as id."""

    id: Id
    text: Text

    @classmethod
    def from_text(cls, text: str, place: int) -> Criterion:
        """The criterion that a bare text in the list means."""
        return cls(id=f"C{place}", text=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A set of safeguards, decided as a whole."""

    id: Id
    kind: Annotated[StandardKind, Sense.TEXT]
    level: Annotated[int, Sense.TEXT]
    ref: Ref
    aim: Text | None = None
    criteria: tuple[Criterion, ...] = ()
    in_scope: tuple[Annotated[str, Sense.WITHIN], ...] = ()
    out_of_scope: tuple[Annotated[str, Sense.BEYOND], ...] = ()
    in_scope_note: Text | None = None
    undefined: Annotated[bool, Sense.TEXT] = False
    retention: Longer[Period] | None = None
    status: Text | None = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """Something besides standards that a threshold asks for, such as an affirmative case."""

    id: Id
    modality: Modality
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Requires:
    """What must be in place once a threshold is not below. `minimum`: at least these. `undefined`: not yet written."""

    standards: tuple[StandardId, ...]
    modality: Modality = Modality.MUST
    minimum: bool = False
    undefined: Annotated[bool, Sense.TEXT] = False
    also: tuple[Obligation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A value in one evaluation at which it says something. G-ASM-1 holds results against it."""

    id: Id
    kind: LineKind
    metric: Text
    op: Annotated[Op, Sense.SIGN]
    value: Annotated[Fraction, Sense.LINE]
    unit: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetWhen:
    """The result at which a measure is met."""

    metric: Text
    op: Annotated[Op, Sense.SIGN]
    value: Annotated[Fraction, Sense.LINE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one attempt may cost."""

    amount: Annotated[Fraction, Sense.TEXT]
    currency: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a threshold is measured, where the policy says so."""

    tasks: Text
    task_passed_when: Text
    met_when: MetWhen
    budget_per_attempt: Budget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A capability at which more is required; a stand-in for ones not yet written; or a checkpoint before them."""

    id: Id
    domain: Text
    kind: Annotated[ThresholdKind, Sense.TEXT]
    ref: Ref
    summary: Text
    title: Ref | None = None
    formerly: Annotated[str | None, Written.ID, Sense.TEXT] = None
    line: Annotated[LineKind | None, Sense.LAST] = None
    requires: Requires | None = None
    next_level: Annotated[ThresholdId | None, Sense.THERE] = None
    ruled_out_by: Annotated[ThresholdId | None, Sense.ABSENT] = None
    on_reached: tuple[Duty, ...] = ()
    lines: tuple[Line, ...] = ()
    measure: Measure | None = None
    elicitation_bound: Text | None = None
    own_plan: tuple[Duty, ...] = ()
    industry_recommendation: Text | None = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEvery:
    """How often a watched capability is looked at."""

    value: Shorter[Period]
    modality: Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A capability that is watched without a threshold."""

    id: Id
    ref: Ref
    summary: Text
    update_every: UpdateEvery | None = None
