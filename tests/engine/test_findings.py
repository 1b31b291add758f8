"""Findings: derived from a view, there while they are true, each with its other side (DOMAIN §7)."""

from __future__ import annotations

from typing import Any

from ledger.engine.findings import findings
from ledger.policy.shipped import definition
from tests.given import ASSESSOR, Story
from tests.kit import GC, RSO, SECRETARY
from tests.subjects.test_determinations import case, correct, decision, elicitation, opening, result

AUT_50 = {"id": "AUT-50", "kind": "yellow", "op": ">=", "value": "0.50"}


def codes(story: Story) -> list[str]:
    return [x.code for x in findings(story.view)]


def opened() -> Story:
    """Under a policy that draws AUT-50 red, as the demonstration's does."""
    thresholds = [
        t
        | (
            {"lines": [AUT_50 | {"kind": "red", "metric": "share_of_tasks_passed"}]}
            if t["id"] == "MODEL-AUTONOMY"
            else {}
        )
        for t in definition("rsp-2.2").policy.data["thresholds"]
    ]
    story = Story("2.2", thresholds=thresholds).on("2025-02-17")
    story.given("open-assessment", opening(), ASSESSOR)
    return story


def test_a_line_entered_as_yellow_that_the_policy_draws_red_is_shown_until_corrected() -> None:
    story = opened()
    fact = story.given("record-result", result(line=AUT_50, threshold="MODEL-AUTONOMY"), ASSESSOR)
    (found,) = findings(story.view)
    assert (found.code, found.index) == ("LINE_KIND_MISMATCH", fact.index)
    before = story.view
    correct(story, fact, "/line/kind", "yellow", "red")
    assert codes(story) == []
    assert [x.code for x in findings(before)] == ["LINE_KIND_MISMATCH"]


def plan(**line: Any) -> dict[str, Any]:
    drawn = {"id": "CB-1", "kind": "red", "op": ">=", "value": "0.50"} | line
    evaluation = {
        "id": "cbrn-1",
        "threshold": "CBRN-3",
        "line": drawn,
        "method_digest": "sha256:" + "c" * 64,
        "comparison_arm": "2023 search",
        "experts": "two",
    }
    return {"assessment_id": "a-heron-4", "evaluations": [evaluation]}


def test_where_the_policy_draws_no_line_the_plan_does() -> None:
    story = opened()
    story.given("plan-evaluations", plan(), ASSESSOR)
    story.given("record-result", result(kind="red"), ASSESSOR)
    assert codes(story) == []
    story.given("record-result", result(kind="yellow"), ASSESSOR)
    assert codes(story) == ["LINE_KIND_MISMATCH"]


def test_a_line_may_move_before_the_first_result_and_is_shown_after_it() -> None:
    story = opened()
    story.given("plan-evaluations", plan(), ASSESSOR)
    story.given("plan-evaluations", plan(value="0.40"), ASSESSOR)
    story.given("record-result", result(kind="red"), ASSESSOR)
    assert codes(story) == []
    story.given("plan-evaluations", plan(value="0.60"), ASSESSOR)
    assert codes(story) == ["LINE_MOVED"]


def test_elicitation_below_the_minimum_and_claims_in_tension() -> None:
    story = opened()
    story.given("state-elicitation", elicitation(), ASSESSOR)
    assert codes(story) == []
    unused = [{"name": "best-of-N", "used": False, "why_not": "time"}]
    story.given("state-elicitation", elicitation(finetuned_for=["tool_use"], techniques=unused), ASSESSOR)
    assert codes(story) == ["ELICITATION_BELOW_MINIMUM", "ELICITATION_CLAIM_IN_TENSION"]
    story.given("state-elicitation", elicitation(techniques=unused, under_elicitation_risk="high"), ASSESSOR)
    assert len(codes(story)) == 2


def test_a_decision_over_a_pending_outside_finding_is_shown() -> None:
    story = opened()
    outside = {
        "assessment_id": "a-heron-4",
        "org": "an institute",
        "relation": "institute",
        "finding": "uplift in two tasks",
        "received_at": story.world.now,
        "incorporated": "pending",
    }
    story.given("record-external-finding", outside, ASSESSOR)
    assert codes(story) == []
    story.given("decide-capability", decision("not_shown", provisional=True), RSO)
    assert codes(story) == ["EXTERNAL_FINDING_IGNORED"]


def test_an_outside_finding_left_out_with_a_reason_is_no_finding() -> None:
    story = opened()
    outside = {
        "assessment_id": "a-heron-4",
        "org": "an institute",
        "relation": "institute",
        "finding": "uplift in two tasks",
        "received_at": story.world.now,
        "incorporated": "no",
    }
    story.given("record-external-finding", outside | {"why_not": "another model"}, ASSESSOR)
    story.given("decide-capability", decision("not_shown", provisional=True), RSO)
    assert codes(story) == []


def test_an_observation_recorded_over_seven_days_late_is_shown_and_a_decision_never() -> None:
    story = Story("2.2").on("2025-06-11")
    seen = {"model_id": "heron-4", "surface": "internal_research", "at": "2025-06-04T09:30:00.000000Z"}
    story.given("record-deployment", seen, ASSESSOR, effective_at="2025-06-04T09:30:00.000000Z")
    assert codes(story) == []
    story.given("record-deployment", seen, ASSESSOR, effective_at="2025-06-04T08:30:00.000000Z")
    assert codes(story) == ["RECORDED_LATE"]


def test_a_case_that_rests_on_no_attack_found_is_labelled_until_it_says_more() -> None:
    story = opened()
    story.given("state-case", weak(), ASSESSOR)
    assert codes(story) == ["NEGATIVE_EVIDENCE_ONLY"]
    story.given("state-case", case(), ASSESSOR)
    assert codes(story) == []


def weak() -> dict[str, Any]:
    claim = {"kind": "claim", "ground": "absence_of_found_attack", "node_id": "c1", "status": "supported"}
    return case(nodes=[claim | {"text": "Nobody broke it."}])


def test_what_a_compromised_key_signed_is_voided_from_the_entry_named_on() -> None:
    story = opened()
    first = story.given("record-deployment", deployment(story), RSO)
    second = story.given("record-deployment", deployment(story), RSO)
    revoked = {"key": RSO.key, "reason": "laptop stolen", "compromised_from": second.index}
    story.given("revoke-key", revoked, SECRETARY, GC)
    assert [(x.code, x.index) for x in findings(story.view)] == [("SIGNATURE_VOIDED", second.index)]
    assert first.index < second.index


def deployment(story: Story) -> dict[str, Any]:
    return {"model_id": "heron-4", "surface": "internal_research", "at": story.world.now}
