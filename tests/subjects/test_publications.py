"""Publications: what is public, what was seen there, and what they say (DOMAIN §4.12)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.findings import findings
from ledger.policy.shipped import definition
from ledger.subjects.publications import published, standing
from tests.adoption import digest, publication
from tests.given import ASSESSOR, Story
from tests.kit import RSO, SECRETARY
from tests.subjects.test_determinations import opening, result

AUT_50 = {"id": "AUT-50", "kind": "red", "op": ">=", "value": "0.50"}
DAY = "2025-07-21T12:00:00.000000Z"
A, B = digest("a"), digest("b")


def drawn() -> Story:
    """Under a policy that draws AUT-50 red, as the demonstration's does."""
    thresholds = [
        t | ({"lines": [AUT_50 | {"metric": "tasks"}]} if t["id"] == "MODEL-AUTONOMY" else {})
        for t in definition("rsp-2.2").policy.data["thresholds"]
    ]
    return Story("2.2", thresholds=thresholds).on("2025-07-21", "13:00")


def summary(*stated: dict[str, Any], document: str = A, at: str = DAY) -> dict[str, Any]:
    return publication(document, "s-1", at, what="capability_summary", stated=list(stated))


def says(**members: Any) -> dict[str, Any]:
    return {"wording": "below the line"} | members


def codes(story: Story) -> list[str]:
    return [x.code for x in findings(story.view)]


def seen(document: str | None, at: str = "2025-08-01T00:00:00.000000Z") -> dict[str, Any]:
    found = {"digest": document} if document else {}
    return {"publication_id": "s-1", "url": "https://example.org/s-1", "seen_at": at} | found


def told(*stated: dict[str, Any]) -> Story:
    story = drawn()
    story.given("record-publication", summary(*stated), RSO)
    return story


def test_1_the_last_text_of_a_publication_is_what_is_public() -> None:
    story = told()
    story.on("2025-08-14").given("record-publication", summary(document=B, at=story.world.now), RSO)
    assert [x.data["digest"] for x in standing(story.view)] == [B]
    first = published(story.view, A)
    assert first is not None
    assert first.data["published_at"] == DAY
    assert published(story.view, digest("c")) is None
    story.given("withdraw-publication", {"publication_id": "s-1", "reason": "wrong"}, RSO)
    assert standing(story.view) == []


def test_2_silent_variant_raised_for_a_text_that_was_not_published_by_then() -> None:
    story = told().on("2025-08-02")
    story.given("observe-publication", seen(B), SECRETARY)
    assert codes(story) == ["SILENT_VARIANT"]
    story.given("record-publication", summary(document=B, at="2025-08-02T00:00:00.000000Z"), RSO)
    assert codes(story) == ["SILENT_VARIANT"]


def test_2_silent_variant_not_raised_for_the_text_that_was_published() -> None:
    story = told().on("2025-08-02")
    story.given("observe-publication", seen(A), SECRETARY)
    story.given("observe-publication", seen(B) | {"publication_id": "unknown"}, SECRETARY)
    assert codes(story) == []


def test_3_publication_gone_raised_while_it_is_not_found() -> None:
    story = told().on("2025-08-02")
    story.given("observe-publication", seen(A, "2025-07-30T00:00:00.000000Z"), SECRETARY)
    story.given("observe-publication", seen(None), SECRETARY)
    assert codes(story) == ["PUBLICATION_GONE"]


def test_3_publication_gone_not_raised_once_it_is_back_or_was_openly_withdrawn() -> None:
    story = told().on("2025-08-02")
    story.given("observe-publication", seen(None), SECRETARY)
    story.given("observe-publication", seen(A, "2025-08-01T10:00:00.000000Z"), SECRETARY)
    assert codes(story) == []
    open_ = told().on("2025-08-02")
    open_.given("withdraw-publication", {"publication_id": "s-1", "reason": "an error"}, RSO)
    open_.given("observe-publication", seen(None), SECRETARY)
    assert codes(open_) == []


def test_line_kind_mismatch_raised_for_a_summary_that_calls_a_red_line_yellow() -> None:
    """The demonstration year, row 21; row 24 publishes the corrected summary in its place."""
    story = told(says(line_id="AUT-50", kind="yellow", value="0.50"))
    (found,) = findings(story.view)
    assert (found.code, found.index) == ("LINE_KIND_MISMATCH", 1)
    corrected = summary(says(line_id="AUT-50", kind="red"), document=B, at="2025-08-14T00:00:00.000000Z")
    story.on("2025-08-14").given("record-publication", corrected, RSO)
    assert codes(story) == []


def test_line_kind_mismatch_not_raised_for_the_kind_that_is_drawn_or_a_line_nobody_drew() -> None:
    assert codes(told(says(line_id="AUT-50", kind="red"), says(line_id="XX-1", kind="red"))) == []


@pytest.mark.parametrize("stated", [{"line_id": "AUT-50", "value": "0.60"}, {"result": "0.41"}])
def test_publication_contradicts_record_raised_for_another_value(stated: dict[str, str]) -> None:
    assert codes(with_result(stated)) == ["PUBLICATION_CONTRADICTS_RECORD"]


@pytest.mark.parametrize("stated", [{"line_id": "AUT-50", "value": "0.5"}, {"result": "0.460"}, {}])
def test_publication_contradicts_record_not_raised_for_the_value_on_the_record(
    stated: dict[str, str],
) -> None:
    assert codes(with_result(stated)) == []


def with_result(stated: dict[str, str]) -> Story:
    story = drawn()
    story.given("open-assessment", opening(), ASSESSOR)
    fact = story.given("record-result", result("0.46", line=AUT_50, threshold="MODEL-AUTONOMY"), ASSESSOR)
    if "result" in stated:
        stated = {"result_id": fact.id, "value": stated["result"]}
    story.given("record-publication", summary(says(**stated)), RSO)
    return story


def test_1_a_line_that_the_policy_does_not_draw_is_held_against_the_plan() -> None:
    story = Story("2.2").on("2025-07-21", "13:00")
    story.given("open-assessment", opening(), ASSESSOR)
    plan = {
        "id": "cbrn-1",
        "threshold": "CBRN-3",
        "line": {"id": "CB-1", "kind": "red", "op": ">=", "value": "0.50"},
        "method_digest": digest("c"),
        "comparison_arm": "2023 search",
        "experts": "two",
    }
    story.given("plan-evaluations", {"assessment_id": "a-heron-4", "evaluations": [plan]}, ASSESSOR)
    story.given("record-publication", summary(says(line_id="CB-1", kind="yellow", value="0.70")), RSO)
    assert codes(story) == ["LINE_KIND_MISMATCH", "PUBLICATION_CONTRADICTS_RECORD"]


def test_a_statement_about_compliance_is_an_entry_that_is_signed() -> None:
    story = told()
    claim = {"claim": "No safeguard was lowered.", "scope": "2025", "basis": []}
    assert story.given("assert-compliance", claim, RSO).decides
