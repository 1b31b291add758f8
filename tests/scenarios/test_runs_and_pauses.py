"""Training while a comparable model lacks its security: runs, caps, pauses (DOMAIN §4.2, §4.4, §4.7, §5.7)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.pauses import pauses
from tests.engine.gates import share_all
from tests.engine.heron import decide
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO
from tests.scenarios.story import DEPLOYMENT, SECURITY, above, ask, assessed, codes, noon
from tests.subjects import safe
from tests.subjects.test_pauses import pause

COMPARABLE = "SECURITY_MISSING_FOR_COMPARABLE"


def start(story: Story, mult: str | None = "1.3", run: str = "run-5", model: str = "heron-5") -> Any:
    planned = [{"baseline_model": "heron-4", "mult": mult}] if mult else []
    return story.given("start-run", {"run_id": run, "model_id": model, "planned_multiple": planned}, RSO)


def train(story: Story, run: str = "run-5", model: str = "heron-5") -> list[str]:
    return ask(story, "train", model, run=run).denials()


def test_a_run_that_may_not_start_is_a_breach_and_a_pause_at_once() -> None:
    story = above()
    fact = start(story)
    assert "RUN_WITHOUT_GATE" in codes(story)
    (found,) = pauses(story.view)
    assert found.id == fact.id
    assert "PAUSE_ACTIVE" in train(story)


def test_a_lighter_run_goes_on() -> None:
    story = above()
    start(story, "0.8")
    assert "RUN_WITHOUT_GATE" not in codes(story)
    assert pauses(story.view) == []
    assert train(story) == []


def test_a_run_that_leads_to_no_path_counts_as_comparable() -> None:
    story = above()
    start(story, None)
    assert COMPARABLE in train(story)


@pytest.mark.parametrize(
    ("planned", "now", "denied"), [("0.8", "1.1", True), ("1.2", "0.7", True), ("0.8", "0.9", False)]
)
def test_the_larger_of_plan_and_measurement_counts(planned: str, now: str, denied: bool) -> None:
    story = above()
    start(story, planned)
    data = {
        "run_id": "run-5",
        "baseline_model": "heron-4",
        "mult": now,
        "method": "FLOPs",
        "at": story.world.now,
    }
    story.given("record-effective-compute", data, ASSESSOR)
    assert (COMPARABLE in train(story)) is denied


def test_the_pause_begins_with_the_decision_that_makes_the_run_comparable() -> None:
    story = assessed()
    start(story)
    assert train(story) == []
    fact = decide(story.on("2025-04-01"), "heron-4", "CBRN-3", "not_shown")
    (found,) = pauses(story.view)
    assert found.id == fact.id
    assert COMPARABLE in train(story)
    assert pauses(story.register.at(known_at=noon("2025-03-31"))) == []


def test_a_pause_outlives_its_cause_until_it_is_lifted_and_a_resumed_run_stays_denied() -> None:
    story = assessed()
    start(story)
    fact = decide(story.on("2025-04-01"), "heron-4", "CBRN-3", "not_shown")
    stopped = [{"run_id": "run-5", "stopped_at": story.world.now}]
    story.given("acknowledge-pause", {"pause_id": fact.id, "runs_stopped": stopped}, RSO)
    assert story.when("lift-pause", {"pause_id": fact.id}, CEO, RSO) == ["G-PAU-2"]
    resumed = {"run_id": "run-5", "at": noon("2025-04-02")}
    story.on("2025-04-02", "12:30").given("record-run-resumed", resumed, RSO)
    assert "RUN_WITHOUT_GATE" in codes(story)
    safe.satisfy(story.on("2025-05-01"), SECURITY)
    assert train(story) == ["PAUSE_ACTIVE"]
    story.given("lift-pause", {"pause_id": fact.id}, CEO, RSO)
    assert train(story) == []
    assert DEPLOYMENT not in " ".join(train(story))
    assert train_at(story, "2025-04-20") != []


def train_at(story: Story, day: str) -> list[str]:
    return ask(story, "train", "heron-5", run="run-5", as_of=noon(day)).denials()


def test_a_pause_needs_two_to_be_lifted() -> None:
    story = above()
    fact = start(story)
    safe.satisfy(story, SECURITY)
    assert story.when("lift-pause", {"pause_id": fact.id}, RSO) != []
    assert story.when("lift-pause", {"pause_id": fact.id}, CEO, RSO) == []


def test_a_slow_stop_is_a_finding() -> None:
    story = above()
    fact = start(story)
    late = [{"run_id": "run-5", "stopped_at": noon("2025-03-23")}]
    story.on("2025-03-23", "13:00")
    story.given("acknowledge-pause", {"pause_id": fact.id, "runs_stopped": late}, RSO)
    assert "PAUSE_SLOW" in codes(story)


def test_asking_a_gate_declares_no_pause() -> None:
    story = above()
    assert ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),)).denials() == [COMPARABLE]
    assert pauses(story.view) == []


def test_a_cap_below_the_policys_multiple_binds_by_one_hand() -> None:
    story = assessed(CBRN_3="just_below")
    cap = {"model_id": "heron-4", "max_mult": "2.0", "until": noon("2025-12-31")}
    assert story.when("set-training-cap", cap | {"max_mult": "4.0"}, RSO) != []
    assert story.when("set-training-cap", cap, RSO) == []
    assert ask(story, "train", "heron-5", planned=(("heron-4", "2.5"),)).denials() == ["CAP_EXCEEDED"]
    assert ask(story, "train", "heron-5", planned=(("heron-4", "2.0"),)).permitted
    after = ask(story.on("2026-01-02"), "train", "heron-5", planned=(("heron-4", "2.5"),))
    assert "CAP_EXCEEDED" not in after.denials()


def test_deployment_standards_stop_no_training() -> None:
    story = above()
    safe.satisfy(story, SECURITY)
    share_all(story)
    assert ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),)).permitted
    assert not ask(story, "deploy").permitted


def test_a_voluntary_pause_covers_what_it_names() -> None:
    story = above()
    safe.satisfy(story, SECURITY)
    story.given("declare-pause", pause(), RSO)
    assert "PAUSE_ACTIVE" in ask(story, "train", "heron-5").denials()
    assert "PAUSE_ACTIVE" not in ask(story, "train", "heron-4").denials()
    assert "PAUSE_ACTIVE" not in ask(story, "store", "heron-5").denials()


def test_security_for_one_model_cures_training_of_all_that_are_comparable_to_it_alone() -> None:
    story = above()
    decide(story, "heron-3", "CBRN-3", "not_shown")
    safe.satisfy(story, SECURITY, safe.scope(["heron-4"]))
    assert COMPARABLE in ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),)).denials()
    safe.satisfy(story, SECURITY, safe.scope(["heron-3"]))
    assert ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),)).permitted
