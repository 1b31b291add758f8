"""Readings, errata and acts outside the rules (DOMAIN §4.1)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.commitments import commitment
from ledger.engine.findings import findings
from ledger.policy.shipped import definition
from ledger.subjects import interpretations
from tests.adoption import A_TEXT, adopt, board, digest
from tests.given import Story
from tests.kit import CEO, GC, INSTRUMENT, RSO

RULE = "R22-C-COMPREHENSIVE"


def reading(rule: str = RULE, **members: Any) -> dict[str, Any]:
    return {
        "rule": rule,
        "question": "Is a checkpoint a model?",
        "reading": "Yes.",
        "direction": "neutral",
    } | members


def erratum(path: str, was: Any, is_: Any, **members: Any) -> dict[str, Any]:
    return {
        "policy": "rsp",
        "version": "2.2",
        "path": path,
        "was": was,
        "is": is_,
        "materiality": "clerical",
    } | members


def codes(story: Story) -> list[str]:
    return [x.code for x in findings(story.view)]


@pytest.mark.parametrize("reads", [{"every": "P1Y"}, {"or_multiple": "6.0"}])
def test_g_pol_7_refuses_a_reading_against_the_plain_data_of_a_must(reads: dict[str, str]) -> None:
    assert board().when("clarify-policy", reading(reads=reads), RSO) == ["G-POL-7"]


def test_g_pol_7_refuses_a_reading_of_no_rule_in_force() -> None:
    assert board().when("clarify-policy", reading("R22-NOWHERE"), RSO) == ["G-POL-7"]
    assert Story(None).when("clarify-policy", reading(), RSO) == ["G-POL-7"]


def test_g_pol_7_allows_what_the_data_says_what_it_leaves_open_and_readings_of_softer_rules() -> None:
    rule = definition("rsp-2.2").policy.rule(RULE)
    assert rule is not None
    must: dict[str, Any] = {"reads": {"modality": "must", "during_training": "yes"}}
    assert board().when("clarify-policy", reading(**must), RSO) == []
    soft = next(r for _, r in definition("rsp-2.2").policy.rules() if r.modality == "should")
    assert board().when("clarify-policy", reading(soft.id, reads={"text": "otherwise"}), RSO) == []
    assert board().when("clarify-policy", reading("CBRN-3"), CEO) == []


@pytest.mark.parametrize(("version", "by"), [("2.2", GC), ("3.0", CEO), ("1.0", GC)])
def test_g_pol_13_refuses_whoever_the_version_does_not_leave_it_to(version: str, by: Any) -> None:
    rule = next(r.id for _, r in definition(f"rsp-{version}").policy.rules())
    assert board(version).when("clarify-policy", reading(rule), by) == ["G-POL-13"]


@pytest.mark.parametrize(
    ("version", "by"), [("2.2", RSO), ("2.0", CEO), ("3.4", RSO), ("1.0", RSO), ("1.0", CEO)]
)
def test_g_pol_13_allows_those_whose_judgement_the_version_names_else_the_house(
    version: str, by: Any
) -> None:
    rule = next(r.id for _, r in definition(f"rsp-{version}").policy.rules())
    assert board(version).when("clarify-policy", reading(rule), by) == []


PROOF = "/assessment/comprehensive/standard_of_proof"


def test_g_pol_8_refuses_what_is_substantive_by_name_or_by_what_it_does() -> None:
    story = board()
    proof = definition("rsp-2.2").policy.data["assessment"]["comprehensive"]["standard_of_proof"]
    named = erratum(PROOF, proof, "clearer", materiality="substantive")
    assert story.when("issue-erratum", named, RSO) == ["G-POL-8"]
    looser = erratum("/clocks/R22-C-REAPPROVE/every", "P1Y", "P2Y")
    assert story.when("issue-erratum", looser, RSO) == ["G-POL-8"]


@pytest.mark.parametrize(
    ("path", "was", "is_"),
    [
        (PROOF, "something else", "clearer"),
        ("/nowhere", "a", "b"),
        ("nowhere", "a", "b"),
        ("/clocks/R22-C-REAPPROVE/every", "P1Y", "soon"),
    ],
)
def test_g_pol_8_refuses_what_misquotes_or_leaves_no_policy(path: str, was: str, is_: str) -> None:
    assert board().when("issue-erratum", erratum(path, was, is_), RSO) == ["G-POL-8"]
    assert board().when("issue-erratum", erratum(path, was, is_, version="2.1"), RSO) == ["G-POL-8"]


def test_g_pol_8_allows_a_slip_in_the_text() -> None:
    proof = definition("rsp-2.2").policy.data["assessment"]["comprehensive"]["standard_of_proof"]
    assert board().when("issue-erratum", erratum(PROOF, proof, f"{proof}."), RSO) == []
    assert board().when("issue-erratum", erratum(PROOF, proof, f"{proof}."), CEO) == ["E-ACTOR"]


def test_2_a_reading_applies_from_its_recording_until_the_version_that_it_waits_for() -> None:
    story = board()
    before = story.world.now
    story.given("clarify-policy", reading(until_version="2.3"), RSO)
    assert len(interpretations.readings(story.view, "R99-C-COMPREHENSIVE")) == 1
    assert interpretations.readings(story.register.at(as_of=before), RULE) == []
    adopt(story, A_TEXT)
    assert len(interpretations.readings(story.view, RULE)) == 1
    story.on("2025-11-03")
    assert interpretations.readings(story.view, RULE) == []


# ---- findings


def outside(story: Story) -> None:
    story.given(
        "record-outside-act",
        {"act": "The Board let Heron 5 be deployed.", "instrument": INSTRUMENT["digest"]},
        RSO,
        evidence=[INSTRUMENT],
    )


def test_adopted_outside_rules_raised_for_an_act_that_bypassed_them() -> None:
    story = board()
    outside(story)
    assert codes(story) == ["ADOPTED_OUTSIDE_RULES"]


def test_adopted_outside_rules_not_raised_for_a_change_that_went_by_them() -> None:
    story = board()
    adopt(story, A_TEXT)
    assert codes(story.on("2025-11-03")) == []


def case(rules: list[str]) -> dict[str, Any]:
    return {
        "case_id": "nc-1",
        "origin": "person",
        "rules": rules,
        "summary_cls": "public",
        "concerns_roles": [],
        "summary": "not opened in time",
    }


def test_retroactive_reading_raised_for_a_reading_of_ones_own_act() -> None:
    story = board()
    own = story.given("note", {"text": "Opened late."}, RSO)
    story.given("clarify-policy", reading(about=[own.id]), RSO)
    assert codes(story) == ["RETROACTIVE_READING"]


def retroactive(story: Story) -> list[int]:
    return [x.index for x in findings(story.view) if x.code == "RETROACTIVE_READING"]


def test_retroactive_reading_raised_while_a_case_on_the_rule_is_open() -> None:
    story = board()
    story.given("open-case", case(["R20-C-COMPREHENSIVE"]), RSO)
    fact = story.given("clarify-policy", reading(), RSO)
    assert retroactive(story) == [fact.index]


def test_retroactive_reading_not_raised_before_the_case_or_about_another_rule() -> None:
    story = board()
    story.given("clarify-policy", reading(), RSO)
    story.given("open-case", case([RULE]), RSO)
    story.given("clarify-policy", reading("CBRN-3"), RSO)
    assert retroactive(story) == []


def test_a_reading_is_to_be_made_clear_in_the_next_version() -> None:
    """[2.0 §7.1.1(7)]: aim to clarify in the next update; a commitment is opened."""
    story = board()
    fact = story.given("clarify-policy", reading(), RSO)
    made = commitment(story.view, f"clarify-{fact.id}")
    assert made is not None
    assert (made.state, made.modality, made.due) == ("open", "aims", None)
    adopt(story, A_TEXT)
    story.on("2025-11-03")
    made = commitment(story.view, f"clarify-{fact.id}")
    assert made is not None
    assert made.state == "met"


def test_retroactive_reading_not_raised_for_anothers_act_or_none() -> None:
    story = board()
    other = story.given("note", {"text": "Opened late."}, CEO)
    story.given("clarify-policy", reading(about=[other.id, digest("a")[:26]][:1]), RSO)
    story.given("clarify-policy", reading(), RSO)
    assert codes(story) == []
