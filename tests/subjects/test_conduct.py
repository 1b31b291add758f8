"""Conduct at gates, and decisions that rest on something since corrected; each code on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.findings import findings
from ledger.engine.taint import taints
from ledger.register import Fact
from tests.engine.gates import ask, opened, share
from tests.engine.heron import assess, decide, end, inherit, measured, open_, submit
from tests.engine.test_gate_thresholds import above, finished
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO
from tests.subjects import safe
from tests.subjects.test_determinations import correct, result
from tests.subjects.test_gates import going
from tests.subjects.test_interim import GO, plan
from tests.subjects.test_pauses import START

CODES = {"RUN_WITHOUT_GATE", "DEPLOYED_WITHOUT_GATE", "STORED_WITHOUT_STANDARD", "SHARED_AFTER_GO_AHEAD"}


def conduct(story: Story) -> list[tuple[str, int]]:
    return [(x.code, x.index) for x in findings(story.view) if x.code in CODES]


def deploy(story: Story, model: str = "heron-4", surface: str = "general", **members: Any) -> Fact:
    at = members.get("effective_at", story.world.now)
    return story.given("record-deployment", {"model_id": model, "surface": surface, "at": at}, RSO, **members)


@pytest.fixture
def story() -> Story:
    story = above()
    finished(story)
    return story


# ---- runs


def test_run_without_gate_raised_when_the_gate_denied_the_run() -> None:
    story = above()
    fact = story.given("start-run", START, RSO)
    assert conduct(story) == [("RUN_WITHOUT_GATE", fact.index)]


def test_run_without_gate_raised_when_a_paused_run_goes_on() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    story.given("start-run", START, RSO)
    made = decide(story.on("2025-03-20"), "heron-4", "CBRN-3", "not_shown")
    stopped = [{"run_id": "heron-5-main", "stopped_at": "2025-03-20T18:00:00.000000Z"}]
    story.given("acknowledge-pause", {"pause_id": made.id, "runs_stopped": stopped}, RSO)
    assert conduct(story) == []
    story.on("2025-03-22")
    resumed = {"run_id": "heron-5-main", "at": story.world.now}
    fact = story.given("record-run-resumed", resumed, RSO)
    assert conduct(story) == [("RUN_WITHOUT_GATE", fact.index)]


def test_run_without_gate_not_raised_when_the_run_was_permitted_then() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    story.given("start-run", START, RSO)
    decide(story.on("2025-03-20"), "heron-4", "CBRN-3", "not_shown")
    assert conduct(story) == []


# ---- deployments


def test_deployed_without_gate_raised_without_a_go_ahead_and_against_a_no(story: Story) -> None:
    fact = deploy(story)
    assert conduct(story) == [("DEPLOYED_WITHOUT_GATE", fact.index)]
    other = above()
    other.given("decide-gate", going(other, decision="no_go"), CEO, RSO)
    fact = deploy(other)
    assert conduct(other) == [("DEPLOYED_WITHOUT_GATE", fact.index)]


def test_deployed_without_gate_not_raised_under_a_go_ahead_or_without_a_gate(story: Story) -> None:
    story.given("decide-gate", going(story), CEO, RSO)
    deploy(story)
    deploy(story, "heron-9", "internal_research")
    deploy(story, "heron-3", "general")
    assert conduct(story) == []


def test_deployed_without_gate_a_go_for_one_surface_covers_no_other(story: Story) -> None:
    story.given("decide-gate", going(story), CEO, RSO)
    fact = deploy(story, surface="limited_partner")
    assert conduct(story) == [("DEPLOYED_WITHOUT_GATE", fact.index)]


def test_1_a_go_decided_afterwards_dissolves_nothing(story: Story) -> None:
    fact = deploy(story)
    story.given("decide-gate", going(story), CEO, RSO)
    assert conduct(story) == [("DEPLOYED_WITHOUT_GATE", fact.index)]


def test_a_go_that_ran_out_covers_nothing(story: Story) -> None:
    until = "2025-04-25T00:00:00.000000Z"
    story.given("decide-gate", going(story, valid_until=until), CEO, RSO)
    fact = deploy(story.on("2025-04-26"))
    assert conduct(story) == [("DEPLOYED_WITHOUT_GATE", fact.index)]


# ---- storing


STORED = {"model_id": "heron-4", "location_class": "site A"}


def test_stored_without_standard_raised_when_the_gate_denies_to_keep_the_weights() -> None:
    story = above()
    fact = story.given("record-storage", STORED | {"at": story.world.now}, RSO)
    assert conduct(story) == [("STORED_WITHOUT_STANDARD", fact.index)]


def test_stored_without_standard_not_raised_on_an_interim_measure() -> None:
    story = above()
    story.given("state-case", safe.case("sc-isolated"), ASSESSOR)
    story.given("propose-interim", plan(), RSO)
    story.given("approve-interim", GO, CEO, RSO)
    story.given("record-storage", STORED | {"at": story.world.now}, RSO)
    assert conduct(story) == []


# ---- sharing


def test_shared_after_go_ahead_raised_when_a_delivery_turns_out_to_be_later(story: Story) -> None:
    went = story.given("decide-gate", going(story), CEO, RSO)
    for given in story.view.of_type("bodies.shared"):
        correct(
            story, given, "/delivered_at", given.data["delivered_at"], "2025-04-30T09:00:00.000000Z", by=RSO
        )
    assert ("SHARED_AFTER_GO_AHEAD", went.index) in conduct(story)


def test_shared_after_go_ahead_not_raised_when_both_had_it_first(story: Story) -> None:
    story.given("decide-gate", going(story), CEO, RSO)
    assert conduct(story) == []


# ---- tainted decisions


def let_go(value: str = "0.46") -> tuple[Story, Fact, Fact]:
    """A go on a determination that rests on a result against a yellow line; the result and the go."""
    story = opened().on("2025-02-17")
    id_ = open_(story, "heron-4", ["CBRN-3", "MODEL-AUTONOMY"])
    line = {"id": "AUT-1", "kind": "yellow", "op": ">=", "value": "0.50"}
    data = result(value, line=line, threshold="MODEL-AUTONOMY", assessment_id=id_)
    fact = story.given("record-result", data, ASSESSOR)
    end(story.on("2025-03-14"), id_)
    submit(story.on("2025-03-20"), id_)
    made = [
        decide(story, "heron-4", "CBRN-3", "below", assessment_id=id_),
        decide(story, "heron-4", "MODEL-AUTONOMY", "checkpoint_not_reached", assessment_id=id_),
    ]
    share(story, *made)
    went = story.given("decide-gate", going(story), CEO, RSO)
    return story, fact, went


def test_1_a_correction_of_a_result_taints_and_the_same_verdict_reconfirms() -> None:
    story, fact, went = let_go()
    assert taints(story.view) == []
    correct(story, fact, "/line/kind", "yellow", "red")
    (found,) = taints(story.view)
    assert (found.decision.id, found.outcome) == (went.id, "reconfirmed")
    assert found.cause.index == story.register.size - 1
    assert taints(story.register.at(known_at=went.recorded_at)) == []


def test_2_another_verdict_contradicts_and_opens_a_case_while_it_goes_on() -> None:
    story, fact, went = let_go("0.52")
    deploy(story)
    correct(story, fact, "/line/kind", "yellow", "red")
    (found,) = taints(story.view)
    assert (found.decision.id, found.outcome) == (went.id, "contradicted")
    assert conduct(story) == [("DEPLOYED_WITHOUT_GATE", found.cause.index)]
    ended = {"model_id": "heron-4", "surface": "general", "at": story.world.now}
    story.given("record-de-deployment", ended, RSO)
    assert conduct(story) == [("DEPLOYED_WITHOUT_GATE", found.cause.index)]


def test_1_no_goes_are_tainted_too() -> None:
    story, fact, _ = let_go()
    story.given("decide-gate", going(story, surface="limited_partner", decision="no_go"), RSO)
    correct(story, fact, "/attempts", 10, 12)
    assert [x.outcome for x in taints(story.view)] == ["reconfirmed", "reconfirmed"]


def test_3_nothing_recorded_before_the_decision_taints_it() -> None:
    story, fact, _ = let_go()
    correct(story, fact, "/attempts", 10, 12)
    before = len(taints(story.view))
    story.given("decide-gate", going(story, surface="limited_partner"), CEO, RSO)
    assert len(taints(story.view)) == before


def test_1_what_nothing_rests_on_taints_nothing() -> None:
    story, _, _ = let_go()
    step = measured(story, "heron-9", "heron-4", "0.5")
    correct(story, step, "/method", "FLOPs", "GPU hours")
    assert taints(story.view) == []


def test_the_small_path_leaves_no_conduct_finding() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    story.given("decide-gate", going(story, "heron-3.5"), CEO, RSO)
    deploy(story, "heron-3.5")
    assert conduct(story) == []
    assert ask(story, "deploy", "heron-3.5").permitted
    assess(story, "heron-4", {"CBRN-3": "below"}, ended="2025-03-14", decided="2025-03-20")
    assert conduct(story) == []
