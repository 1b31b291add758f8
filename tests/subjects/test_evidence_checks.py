"""Evidence that cannot be produced, and evidence that is taken back (DOMAIN §10, §4.17)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.findings import findings
from ledger.subjects.evidence_checks import tainted
from tests.given import AUDITOR, Story
from tests.kit import CEO, GC, INSTRUMENT, RSO, SECRETARY
from tests.subjects.test_determinations import REPORT, decision

DIGEST = str(INSTRUMENT["digest"])


def check(*produced: bool, digest: str = DIGEST) -> dict[str, Any]:
    return {
        "at": "2025-12-16T10:00:00.000000Z",
        "sample": [{"digest": digest, "produced": one} for one in produced],
    }


@pytest.fixture
def story() -> Story:
    story = Story("2.2").on("2025-01-16")
    story.given("note", {"text": "see the attached report"}, RSO, evidence=[INSTRUMENT])
    return story


def missing(story: Story) -> list[int]:
    return [x.index for x in findings(story.view) if x.code == "EVIDENCE_UNAVAILABLE"]


def test_evidence_unavailable_raised_about_the_entry_that_cites_the_document(story: Story) -> None:
    story.given("check-evidence", check(False), AUDITOR)
    assert missing(story) == [1]


def test_evidence_unavailable_raised_about_the_check_where_nothing_cites_it(story: Story) -> None:
    fact = story.given("check-evidence", check(False, digest="sha256:" + "e" * 64), AUDITOR)
    assert missing(story) == [fact.index]


def test_evidence_unavailable_not_raised_once_it_was_produced(story: Story) -> None:
    story.given("check-evidence", check(True), AUDITOR)
    assert missing(story) == []
    story.given("check-evidence", check(False), AUDITOR)
    story.given("check-evidence", check(True), SECRETARY)
    assert missing(story) == []


def test_2_a_retraction_taints_every_decision_made_before_that_cites_it(story: Story) -> None:
    made = story.given("decide-capability", decision("not_shown", provisional=True), RSO)
    gone = story.given("retract-evidence", {"digest": REPORT, "why": "the data were mixed up"}, GC)
    story.given("decide-capability", decision("reached", provisional=True), CEO)
    assert tainted(story.view) == [(made, gone)]


@pytest.mark.parametrize("data", [{"why": "x"}, {"why": "x", "digest": DIGEST, "commitment": "A" * 43}])
def test_a_retraction_names_one_thing(story: Story, data: dict[str, Any]) -> None:
    assert story.when("retract-evidence", data, GC) == ["E-DATA"]
