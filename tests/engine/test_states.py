"""States: every sentence of DOMAIN §5 step 3, and silence that is never safety (P7)."""

from __future__ import annotations

from typing import Any

from ledger.engine.states import State, state, states
from ledger.policy.shipped import definition
from tests.engine.heron import POSITION, assess, decide, end, founded, inherit, measured, open_, submit
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO
from tests.subjects.test_determinations import correct, result


def of(story: Story, model: str, threshold: str) -> tuple[str, str]:
    found = state(story.view, model, threshold)
    return found.outcome, found.origin


def split(story: Story, threshold: str = "CBRN-3") -> None:
    positions = [
        {"role": "CEO", "outcome": "below", "reason": "as reported"},
        {"role": "RSO", "outcome": "not_shown", "reason": "too few tries"},
    ]
    data = {"model_id": "heron-4", "threshold": threshold, "positions": positions}
    story.given("record-split", data, RSO)


def revoke(story: Story, threshold: str, model: str = "heron-4") -> None:
    data = {"model_id": model, "threshold": threshold, "reason": "x", "new_assessment_required": False}
    story.given("revoke-determination", data, CEO, RSO)


def below(story: Story, threshold: str = "CBRN-3", model: str = "heron-4") -> str:
    return assess(story, model, {threshold: "below"}, ended="2025-03-14", decided="2025-03-20")


def test_5_silence_is_undetermined_and_neither_below_nor_over() -> None:
    found = state(founded().view, "heron-9", "CBRN-3")
    assert (found.outcome, found.origin, found.below, found.over) == ("undetermined", "none", False, False)


def test_5_not_shown_is_over_and_never_below() -> None:
    found = State("CBRN-3", "not_shown", "decided", "heron-4")
    assert (found.below, found.over) == (False, True)


def test_just_below_is_below_and_a_reached_checkpoint_calls_for_nothing_by_itself() -> None:
    assert State("CBRN-3", "just_below", "decided", "m").below
    assert State("CBRN-3", "checkpoint_reached", "decided", "m").over
    assert not State("MODEL-AUTONOMY", "checkpoint_reached", "decided", "m", checkpoint=True).over


def test_there_is_a_state_for_every_threshold_of_the_policy_in_force_and_for_no_other() -> None:
    story = founded()
    policy = definition("rsp-2.2").policy
    assert list(states(story.view, "heron-3")) == [t.id for t in policy.thresholds]
    assert of(story, "heron-3", "ASL3-MISUSE") == ("undetermined", "none")
    assert states(Story(None).view, "heron-3") == {}


def test_1_the_latest_effective_determination_counts() -> None:
    story = founded().on("2025-02-17")
    below(story)
    assert of(story, "heron-4", "CBRN-3") == ("below", "decided")
    decide(story.on("2025-04-01"), "heron-4", "CBRN-3", "reached")
    assert of(story, "heron-4", "CBRN-3") == ("reached", "decided")
    then = story.register.at("2025-03-31T00:00:00.000000Z")
    assert state(then, "heron-4", "CBRN-3").outcome == "below"


def test_1_one_hand_may_stop_at_any_time() -> None:
    story = founded()
    data = {"model_id": "heron-3", "threshold": "CBRN-3", "outcome": "reached", "reasons": "x"}
    more = {"defeaters_open": [], "precautionary": True, "provisional": True}
    story.given("decide-capability", data | more, RSO)
    assert of(story, "heron-3", "CBRN-3") == ("reached", "decided")


def test_1_a_revocation_leaves_it_undetermined_and_revives_nothing_older() -> None:
    story = founded().on("2025-02-17")
    below(story)
    decide(story, "heron-4", "CBRN-3", "reached")
    revoke(story, "CBRN-3")
    assert of(story, "heron-4", "CBRN-3") == ("undetermined", "none")
    decide(story, "heron-4", "CBRN-3", "not_shown")
    assert of(story, "heron-4", "CBRN-3") == ("not_shown", "decided")


def test_1_a_revocation_revives_neither_the_opening_state_nor_what_is_inherited_or_ruled_out() -> None:
    story = founded()
    decide(story, "heron-3", "CBRN-3", "reached")
    decide(story, "heron-3", "AI-RND-4", "reached")
    revoke(story, "CBRN-3", "heron-3")
    revoke(story, "AI-RND-4", "heron-3")
    assert of(story, "heron-3", "CBRN-3") == of(story, "heron-3", "AI-RND-4") == ("undetermined", "none")
    assert of(story, "heron-3", "CBRN-4") == of(story, "heron-3", "AI-RND-5") == ("undetermined", "none")
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    assert of(story, "heron-3.5", "CBRN-3") == ("undetermined", "inherited")


def test_1_a_split_counts_as_not_shown_until_decided() -> None:
    story = founded().on("2025-02-17")
    below(story)
    split(story)
    found = state(story.view, "heron-4", "CBRN-3")
    assert (found.outcome, found.origin, found.over) == ("not_shown", "split", True)
    decide(story, "heron-4", "CBRN-3", "reached")
    assert of(story, "heron-4", "CBRN-3") == ("reached", "decided")


