"""Safeguards: satisfied on every criterion and by all hands, for a scope and a time; each guard on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.findings import findings
from ledger.subjects.standing import standing
from tests.given import ASSESSOR, CISO, Story
from tests.kit import CEO, GC, RSO
from tests.subjects import test_determinations as capability
from tests.subjects.safe import PAPER, assess, case, criteria, deciding, report, satisfy, scope

DEPLOYMENT, SECURITY = "ASL-3-DEPLOYMENT", "ASL-3-SECURITY"
MISALIGNMENT = "AFFIRMATIVE-CASE-MISALIGNMENT"
HERON_4 = scope(["heron-4"])


@pytest.fixture
def story() -> Story:
    """A standard that is assessed and reported, and not yet decided."""
    story = Story("2.2").on("2025-05-12")
    assess(story, DEPLOYMENT, HERON_4)
    story.given("submit-report", report(DEPLOYMENT), CISO)
    return story


def decide(
    story: Story, *by: Any, standard: str = DEPLOYMENT, where: Any = HERON_4, **more: Any
) -> list[str]:
    return story.when("decide-safeguard", deciding(standard, where, **more), *by)


def state(story: Story, model: str = "heron-4", surface: str | None = "general", **more: Any) -> str:
    return standing(story.view, more.pop("standard", DEPLOYMENT), model, surface, **more).state


# ---- guards


def test_g_saf_0_refuses_one_hand_to_call_a_standard_satisfied(story: Story) -> None:
    assert decide(story, CEO) == ["G-SAF-0"]
    assert "lacks RSO" in story.refusals[0].reason
    assert decide(story, GC, outcome="not_satisfied") == ["G-SAF-0"]


@pytest.mark.parametrize("alone", [CEO, RSO])
def test_g_saf_0_allows_one_hand_to_say_that_a_standard_is_not_satisfied(alone: Any) -> None:
    empty = Story("2.2").on("2025-05-12")
    assert decide(empty, alone, outcome="not_satisfied") == []


def test_g_saf_1_refuses_a_criterion_that_is_partial_or_was_not_assessed(story: Story) -> None:
    assess(story, DEPLOYMENT, HERON_4, D3="partial")
    assert decide(story, CEO, RSO) == ["G-SAF-1"]
    assert "D3 partial" in story.refusals[0].reason
    listed = criteria(story, DEPLOYMENT)[:-1]
    story.given("assess-safeguard", {"standard": DEPLOYMENT, "scope": HERON_4, "criteria": listed}, ASSESSOR)
    assert decide(story, CEO, RSO) == ["G-SAF-1"]
    assert "D7 not assessed" in story.refusals[0].reason


def test_g_saf_1_refuses_what_lies_outside_the_scope_that_was_assessed(story: Story) -> None:
    assert decide(story, CEO, RSO, where=scope(["heron-4", "heron-5"])) == ["G-SAF-1"]
    assert "heron-5" in story.refusals[0].reason
    assert decide(story, CEO, RSO, where=scope()) == ["G-SAF-1"]
    partner = scope(["heron-4"], environments=["own", "partner-cloud"])
    assert decide(story, CEO, RSO, where=partner) == ["G-SAF-1", "G-SAF-1"]
    assess(story, DEPLOYMENT, scope(["heron-4"], environments=["own"]))
    assert decide(story, CEO, RSO, where=partner) == ["G-SAF-1"]
    assert "partner-cloud" in story.refusals[0].reason


def test_g_saf_1_allows_every_criterion_met_wherever_the_scope_reaches(story: Story) -> None:
    assert decide(story, CEO, RSO) == []
    assess(story, DEPLOYMENT, scope(["heron-5"], environments=["own", "partner-cloud"]))
    both = scope(["heron-4", "heron-5"])
    assert decide(story, CEO, RSO, where=both) == []
    assert decide(story, CEO, RSO, where=scope(["heron-5"], ["general"], ["partner-cloud"])) == []


def test_g_saf_1_refuses_a_standard_that_is_not_defined() -> None:
    story = Story("2.2").on("2025-05-12")
    story.given("submit-report", report("ASL-4-SECURITY"), CISO)
    assert decide(story, CEO, RSO, standard="ASL-4-SECURITY") == ["G-SAF-1"]
    assert decide(story, CEO, RSO, standard="ASL-4-SECURITY", outcome="not_satisfied") == []


def test_g_saf_1_asks_for_a_case_where_no_standard_but_an_obligation_is_decided() -> None:
    story = Story("2.2").on("2025-05-12")
    assert decide(story, CEO, RSO, standard=MISALIGNMENT, case_id="sc-mis") == ["G-SAF-1"]
    story.given("state-case", case("sc-mis"), ASSESSOR)
    assert decide(story, CEO, RSO, standard=MISALIGNMENT, case_id="sc-mis") == []
    assert state(story, standard=MISALIGNMENT) == "satisfied"


def test_g_saf_2_refuses_the_report_of_another_standard(story: Story) -> None:
    assess(story, SECURITY, HERON_4)
    assert decide(story, CEO, RSO, standard=SECURITY) == ["G-SAF-2"]
    assert decide(story, CEO, RSO, report_digest="sha256:" + "e" * 64) == ["G-SAF-2"]


def test_g_saf_2_allows_a_report_for_each_standard(story: Story) -> None:
    assess(story, SECURITY, HERON_4)
    story.given("submit-report", report(SECURITY), CISO)
    assert decide(story, CEO, RSO, standard=SECURITY) == []
    assert decide(story, CEO, RSO) == []


def below(story: Story) -> Any:
    story.given("open-assessment", capability.opening(), ASSESSOR)
    story.given("state-case", capability.case(), ASSESSOR)
    story.given("state-elicitation", capability.elicitation(), ASSESSOR)
    story.given("submit-report", capability.report(), ASSESSOR)
    return story.given("decide-capability", capability.decision("below"), CEO, RSO)


def removal(made: Any, **changes: Any) -> dict[str, Any]:
    return {"standard": DEPLOYMENT, "models": ["heron-4"], "determination_id": made.id} | changes


def test_g_saf_3_refuses_while_a_threshold_that_needs_it_is_not_decided_below(story: Story) -> None:
    above = story.given("decide-capability", capability.decision("not_shown"), CEO, RSO)
    assert story.when("remove-safeguard", removal(above), CEO, RSO) == ["G-SAF-3"]
    made = below(story)
    assert story.when("remove-safeguard", removal(made, models=["heron-4", "heron-5"]), CEO, RSO) == [
        "G-SAF-3"
    ]
    assert "CBRN-3 of heron-5" in story.refusals[0].reason
    assert story.when("remove-safeguard", removal(above), CEO, RSO) == ["G-SAF-3"]
    baseline = removal(made, standard="ASL-2-DEPLOYMENT")
    assert story.when("remove-safeguard", baseline, CEO, RSO) == ["G-SAF-3"]


def test_g_saf_3_allows_to_give_up_what_nothing_needs_any_more(story: Story) -> None:
    satisfy(story, DEPLOYMENT, HERON_4)
    made = below(story)
    assert story.when("remove-safeguard", removal(made), RSO) == ["G-SAF-0"]
    assert story.when("remove-safeguard", removal(made), CEO, RSO) == []
    assert state(story) == "stood_down"


def test_g_saf_4_refuses_a_standard_that_the_policy_in_force_lacks(story: Story) -> None:
    assert decide(story, RSO, standard="ASL-3-CONTAINMENT", outcome="not_satisfied") == ["G-SAF-4"]
    assert "ASL-3-SECURITY" in story.refusals[0].cure


def test_g_saf_4_allows_the_standards_of_the_policy_in_force() -> None:
    older = Story("1.0").on("2025-05-12")
    assert decide(older, RSO, standard="ASL-3-CONTAINMENT", outcome="not_satisfied") == []


# ---- how it then stands


def test_1_a_scope_extended_to_one_model_leaves_the_others_as_they_were(story: Story) -> None:
    assert state(story) == "assessed"
    assert state(story, "heron-5") == "not_started"
    satisfy(story, DEPLOYMENT, HERON_4)
    satisfy(story, DEPLOYMENT, scope(["heron-5"], ["general"]))
    assert state(story) == state(story, "heron-5") == "satisfied"
    assert state(story, "heron-5", "limited_partner") == "not_started"
    decide(story, RSO, where=scope(["heron-5"]), outcome="not_satisfied")
    assert (state(story), state(story, "heron-5")) == ("satisfied", "not_satisfied")


def test_1_all_models_and_surfaces_are_also_later_ones(story: Story) -> None:
    satisfy(story, DEPLOYMENT, scope())
    assert state(story, "heron-9", "open_weights") == "satisfied"


def test_2_satisfied_lapses_after_the_policys_period_and_not_a_day_earlier(story: Story) -> None:
    decide(story, CEO, RSO)
    assert standing(story.register.at(as_of="2026-05-12T23:59:59.999999Z"), DEPLOYMENT, "heron-4").satisfied
    lapsed = standing(story.register.at(as_of="2026-05-13T00:00:00.000000Z"), DEPLOYMENT, "heron-4")
    assert (lapsed.state, lapsed.satisfied) == ("reapproval_due", False)


def test_2_what_the_policy_does_not_name_never_lapses() -> None:
    story = Story("2.2").on("2025-05-12")
    satisfy(story, "ASL-2-SECURITY")
    late = story.register.at(as_of="2035-05-12T00:00:00.000000Z")
    assert standing(late, "ASL-2-SECURITY", "heron-4").satisfied


def test_2_valid_until_may_only_shorten(story: Story) -> None:
    decide(story, CEO, RSO, valid_until="2025-08-01T00:00:00.000000Z")
    assert standing(story.register.at(as_of="2025-08-01T00:00:00.000000Z"), DEPLOYMENT, "heron-4").state == (
        "reapproval_due"
    )
    decide(story, CEO, RSO, valid_until="2029-08-01T00:00:00.000000Z")
    assert standing(story.register.at(as_of="2026-06-01T00:00:00.000000Z"), DEPLOYMENT, "heron-4").state == (
        "reapproval_due"
    )


def again(**more: Any) -> dict[str, Any]:
    data = {"standard": DEPLOYMENT, "outcome": "satisfied", "changes": "none", "report_digest": PAPER}
    return data | more


def test_2_a_reapproval_covers_what_the_decisions_before_it_cover(story: Story) -> None:
    decide(story, CEO, RSO)
    story.on("2026-05-01")
    assert story.when("reapprove-safeguard", again(), CEO, RSO) == []
    later = story.register.at(as_of="2027-04-01T00:00:00.000000Z")
    assert standing(later, DEPLOYMENT, "heron-4").satisfied
    assert standing(later, DEPLOYMENT, "heron-5").state == "not_started"
    assess(story, DEPLOYMENT, HERON_4, D5="no")
    assert story.when("reapprove-safeguard", again(), CEO, RSO) == ["G-SAF-1"]


def failure(**more: Any) -> dict[str, Any]:
    since = {"since": "2025-06-01T09:00:00.000000Z", "severity": "breaks_standard"}
    return {"standard": DEPLOYMENT, "what": "the filter was off"} | since | more


def test_3_a_failure_that_breaks_the_standard_stands_until_it_is_decided_again(story: Story) -> None:
    decide(story, CEO, RSO)
    story.on("2025-06-02")
    story.given("record-safeguard-failure", failure(severity="weakens"), ASSESSOR)
    assert state(story) == "satisfied"
    story.given("record-safeguard-failure", failure(scope=scope(["heron-5"])), ASSESSOR)
    assert (state(story), state(story, "heron-5")) == ("satisfied", "degraded")
    story.given("record-safeguard-failure", failure(), ASSESSOR)
    assert state(story) == "degraded"
    assert decide(story, CEO, RSO) == []
    assert state(story) == "satisfied"


def test_3_a_failure_learned_of_late_is_not_covered_by_a_decision_that_did_not_know_it(story: Story) -> None:
    decide(story, CEO, RSO)
    story.on("2025-06-20")
    since = "2025-05-01T09:00:00.000000Z"
    story.given("record-safeguard-failure", failure(since=since), ASSESSOR, effective_at=since)
    assert state(story) == "degraded"


def test_5_storing_asks_whom_it_inherits_from_and_deploying_does_not(story: Story) -> None:
    satisfy(story, SECURITY, HERON_4)
    assert state(story, "heron-4.1", None, standard=SECURITY) == "not_started"
    assert state(story, "heron-4.1", None, standard=SECURITY, forebears=("heron-4",)) == "satisfied"


def test_4_what_the_opening_position_states_counts_until_it_is_decided() -> None:
    stated = {"standard": "ASL-2-SECURITY", "models": ["*"], "surfaces": ["*"]}
    lapsing = {"standard": SECURITY, "models": ["heron-3"], "surfaces": ["general"]}
    position = {"models": [], "standards": [stated, lapsing]}
    story = Story("2.2", position=position).on("2025-02-01")
    assert state(story, "heron-9", standard="ASL-2-SECURITY") == "satisfied"
    assert state(story, "heron-3", standard=SECURITY) == "satisfied"
    assert state(story, "heron-3", "open_weights", standard=SECURITY) == "not_started"
    late = story.register.at(as_of="2026-01-07T00:00:00.000000Z")
    assert standing(late, SECURITY, "heron-3", "general").state == "reapproval_due"
    decide(story, RSO, standard="ASL-2-SECURITY", where=scope(["heron-9"]), outcome="not_satisfied")
    assert state(story, "heron-9", standard="ASL-2-SECURITY") == "not_satisfied"
    assert state(story, "heron-3", standard="ASL-2-SECURITY") == "satisfied"


# ---- findings


def codes(story: Story, as_of: str) -> list[str]:
    return [x.code for x in findings(story.register.at(as_of=as_of))]


def test_reapproval_due_raised_when_a_decision_has_lapsed(story: Story) -> None:
    decide(story, CEO, RSO)
    (found,) = findings(story.register.at(as_of="2026-05-13T00:00:00.000000Z"))
    assert (found.code, found.since[:10]) == ("REAPPROVAL_DUE", "2026-05-13")


def test_reapproval_due_not_raised_in_time_or_once_it_was_decided_again(story: Story) -> None:
    decide(story, CEO, RSO)
    assert codes(story, "2026-05-12T23:00:00.000000Z") == []
    story.on("2026-05-20")
    story.given("reapprove-safeguard", again(), CEO, RSO)
    assert codes(story, "2026-06-01T00:00:00.000000Z") == []
