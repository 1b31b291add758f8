"""Findings on assessments that are due, each with its other side (DOMAIN §5 step 2, §7)."""

from __future__ import annotations

import pytest

from ledger.engine.findings import findings
from ledger.engine.occasions import occasions, on
from tests.engine.heron import assess, decide, end, founded, inherit, measured, open_, preliminary, submit
from tests.given import Story
from tests.kit import RSO

BOTH = {"CBRN-3": "not_shown", "MODEL-AUTONOMY": "checkpoint_not_reached"}


def codes(story: Story, code: str, day: str | None = None) -> list[int]:
    view = story.register.at(f"{day}T23:59:59.999999Z") if day else story.view
    return [x.index for x in findings(view) if x.code == code]


def test_assessment_due_raised_for_the_model_that_meets_the_multiple() -> None:
    story = founded()
    fact = measured(story, "heron-4", "heron-3", "4.41")
    assert codes(story, "ASSESSMENT_DUE") == [fact.index]


def test_assessment_due_raised_once_when_six_months_have_passed() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert codes(story, "ASSESSMENT_DUE", "2025-06-08") == []
    assert codes(story, "ASSESSMENT_DUE", "2025-06-09") == [0]


def test_assessment_due_not_raised_once_it_is_decided() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    assert codes(story, "ASSESSMENT_DUE") == []


def test_assessment_overdue_raised_a_month_after_the_trigger() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    assert codes(story, "ASSESSMENT_OVERDUE", "2025-03-18") == [1]
    found = [
        x
        for x in findings(story.register.at("2025-03-18T12:00:00.000000Z"))
        if x.code == "ASSESSMENT_OVERDUE"
    ]
    assert (found[0].since, "should" in found[0].why) == ("2025-03-18T00:00:00.000000Z", True)


def test_assessment_overdue_not_raised_on_the_last_day_nor_where_the_policy_names_no_time() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    assert codes(story, "ASSESSMENT_OVERDUE", "2025-03-17") == []
    older = founded("1.0").on("2025-02-17")
    measured(older, "heron-4", "heron-3", "4.41")
    assert codes(older, "ASSESSMENT_OVERDUE", "2025-12-01") == []


@pytest.mark.parametrize(
    ("mult", "months", "raised"),
    [
        ("2.1", 1, False),
        ("2.2", 1, False),
        ("2.3", 1, True),
        ("1.9", 1, True),
        ("2.1", 0, True),
        ("2.1", 2, False),
    ],
)
def test_prelim_contradicted_raised_when_multiple_or_months_differ(
    mult: str, months: int, raised: bool
) -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    preliminary(story, "heron-3.5", "heron-3", mult, months_elapsed=months)
    assert bool(codes(story, "PRELIM_CONTRADICTED")) is raised


@pytest.mark.parametrize("notably", [True, False])
def test_prelim_contradicted_raised_when_the_multiple_makes_it_notably_more_capable(notably: bool) -> None:
    story = founded()
    measured(story, "heron-4", "heron-3", "4.41")
    preliminary(story, "heron-4", "heron-3", "4.41", notably_more_capable=notably)
    assert bool(codes(story, "PRELIM_CONTRADICTED")) is not notably


def test_prelim_contradicted_not_raised_by_what_was_measured_later() -> None:
    story = founded()
    measured(story, "heron-4", "heron-3", "2.1")
    preliminary(story, "heron-4", "heron-3", "2.1")
    measured(story.on("2025-02-17"), "heron-4", "heron-3", "4.41")
    assert codes(story, "PRELIM_CONTRADICTED") == []


def test_rests_on_opening_statement_raised_for_stated_models_and_their_heirs() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    assert codes(story, "RESTS_ON_OPENING_STATEMENT") == [0, story.register.size - 1]


def test_rests_on_opening_statement_not_raised_for_what_was_assessed_here() -> None:
    story = founded(position=None).on("2025-02-17")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    measured(story, "heron-4.1", "heron-4", "1.2")
    assert inherit(story, "heron-4.1", "heron-4", "1.2") == []
    assert codes(story, "RESTS_ON_OPENING_STATEMENT") == []


def test_1_an_occasion_is_answered_by_the_assessment_of_its_model_and_stays_on_the_list() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    (found,) = occasions(story.view)
    assert (found.trigger, found.model, found.reached_at[:10]) == ("EC4X", "heron-4", "2025-02-17")
    assert found.answer is not None
    assert found.answer.at[:10] == "2025-03-20"


def test_1_another_models_assessment_answers_what_it_makes_light() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-3.9", "heron-3", "4.1")
    measured(story, "heron-4", "heron-3.9", "1.1")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    found = {x.model: x.answer.at[:10] for x in occasions(story.view) if x.answer}
    assert found == {"heron-3.9": "2025-03-20", "heron-4": "2025-03-20"}


def test_2_it_is_not_answered_while_another_threshold_of_the_policy_is_undetermined() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    id_ = open_(story, "heron-4", ["CBRN-3"])
    end(story.on("2025-03-14"), id_)
    submit(story.on("2025-03-20"), id_)
    decide(story, "heron-4", "CBRN-3", "not_shown", assessment_id=id_)
    assert [x.answer for x in occasions(story.view)] == [None]
    decide(story.on("2025-03-25"), "heron-4", "MODEL-AUTONOMY", "checkpoint_reached")
    assert [x.answer for x in occasions(story.view)] == [None]
    decide(story.on("2025-03-26"), "heron-4", "AI-RND-4", "reached")
    assert [x.answer.at[:10] for x in occasions(story.view) if x.answer] == ["2025-03-26"]


def test_2_the_follow_up_may_be_left_for_later() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    assert [bool(x.answer) for x in occasions(story.view)] == [True]


def test_3_six_months_are_one_occasion_that_any_complete_assessment_answers() -> None:
    story = founded().on("2025-05-20")
    measured(story, "heron-3.5", "heron-3", "2.1")
    assess(story, "heron-3.5", BOTH, ended="2025-06-20", decided="2025-07-01")
    (found,) = occasions(story.view)
    assert (found.trigger, found.model, found.reached_at[:10]) == ("CAL6M", "", "2025-06-09")
    assert found.answer is not None
    assert found.answer.at[:10] == "2025-07-01"
    assert not occasions(on(story.view, "2025-06-08T23:59:59.000000Z"))


def test_an_rso_call_is_an_occasion() -> None:
    story = founded().on("2025-02-17")
    story.given("call-assessment", {"model_id": "heron-3", "reason": "doubts"}, RSO)
    assert [(x.trigger, x.model) for x in occasions(story.view)] == [("RSO", "heron-3")]
