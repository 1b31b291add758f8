"""What 3.x puts in the place of pre-set gates: Risk Reports, and the review of them from outside.

::

    risk_report: {cadence: {min: P3M, max: P6M, modality: must}, required_parts: [threat model identification, …], …}
    external_review: {required_when: {all_of: [covers a highly capable model, …]}, minimum_reviewers: 1, …}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from ledger.policy.member import AtLeast, AtMost, BodyId, Duty, Ground, Period, Ref, RoleId, Sense, Shorter
from ledger.policy.procedures import Limit
from ledger.policy.rules import ReportTrigger, Rule
from ledger.policy.words import Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """At least every `max`, not before `min`."""

    min: AtMost[Period]
    max: Shorter[Period]
    modality: Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageDate:
    """How old the state that a report describes may be when it is published."""

    max_age_at_publication: Shorter[Period]
    modality: Modality
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskReport:
    """The report that 3.x puts in the place of pre-set gates."""

    cadence: Cadence
    required_parts: tuple[Duty, ...]
    triggers: tuple[ReportTrigger, ...] = ()
    marginal_risk_parts: tuple[Duty, ...] = ()
    candour: tuple[Duty, ...] = ()
    redaction_grounds: tuple[Ground, ...] = ()
    coverage_date: CoverageDate | None = None
    redaction_rule: Annotated[Rule | None, Sense.RULES] = None
    ref: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredWhen:
    """External review is required when all of these hold."""

    all_of: tuple[Ground, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Who is asked about, and who approves, the choice of reviewers."""

    consult: tuple[BodyId, ...] = ()
    approve: tuple[RoleId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalReview:
    """When reviewers from outside see the whole report, and on whose demand."""

    required_when: RequiredWhen
    minimum_reviewers: AtLeast[int]
    share_with_reviewer_within: Limit | None = None
    public_comment_asked_within: Limit | None = None
    independence: tuple[Duty, ...] = ()
    select: Selection | None = None
    on_request_of: tuple[RoleId, ...] = ()
    split_allowed: Annotated[str | None, Sense.ABSENT] = None
    ref: Ref | None = None
