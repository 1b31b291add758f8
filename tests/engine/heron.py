"""The Heron models of the demonstration year: an opening position, a chain of measurements, assessments decided.

::

    story = founded()                                 # Heron 3 stated below every threshold, tested until 2024-12-09
    measured(story, "heron-4", "heron-3.5", "2.1")
    assess(story, "heron-4", {"CBRN-3": "not_shown"}, ended="2025-03-14", decided="2025-03-20")
"""

from __future__ import annotations

from typing import Any, Final

from ledger.register import Fact
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO
from tests.subjects.test_determinations import case, decision, elicitation, opening, report

TESTED: Final = "2024-12-09T17:00:00.000000Z"
POSITION: Final[dict[str, Any]] = {
    "models": [
        {
            "model_id": "heron-3",
            "surfaces": ["general"],
            "thresholds": [
                {"threshold": "CBRN-3", "outcome": "below"},
                {"threshold": "MODEL-AUTONOMY", "outcome": "checkpoint_not_reached"},
            ],
        }
    ],
    "standards": [{"standard": "ASL-2-SECURITY", "models": ["*"], "surfaces": ["*"]}],
    "testing_ended": TESTED,
}


def founded(version: str | None = "2.2", position: Any = POSITION, **changes: Any) -> Story:
    return Story(version, position=position, **changes).on("2025-01-20")


def measured(story: Story, model: str, baseline: str, mult: str, **more: Any) -> Fact:
    data = {"model_id": model, "baseline_model": baseline, "mult": mult, "method": "FLOPs"}
    members = {k: more.pop(k) for k in ("effective_at",) if k in more}
    return story.given("record-effective-compute", data | {"at": story.world.now} | more, ASSESSOR, **members)


def preliminary(story: Story, model: str, baseline: str, mult: str, **changes: Any) -> Fact:
    data = {
        "model_id": model,
        "baseline_model": baseline,
        "mult": mult,
        "months_elapsed": 1,
        "notably_more_capable": False,
        "basis": "FLOPs",
    }
    return story.given("record-preliminary", data | changes, ASSESSOR)


def inherit(story: Story, model: str, source: str, mult: str = "2.1", **changes: Any) -> list[str]:
    """Rule ids by which the inheritance is refused."""
    fact = preliminary(story, model, source, mult)
    data = {"model_id": model, "from_model": source, "preliminary_id": fact.id}
    return story.when("inherit-determination", data | changes, RSO)


def open_(story: Story, model: str, thresholds: list[str], kind: str = "comprehensive") -> str:
    """The id of a new assessment."""
    id_ = f"a-{model}-{story.register.size}"
    data = opening(assessment_id=id_, model_id=model, thresholds=thresholds, kind=kind)
    story.given("open-assessment", data, ASSESSOR)
    return id_


def end(story: Story, id_: str) -> Fact:
    return story.given("end-testing", {"assessment_id": id_, "ended_at": story.world.now}, ASSESSOR)


def submit(story: Story, id_: str) -> None:
    """Everything that a milder outcome needs."""
    story.given("state-case", case(), ASSESSOR)
    story.given("state-elicitation", elicitation(assessment_id=id_), ASSESSOR)
    story.given("submit-report", report(assessment_id=id_), ASSESSOR)


def decide(story: Story, model: str, threshold: str, outcome: str, **changes: Any) -> Fact:
    """By CEO and RSO; without an assessment when none is named."""
    data = decision(outcome, model_id=model, threshold=threshold) | {"assessment_id": None} | changes
    if data["assessment_id"] is None:
        data["report_digest"] = None
    return story.given("decide-capability", {k: v for k, v in data.items() if v is not None}, CEO, RSO)


def assess(
    story: Story,
    model: str,
    outcomes: dict[str, str],
    *,
    ended: str,
    decided: str,
    kind: str = "comprehensive",
) -> str:
    """A whole assessment, opened where the story stands."""
    id_ = open_(story, model, list(outcomes), kind)
    end(story.on(ended), id_)
    submit(story.on(decided), id_)
    for threshold, outcome in outcomes.items():
        decide(story, model, threshold, outcome, assessment_id=id_)
    return id_
