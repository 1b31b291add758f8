"""Reports to the bodies: `none` is a signed statement, and refused while anything is open (DOMAIN §4.11)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.subjects.reports import acknowledged, issued
from tests.given import ASSESSOR, COUNSEL, Story
from tests.kit import CEO, D1, GC, RSO, SECRETARY, T1, T2
from tests.subjects.test_cases import BREACH, closing, found, plan, triage

DIGEST = "sha256:" + "d" * 64


def report(**members: Any) -> dict[str, Any]:
    return {
        "report_id": "r-2025-q2",
        "report": "rso_implementation",
        "status": "on course",
        "deficiencies": "none",
        "overdue_clocks": [],
        "open_cases": [],
        "exceptions": [],
    } | members


@pytest.fixture
def story() -> Story:
    return Story("2.2").on("2025-01-31")


def late(story: Story) -> None:
    story.given("note", {"text": "seen then"}, ASSESSOR, effective_at="2025-01-10T09:00:00.000000Z")


@pytest.mark.parametrize("by", [RSO, CEO])
def test_g_rep_0_allows_rso_and_ceo(story: Story, by: Any) -> None:
    assert story.when("issue-report", report(), by) == []


def test_g_rep_0_refuses_anybody_else(story: Story) -> None:
    assert story.when("issue-report", report(), GC) == ["G-REP-0"]


def test_g_rep_1_refuses_none_while_a_finding_is_open(story: Story) -> None:
    late(story)
    assert story.when("issue-report", report(), RSO) == ["G-REP-1"]
    assert "RECORDED_LATE (entry 1)" in story.refusals[0].reason


def test_g_rep_1_allows_none_once_it_is_answered_and_a_list_at_any_time(story: Story) -> None:
    late(story)
    fact = story.register.facts[1]
    assert fact is not None
    named = {"code": "RECORDED_LATE", "event": fact.id}
    listed = [{"text": "the partner's note was late"} | named]
    assert story.when("issue-report", report(deficiencies=listed), RSO) == []
    story.given("answer-finding", {"finding": named, "text": "asked weekly now"}, RSO)
    assert story.when("issue-report", report(report_id="r-2"), RSO) == []


def test_g_rep_1_refuses_none_while_the_case_of_a_conduct_finding_is_open(story: Story) -> None:
    fact = story.given("attest-agreements", BREACH, COUNSEL, GC)
    about = {"case_id": f"nc-{fact.id}"}
    assert story.when("issue-report", report(), RSO) == ["G-REP-1"]
    story.given("triage-case", triage(concerns_roles=["PEOPLE"], **about), RSO, D1)
    story.given("record-finding", found(**about), RSO, D1)
    story.given("plan-action", plan(actions=[], none_because="templates replaced", **about), RSO, D1)
    story.given("close-case", closing(**about), RSO, D1)
    assert story.when("issue-report", report(), RSO) == []


@pytest.mark.parametrize("left_out", [[], "", "None", [{}]])
def test_1_deficiencies_are_never_left_out(story: Story, left_out: Any) -> None:
    assert story.when("issue-report", report(deficiencies=left_out), RSO) == ["E-DATA"]


def test_a_report_on_risk_says_what_it_covers(story: Story) -> None:
    assert story.when("issue-report", report(report="risk_report"), RSO) == ["E-DATA"]
    on_risk = report(report="risk_report", covers=["heron-5"], marginal_risk="none", digest=DIGEST)
    assert story.when("issue-report", on_risk, RSO) == []


def test_g_rep_2_refuses_an_id_that_is_taken(story: Story) -> None:
    story.given("issue-report", report(), RSO)
    assert story.when("issue-report", report(), RSO) == ["G-REP-2"]


def test_g_rep_2_allows_an_id_of_its_own(story: Story) -> None:
    story.given("issue-report", report(), RSO)
    assert story.when("issue-report", report(report_id="r-2025-q3"), RSO) == []
    assert issued(story.view, "r-2025-q3") is not None


def test_2_acknowledging_is_said_by_those_who_received_it(story: Story) -> None:
    story.given("issue-report", report(), RSO)
    delivered = {"report_id": "r-2025-q2", "to": ["BOARD", "LTBT"], "at": story.world.now}
    story.given("deliver-report", delivered, SECRETARY)
    story.given("acknowledge-report", {"report_id": "r-2025-q2", "for": "LTBT"}, T1, T2)
    assert acknowledged(story.view, "r-2025-q2") == {("p-t1", "TRUSTEE"), ("p-t2", "TRUSTEE")}
    assert acknowledged(story.view, "r-other") == set()


def test_a_briefing_is_recorded_by_whoever_gave_it(story: Story) -> None:
    given = {"body": "LTBT", "at": story.world.now, "topics": "the quarter", "present": ["p-rso", "p-t1"]}
    assert story.when("give-briefing", given, RSO) == []
