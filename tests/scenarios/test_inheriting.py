"""Whose states a model has: measured in steps, inherited, revoked, corrected (DOMAIN §4.2 to §4.4, §5.2 and §5.3)."""

from __future__ import annotations

import pytest

from tests.engine.gates import share_all
from tests.engine.heron import assess, decide, end, inherit, measured, open_, submit
from tests.kit import RSO
from tests.scenarios.story import (
    BELOW,
    NO_DEPLOYMENT,
    NO_SECURITY,
    ask,
    assessed,
    corrected,
    noon,
    opened,
    outcome,
    revoke,
)
from tests.subjects import safe
from tests.subjects.test_determinations import decision


@pytest.mark.parametrize(
    ("steps", "refused"), [(("1.9", "2.1"), False), (("2.0", "2.0"), True), (("2.1", "2.1"), True)]
)
def test_two_small_steps_may_add_up_to_an_assessment(steps: tuple[str, str], refused: bool) -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", steps[0])
    assert inherit(story, "heron-3.5", "heron-3", steps[0]) == []
    measured(story, "heron-4", "heron-3.5", steps[1])
    assert inherit(story, "heron-4", "heron-3.5", steps[1]) == (["G-DET-5"] if refused else [])
    assert ask(story, "deploy").permitted is not refused
    if refused:
        assert ask(story, "deploy").denials() == ["NO_COVERING_ASSESSMENT"]
        assert ask(story, "store").permitted
        assert "NO_COVERING_ASSESSMENT" in ask(story, "store").flags()
    else:
        assert "RESTS_ON_OPENING_STATEMENT" in ask(story, "deploy").marks


def test_the_upper_bound_of_an_uncertain_measurement_decides() -> None:
    story = opened()
    measured(story, "heron-4", "heron-3", "3.8", uncertainty={"low": "3.5", "high": "4.1"})
    assert inherit(story, "heron-4", "heron-3", "3.8") == ["G-DET-5"]


def test_nothing_new_inherits_after_six_months_but_what_inherited_keeps_its_cover() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "1.2")
    assert inherit(story, "heron-3.5", "heron-3", "1.2") == []
    measured(story.on("2025-06-11"), "heron-3.6", "heron-3", "1.2")
    assert inherit(story, "heron-3.6", "heron-3", "1.2") == ["G-DET-5"]
    verdict = ask(story, "deploy", "heron-3.5")
    assert verdict.permitted
    assert "ASSESSMENT_DUE" in verdict.flags()


def test_a_new_measurement_ends_an_inheritance_from_its_day_on_and_not_before() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3", "2.1") == []
    measured(story.on("2025-02-17"), "heron-3.5", "heron-3", "4.2")
    assert ask(story, "deploy", "heron-3.5").denials() == ["NO_COVERING_ASSESSMENT"]
    assert ask(story, "deploy", "heron-3.5", as_of=noon("2025-02-01")).permitted
    assert ask(story, "deploy", "heron-3.5", known_at=noon("2025-02-01")).permitted


def test_a_measurement_corrected_down_lets_the_model_inherit_and_what_was_known_stays() -> None:
    story = opened()
    fact = measured(story, "heron-4", "heron-3", "4.2")
    assert inherit(story, "heron-4", "heron-3", "4.2") == ["G-DET-5"]
    corrected(story.on("2025-02-10"), fact, "/mult", "4.2", "2.4")
    assert inherit(story, "heron-4", "heron-3", "2.4") == []
    assert ask(story, "deploy").permitted
    assert not ask(story, "deploy", known_at=noon("2025-02-09")).permitted


def test_an_heir_does_not_keep_what_its_source_has_lost() -> None:
    story = assessed()
    measured(story, "heron-4.1", "heron-4", "1.2")
    assert inherit(story, "heron-4.1", "heron-4", "1.2") == []
    assert ask(story, "deploy", "heron-4.1").permitted
    revoke(story.on("2025-04-02"), "heron-4", "CBRN-3")
    for model in ("heron-4", "heron-4.1"):
        assert outcome(story, model, "CBRN-3") == "undetermined"
        assert "NO_COVERING_ASSESSMENT" in ask(story, "deploy", model).denials()
        assert ask(story, "store", model).permitted
    assert ask(story, "deploy", "heron-4.1", as_of=noon("2025-04-01")).permitted


