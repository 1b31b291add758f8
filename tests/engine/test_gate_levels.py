"""The gate with safety levels (1.0): levels, containment, the next level's definition, and the buffer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.gates import ask
from tests.engine.heron import decide, end, founded, measured, open_
from tests.given import ASSESSOR, Story
from tests.subjects import safe
from tests.subjects.test_determinations import correct, result

CONTAINMENT, DEPLOYMENT = "ASL-3-CONTAINMENT", "ASL-3-DEPLOYMENT"
AUT_50 = {"id": "AUT-50", "kind": "red", "op": ">=", "value": "0.50"}
STANDARDS = [
    {"standard": "ASL-2-CONTAINMENT", "models": ["*"], "surfaces": ["*"]},
    {"standard": "ASL-2-DEPLOYMENT", "models": ["*"], "surfaces": ["*"]},
]


@pytest.fixture
def story() -> Story:
    """Heron 3 evaluated and at the base level."""
    model = {"model_id": "heron-3", "surfaces": ["general"], "thresholds": []}
    position = {"models": [model], "standards": STANDARDS, "testing_ended": "2024-12-09T17:00:00.000000Z"}
    return founded("1.0", position)


def trigger(story: Story) -> None:
    decide(story, "heron-4", "ASL3-MISUSE", "reached")


def test_1_the_base_level_needs_the_base_measures_alone(story: Story) -> None:
    for action in ("train", "store", "deploy"):
        assert ask(story, action, "heron-3").denials() == []


def test_2_a_triggered_level_needs_its_containment_and_for_deploying_its_deployment_measures(
    story: Story,
) -> None:
    trigger(story)
    missing = f"SAFEGUARD_MISSING:{CONTAINMENT}"
    assert ask(story, "store").denials() == [missing]
    assert ask(story, "deploy").denials() == [missing, f"SAFEGUARD_MISSING:{DEPLOYMENT}"]
    assert ask(story, "train").denials() == [missing, "STANDARD_UNDEFINED:ASL-4"]
    rules = {r.code: r.rule for r in ask(story, "train").reasons if r.denies}
    assert rules == {missing: "R10-G-TRAIN-1", "STANDARD_UNDEFINED:ASL-4": "R10-G-TRAIN-1"}
    safe.satisfy(story, CONTAINMENT)
    assert ask(story, "store").permitted
    assert ask(story, "deploy").denials() == [f"SAFEGUARD_MISSING:{DEPLOYMENT}"]


def test_3_training_past_a_level_waits_for_the_next_one_to_be_defined(story: Story) -> None:
    trigger(story)
    safe.satisfy(story, CONTAINMENT)
    assert ask(story, "train").denials() == ["STANDARD_UNDEFINED:ASL-4"]


def test_1_a_crossed_red_line_triggers_as_corrected(story: Story) -> None:
    id_ = open_(story, "heron-4", ["ASL3-AUTONOMY"], "evaluation")
    line = AUT_50 | {"value": "0.60"}
    data = result("0.52", line=line, threshold="ASL3-AUTONOMY", assessment_id=id_)
    fact = story.given("record-result", data, ASSESSOR)
    assert ask(story, "store").permitted
    correct(story, fact, "/line/value", "0.60", "0.50")
    assert ask(story, "store").denials() == [f"SAFEGUARD_MISSING:{CONTAINMENT}"]


@pytest.mark.parametrize(("mult", "code"), [("3.9", None), ("4.0", "flag"), ("5.9", "flag"), ("6.0", "deny")])
def test_4_a_buffer_flags_from_the_trigger_on_and_denies_past_its_end(
    story: Story, mult: str, code: str | None
) -> None:
    found = ask(story, "train", "heron-5", planned=(("heron-3", mult),))
    assert ("ASSESSMENT_DUE" in found.flags()) == (code == "flag")
    assert found.denials() == (["BUFFER_SPENT"] if code == "deny" else [])


def test_4_an_ended_evaluation_starts_the_buffer_anew_and_one_under_way_does_not(story: Story) -> None:
    measured(story, "heron-4", "heron-3", "6.5")
    run: dict[str, Any] = {"planned": (("heron-3", "6.5"),)}
    id_ = open_(story, "heron-4", ["ASL3-MISUSE"], "evaluation")
    denied = ask(story, "train", "heron-4", **run)
    assert denied.denials() == ["BUFFER_SPENT"]
    assert "under way" in denied.reasons[-1].cure or "under way" in denied.reasons[0].cure
    end(story.on("2025-01-25"), id_)
    story.on("2025-01-26")
    assert ask(story, "train", "heron-4").denials() == []
    measured(story.on("2025-02-10"), "heron-4", "heron-3", "40")
    assert ask(story, "train", "heron-4").denials() == ["BUFFER_SPENT"]


def test_4_three_months_without_an_evaluation_flag(story: Story) -> None:
    assert ask(story, "train", "heron-3", as_of="2025-03-08T23:00:00.000000Z").flags() == []
    assert ask(story, "train", "heron-3", as_of="2025-03-10T00:00:00.000000Z").flags() == ["ASSESSMENT_DUE"]


def test_what_was_never_evaluated_is_flagged() -> None:
    story = founded("1.0", {"models": [], "standards": STANDARDS})
    assert ask(story, "deploy", "heron-9").flags() == ["NO_COVERING_ASSESSMENT"]
