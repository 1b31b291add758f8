"""The shapes of what is derived from the record: findings, models, clocks, cases, commitments, exceptions, versions.

::

    {"as_of":"2025-06-30T23:59:59.999999Z","known_at":null,"unread":2,"cases":[{"case":"nc-01JX…",…}]}

1. They must be the documents that the command line prints with ``--json``, member by member.
"""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from api.http.shapes import Count, Shape


class AskedShape(Shape):
    """What was asked: true as of an instant, known by another (null: to this day); `unread` entries are withheld."""

    as_of: str
    known_at: str | None
    unread: Count


class FindingShape(Shape):
    """What is amiss by itself. `kind` is conduct, quality or mark; `state` open, answered, closed or mark."""

    code: str
    entry: Count
    since: str
    why: str
    kind: str
    state: str
    days: Count
    case: str | None
    answer: Count | None


class FindingsShape(AskedShape):
    """Every finding that holds."""

    findings: list[FindingShape]


class CoverageShape(Shape):
    """By which comprehensive assessment a model is covered: own, inherited, opening or none."""

    kind: str
    model: str | None
    since: str | None


class DueShape(Shape):
    """An assessment that is due, by which trigger, since when, and the entry behind it."""

    trigger: str
    since: str
    entry: Count


class SignerShape(Shape):
    """Who signed, as what."""

    person: str
    role: str


class MeasuredShape(Shape):
    """One result against its line; `distance` is the result less the line, exactly."""

    entry: Count
    evaluation: str
    line: str
    red: bool
    against: str
    result: str
    crossed: bool
    distance: str


class ThresholdShape(Shape):
    """How far a model is from a threshold, who says so and on what."""

    threshold: str
    outcome: str
    origin: str
    model: str
    entry: Count | None
    at: str | None
    by: list[SignerShape]
    assessment: str | None
    report: str | None
    evidence: list[str]
    elicitation: Count | None
    results: list[MeasuredShape]
    dissent: list[Count]


class ModelShape(Shape):
    """One model."""

    model: str
    coverage: CoverageShape
    due: list[DueShape]
    thresholds: list[ThresholdShape]


class ModelsShape(AskedShape):
    """Every model on the record, or the one that was asked about."""

    models: list[ModelShape]


class ClockShape(Shape):
    """One round of a duty with a time; `house`: a rule of the house, not of the policy. Periods are ISO 8601."""

    id: str
    rule: str
    modality: str
    about: str
    state: str
    text: str
    ref: str
    house: bool
    approximate: bool
    starts_at: str | None
    started_by: Count | None
    due: str | None
    overdue_at: str | None
    target: str | None
    met_by: Count | None
    met_at: str | None
    exact: bool
    late: str | None
    recorded_late: str | None


class ClocksShape(AskedShape):
    """Every clock, the open ones first, by due date."""

    clocks: list[ClockShape]


class NoticeShape(Shape):
    """How the Board's notice of a case stands."""

    due: str
    state: str


class ActionShape(Shape):
    """One planned action, and the entry by which it was done."""

    id: str
    what: str
    owner: str
    due: str
    done: Count | None


class CaseShape(Shape):
    """One noncompliance case. An allegation is no breach: `breach` is true only where one was found."""

    case: str
    origin: str
    opened_at: str
    entry: Count
    codes: list[str]
    rules: list[str]
    status: str
    open: bool
    breach: bool
    risk: str | None
    handlers: list[str]
    concerns_roles: list[str]
    board_notice: NoticeShape
    actions: list[ActionShape]
    entries: list[Count]


class CasesShape(AskedShape):
    """Every case, by opening."""

    cases: list[CaseShape]


class CommitmentShape(Shape):
    """What was promised until when, and what came of it; `derived`: it opened itself."""

    commitment: str
    text: str
    modality: str
    source: str
    owner: str
    due: str | None
    state: str
    late: str | None
    effect: str
    entry: Count
    by: Count | None
    derived: bool


class CommitmentsShape(AskedShape):
    """Every commitment."""

    commitments: list[CommitmentShape]


class ExceptionShape(Shape):
    """An exception as it stands. Only `active` lowers anything."""

    exception: str
    form: str
    state: str
    standards_lowered: list[dict[str, Any]]
    models: list[str]
    surfaces: list[str]
    evidence: list[str]
    missing: list[str]
    since: str | None
    until: str
    review_due: str | None
    entry: Count
    approved: Count | None
    ended: Count | None


class ExceptionsShape(AskedShape):
    """Every exception, those that came to nothing too."""

    exceptions: list[ExceptionShape]


class ReignShape(Shape):
    """A stretch in which a text governed; null is: since the founding, to this day."""

    since: str | None
    until: str | None


class StepShape(Shape):
    """An entry in the life of a text, and who signed it."""

    entry: Count
    recorded_at: str
    by: list[SignerShape]


class ConsultedShape(Shape):
    """A body that was consulted on this very text, and what it said."""

    body: str
    opened: Count
    outcome: str | None
    entry: Count | None
    by: list[str]
    unanswered: bool


class VoteShape(Shape):
    """How a body voted; `carried` null while it is open."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)

    body: str
    carried: bool | None
    for_: Count = Field(alias="for")
    against: Count
    abstain: Count
    recused: Count
    quorum: Count


class TextShape(Shape):
    """The life of one text of the policy."""

    policy: str
    version: str
    text_digest: str
    base_version: str | None
    state: str
    in_force: list[ReignShape]
    drafted: Count | None
    proposed: StepShape | None
    consulted: list[ConsultedShape]
    votes: list[VoteShape]
    approved: StepShape | None
    effective_at: str | None
    public_since: str | None
    public_first: bool | None
    ended: StepShape | None


class VersionsShape(AskedShape):
    """Every text, the founding's first."""

    texts: list[TextShape]