def test_2_a_crossed_red_line_counts_over_a_milder_decision_until_decided_again() -> None:
    story = founded().on("2025-02-17")
    id_ = open_(story, "heron-4", ["CBRN-3"])
    fact = story.given("record-result", result("0.52", "yellow", assessment_id=id_), ASSESSOR)
    end(story.on("2025-03-14"), id_)
    submit(story.on("2025-03-20"), id_)
    decide(story, "heron-4", "CBRN-3", "below", assessment_id=id_)
    assert of(story, "heron-4", "CBRN-3") == ("below", "decided")
    correct(story, fact, "/line/kind", "yellow", "red")
    found = state(story.view, "heron-4", "CBRN-3")
    assert (found.outcome, found.origin, found.over) == ("reached", "red_line", True)
    assert found.decision is not None
    assert found.decision.id == fact.id
    data = {"bodies": ["BOARD"], "items": [fact.id], "delivered_at": story.world.now}
    told = story.given("share-with-bodies", data, RSO)
    answer = [{"result": fact.id, "why": "the grader counted refusals as passes"}]
    again: dict[str, Any] = {"red_line_rationale": answer, "board_notice": told.id}
    decide(story, "heron-4", "CBRN-3", "below", assessment_id=id_, **again)
    assert of(story, "heron-4", "CBRN-3") == ("below", "decided")


def test_2_a_crossed_red_line_leaves_a_stricter_decision_as_it_is() -> None:
    story = founded().on("2025-02-17")
    id_ = open_(story, "heron-4", ["CBRN-3"])
    story.given("record-result", result("0.52", "red", assessment_id=id_), ASSESSOR)
    decide(story, "heron-4", "CBRN-3", "not_shown")
    assert of(story, "heron-4", "CBRN-3") == ("not_shown", "decided")


def test_2_a_crossed_red_line_counts_before_anybody_decides_and_over_what_is_inherited() -> None:
    story = founded()
    measured(story, "heron-4", "heron-3", "2.1")
    assert inherit(story, "heron-4", "heron-3") == []
    id_ = open_(story, "heron-4", ["CBRN-3", "MODEL-AUTONOMY"])
    story.given("record-result", result("0.52", "red", assessment_id=id_), ASSESSOR)
    other = result("0.52", "red", assessment_id=id_, threshold="MODEL-AUTONOMY")
    story.given("record-result", other, ASSESSOR)
    assert of(story, "heron-4", "CBRN-3") == ("reached", "red_line")
    assert of(story, "heron-4", "MODEL-AUTONOMY") == ("checkpoint_reached", "red_line")
    assert of(story, "heron-4", "CBRN-4") == ("undetermined", "none")


def test_2_the_latest_assessment_that_tested_the_threshold_counts_and_an_empty_one_clears_nothing() -> None:
    story = founded().on("2025-02-17")
    first = open_(story, "heron-4", ["CBRN-3"])
    story.given("record-result", result("0.52", "red", assessment_id=first), ASSESSOR)
    second = open_(story.on("2025-03-01"), "heron-4", ["CBRN-3"])
    assert of(story, "heron-4", "CBRN-3") == ("reached", "red_line")
    story.given("record-result", result("0.10", "red", assessment_id=second), ASSESSOR)
    assert of(story, "heron-4", "CBRN-3") == ("undetermined", "none")


def test_2_another_assessment_does_not_answer_a_crossed_line() -> None:
    """Deciding `below` on an older assessment asks G-DET-3 about that one only; the line stays crossed."""
    story = founded().on("2025-02-17")
    older = open_(story, "heron-4", ["CBRN-3"])
    submit(story, older)
    newer = open_(story.on("2025-03-01"), "heron-4", ["CBRN-3"])
    story.given("record-result", result("0.52", "red", assessment_id=newer), ASSESSOR)
    decide(story, "heron-4", "CBRN-3", "below", assessment_id=older)
    assert of(story, "heron-4", "CBRN-3") == ("reached", "red_line")


def test_3_the_opening_state_holds_until_an_own_decision_replaces_it() -> None:
    story = founded()
    assert of(story, "heron-3", "CBRN-3") == ("below", "opening")
    assert state(story.view, "heron-3", "CBRN-3").decision is story.register.facts[0]
    assert of(story, "heron-4", "CBRN-3") == ("undetermined", "none")
    decide(story, "heron-3", "CBRN-3", "reached")
    assert of(story, "heron-3", "CBRN-3") == ("reached", "decided")


def test_3_an_heir_has_the_states_of_the_model_that_it_inherits_from() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    found = state(story.view, "heron-3.5", "CBRN-3")
    assert (found.outcome, found.origin, found.model) == ("below", "inherited", "heron-3")
    decide(story, "heron-3", "CBRN-3", "not_shown")
    assert of(story, "heron-3.5", "CBRN-3") == ("not_shown", "inherited")
    measured(story, "heron-3.5", "heron-3", "4.0")
    assert of(story, "heron-3.5", "CBRN-3") == ("undetermined", "none")


