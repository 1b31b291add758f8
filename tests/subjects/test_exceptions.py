"""Lowered safeguards: proposed, approved, active only with all their parts, and ended (DOMAIN §4.8)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.commitments import commitment
from ledger.engine.exceptions import active, exempt, missing
from ledger.engine.findings import findings
from ledger.policy.shipped import definition
from ledger.subjects import exceptions
from tests.adoption import asking, board, close, digest, publication, response, vote
from tests.given import T3, Story
from tests.kit import CEO, D1, GC, RSO, SECRETARY, T1, T2

TEXT, ACK = digest("a"), digest("b")
ASL3 = "ASL-3-DEPLOYMENT"
PARTS = ("board resolution", "consultation", "published text", "acknowledgement", "advocacy")


def proposal(form: str = "lowered_safeguards", **members: Any) -> dict[str, Any]:
    data = {
        "exception_id": "e-1",
        "form": form,
        "text_digest": TEXT,
        "standards_lowered": [{"standard": ASL3, "from": "as decided", "to": "ASL-2-DEPLOYMENT"}],
        "thresholds": ["CBRN-3"],
        "models": ["heron-5"],
        "other_actor": {
            "name_cls": "board",
            "threshold_passed": "passed",
            "evidence": [digest("c")],
            "equivalence_analysis": "none equivalent",
            "world_risk_analysis": "serious",
        },
        "incremental_risk": {"argument": "small", "uncertainty": "large"},
        "own_risk_statement": "some",
        "own_expected_harm": "small",
        "motive": "behind_the_frontier",
        "review_by": "2025-10-15",
        "ends_on": "2026-02-28",
    } | members
    return {k: v for k, v in data.items() if v is not None}


def named(**members: Any) -> dict[str, Any]:
    return {"exception_id": "e-1"} | members


def consulted(story: Story, text: str = TEXT, id_: str = "c-1") -> None:
    sent = {
        "consultation_id": id_,
        "body": "LTBT",
        "subject": "exception/e-1",
        "text_digest": text,
        "materials": [],
        "opened_at": story.world.now,
        "response_due": "2026-01-31",
    }
    story.given("send-for-consultation", sent, SECRETARY)
    story.given("record-consultation", response(id_, "comments", T1, T2), T1, T2)


def proposed(**members: Any) -> Story:
    story = board()
    story.given("propose-exception", proposal(**members), CEO, RSO)
    return story


def decided() -> Story:
    """Consulted on, carried and approved; not public, not acknowledged, nothing committed."""
    story = proposed()
    consulted(story)
    vote(story, TEXT)
    story.given("approve-exception", named(resolution_id="r-1"), SECRETARY)
    return story


def published(story: Story, document: str, id_: str) -> None:
    story.given("record-publication", publication(document, id_, story.world.now), SECRETARY)


def acknowledged(story: Story, own: bool = True, overall: bool = True) -> None:
    published(story, ACK, "p-ack")
    data = named(publication_id="p-ack", states_own_risk=own, states_overall_risk=overall)
    story.given("record-acknowledgement", data, SECRETARY)


def committed(story: Story) -> None:
    actions = [{"what": "publish a proposal", "due": "2025-12-31"}]
    story.given("commit-advocacy", named(to="US_GOVERNMENT", actions=actions, resources="four people"), CEO)


def whole() -> Story:
    story = decided()
    published(story, TEXT, "p-text")
    acknowledged(story)
    committed(story)
    return story


def lacks(story: Story) -> tuple[str, ...]:
    fact = exceptions.proposed(story.view, "e-1")
    assert fact is not None
    return missing(story.view, fact)


def state(story: Story) -> str:
    return exempt(story.view)[0].state


# ---- proposing


@pytest.mark.parametrize("by", [(CEO,), (RSO,), (CEO, GC)])
def test_g_exc_0_refuses_without_both_who_propose(by: tuple[Any, ...]) -> None:
    assert board().when("propose-exception", proposal(), *by) == ["G-EXC-0"]


def test_g_exc_0_refuses_a_renewal_under_the_same_id() -> None:
    assert proposed().when("propose-exception", proposal(), CEO, RSO) == ["G-EXC-0"]


def test_g_exc_0_allows_both_and_a_renewal_of_its_own() -> None:
    assert proposed().when("propose-exception", proposal(exception_id="e-2"), CEO, RSO) == []


@pytest.mark.parametrize(
    ("version", "form"),
    [
        ("1.0", "lowered_safeguards"),
        ("2.2", "emergency"),
        ("2.2", "marginal_risk_report"),
        ("3.0", "emergency"),
    ],
)
def test_g_exc_1_refuses_a_form_that_the_version_does_not_offer(version: str, form: str) -> None:
    data = proposal(form, bad_actor="one", ai_helps_defence="yes", parts_present=[])
    assert "G-EXC-1" in board(version).when("propose-exception", data, CEO, RSO)


def test_g_exc_1_allows_the_form_of_each_regime() -> None:
    emergency = proposal("emergency", bad_actor="one", ai_helps_defence="yes")
    assert board("1.0").when("propose-exception", emergency, CEO, RSO) == []
    assert board("2.0").when("propose-exception", proposal(), CEO, RSO) == []
    report = definition("rsp-3.2").policy.risk_report
    assert report is not None
    marginal = proposal("marginal_risk_report", parts_present=list(report.marginal_risk_parts))
    assert board("3.2").when("propose-exception", marginal, CEO, RSO) == []


@pytest.mark.parametrize("gone", ["other_actor", "incremental_risk"])
def test_g_exc_2_refuses_without_an_analysis_that_the_version_needs(gone: str) -> None:
    data = {k: v for k, v in proposal().items() if k != gone}
    assert board().when("propose-exception", data, CEO, RSO) == ["G-EXC-2"]


def test_g_exc_2_refuses_without_evidence_and_without_a_part_of_a_marginal_analysis() -> None:
    other = proposal()["other_actor"] | {"evidence": []}
    assert board().when("propose-exception", proposal(other_actor=other), CEO, RSO) == ["G-EXC-2"]
    marginal = proposal("marginal_risk_report", parts_present=["competitive landscape"])
    assert board("3.0").when("propose-exception", marginal, CEO, RSO) == ["G-EXC-2"]


def test_g_exc_2_allows_every_analysis() -> None:
    assert board().when("propose-exception", proposal(), CEO, RSO) == []


@pytest.mark.parametrize("ends", ["2026-03-02", "2027-01-01", "2025-08-31"])
def test_g_exc_3_refuses_more_than_the_houses_length(ends: str) -> None:
    assert board().when("propose-exception", proposal(ends_on=ends), CEO, RSO) == ["G-EXC-3"]


def test_g_exc_3_allows_the_last_day_of_it() -> None:
    assert board().when("propose-exception", proposal(ends_on="2026-03-01"), CEO, RSO) == []


@pytest.mark.parametrize("found", [{}, {"bad_actor": "one"}, {"ai_helps_defence": "yes"}])
def test_g_exc_4_refuses_an_emergency_that_is_none(found: dict[str, str]) -> None:
    assert board("1.0").when("propose-exception", proposal("emergency", **found), CEO, RSO) == ["G-EXC-4"]


def test_g_exc_4_allows_an_emergency_with_both_findings() -> None:
    data = proposal("emergency", bad_actor="one", ai_helps_defence="yes", other_actor=None)
    assert board("1.0").when("propose-exception", data, CEO, RSO) == []


# ---- approving


def test_g_exc_5_refuses_what_the_board_did_not_carry_or_carried_of_another_text() -> None:
    story = proposed()
    consulted(story)
    approve = named(resolution_id="r-1")
    assert story.when("approve-exception", approve, SECRETARY) == ["G-EXC-5"]
    vote(story, TEXT, votes="faa")
    assert story.when("approve-exception", approve, SECRETARY) == ["G-EXC-5"]
    vote(story, digest("d"), "r-2")
    assert story.when("approve-exception", named(resolution_id="r-2"), SECRETARY) == ["G-EXC-5"]


def test_g_exc_5_refuses_without_the_officers_whom_the_version_names() -> None:
    story = marginal()
    assert story.when("approve-exception", named(resolution_id="r-1"), SECRETARY) == ["G-EXC-5"]


def test_g_exc_5_allows_what_was_carried() -> None:
    assert exceptions.acts(decided().view, "e-1", exceptions.APPROVED)


def marginal(trust: bool = True) -> Story:
    report = definition("rsp-3.2").policy.risk_report
    assert report is not None
    story = board("3.2")
    data = proposal("marginal_risk_report", parts_present=list(report.marginal_risk_parts))
    story.given("propose-exception", data, CEO, RSO)
    vote(story, TEXT)
    if trust:
        body: dict[str, Any] = {"body": "LTBT", "electorate": [T1.id, T2.id, T3.id]}
        story.given("open-resolution", asking(story, TEXT, "r-t", **body), T1)
        for person in (T1, T2):
            cast = {"resolution_id": "r-t", "text_digest": TEXT, "vote": "for"}
            story.given("cast-vote", cast, person)
        close(story)
    return story


def test_g_exc_6_refuses_without_the_ltbt_and_names_what_is_missing() -> None:
    """The demonstration year, row 32: carried by the Board, the LTBT never asked."""
    story = proposed()
    vote(story, TEXT)
    assert story.when("approve-exception", named(resolution_id="r-1"), SECRETARY) == ["G-EXC-6"]
    assert lacks(story) == PARTS[1:]
    consulted(story)
    assert story.when("approve-exception", named(resolution_id="r-1"), SECRETARY) == ["G-EXC-6"]
    assert lacks(story) == PARTS[1:]


def test_g_exc_6_refuses_a_consultation_where_the_version_wants_the_ltbts_approval() -> None:
    story = marginal(trust=False)
    consulted(story)
    refused = story.when("approve-exception", named(resolution_id="r-1"), SECRETARY, CEO, RSO)
    assert refused == ["G-EXC-6"]


def test_g_exc_6_allows_what_the_ltbt_was_consulted_on_or_has_carried() -> None:
    decided()
    story = marginal()
    assert story.when("approve-exception", named(resolution_id="r-1"), SECRETARY, CEO, RSO) == []


def emergency() -> Story:
    story = board("1.0")
    data = proposal("emergency", bad_actor="one", ai_helps_defence="yes")
    story.given("propose-exception", data, CEO, RSO)
    consulted(story)
    vote(story, TEXT)
    return story


def ask_government(story: Story) -> None:
    data = named(authority="an institute", at=story.world.now, materials=[])
    story.given("consult-government", data, CEO)


def test_g_exc_7_refuses_an_emergency_without_the_government() -> None:
    assert emergency().when("approve-exception", named(resolution_id="r-1"), SECRETARY) == ["G-EXC-7"]


def test_g_exc_7_allows_an_emergency_after_the_government_was_consulted() -> None:
    story = emergency()
    ask_government(story)
    story.given("approve-exception", named(resolution_id="r-1"), SECRETARY)
    assert lacks(story) == ("published text",)
    published(story, TEXT, "p-text")
    assert state(story) == "active"


def test_g_exc_8_refuses_what_was_never_proposed_or_given_up() -> None:
    story = board()
    assert story.when("approve-exception", named(resolution_id="r-1"), SECRETARY) == ["G-EXC-8"]
    gone = whole()
    gone.given("revoke-exception", named(reason="no longer"), RSO)
    assert gone.when("review-exception", named(still_holds=True, evidence=[]), RSO) == ["G-EXC-8"]


def test_g_exc_8_allows_acts_on_one_that_stands() -> None:
    assert whole().when("review-exception", named(still_holds=True, evidence=[]), RSO) == []


def test_g_exc_9_refuses_to_approve_twice() -> None:
    assert decided().when("approve-exception", named(resolution_id="r-1"), SECRETARY) == ["G-EXC-9"]


def test_g_exc_9_allows_the_first_approval() -> None:
    story = proposed()
    consulted(story)
    vote(story, TEXT)
    assert story.when("approve-exception", named(resolution_id="r-1"), D1) == []


def test_g_exc_10_refuses_to_let_anybody_else_give_it_up() -> None:
    assert proposed().when("withdraw-exception", named(reason="x"), GC) == ["G-EXC-10"]


def test_g_exc_10_allows_one_hand_to_give_it_up() -> None:
    for by in (CEO, RSO):
        assert proposed().when("withdraw-exception", named(reason="x"), by) == []
        assert whole().when("revoke-exception", named(reason="x"), by) == []


# ---- active


def test_1_2_it_is_active_only_with_every_part_and_names_those_that_it_lacks_in_order() -> None:
    story, seen = proposed(), []
    seen.append(lacks(story))
    consulted(story)
    vote(story, TEXT)
    seen.append(lacks(story))
    story.given("approve-exception", named(resolution_id="r-1"), SECRETARY)
    published(story, TEXT, "p-text")
    seen.append(lacks(story))
    acknowledged(story)
    seen.append(lacks(story))
    assert state(story) == "approved"
    committed(story)
    assert seen == [PARTS, PARTS[2:], PARTS[3:], PARTS[4:]]
    assert (state(story), lacks(story)) == ("active", ())


@pytest.mark.parametrize(("own", "overall"), [(True, False), (False, True)])
def test_2_an_acknowledgement_of_half_the_risk_counts_for_nothing(own: bool, overall: bool) -> None:
    story = decided()
    published(story, TEXT, "p-text")
    acknowledged(story, own, overall)
    committed(story)
    assert lacks(story) == ("acknowledgement",)


def test_1_it_is_active_from_the_instant_at_which_the_record_knew() -> None:
    story = decided()
    acknowledged(story)
    committed(story)
    before = story.world.now
    story.on("2025-09-10")
    story.given("record-publication", publication(TEXT, "p-text", before), SECRETARY)
    (one,) = exempt(story.view)
    assert one.since == story.world.now
    assert not active(story.register.at(as_of="2025-09-05T00:00:00.000000Z"), ASL3, "heron-5", "general")


def test_4_it_holds_for_its_models_surfaces_and_standards_alone() -> None:
    story = whole()
    assert active(story.view, ASL3, "heron-5", "general")
    assert active(story.view, ASL3, "heron-5")
    assert not active(story.view, ASL3, "heron-4", "general")
    assert not active(story.view, "ASL-3-SECURITY", "heron-5", "general")
    narrow = proposed(surfaces=["limited_partner"])
    consulted(narrow)
    vote(narrow, TEXT)
    narrow.given("approve-exception", named(resolution_id="r-1"), SECRETARY)
    published(narrow, TEXT, "p-text")
    acknowledged(narrow)
    committed(narrow)
    assert active(narrow.view, ASL3, "heron-5", "limited_partner")
    assert not active(narrow.view, ASL3, "heron-5", "general")


def test_3_it_ends_with_its_day_when_given_up_or_when_its_grounds_are_gone() -> None:
    story = whole()
    assert state(story.on("2026-02-28", "23:59")) == "active"
    assert state(story.on("2026-03-01", "00:00")) == "expired"
    given_up = whole()
    given_up.given("revoke-exception", named(reason="x"), CEO)
    assert state(given_up) == "revoked"
    reviewed = whole()
    reviewed.given("review-exception", named(still_holds=False, evidence=[]), RSO)
    assert state(reviewed) == "ended"
    assert not active(reviewed.view, ASL3, "heron-5", "general")
    withdrawn = proposed()
    withdrawn.given("withdraw-exception", named(reason="x"), CEO)
    (one,) = exempt(withdrawn.view)
    assert (one.state, one.since) == ("withdrawn", None)


def test_a_later_entry_changes_no_answer_that_was_known_before_it() -> None:
    story = whole()
    at = story.world.now
    before = exempt(story.register.at(as_of=at, known_at=at))
    story.on("2025-12-08").given("revoke-exception", named(reason="x"), CEO)
    assert exempt(story.register.at(as_of=at, known_at=at)) == before
    assert [x.state for x in exempt(story.register.at(as_of=at))] == ["active"]


def test_advocacy_is_a_commitment_with_its_day() -> None:
    story = whole()
    (made,) = story.view.of_type(exceptions.ADVOCACY)
    found = commitment(story.view, f"advocacy-{made.id}-1")
    assert found is not None
    assert (found.state, found.due) == ("open", "2025-12-31T23:59:59.999999Z")
    found = commitment(story.on("2026-01-01").view, f"advocacy-{made.id}-1")
    assert found is not None
    assert found.missed


# ---- findings


def codes(story: Story) -> list[str]:
    return [x.code for x in findings(story.view) if x.code.startswith("EXCEPTION")]


def test_exception_review_overdue_raised_after_the_day_and_again_after_the_houses_period() -> None:
    story = whole()
    assert codes(story.on("2025-10-15", "23:59")) == []
    assert codes(story.on("2025-10-16", "00:00")) == ["EXCEPTION_REVIEW_OVERDUE"]
    story.given("review-exception", named(still_holds=True, evidence=[]), RSO)
    assert codes(story) == []
    assert codes(story.on("2025-12-16")) == ["EXCEPTION_REVIEW_OVERDUE"]


def test_exception_review_overdue_not_raised_for_one_that_is_not_active() -> None:
    assert codes(decided().on("2025-12-01")) == []


def deployed(story: Story, model: str = "heron-5") -> None:
    data = {"model_id": model, "surface": "general", "at": story.world.now}
    story.given("record-deployment", data, RSO)


def test_exception_without_consultation_raised_when_the_model_is_deployed_meanwhile() -> None:
    story = proposed()
    vote(story, TEXT)
    deployed(story)
    assert codes(story) == ["EXCEPTION_WITHOUT_CONSULTATION"]
    consulted(story)
    assert codes(story) == ["EXCEPTION_WITHOUT_CONSULTATION"]


def test_exception_without_consultation_not_raised_where_it_was_consulted_given_up_or_about_another() -> None:
    heard = proposed()
    consulted(heard)
    deployed(heard)
    assert codes(heard) == []
    gone = proposed()
    gone.given("withdraw-exception", named(reason="x"), CEO)
    deployed(gone)
    assert codes(gone) == []
    other = proposed()
    deployed(other, "heron-4")
    assert codes(other) == []
