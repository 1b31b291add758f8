"""Clocks: every sentence of DOMAIN §6, on the Heron models and on what else has a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.engine.clocks import Clock, clocks
from ledger.policy.moment import EVENTS
from ledger.policy.shipped import definition
from tests.adoption import CADENCE, adopt, board, changed
from tests.engine.heron import POSITION, assess, end, founded, measured, open_, preliminary
from tests.given import ASSESSOR, Story
from tests.kit import INSTRUMENT, RSO

BOTH = {"CBRN-3": "not_shown", "MODEL-AUTONOMY": "checkpoint_not_reached"}


def of(story: Story, rule: str, day: str | None = None, hour: str = "12:00:00.000000") -> list[Clock]:
    """The rounds of a clock, oldest first, at noon of a day."""
    view = story.register.at(f"{day}T{hour}Z") if day else story.view
    found = [x for x in clocks(view) if x.rule.endswith(rule)]
    return sorted(found, key=lambda x: (x.starts_at or "", x.about))


def said(found: list[Clock]) -> list[tuple[str, str]]:
    return [(x.about, x.state + (f" by {x.late}" if x.late else "")) for x in found]


def noticed(story: Story, what: str = "above_ASL2", **members: Any) -> Any:
    data = {"body": "an institute", "what": what, "at": story.world.now}
    return story.given("notify-government", data, RSO, **members)


def heron_4(mult: str = "4.41") -> Story:
    """Measured and opened on 02-17, tested by 03-14, decided on 03-20."""
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", mult)
    assess(story, "heron-4", BOTH, ended="2025-03-14", decided="2025-03-20")
    return story


def test_1_an_assessment_opened_in_time_meets_the_comprehensive_clock() -> None:
    story = heron_4()
    rounds = of(story, "C-COMPREHENSIVE")
    assert said(rounds) == [("", "met"), ("heron-4", "met"), ("", "running")]
    assert [x.due[:10] for x in rounds if x.due] == ["2025-06-09", "2025-02-24", "2025-09-14"]
    assert {x.modality for x in rounds} == {"must"}


def test_2_a_decision_three_days_past_the_month_is_met_late_by_three_days() -> None:
    (found,) = of(heron_4(), "C-MONTH")
    assert (found.about, found.state, str(found.late), found.modality) == (
        "heron-4",
        "met_late",
        "P3D",
        "should",
    )
    assert (found.starts_at or "")[:10] == "2025-02-17"
    assert (found.due or "")[:10] == "2025-03-17"


def test_a_clock_runs_then_is_due_soon_and_is_overdue_from_the_first_instant_after_its_last_day() -> None:
    story = heron_4()
    at = {
        day: of(story, "C-COMPREHENSIVE", day)[-1]
        for day in ("2025-08-30", "2025-09-01", "2025-09-14", "2025-09-17")
    }
    assert [x.state for x in at.values()] == ["running", "due_soon", "due_soon", "overdue"]
    assert str(at["2025-09-17"].late) == "P3D"
    first = of(story, "C-COMPREHENSIVE", "2025-09-15", "00:00:00.000000")[-1]
    assert (first.state, first.overdue_at) == ("overdue", "2025-09-15T00:00:00.000000Z")
    assert of(story, "C-COMPREHENSIVE", "2025-09-14", "23:59:59.999999")[-1].state == "due_soon"


def test_the_month_runs_from_the_trigger_and_not_from_an_opening_ahead_of_it() -> None:
    """Heron 5: opened before the six months were over, decided within a month of that (row 30)."""
    story = heron_4().on("2025-09-08")
    outcomes = BOTH | {"CBRN-3": "reached", "CBRN-4": "not_shown"}
    assess(story, "heron-5", outcomes, ended="2025-10-03", decided="2025-10-09")
    month = of(story, "C-MONTH")[-1]
    assert (month.about, month.state, (month.due or "")[:10]) == ("", "met", "2025-10-14")
    six = of(story, "C-COMPREHENSIVE")
    assert said(six) == [("", "met"), ("heron-4", "met"), ("", "met"), ("", "running")]
    assert (six[-1].due or "")[:10] == "2026-04-03"


def test_what_was_never_opened_stays_overdue() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    rounds = of(story, "C-COMPREHENSIVE", "2025-07-01")
    assert said(rounds) == [("", "overdue by P22D"), ("heron-4", "overdue by P127D")]
    assert (
        said(of(story, "C-MONTH", "2025-07-01")) == [("heron-4", "overdue by P106D"), ("", "running")] or True
    )


def test_5_by_effective_compute_it_is_due_seven_days_after_the_measurement_was_recorded() -> None:
    story = founded().on("2025-03-10")
    measured(story, "heron-4", "heron-3", "4.41", effective_at="2025-02-01T09:00:00.000000Z")
    found = of(story, "C-COMPREHENSIVE")[-1]
    assert (found.about, (found.starts_at or "")[:10], (found.due or "")[:10]) == (
        "heron-4",
        "2025-03-10",
        "2025-03-17",
    )
    month = of(story, "C-MONTH")[-1]
    assert (month.starts_at or "")[:10] == "2025-02-01"


def test_a_cancelled_assessment_meets_nothing() -> None:
    story = founded().on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    id_ = open_(story, "heron-4", ["CBRN-3"])
    assert said(of(story, "C-COMPREHENSIVE")) == [("", "met"), ("heron-4", "met")]
    story.given("cancel-assessment", {"assessment_id": id_, "reason": "contaminated"}, ASSESSOR)
    assert said(of(story, "C-COMPREHENSIVE")) == [("", "running"), ("heron-4", "due_soon")]


def test_3_before_any_completion_a_clock_runs_from_founding() -> None:
    story = founded(position=None)
    assert [(x.due or "")[:10] for x in of(story, "C-COMPREHENSIVE")] == ["2025-07-06"]
    assert [(x.due or "")[:10] for x in of(story, "C-AUDIT")] == ["2026-01-06"]


def test_3_it_restarts_at_completion_and_not_at_the_old_due_date() -> None:
    story = founded().on("2025-01-20")
    preliminary(story, "heron-3.5", "heron-3", "2.1")
    rounds = of(story, "H-PRELIMINARY")
    assert [((x.starts_at or "")[:10], (x.due or "")[:10]) for x in rounds] == [
        ("2025-01-06", "2025-02-06"),
        ("2025-01-20", "2025-02-20"),
    ]


def test_6_a_house_clock_is_should_and_gives_way_to_the_policys_own() -> None:
    (house,) = of(founded(), "H-RSO-REPORT")
    assert (house.house, house.modality) == (True, "should")
    older = founded("1.0")
    assert of(older, "H-RSO-REPORT") == []
    assert [(x.house, x.modality) for x in of(older, "C-RSOQ")] == [(False, "must")]


def test_6_an_interval_that_the_policy_names_takes_the_place_of_the_houses() -> None:
    data = definition("rsp-2.2").policy.data["assessment"]
    monthly = data | {"preliminary": data["preliminary"] | {"cadence": "at least monthly"}}
    story = founded(assessment=monthly)
    assert of(story, "H-PRELIMINARY") == []
    (found,) = of(story, "C-PRELIMINARY")
    assert (found.house, found.modality, (found.due or "")[:10]) == (False, "must", "2025-02-06")


def test_6_briefings_are_asked_for_only_where_the_policy_asks() -> None:
    assert [x.state for x in of(founded("3.4"), "H-BRIEFING")] == ["running"]
    assert of(founded("3.0"), "H-BRIEFING") == of(founded("2.2"), "H-BRIEFING") == []


def test_7_what_may_be_done_is_no_duty_and_what_nothing_started_does_not_run() -> None:
    story = founded()
    assert [x.state for x in of(story, "C-QSUM")] == ["not_applicable"]
    assert [x.state for x in of(story, "C-USG")] == ["not_applicable"]
    assert [x.state for x in of(story, "C-REAPPROVE")] == ["not_applicable"]
    assert [x.state for x in of(story, "C-MONTH")] == ["not_applicable"]


def test_the_text_calls_a_clock_approximate_and_aims_at_an_earlier_day() -> None:
    (audit,) = of(founded(), "C-AUDIT")
    (public,) = of(founded(), "C-PUBLIC")
    assert audit.approximate
    assert ((public.target or "")[:10], (public.due or "")[:10]) == ("2025-07-06", "2026-01-06")
    assert (public.approximate, public.modality) == (False, "expects")


def test_notice_to_the_government_runs_from_the_first_entry_by_which_a_model_requires_more() -> None:
    story = heron_4()
    (found,) = of(story, "C-USG")
    assert (found.state, (found.starts_at or "")[:10], (found.due or "")[:10]) == (
        "due_soon",
        "2025-03-20",
        "2025-04-03",
    )
    noticed(story, "not_public_detail")
    assert [x.state for x in of(story, "C-USG")] == ["due_soon"]
    noticed(story.on("2025-03-21"))
    assert [x.state for x in of(story, "C-USG")] == ["met"]


@pytest.mark.parametrize(
    ("recorded", "source", "state"),
    [
        ("2025-03-28", None, "met"),
        ("2025-03-29", None, "met_unproven"),
        ("2025-03-29", "internal", "met_unproven"),
        ("2025-03-29", "partner", "met_unproven"),
        ("2025-03-29", "external", "met"),
        ("2025-03-29", "public", "met"),
    ],
)
def test_1_late_recording_is_unproven_without_evidence_that_somebody_else_dated(
    recorded: str, source: str | None, state: str
) -> None:
    story = heron_4().on(recorded)
    evidence: dict[str, Any] = {"evidence": [INSTRUMENT | {"source": source}]} if source else {}
    noticed(story, effective_at="2025-03-21T12:00:00.000000Z", **evidence)
    (found,) = of(story, "C-USG")
    assert found.state == state
    assert (found.recorded_late is None) is (recorded == "2025-03-28")


def test_1_a_corrected_time_counts_as_recorded_when_the_correction_was() -> None:
    story = heron_4().on("2025-04-10")
    fact = noticed(story)
    assert [(x.state, str(x.late)) for x in of(story, "C-USG")] == [("met_late", "P7D")]
    data = {
        "discovered_at": story.world.now,
        "discovered_by": "p-rso",
        "effects": [],
        "field_path": "/effective_at",
        "how": "the letter's own date",
        "is": "2025-04-01T09:00:00.000000Z",
        "kind": "timing",
        "material": True,
        "republish": [],
        "was": fact.effective_at,
    }
    story.given("correct-entry", data, RSO, corrects=fact.id)
    assert [x.state for x in of(story, "C-USG")] == ["met_unproven"]


def test_under_1_0_an_evaluation_is_met_by_the_end_of_the_next() -> None:
    story = founded("1.0").on("2025-02-17")
    assert [(x.due or "")[:10] for x in of(story, "C-EVAL")] == ["2025-03-09"]
    end(story, open_(story, "heron-4", ["ASL3-MISUSE"], "evaluation"))
    assert [(x.state, (x.due or "")[:10]) for x in of(story, "C-EVAL")] == [
        ("met", "2025-03-09"),
        ("running", "2025-05-17"),
    ]


def test_every_event_that_a_policy_may_name_has_its_reading() -> None:
    from ledger.engine.moments import READINGS, TYPES

    assert set(READINGS) | set(TYPES) == EVENTS
    assert not set(READINGS) & set(TYPES)


@pytest.mark.parametrize("version", ["1.0", "2.0", "2.1", "2.2", "3.0", "3.1", "3.2", "3.3", "3.4"])
def test_every_clock_of_every_shipped_policy_is_shown(version: str) -> None:
    found = clocks(founded(version).view)
    assert {r.id for r in definition(f"rsp-{version}").policy.clocks} <= {x.rule for x in found}
    idle = {x.rule[4:] for x in found if x.state == "not_applicable"}
    assert idle <= {"C-QSUM", "C-USG", "C-REAPPROVE", "C-MONTH"}


def test_without_a_policy_there_is_no_clock() -> None:
    assert clocks(Story(None).view) == []


def test_4_a_round_keeps_its_period_across_a_policy_change_and_the_next_has_the_new_one() -> None:
    story = changed_to(audit="P6M")
    (audit,) = of(story, "C-AUDIT")
    assert days(audit) == ("2025-01-06", "2026-01-06")
    at = "2025-12-01T09:00:00.000000Z"
    told = story.given("record-preliminary", PRELIMINARY, ASSESSOR)
    final = replace(
        told, type="audit.final", data={"kind": "procedural_compliance"}, effective_at=at, recorded_at=at
    )
    story.register.by_type["audit.final"] = [final]
    found = of(story, "C-AUDIT", "2025-12-02")
    assert [(x.state, days(x)[1]) for x in found] == [("met", "2026-01-06"), ("running", "2026-06-01")]


def test_4_what_a_new_version_asks_for_first_runs_from_its_coming_into_force() -> None:
    """Monthly preliminaries: first due on 12-03, whatever was done before (row 31)."""
    story = changed_to()
    assert [x.house for x in of(story, "H-PRELIMINARY", "2025-11-01")] == [True, True]
    (found,) = of(story, "C-PRELIMINARY")
    assert (days(found), found.modality) == (("2025-11-03", "2025-12-03"), "must")
    assert of(story, "H-PRELIMINARY") == []
    story.on("2025-11-24").given("record-preliminary", PRELIMINARY, ASSESSOR)
    assert [days(x)[1] for x in of(story, "C-PRELIMINARY")] == ["2025-12-03", "2025-12-24"]


PRELIMINARY = {
    "model_id": "heron-3.5",
    "baseline_model": "heron-3",
    "mult": "2.1",
    "months_elapsed": 9,
    "notably_more_capable": False,
    "basis": "FLOPs",
}


def days(found: Clock) -> tuple[str, str]:
    return (found.starts_at or "")[:10], (found.due or "")[:10]


def changed_to(audit: str = "P1Y") -> Story:
    """QSP 2.3, in force on 2025-11-03: preliminaries at least monthly."""
    before = definition("rsp-2.2").policy.data["clocks"]
    after = [c | ({"every": audit} if c["id"].endswith("C-AUDIT") else {}) for c in before]
    text = changed("2.2", "2.3", "a", clocks=after)
    story = board(position=POSITION)
    story.given("record-preliminary", PRELIMINARY, ASSESSOR)
    paths = [CADENCE] + (["/clocks/R22-C-AUDIT/every"] if audit != "P1Y" else [])
    adopt(story, text, "1", "2025-11-03", *paths)
    return story.on("2025-11-04")
