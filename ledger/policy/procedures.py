"""The procedures of a policy that gates on levels or thresholds: assessments, decisions, restrictions.

::

    assessment: {comprehensive: {triggers: [{id: EC4X, modality: must, metric: effective_compute_multiple, op: '>=',
                                             value: '4.0', baseline: last_comprehensively_assessed_model}, …], …}, …}

1. A cadence must be taken to name an interval only where it names one: "at least monthly" does, "routinely" does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Final

from ledger.errors import Malformed
from ledger.policy.duration import Duration
from ledger.policy.member import Duty, Id, Period, Ref, RoleId, Sense, Shorter, StandardId, Text
from ledger.policy.rules import Rule
from ledger.policy.words import Action, AssessmentKind, Baseline, Metric, Modality, Op, Outcome, Together

_INTERVAL: Final = re.compile(
    r"\b(P[0-9][0-9A-Z]*)\b|\b(?:(dai|week|month|quarter|year)ly|(day|week|month|quarter|year)|(annual)(?:ly)?)\b",
    re.ASCII,
)
_UNITS: Final = {
    "dai": "P1D",
    "day": "P1D",
    "week": "P1W",
    "month": "P1M",
    "quarter": "P3M",
    "year": "P1Y",
    "annual": "P1Y",
}


def interval(text: str | None) -> Duration | None:
    """The interval that a cadence names: "at least monthly" is P1M, "P30D" is itself, "routinely" is none."""
    found = _INTERVAL.search(text) if text else None
    if found is None:
        return None
    written = found[1] or _UNITS[found[2] or found[3] or found[4]]
    try:
        return Duration.parse(written)
    except Malformed:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What makes an assessment due."""

    id: Id
    modality: Modality
    metric: Annotated[Metric, Sense.TEXT]
    op: Annotated[Op | None, Sense.SIGN] = None
    value: Annotated[Fraction | Duration | None, Sense.LINE] = None
    baseline: Annotated[Baseline | None, Sense.TEXT] = None
    includes_mid_training: bool = False
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """How far training may go on, in effective compute, before the evaluation has ended."""

    metric: Annotated[Metric, Sense.TEXT]
    value: Shorter[Fraction]
    text: Text
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preliminary:
    """The assessment that decides whether a comprehensive one is needed."""

    modality: Modality
    cadence: Annotated[str, Sense.CADENCE]
    cadence_unit: Annotated[str | None, Sense.CADENCE]
    applies_to: tuple[Duty, ...]
    question: Text
    below_means: Text
    ref: Ref | None = None
    note: Ref | None = None

    @property
    def interval(self) -> Duration | None:
        """How often at least; None where the text names no interval, and then nobody may invent one as policy (P6)."""
        return interval(self.cadence) or interval(self.cadence_unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A time in which something has to be done; `covers` says what."""

    value: Shorter[Period]
    counted_from: Text | None = None
    modality: Modality | None = None
    covers: tuple[Duty, ...] = ()
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part that every report must have; G-ASM-2 asks for it by its id."""

    id: Id
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Comprehensive:
    """The assessment on which capability decisions rest."""

    triggers: tuple[Trigger, ...]
    required_parts: tuple[Part, ...]
    complete_within: Limit | None = None
    standard_of_proof: Text | None = None
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How models are assessed. 1.0 has one kind with its own triggers; later versions have two."""

    kind: Annotated[AssessmentKind | None, Sense.TEXT] = None
    triggers: tuple[Trigger, ...] = ()
    buffer: Buffer | None = None
    elicitation: tuple[Duty, ...] = ()
    forecast: Annotated[Rule | None, Sense.RULES] = None
    preliminary: Preliminary | None = None
    comprehensive: Comprehensive | None = None

    @property
    def all_triggers(self) -> tuple[Trigger, ...]:
        """The triggers of a full assessment, wherever the version writes them."""
        return self.triggers + (self.comprehensive.triggers if self.comprehensive else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """How firmly feedback is asked for before a decision."""

    internal: Annotated[Modality | None, Sense.WEAK] = None
    external: Annotated[Modality | None, Sense.WEAK] = None
    before_decision_if_high_stakes: Annotated[Modality | None, Sense.WEAK] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reapprove:
    """How often the decision on a standard has to be made again, for which, and what a lapse denies."""

    every: Shorter[Period]
    modality: Modality
    standards: tuple[StandardId, ...]
    lapse_denies: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decides, on which report, and who is told before anybody acts on it."""

    report: Text
    deciders: tuple[RoleId, ...]
    mode: Together = Together.JOINTLY
    report_must: tuple[Duty, ...] = ()
    one_report_per: Text | None = None
    feedback: Feedback | None = None
    share_before_proceeding: tuple[RoleId, ...] = ()
    share_contents: tuple[Duty, ...] = ()
    outcomes: Annotated[tuple[Outcome, ...], Sense.TEXT] = ()
    reapprove: Reapprove | None = None
    not_shown_means: Text | None = None
    ref: Ref | None = None
    note: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """The assessment of the next level, after safeguards were upgraded."""

    modality: Modality
    when: Text
    question: Text | None = None
    steps: tuple[Duty, ...] = ()
    procedure_ref: Ref | None = None
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """The decisions of a policy with capability thresholds."""

    capability: Decision
    safeguards: Decision
    follow_up: FollowUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimMeasures:
    """What may stand in for a standard for a while, and who approves it."""

    approve: tuple[RoleId, ...]
    test: Text
    share_plan_with: tuple[RoleId, ...] = ()
    examples: Annotated[tuple[str, ...], Sense.TEXT] = ()
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stronger:
    """What is done where neither the standard nor an interim measure is met."""

    deployment: Text
    security: Text
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrictions:
    """What happens to a model whose safeguards are missing."""

    interim_measures: Annotated[InterimMeasures | None, Sense.TEXT] = None
    stronger: Stronger | None = None
