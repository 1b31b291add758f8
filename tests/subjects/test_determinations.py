"""Capability determinations: one hand may stop, two must go; each guard on both sides (DOMAIN §4.4)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.policy.shipped import definition
from ledger.register import Fact
from ledger.subjects.outcome import MILD
from tests.given import ASSESSOR, CISO, Story
from tests.kit import CEO, GC, RSO, Person

REPORT = "sha256:" + "a" * 64
PARTS = ["threat_model_mapping", "evaluations", "elicitation", "forecasting"]


def opening(**changes: Any) -> dict[str, Any]:
    return {
        "assessment_id": "a-heron-4",
        "kind": "comprehensive",
        "model_id": "heron-4",
        "thresholds": ["CBRN-3", "MODEL-AUTONOMY"],
        "snapshots": [{"name": "heron-4-final", "safety_trained": False}],
        "team": "frontier red team",
    } | changes


def case(**changes: Any) -> dict[str, Any]:
    return {
        "case_id": "sc-heron-4",
        "nodes": [
            {
                "node_id": "c1",
                "kind": "claim",
                "ground": "inability",
                "status": "supported",
                "text": "It cannot.",
            },
            {
                "node_id": "a1",
                "kind": "argument",
                "parent": "c1",
                "status": "supported",
                "text": "Tests say so.",
            },
        ],
    } | changes


def elicitation(**changes: Any) -> dict[str, Any]:
    return {
        "assessment_id": "a-heron-4",
        "techniques": [{"name": "best-of-N", "used": True}],
        "helpful_only_model": True,
        "finetuned_for": ["instruction_following", "tool_use", "low_refusal"],
        "under_elicitation_risk": "low",
        "basis": "as published",
    } | changes


def report(**changes: Any) -> dict[str, Any]:
    return {
        "report": "capability",
        "assessment_id": "a-heron-4",
        "digest": REPORT,
        "parts_present": PARTS,
        "affirmative_case": "sc-heron-4",
        "recommendation": "below",
    } | changes


def result(value: str = "0.46", kind: str = "yellow", **changes: Any) -> dict[str, Any]:
    return {
        "assessment_id": "a-heron-4",
        "attempts": 10,
        "crossed": False,
        "elicitation": ["tools"],
        "evaluation_id": "cbrn-1",
        "line": {"id": "CB-1", "kind": kind, "op": ">=", "value": "0.50"},
        "model_snapshot": "heron-4-final",
        "result": value,
        "threshold": "CBRN-3",
    } | changes


def decision(outcome: str = "below", **changes: Any) -> dict[str, Any]:
    return {
        "model_id": "heron-4",
        "threshold": "CBRN-3",
        "outcome": outcome,
        "reasons": "see the report",
        "assessment_id": "a-heron-4",
        "report_digest": REPORT,
        "defeaters_open": [],
        "precautionary": False,
        "provisional": False,
    } | changes


@pytest.fixture
def story() -> Story:
    """Everything that a milder outcome needs."""
    story = Story("2.2").on("2025-02-17")
    story.given("open-assessment", opening(), ASSESSOR)
    story.given("state-case", case(), ASSESSOR)
    story.given("state-elicitation", elicitation(), ASSESSOR)
    story.given("submit-report", report(), ASSESSOR)
    return story


def decide(story: Story, *by: Any, **changes: Any) -> list[str]:
    return story.when("decide-capability", decision(**changes), *by)


@pytest.mark.parametrize("outcome", sorted(MILD))
def test_g_det_0_allows_a_milder_outcome_by_both_with_everything_it_needs(story: Story, outcome: str) -> None:
    assert decide(story, CEO, RSO, outcome=outcome) == []


@pytest.mark.parametrize("alone", [CEO, RSO])
def test_g_det_0_refuses_a_milder_outcome_by_one_hand(story: Story, alone: Any) -> None:
    assert decide(story, alone) == ["G-DET-0"]
    assert "lacks" in story.refusals[0].reason


@pytest.mark.parametrize("outcome", ["not_shown", "reached", "checkpoint_reached"])
def test_g_det_0_allows_one_hand_to_stop_at_any_time_provisionally(outcome: str) -> None:
    empty = Story("2.2").on("2025-02-17")
    bare = {"assessment_id": None, "report_digest": None}
    data = {k: v for k, v in decision(outcome, provisional=True, **bare).items() if v is not None}
    assert empty.when("decide-capability", data, RSO) == []
    assert empty.when("decide-capability", data | {"provisional": False}, RSO) == ["G-DET-0"]
    assert empty.when("decide-capability", data | {"provisional": False}, CEO, RSO) == []


def test_g_det_0_refuses_a_stranger_to_the_decision_even_to_stop(story: Story) -> None:
    assert decide(story, GC, outcome="reached", provisional=True) == ["G-DET-0"]


def test_g_det_0_refuses_roles_that_the_policy_does_not_name() -> None:
    data = definition("rsp-2.2").policy.data
    changed = data["approvals"] | {
        "capability_decision": data["approvals"]["capability_decision"]
        | {"approve": ["RSO", "GENERAL_COUNSEL"]}
    }
    roles = [*data["roles"], {"id": "GENERAL_COUNSEL", "duties": ["decides capabilities here"]}]
    other = Story("2.2", approvals=changed, roles=roles).on("2025-02-17")
    assert other.when("decide-capability", decision("reached"), CEO, RSO) == ["G-DET-0"]
    assert other.when("decide-capability", decision("reached"), GC, RSO) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"model_id": "heron-5"},
        {"threshold": "CBRN-4"},
        {"assessment_id": "another"},
        {"report_digest": "sha256:" + "b" * 64},
    ],
)
def test_g_det_1_refuses_a_report_that_does_not_cover_model_and_threshold(
    story: Story, wrong: dict[str, str]
) -> None:
    assert "G-DET-1" in decide(story, CEO, RSO, **wrong)


def test_g_det_1_allows_every_threshold_that_the_assessment_covers(story: Story) -> None:
    assert decide(story, CEO, RSO, threshold="MODEL-AUTONOMY") == []


def test_g_det_2_refuses_a_milder_outcome_without_an_affirmative_case() -> None:
    story = Story("2.2").on("2025-02-17")
    story.given("open-assessment", opening(), ASSESSOR)
    story.given("state-elicitation", elicitation(), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-1", "G-DET-2"]


def test_g_det_2_refuses_a_milder_outcome_without_an_elicitation_statement() -> None:
    story = Story("2.2").on("2025-02-17")
    story.given("open-assessment", opening(), ASSESSOR)
    story.given("state-case", case(), ASSESSOR)
    story.given("submit-report", report(), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-2"]


def test_g_det_2_allows_an_open_defeater_that_is_listed(story: Story) -> None:
    defeater = {
        "node_id": "d1",
        "kind": "defeater",
        "parent": "c1",
        "status": "contested",
        "text": "Too few tries.",
    }
    story.given("state-case", case(nodes=[*case()["nodes"], defeater]), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-2"]
    assert decide(story, CEO, RSO, defeaters_open=["d1"]) == []
    story.given("state-case", case(nodes=[*case()["nodes"], defeater | {"status": "defeated"}]), ASSESSOR)
    assert decide(story, CEO, RSO) == []


@pytest.mark.parametrize(("op", "value"), [(">=", "0.50"), (">", "0.51"), ("<=", "0.50"), ("<", "0.49")])
def test_g_det_3_refuses_a_milder_outcome_over_a_crossed_red_line(story: Story, op: str, value: str) -> None:
    line = {"id": "CB-1", "kind": "red", "op": op, "value": "0.50"}
    story.given("record-result", result(value, line=line), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-3"]
    assert decide(story, CEO, RSO, outcome="not_shown") == []


@pytest.mark.parametrize(
    ("value", "kind"), [("0.49", "red"), ("0.60", "yellow"), ("0.4999999999999999999", "red")]
)
def test_g_det_3_allows_what_is_not_crossed_or_not_red(story: Story, value: str, kind: str) -> None:
    story.given("record-result", result(value, kind), ASSESSOR)
    assert decide(story, CEO, RSO) == []


def test_g_det_3_refuses_what_the_tester_calls_uncrossed_and_is_crossed(story: Story) -> None:
    story.given("record-result", result("0.50", "red", crossed=False), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-3"]


def test_g_det_3_refuses_once_a_correction_turns_a_yellow_line_red(story: Story) -> None:
    fact = story.given("record-result", result("0.52", "yellow"), ASSESSOR)
    assert decide(story, CEO, RSO) == []
    correct(story, fact, "/line/kind", "yellow", "red")
    assert decide(story, CEO, RSO) == ["G-DET-3"]


def test_g_det_3_allows_what_is_answered_and_told_to_the_board(story: Story) -> None:
    fact = story.given("record-result", result("0.52", "red"), ASSESSOR)
    answer = [{"result": fact.id, "why": "the grader counted refusals as passes"}]
    assert decide(story, CEO, RSO, red_line_rationale=answer) == ["G-DET-3"]
    ltbt = story.given("share-with-bodies", shared(["LTBT"]), RSO)
    assert decide(story, CEO, RSO, red_line_rationale=answer, board_notice=ltbt.id) == ["G-DET-3"]
    both = story.given("share-with-bodies", shared(["BOARD", "LTBT"]), RSO)
    assert decide(story, CEO, RSO, red_line_rationale=answer, board_notice=both.id) == []


def test_g_det_4_refuses_a_threshold_that_the_policy_in_force_lacks(story: Story) -> None:
    assert decide(story, RSO, outcome="reached", threshold="ASL3-MISUSE", provisional=True) == ["G-DET-4"]
    assert "CBRN-3" in story.refusals[0].cure
    without = Story(None).on("2025-10-02")
    assert decide(without, CEO, RSO, outcome="reached") == ["G-DET-4"]
    assert "no policy" in without.refusals[0].cure


def test_g_det_4_allows_a_threshold_of_the_policy_in_force() -> None:
    older = Story("1.0").on("2025-10-02")
    assert decide(older, RSO, outcome="reached", threshold="ASL3-MISUSE", provisional=True) == []


REVOKED = {
    "model_id": "heron-4",
    "threshold": "CBRN-3",
    "reason": "under-elicited",
    "new_assessment_required": True,
}


def test_g_det_6_refuses_one_hand_to_revoke(story: Story) -> None:
    assert story.when("revoke-determination", REVOKED, RSO) == ["G-DET-6"]
    assert "lacks CEO" in story.refusals[0].reason


def test_g_det_6_allows_those_who_decide_to_revoke(story: Story) -> None:
    assert story.when("revoke-determination", REVOKED, CEO, RSO) == []


CAP = {"model_id": "heron-4", "max_mult": "3.9", "until": "2025-12-31T00:00:00.000000Z"}


def test_g_det_7_refuses_a_cap_at_the_trigger_and_one_by_somebody_else(story: Story) -> None:
    assert story.when("set-training-cap", CAP | {"max_mult": "4.0"}, RSO) == ["G-DET-7"]
    assert story.when("set-training-cap", CAP, ASSESSOR) == ["G-DET-7"]


def test_g_det_7_allows_a_cap_below_the_trigger_by_one_of_those_who_decide(story: Story) -> None:
    assert story.when("set-training-cap", CAP, RSO) == []


def test_g_det_7_allows_any_cap_where_the_policy_has_no_trigger() -> None:
    story = Story(None).on("2025-02-17")
    assert story.when("set-training-cap", CAP | {"max_mult": "400"}, CEO) == []


def test_g_asm_2_refuses_a_report_without_a_part_that_the_policy_requires(story: Story) -> None:
    assert story.when("submit-report", report(parts_present=PARTS[1:]), ASSESSOR) == ["G-ASM-2"]
    assert PARTS[0] in story.refusals[0].reason


def safeguards() -> dict[str, Any]:
    data = report(report="safeguards", standard="ASL-3-SECURITY", parts_present=[])
    return {k: v for k, v in data.items() if k not in ("assessment_id", "affirmative_case")}


def test_g_asm_2_allows_every_part_and_asks_none_of_a_safeguards_report(story: Story) -> None:
    assert story.when("submit-report", report(parts_present=[*PARTS, "annex"]), ASSESSOR) == []
    assert story.when("submit-report", safeguards(), CISO) == []


def test_g_asm_3_refuses_a_report_without_a_case_that_stands(story: Story) -> None:
    assert story.when("submit-report", report(affirmative_case="nowhere"), ASSESSOR) == ["G-ASM-3"]
    without = {k: v for k, v in report().items() if k != "affirmative_case"}
    assert story.when("submit-report", without, ASSESSOR) == ["G-ASM-3"]


def test_g_asm_3_allows_a_case_that_stands_and_none_where_the_policy_wants_none(story: Story) -> None:
    assert story.when("submit-report", report(), ASSESSOR) == []
    older = Story(None).on("2025-02-17")
    without = {k: v for k, v in report().items() if k != "affirmative_case"}
    assert older.when("submit-report", without, ASSESSOR) == []


def test_dissent_is_always_accepted_and_a_split_is_recorded(story: Story) -> None:
    fact = story.given("decide-capability", decision(), CEO, RSO)
    story.given("record-dissent", {"event": fact.id, "by": "p-assessor", "text": "too early"}, ASSESSOR)
    positions = [
        {"role": "CEO", "outcome": "below", "reason": "as reported"},
        {"role": "RSO", "outcome": "not_shown", "reason": "too few tries"},
    ]
    story.given("record-split", {"model_id": "heron-4", "threshold": "CBRN-3", "positions": positions}, RSO)


def shared(bodies: list[str]) -> dict[str, Any]:
    return {"bodies": bodies, "items": [REPORT], "delivered_at": "2025-02-17T12:00:00.000000Z"}


def correct(story: Story, fact: Fact, path: str, was: Any, is_: Any, *, by: Person = ASSESSOR) -> None:
    """A material correction, by the roles that signed the original."""
    data = {
        "discovered_at": story.world.now,
        "discovered_by": "p-rso",
        "effects": [],
        "field_path": path,
        "how": "read against the policy",
        "is": is_,
        "kind": "line_kind",
        "material": True,
        "republish": [],
        "was": was,
    }
    story.given("correct-entry", data, by, corrects=fact.id)
