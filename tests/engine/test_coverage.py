"""Coverage: what counts as comprehensively assessed, from whom a model inherits, and when an assessment is due."""

from __future__ import annotations

import pytest

from ledger.engine.coverage import covered, heir, known_models, last_comprehensive, triggers
from tests.engine.heron import (
    TESTED,
    assess,
    decide,
    end,
    founded,
    inherit,
    measured,
    open_,
    submit,
)
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO

BOTH = {"CBRN-3": "not_shown", "MODEL-AUTONOMY": "checkpoint_not_reached"}


def met(story: Story, model: str) -> dict[str, str]:
    return {t.id: t.reached_at[:10] for t in triggers(story.view, model) if t.met}


def test_1_the_opening_position_counts_as_a_comprehensive_assessment() -> None:
    story = founded()
    found = covered(story.view, "heron-3")
    assert (found.kind, found.model, found.since) == ("opening", "heron-3", TESTED)
    assert last_comprehensive(story.view, "heron-4") == "heron-3"


def test_without_an_opening_position_nothing_is_covered() -> None:
    story = founded(position=None)
    assert covered(story.view, "heron-3").kind == "none"
    assert last_comprehensive(story.view, "heron-3") is None
    assert triggers(story.view, "heron-3") == []


def test_1_tested_and_reported_is_not_yet_assessed_until_every_threshold_named_is_decided() -> None:
    story = founded().on("2025-02-17")
    id_ = open_(story, "heron-4", list(BOTH))
    end(story.on("2025-03-14"), id_)
    submit(story.on("2025-03-20"), id_)
    decide(story, "heron-4", "CBRN-3", "not_shown", assessment_id=id_)
    assert covered(story.view, "heron-4").kind == "none"
    decide(story, "heron-4", "MODEL-AUTONOMY", "checkpoint_not_reached", assessment_id=id_)
    assert covered(story.view, "heron-4").kind == "own"
    assert last_comprehensive(story.view, "heron-5") == "heron-4"


def test_1_decided_before_testing_ended_is_not_yet_assessed() -> None:
    story = founded().on("2025-02-17")
    id_ = open_(story, "heron-4", ["CBRN-3"])
    decide(story, "heron-4", "CBRN-3", "not_shown", assessment_id=id_)
    assert covered(story.view, "heron-4").kind == "none"
    end(story, id_)
    assert covered(story.view, "heron-4").kind == "own"


def test_1_a_provisional_decision_stops_and_completes_nothing() -> None:
    story = founded().on("2025-02-17")
    id_ = open_(story, "heron-4", ["CBRN-3"])
    end(story, id_)
    decide(story, "heron-4", "CBRN-3", "not_shown", provisional=True)
    assert covered(story.view, "heron-4").kind == "none"


def test_1_what_was_decided_before_the_opening_decides_nothing_of_it() -> None:
    story = founded().on("2025-02-17")
    decide(story, "heron-4", "CBRN-3", "not_shown")
    end(story, open_(story, "heron-4", ["CBRN-3"]))
    assert covered(story.view, "heron-4").kind == "none"


@pytest.mark.parametrize("kind", ["follow_up", "preliminary", "ongoing_watch", "evaluation"])
def test_1_only_the_policys_full_kind_counts(kind: str) -> None:
    story = founded().on("2025-02-17")
    assess(story, "heron-4", {"CBRN-3": "not_shown"}, ended="2025-03-14", decided="2025-03-20", kind=kind)
    assert covered(story.view, "heron-4").kind == "none"


def test_1_a_cancelled_assessment_covers_nothing() -> None:
    story = founded().on("2025-02-17")
    id_ = assess(story, "heron-4", {"CBRN-3": "not_shown"}, ended="2025-03-14", decided="2025-03-20")
    story.given("cancel-assessment", {"assessment_id": id_, "reason": "contaminated"}, ASSESSOR)
    assert covered(story.view, "heron-4").kind == "none"


@pytest.mark.parametrize(("anew", "kind"), [(False, "own"), (True, "none")])
def test_1_after_a_revocation_a_new_decision_completes_it_unless_a_new_assessment_is_asked_for(
    anew: bool, kind: str
) -> None:
    story = founded().on("2025-02-17")
    assess(story, "heron-4", {"CBRN-3": "not_shown"}, ended="2025-03-14", decided="2025-03-20")
    revoked = {"model_id": "heron-4", "threshold": "CBRN-3", "reason": "x", "new_assessment_required": anew}
    story.given("revoke-determination", revoked, CEO, RSO)
    assert covered(story.view, "heron-4").kind == "none"
    decide(story, "heron-4", "CBRN-3", "reached")
    assert covered(story.view, "heron-4").kind == kind


def test_2_steps_multiply_up_to_the_last_comprehensively_assessed_model() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert met(story, "heron-3.5") == {}
    measured(story.on("2025-02-17"), "heron-4", "heron-3.5", "2.1")
    assert met(story, "heron-4") == {"EC4X": "2025-02-17"}


