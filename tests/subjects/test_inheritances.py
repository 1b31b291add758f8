"""Inheritance: no lighter parent may be picked, and nothing may be due (DOMAIN §4.4, G-DET-5)."""

from __future__ import annotations

import pytest

from tests.engine.heron import assess, founded, inherit, measured, preliminary
from tests.given import Story
from tests.kit import CEO, RSO

BOTH = {"CBRN-3": "not_shown", "MODEL-AUTONOMY": "checkpoint_not_reached"}


@pytest.fixture
def story() -> Story:
    """Heron 3 stated at founding, Heron 3.5 measured at 2.1 times it."""
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    return story


@pytest.fixture
def later(story: Story) -> Story:
    """Heron 4 assessed, Heron 4.1 measured at 1.2 times it."""
    measured(story, "heron-4", "heron-3.5", "2.1")
    assess(story.on("2025-02-17"), "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    measured(story, "heron-4.1", "heron-4", "1.2")
    return story


def test_g_det_5_allows_the_short_path_from_the_last_comprehensively_assessed_model(story: Story) -> None:
    assert inherit(story, "heron-3.5", "heron-3") == []


def test_g_det_5_allows_a_model_that_inherits_from_it_itself(later: Story) -> None:
    measured(later, "heron-4.2", "heron-4.1", "1.1")
    assert inherit(later, "heron-4.1", "heron-4") == []
    assert inherit(later, "heron-4.2", "heron-4.1") == []


def test_g_det_5_allows_a_heavier_covered_model(later: Story) -> None:
    measured(later, "heron-4-mini", "heron-4", "0.2")
    measured(later, "heron-3-mini", "heron-3", "1.0")
    assert inherit(later, "heron-4-mini", "heron-4") == []
    assert inherit(later, "heron-3-mini", "heron-3") == []


def test_g_det_5_refuses_a_lighter_parent(later: Story) -> None:
    assert inherit(later, "heron-4.1", "heron-3") == ["G-DET-5"]
    assert "lighter" in later.refusals[0].reason
    assert "heron-4" in later.refusals[0].cure


@pytest.mark.parametrize(("mult", "refused"), [("3.99", []), ("4.0", ["G-DET-5"])])
def test_g_det_5_refuses_a_model_at_the_multiple_of_the_policy(mult: str, refused: list[str]) -> None:
    story = founded()
    measured(story, "heron-4", "heron-3", mult)
    assert inherit(story, "heron-4", "heron-3") == refused


def test_g_det_5_refuses_by_the_upper_bound() -> None:
    story = founded()
    measured(story, "heron-4", "heron-3", "3.5", uncertainty={"low": "3.0", "high": "4.1"})
    assert inherit(story, "heron-4", "heron-3") == ["G-DET-5"]


def test_g_det_5_refuses_what_no_chain_of_measurements_connects() -> None:
    story = founded()
    measured(story, "heron-4", "kestrel-1", "1.1")
    assert inherit(story, "heron-4", "heron-3") == ["G-DET-5"]
    assert "heron-3" in story.refusals[0].reason


def test_g_det_5_refuses_after_six_months(story: Story) -> None:
    assert inherit(story.on("2025-06-09"), "heron-3.5", "heron-3") == ["G-DET-5"]
    assert "CAL6M" in story.refusals[0].reason
    assert inherit(story.on("2025-06-10"), "heron-3.5", "heron-3") == ["G-DET-5"]


def test_g_det_5_allows_the_day_before(story: Story) -> None:
    assert inherit(story.on("2025-06-08"), "heron-3.5", "heron-3") == []


@pytest.mark.parametrize("called", ["heron-3.5", "heron-3"])
def test_g_det_5_refuses_while_the_rso_calls_for_an_assessment(story: Story, called: str) -> None:
    story.given("call-assessment", {"model_id": called, "reason": "doubts"}, RSO)
    assert inherit(story, "heron-3.5", "heron-3") == ["G-DET-5"]


def test_g_det_5_refuses_without_a_preliminary_assessment_of_the_model(story: Story) -> None:
    other = preliminary(story, "heron-4", "heron-3", "1")
    assert inherit(story, "heron-3.5", "heron-3", preliminary_id=other.id) == ["G-DET-5"]
    assert inherit(story, "heron-3.5", "heron-3", preliminary_id="01KB0000000000000000000000") == ["G-DET-5"]


def test_g_det_5_refuses_a_model_that_is_called_notably_more_capable(story: Story) -> None:
    fact = preliminary(story, "heron-3.5", "heron-3", "2.1", notably_more_capable=True)
    assert inherit(story, "heron-3.5", "heron-3", preliminary_id=fact.id) == ["G-DET-5"]


def test_g_det_5_refuses_itself_and_circles(story: Story) -> None:
    measured(story, "heron-3.6", "heron-3.5", "1.0")
    assert inherit(story, "heron-3.5", "heron-3.5") == ["G-DET-5"]
    assert inherit(story, "heron-3.5", "heron-3.6") == ["G-DET-5"]
    assert inherit(story, "heron-3.5", "heron-3") == []
    assert inherit(story, "heron-3.6", "heron-3.5") == []
    assert inherit(story, "heron-3.5", "heron-3.6") == ["G-DET-5"]


@pytest.mark.parametrize("version", ["1.0", "3.4", None])
def test_g_det_5_refuses_where_the_policy_lets_nothing_inherit(version: str | None) -> None:
    story = founded(version)
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == ["G-DET-5"]


def test_g_det_5_refuses_where_nothing_was_assessed_yet() -> None:
    story = founded(position=None)
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == ["G-DET-5"]


def test_g_det_8_refuses_somebody_else(story: Story) -> None:
    fact = preliminary(story, "heron-3.5", "heron-3", "2.1")
    data = {"model_id": "heron-3.5", "from_model": "heron-3", "preliminary_id": fact.id}
    assert story.when("inherit-determination", data, CEO) == ["G-DET-8"]


def test_g_det_8_allows_the_rso(story: Story) -> None:
    assert inherit(story, "heron-3.5", "heron-3") == []
