"""Risk Reports: approved by all whom the policy names, bodies on the very text; redacted, reviewed, in scope (3.x)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.findings import findings
from ledger.engine.gate import evaluate
from ledger.engine.verdict import Question
from ledger.policy.shipped import definition
from ledger.policy.words import Action
from ledger.subjects.risk_reports import approval
from tests.given import ASSESSOR, Story
from tests.kit import CEO, D1, D2, RSO, SECRETARY, T1, T2
from tests.subjects.test_reports import DIGEST, report

BYLAWS = {"board_quorum": 2, "board_majority": "simple", "bite": "off"}
SECTION = definition("rsp-3.4").policy.risk_report
assert SECTION is not None
PARTS = [*SECTION.required_parts]
MARGINAL = [*SECTION.marginal_risk_parts]


def on_risk(**members: Any) -> dict[str, Any]:
    risk = {"report": "risk_report", "covers": ["heron-5"], "marginal_risk": "none", "digest": DIGEST}
    return report(**(risk | {"parts_present": PARTS} | members))


def approved(*resolutions: str, **members: Any) -> dict[str, Any]:
    return {"report_id": "r-2025-q2", "resolutions": list(resolutions)} | members


@pytest.fixture
def story() -> Story:
    story = Story("3.4", settings=BYLAWS).on("2026-08-03")
    story.given("issue-report", on_risk(), RSO)
    return story


def resolve(story: Story, id_: str, body: str, digest: str = DIGEST) -> None:
    members = ["p-d1", "p-d2", "p-d3"] if body == "BOARD" else ["p-t1", "p-t2", "p-t3"]
    asked = {
        "resolution_id": id_,
        "body": body,
        "question": "Approve the report?",
        "text_digest": digest,
        "electorate": members,
        "rule": {"quorum": 2, "majority": "simple"},
        "closes_at": "2026-08-10T09:00:00.000000Z",
    }
    story.given("open-resolution", asked, SECRETARY)
    for person in (D1, D2) if body == "BOARD" else (T1, T2):
        story.given("cast-vote", {"resolution_id": id_, "text_digest": digest, "vote": "for"}, person)


@pytest.mark.parametrize("by", [(RSO,), (CEO,), (T1, T2)])
def test_g_rep_3_refuses_without_ceo_and_rso(story: Story, by: Any) -> None:
    assert story.when("approve-risk-report", approved(), *by) == ["G-REP-3"]


def test_g_rep_3_refuses_another_report_another_text_and_another_policy(story: Story) -> None:
    assert story.when("approve-risk-report", approved(report_id="r-9"), CEO, RSO) == ["G-REP-3"]
    resolve(story, "b-1", "BOARD", "sha256:" + "e" * 64)
    assert story.on("2026-08-11").when("approve-risk-report", approved("b-1"), CEO, RSO) == ["G-REP-3"]
    older = Story("2.2").on("2025-06-30")
    older.given("issue-report", on_risk(), RSO)
    assert older.when("approve-risk-report", approved(), CEO, RSO) == ["G-REP-3"]


def test_g_rep_3_allows_ceo_and_rso(story: Story) -> None:
    assert approval(story.view, "heron-5") is None
    assert story.when("approve-risk-report", approved(), CEO, RSO) == []
    found = approval(story.view, "heron-5")
    assert found is not None
    assert (found.report.data["report_id"], found.missing) == ("r-2025-q2", ())
    assert approval(story.view, "heron-6") is None


def major(story: Story) -> None:
    data = on_risk(report_id="r-2", marginal_risk="major", parts_present=PARTS + MARGINAL)
    story.given("issue-report", data, RSO)


def test_2_where_marginal_risk_is_major_both_bodies_approve_the_very_text(story: Story) -> None:
    major(story)
    resolve(story, "b-1", "BOARD")
    resolve(story, "t-1", "LTBT")
    story.on("2026-08-11").given("approve-risk-report", approved("b-1", report_id="r-2"), CEO, RSO)
    found = approval(story.view, "heron-5")
    assert found is not None
    assert found.missing == ("LTBT",)
    story.given("approve-risk-report", approved("t-1", report_id="r-2"), CEO, RSO)
    found = approval(story.view, "heron-5")
    assert found is not None
    assert found.missing == ()


def test_3_the_newest_approved_report_decides_and_not_the_mildest(story: Story) -> None:
    story.given("approve-risk-report", approved(), CEO, RSO)
    major(story)
    story.given("approve-risk-report", approved(report_id="r-2"), CEO, RSO)
    found = approval(story.view, "heron-5")
    assert found is not None
    assert found.missing == ("BOARD", "LTBT")


def test_g_rep_4_refuses_a_report_without_a_part_that_the_policy_requires(story: Story) -> None:
    story.given("issue-report", on_risk(report_id="r-2", parts_present=PARTS[1:]), RSO)
    assert story.when("approve-risk-report", approved(report_id="r-2"), CEO, RSO) == ["G-REP-4"]
    assert PARTS[0] in story.refusals[0].reason
    story.given("issue-report", on_risk(report_id="r-3", marginal_risk="major"), RSO)
    assert story.when("approve-risk-report", approved(report_id="r-3"), CEO, RSO) == ["G-REP-4"]


def test_g_rep_4_allows_an_off_cycle_analysis_without_the_parts_of_a_report(story: Story) -> None:
    off_cycle = on_risk(report_id="r-2", report="off_cycle_analysis", parts_present=[])
    story.given("issue-report", off_cycle, RSO)
    assert story.when("approve-risk-report", approved(report_id="r-2"), CEO, RSO) == []


DEEMED = {"report_id": "r-2025-q2", "why": "a third of it is black"}


@pytest.mark.parametrize("by", [(RSO,), (CEO,), (D1, D2), (T1, T2)])
def test_g_rep_5_allows_any_whom_the_policy_names(story: Story, by: Any) -> None:
    assert story.when("deem-significantly-redacted", DEEMED, *by) == []


@pytest.mark.parametrize("by", [(T1,), (ASSESSOR,), (D1, T1)])
def test_g_rep_5_refuses_anybody_else(story: Story, by: Any) -> None:
    assert story.when("deem-significantly-redacted", DEEMED, *by) == ["G-REP-5"]


REQUEST = {"report_id": "r-2025-q2", "scope": "all of it", "public": False}


def test_g_rep_6_allows_the_trust_to_demand_a_review(story: Story) -> None:
    assert story.when("request-external-review", REQUEST, T1, T2) == []


def test_g_rep_6_refuses_others_and_where_the_policy_lets_nobody(story: Story) -> None:
    assert story.when("request-external-review", REQUEST, CEO, RSO) == ["G-REP-6"]
    older = Story("3.0").on("2026-08-03")
    older.given("issue-report", on_risk(), RSO)
    assert older.when("request-external-review", REQUEST, T1, T2) == ["G-REP-6"]


def deploy(story: Story, surface: str = "internal_autonomous_large_scale") -> None:
    story.given(
        "record-deployment", {"model_id": "heron-5", "surface": surface, "at": story.world.now}, ASSESSOR
    )


def codes(story: Story) -> list[str]:
    return [x.code for x in findings(story.view) if x.code == "IN_SCOPE_UNDATED"]


def test_in_scope_undated_raised_for_wide_autonomous_use_without_a_determination(story: Story) -> None:
    deploy(story)
    deploy(story)
    assert codes(story) == ["IN_SCOPE_UNDATED"]


def test_in_scope_undated_not_raised_once_determined_elsewhere_or_under_another_style(story: Story) -> None:
    deploy(story, "internal_research")
    assert codes(story) == []
    deploy(story)
    story.given("determine-in-scope", {"model_id": "heron-5", "at": story.world.now, "by": "RSO"}, RSO)
    assert codes(story) == []
    older = Story("2.2").on("2025-06-30")
    deploy(older)
    assert codes(older) == []


def denials(story: Story) -> list[str]:
    return evaluate(story.view, Question(Action.DEPLOY, "heron-5", "general")).denials()


def test_the_gate_asks_for_an_approved_report_that_covers_the_model(story: Story) -> None:
    assert "NO_RISK_REPORT" in denials(story)
    story.given("approve-risk-report", approved(), CEO, RSO)
    assert denials(story) == []


def test_the_gate_asks_both_bodies_where_marginal_risk_is_major() -> None:
    story = Story("3.4", settings=BYLAWS).on("2026-08-03")
    major(story)
    resolve(story, "b-1", "BOARD")
    resolve(story, "t-1", "LTBT")
    story.on("2026-08-11").given("approve-risk-report", approved("b-1", report_id="r-2"), CEO, RSO)
    assert denials(story) == ["MARGINAL_NOT_APPROVED"]
    story.given("approve-risk-report", approved("t-1", report_id="r-2"), CEO, RSO)
    assert denials(story) == []
