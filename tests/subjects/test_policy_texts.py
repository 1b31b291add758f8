"""What the record shows amiss about a policy change: each finding on both sides (DOMAIN §4.1, §7)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.findings import findings
from ledger.policy.shipped import definition
from tests.adoption import (
    A_TEXT,
    CADENCE,
    Made,
    adopt,
    approval,
    board,
    changed,
    consult,
    decide,
    digest,
    draft,
    proposal,
    publish,
    vote,
)
from tests.given import Story
from tests.kit import CEO, RSO, SECRETARY

B = changed("2.2", "2.3", "b", cadence="at least weekly")


def codes(story: Story) -> list[str]:
    return [x.code for x in findings(story.view)]


def published(**members: Any) -> Story:
    """Approved, and published with what is said here."""
    story = board()
    decide(story, A_TEXT)
    story.given("record-policy-publication", A_TEXT.named | {"publication_id": "p-1"} | members, SECRETARY)
    return story


def changed_3() -> Made:
    """3.0 with another number and nothing else changed."""
    return Made(definition("rsp-3.0").policy.data | {"version": "3.5"}, "3.0", digest("a"))


def listing(*paths: str) -> dict[str, Any]:
    return {"digest": digest("e"), "covers": list(paths)}


@pytest.mark.parametrize("log", [{}, {"changelog": listing()}, {"changelog": listing("/assessment")}])
def test_changelog_missing_raised_without_one_or_for_a_change_that_it_lacks(log: dict[str, Any]) -> None:
    assert codes(published(**log)) == ["CHANGELOG_MISSING"]


def test_changelog_missing_not_raised_where_every_change_is_listed() -> None:
    assert codes(published(changelog=listing(CADENCE))) == []


def test_summary_omits_change_raised_for_a_web_summary_without_a_change() -> None:
    """A dropped commitment was once in the PDF change log and not in the web summary."""
    log = {"changelog": listing(CADENCE), "web_summary": listing("/standards/ASL-3-SECURITY")}
    assert codes(published(**log)) == ["SUMMARY_OMITS_CHANGE"]


def test_summary_omits_change_not_raised_for_a_whole_one_or_none() -> None:
    log = {"changelog": listing(CADENCE), "web_summary": listing(CADENCE)}
    assert codes(published(**log)) == []


def test_2_effect_before_publication_raised_when_its_hour_comes_and_nothing_is_public() -> None:
    story = board()
    fact = decide(story, A_TEXT)
    story.on("2025-11-02")
    assert codes(story) == []
    story.on("2025-11-03", "00:00")
    (found,) = findings(story.view)
    assert (found.code, found.index) == ("EFFECT_BEFORE_PUBLICATION", fact.index)


def test_2_effect_before_publication_raised_for_good_whatever_is_recorded_later() -> None:
    story = board()
    decide(story, A_TEXT)
    story.on("2025-11-04")
    publish(story, A_TEXT, at="2025-11-01T00:00:00.000000Z")
    assert codes(story) == ["EFFECT_BEFORE_PUBLICATION"]


def test_2_effect_before_publication_raised_after_the_day_where_the_day_is_what_counts() -> None:
    story = board("3.0")
    decide(story, changed_3())
    story.on("2025-11-03", "23:59")
    assert codes(story) == []
    story.on("2025-11-04", "00:00")
    assert codes(story) == ["EFFECT_BEFORE_PUBLICATION"]


def test_effect_before_publication_not_raised_for_what_was_public_in_time() -> None:
    story = board()
    adopt(story, A_TEXT)
    assert codes(story.on("2025-12-01")) == []
    same_day = board("3.0")
    decide(same_day, changed_3())
    same_day.on("2025-11-03", "23:00")
    publish(same_day, changed_3(), covers=())
    assert codes(same_day.on("2025-12-01")) == []


def test_3_direction_disputed_raised_for_a_direction_milder_than_computed() -> None:
    story = board()
    data = A_TEXT.data
    standards = [
        s | ({"out_of_scope": [*s.get("out_of_scope", []), "insiders"]} if s["id"] == SECURITY else {})
        for s in data["standards"]
    ]
    text = changed("2.2", "2.3", "b", standards=standards)
    draft(story, text)
    story.given("propose-policy", proposal(text, CADENCE, f"/standards/{SECURITY}/out_of_scope"), CEO, RSO)
    (found,) = findings(story.view)
    assert found.code == "DIRECTION_DISPUTED"
    assert "loosens" in found.why


SECURITY = "ASL-3-SECURITY"


def test_direction_disputed_not_raised_for_one_that_is_as_computed_or_graver() -> None:
    for direction in ("tightens", "unclear", "loosens"):
        story = board()
        draft(story, A_TEXT)
        story.given("propose-policy", proposal(A_TEXT, direction=direction), CEO, RSO)
        assert codes(story) == []


def test_4_consulted_on_other_text_raised_when_the_board_votes_on_another() -> None:
    """The demonstration year, rows 26 to 29: consulted on A, voted on B, B withdrawn."""
    story = board()
    for text in (A_TEXT, B):
        draft(story, text)
        story.given("propose-policy", proposal(text), CEO, RSO)
    consult(story, A_TEXT, outcome="comments")
    vote(story, B.digest)
    (found,) = findings(story.view)
    assert found.code == "CONSULTED_ON_OTHER_TEXT"
    assert A_TEXT.digest in found.why
    assert B.digest in found.why
    consult(story, B, "c-2", outcome="objection")
    assert codes(story) == ["CONSULTED_ON_OTHER_TEXT"]
    story.given("withdraw-proposal", B.named | {"reason": "the LTBT objects"}, CEO)
    assert codes(story) == []


def test_consulted_on_other_text_not_raised_for_the_text_consulted_on() -> None:
    story = board()
    for text in (A_TEXT, B):
        draft(story, text)
        story.given("propose-policy", proposal(text), CEO, RSO)
    consult(story, A_TEXT)
    consult(story, B, "c-2")
    vote(story, B.digest)
    assert story.when("approve-policy", approval(B), SECRETARY) == []
    assert codes(story) == []


def seen(document: str, version: str = "2.3") -> dict[str, Any]:
    return {
        "policy": "rsp",
        "version": version,
        "url": "https://example.org/p-1",
        "digest": document,
        "seen_at": "2025-11-05T00:00:00.000000Z",
    }


def test_silent_variant_raised_for_another_text_of_a_version() -> None:
    story = board()
    adopt(story, A_TEXT)
    story.on("2025-11-05")
    story.given("observe-policy-text", seen(digest("f")), RSO)
    story.given("observe-policy-text", seen(digest("f"), "2.2"), RSO)
    assert codes(story) == ["SILENT_VARIANT", "SILENT_VARIANT"]


def test_silent_variant_not_raised_for_the_text_that_was_published() -> None:
    story = board()
    adopt(story, A_TEXT)
    story.on("2025-11-05")
    story.given("observe-policy-text", seen(A_TEXT.digest), RSO)
    story.given("observe-policy-text", seen(digest("0"), "2.2"), RSO)
    story.given("observe-policy-text", seen(digest("f"), "9.9"), RSO)
    assert codes(story) == []
