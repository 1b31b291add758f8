"""How a policy changes: every guard on both sides (DOMAIN §4.1)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from keys import check
from ledger.engine.in_force import in_force
from ledger.policy.shipped import definition
from ledger.record.act import make_act
from ledger.record.entry import read_entry
from ledger.replay import Replay
from ledger.subjects import versions
from tests.adoption import (
    CADENCE,
    Made,
    adopt,
    approval,
    asking,
    board,
    changed,
    close,
    consult,
    decide,
    digest,
    draft,
    proposal,
    publish,
    response,
    sending,
    vote,
)
from tests.given import T3, Story
from tests.kit import CEO, D1, GC, RSO, SECRETARY, T1, T2

A, B = changed("2.2", "2.3", "a"), changed("2.2", "2.3", "b", cadence="at least weekly")


def drafting(text: Made, **members: Any) -> dict[str, Any]:
    data = text.named | {"policy_data": text.data, "summary": "clearer", "base_version": text.base}
    return {k: v for k, v in (data | members).items() if v is not None}


def proposed(text: Made = A) -> Story:
    story = board()
    draft(story, text)
    story.given("propose-policy", proposal(text), CEO, RSO)
    return story


def voted(text: Made = A, votes: str = "ffa", consulted: Made | None = A) -> Story:
    story = proposed(text)
    if consulted:
        consult(story, consulted)
    vote(story, text.digest, votes=votes)
    return story


# ---- drafting


@pytest.mark.parametrize("base", ["2.1", "3.0", None])
def test_g_pol_1_refuses_a_draft_of_what_is_neither_in_force_nor_approved(base: str | None) -> None:
    assert board().when("draft-policy", drafting(A, base_version=base), RSO) == ["G-POL-1"]


def test_g_pol_1_allows_what_is_in_force_what_is_approved_and_a_first_policy() -> None:
    assert board().when("draft-policy", drafting(A), RSO) == []
    story = board()
    decide(story, A)
    next_ = changed("2.2", "2.4", "d", cadence="daily")
    assert story.when("draft-policy", drafting(next_, base_version="2.3"), GC) == []
    assert Story(None).when("draft-policy", drafting(A, base_version=None), RSO) == []


def test_g_pol_10_refuses_one_digest_for_two_texts() -> None:
    story = board()
    draft(story, A)
    other = drafting(changed("2.2", "2.3", "a", cadence="yearly"))
    assert story.when("draft-policy", other, RSO) == ["G-POL-10"]
    as_founded = drafting(changed("2.2", "2.3", "0"))
    assert story.when("draft-policy", as_founded, RSO) == ["G-POL-10"]


def test_g_pol_10_refuses_a_version_that_is_in_force_or_approved() -> None:
    story = board()
    assert story.when("draft-policy", drafting(changed("2.2", "2.2", "c")), RSO) == ["G-POL-10"]
    decide(story, A)
    assert story.when("draft-policy", drafting(B), RSO) == ["G-POL-10"]


def test_g_pol_10_allows_several_texts_of_a_version_and_the_same_one_again() -> None:
    story = board()
    assert [story.when("draft-policy", drafting(x), RSO) for x in (A, B, A)] == [[], [], []]


def test_a_draft_that_is_no_policy_is_refused_with_the_place() -> None:
    data = deepcopy(A.data)
    data["thresholds"][0]["next_level"] = "CBRN-9"
    story = board()
    assert story.when("draft-policy", drafting(A, policy_data=data), RSO) == ["E-DATA"]
    assert "/data/policy_data/thresholds/" in story.refusals[0].reason
    assert story.when("draft-policy", drafting(A, version="2.9"), RSO) == ["E-DATA"]


# ---- proposing


@pytest.mark.parametrize("by", [(CEO,), (RSO,), (CEO, GC)])
def test_g_pol_0_refuses_without_everybody_who_proposes(by: tuple[Any, ...]) -> None:
    story = board()
    draft(story, A)
    assert story.when("propose-policy", proposal(A), *by) == ["G-POL-0"]


def test_g_pol_0_allows_those_whom_the_version_in_force_names_else_the_house() -> None:
    proposed()
    older = board("1.0")
    text = Made(deepcopy(definition("rsp-1.0").policy.data) | {"version": "1.1"}, "1.0", digest("a"))
    draft(older, text)
    assert older.when("propose-policy", proposal(text), RSO) == ["G-POL-0"]
    assert older.when("propose-policy", proposal(text), CEO, RSO) == []


def test_g_pol_2_refuses_a_change_that_is_not_named() -> None:
    story = board()
    scope = {"out_of_scope": ["sophisticated insiders"]}
    data = deepcopy(A.data)
    data["standards"] = [s | (scope if s["id"] == "ASL-3-DEPLOYMENT" else {}) for s in data["standards"]]
    slipped = Made(data, "2.2", digest("b"))
    draft(story, slipped)
    assert story.when("propose-policy", proposal(slipped), CEO, RSO) == ["G-POL-2"]
    assert "/standards/ASL-3-DEPLOYMENT" in story.refusals[0].reason


def test_g_pol_2_refuses_a_whole_section_as_a_path() -> None:
    story = board()
    draft(story, A)
    assert story.when("propose-policy", proposal(A, "/assessment"), CEO, RSO) == ["G-POL-2"]


def test_g_pol_2_allows_every_change_named() -> None:
    story = board()
    draft(story, A)
    assert story.when("propose-policy", proposal(A, "/assessment/preliminary"), CEO, RSO) == []


def dropping() -> Made:
    data = deepcopy(A.data)
    data["iterative_commitments"] = []
    return Made(data, "2.2", digest("b"))


PATHS = (CADENCE, "/iterative_commitments")


def test_g_pol_3_refuses_a_commitment_dropped_in_silence() -> None:
    story, text = board(), dropping()
    draft(story, text)
    said = proposal(text, *PATHS, direction="loosens")
    assert story.when("propose-policy", said, CEO, RSO) == ["G-POL-3"]
    assert "R21-REEVALUATE" in story.refusals[0].reason


def test_g_pol_3_allows_a_commitment_dropped_by_name() -> None:
    story, text = board(), dropping()
    draft(story, text)
    named = [x["id"] for x in definition("rsp-2.2").policy.data["iterative_commitments"]]
    said = proposal(text, *PATHS, direction="loosens", withdraws=named)
    assert story.when("propose-policy", said, CEO, RSO) == []


# ---- approving


@pytest.mark.parametrize("votes", ["faa", "f..", "---"])
def test_g_pol_4_refuses_what_was_not_carried(votes: str) -> None:
    assert voted(votes=votes).when("approve-policy", approval(A), SECRETARY) == ["G-POL-4"]


def test_g_pol_4_refuses_before_the_close_and_without_a_resolution_of_the_board() -> None:
    story = voted()
    assert story.when("approve-policy", approval(A, "r-9"), SECRETARY) == ["G-POL-4"]
    early = proposed()
    consult(early, A)
    vote(early, A.digest)
    early.world.now = "2025-09-01T09:40:00.000000Z"
    assert early.when("approve-policy", approval(A), SECRETARY) == ["G-POL-4"]
    assert "open until" in early.refusals[0].reason
    trust = proposed()
    consult(trust, A)
    body: dict[str, Any] = {"body": "LTBT", "electorate": [T1.id, T2.id, T3.id]}
    trust.given("open-resolution", asking(trust, A.digest, **body), T1)
    for person in (T1, T2):
        cast = {"resolution_id": "r-1", "text_digest": A.digest, "vote": "for"}
        trust.given("cast-vote", cast, person)
    close(trust)
    assert trust.when("approve-policy", approval(A), SECRETARY) == ["G-POL-4", "G-POL-4"]


def test_g_pol_4_allows_what_the_board_carried() -> None:
    for by in (SECRETARY, D1):
        assert voted().when("approve-policy", approval(A), by) == []
    assert voted().when("approve-policy", approval(A), CEO) == ["E-ACTOR"]


def test_g_pol_5_refuses_without_a_consultation_before_the_close() -> None:
    story = voted(consulted=None)
    assert story.when("approve-policy", approval(A), SECRETARY) == ["G-POL-5"]
    consult(story, A)
    assert story.when("approve-policy", approval(A), SECRETARY) == ["G-POL-5"]


def test_g_pol_5_refuses_a_text_that_was_sent_and_not_answered() -> None:
    story = proposed()
    story.given("send-for-consultation", sending(A, due="2025-09-08"), SECRETARY)
    vote(story, A.digest)
    assert story.when("approve-policy", approval(A), SECRETARY) == ["G-POL-5"]


def test_g_pol_5_allows_an_objection_and_a_silence_after_its_time() -> None:
    story = proposed()
    consult(story, A, outcome="objection")
    vote(story, A.digest)
    assert story.when("approve-policy", approval(A), SECRETARY) == []
    silent = proposed()
    silent.given("send-for-consultation", sending(A, due="2025-09-08"), SECRETARY)
    silent.on("2025-09-09").given("record-consultation", response("c-1", "no_response"), SECRETARY)
    vote(silent, A.digest)
    assert silent.when("approve-policy", approval(A), SECRETARY) == []


def test_g_pol_6_refuses_a_consultation_on_another_text_and_not_g_pol_5() -> None:
    """The demonstration year's text B: consulted on A, voted on B."""
    story = proposed(A)
    consult(story, A)
    draft(story, B)
    story.given("propose-policy", proposal(B), CEO, RSO)
    vote(story, B.digest)
    assert story.when("approve-policy", approval(B), SECRETARY) == ["G-POL-6"]
    assert A.digest in story.refusals[0].reason
    consult(story, B, "c-2")
    assert story.when("approve-policy", approval(B), SECRETARY) == ["G-POL-6"]


