"""Assessments: opened, planned, tested, reported (DOMAIN §4.3).

Results, findings and statements are facts; opening an assessment and submitting a report are decisions::

    assessment.opened     {"assessment_id":"a-heron-4","kind":"comprehensive","model_id":"heron-4",
                           "snapshots":[{"name":"heron-4-final","safety_trained":false}],"team":"…",
                           "thresholds":["CBRN-3","MODEL-AUTONOMY"]}
    evaluation.recorded   {"assessment_id":"a-heron-4","attempts":10,"crossed":false,"elicitation":["tools"],
                           "evaluation_id":"autonomy-1","line":{"id":"AUT-50","kind":"red","op":">=","value":"0.50"},
                           "model_snapshot":"heron-4-final","result":"0.46","threshold":"MODEL-AUTONOMY"}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ledger.register import Fact, View
from ledger.subjects.kind import decision, in_stream, observation
from ledger.subjects.payload import Date, Decimal, Digest, Multiple, Person, Slug, Text, Time

CALLED = "assessment.called"
PRELIMINARY = "assessment.preliminary"
OPENED = "assessment.opened"
CANCELLED = "assessment.cancelled"
PLANNED = "evaluation.planned"
RESULT = "evaluation.recorded"
EXTERNAL = "external_finding.recorded"
ELICITED = "elicitation.stated"
TESTED = "testing.ended"
FORECAST = "forecast.stated"
REPORTED = "report.submitted"
FEEDBACK = "feedback.recorded"

Kind_ = Literal["preliminary", "comprehensive", "follow_up", "evaluation", "ongoing_watch"]
Op = Literal[">=", ">", "<=", "<"]


@dataclass(frozen=True, slots=True)
class Called:
    """The RSO calls for a comprehensive assessment, at discretion."""

    model_id: Slug
    reason: Text


@dataclass(frozen=True, slots=True)
class Preliminary:
    """Whether a model is notably more capable than the last comprehensively assessed one."""

    model_id: Slug
    baseline_model: Slug
    mult: Multiple
    months_elapsed: int
    notably_more_capable: bool
    basis: Text


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state of a model that was tested."""

    name: Text
    safety_trained: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """An assessment of a model against thresholds begins."""

    assessment_id: Slug
    kind: Kind_
    model_id: Slug
    thresholds: tuple[Slug, ...]
    snapshots: tuple[Snapshot, ...]
    team: Text


@dataclass(frozen=True, slots=True)
class Cancelled:
    """An assessment ends without a decision."""

    assessment_id: Slug
    reason: Text


@dataclass(frozen=True, slots=True)
class Line:
    """A line drawn before the test. ``red`` decides, ``yellow`` warns."""

    id: Slug
    kind: Literal["red", "yellow", "none"]
    op: Op
    value: Decimal
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class PlannedEvaluation:
    """One evaluation, as planned before the first result."""

    id: Slug
    threshold: Slug
    line: Line
    method_digest: Digest
    comparison_arm: Text
    experts: Text


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan. A later one that moves a line is shown as LINE_MOVED."""

    assessment_id: Slug
    evaluations: tuple[PlannedEvaluation, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One result. `crossed` is as the tester says; it is computed again from op and value."""

    assessment_id: Slug
    evaluation_id: Slug
    threshold: Slug
    line: Line
    result: Decimal
    crossed: bool
    attempts: int
    elicitation: tuple[Text, ...]
    model_snapshot: Text


@dataclass(frozen=True, slots=True)
class ExternalFinding:
    """What somebody outside found, and whether it was taken in."""

    assessment_id: Slug
    org: Text
    relation: Literal["partner", "institute", "contractor", "unsolicited"]
    finding: Text
    received_at: Time
    incorporated: Literal["yes", "no", "pending"]
    why_not: Text | None = None


@dataclass(frozen=True, slots=True)
class Technique:
    """A way to draw out what a model can do, used or not."""

    name: Text
    used: bool
    why_not: Text | None = None


@dataclass(frozen=True, slots=True)
class Elicitation:
    """How hard the testers tried."""

    assessment_id: Slug
    techniques: tuple[Technique, ...]
    helpful_only_model: bool
    finetuned_for: tuple[Literal["instruction_following", "tool_use", "low_refusal"], ...]
    under_elicitation_risk: Literal["low", "medium", "high"]
    basis: Text


@dataclass(frozen=True, slots=True)
class EndOfTesting:
    """Testing ended; the six-month clock starts here."""

    assessment_id: Slug
    ended_at: Time


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected until the next round."""

    assessment_id: Slug
    horizon: Date
    text: Text


@dataclass(frozen=True, slots=True)
class Reported:
    """A report on an assessment (or, for safeguards, on a standard) is submitted for decision."""

    report: Literal["capability", "safeguards", "follow_up"]
    digest: Digest
    parts_present: tuple[Slug, ...]
    recommendation: Text
    assessment_id: Slug | None = None
    standard: Slug | None = None
    affirmative_case: Slug | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """What readers of a draft report said."""

    assessment_id: Slug
    from_: Literal["internal", "external"]
    by: Person
    text: Text
    high_stakes: bool
    digest: Digest | None = None


def opened(view: View, assessment_id: str) -> Fact | None:
    """The opening of an assessment."""
    return next((x for x in view.of_stream(f"assessment/{assessment_id}") if x.type == OPENED), None)


def of_assessment(view: View, assessment_id: str, type_: str) -> list[Fact]:
    """Facts of one type in an assessment, by effective instant."""
    return [x for x in view.of_stream(f"assessment/{assessment_id}") if x.type == type_]


def of_model(view: View, model_id: str, *kinds: str) -> list[Fact]:
    """Openings of a model's assessments of these kinds, by effective instant."""
    return [x for x in view.of_type(OPENED) if x.data["model_id"] == model_id and x.data["kind"] in kinds]


