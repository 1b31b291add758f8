"""Lowered safeguards in the three regimes: incomplete, active, expired, and acted on too soon (DOMAIN §4.8)."""

from __future__ import annotations

import pytest

from ledger.engine.cases import case
from tests.adoption import BYLAWS, board, vote
from tests.engine.gates import share_all
from tests.engine.heron import assess
from tests.engine.test_exempt import asked
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO, SECRETARY
from tests.scenarios.story import NO_DEPLOYMENT, above, ask, codes, deployed
from tests.subjects.test_exceptions import (
    TEXT,
    acknowledged,
    committed,
    consulted,
    lacks,
    named,
    proposal,
    published,
    state,
)
from tests.subjects.test_gates import going


def followed() -> Story:
    """Only ASL-3 Deployment is missing for Heron 4; its lowering is proposed."""
    story = asked()
    assess(story, "heron-4", {"CBRN-4": "below"}, ended="2025-04-20", decided="2025-04-24", kind="follow_up")
    share_all(story)
    return story


def complete(story: Story) -> None:
    consulted(story)
    vote(story, TEXT)
    story.given("approve-exception", named(resolution_id="r-1"), SECRETARY)
    published(story, TEXT, "p-text")
    acknowledged(story)
    committed(story)


@pytest.mark.parametrize(
    ("version", "form"),
    [
        ("1.0", "lowered_safeguards"),
        ("1.0", "marginal_risk_report"),
        ("2.2", "emergency"),
        ("3.4", "lowered_safeguards"),
    ],
)
def test_each_version_offers_its_own_form(version: str, form: str) -> None:
    story = board(version)
    data = proposal(form, bad_actor="one", ai_helps_defence="yes")
    assert "G-EXC-1" in story.when("propose-exception", data, CEO, RSO)


def test_no_exception_is_longer_than_half_a_year() -> None:
    story = board()
    assert story.when("propose-exception", proposal(ends_on="2026-03-02"), CEO, RSO) == ["G-EXC-3"]
    assert story.when("propose-exception", proposal(ends_on="2026-03-01"), CEO, RSO) == []


def test_an_analysis_left_out_stops_the_proposal() -> None:
    story = board()
    other = proposal()["other_actor"] | {"evidence": []}
    assert story.when("propose-exception", proposal(other_actor=other), CEO, RSO) != []


def test_what_is_missing_is_named_in_its_order_until_nothing_is() -> None:
    story = followed()
    assert lacks(story) == (
        "board resolution",
        "consultation",
        "published text",
        "acknowledgement",
        "advocacy",
    )
    assert set(ask(story, "deploy").denials()) == {"EXCEPTION_INCOMPLETE", NO_DEPLOYMENT}
    consulted(story)
    vote(story, TEXT)
    story.given("approve-exception", named(resolution_id="r-1"), SECRETARY)
    assert lacks(story) == ("published text", "acknowledgement", "advocacy")
    published(story, TEXT, "p-text")
    acknowledged(story, own=False)
    assert lacks(story) == ("acknowledgement", "advocacy")
    assert not ask(story, "deploy").permitted


def test_active_it_permits_what_it_names_and_nothing_else() -> None:
    story = followed()
    before = story.world.now
    complete(story)
    verdict = ask(story, "deploy")
    assert verdict.permitted, verdict.denials()
    assert "under_exception" in [m.lower() for m in verdict.marks]
    assert ask(story, "deploy", "heron-5").denials() != []
    assert not ask(story, "deploy", as_of=before).permitted
    assert not ask(story, "deploy", known_at=before).permitted


def test_it_expires_while_the_model_is_deployed() -> None:
    story = followed()
    complete(story)
    story.given("decide-gate", going(story), CEO, RSO)
    deployed(story)
    assert ask(story, "deploy", as_of="2025-09-01T23:00:00.000000Z").permitted
    story.on("2025-09-02", "01:00")
    assert state(story) == "expired"
    assert ask(story, "deploy").denials() == [NO_DEPLOYMENT]
    assert "DEPLOYED_WITHOUT_GATE" not in codes(story)
    assert "DEPLOYED_WITHOUT_GATE" in codes(story.on("2025-09-06"))


def test_a_review_that_does_not_come_is_a_finding_and_one_that_denies_ends_it() -> None:
    story = followed()
    complete(story)
    assert "EXCEPTION_REVIEW_OVERDUE" not in codes(story.on("2025-05-01"))
    assert "EXCEPTION_REVIEW_OVERDUE" in codes(story.on("2025-05-03"))
    story.given("review-exception", named(still_holds=False, evidence=[]), RSO)
    assert not ask(story, "deploy").permitted


def test_acting_before_the_trust_was_asked_opens_a_case_that_nothing_dissolves() -> None:
    story = followed()
    vote(story, TEXT)
    assert story.when("approve-exception", named(resolution_id="r-1"), SECRETARY) == ["G-EXC-6"]
    deployed(story)
    assert {"EXCEPTION_WITHOUT_CONSULTATION", "DEPLOYED_WITHOUT_GATE"} <= set(codes(story))
    consulted(story)
    assert "EXCEPTION_WITHOUT_CONSULTATION" in codes(story)
    fact = story.view.of_type("deployment.observed")[-1]
    assert case(story.view, f"nc-{fact.id}") is not None


def test_an_exception_lowers_no_security_that_it_does_not_name() -> None:
    story = followed()
    complete(story)
    broken = {
        "standard": "ASL-3-SECURITY",
        "what": "x",
        "since": story.world.now,
        "severity": "breaks_standard",
    }
    story.given("record-safeguard-failure", broken, ASSESSOR)
    assert ask(story, "deploy").denials() == ["SAFEGUARD_MISSING:ASL-3-SECURITY"]
    assert ask(story, "store").denials() == ["SAFEGUARD_MISSING:ASL-3-SECURITY"]


def test_an_unfinished_lowering_of_security_is_named_where_it_would_let_a_run_go_on() -> None:
    story = asked()
    story.given("withdraw-exception", named(reason="another one"), CEO)
    failure = {
        "standard": "ASL-3-SECURITY",
        "what": "x",
        "since": story.world.now,
        "severity": "breaks_standard",
    }
    story.given("record-safeguard-failure", failure, ASSESSOR)
    lower = [{"standard": "ASL-3-SECURITY", "from": "as decided", "to": "ASL-2-SECURITY"}]
    data = proposal(exception_id="e-2", models=["heron-4"], standards_lowered=lower)
    data |= {"review_by": "2025-05-01", "ends_on": "2025-09-01"}
    story.given("propose-exception", data, CEO, RSO)
    verdict = ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),))
    assert verdict.denials() == ["EXCEPTION_INCOMPLETE", "SECURITY_MISSING_FOR_COMPARABLE"]
    assert "under_exception" not in verdict.marks


def test_a_run_on_lowered_security_is_marked() -> None:
    story = above()
    for setting, value in BYLAWS.items():
        story.given("change-setting", {"setting": setting, "is": value, "why": "bylaws"}, CEO, RSO)
    lower = [{"standard": "ASL-3-SECURITY", "from": "as decided", "to": "ASL-2-SECURITY"}]
    data = proposal(models=["heron-4"], standards_lowered=lower)
    story.given("propose-exception", data | {"review_by": "2025-05-01", "ends_on": "2025-09-01"}, CEO, RSO)
    complete(story)
    verdict = ask(story, "train", "heron-5", planned=(("heron-4", "1.3"),))
    assert verdict.permitted
    assert "under_exception" in verdict.marks
    assert "under_exception" not in ask(story, "train", "heron-5", planned=(("heron-4", "0.9"),)).marks
