"""BITE: a must of the policy that is long overdue blocks new deployments; a should never does (DOMAIN §9)."""

from __future__ import annotations

import pytest

from ledger.engine.commitments import blocking, commitment, commitments
from ledger.policy.shipped import definition
from tests.given import Story
from tests.kit import CEO, D1, D2, RSO, SECRETARY

BYLAWS = {"board_quorum": 2, "board_majority": "simple"}
DIGEST = "sha256:" + "d" * 64


def story_of(modality: str = "must", **settings: object) -> Story:
    """Under a policy whose only clock is a report every three months."""
    clock = {
        "id": "R22-C-REPORT",
        "ref": "7",
        "modality": modality,
        "enforce": "flag",
        "text": "Report every three months.",
        "starts_at": "report.issued (rso_implementation), else founding",
        "met_by": "report.issued (rso_implementation)",
        "every": "P3M",
    }
    assert definition("rsp-2.2").policy.clocks
    return Story("2.2", clocks=[clock], settings=BYLAWS | settings)


def at(story: Story, day: str, hour: str = "09:00") -> Story:
    story.on(day, hour).given("note", {"text": "a day"}, RSO)
    return story


def bites(story: Story) -> list[str]:
    return [x.state for x in commitments(story.view) if x.id.startswith("bite.")]


def report(story: Story, report_id: str = "r-1") -> None:
    data = {
        "report_id": report_id,
        "report": "rso_implementation",
        "status": "late",
        "deficiencies": [{"text": "this report is late"}],
        "overdue_clocks": [],
        "open_cases": [],
        "exceptions": [],
    }
    story.given("issue-report", data, RSO)


def test_4_a_must_bites_a_month_after_it_was_due() -> None:
    story = at(story_of(), "2025-05-06")
    assert bites(story) == []
    assert bites(at(story, "2025-05-07")) == ["missed"]
    (one,) = blocking(story.view, "deploy")
    assert (one.source, one.derived) == ("R22-C-REPORT", True)
    assert blocking(story.view, "train") == []


def test_4_what_is_done_ends_the_block_and_stays_listed_as_late() -> None:
    story = at(story_of(), "2025-05-20")
    report(story)
    assert blocking(story.view, "deploy") == []
    assert bites(story) == ["met_late"]


@pytest.mark.parametrize("modality", ["should", "aims", "expects"])
def test_4_what_is_no_must_never_bites(modality: str) -> None:
    assert bites(at(story_of(modality), "2025-12-31")) == []


def test_4_the_house_may_turn_it_off_and_that_is_on_the_record() -> None:
    story = at(story_of(), "2025-05-20")
    off = {"setting": "bite", "was": "on", "is": "off", "why": "not wanted"}
    story.given("change-setting", off, CEO, RSO)
    assert bites(story) == []


def test_the_board_may_excuse_it_and_nobody_ends_it_by_word() -> None:
    story = at(story_of(), "2025-05-20")
    (one,) = blocking(story.view, "deploy")
    fulfilled = {"commitment_id": one.id, "how": "trust me"}
    assert "G-COM-3" in story.when("fulfil-commitment", fulfilled, RSO)
    asked = {
        "resolution_id": "r-1",
        "body": "BOARD",
        "question": "Excuse it?",
        "text_digest": DIGEST,
        "electorate": ["p-d1", "p-d2", "p-d3"],
        "rule": {"quorum": 2, "majority": "simple"},
        "closes_at": "2025-05-22T09:00:00.000000Z",
    }
    story.given("open-resolution", asked, SECRETARY)
    for director in (D1, D2):
        vote = {"resolution_id": "r-1", "text_digest": DIGEST, "vote": "for"}
        story.given("cast-vote", vote, director)
    excuse = {"commitment_id": one.id, "resolution_id": "r-1", "why": "the audit firm closed"}
    assert story.on("2025-05-23").when("excuse-miss", excuse, RSO) == []
    assert blocking(story.view, "deploy") == []
    excused = commitment(story.view, one.id)
    assert excused is not None
    assert excused.state == "excused"
