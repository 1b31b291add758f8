"""Who may sign what, and what nobody can undo: cases, two persons, readings, corrections (DOMAIN §4.10, §4.16, §8)."""

from __future__ import annotations

from ledger.engine.cases import case
from ledger.engine.compute import multiple
from tests.engine.heron import decide, measured
from tests.given import AUDITOR, Story
from tests.kit import CEO, D1, GC, RSO, T1
from tests.scenarios.story import above, ask, assessed, codes, corrected, deployed, noon, opened, outcome
from tests.subjects.test_cases import triage
from tests.subjects.test_determinations import decision


def breached() -> tuple[Story, str]:
    """Heron 4 was put out against the gate; the case that opened itself."""
    story = above()
    fact = deployed(story)
    return story, f"nc-{fact.id}"


def test_the_person_concerned_neither_handles_nor_closes_the_case() -> None:
    story, id_ = breached()
    assert case(story.view, id_) is not None
    mine = triage(case_id=id_, handlers=["p-ceo", "p-d1"], concerns_roles=["CEO"])
    assert "G-NC-1" in story.when("triage-case", mine, CEO, D1)
    story.given(
        "triage-case", triage(case_id=id_, handlers=["p-rso", "p-d1"], concerns_roles=["CEO"]), RSO, D1
    )
    closing = {
        "case_id": id_,
        "outcome": "substantiated",
        "lessons": "x",
        "policy_change_needed": False,
        "publish": "no",
        "why": "x",
    }
    assert "G-NC-2" in story.when("close-case", closing, CEO, D1)


def test_a_case_about_the_rso_goes_to_a_director() -> None:
    story, id_ = breached()
    alone = triage(case_id=id_, handlers=["p-rso"], concerns_roles=["RSO"])
    assert "G-NC-1" in story.when("triage-case", alone, RSO, D1)


def test_facts_are_accepted_from_whoever_holds_a_seat_and_decisions_are_not() -> None:
    story = assessed()
    data = {"model_id": "heron-4", "surface": "general", "at": story.world.now}
    assert story.when("record-deployment", data, T1) == []
    assert story.when("record-deployment", data, AUDITOR) == []
    assert story.when("decide-capability", decision("not_shown"), GC) != []
    assert (
        story.when(
            "revoke-determination",
            {
                "model_id": "heron-4",
                "threshold": "CBRN-3",
                "reason": "x",
                "new_assessment_required": False,
            },
            RSO,
        )
        != []
    )


def test_a_correction_needs_those_who_signed_and_the_value_as_it_reads() -> None:
    story = assessed()
    fact = decide(story, "heron-4", "CBRN-3", "not_shown")
    data = {
        "discovered_at": story.world.now,
        "discovered_by": "p-rso",
        "effects": [],
        "field_path": "/outcome",
        "how": "x",
        "is": "below",
        "kind": "factual",
        "material": True,
        "republish": [],
        "was": "not_shown",
    }
    assert story.when("correct-entry", data, RSO, corrects=fact.id) != []
    assert story.when("correct-entry", data | {"was": "reached"}, CEO, RSO, corrects=fact.id) != []
    assert outcome(story, "heron-4", "CBRN-3") == "not_shown"


def test_a_correction_makes_no_milder_decision_than_its_guards_allow() -> None:
    story = opened().on("2025-02-17")
    fact = decide(story, "heron-4", "CBRN-3", "not_shown")
    data = {
        "discovered_at": story.world.now,
        "discovered_by": "p-rso",
        "effects": [],
        "field_path": "/outcome",
        "how": "x",
        "is": "below",
        "kind": "factual",
        "material": True,
        "republish": [],
        "was": "not_shown",
    }
    refused = story.when("correct-entry", data, CEO, RSO, corrects=fact.id)
    assert refused != [] or not ask(story, "deploy").permitted


def test_a_correction_can_be_corrected_and_every_day_keeps_its_answer() -> None:
    story = opened()
    fact = measured(story, "heron-4", "heron-3", "2.0")
    first = corrected(story.on("2025-02-10"), fact, "/mult", "2.0", "5.0")
    corrected(story.on("2025-02-20"), first, "/is", "5.0", "3.0")

    def known(day: str) -> str:
        found = multiple(story.register.at(known_at=noon(day)), "heron-4", "heron-3")
        return str(found.value) if found else ""

    assert [known(d) for d in ("2025-02-01", "2025-02-15", "2025-02-25")] == ["2", "5", "3"]


def test_a_reading_that_comes_while_a_case_on_its_rule_is_open_is_a_finding() -> None:
    story = assessed()
    data = {
        "case_id": "nc-2025-1",
        "origin": "person",
        "rules": ["R22-G-DEPLOY-B"],
        "summary_cls": "public",
        "summary": "x",
        "concerns_roles": [],
    }
    story.given("open-case", data, GC)
    said = {
        "rule": "R22-G-DEPLOY-B",
        "question": "Are pilots deployments?",
        "reading": "They are not.",
        "direction": "loosens",
    }
    before = ask(story, "deploy", surface="limited_partner").denials()
    story.given("clarify-policy", said, RSO)
    assert ask(story, "deploy", surface="limited_partner").denials() == before
    assert "RETROACTIVE_READING" in codes(story)


def test_no_officer_stands_in_for_the_other() -> None:
    story = assessed()
    delegation = {
        "from_role": "CEO",
        "to_person": "p-rso",
        "scope": ["decide-gate"],
        "from": story.world.now,
        "to": noon("2025-04-10"),
        "reason": "travel",
    }
    assert story.when("delegate", delegation, CEO) != []