def test_g_pol_6_refuses_what_was_voted_as_another_text_and_what_nobody_proposed() -> None:
    story = voted(A)
    draft(story, B)
    assert story.when("approve-policy", approval(B), SECRETARY) == ["G-POL-6", "G-POL-6", "G-POL-6"]
    bare = board()
    draft(bare, A)
    consult(bare, A)
    vote(bare, A.digest)
    assert bare.when("approve-policy", approval(A), SECRETARY) == ["G-POL-6"]


def test_g_pol_6_allows_one_text_proposed_consulted_on_and_voted() -> None:
    assert voted().when("approve-policy", approval(A), SECRETARY) == []


def test_g_pol_9_refuses_a_text_that_is_not_there_or_at_its_end() -> None:
    story = board()
    assert story.when("propose-policy", proposal(A), CEO, RSO) == ["G-POL-9"]
    story = voted()
    story.given("withdraw-proposal", A.named | {"reason": "an objection"}, RSO)
    assert story.when("approve-policy", approval(A), SECRETARY) == ["G-POL-9"]
    done = voted()
    done.given("approve-policy", approval(A), SECRETARY)
    assert done.when("approve-policy", approval(A, effective="2026-01-01"), SECRETARY) == ["G-POL-9"]
    assert done.when("withdraw-proposal", A.named | {"reason": "too late"}, RSO) == ["G-POL-9"]


