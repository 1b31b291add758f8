"""Interim measures: proposed, approved by all hands for a while, counting once shared; each guard on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.subjects.interim import active
from tests.given import ASSESSOR, CISO, Story
from tests.kit import CEO, RSO
from tests.subjects.safe import case

SECURITY = "ASL-3-SECURITY"
BOTH = ["BOARD", "LTBT"]


def plan(**changes: Any) -> dict[str, Any]:
    return {
        "interim_id": "i-heron-4",
        "for_standard": SECURITY,
        "models": ["heron-4"],
        "surfaces": [],
        "measures": ["weights on one isolated network"],
        "same_assurance_case": "sc-isolated",
        "target_standard_date": "2025-05-12",
        "expires_on": "2025-06-18",
        "plan_shared_with": BOTH,
    } | changes


GO = {"interim_id": "i-heron-4", "expires_on": "2025-06-18"}


@pytest.fixture
def story() -> Story:
    story = Story("2.2").on("2025-03-20")
    story.given("state-case", case("sc-isolated"), ASSESSOR)
    return story


def counts(story: Story, as_of: str = "2025-04-01T00:00:00.000000Z", surface: str | None = None) -> bool:
    return active(story.register.at(as_of=as_of), SECURITY, "heron-4", surface) is not None


@pytest.mark.parametrize("wrong", [{"for_standard": "ASL-9"}, {"same_assurance_case": "nowhere"}])
def test_g_int_1_refuses_a_plan_without_its_standard_or_case(story: Story, wrong: Any) -> None:
    assert story.when("propose-interim", plan(**wrong), CISO) == ["G-INT-1"]


def test_g_int_1_refuses_under_a_policy_that_offers_no_interim_measures() -> None:
    assert Story("3.4").on("2026-08-01").when("propose-interim", plan(), RSO) == ["G-INT-1"]
    assert Story(None).on("2026-08-01").when("propose-interim", plan(), RSO) == ["G-INT-1"]


def test_g_int_1_allows_a_plan_with_a_case(story: Story) -> None:
    assert story.when("propose-interim", plan(), CISO) == []


def test_g_int_2_refuses_one_hand_and_what_nobody_proposed(story: Story) -> None:
    assert story.when("approve-interim", GO, CEO, RSO) == ["G-INT-2"]
    story.given("propose-interim", plan(), RSO)
    assert story.when("approve-interim", GO, RSO) == ["G-INT-2"]
    assert not counts(story)


def test_1_approving_again_renews_from_the_day_on_which_it_is_done(story: Story) -> None:
    story.given("propose-interim", plan(), RSO)
    story.given("approve-interim", GO, CEO, RSO)
    longer = GO | {"expires_on": "2025-09-01"}
    assert story.when("approve-interim", longer, CEO, RSO) == ["G-INT-3"]
    story.on("2025-06-10")
    assert story.when("approve-interim", longer, CEO, RSO) == []
    assert counts(story, "2025-09-01T23:59:59.999999Z")


def test_g_int_2_allows_those_whom_the_policy_names(story: Story) -> None:
    story.given("propose-interim", plan(), RSO)
    assert story.when("approve-interim", GO, CEO, RSO) == []
    assert counts(story)


@pytest.mark.parametrize("day", ["2025-06-19", "2025-03-19", "2026-01-01"])
def test_g_int_3_refuses_more_than_the_houses_length_and_a_day_that_has_gone(story: Story, day: str) -> None:
    story.given("propose-interim", plan(), RSO)
    assert story.when("approve-interim", GO | {"expires_on": day}, CEO, RSO) == ["G-INT-3"]


def test_g_int_3_allows_the_last_day_of_the_houses_length(story: Story) -> None:
    story.given("propose-interim", plan(), RSO)
    assert story.when("approve-interim", GO, CEO, RSO) == []


def test_g_int_4_refuses_a_stranger_and_what_nobody_proposed(story: Story) -> None:
    gone = {"interim_id": "i-heron-4", "reason": "the standard is met"}
    assert story.when("withdraw-interim", gone, RSO) == ["G-INT-4"]
    story.given("propose-interim", plan(), RSO)
    assert story.when("withdraw-interim", gone, CISO) == ["G-INT-4"]


def test_g_int_4_allows_one_of_those_who_approve(story: Story) -> None:
    story.given("propose-interim", plan(), RSO)
    story.given("approve-interim", GO, CEO, RSO)
    assert story.when("withdraw-interim", {"interim_id": "i-heron-4", "reason": "met"}, RSO) == []
    assert not counts(story)


def test_2_a_measure_counts_once_its_plan_was_given_to_both_bodies(story: Story) -> None:
    proposal = story.given("propose-interim", plan(plan_shared_with=["BOARD"]), RSO)
    story.given("approve-interim", GO, CEO, RSO)
    assert not counts(story)
    told = {"items": [proposal.id], "delivered_at": "2025-03-20T12:00:00.000000Z"}
    story.given("share-with-bodies", told | {"bodies": ["LTBT"]}, RSO)
    assert counts(story)


def test_3_a_measure_ends_with_its_last_day(story: Story) -> None:
    story.given("propose-interim", plan(), RSO)
    story.given("approve-interim", GO, CEO, RSO)
    assert counts(story, "2025-06-18T23:59:59.999999Z")
    assert not counts(story, "2025-06-19T00:00:00.000000Z")


def test_without_surfaces_it_is_for_storing_alone(story: Story) -> None:
    story.given("propose-interim", plan(), RSO)
    story.given("approve-interim", GO, CEO, RSO)
    assert not counts(story, surface="general")
    story.given("propose-interim", plan(surfaces=["*"]), RSO)
    assert not counts(story)
    story.given("approve-interim", GO, CEO, RSO)
    assert counts(story, surface="general")