@pytest.mark.parametrize(
    ("mult", "high", "due"),
    [("4.0", None, True), ("3.9999", None, False), ("3.6", "4.0", True), ("3.6", "3.9", False)],
)
def test_2_a_multiple_is_compared_inclusively_at_its_upper_bound(
    mult: str, high: str | None, due: bool
) -> None:
    story = founded()
    bounds = {"uncertainty": {"low": "3.0", "high": high}} if high else {}
    measured(story, "heron-4", "heron-3", mult, **bounds)
    assert ("EC4X" in met(story, "heron-4")) is due


def test_2_the_multiple_counts_against_the_newest_model_once_that_is_assessed() -> None:
    story = founded()
    measured(story, "heron-4", "heron-3", "4.41")
    measured(story, "heron-5", "heron-4", "1.3")
    assert "EC4X" in met(story, "heron-5")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    assert met(story, "heron-5") == {}
    assert met(story, "heron-4") == {}


def test_2_a_planned_multiple_triggers_nothing() -> None:
    story = founded()
    plan = [{"baseline_model": "heron-3", "mult": "9"}]
    story.given("start-run", {"run_id": "r", "model_id": "heron-9", "planned_multiple": plan}, ASSESSOR)
    assert met(story, "heron-9") == {}


def test_six_months_count_from_the_end_of_testing_in_days() -> None:
    story = founded().on("2025-02-17")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    view = story.register
    before, on_it = view.at("2025-09-13T23:59:59.999999Z"), view.at("2025-09-14T00:00:00.000000Z")
    assert [t.met for t in triggers(before, "heron-5")] == [False]
    assert [(t.id, t.met) for t in triggers(on_it, "heron-5")] == [("CAL6M", True)]


def test_4_own_coverage_does_not_age_and_carries_the_flag() -> None:
    story = founded().on("2025-02-17")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    later = story.register.at("2026-03-01T00:00:00.000000Z")
    assert covered(later, "heron-4").kind == "own"
    assert [t.id for t in triggers(later, "heron-4") if t.met] == ["CAL6M"]


def test_4_another_models_trigger_does_not_end_the_opening_position() -> None:
    story = founded()
    measured(story, "heron-4", "heron-3", "9")
    assert covered(story.view, "heron-3").kind == "opening"


def test_an_rso_call_stands_until_an_assessment_opened_after_it_is_complete() -> None:
    story = founded().on("2025-02-17")
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    story.given("call-assessment", {"model_id": "heron-4", "reason": "doubts"}, RSO)
    assert met(story, "heron-4") == {"RSO": "2025-03-20"}
    assert met(story, "heron-3") == {}
    assess(story, "heron-4", {"CBRN-3": "reached"}, ended="2025-04-14", decided="2025-04-20")
    assert met(story, "heron-4") == {}


def test_under_1_0_an_evaluation_is_complete_with_its_tests_and_three_months_count() -> None:
    story = founded("1.0").on("2025-02-17")
    end(story, open_(story, "heron-4", ["ASL3-MISUSE"], "evaluation"))
    assert covered(story.view, "heron-4").kind == "own"
    later = story.register.at("2025-05-17T00:00:00.000000Z")
    assert [(t.id, t.reached_at[:10]) for t in triggers(later, "heron-4") if t.met] == [
        ("CAL3M", "2025-05-17")
    ]


def test_under_1_0_a_model_that_grows_since_it_was_evaluated_is_due_again() -> None:
    story = founded("1.0").on("2025-02-17")
    measured(story, "heron-4", "heron-3", "2")
    end(story, open_(story, "heron-4", ["ASL3-MISUSE"], "evaluation"))
    measured(story.on("2025-03-01"), "heron-4", "heron-3", "7.9")
    assert met(story, "heron-4") == {}
    measured(story.on("2025-03-10"), "heron-4", "heron-3", "8")
    assert met(story, "heron-4") == {"EC4X": "2025-03-10"}


def test_3_an_inheritance_ends_when_measurements_reach_the_multiple() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    assert (heir(story.view, "heron-3.5"), covered(story.view, "heron-3.5").kind) == ("heron-3", "inherited")
    measured(story, "heron-3.5", "heron-3", "4")
    assert (heir(story.view, "heron-3.5"), covered(story.view, "heron-3.5").kind) == (None, "none")


def test_3_an_inheritance_from_an_heir_ends_with_the_first() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    measured(story, "heron-3.6", "heron-3.5", "1.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    assert inherit(story, "heron-3.6", "heron-3.5") == []
    found = covered(story.view, "heron-3.6")
    assert (found.kind, found.model) == ("inherited", "heron-3")
    measured(story, "heron-3.5", "heron-3", "4")
    assert covered(story.view, "heron-3.6").kind == "none"


def test_3_a_model_keeps_what_it_inherited_when_six_months_pass() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    assert heir(story.register.at("2025-12-01T00:00:00.000000Z"), "heron-3.5") == "heron-3"


def test_models_are_known_from_the_position_measurements_runs_and_assessments() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    open_(story, "heron-4", ["CBRN-3"])
    assert known_models(story.view) == ["heron-3", "heron-3.5", "heron-4"]
