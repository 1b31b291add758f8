"""Audits: independent, in the auditor's own hand, with the developer's answer beside it (DOMAIN §4.18)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.subjects.audits import answered, found, shared_in_time
from tests.given import AUDITOR, Story
from tests.kit import CEO, D1, D2, GC, RSO, SECRETARY, T1, T2

INDEPENDENT = {"financial_interest": False, "close_ties": False, "incentives": "fixed fee"}
DIGEST = "sha256:" + "d" * 64


def commission(**members: Any) -> dict[str, Any]:
    return {
        "audit_id": "a-2025",
        "kind": "procedural_compliance",
        "auditor": "p-auditor",
        "scope": "all procedures",
        "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "independence": INDEPENDENT,
    } | members


def finding(**members: Any) -> dict[str, Any]:
    return {
        "audit_id": "a-2025",
        "finding_id": "F1",
        "rule": "R22-C-AUDIT",
        "severity": "medium",
        "text": "two documents are missing",
        "agreed": False,
    } | members


ANSWER = {"audit_id": "a-2025", "finding_id": "F1", "text": "found in the archive", "accepts": True}


@pytest.fixture
def story() -> Story:
    return Story("2.2").on("2025-12-15")


@pytest.mark.parametrize("by", [(RSO,), (CEO,), (SECRETARY,), (T1, T2), (D1, D2)])
def test_g_aud_0_allows_officers_and_bodies(story: Story, by: Any) -> None:
    assert story.when("commission-audit", commission(), *by) == []


@pytest.mark.parametrize("by", [(GC,), (T1,), (D1, T1), (AUDITOR,)])
def test_g_aud_0_refuses_anybody_else(story: Story, by: Any) -> None:
    assert story.when("commission-audit", commission(), *by) == ["G-AUD-0"]


@pytest.mark.parametrize("tie", ["financial_interest", "close_ties"])
def test_g_aud_1_refuses_a_financial_interest_and_close_ties(story: Story, tie: str) -> None:
    assert story.when("commission-audit", commission(independence=INDEPENDENT | {tie: True}), RSO) == [
        "G-AUD-1"
    ]


def test_g_aud_1_refuses_who_declared_a_conflict(story: Story) -> None:
    conflict = {"person": "p-auditor", "matter": "a-2025", "why": "worked here"}
    story.given("declare-conflict", conflict, AUDITOR)
    assert story.when("commission-audit", commission(), RSO) == ["G-AUD-1"]


def test_g_aud_1_allows_ties_within_the_house(story: Story) -> None:
    ties = INDEPENDENT | {"close_ties": True}
    assert story.when("commission-audit", commission(kind="internal", independence=ties), RSO) == []


REVIEW = commission(kind="external_risk_review")


def test_g_aud_2_refuses_reviewers_whom_the_trust_did_not_approve() -> None:
    story = Story("3.4").on("2026-08-03")
    assert story.when("commission-audit", REVIEW, RSO) == ["G-AUD-2"]
    assert "LTBT approves" in story.refusals[0].reason
    assert "BOARD is consulted" in story.refusals[0].reason
    assert story.when("commission-audit", REVIEW, RSO, T1, D1) == ["G-AUD-2"]


def test_g_aud_2_allows_reviewers_whom_the_bodies_selected_and_what_the_policy_does_not_select() -> None:
    story = Story("3.4").on("2026-08-03")
    assert story.when("commission-audit", REVIEW, RSO, T1, T2, D1) == []
    assert story.when("commission-audit", commission(audit_id="a-2"), RSO) == []
    assert Story("2.2").on("2025-12-15").when("commission-audit", REVIEW, RSO) == []


def test_2_only_what_the_auditor_signed_is_a_finding_of_the_audit(story: Story) -> None:
    story.given("commission-audit", commission(), RSO)
    assert story.when("record-audit-finding", finding(), RSO) == ["E-ACTOR"]
    made = story.given("record-audit-finding", finding(), AUDITOR)
    story.given("record-audit-finding", finding(audit_id="a-other"), AUDITOR)
    assert found(story.view, "a-2025") == [made]
    assert found(story.view, "a-other") == []


def test_g_aud_3_refuses_an_answer_to_nothing_and_by_anybody_else(story: Story) -> None:
    story.given("commission-audit", commission(), RSO)
    assert story.when("respond-to-finding", ANSWER, RSO) == ["G-AUD-3"]
    story.given("record-audit-finding", finding(), AUDITOR)
    assert story.when("respond-to-finding", ANSWER, GC) == ["G-AUD-3"]


def test_g_aud_3_allows_the_answer_of_the_rso(story: Story) -> None:
    story.given("commission-audit", commission(), RSO)
    story.given("record-audit-finding", finding(), AUDITOR)
    assert answered(story.view, "a-2025", "F1") is None
    answer = story.given("respond-to-finding", ANSWER, RSO)
    assert answered(story.view, "a-2025", "F1") == answer


def test_the_unredacted_report_reaches_the_bodies_within_a_week(story: Story) -> None:
    shared = {"audit_id": "a-2025", "bodies": ["BOARD", "LTBT"], "digest": DIGEST}
    submitted = {"submitted_at": "2025-12-01T10:00:00.000000Z"}
    in_time = story.given(
        "share-unredacted", shared | submitted | {"delivered_at": "2025-12-08T23:00:00.000000Z"}, RSO
    )
    late = story.given(
        "share-unredacted", shared | submitted | {"delivered_at": "2025-12-09T00:00:00.000000Z"}, RSO
    )
    assert (shared_in_time(story.view, in_time), shared_in_time(story.view, late)) == (True, False)


def test_an_audit_ends_with_a_final_report_and_word_on_its_publication(story: Story) -> None:
    final = {"audit_id": "a-2025", "kind": "procedural_compliance", "digest": DIGEST, "at": story.world.now}
    assert story.when("finish-audit", final, RSO) == ["E-ACTOR"]
    assert story.when("finish-audit", final, AUDITOR) == []
    review = {
        "audit_id": "a-2025",
        "asked_at": story.world.now,
        "outcome": "not_published",
        "why": "a trade secret",
    }
    assert story.when("publish-review", review, RSO) == []