def testing_ended_at(view: View, assessment_id: str) -> str | None:
    """When testing ended; None while it goes on."""
    ended = of_assessment(view, assessment_id, TESTED)
    return str(ended[0].data["ended_at"]) if ended else None


STREAM = in_stream("assessment", "assessment_id")
MODEL = in_stream("model", "model_id")
TESTERS = frozenset(("ASSESSOR", "RSO"))

KINDS = (
    decision(CALLED, "call-assessment", Called, "DOMAIN 4.3", MODEL, """\
# The RSO calls for a comprehensive assessment of a model, at discretion.
data:
  model_id: heron-4
  reason: ""
""", actors=frozenset(("RSO",))),
    observation(PRELIMINARY, "record-preliminary", Preliminary, "DOMAIN 4.3", MODEL, """\
# Is the model notably more capable than the last comprehensively assessed one?
data:
  model_id: heron-3.5
  baseline_model: heron-3
  mult: "2.1"
  months_elapsed: 1
  notably_more_capable: false
  basis: ""
"""),
    decision(OPENED, "open-assessment", Opened, "DOMAIN 4.3", STREAM, """\
# An assessment begins. Signed by the ASSESSOR or the RSO.
data:
  assessment_id: a-heron-4
  kind: comprehensive        # preliminary comprehensive follow_up evaluation ongoing_watch
  model_id: heron-4
  thresholds: [CBRN-3, MODEL-AUTONOMY]
  snapshots: [{name: heron-4-final, safety_trained: false}]
  team: ""
""", actors=TESTERS),
    decision(CANCELLED, "cancel-assessment", Cancelled, "DOMAIN 4.3", STREAM, """\
# An assessment ends without a decision.
data:
  assessment_id: a-heron-4
  reason: ""
""", actors=TESTERS),
    observation(PLANNED, "plan-evaluations", Planned, "DOMAIN 4.3", STREAM, """\
# What will be tested against which line, written down before the first result.
data:
  assessment_id: a-heron-4
  evaluations:
    - id: autonomy-1
      threshold: MODEL-AUTONOMY
      line: {id: AUT-50, kind: red, op: ">=", value: "0.50", unit: share of tasks}
      method_digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
      comparison_arm: ""
      experts: ""
"""),
    observation(RESULT, "record-result", Result, "DOMAIN 4.3", STREAM, """\
# One result, against the line that was drawn before.
data:
  assessment_id: a-heron-4
  evaluation_id: autonomy-1
  threshold: MODEL-AUTONOMY
  line: {id: AUT-50, kind: red, op: ">=", value: "0.50"}
  result: "0.46"
  crossed: false
  attempts: 10
  elicitation: [tools]
  model_snapshot: ""         # its name, as in the opening
"""),
    observation(EXTERNAL, "record-external-finding", ExternalFinding, "DOMAIN 4.3", STREAM, """\
# What somebody outside found.
data:
  assessment_id: a-heron-4
  org: ""
  relation: partner          # partner institute contractor unsolicited
  finding: ""
  received_at: 2025-03-10T09:00:00.000000Z
  incorporated: yes          # yes no pending
"""),
    observation(ELICITED, "state-elicitation", Elicitation, "DOMAIN 4.3", STREAM, """\
# How hard the testers tried to draw out what the model can do.
data:
  assessment_id: a-heron-4
  techniques: [{name: best-of-N, used: true}, {name: chain-of-thought, used: true}]
  helpful_only_model: true
  finetuned_for: [instruction_following, tool_use, low_refusal]
  under_elicitation_risk: low  # low medium high
  basis: ""
"""),
    observation(TESTED, "end-testing", EndOfTesting, "DOMAIN 4.3", STREAM, """\
# Testing ended. The six-month clock starts here.
data:
  assessment_id: ""          # such as a-heron-4
  ended_at: 2025-03-14T17:00:00.000000Z
"""),
    observation(FORECAST, "state-forecast", Forecast, "DOMAIN 4.3", STREAM, """\
# What is expected until the next round.
data:
  assessment_id: a-heron-4
  horizon: 2025-09-14
  text: ""
"""),
    observation(FEEDBACK, "record-feedback", Feedback, "DOMAIN 4.3", STREAM, """\
# What readers of a draft report said.
data:
  assessment_id: a-heron-4
  from: internal             # internal external
  by: p-people
  text: ""
  high_stakes: false
"""),
)  # fmt: skip
