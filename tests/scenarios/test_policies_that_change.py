"""What governs when, and what a change does to states, clocks and gates (DOMAIN §4.1, §6, §8)."""

from __future__ import annotations

from copy import deepcopy

from ledger.engine.cases import case
from ledger.engine.in_force import in_force
from ledger.policy.diff import diff
from ledger.policy.shipped import definition
from tests.adoption import (
    A_TEXT,
    Made,
    adopt,
    approval,
    asking,
    board,
    changed,
    close,
    consult,
    digest,
    draft,
    proposal,
    publish,
    sending,
    shipped,
    vote,
)
from tests.adoption import decide as decided
from tests.engine.gates import BASELINE
from tests.engine.heron import POSITION, decide, measured
from tests.engine.test_clocks import of
from tests.given import Story
from tests.kit import CEO, D1, D2, RSO, SECRETARY
from tests.scenarios.story import ask, codes, midnight, noon, outcome
from tests.subjects.test_determinations import decision

LIMIT = "/risk_report/cadence/max"
HERON = POSITION | {"standards": BASELINE}


def paths(old: str, new: str) -> tuple[str, ...]:
    """Every path that a shipped version changes of another."""
    return tuple(c.path for c in diff(definition(f"rsp-{old}").policy, definition(f"rsp-{new}").policy))


def test_approved_before_it_was_public_it_stays_out_of_force_and_a_case_opens() -> None:
    story = board()
    fact = decided(story, A_TEXT, "1", "2025-11-03")
    publish(story.on("2025-11-10"), A_TEXT)
    assert in_force(story.view, at=noon("2025-11-05")) == "2.2"
    assert in_force(story.view, at=noon("2025-11-11")) == "2.3"
    assert "EFFECT_BEFORE_PUBLICATION" in codes(story)
    assert case(story.view, f"nc-{fact.id}") is not None
    assert "EFFECT_BEFORE_PUBLICATION" not in codes(story, known_at=noon("2025-11-02"))


def test_published_in_time_it_governs_from_its_day() -> None:
    story = board()
    adopt(story, A_TEXT)
    assert in_force(story.view, at="2025-11-02T23:59:59.999999Z") == "2.2"
    assert in_force(story.view, at=midnight("2025-11-03")) == "2.3"
    assert "EFFECT_BEFORE_PUBLICATION" not in codes(story.on("2025-12-01"))


def test_under_three_a_text_may_be_public_by_the_end_of_its_day() -> None:
    text = changed_risk("3.4", "3.5")
    story = board("3.4")
    decided(story, text, "1", "2025-11-03", LIMIT)
    publish(story.on("2025-11-03", "18:00"), text, covers=(LIMIT,))
    assert in_force(story.view, at=noon("2025-11-03")) == "3.5"
    assert "EFFECT_BEFORE_PUBLICATION" not in codes(story.on("2025-11-10"))


def test_under_three_it_is_out_of_force_from_the_end_of_the_day_until_public() -> None:
    text = changed_risk("3.4", "3.5")
    story = board("3.4")
    decided(story, text, "1", "2025-11-03", LIMIT)
    publish(story.on("2025-11-05", "18:00"), text, covers=(LIMIT,))
    assert in_force(story.view, at=noon("2025-11-03")) == "3.5"
    assert in_force(story.view, at=noon("2025-11-04")) == "3.4"
    assert in_force(story.view, at=noon("2025-11-06")) == "3.5"
    assert "EFFECT_BEFORE_PUBLICATION" in codes(story)


def changed_risk(base: str, version: str) -> Made:
    """A shipped version of 3.x with one limit made shorter."""
    data = deepcopy(definition(f"rsp-{base}").policy.data) | {"version": version}
    data["risk_report"]["cadence"]["max"] = "P5M"
    return Made(data, base, digest("a"))


def test_the_board_votes_on_the_very_text_that_the_trust_was_asked_about() -> None:
    story = board()
    a, b = A_TEXT, changed("2.2", "2.3", "b", "at least weekly")
    draft(story, a)
    story.given("propose-policy", proposal(a), CEO, RSO)
    consult(story, a)
    draft(story, b)
    story.given("propose-policy", proposal(b), CEO, RSO)
    vote(story, b.digest)
    assert story.when("approve-policy", approval(b), SECRETARY) == ["G-POL-6"]


def test_a_consultation_after_the_vote_is_none() -> None:
    story = board()
    draft(story, A_TEXT)
    story.given("propose-policy", proposal(A_TEXT), CEO, RSO)
    vote(story, A_TEXT.digest)
    consult(story, A_TEXT)
    assert story.when("approve-policy", approval(A_TEXT), SECRETARY) == ["G-POL-5"]


def test_an_objection_does_not_block() -> None:
    story = board()
    draft(story, A_TEXT)
    story.given("propose-policy", proposal(A_TEXT), CEO, RSO)
    consult(story, A_TEXT, outcome="objection")
    vote(story, A_TEXT.digest)
    assert story.when("approve-policy", approval(A_TEXT), SECRETARY) == []


