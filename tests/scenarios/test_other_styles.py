"""Gates of levels (1.0) and of risk reports (3.x) (DOMAIN §5)."""

from __future__ import annotations

import pytest

from tests.adoption import board
from tests.engine.heron import decide, end, founded, measured, open_
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO
from tests.scenarios.story import ask, codes, corrected, deployed, noon, unbitten
from tests.subjects import safe
from tests.subjects.test_determinations import result
from tests.subjects.test_pauses import pause

STANDARDS = [
    {"standard": "ASL-2-CONTAINMENT", "models": ["*"], "surfaces": ["*"]},
    {"standard": "ASL-2-DEPLOYMENT", "models": ["*"], "surfaces": ["*"]},
]
CONTAINED, DEPLOYED = "SAFEGUARD_MISSING:ASL-3-CONTAINMENT", "SAFEGUARD_MISSING:ASL-3-DEPLOYMENT"


@pytest.fixture
def levels() -> Story:
    model = {"model_id": "heron-3", "surfaces": ["general"], "thresholds": []}
    position = {"models": [model], "standards": STANDARDS, "testing_ended": "2024-12-09T17:00:00.000000Z"}
    return founded("1.0", position)


def test_inside_use_is_use_under_one(levels: Story) -> None:
    deployed(levels, "heron-9", "internal_research")
    assert "DEPLOYED_WITHOUT_GATE" in codes(levels)


@pytest.mark.parametrize("outcome", ["reached", "not_shown"])
def test_a_triggered_level_asks_for_its_measures_and_for_the_level_after(levels: Story, outcome: str) -> None:
    decide(levels, "heron-4", "ASL3-AUTONOMY", outcome)
    assert ask(levels, "store").denials() == [CONTAINED]
    assert ask(levels, "deploy").denials() == [CONTAINED, DEPLOYED]
    assert ask(levels, "train").denials() == [CONTAINED, "STANDARD_UNDEFINED:ASL-4"]
    safe.satisfy(levels, "ASL-3-CONTAINMENT")
    safe.satisfy(levels, "ASL-3-DEPLOYMENT")
    assert ask(levels, "deploy").permitted
    assert ask(levels, "train").denials() == ["STANDARD_UNDEFINED:ASL-4"]


@pytest.mark.parametrize(
    ("mult", "flagged", "denied"),
    [("3.9", False, False), ("4.0", True, False), ("5.99", True, False), ("6.01", True, True)],
)
def test_the_buffer_flags_at_four_and_denies_past_six(
    levels: Story, mult: str, flagged: bool, denied: bool
) -> None:
    measured(levels, "heron-4", "heron-3", mult)
    verdict = ask(levels, "train")
    assert bool([x for x in verdict.flags() if x.startswith("ASSESSMENT")]) is flagged
    assert verdict.denials() == (["BUFFER_SPENT"] if denied else [])


def test_an_evaluation_under_way_does_not_refill_the_buffer_and_its_end_does(levels: Story) -> None:
    measured(levels, "heron-4", "heron-3", "6.5")
    id_ = open_(levels, "heron-4", ["ASL3-MISUSE"], "evaluation")
    assert ask(levels, "train").denials() == ["BUFFER_SPENT"]
    end(levels, id_)
    assert ask(levels, "train").permitted


def test_the_fifty_percent_line_called_yellow_is_a_finding_and_triggers_all_the_same(levels: Story) -> None:
    id_ = open_(levels, "heron-4", ["ASL3-AUTONOMY"], "evaluation")
    line = {"id": "AUT-50", "kind": "yellow", "op": ">=", "value": "0.50"}
    fact = levels.given(
        "record-result", result("0.60", line=line, threshold="ASL3-AUTONOMY", assessment_id=id_), ASSESSOR
    )
    assert "LINE_KIND_MISMATCH" in codes(levels)
    corrected(levels.on("2025-02-10"), fact, "/line/kind", "yellow", "red", kind="line_kind")
    assert "LINE_KIND_MISMATCH" not in codes(levels)
    assert "LINE_KIND_MISMATCH" in codes(levels, known_at=noon("2025-02-01"))
    # what the policy declares red is red whatever an entry calls it: a wrong word buys no time
    assert CONTAINED in ask(levels, "store", known_at=noon("2025-02-01")).denials()
    assert CONTAINED in ask(levels, "store").denials()


@pytest.mark.parametrize("version", ["3.0", "3.1", "3.2", "3.3", "3.4"])
def test_without_a_risk_report_nothing_goes_public_and_nothing_else_is_stopped(version: str) -> None:
    story = unbitten(board(version))
    decide(story, "heron-4", "CB-1", "reached")
    assert ask(story, "deploy").denials() == ["NO_RISK_REPORT"]
    assert ask(story, "train").permitted
    assert ask(story, "store").permitted


@pytest.mark.parametrize("cause", ["leader_delay", "match_delay"])
def test_a_delay_of_the_appendix_stops_training_and_deploying(cause: str) -> None:
    story = board("3.4")
    condition = {"check": "threshold_below", "text": "below", "model_id": "heron-4", "threshold": "AUTO-RND"}
    data = pause(
        cause=cause,
        scope={"actions": ["train", "deploy"], "models": ["heron-4"]},
        begins_at=story.world.now,
        resumption_conditions=[condition],
    )
    story.given("declare-pause", data, RSO)
    assert "PAUSE_ACTIVE" in ask(story, "deploy").denials()
    assert ask(story, "train").denials() == ["PAUSE_ACTIVE"]
    assert ask(story, "store").permitted
    assert story.when("lift-pause", {"pause_id": "pa-1"}, CEO, RSO) == ["G-PAU-2"]
