"""Noncompliance cases: nobody has to dare them, nobody concerned handles or closes them (DOMAIN §4.10)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.cases import Case, actions, board_notice, case, cases
from ledger.register import Fact
from tests.given import COUNSEL, Story
from tests.kit import CEO, D1, D2, GC, RSO, SECRETARY, T1, T2

BREACH = {
    "period": "2025-H1",
    "template_digests": [],
    "count_offered": 12,
    "count_with_clause": 2,
    "carve_out_safety_concerns": False,
    "carve_out_existence": True,
    "legacy_with_clause": 0,
    "remedied": 0,
}


def opening(**members: Any) -> dict[str, Any]:
    return {
        "case_id": "nc-2025-1",
        "origin": "person",
        "rules": ["R22-G-DEPLOY-A"],
        "summary_cls": "public",
        "summary": "on before it was allowed",
        "concerns_roles": ["CEO"],
    } | members


def triage(**members: Any) -> dict[str, Any]:
    return {
        "case_id": "nc-2025-1",
        "risk": "material",
        "handlers": ["p-rso", "p-d1"],
        "concerns_roles": ["CEO"],
    } | members


def found(**members: Any) -> dict[str, Any]:
    return {
        "case_id": "nc-2025-1",
        "status": "substantiated",
        "facts": "on for eight days",
        "instances": [{"what": "the endpoint", "when": "2025-06-04T09:00:00.000000Z", "lasted": "P8D"}],
        "developer_view": "a slip",
    } | members


def plan(**members: Any) -> dict[str, Any]:
    return {
        "case_id": "nc-2025-1",
        "actions": [{"id": "a1", "what": "exit code 0 or no release", "owner": "RSO", "due": "2025-09-30"}],
        "proportionality": "it closes the hole",
    } | members


def closing(**members: Any) -> dict[str, Any]:
    return {
        "case_id": "nc-2025-1",
        "outcome": "substantiated",
        "lessons": "pipelines ask the gate",
        "policy_change_needed": False,
        "publish": "yes",
        "why": "it concerns the public",
    } | members


DONE = {"case_id": "nc-2025-1", "action": "a1", "how": "as attached"}


@pytest.fixture
def story() -> Story:
    story = Story("2.2").on("2025-06-11")
    story.given("open-case", opening(), T2)
    return story


@pytest.fixture
def handled(story: Story) -> Story:
    """Triaged, substantiated, planned and done."""
    story.given("triage-case", triage(), RSO, D1)
    story.given("record-finding", found(), RSO, D1)
    story.given("plan-action", plan(), RSO, D1)
    story.given("complete-action", DONE, RSO)
    return story


def the(story: Story, id_: str = "nc-2025-1") -> Case:
    one = case(story.view, id_)
    assert one is not None
    return one


# ---- cases that open themselves


def breach(story: Story) -> Fact:
    return story.given("attest-agreements", BREACH, COUNSEL, GC)


def test_1_a_conduct_finding_opens_a_case_by_itself_under_the_id_of_its_entry() -> None:
    story = Story("2.2").on("2025-06-30")
    before = story.view
    fact = breach(story)
    (one,) = cases(story.view)
    assert (one.id, one.origin, one.codes) == (fact.id, "engine", ("AGREEMENT_CLAUSE_BREACH",))
    assert (one.status, one.opened_at, one.cause) == ("opened", fact.recorded_at, fact)
    assert case(story.view, f"nc-{fact.id}") == one == case(story.view, fact.id)
    assert cases(before) == []


def test_2_a_case_in_which_something_was_recorded_outlives_its_finding() -> None:
    story = Story("2.2").on("2025-06-30")
    fact = breach(story)
    story.given("triage-case", triage(case_id=f"nc-{fact.id}", concerns_roles=["PEOPLE"]), RSO, D1)
    corrected = {
        "field_path": "/count_with_clause",
        "was": 2,
        "is": 0,
        "kind": "factual",
        "material": True,
        "discovered_at": story.world.now,
        "discovered_by": "p-gc",
        "how": "counted again",
        "effects": [],
        "republish": [],
    }
    story.given("correct-entry", corrected, COUNSEL, GC, corrects=fact.id)
    one = the(story, fact.id)
    assert (one.codes, one.status, one.open) == ((), "triaged", True)


def test_acts_on_a_case_that_nobody_opened_make_none(story: Story) -> None:
    story.given("record-finding", found(case_id="nc-9"), RSO)
    assert [x.id for x in cases(story.view)] == ["nc-2025-1"]


# ---- origins


def test_3_an_allegation_stays_alleged_until_somebody_with_authority_finds() -> None:
    story = Story("2.2").on("2025-08-01")
    story.given("open-case", opening(origin="external_allegation", source="a critic", concerns_roles=[]), RSO)
    assert (the(story).status, the(story).breach) == ("alleged", False)
    story.given("triage-case", triage(concerns_roles=[]), RSO, D1)
    story.given("record-finding", found(), CEO)
    assert (the(story).status, the(story).breach) == ("alleged", False)
    story.given("record-finding", found(), D2)
    assert (the(story).status, the(story).breach) == ("substantiated", True)


def test_3_a_director_is_no_authority_where_directors_are_concerned() -> None:
    story = Story("2.2").on("2025-08-01")
    story.given("open-case", opening(concerns_roles=["DIRECTOR"]), RSO)
    story.given("record-finding", found(status="not_substantiated"), D2)
    assert the(story).status == "opened"
    story.given("record-finding", found(status="not_substantiated"), T1)
    assert the(story).status == "not_substantiated"


@pytest.mark.parametrize(("by", "origin"), [((T1, T2), "LTBT"), ((T1,), "person"), ((T1, RSO), "person")])
def test_a_body_opens_a_case_with_two_signatures(by: Any, origin: str) -> None:
    story = Story("2.2").on("2025-06-11")
    story.given("open-case", opening(origin="body", body="LTBT"), *by)
    assert the(story).origin == origin


def test_a_body_that_is_not_named_is_a_person() -> None:
    story = Story("2.2").on("2025-06-11")
    story.given("open-case", opening(origin="body"), T1, T2)
    assert the(story).origin == "person"


# ---- G-NC-0, G-NC-1: who handles


@pytest.mark.parametrize("by", [(RSO,), (D1,), (RSO, T1), (D2, T1), (CEO, D2)])
def test_g_nc_0_refuses_without_a_handler_and_a_director(story: Story, by: Any) -> None:
    assert "G-NC-0" in story.when("triage-case", triage(handlers=["p-rso"]), *by)


def test_g_nc_0_allows_a_handler_and_a_director(story: Story) -> None:
    assert story.when("triage-case", triage(), RSO, D1) == []
    assert (the(story).status, the(story).risk, the(story).handlers) == (
        "triaged",
        "material",
        ("p-rso", "p-d1"),
    )


def test_g_nc_0_allows_a_trustee_in_the_directors_place_where_directors_are_concerned(story: Story) -> None:
    concerned = triage(handlers=["p-rso"], concerns_roles=["DIRECTOR"])
    assert "G-NC-0" in story.when("triage-case", concerned, RSO, D1)
    assert story.when("triage-case", concerned, RSO, T1) == []


@pytest.mark.parametrize("handlers", [["p-ceo"], ["p-rso", "p-ceo"]])
def test_g_nc_1_refuses_a_handler_whose_role_is_concerned(story: Story, handlers: list[str]) -> None:
    assert "G-NC-1" in story.when("triage-case", triage(handlers=handlers), CEO, D1)
    assert "G-NC-1" in story.when("triage-case", triage(handlers=handlers, concerns_roles=[]), CEO, D1)


def test_g_nc_1_refuses_who_declared_a_conflict(story: Story) -> None:
    conflict = {"person": "p-d1", "matter": "nc-2025-1", "why": "former manager"}
    story.given("declare-conflict", conflict, D1)
    assert story.when("triage-case", triage(), RSO, D1) == ["G-NC-1"]
    assert story.when("triage-case", triage(handlers=["p-rso"]), RSO, D2) == []


def test_g_nc_1_refuses_a_case_about_the_rso_without_a_director_as_handler(story: Story) -> None:
    about = {"concerns_roles": ["RSO"]}
    assert story.when("triage-case", triage(handlers=["p-t1"], **about), T1, D1) == ["G-NC-1"]
    assert "G-NC-1" in story.when("triage-case", triage(**about), RSO, D1)


def test_g_nc_1_allows_a_director_to_handle_what_concerns_the_rso(story: Story) -> None:
    assert story.when("triage-case", triage(handlers=["p-d1"], concerns_roles=["RSO"]), D1, D2) == []


def test_4_a_role_once_named_stays_concerned(story: Story) -> None:
    story.given("triage-case", triage(concerns_roles=[]), RSO, D1)
    assert the(story).roles == ("CEO",)


def test_4_delegates_of_a_concerned_role_are_concerned() -> None:
    story = Story("2.2", settings={"delegation": "on"}).on("2025-06-11")
    delegation = {
        "from_role": "CEO",
        "to_person": "p-gc",
        "scope": ["answer-finding"],
        "from": "2025-06-01T00:00:00.000000Z",
        "to": "2025-06-10T00:00:00.000000Z",
        "reason": "leave",
    }
    story.given("delegate", delegation, CEO)
    story.given("open-case", opening(), T2)
    assert story.when("triage-case", triage(handlers=["p-gc"]), GC, D1) == ["G-NC-1"]


# ---- the Board's notice


def told(story: Story, at: str, item: str = "nc-2025-1") -> None:
    story.given("notify-board", {"at": at, "items": [item]}, SECRETARY)


def test_5_the_boards_notice_runs_from_the_opening_however_late_the_triage(story: Story) -> None:
    assert board_notice(story.view, the(story)).due == "2025-06-14T09:01:00.000000Z"
    story.on("2025-06-20").given("triage-case", triage(), RSO, D1)
    assert board_notice(story.view, the(story)).state == "overdue"
    told(story, "2025-06-20T10:00:00.000000Z")
    assert board_notice(story.view, the(story)).state == "met_late"


def test_5_a_notice_within_three_days_meets_it_and_a_minimal_case_needs_none(story: Story) -> None:
    assert board_notice(story.view, the(story)).state == "running"
    told(story, "2025-06-12T11:00:00.000000Z", "nc-other")
    assert board_notice(story.view, the(story)).state == "running"
    told(story, "2025-06-12T11:00:00.000000Z")
    assert board_notice(story.view, the(story)).state == "met"
    story.given("triage-case", triage(risk="minimal"), RSO, D1)
    assert board_notice(story.view, the(story)).state == "not_applicable"


def test_5_a_notice_recorded_over_a_week_later_proves_nothing(story: Story) -> None:
    story.on("2025-06-30")
    told(story, "2025-06-12T11:00:00.000000Z")
    assert board_notice(story.view, the(story)).state == "met_unproven"


# ---- closing


def test_g_nc_2_refuses_to_be_closed_by_whom_it_concerns(handled: Story) -> None:
    assert handled.when("close-case", closing(), CEO, RSO, D1) == ["G-NC-2"]
    assert "G-NC-2" in handled.when("close-case", closing(), CEO)


def test_g_nc_2_allows_the_handler_and_a_director(handled: Story) -> None:
    assert handled.when("close-case", closing(), RSO, D1) == []
    assert (the(handled).status, the(handled).open, the(handled).breach) == ("closed", False, True)


def test_g_nc_2_refuses_a_signer_of_the_act_that_a_case_comes_from_before_triage() -> None:
    story = Story("2.2").on("2025-06-30")
    fact = breach(story)
    assert "G-NC-2" in story.when("close-case", closing(case_id=fact.id), GC, D1)
    assert "G-NC-2" not in story.when("close-case", closing(case_id=fact.id), RSO, D1)


def test_g_nc_3_refuses_over_an_action_that_is_not_done(story: Story) -> None:
    story.given("triage-case", triage(), RSO, D1)
    story.given("record-finding", found(), RSO, D1)
    story.given("plan-action", plan(), RSO, D1)
    moved = [{"action": "a1", "commitment_id": "c-none"}]
    assert story.when("close-case", closing(), RSO, D1) == ["G-NC-3"]
    assert story.when("close-case", closing(moved=moved), RSO, D1) == ["G-NC-3"]


def test_g_nc_3_allows_actions_that_are_done(handled: Story) -> None:
    (action,) = actions(the(handled))
    assert (action.id, action.done is not None) == ("a1", True)
    assert handled.when("close-case", closing(), RSO, D1) == []


def test_g_nc_4_refuses_a_substantiated_case_without_action_or_reason(story: Story) -> None:
    story.given("triage-case", triage(), RSO, D1)
    story.given("record-finding", found(), RSO, D1)
    assert story.when("plan-action", plan(actions=[]), RSO, D1) == ["G-NC-4"]


def test_g_nc_4_allows_a_reasoned_none(story: Story) -> None:
    story.given("triage-case", triage(), RSO, D1)
    story.given("record-finding", found(), RSO, D1)
    assert story.when("plan-action", plan(actions=[], none_because="it ended by itself"), RSO, D1) == []
    assert story.when("close-case", closing(), RSO, D1) == []


def test_g_nc_5_refuses_another_outcome_than_was_found_and_no_plan(story: Story) -> None:
    story.given("triage-case", triage(), RSO, D1)
    assert story.when("close-case", closing(outcome="not_substantiated"), RSO, D1) == ["G-NC-5"]
    story.given("record-finding", found(), RSO, D1)
    assert story.when("close-case", closing(outcome="inconclusive"), RSO, D1) == ["G-NC-5"]
    assert story.when("close-case", closing(), RSO, D1) == ["G-NC-5"]


def test_g_nc_5_allows_what_was_not_substantiated_without_a_plan(story: Story) -> None:
    story.given("triage-case", triage(), RSO, D1)
    story.given("record-finding", found(status="not_substantiated", instances=[]), RSO, D1)
    assert story.when("close-case", closing(outcome="not_substantiated"), RSO, D1) == []
    assert the(story).breach is False


@pytest.mark.parametrize("command", ["triage-case", "plan-action", "close-case"])
def test_g_nc_6_refuses_a_case_that_does_not_exist_or_is_closed(handled: Story, command: str) -> None:
    data = {"triage-case": triage, "plan-action": plan, "close-case": closing}[command]
    assert handled.when(command, data(case_id="nc-9"), RSO, D1) == ["G-NC-6"]
    handled.given("close-case", closing(), RSO, D1)
    assert handled.when(command, data(), RSO, D1) == ["G-NC-6"]


def test_g_nc_6_allows_a_case_that_was_opened_again(handled: Story) -> None:
    handled.given("close-case", closing(), RSO, D1)
    handled.given("reopen-case", {"case_id": "nc-2025-1", "why": "a new fact"}, T1)
    assert (the(handled).status, the(handled).open, the(handled).breach) == ("reopened", True, False)
    assert handled.when("plan-action", plan(), RSO, D1) == []


def test_g_nc_7_refuses_to_open_again_what_is_open_and_by_anybody_else(handled: Story) -> None:
    again = {"case_id": "nc-2025-1", "why": "a new fact"}
    assert handled.when("reopen-case", again, T1) == ["G-NC-7"]
    handled.given("close-case", closing(), RSO, D1)
    assert handled.when("reopen-case", again, CEO) == ["G-NC-7"]


@pytest.mark.parametrize("by", [RSO, D2, T1])
def test_g_nc_7_allows_any_handler_director_or_trustee(handled: Story, by: Any) -> None:
    handled.given("close-case", closing(), RSO, D1)
    assert handled.when("reopen-case", {"case_id": "nc-2025-1", "why": "a new fact"}, by) == []


def test_an_unfinished_look_is_an_investigation(story: Story) -> None:
    story.given("triage-case", triage(), RSO, D1)
    story.given("record-finding", found(status="inconclusive"), CEO)
    assert the(story).status == "investigating"
