"""A material correction of something published opens a commitment to publish it too (DOMAIN §4.17)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.commitments import Commitment, commitments
from ledger.register import Fact
from tests.engine.test_findings import AUT_50, opened
from tests.given import ASSESSOR, Story
from tests.kit import RSO
from tests.subjects.test_determinations import result

DIGEST = "sha256:" + "d" * 64


def correction(fact: Fact, **members: Any) -> dict[str, Any]:
    return {
        "field_path": "/line/kind",
        "was": "yellow",
        "is": "red",
        "kind": "line_kind",
        "material": True,
        "discovered_at": "2025-08-08T08:00:00.000000Z",
        "discovered_by": "p-assessor",
        "how": "read against the policy",
        "effects": [],
        "republish": ["heron-4-summary"],
    } | members


@pytest.fixture
def story() -> Story:
    story = opened().on("2025-03-14")
    story.given("record-result", result(line=AUT_50, threshold="MODEL-AUTONOMY"), ASSESSOR)
    return story.on("2025-08-08")


def correct(story: Story, **members: Any) -> Fact:
    fact = story.register.facts[-1]
    assert fact is not None
    return story.given("correct-entry", correction(fact, **members), ASSESSOR, corrects=fact.id)


def republished(story: Story, fact: Fact, day: str, **members: Any) -> None:
    data = {
        "publication_id": "heron-4-summary",
        "corrections": [fact.id],
        "digest": DIGEST,
        "url": "https://example.org/heron-4",
        "published_at": f"{day}T12:00:00.000000Z",
        "marked_corrected": True,
    }
    story.given("correct-publication", data | members, RSO)


def the(story: Story) -> Commitment:
    (one,) = commitments(story.view)
    return one


def test_a_material_correction_opens_a_commitment_of_fourteen_days(story: Story) -> None:
    fact = correct(story)
    one = the(story)
    assert (one.id, one.derived, one.modality) == (f"republish-{fact.id}", True, "should")
    assert (one.state, one.due) == ("open", "2025-08-22T23:59:59.999999Z")
    assert "heron-4-summary" in one.text


@pytest.mark.parametrize("members", [{"material": False}, {"republish": []}])
def test_what_is_not_material_or_was_never_published_opens_none(story: Story, members: Any) -> None:
    correct(story, **members)
    assert commitments(story.view) == []


def test_1_it_is_met_by_a_corrected_text_that_says_so(story: Story) -> None:
    fact = correct(story)
    republished(story.on("2025-08-14"), fact, "2025-08-14", marked_corrected=False)
    assert the(story).state == "due"
    republished(story, fact, "2025-08-14")
    assert (the(story).state, the(story).late) == ("met", None)


def test_it_is_missed_on_the_day_after_and_then_met_late(story: Story) -> None:
    fact = correct(story)
    story.on("2025-08-23").given("note", {"text": "nothing yet"}, RSO)
    assert the(story).state == "missed"
    republished(story.on("2025-08-25"), fact, "2025-08-25")
    assert (the(story).state, the(story).late) == ("met_late", "P3D")
