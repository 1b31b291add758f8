"""Pauses: declared with what ends them, or there by themselves; lifted when every condition holds; both sides."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.findings import findings
from ledger.engine.pauses import active, pauses
from ledger.engine.runs import live
from ledger.errors import Malformed
from ledger.subjects.pauses import read_declared
from tests.engine.gates import ask, opened
from tests.engine.heron import assess, decide, measured
from tests.given import CISO, Story
from tests.kit import CEO, RSO
from tests.subjects import safe

SECURITY = "ASL-3-SECURITY"
CONDITION = {
    "check": "standard_satisfied",
    "text": "ASL-3 Security for Heron 4",
    "model_id": "heron-4",
    "standard": SECURITY,
}
PEOPLE = {"check": "stated", "text": "the Board has heard of it"}
START = {
    "run_id": "heron-5-main",
    "model_id": "heron-5",
    "planned_multiple": [{"baseline_model": "heron-4", "mult": "1.3"}],
}


def pause(**changes: Any) -> dict[str, Any]:
    return {
        "pause_id": "pa-1",
        "cause": "voluntary",
        "scope": {"actions": ["train"], "models": ["heron-5"]},
        "begins_at": "2025-03-20T09:00:00.000000Z",
        "resumption_conditions": [CONDITION],
    } | changes


@pytest.fixture
def story() -> Story:
    return opened().on("2025-03-20")


@pytest.fixture
def running() -> Story:
    """A run of Heron 5 goes on, at 1.3 times Heron 4."""
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    story.given("start-run", START, RSO)
    return story


def stop(story: Story, pause_id: str, at: str = "2025-03-20T18:00:00.000000Z") -> None:
    runs = [{"run_id": "heron-5-main", "stopped_at": at}]
    story.given("acknowledge-pause", {"pause_id": pause_id, "runs_stopped": runs}, RSO)


# ---- guards


def test_g_pau_1_refuses_a_pause_that_nothing_on_the_record_could_end(story: Story) -> None:
    assert story.when("declare-pause", pause(resumption_conditions=[PEOPLE]), RSO) == ["G-PAU-1"]
    assert story.when("declare-pause", pause(resumption_conditions=[]), RSO) == ["G-PAU-1"]


def test_g_pau_1_allows_conditions_of_people_beside_one_of_the_record(story: Story) -> None:
    assert story.when("declare-pause", pause(resumption_conditions=[PEOPLE, CONDITION]), RSO) == []


def test_g_pau_1_a_condition_says_what_has_to_hold() -> None:
    from ledger.record.event import event_of

    bare = {"check": "threshold_below", "text": "below", "model_id": "heron-4"}
    event = Story(None).world.event("pause.declared", pause(resumption_conditions=[bare]), RSO)
    with pytest.raises(Malformed, match="what has to hold"):
        read_declared(event_of(event, ""))


LIFT = {"pause_id": "pa-1"}


def test_g_pau_2_refuses_to_lift_while_a_condition_does_not_hold(story: Story) -> None:
    story.given("declare-pause", pause(resumption_conditions=[PEOPLE, CONDITION]), RSO)
    assert story.when("lift-pause", LIFT, CEO, RSO) == ["G-PAU-2", "G-PAU-2"]
    safe.satisfy(story, SECURITY)
    assert story.when("lift-pause", LIFT, CEO, RSO) == ["G-PAU-2"]
    assert "Board has heard" in story.refusals[0].reason


def test_g_pau_2_allows_to_lift_when_every_condition_holds_whatever_the_deployment_standard(
    story: Story,
) -> None:
    story.given("declare-pause", pause(resumption_conditions=[PEOPLE, CONDITION]), RSO)
    fact = safe.satisfy(story, SECURITY)
    proposal = {"pause_id": "pa-1", "conditions": [{"predicate": PEOPLE["text"], "met_by": fact.id}]}
    story.given("propose-resumption", proposal, RSO)
    assert story.when("lift-pause", LIFT, CEO, RSO) == []
    assert active(story.view) == []


def test_g_pau_2_a_threshold_may_be_what_ends_it(story: Story) -> None:
    condition = {"check": "threshold_below", "text": "below", "model_id": "heron-3", "threshold": "CBRN-3"}
    decide(story, "heron-3", "CBRN-3", "reached")
    story.given("declare-pause", pause(resumption_conditions=[condition]), RSO)
    assert story.when("lift-pause", LIFT, CEO, RSO) == ["G-PAU-2"]
    assess(story, "heron-3", {"CBRN-3": "below"}, ended="2025-04-01", decided="2025-04-02")
    assert story.when("lift-pause", LIFT, CEO, RSO) == []


def test_g_pau_3_refuses_one_hand_to_lift_and_to_order_what_takes_two(story: Story) -> None:
    story.given("declare-pause", pause(), RSO)
    safe.satisfy(story, SECURITY)
    assert story.when("lift-pause", LIFT, RSO) == ["G-PAU-3"]
    order = {"model_id": "heron-4", "reason": "no standard"}
    assert story.when("order-weights-deleted", order, RSO) == ["G-PAU-3"]
    assert story.when("order-de-deployment", order | {"surface": "general"}, CEO) == ["G-PAU-3"]


def test_g_pau_3_allows_both_and_one_hand_to_lock_weights_down(story: Story) -> None:
    order = {"model_id": "heron-4", "reason": "no standard"}
    assert story.when("order-weights-deleted", order, CEO, RSO) == []
    assert story.when("order-de-deployment", order | {"surface": "general"}, CEO, RSO) == []
    assert story.when("order-weights-lockdown", order, CISO) == []
    assert story.when("order-weights-lockdown", order, CEO) == ["E-ACTOR"]


def test_g_pau_4_refuses_what_is_about_no_pause_or_one_that_was_lifted(story: Story) -> None:
    assert story.when("lift-pause", LIFT, CEO, RSO) == ["G-PAU-4"]
    acknowledged = {"pause_id": "pa-1", "runs_stopped": []}
    assert story.when("acknowledge-pause", acknowledged, RSO) == ["G-PAU-4"]
    story.given("declare-pause", pause(), RSO)
    safe.satisfy(story, SECURITY)
    story.given("lift-pause", LIFT, CEO, RSO)
    assert story.when("lift-pause", LIFT, CEO, RSO) == ["G-PAU-4"]


def test_g_pau_4_allows_a_pause_that_is_on_the_record(story: Story) -> None:
    story.given("declare-pause", pause(), RSO)
    assert story.when("acknowledge-pause", {"pause_id": "pa-1", "runs_stopped": []}, RSO) == []


def test_g_pau_5_refuses_an_id_that_is_taken(story: Story) -> None:
    story.given("declare-pause", pause(), RSO)
    assert story.when("declare-pause", pause(), RSO) == ["G-PAU-5"]


def test_g_pau_5_allows_another_id(story: Story) -> None:
    story.given("declare-pause", pause(), RSO)
    assert story.when("declare-pause", pause(pause_id="pa-2"), RSO) == []


# ---- what a pause does


def test_a_pause_denies_what_it_covers_and_nothing_else(story: Story) -> None:
    story.given("declare-pause", pause(rule="R22-G-TRAIN-A"), RSO)
    found = ask(story, "train", "heron-5", planned=(("heron-3", "0.5"),))
    assert found.denials() == ["PAUSE_ACTIVE"]
    assert found.reasons[-1].rule == "R22-G-TRAIN-A"
    assert ask(story, "train", "heron-6", planned=(("heron-3", "0.5"),)).permitted
    assert ask(story, "store", "heron-5").permitted
    least = [{"baseline_model": "heron-3", "mult": "2"}]
    scope = {"actions": ["train", "deploy"], "min_mult": least}
    story.given("declare-pause", pause(pause_id="pa-2", scope=scope, begins_at=story.world.now), RSO)
    assert ask(story, "train", "heron-6", planned=(("heron-3", "1.9"),)).permitted
    assert ask(story, "train", "heron-6", planned=(("heron-3", "2"),)).denials() == ["PAUSE_ACTIVE"]


def test_1_a_live_run_that_lacks_security_is_paused_by_the_entry_that_says_so(running: Story) -> None:
    assert pauses(running.view) == []
    running.on("2025-03-20")
    made = decide(running, "heron-4", "CBRN-3", "not_shown")
    (found,) = active(running.view)
    assert (found.id, found.automatic, found.runs) == (made.id, True, ("heron-5-main",))
    assert [c.standard for c in found.conditions] == [SECURITY]
    denied = ask(running, "train", "heron-5", run="heron-5-main").denials()
    assert denied == ["PAUSE_ACTIVE", "SECURITY_MISSING_FOR_COMPARABLE"]
    assert pauses(running.register.at(known_at="2025-03-19T00:00:00.000000Z")) == []


def test_1_it_ends_by_being_lifted_and_by_nothing_else(running: Story) -> None:
    made = decide(running.on("2025-03-20"), "heron-4", "CBRN-3", "not_shown")
    stop(running, made.id)
    assert live(running.view) == {}
    lift = {"pause_id": made.id}
    assert running.when("lift-pause", lift, CEO, RSO) == ["G-PAU-2"]
    safe.satisfy(running, SECURITY)
    resumed = ask(running, "train", "heron-5", run="heron-5-main")
    assert resumed.denials() == ["PAUSE_ACTIVE"]
    running.given("lift-pause", lift, CEO, RSO)
    assert active(running.view) == []
    assert ask(running, "train", "heron-5", run="heron-5-main").permitted
    assert active(running.register.at(known_at=made.recorded_at)) != []


def test_1_a_run_below_the_model_is_not_paused() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    smaller = START | {"planned_multiple": [{"baseline_model": "heron-4", "mult": "0.8"}]}
    story.given("start-run", smaller, RSO)
    decide(story, "heron-4", "CBRN-3", "not_shown")
    assert pauses(story.view) == []


def test_2_asking_declares_nothing_and_a_later_decision_undeclares_nothing(running: Story) -> None:
    before = running.register.size
    made = decide(running.on("2025-03-20"), "heron-4", "CBRN-3", "reached")
    ask(running, "train", "heron-5", run="heron-5-main")
    assert running.register.size == before + 1
    assess(running, "heron-4", {"CBRN-3": "below"}, ended="2025-04-01", decided="2025-04-02")
    assert [p.id for p in active(running.view)] == [made.id]


# ---- findings


def slow(story: Story) -> list[str]:
    return [x.code for x in findings(story.view) if x.code == "PAUSE_SLOW"]


def test_pause_slow_raised_when_a_run_goes_on_for_longer_than_the_house_allows(running: Story) -> None:
    made = decide(running.on("2025-03-20"), "heron-4", "CBRN-3", "not_shown")
    assert slow(running) == []
    running.on("2025-03-22")
    running.given("note", {"text": "a day later"}, RSO)
    assert slow(running) == ["PAUSE_SLOW"]
    stop(running, made.id, "2025-03-21T09:30:00.000000Z")
    assert slow(running) == ["PAUSE_SLOW"]


def test_pause_slow_not_raised_when_the_run_stopped_in_time(running: Story) -> None:
    made = decide(running.on("2025-03-20"), "heron-4", "CBRN-3", "not_shown")
    stop(running.on("2025-03-22"), made.id)
    assert slow(running) == []
