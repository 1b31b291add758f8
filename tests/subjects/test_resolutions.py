"""Resolutions and votes: who is asked, who votes on what, and what comes of it (DOMAIN §4.16)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.subjects.resolutions import Outcome, outcome
from tests.adoption import BYLAWS, DIRECTORS, asking, board, close, digest, vote
from tests.given import D3, T3, Story
from tests.kit import CEO, D1, D2, SECRETARY, T1, T2, Person

A, B = digest("a"), digest("b")


def cast(text: str = A, word: str = "for", id_: str = "r-1", **more: Any) -> dict[str, Any]:
    return {"resolution_id": id_, "text_digest": text, "vote": word} | more


def opened(**members: Any) -> Story:
    story = board()
    story.given("open-resolution", asking(story, A, **members), SECRETARY)
    return story


def found(story: Story, id_: str = "r-1") -> Outcome:
    made = outcome(story.view, id_)
    assert made is not None
    return made


# ---- opening


def test_g_res_1_refuses_the_first_resolution_before_the_board_has_its_rule() -> None:
    story = Story("2.2").on("2025-09-01")
    assert story.when("open-resolution", asking(story, A), SECRETARY) == ["G-RES-1"]
    half = Story("2.2", settings={"board_quorum": 2}).on("2025-09-01")
    assert half.when("open-resolution", asking(half, A), SECRETARY) == ["G-RES-1"]


def test_g_res_1_refuses_another_rule_than_the_bodys_own() -> None:
    story = board()
    rule = {"quorum": 1, "majority": "simple"}
    assert story.when("open-resolution", asking(story, A, rule=rule), SECRETARY) == ["G-RES-1"]


def test_g_res_1_allows_the_bodys_own_rule_and_the_ltbts_without_any_setting() -> None:
    story = Story("2.2").on("2025-09-01")
    trust: dict[str, Any] = {"body": "LTBT", "electorate": [T1.id, T2.id, T3.id]}
    assert story.when("open-resolution", asking(story, A, **trust), T1) == []
    assert board().when("open-resolution", asking(story, A), D1) == []


@pytest.mark.parametrize("electorate", [[D1.id, D2.id], [D1.id, D1.id, D2.id, D3.id], [D1.id, D2.id, CEO.id]])
def test_g_res_2_refuses_an_electorate_that_is_not_the_body(electorate: list[str]) -> None:
    story = board()
    assert story.when("open-resolution", asking(story, A, electorate=electorate), SECRETARY) == ["G-RES-2"]


def test_g_res_2_refuses_an_opening_by_somebody_outside_the_body() -> None:
    story = board()
    assert story.when("open-resolution", asking(story, A), CEO) == ["G-RES-2"]


def test_g_res_2_allows_a_member_or_the_secretary_to_put_it_to_the_whole_body() -> None:
    for by in (D2, SECRETARY):
        story = board()
        assert story.when("open-resolution", asking(story, A), by) == []


def test_g_res_3_refuses_a_taken_id_and_a_close_that_has_passed() -> None:
    story = opened()
    assert story.when("open-resolution", asking(story, A), SECRETARY) == ["G-RES-3"]
    past = asking(story, A, "r-2", closes_at=story.world.now)
    assert story.when("open-resolution", past, SECRETARY) == ["G-RES-3"]


def test_g_res_3_allows_an_id_of_its_own_and_time_to_vote() -> None:
    story = opened()
    assert story.when("open-resolution", asking(story, B, "r-2"), SECRETARY) == []


# ---- voting


def test_g_vot_1_refuses_a_vote_on_another_text_on_none_and_after_the_close() -> None:
    story = opened()
    assert story.when("cast-vote", cast(B), D1) == ["G-VOT-1"]
    assert story.when("cast-vote", cast(id_="r-9"), D1) == ["G-VOT-1"]
    close(story)
    assert story.when("cast-vote", cast(), D1) == ["G-VOT-1"]


def test_g_vot_1_allows_a_vote_on_the_text_until_the_close() -> None:
    assert opened().when("cast-vote", cast(), D1) == []


@pytest.mark.parametrize("by", [(CEO,), (T1,), (Person("p-d1", "DIRECTOR"), D2), (SECRETARY,)])
def test_g_vot_2_refuses_whoever_does_not_vote_alone_and_as_a_member(by: tuple[Person, ...]) -> None:
    assert opened().when("cast-vote", cast(), *by) == ["G-VOT-2"]


def test_g_vot_2_refuses_a_member_who_joined_after_the_opening() -> None:
    story = opened()
    paper = {
        "digest": "sha256:" + "1" * 64,
        "media_type": "application/pdf",
        "obtained_at": "2025-08-01T00:00:00.000000Z",
        "size_bytes": 1,
        "source": "internal",
        "title": "Resolution",
    }
    seat = {
        "person": CEO.id,
        "role": "DIRECTOR",
        "from": "2025-09-01T00:00:00.000000Z",
        "instrument": paper["digest"],
    }
    story.given("appoint", seat, SECRETARY, evidence=[paper])
    director = Person(CEO.id, "DIRECTOR", CEO.id)
    assert story.when("cast-vote", cast(), director) == ["G-VOT-2"]


def test_g_vot_2_allows_each_member_an_own_vote() -> None:
    story = opened()
    assert [story.when("cast-vote", cast(), x) for x in DIRECTORS] == [[], [], []]


def test_already_voted_refuses_any_second_vote() -> None:
    story = opened()
    story.given("cast-vote", cast(), D1)
    assert story.when("cast-vote", cast(word="against"), D1) == ["ALREADY_VOTED"]
    assert story.when("cast-vote", cast(word="for"), D1) == ["ALREADY_VOTED"]


def test_already_voted_allows_the_same_person_to_vote_on_another_resolution() -> None:
    story = opened()
    story.given("cast-vote", cast(), D1)
    story.given("open-resolution", asking(story, B, "r-2"), SECRETARY)
    assert story.when("cast-vote", cast(B, id_="r-2"), D1) == []


def test_g_vot_3_refuses_to_change_what_was_never_cast() -> None:
    story = opened()
    story.given("cast-vote", cast(), D2)
    assert story.when("change-vote", cast(), D1) == ["G-VOT-3"]


def test_g_vot_3_allows_a_change_before_the_close_and_both_stay() -> None:
    story = opened()
    for person in DIRECTORS:
        story.given("cast-vote", cast(word="against"), person)
    for person in (D1, D2):
        story.given("change-vote", cast(word="for"), person)
    close(story)
    assert (found(story).carried, found(story).for_, found(story).against) == (True, 2, 1)
    assert len(story.view.of_type("vote.cast")) == 3
    assert story.when("change-vote", cast(word="against"), D1) == ["G-VOT-1"]


# ---- outcomes


def test_3_there_is_no_outcome_before_the_close() -> None:
    story = opened()
    for person in DIRECTORS:
        story.given("cast-vote", cast(), person)
    assert found(story).carried is None
    close(story)
    assert found(story).carried is True
    assert outcome(story.view, "r-9") is None


def test_3_no_correction_moves_a_vote() -> None:
    story = board()
    vote(story, A, votes="ffa")
    (first, *_) = story.view.of_type("vote.cast")
    data = {
        "discovered_at": story.world.now,
        "discovered_by": "p-d1",
        "effects": [],
        "field_path": "/vote",
        "how": "I meant another",
        "is": "against",
        "kind": "clerical",
        "material": False,
        "republish": [],
        "was": "for",
    }
    story.given("correct-entry", data, D1, corrects=first.id)
    assert story.view.of_type("vote.cast")[0].data["vote"] == "against"
    assert (found(story).carried, found(story).for_) == (True, 2)


@pytest.mark.parametrize(
    ("votes", "carried"),
    [("ff-", True), ("f.-", True), ("f..", False), ("frr", False), ("fa.", False), ("-- ", False)],
)
def test_4_the_quorum_counts_abstentions_and_the_majority_does_not(votes: str, carried: bool) -> None:
    story = board()
    vote(story, A, votes=votes)
    assert found(story).carried is carried


def test_4_the_recused_leave_the_quorum_where_the_bylaws_say_so() -> None:
    for word, carried in (("off", False), ("on", True)):
        story = Story("2.2", settings=BYLAWS | {"recused_leave_quorum": word}).on("2025-09-01")
        vote(story, A, votes="frr")
        assert found(story).carried is carried


def test_two_thirds_are_two_for_each_against() -> None:
    for votes, carried in (("ffa", True), ("fa-", False), ("ff-", True), ("---", False)):
        story = Story("2.2", settings=BYLAWS | {"board_majority": "two_thirds"}).on("2025-09-01")
        vote(story, A, votes=votes, rule={"quorum": 2, "majority": "two_thirds"})
        assert found(story).carried is carried


WORDS = st.sampled_from(["for", "against", "abstain", "recuse"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), WORDS), max_size=9), st.integers(0, 9))
def test_3_4_only_the_last_vote_of_each_before_the_close_counts(
    turns: list[tuple[int, str]], late: int
) -> None:
    """Whatever the order, the outcome is that of everybody's last word, and later words change nothing."""
    story, last = opened(), {}
    for place, (who, word) in enumerate(turns):
        if place == late:
            close(story)
        command = "change-vote" if who in last else "cast-vote"
        refused = story.when(command, cast(word=word), DIRECTORS[who])
        assert refused == ([] if place < late else ["G-VOT-1"])
        if not refused:
            last[who] = word
    close(story)
    count = list(last.values()).count
    made = found(story)
    assert (made.for_, made.against, made.abstain, made.recused) == tuple(
        count(x) for x in ("for", "against", "abstain", "recuse")
    )
    assert made.carried == (made.present >= 2 and made.for_ > made.against)
