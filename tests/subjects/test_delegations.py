"""Delegation: off by default, never between CEO and RSO, never of what decides, never for long (DOMAIN §4.16)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.subjects.delegations import DELEGABLE, delegates
from ledger.subjects.registry import COMMANDS
from tests.given import ASSESSOR, Story
from tests.kit import CEO, GC, RSO


def delegation(**members: Any) -> dict[str, Any]:
    return {
        "from_role": "RSO",
        "to_person": "p-gc",
        "scope": ["answer-finding"],
        "from": "2025-07-01T00:00:00.000000Z",
        "to": "2025-07-15T00:00:00.000000Z",
        "reason": "leave",
    } | members


@pytest.fixture
def story() -> Story:
    return Story("2.2", settings={"delegation": "on"}).on("2025-07-01")


def test_g_del_1_refuses_where_the_house_has_not_allowed_it() -> None:
    assert Story("2.2").on("2025-07-01").when("delegate", delegation(), RSO) == ["G-DEL-1"]


def test_g_del_1_allows_where_the_house_has(story: Story) -> None:
    assert story.when("delegate", delegation(), RSO) == []


@pytest.mark.parametrize(
    ("role", "to", "by"), [("CEO", "p-rso", CEO), ("RSO", "p-ceo", RSO), ("RSO", "p-gc", CEO)]
)
def test_g_del_2_refuses_ceo_and_rso_to_each_other_and_what_is_not_ones_own(
    story: Story, role: str, to: str, by: Any
) -> None:
    assert story.when("delegate", delegation(from_role=role, to_person=to), by) == ["G-DEL-2"]


def test_g_del_2_allows_the_holder_to_name_somebody_else(story: Story) -> None:
    assert story.when("delegate", delegation(from_role="CEO", to_person="p-assessor"), CEO) == []


@pytest.mark.parametrize(
    "members",
    [
        {"scope": ["decide-capability"]},
        {"scope": []},
        {"scope": ["answer-finding", "triage-case"]},
        {"to": "2025-08-01T00:00:00.000000Z"},
        {"to": "2025-07-01T00:00:00.000000Z"},
    ],
)
def test_g_del_3_refuses_what_decides_and_what_lasts_too_long(story: Story, members: Any) -> None:
    assert story.when("delegate", delegation(**members), RSO) == ["G-DEL-3"]


def test_g_del_3_allows_up_to_thirty_days(story: Story) -> None:
    assert story.when("delegate", delegation(to="2025-07-31T00:00:00.000000Z"), RSO) == []


def test_what_may_be_delegated_are_commands_and_decide_nothing_of_a_gate() -> None:
    assert set(COMMANDS) >= DELEGABLE
    assert not {c for c in DELEGABLE if c.startswith(("decide", "approve", "propose", "lift", "revoke"))}


def test_a_delegate_counts_for_the_role_within_scope_and_time(story: Story) -> None:
    fact = story.given("note", {"text": "seen then"}, ASSESSOR, effective_at="2025-06-01T09:00:00.000000Z")
    answer = {"finding": {"code": "RECORDED_LATE", "event": fact.id}, "text": "asked weekly now"}
    assert story.when("answer-finding", answer, GC) == ["G-ANS-0"]
    story.given("delegate", delegation(), RSO)
    assert delegates(story.view, "RSO", "answer-finding") == {"p-gc"}
    assert story.when("answer-finding", answer, GC) == []
    assert story.on("2025-07-15").when("answer-finding", answer, GC) == ["G-ANS-0"]


def test_a_delegation_ends_when_the_house_turns_it_off(story: Story) -> None:
    fact = story.given("note", {"text": "seen then"}, ASSESSOR, effective_at="2025-06-01T09:00:00.000000Z")
    story.given("delegate", delegation(), RSO)
    off = {"setting": "delegation", "was": "on", "is": "off", "why": "not needed"}
    story.given("change-setting", off, CEO, RSO)
    answer = {"finding": {"code": "RECORDED_LATE", "event": fact.id}, "text": "asked weekly now"}
    assert story.when("answer-finding", answer, GC) == ["G-ANS-0"]
