"""Capability determinations: one hand may stop, two must go; each guard on both sides (DOMAIN §4.4)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.policy.shipped import definition
from ledger.register import Fact
from ledger.subjects import determinations
from tests.given import ASSESSOR, Story
from tests.kit import CEO, GC, RSO

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


@pytest.mark.parametrize("outcome", sorted(determinations.MILD))
def test_a_milder_outcome_with_everything_it_needs_stands(story: Story, outcome: str) -> None:
    assert decide(story, CEO, RSO, outcome=outcome) == []


@pytest.mark.parametrize("alone", [CEO, RSO])
def test_det_0_a_milder_outcome_needs_both_hands(story: Story, alone: Any) -> None:
    assert decide(story, alone) == ["G-DET-0"]
    assert "lacks" in story.refusals[0].reason


@pytest.mark.parametrize("outcome", ["not_shown", "reached", "checkpoint_reached"])
def test_det_0_one_hand_may_stop_at_any_time_provisionally(outcome: str) -> None:
    empty = Story("2.2").on("2025-02-17")
    bare = {"assessment_id": None, "report_digest": None}
    data = {k: v for k, v in decision(outcome, provisional=True, **bare).items() if v is not None}
    assert empty.when("decide-capability", data, RSO) == []
    assert empty.when("decide-capability", data | {"provisional": False}, RSO) == ["G-DET-0"]
    assert empty.when("decide-capability", data | {"provisional": False}, CEO, RSO) == []


def test_det_0_a_stranger_to_the_decision_neither_goes_nor_stops(story: Story) -> None:
    assert decide(story, GC, outcome="reached", provisional=True) == ["G-DET-0"]


def test_det_0_roles_come_from_the_policy_and_from_nowhere_else() -> None:
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
def test_det_1_the_report_covers_model_and_threshold(story: Story, wrong: dict[str, str]) -> None:
    assert "G-DET-1" in decide(story, CEO, RSO, **wrong)


def test_det_2_no_milder_outcome_without_an_affirmative_case() -> None:
    story = Story("2.2").on("2025-02-17")
    story.given("open-assessment", opening(), ASSESSOR)
    story.given("state-elicitation", elicitation(), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-1", "G-DET-2"]


def test_det_2_no_milder_outcome_without_an_elicitation_statement() -> None:
    story = Story("2.2").on("2025-02-17")
    story.given("open-assessment", opening(), ASSESSOR)
    story.given("state-case", case(), ASSESSOR)
    story.given("submit-report", report(), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-2"]


def test_det_2_an_open_defeater_blocks_nothing_but_must_be_listed(story: Story) -> None:
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
def test_det_3_a_crossed_red_line_forbids_a_milder_outcome(story: Story, op: str, value: str) -> None:
    line = {"id": "CB-1", "kind": "red", "op": op, "value": "0.50"}
    story.given("record-result", result(value, line=line), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-3"]
    assert decide(story, CEO, RSO, outcome="not_shown") == []


@pytest.mark.parametrize(
    ("value", "kind"), [("0.49", "red"), ("0.60", "yellow"), ("0.4999999999999999999", "red")]
)
def test_det_3_a_line_that_is_not_crossed_or_not_red_forbids_nothing(
    story: Story, value: str, kind: str
) -> None:
    story.given("record-result", result(value, kind), ASSESSOR)
    assert decide(story, CEO, RSO) == []


def test_det_3_what_the_tester_calls_uncrossed_is_computed_again(story: Story) -> None:
    story.given("record-result", result("0.50", "red", crossed=False), ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-DET-3"]


def test_det_3_a_correction_turns_a_yellow_line_red_from_then_on(story: Story) -> None:
    fact = story.given("record-result", result("0.52", "yellow"), ASSESSOR)
    assert decide(story, CEO, RSO) == []
    correct(story, fact, "/line/kind", "yellow", "red")
    assert decide(story, CEO, RSO) == ["G-DET-3"]


def test_det_3_answered_and_told_to_the_board_it_may_be_decided(story: Story) -> None:
    fact = story.given("record-result", result("0.52", "red"), ASSESSOR)
    answer = [{"result": fact.id, "why": "the grader counted refusals as passes"}]
    assert decide(story, CEO, RSO, red_line_rationale=answer) == ["G-DET-3"]
    ltbt = story.given("share-with-bodies", shared(["LTBT"]), RSO)
    assert decide(story, CEO, RSO, red_line_rationale=answer, board_notice=ltbt.id) == ["G-DET-3"]
    both = story.given("share-with-bodies", shared(["BOARD", "LTBT"]), RSO)
    assert decide(story, CEO, RSO, red_line_rationale=answer, board_notice=both.id) == []


def test_det_4_the_threshold_stands_in_the_policy_in_force(story: Story) -> None:
    assert decide(story, RSO, outcome="reached", threshold="ASL3-MISUSE", provisional=True) == ["G-DET-4"]
    assert "CBRN-3" in story.refusals[0].cure
    older = Story("1.0").on("2025-10-02")
    data = decision("reached", threshold="ASL3-MISUSE", provisional=True)
    assert older.when("decide-capability", data, RSO) == []


def test_det_6_a_determination_is_revoked_by_those_who_make_it(story: Story) -> None:
    revoked = {
        "model_id": "heron-4",
        "threshold": "CBRN-3",
        "reason": "under-elicited",
        "new_assessment_required": True,
    }
    assert story.when("revoke-determination", revoked, RSO) == ["G-DET-6"]
    assert story.when("revoke-determination", revoked, CEO, RSO) == []


def test_det_7_a_cap_lies_below_the_trigger_and_is_set_by_one_of_them(story: Story) -> None:
    cap = {"model_id": "heron-4", "max_mult": "3.9", "until": "2025-12-31T00:00:00.000000Z"}
    assert story.when("set-training-cap", cap, RSO) == []
    assert story.when("set-training-cap", cap | {"max_mult": "4.0"}, RSO) == ["G-DET-7"]
    assert story.when("set-training-cap", cap, ASSESSOR) == ["G-DET-7"]


def test_asm_2_a_report_has_every_part_that_the_policy_requires(story: Story) -> None:
    assert story.when("submit-report", report(parts_present=PARTS[1:]), ASSESSOR) == ["G-ASM-2"]
    assert PARTS[0] in story.refusals[0].reason


def test_asm_3_a_report_names_a_case_that_stands(story: Story) -> None:
    assert story.when("submit-report", report(affirmative_case="nowhere"), ASSESSOR) == ["G-ASM-3"]
    without = {k: v for k, v in report().items() if k != "affirmative_case"}
    assert story.when("submit-report", without, ASSESSOR) == ["G-ASM-3"]


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


def correct(story: Story, fact: Fact, path: str, was: Any, is_: Any) -> None:
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
    story.given("correct-entry", data, ASSESSOR, corrects=fact.id)