def test_a_vote_that_is_not_carried_approves_nothing() -> None:
    story = board()
    draft(story, A_TEXT)
    story.given("propose-policy", proposal(A_TEXT), CEO, RSO)
    consult(story, A_TEXT)
    vote(story, A_TEXT.digest, votes="fa-")
    assert story.when("approve-policy", approval(A_TEXT), SECRETARY) == ["G-POL-4"]


def test_nobody_votes_twice_but_everybody_may_change_their_vote() -> None:
    story = board()
    story.given("open-resolution", asking(story, A_TEXT.digest), SECRETARY)
    cast = {"resolution_id": "r-1", "text_digest": A_TEXT.digest, "vote": "for"}
    story.given("cast-vote", cast, D1)
    assert story.when("cast-vote", cast | {"vote": "against"}, D1) != []
    assert story.when("change-vote", cast | {"vote": "against"}, D1) == []
    other = cast | {"text_digest": changed("2.2", "2.3", "b").digest}
    assert story.when("cast-vote", other, D2) != []
    close(story)
    assert story.when("cast-vote", cast, D2) != []


def test_a_consultation_leaves_the_trust_its_week() -> None:
    story = board()
    draft(story, A_TEXT)
    story.given("propose-policy", proposal(A_TEXT), CEO, RSO)
    assert story.when("send-for-consultation", sending(A_TEXT, due="2025-09-05"), SECRETARY) == ["G-CON-3"]
    assert story.when("send-for-consultation", sending(A_TEXT, due="2025-09-08"), SECRETARY) == []


def test_a_proposal_needs_two_and_every_changed_path() -> None:
    story = board()
    draft(story, A_TEXT)
    assert story.when("propose-policy", proposal(A_TEXT), RSO) != []
    assert "G-POL-2" in story.when("propose-policy", proposal(A_TEXT, LIMIT), CEO, RSO)
    assert story.when("propose-policy", proposal(A_TEXT), CEO, RSO) == []


def to_2_1(story: Story) -> None:
    text = shipped("2.1", "2.0", "a")
    draft(story, text)
    named = paths("2.0", "2.1")
    withdrawn = [x["id"] for x in definition("rsp-2.0").policy.data.get("iterative_commitments", [])]
    said = proposal(text, *named, direction="unclear", withdraws=withdrawn)
    story.given("propose-policy", said, CEO, RSO)
    consult(story, text)
    vote(story, text.digest)
    story.given("approve-policy", approval(text, effective="2025-11-03"), SECRETARY)
    publish(story, text, covers=named)


def test_a_renamed_threshold_takes_over_its_states_and_the_old_name_is_gone() -> None:
    story = board("2.0", position=HERON)
    measured(story, "heron-4", "heron-3", "4.41")
    decide(story, "heron-4", "CBRN", "not_shown")
    to_2_1(story)
    assert outcome(story, "heron-4", "CBRN") == "not_shown"
    story.on("2025-11-04")
    assert outcome(story, "heron-4", "CBRN-3") == "not_shown"
    assert outcome(story, "heron-3", "CBRN-3") == "below"
    assert ask(story, "store").denials() == ["SAFEGUARD_MISSING:ASL-3-SECURITY"]
    assert "G-DET-4" in story.when("decide-capability", decision("reached", threshold="CBRN"), CEO, RSO)


def test_the_same_duty_runs_on_under_the_next_version() -> None:
    story = board("2.0", position=HERON)
    before = of(story, "C-AUDIT")[-1]
    to_2_1(story)
    after = of(story.on("2025-11-05"), "C-AUDIT")[-1]
    assert (before.due, before.rule) == (after.due, "R20-C-AUDIT")
    assert after.rule == "R21-C-AUDIT"


def test_a_go_under_one_version_asks_for_a_risk_report_under_the_next_style() -> None:
    story = board("2.2", position=HERON)
    text = shipped("3.0", "2.2", "a")
    draft(story, text)
    named = paths("2.2", "3.0")
    lists = ("iterative_commitments", "governance", "clocks")
    gone = [x["id"] for name in lists for x in definition("rsp-2.2").policy.data[name]]
    said = proposal(text, *named, direction="unclear", withdraws=gone)
    refused = story.when("propose-policy", proposal(text, *named, direction="unclear"), CEO, RSO)
    assert refused == ["G-POL-3"]
    story.given("propose-policy", said, CEO, RSO)
    consult(story, text)
    vote(story, text.digest)
    story.given("approve-policy", approval(text, effective="2025-11-03"), SECRETARY)
    publish(story, text, covers=named)
    assert ask(story, "deploy", "heron-3", as_of=noon("2025-11-02")).permitted
    assert ask(story, "deploy", "heron-3", as_of=noon("2025-11-04")).denials() == ["NO_RISK_REPORT"]
    decide(story.on("2025-11-05"), "heron-3", "CB-1", "reached")
    assert ask(story, "train", "heron-3").permitted
    assert ask(story, "store", "heron-3").permitted
