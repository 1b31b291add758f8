"""Gate decisions: a go rests on a verdict that permits, here and now; a no is free; each guard on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from keys import check
from ledger.engine.findings import findings
from ledger.errors import Malformed
from ledger.subjects.gates import asked, kept
from tests.engine.gates import ask, opened, share
from tests.engine.heron import decide, inherit, measured
from tests.engine.test_gate_thresholds import above, finished
from tests.given import ASSESSOR, Story
from tests.kit import CEO, ORIGIN, RSO, SECRETARY, Person
from tests.subjects import safe

OFFICE = Person("svc-office", "SERVICE")


def going(story: Story, model: str = "heron-4", surface: str = "general", **changes: Any) -> dict[str, Any]:
    """The form of a decision, filled in with the verdict of now."""
    verdict = ask(story, "deploy", model, surface)
    mine = {"bound": verdict.bound, "decision": "go", "conditions": []}
    return kept(verdict) | mine | changes


@pytest.fixture
def story() -> Story:
    """Everything that deploying Heron 4 needs."""
    story = above()
    finished(story)
    return story


def test_g_gate_0_refuses_a_go_by_one_hand(story: Story) -> None:
    assert story.when("decide-gate", going(story), CEO) == ["G-GATE-0"]
    assert story.when("decide-gate", going(story, decision="no_go"), ASSESSOR) == ["G-GATE-0"]


@pytest.mark.parametrize("alone", [CEO, RSO])
def test_g_gate_0_allows_a_no_by_one_hand_whatever_the_engine_says(story: Story, alone: Any) -> None:
    assert story.when("decide-gate", going(story, decision="no_go"), alone) == []
    old = going(story, decision="no_go", as_of="2025-01-20T00:00:00.000000Z", bound=3)
    assert story.when("decide-gate", old, alone) == []


def test_g_gate_1_refuses_a_go_on_a_denial() -> None:
    story = above()
    assert story.when("decide-gate", going(story), CEO, RSO) == ["G-GATE-1"]
    assert "SAFEGUARD_MISSING" in story.refusals[0].reason
    assert story.when("decide-gate", going(story, decision="no_go"), CEO, RSO) == []


def test_g_gate_1_allows_a_go_on_a_verdict_that_permits(story: Story) -> None:
    fact = story.given("decide-gate", going(story, conditions=["partners vetted"]), CEO, RSO)
    assert fact.stream == "gate/heron-4/deploy"
    assert asked(fact).surface == "general"


def test_g_gate_2_refuses_a_stale_verdict_and_one_that_changed(story: Story) -> None:
    form = going(story)
    assert story.when("decide-gate", form | {"bound": 10_000}, CEO, RSO) == ["G-GATE-2"]
    ahead = form | {"as_of": "2025-06-01T00:00:00.000000Z"}
    assert story.when("decide-gate", ahead, CEO, RSO) == ["G-GATE-2"]
    story.on("2025-04-25", "10:00")
    assert story.when("decide-gate", form, CEO, RSO) == ["G-GATE-2"]
    story.given("note", {"text": "a day later"}, RSO)
    form = going(story)
    failure = {"standard": "ASL-3-DEPLOYMENT", "what": "off", "severity": "breaks_standard"}
    story.given("record-safeguard-failure", failure | {"since": story.world.now}, ASSESSOR)
    assert story.when("decide-gate", form, CEO, RSO) == ["G-GATE-2"]
    assert "denied" in story.refusals[0].reason


def test_g_gate_2_allows_a_verdict_of_the_day_that_still_holds(story: Story) -> None:
    form = going(story)
    story.on("2025-04-25", "08:00")
    assert story.when("decide-gate", form, CEO, RSO) == []


def test_g_gate_3_refuses_a_go_before_both_bodies_have_what_it_rests_on(story: Story) -> None:
    form = going(story)
    made = safe.satisfy(story, "ASL-3-DEPLOYMENT")
    assert "G-GATE-3" in story.when("decide-gate", form, CEO, RSO)
    share(story, made)
    assert story.when("decide-gate", form, CEO, RSO) == []


def test_g_gate_3_allows_to_store_what_was_shared_with_nobody() -> None:
    story = opened()
    decide(story, "heron-3", "CBRN-3", "not_shown")
    safe.satisfy(story, "ASL-3-SECURITY")
    verdict = ask(story, "store", "heron-3")
    form = kept(verdict) | {"bound": verdict.bound, "decision": "go", "conditions": []}
    assert story.when("decide-gate", form, CEO, RSO) == []


def test_3_a_deployment_names_its_surface_and_nothing_else_does(story: Story) -> None:
    form = going(story)
    with pytest.raises(Malformed, match="surface"):
        _read(form | {"action": "store"})
    with pytest.raises(Malformed, match="surface"):
        _read({k: v for k, v in form.items() if k != "surface"})


def _read(data: Any) -> object:
    from ledger.record.event import event_of
    from ledger.subjects.registry import KINDS

    story = Story(None)
    event = story.world.event("gate.decided", data, CEO)
    return KINDS["gate.decided"].read(event_of(event, ""))


def test_a_verdict_is_kept_by_the_office_when_somebody_asks(story: Story) -> None:
    proof = OFFICE.sign(check.possession_message(OFFICE.key, "ed25519", ORIGIN, OFFICE.id))
    story.given("register-key", OFFICE.listed() | {"proof": proof}, SECRETARY, CEO)
    verdict = ask(story, "deploy")
    more = {
        "known_at": verdict.as_of,
        "policy_version": verdict.policy,
        "inputs_digest": verdict.inputs_digest,
    }
    assert story.when("evaluate-gate", kept(verdict) | more, RSO) != []
    assert story.when("evaluate-gate", kept(verdict) | more, OFFICE) == []


# ---- keeping what was let go


def test_4_a_model_kept_under_a_go_ahead_may_stand_on_interim_measures(story: Story) -> None:
    story.given("decide-gate", going(story), CEO, RSO)
    at = {"model_id": "heron-4", "surface": "general", "at": story.world.now}
    story.given("record-deployment", at, RSO)
    story.on("2025-05-02")
    failure = {"standard": "ASL-3-DEPLOYMENT", "what": "off", "severity": "breaks_standard"}
    story.given("record-safeguard-failure", failure | {"since": story.world.now}, ASSESSOR)
    assert ask(story, "deploy").denials() == ["SAFEGUARD_MISSING:ASL-3-DEPLOYMENT"]
    story.given("state-case", safe.case("sc-block"), ASSESSOR)
    plan = {
        "interim_id": "i-block",
        "for_standard": "ASL-3-DEPLOYMENT",
        "models": ["heron-4"],
        "surfaces": ["*"],
        "measures": ["block responses in the domain"],
        "same_assurance_case": "sc-block",
        "target_standard_date": "2025-06-01",
        "expires_on": "2025-07-01",
        "plan_shared_with": ["BOARD", "LTBT"],
    }
    story.given("propose-interim", plan, RSO)
    story.given("approve-interim", {"interim_id": "i-block", "expires_on": "2025-07-01"}, CEO, RSO)
    assert ask(story, "deploy").permitted
    assert not ask(story, "deploy", surface="limited_partner").permitted


# ---- findings


def codes(story: Story) -> list[str]:
    return [x.code for x in findings(story.view)]


def test_gate_overridden_raised_by_every_override() -> None:
    story = above()
    data = {
        "action": "deploy",
        "model_id": "heron-4",
        "surface": "general",
        "action_taken": "switched on",
        "by": "p-ceo",
        "stated_reason": "a launch date",
    }
    fact = story.given("record-override", data, ASSESSOR)
    assert ("GATE_OVERRIDDEN", fact.index) in [(x.code, x.index) for x in findings(story.view)]


def test_gate_overridden_not_raised_by_a_go_that_was_permitted(story: Story) -> None:
    story.given("decide-gate", going(story), CEO, RSO)
    assert "GATE_OVERRIDDEN" not in codes(story)


def test_the_small_model_path_is_one_form_and_two_signatures() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "2.1")
    assert inherit(story, "heron-3.5", "heron-3") == []
    assert story.when("decide-gate", going(story, "heron-3.5"), CEO, RSO) == []