def test_3_what_was_stated_at_founding_is_not_made_milder_by_inheriting() -> None:
    models = [*POSITION["models"], {"model_id": "heron-2", "surfaces": [], "thresholds": []}]
    models[1]["thresholds"] = [{"threshold": "CBRN-3", "outcome": "reached"}]
    story = founded(position=POSITION | {"models": models[::-1]})
    measured(story, "heron-3", "heron-2", "2")
    assert inherit(story, "heron-2", "heron-3", "1") == []
    assert of(story, "heron-2", "CBRN-3") == ("reached", "opening")


def test_3_a_checkpoint_not_reached_rules_out_what_it_stands_before() -> None:
    story = founded().on("2025-02-17")
    assert of(story, "heron-3", "AI-RND-4") == ("below", "ruled_out")
    assert of(story, "heron-4", "AI-RND-4") == ("undetermined", "none")
    assess(
        story,
        "heron-4",
        {"MODEL-AUTONOMY": "checkpoint_not_reached"},
        ended="2025-03-14",
        decided="2025-03-20",
    )
    assert of(story, "heron-4", "AI-RND-4") == of(story, "heron-4", "AI-RND-5") == ("below", "ruled_out")
    decide(story, "heron-4", "MODEL-AUTONOMY", "checkpoint_reached")
    assert of(story, "heron-4", "AI-RND-4") == ("undetermined", "none")


def test_3_a_level_above_one_that_is_below_is_below() -> None:
    story = founded().on("2025-02-17")
    assert of(story, "heron-3", "CBRN-4") == ("below", "nested")
    below(story)
    assert of(story, "heron-4", "CBRN-4") == ("below", "nested")


def test_4_once_the_lower_level_is_not_below_the_next_needs_a_decision_of_its_own() -> None:
    story = founded().on("2025-02-17")
    decide(story, "heron-4", "CBRN-3", "not_shown")
    assert of(story, "heron-4", "CBRN-4") == ("undetermined", "none")
    below(story, "CBRN-4")
    assert of(story, "heron-4", "CBRN-4") == ("below", "decided")


def test_4_what_was_stated_or_ruled_out_before_does_not_stand_in_for_it() -> None:
    thresholds = [*POSITION["models"][0]["thresholds"], {"threshold": "CBRN-4", "outcome": "below"}]
    model = POSITION["models"][0] | {"thresholds": thresholds}
    story = founded(position=POSITION | {"models": [model]})
    assert of(story, "heron-3", "CBRN-4") == ("below", "opening")
    decide(story, "heron-3", "CBRN-3", "reached")
    assert of(story, "heron-3", "CBRN-4") == ("undetermined", "none")
    decide(story, "heron-3", "AI-RND-4", "reached")
    assert of(story, "heron-3", "AI-RND-5") == ("undetermined", "none")


def test_4_an_heir_keeps_the_next_level_that_was_decided_together_with_the_lower_one() -> None:
    story = founded().on("2025-02-17")
    outcomes = {"CBRN-3": "not_shown", "CBRN-4": "below", "MODEL-AUTONOMY": "checkpoint_not_reached"}
    assess(story, "heron-4", outcomes, ended="2025-03-14", decided="2025-03-20")
    measured(story, "heron-4.1", "heron-4", "1.2")
    assert inherit(story, "heron-4.1", "heron-4", "1.2") == []
    assert of(story, "heron-4.1", "CBRN-3") == ("not_shown", "inherited")
    assert of(story, "heron-4.1", "CBRN-4") == ("below", "inherited")


def test_6_what_only_followed_for_the_source_is_worked_out_anew_for_the_heir() -> None:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    assert of(story, "heron-3.5", "CBRN-4") == ("below", "nested")
    decide(story, "heron-3.5", "CBRN-3", "reached")
    assert of(story, "heron-3.5", "CBRN-4") == ("undetermined", "none")


def test_a_threshold_takes_over_the_states_of_the_one_that_it_was_formerly() -> None:
    thresholds = [
        t | ({"formerly": "CBRN-3"} if t["id"] == "CBRN-3X" else {})
        for t in (
            {**t, "id": t["id"].replace("CBRN-3", "CBRN-3X")}
            for t in definition("rsp-2.2").policy.data["thresholds"]
        )
    ]
    story = founded(thresholds=thresholds)
    assert of(story, "heron-3", "CBRN-3X") == ("below", "opening")
    assert of(story, "heron-3", "CBRN-4") == ("below", "nested")


def test_states_are_the_same_however_often_they_are_asked_for() -> None:
    story = founded().on("2025-02-17")
    below(story)
    assert states(story.view, "heron-4") == states(story.view, "heron-4")
    assert states(story.view, "heron-4")["CBRN-3"] == state(story.view, "heron-4", "CBRN-3")
