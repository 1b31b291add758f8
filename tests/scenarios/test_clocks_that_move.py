"""Duties in time: what meets them, what only seems to, and what moves them (DOMAIN §3, §6, §9)."""

from __future__ import annotations

from ledger.engine.clocks import clocks
from tests.engine.gates import opened
from tests.engine.heron import assess, decide, end, founded, inherit, measured, open_, submit
from tests.engine.test_clocks import BOTH, heron_4, noticed, of, said
from tests.given import ASSESSOR, Story
from tests.scenarios.story import BELOW, ask, codes, corrected, deployed, noon, put_out
from tests.subjects import safe


def last(story: Story, rule: str, day: str | None = None) -> tuple[str, str]:
    """Day due and state of the last round."""
    found = of(story, rule, day)[-1]
    return str(found.due)[:10], found.state


def test_six_months_from_the_end_of_testing_and_no_day_longer() -> None:
    story = founded()
    assert last(story, "C-COMPREHENSIVE", "2025-05-20") == ("2025-06-09", "running")
    assert last(story, "C-COMPREHENSIVE", "2025-05-27") == ("2025-06-09", "due_soon")
    assert last(story, "C-COMPREHENSIVE", "2025-06-09") == ("2025-06-09", "due_soon")
    assert last(story, "C-COMPREHENSIVE", "2025-06-10") == ("2025-06-09", "overdue")


def test_six_months_from_the_last_of_august_end_with_february() -> None:
    story = opened().on("2025-08-20")
    id_ = open_(story, "heron-3", list(BELOW))
    end(story.on("2025-08-31"), id_)
    submit(story, id_)
    for threshold, outcome in BELOW.items():
        decide(story, "heron-3", threshold, outcome, assessment_id=id_)
    assert last(story, "C-COMPREHENSIVE", "2025-09-05") == ("2026-02-28", "running")


def test_a_corrected_end_of_testing_moves_the_clock_for_those_who_ask_after() -> None:
    story = heron_4()
    assert last(story, "C-COMPREHENSIVE") == ("2025-09-14", "running")
    fact = story.view.of_type("testing.ended")[0]
    was = fact.data["ended_at"]
    corrected(story.on("2025-04-10"), fact, "/ended_at", was, noon("2025-03-10"), ASSESSOR)
    assert last(story, "C-COMPREHENSIVE") == ("2025-09-10", "running")
    view = story.register.at(known_at=noon("2025-04-01"))
    (before,) = [c for c in clocks(view) if c.rule.endswith("C-COMPREHENSIVE") and c.state == "running"]
    assert str(before.due)[:10] == "2025-09-14"


def test_an_assessment_recorded_weeks_after_it_opened_turns_nothing_green() -> None:
    story = founded().on("2025-06-30")
    data = {
        "assessment_id": "a-late",
        "kind": "comprehensive",
        "model_id": "heron-3",
        "thresholds": ["CBRN-3"],
        "snapshots": [],
        "team": "t",
    }
    refused = story.when("open-assessment", data, ASSESSOR, effective_at=noon("2025-06-01"))
    assert refused != []  # a decision takes effect when it is recorded
    story.given("open-assessment", data, ASSESSOR)
    assert said(of(story, "C-COMPREHENSIVE"))[0][1].startswith("met_late")


def test_a_notice_recorded_late_is_claimed_and_not_met() -> None:
    story = heron_4().on("2025-04-20")
    noticed(story, effective_at=noon("2025-03-25"))
    assert last(story, "C-USG") == ("2025-04-03", "met_unproven")
    assert "RECORDED_LATE" in codes(story)


def test_a_notice_in_time_is_met_and_one_too_late_says_by_how_much() -> None:
    story = heron_4().on("2025-04-03")
    noticed(story)
    assert last(story, "C-USG") == ("2025-04-03", "met")
    late = heron_4().on("2025-04-05")
    noticed(late)
    assert [s for _, s in said(of(late, "C-USG"))] == ["met_late by P2D"]


def test_a_month_is_not_met_while_a_threshold_is_undetermined() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    named = {"CBRN-3": "below", "MODEL-AUTONOMY": "checkpoint_reached"}
    assess(story, "heron-4", named, ended="2025-03-10", decided="2025-03-12")
    assert last(story, "C-MONTH", "2025-03-16")[1] == "due_soon"
    assert last(story, "C-MONTH", "2025-03-18") == ("2025-03-17", "overdue")


def test_an_undecided_next_level_alone_does_not_hold_the_month_up() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    assess(story, "heron-4", BOTH, ended="2025-03-10", decided="2025-03-12")
    assert last(story, "C-MONTH") == ("2025-03-17", "met")


def test_reapproval_is_due_after_a_year_and_anew_after_each() -> None:
    story = opened().on("2025-05-12")
    safe.satisfy(story, "ASL-3-SECURITY")
    assert last(story, "C-REAPPROVE") == ("2026-05-12", "running")
    assert last(story, "C-REAPPROVE", "2026-05-13") == ("2026-05-12", "overdue")


def test_a_must_that_is_a_month_overdue_bites_new_deployments_alone() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-3.5", "heron-3", "1.2")
    assert inherit(story, "heron-3.5", "heron-3", "1.2") == []
    put_out(story, "heron-3.5")
    for day, bites in (("2025-07-05", False), ("2025-07-12", True)):
        story.on(day)
        assert (
            "COMMITMENT_MISSED" in ask(story, "deploy", "heron-3.5", "limited_partner").denials()
        ) is bites
        assert "COMMITMENT_MISSED" not in ask(story, "deploy", "heron-3.5", "general").denials()
        assert "COMMITMENT_MISSED" not in ask(story, "store", "heron-3.5").denials()
        assert "COMMITMENT_MISSED" not in ask(story, "train", "heron-3.5").denials()


def test_a_should_never_bites() -> None:
    story = opened().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    id_ = open_(story, "heron-4", list(BELOW))
    assert id_
    story.on("2025-05-20")
    assert last(story, "C-MONTH") == ("2025-03-17", "overdue")
    assert "COMMITMENT_MISSED" not in ask(story, "deploy", "heron-3", "limited_partner").denials()


def test_the_longest_overdue_is_still_flagged_and_never_denies_by_itself() -> None:
    story = founded().on("2025-06-25")
    verdict = ask(story, "store", "heron-3")
    assert "ASSESSMENT_DUE" in verdict.flags()
    assert "ASSESSMENT_OVERDUE" not in verdict.flags()
    later = ask(story.on("2025-07-11"), "store", "heron-3")
    assert "ASSESSMENT_OVERDUE" in later.flags()
    assert later.permitted


def test_what_is_recorded_late_is_a_finding_and_judged_by_what_was_known() -> None:
    story = opened().on("2025-03-01")
    deployed(story, "heron-9", "limited_partner", effective_at=noon("2025-02-10"))
    assert {"RECORDED_LATE", "DEPLOYED_WITHOUT_GATE"} == set(codes(story))
    assert codes(story, known_at=noon("2025-02-20")) == []
