"""Consultations: a body gets its time, speaks by enough trustees, and is answered (DOMAIN §4.1, §9)."""

from __future__ import annotations

import pytest

from ledger.subjects import consultations
from tests.adoption import changed, consult, digest, response, sending
from tests.given import T3, Story
from tests.kit import CEO, D1, RSO, SECRETARY, T1, T2

TEXT = changed("2.2", "2.3", "a")


def sent(due: str = "2025-09-08") -> Story:
    story = Story("2.2").on("2025-09-01")
    story.given("send-for-consultation", sending(TEXT, due=due), SECRETARY)
    return story


@pytest.mark.parametrize("due", ["2025-09-07", "2025-08-01"])
def test_g_con_3_refuses_less_than_the_consultation_minimum(due: str) -> None:
    story = Story("2.2").on("2025-09-01")
    assert story.when("send-for-consultation", sending(TEXT, due=due), SECRETARY) == ["G-CON-3"]


def test_g_con_3_refuses_a_minimum_that_is_won_by_an_earlier_date_of_opening() -> None:
    story = Story("2.2").on("2025-09-05")
    backdated = sending(TEXT, due="2025-09-08", opened_at="2025-09-01T09:00:00.000000Z")
    assert story.when("send-for-consultation", backdated, SECRETARY) == ["G-CON-3"]


def test_g_con_3_refuses_an_id_twice() -> None:
    assert sent().when("send-for-consultation", sending(TEXT, due="2025-12-01"), SECRETARY) == ["G-CON-3"]


def test_g_con_3_allows_the_minimum_as_the_house_sets_it() -> None:
    for by in (SECRETARY, RSO):
        story = Story("2.2").on("2025-09-01")
        assert story.when("send-for-consultation", sending(TEXT, due="2025-09-08"), by) == []
    quick = Story("2.2", settings={"consultation_minimum": "P1D"}).on("2025-09-01")
    assert quick.when("send-for-consultation", sending(TEXT, due="2025-09-02"), RSO) == []


def test_only_secretary_and_rso_send_a_text() -> None:
    story = Story("2.2").on("2025-09-01")
    assert story.when("send-for-consultation", sending(TEXT), CEO) == ["E-ACTOR"]


def test_g_con_1_refuses_silence_before_the_response_was_due_and_answers_to_nothing() -> None:
    story = sent().on("2025-09-08", "23:30")
    silence = response("c-1", "no_response")
    assert story.when("record-consultation", silence, SECRETARY) == ["G-CON-1"]
    assert story.when("record-consultation", response("c-9", "comments", T1, T2), T1, T2) == ["G-CON-1"]


def test_g_con_1_refuses_silence_where_the_body_has_spoken() -> None:
    story = sent()
    story.given("record-consultation", response("c-1", "comments", T1, T2), T1, T2)
    story.on("2025-09-09")
    assert story.when("record-consultation", response("c-1", "no_response"), SECRETARY) == ["G-CON-1"]


def test_g_con_1_allows_silence_after_the_day_and_a_late_word_after_it() -> None:
    story = sent().on("2025-09-09", "00:00")
    assert story.when("record-consultation", response("c-1", "no_response"), SECRETARY) == []
    assert story.when("record-consultation", response("c-1", "objection", T1, T2), T1, T2) == []
    (one,) = consultations.consultations(story.view, TEXT.digest)
    assert (one.outcome, len(one.responses)) == ("objection", 2)


def test_g_con_4_refuses_fewer_trustees_than_the_house_asks_for() -> None:
    story = sent()
    assert story.when("record-consultation", response("c-1", "comments", T1), T1) == ["G-CON-4"]
    assert story.when("record-consultation", response("c-1", "comments", T1), T1, SECRETARY) == ["G-CON-4"]
    three = Story("2.2", settings={"ltbt_signers": 3}).on("2025-09-01")
    three.given("send-for-consultation", sending(TEXT), SECRETARY)
    assert three.when("record-consultation", response("c-1", "comments", T1, T2), T1, T2) == ["G-CON-4"]


def test_g_con_4_refuses_borrowed_names() -> None:
    assert sent().when("record-consultation", response("c-1", "comments", T1, T2, T3), T1, T2) == ["G-CON-4"]


def test_g_con_4_refuses_silence_said_by_somebody_else() -> None:
    story = sent().on("2025-09-09")
    assert story.when("record-consultation", response("c-1", "no_response"), D1) == ["G-CON-4"]


def test_g_con_4_allows_two_trustees_with_the_third_in_dissent() -> None:
    dissent = [{"person": T3.id, "text": "We should object."}]
    story = sent()
    said = response("c-1", "no_objection", T1, T2, dissent=dissent)
    assert story.when("record-consultation", said, T1, T2) == []


def test_g_con_5_refuses_an_answer_before_anybody_spoke() -> None:
    assert sent().when("answer-consultation", {"consultation_id": "c-1", "text": "x"}, RSO) == ["G-CON-5"]


def test_g_con_5_allows_the_answer_that_an_objection_must_have() -> None:
    story = Story("2.2").on("2025-09-01")
    consult(story, TEXT, outcome="objection")
    assert consultations.consultations(story.view, TEXT.digest)[0].unanswered
    assert story.when("answer-consultation", {"consultation_id": "c-1", "text": "We withdraw."}, RSO) == []
    assert not consultations.consultations(story.view, TEXT.digest)[0].unanswered


def test_4_one_texts_words_never_count_for_another() -> None:
    story = Story("2.2").on("2025-09-01")
    consult(story, TEXT)
    other = changed("2.2", "2.3", "b")
    assert consultations.consultations(story.view, other.digest) == []
    assert consultations.heard(consultations.about(story.view, TEXT.stream), "LTBT", "2025-09-02")
    assert digest("b") != TEXT.digest
