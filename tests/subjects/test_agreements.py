"""Agreements on leaving: a clause without carve-outs is a breach, whoever states it (DOMAIN §4.13)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.findings import findings
from ledger.subjects.agreements import attested
from tests.given import COUNSEL, Story
from tests.kit import GC, RSO
from tests.subjects.test_cases import BREACH


def codes(story: Story) -> list[str]:
    return [x.code for x in findings(story.view)]


@pytest.mark.parametrize("missing", ["carve_out_safety_concerns", "carve_out_existence"])
def test_2_agreement_clause_breach_raised_where_either_carve_out_is_missing(missing: str) -> None:
    story = Story("2.2").on("2025-06-30")
    carved = {"carve_out_safety_concerns": True, "carve_out_existence": True}
    story.given("attest-agreements", BREACH | carved | {missing: False}, GC)
    assert codes(story) == ["AGREEMENT_CLAUSE_BREACH"]


@pytest.mark.parametrize(
    "members", [{"count_with_clause": 0}, {"carve_out_safety_concerns": True, "carve_out_existence": True}]
)
def test_2_agreement_clause_breach_not_raised_without_clause_or_with_both_carve_outs(members: Any) -> None:
    story = Story("2.2").on("2025-06-30")
    story.given("attest-agreements", BREACH | members, COUNSEL, GC)
    assert codes(story) == []


def test_1_an_attestation_counts_when_both_have_signed() -> None:
    story = Story("2.2").on("2025-06-30")
    story.given("attest-agreements", BREACH, GC)
    assert attested(story.view, "2025-H1") is None
    both = story.given("attest-agreements", BREACH, COUNSEL, GC)
    assert attested(story.view, "2025-H1") == both
    assert attested(story.view, "2025-H2") is None


def test_1_nobody_else_states_the_counts() -> None:
    assert Story("2.2").on("2025-06-30").when("attest-agreements", BREACH, RSO) == ["E-ACTOR"]