def test_no_older_word_revives_after_a_revocation() -> None:
    story = opened()
    assert outcome(story, "heron-3", "CBRN-3") == "below"
    decide(story, "heron-3", "CBRN-3", "not_shown")
    assert outcome(story, "heron-3", "CBRN-3") == "not_shown"
    revoke(story, "heron-3", "CBRN-3")
    assert outcome(story, "heron-3", "CBRN-3") == "undetermined"
    assert "NO_COVERING_ASSESSMENT" in ask(story, "deploy", "heron-3").denials()


def test_no_lighter_parent_may_be_picked() -> None:
    story = assessed(CBRN_3="not_shown")
    measured(story, "heron-5", "heron-4", "1.1")
    assert inherit(story, "heron-5", "heron-3", "1.1") == ["G-DET-5"]
    assert inherit(story, "heron-5", "heron-4", "1.1") == []
    assert outcome(story, "heron-5", "CBRN-3") == "not_shown"
    assert NO_DEPLOYMENT in ask(story, "deploy", "heron-5").denials()


def test_a_model_that_is_lighter_than_a_source_may_inherit_from_it() -> None:
    story = assessed()
    measured(story, "heron-mini", "heron-4", "0.3")
    assert inherit(story, "heron-mini", "heron-4", "0.3") == []


def test_a_hand_that_stops_takes_no_heirs_cover_away() -> None:
    story = assessed()
    measured(story, "heron-4.1", "heron-4", "1.2")
    assert inherit(story, "heron-4.1", "heron-4", "1.2") == []
    data = decision("not_shown", provisional=True)
    stop = {k: v for k, v in data.items() if k not in ("assessment_id", "report_digest")}
    story.given("decide-capability", stop, RSO)
    share_all(story)
    for model in ("heron-4", "heron-4.1"):
        verdict = ask(story, "deploy", model)
        assert set(verdict.denials()) == {"FOLLOW_UP_MISSING", NO_SECURITY, NO_DEPLOYMENT}
        assert verdict.flags() == []


def test_an_open_call_of_the_rso_stops_inheriting() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "1.2")
    story.given("call-assessment", {"model_id": "heron-3.5", "reason": "odd behaviour"}, RSO)
    assert inherit(story, "heron-3.5", "heron-3", "1.2") == ["G-DET-5"]


def test_tested_is_not_assessed_while_one_named_threshold_is_undecided() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "2.0")
    id_ = open_(story, "heron-4", list(BELOW))
    end(story.on("2025-03-14"), id_)
    submit(story, id_)
    decide(story, "heron-4", "CBRN-3", "below", assessment_id=id_)
    measured(story, "heron-5", "heron-4", "2.1")
    assert set(inherit(story, "heron-5", "heron-4", "2.1")) == {"G-DET-5"}
    decide(story, "heron-4", "MODEL-AUTONOMY", "checkpoint_not_reached", assessment_id=id_)
    assert inherit(story, "heron-5", "heron-4", "2.1") == []


def test_another_models_assessment_does_not_end_the_opening_position() -> None:
    story = assessed()
    assert outcome(story, "heron-3", "CBRN-3") == "below"
    assert ask(story, "deploy", "heron-3").permitted
    assert "RESTS_ON_OPENING_STATEMENT" in ask(story, "deploy", "heron-3").marks


def test_an_heir_waits_for_the_sharing_of_its_source() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    assess(story, "heron-4", dict(BELOW), ended="2025-03-14", decided="2025-03-20")
    measured(story, "heron-4.1", "heron-4", "1.2")
    assert inherit(story, "heron-4.1", "heron-4", "1.2") == []
    assert ask(story, "deploy", "heron-4.1").denials() == ["NOT_SHARED"]
    share_all(story)
    assert ask(story, "deploy", "heron-4.1").permitted


def test_storing_an_heir_rests_on_the_sources_security_and_deploying_it_does_not() -> None:
    story = assessed(CBRN_3="not_shown", CBRN_4="below")
    for standard in ("ASL-3-SECURITY", "ASL-3-DEPLOYMENT"):
        safe.satisfy(story, standard, safe.scope(["heron-4"]))
    share_all(story)
    assert ask(story, "deploy").permitted
    measured(story, "heron-4.1", "heron-4", "1.2")
    assert inherit(story, "heron-4.1", "heron-4", "1.2") == []
    assert ask(story, "store", "heron-4.1").permitted
    assert ask(story, "deploy", "heron-4.1").denials() == [
        "SAFEGUARD_MISSING:ASL-3-DEPLOYMENT",
        "SAFEGUARD_MISSING:ASL-3-SECURITY",
    ]