def test_g_pol_9_allows_another_text_of_the_version_after_one_ended() -> None:
    story = voted()
    story.given("withdraw-proposal", A.named | {"reason": "an objection"}, RSO)
    draft(story, B)
    assert story.when("propose-policy", proposal(B), CEO, RSO) == []


def test_g_pol_11_refuses_to_let_anybody_else_take_a_text_back() -> None:
    assert proposed().when("withdraw-proposal", A.named | {"reason": "x"}, GC) == ["G-POL-11"]


def test_g_pol_11_allows_one_of_those_who_propose() -> None:
    for by in (CEO, RSO):
        assert proposed().when("withdraw-proposal", A.named | {"reason": "x"}, by) == []


def test_g_pol_12_refuses_to_reject_what_was_carried_or_never_voted() -> None:
    reject = A.named | {"resolution_id": "r-1"}
    assert voted().when("reject-policy", reject, SECRETARY) == ["G-POL-12"]
    assert proposed().when("reject-policy", reject, SECRETARY) == ["G-POL-12"]


def test_g_pol_12_allows_what_failed_and_ends_that_text_alone() -> None:
    story = voted(votes="faa")
    assert story.when("reject-policy", A.named | {"resolution_id": "r-1"}, SECRETARY) == []
    text = versions.text(story.view, "rsp", "2.3", A.digest)
    assert text is not None
    assert versions.state(story.view, text) == "rejected"
    draft(story, B)


def test_2_a_text_goes_from_drafted_to_published() -> None:
    story, seen = board(), []

    def state() -> str:
        text = versions.text(story.view, "rsp", "2.3", A.digest)
        return versions.state(story.view, text) if text else ""

    draft(story, A)
    seen.append(state())
    story.given("propose-policy", proposal(A), CEO, RSO)
    seen.append(state())
    consult(story, A)
    vote(story, A.digest)
    story.given("approve-policy", approval(A), SECRETARY)
    seen.append(state())
    assert seen == ["drafted", "proposed", "approved"]
    whole = board()
    adopt(whole, A)
    text = versions.text(whole.view, "rsp", "2.3", A.digest)
    assert text is not None
    assert versions.state(whole.view, text) == "published"


def test_p2_a_change_is_judged_by_the_version_that_it_replaces() -> None:
    """2.3 lets the RSO propose alone: that holds from 2.3 on, not for 2.3."""
    data = deepcopy(A.data)
    data["approvals"]["policy_change"]["propose"] = ["RSO"]
    text = Made(data, "2.2", digest("a"))
    paths = (CADENCE, "/approvals/policy_change/propose")
    story = board()
    draft(story, text)
    assert story.when("propose-policy", proposal(text, *paths), RSO) == ["G-POL-0"]
    story.given("propose-policy", proposal(text, *paths, direction="loosens"), CEO, RSO)
    consult(story, text)
    vote(story, text.digest)
    story.given("approve-policy", approval(text), SECRETARY)
    publish(story, text, covers=paths)
    story.on("2025-11-03")
    assert in_force(story.view) == "2.3"
    next_ = Made(data | {"version": "2.4"}, "2.3", digest("d"))
    draft(story, next_)
    assert story.when("propose-policy", proposal(next_), RSO) == []


def test_what_is_no_approval_breaks_the_rules_at_its_place_and_nothing_rests_on_it() -> None:
    """A record by hand: the replay says so there, and goes on judging what follows."""
    story = board()
    world = story.world
    event = world.event("policy.approved", {"policy": "rsp"}, SECRETARY, policy="2.2")
    event["stream"] = "policy/rsp/None"
    world.append(
        make_act(event, [world.signature(event, SECRETARY, "approve")]).raw, recorded_at=world.tick()
    )
    world.note("Drill held.")
    replay, found = Replay(check), []
    for index, raw in enumerate(world.entries):
        entry = read_entry(raw)
        refused = replay.entry(index, entry.recorded_at, entry.act, entry.stream_version)
        found.append([r.rule for r in refused])
    assert found[0] == []
    assert found[1] == ["E-DATA"]
    assert "E-DATA" not in found[2]
    assert in_force(replay.register.at()) == "2.2"
