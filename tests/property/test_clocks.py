"""Clocks and states as algebra: the same for every reader, stricter always allowed, late never green."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.engine.calendar import add, late_by, overdue_at, reached_at
from ledger.engine.clocks import clocks
from ledger.engine.states import states
from ledger.policy.duration import Duration
from ledger.record.fields import instant, later
from ledger.register import View
from tests.engine.heron import decide, founded, inherit, measured, preliminary
from tests.engine.test_clocks import heron_4, noticed
from tests.given import Story
from tests.kit import INSTRUMENT, RSO

DAYS = st.dates(
    min_value=instant("2023-12-01T00:00:00.000000Z").date(),
    max_value=instant("2033-01-31T00:00:00.000000Z").date(),
)
MONTHS = st.integers(1, 36)
SOURCES = st.sampled_from([None, "internal", "partner", "external", "public"])
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@given(DAYS, MONTHS)
def test_months_end_on_the_same_day_or_on_the_last_of_a_shorter_month(day: Any, months: int) -> None:
    start = f"{day}T13:00:00.000000Z"
    end = instant(add(start, Duration(months=months)))
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@given(DAYS, MONTHS, st.integers(-40, 40))
def test_a_period_is_late_exactly_from_the_first_instant_after_its_last_day(
    day: Any, months: int, off: int
) -> None:
    start, by = f"{day}T13:00:00.000000Z", Duration(months=months)
    done = later(overdue_at(start, by), timedelta(days=off))
    late = late_by(start, by, done)
    assert (late is None) is (off < 0)
    assert late is None or late == Duration(days=off + 1)
    assert reached_at(start, by) <= add(start, by) < overdue_at(start, by)


@FEW
@given(st.integers(0, 13), st.integers(1, 30), SOURCES)
def test_nothing_recorded_over_a_week_late_turns_a_clock_green_without_outside_evidence(
    after: int, lag: int, source: str | None
) -> None:
    """Notice is due 14 days after 03-20; it is claimed for `after` days later and recorded after `lag` more."""
    story = heron_4()
    true = later("2025-03-21T09:00:00.000000Z", timedelta(days=after))
    story.on(later(true, timedelta(days=lag))[:10], "08:00")
    evidence: dict[str, Any] = {"evidence": [INSTRUMENT | {"source": source}]} if source else {}
    noticed(story, effective_at=true, **evidence)
    (found,) = [x for x in clocks(story.view) if x.rule.endswith("C-USG")]
    outside = source in {"external", "public"}
    assert found.state == ("met" if lag <= 7 or outside else "met_unproven")


ACTS = st.lists(st.sampled_from(["heavier", "inherit", "reached", "not_shown", "preliminary"]), max_size=6)


def grown(acts: list[str]) -> Story:
    story = founded()
    measured(story, "heron-3.5", "heron-3", "2.1")
    for act in acts:
        if act == "heavier":
            measured(story, "heron-4", "heron-3.5", "2.1")
        elif act == "inherit":
            inherit(story, "heron-3.5", "heron-3")
        elif act == "preliminary":
            preliminary(story, "heron-4", "heron-3", "4.41")
        else:
            decide(story, "heron-3.5", "CBRN-3", act)
    return story


@FEW
@given(ACTS)
def test_what_is_derived_is_the_same_for_every_reader(acts: list[str]) -> None:
    """From the same entries, asked of the newest register or of a longer one with a bound."""
    one, other = grown(acts), grown([*acts, "reached", "heavier"])
    bound = one.register.size
    earlier = View(other.register, bound, None, one.view.now)
    for model in ("heron-3", "heron-3.5", "heron-4"):
        mine, theirs = states(one.view, model), states(earlier, model)
        assert {k: (s.outcome, s.origin) for k, s in mine.items()} == {
            k: (s.outcome, s.origin) for k, s in theirs.items()
        }
    assert [(x.id, x.state) for x in clocks(one.view)] == [(x.id, x.state) for x in clocks(earlier)]


@FEW
@given(ACTS, st.sampled_from(["reached", "not_shown"]))
def test_one_hand_may_always_stop_whatever_stands_on_the_record(acts: list[str], outcome: str) -> None:
    story = grown(acts)
    data = {"model_id": "heron-3.5", "threshold": "CBRN-3", "outcome": outcome, "reasons": "caution"}
    more = {"defeaters_open": [], "precautionary": True, "provisional": True}
    assert story.when("decide-capability", data | more, RSO) == []
    assert states(story.view, "heron-3.5")["CBRN-3"].over
