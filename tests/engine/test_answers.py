"""Findings: open, answered, closed with their case, ended by a correction, or only a mark (DOMAIN §7)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.answers import Stood, ended, standing, unanswered
from ledger.register import Fact
from ledger.subjects.sharing import untold
from tests.engine.test_findings import AUT_50, opened
from tests.given import ASSESSOR, COUNSEL, Story
from tests.kit import CEO, D1, D2, GC, RSO, T1
from tests.subjects.test_cases import BREACH, closing, found, plan, triage
from tests.subjects.test_determinations import correct, result


@pytest.fixture
def late() -> Story:
    """Something that was recorded late, in entry 1."""
    story = Story("2.2").on("2025-06-11")
    story.given("note", {"text": "seen then"}, ASSESSOR, effective_at="2025-06-01T09:00:00.000000Z")
    return story


def named(fact: Fact | None, code: str = "RECORDED_LATE") -> dict[str, Any]:
    assert fact is not None
    return {"finding": {"code": code, "event": fact.id}, "text": "asked weekly now"}


def only(story: Story) -> Stood:
    (one,) = [x for x in standing(story.view) if x.finding.code == "RECORDED_LATE"]
    return one


def test_2_a_quality_finding_is_open_until_the_rso_answers_it(late: Story) -> None:
    assert (only(late).state, only(late).kind) == ("open", "quality")
    late.on("2025-06-21")
    answer = late.given("answer-finding", named(late.register.facts[1]), RSO)
    one = only(late)
    assert (one.state, one.answer, one.days) == ("answered", answer, 10)
    assert "RECORDED_LATE" not in [x.finding.code for x in unanswered(late.view)]


def test_4_the_days_that_it_was_open_are_kept_whatever_comes_later(late: Story) -> None:
    late.on("2025-06-21").given("answer-finding", named(late.register.facts[1]), RSO)
    before = only(late).days
    late.on("2025-12-31").given("note", {"text": "the year ends"}, RSO)
    assert only(late).days == before


def test_an_answer_is_untold_until_both_bodies_have_it(late: Story) -> None:
    answer = late.given("answer-finding", named(late.register.facts[1]), RSO)
    assert untold(late.view, answer) == ("BOARD", "LTBT")
    shared = {"bodies": ["BOARD", "LTBT"], "items": [answer.id], "delivered_at": late.world.now}
    late.given("share-with-bodies", shared, RSO)
    assert untold(late.view, answer) == ()


def test_g_ans_0_refuses_anybody_but_the_rso(late: Story) -> None:
    for by in (CEO, ASSESSOR, T1):
        assert late.when("answer-finding", named(late.register.facts[1]), by) == ["G-ANS-0"]


def test_g_ans_0_allows_the_rso(late: Story) -> None:
    assert late.when("answer-finding", named(late.register.facts[1]), RSO) == []


def test_g_ans_1_refuses_what_does_not_stand_and_what_is_a_mark(late: Story) -> None:
    assert late.when("answer-finding", named(late.register.facts[0]), RSO) == ["G-ANS-1"]
    assert late.when("answer-finding", named(late.register.facts[1], "LINE_MOVED"), RSO) == ["G-ANS-1"]
    assert late.when("answer-finding", named(late.register.facts[1], "ASSESSMENT_DUE"), RSO) == ["G-ANS-1"]


def test_g_ans_1_allows_what_stands(late: Story) -> None:
    assert late.when("answer-finding", named(late.register.facts[1]), RSO) == []


@pytest.fixture
def conduct() -> Story:
    story = Story("2.2").on("2025-06-30")
    story.given("attest-agreements", BREACH, COUNSEL, GC)
    return story


def test_g_ans_2_refuses_to_answer_conduct_away(conduct: Story) -> None:
    answer = named(conduct.register.facts[1], "AGREEMENT_CLAUSE_BREACH")
    assert conduct.when("answer-finding", answer, RSO) == ["G-ANS-2"]
    assert "nc-" in conduct.refusals[0].reason


def test_g_ans_2_allows_to_answer_a_finding_of_quality(late: Story) -> None:
    assert late.when("answer-finding", named(late.register.facts[1]), RSO) == []


def test_1_a_conduct_finding_is_open_until_its_case_is_closed(conduct: Story) -> None:
    (one,) = standing(conduct.view)
    assert one.case is not None
    assert (one.kind, one.state, one.case.origin) == ("conduct", "open", "engine")
    about = {"case_id": f"nc-{one.case.id}"}
    conduct.given("triage-case", triage(concerns_roles=["PEOPLE"], **about), RSO, D1)
    conduct.given("record-finding", found(**about), RSO, D1)
    conduct.given("plan-action", plan(actions=[], none_because="templates replaced", **about), RSO, D1)
    assert [x.state for x in standing(conduct.view)] == ["open"]
    conduct.on("2025-07-10").given("close-case", closing(**about), RSO, D1)
    assert [(x.state, x.days) for x in standing(conduct.view)] == [("closed", 10)]
    conduct.given("reopen-case", {"why": "another one", **about}, D2)
    assert [x.state for x in standing(conduct.view)] == ["open"]


def test_4_what_a_correction_ended_is_kept_with_its_days() -> None:
    story = opened().on("2025-03-14")
    fact = story.given("record-result", result(line=AUT_50, threshold="MODEL-AUTONOMY"), ASSESSOR)
    assert ended(story.view) == []
    correct(story.on("2025-08-08"), fact, "/line/kind", "yellow", "red")
    (one,) = ended(story.view)
    assert (one.finding.code, one.finding.index, one.state) == ("LINE_KIND_MISMATCH", fact.index, "ended")
    assert one.days == 147
    assert standing(story.view) == []
