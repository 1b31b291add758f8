"""Commitments: what was missed stays missed until it is met late, excused or carried on (DOMAIN §4.14)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.commitments import Commitment, commitment
from ledger.subjects.commitments import blocking
from tests.given import ASSESSOR, Story
from tests.kit import CEO, D1, D2, GC, INSTRUMENT, RSO, SECRETARY, T1, T2

BYLAWS = {"board_quorum": 2, "board_majority": "simple", "bite": "off"}
DIGEST = "sha256:" + "d" * 64


def made(**members: Any) -> dict[str, Any]:
    return {
        "commitment_id": "c-pipeline",
        "text": "ships on exit code 0 only",
        "modality": "must",
        "source": "nc-2025-1",
        "owner_role": "RSO",
        "due": {"date": "2025-09-30"},
        "effect_if_missed": "blocks_deploy",
        "evidence_needed": "its configuration",
    } | members


FULFILLED = {"commitment_id": "c-pipeline", "how": "as attached"}
EXCUSED = {"commitment_id": "c-pipeline", "resolution_id": "r-1", "why": "overtaken"}
WITHDRAWN = {
    "commitment_id": "c-pipeline",
    "in_version": "2.3",
    "disclosed_in": "change log",
    "why": "replaced",
}


@pytest.fixture
def story() -> Story:
    story = Story("2.2", settings=BYLAWS).on("2025-07-15")
    story.given("make-commitment", made(), RSO)
    return story


@pytest.fixture
def missed(story: Story) -> Story:
    story.on("2025-10-01").given("note", {"text": "a day later"}, RSO)
    return story


def the(story: Story, id_: str = "c-pipeline") -> Commitment:
    one = commitment(story.view, id_)
    assert one is not None
    return one


def resolve(story: Story, *votes: str, body: str = "BOARD") -> None:
    electorate = ["p-d1", "p-d2", "p-d3"] if body == "BOARD" else ["p-t1", "p-t2", "p-t3"]
    closes = "2025-10-05T09:00:00.000000Z"
    asked = {
        "resolution_id": "r-1",
        "body": body,
        "question": "Excuse it?",
        "text_digest": DIGEST,
        "electorate": electorate,
        "rule": {"quorum": 2, "majority": "simple"},
        "closes_at": closes,
    }
    story.on("2025-10-02").given("open-resolution", asked, SECRETARY)
    for person, vote in zip((D1, D2) if body == "BOARD" else (T1, T2), votes, strict=True):
        story.given("cast-vote", {"resolution_id": "r-1", "text_digest": DIGEST, "vote": vote}, person)
    story.on("2025-10-06")


def fulfil(story: Story) -> list[str]:
    return story.when("fulfil-commitment", FULFILLED, RSO, evidence=[INSTRUMENT])


def test_3_the_day_named_is_the_last_one_in_time(story: Story) -> None:
    assert (the(story).state, the(story).due) == ("open", "2025-09-30T23:59:59.999999Z")
    story.on("2025-09-20").given("note", {"text": "soon"}, RSO)
    assert the(story).state == "due"
    story.on("2025-09-30", "23:50").given("note", {"text": "today"}, RSO)
    assert the(story).state == "due"
    story.on("2025-10-01", "00:00").given("note", {"text": "too late"}, RSO)
    assert the(story).state == "missed"


def test_a_commitment_that_is_met_in_time_is_met(story: Story) -> None:
    assert fulfil(story.on("2025-09-12")) == []
    assert (the(story).state, the(story).late) == ("met", None)


def test_1_what_was_missed_blocks_until_it_is_met_late(missed: Story) -> None:
    assert [x.id for x in blocking(missed.view, "deploy")] == ["c-pipeline"]
    assert blocking(missed.view, "train") == []
    assert fulfil(missed) == []
    assert (the(missed).state, the(missed).late) == ("met_late", "P1D")
    assert blocking(missed.view, "deploy") == []


def test_3_a_recurring_one_falls_due_anew_from_each_fulfilment() -> None:
    story = Story("2.2", settings=BYLAWS).on("2025-07-15")
    story.given("make-commitment", made(due={"every": "P3M"}), RSO)
    assert the(story).due == "2025-10-15T23:59:59.999999Z"
    assert fulfil(story.on("2025-10-01")) == []
    assert (the(story).state, the(story).due) == ("open", "2026-01-01T23:59:59.999999Z")


def test_one_that_is_due_before_an_event_is_missed_when_that_comes_first() -> None:
    story = Story("2.2", settings=BYLAWS).on("2025-07-15")
    before = {"before_event": {"type": "deployment.observed", "where": {"surface": "general"}}}
    story.given("make-commitment", made(due=before), RSO)
    seen = {"model_id": "heron-4", "surface": "internal_wide", "at": story.world.now}
    story.given("record-deployment", seen, ASSESSOR)
    assert (the(story).state, the(story).due) == ("open", None)
    story.given("record-deployment", seen | {"surface": "general"}, ASSESSOR)
    story.given("note", {"text": "then"}, RSO)
    assert the(story).state == "missed"


@pytest.mark.parametrize(
    "due", [{}, {"date": "2025-09-30", "every": "P3M"}, {"every": "3 months"}, {"date": "soon"}]
)
def test_1_a_commitment_is_due_at_exactly_one_kind_of_time(story: Story, due: Any) -> None:
    assert story.when("make-commitment", made(commitment_id="c-2", due=due), RSO) == ["E-DATA"]


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("make-commitment", made(commitment_id="c-2")),
        ("fulfil-commitment", FULFILLED),
        ("withdraw-commitment", WITHDRAWN),
    ],
)
def test_g_com_0_refuses_anybody_but_rso_and_ceo(story: Story, command: str, data: Any) -> None:
    assert story.when(command, data, GC, evidence=[INSTRUMENT]) == ["G-COM-0"]


def test_g_com_0_allows_rso_and_ceo(story: Story) -> None:
    assert story.when("make-commitment", made(commitment_id="c-2"), CEO) == []
    assert fulfil(story) == []


def test_g_com_1_refuses_an_id_that_is_taken_and_to_carry_on_what_was_not_missed(story: Story) -> None:
    assert story.when("make-commitment", made(), RSO) == ["G-COM-1"]
    onward = made(commitment_id="c-2", carries="c-pipeline", effect_if_missed="none")
    assert "G-COM-1" in story.when("make-commitment", onward, RSO)
    assert story.when("make-commitment", made(commitment_id="c-2", carries="c-9"), RSO) == ["G-COM-1"]


def test_g_com_1_allows_to_carry_on_what_was_missed() -> None:
    story = Story("2.2", settings=BYLAWS).on("2025-07-15")
    story.given("make-commitment", made(effect_if_missed="none"), RSO)
    onward = made(commitment_id="c-2", carries="c-pipeline", due={"date": "2025-12-31"})
    assert story.on("2025-10-01").when("make-commitment", onward, RSO) == []
    assert (the(story).state, the(story, "c-2").state) == ("carried", "open")


def onward(**members: Any) -> dict[str, Any]:
    carried = {"commitment_id": "c-2", "carries": "c-pipeline", "due": {"date": "2025-12-31"}}
    return made(**(carried | {"resolution_id": "r-1"} | members))


def test_g_com_2_refuses_to_carry_on_what_blocks_without_the_board_or_without_its_effect(
    missed: Story,
) -> None:
    assert missed.when("make-commitment", onward(), RSO) == ["G-COM-2"]
    resolve(missed, "for", "for")
    assert missed.when("make-commitment", onward(effect_if_missed="none"), RSO) == ["G-COM-2"]


def test_g_com_2_allows_to_carry_it_on_by_resolution_of_the_board(missed: Story) -> None:
    resolve(missed, "for", "for")
    assert missed.when("make-commitment", onward(), RSO) == []
    assert blocking(missed.view, "deploy") == []


@pytest.mark.parametrize(
    ("command", "data"),
    [("fulfil-commitment", FULFILLED), ("withdraw-commitment", WITHDRAWN), ("excuse-miss", EXCUSED)],
)
def test_g_com_3_refuses_what_does_not_stand_or_has_ended(story: Story, command: str, data: Any) -> None:
    other = data | {"commitment_id": "c-9"}
    assert "G-COM-3" in story.when(command, other, RSO, evidence=[INSTRUMENT])
    assert fulfil(story) == []
    assert "G-COM-3" in story.when(command, data, RSO, evidence=[INSTRUMENT])


def test_g_com_3_allows_what_stands(story: Story) -> None:
    assert story.when("withdraw-commitment", WITHDRAWN, RSO) == []
    assert the(story).state == "withdrawn"


def test_g_com_4_refuses_a_fulfilment_without_evidence(story: Story) -> None:
    assert story.when("fulfil-commitment", FULFILLED, RSO) == ["G-COM-4"]


def test_g_com_4_allows_one_with_evidence(story: Story) -> None:
    assert fulfil(story) == []


def test_g_com_5_refuses_an_excuse_that_the_board_did_not_carry(missed: Story) -> None:
    assert missed.when("excuse-miss", EXCUSED, RSO) == ["G-COM-5"]
    resolve(missed, "for", "against")
    assert missed.when("excuse-miss", EXCUSED, RSO) == ["G-COM-5"]


def test_g_com_5_refuses_an_excuse_by_the_other_body(missed: Story) -> None:
    resolve(missed, "for", "for", body="LTBT")
    assert missed.when("excuse-miss", EXCUSED, RSO) == ["G-COM-5"]


def test_g_com_5_refuses_to_excuse_what_was_not_missed() -> None:
    story = Story("2.2", settings=BYLAWS).on("2025-10-01")
    story.given("make-commitment", made(due={"date": "2025-12-31"}), RSO)
    resolve(story, "for", "for")
    assert story.when("excuse-miss", EXCUSED, RSO) == ["G-COM-5"]


def test_g_com_5_allows_an_excuse_that_the_board_carried(missed: Story) -> None:
    resolve(missed, "for", "for")
    assert missed.when("excuse-miss", EXCUSED, RSO) == []
    assert the(missed).state == "excused"
    assert blocking(missed.view, "deploy") == []


def test_g_com_6_refuses_to_withdraw_what_was_missed_and_blocks(missed: Story) -> None:
    assert missed.when("withdraw-commitment", WITHDRAWN, RSO) == ["G-COM-6"]


def test_g_com_6_allows_to_withdraw_before_it_is_due_or_what_blocks_nothing(story: Story) -> None:
    assert story.when("withdraw-commitment", WITHDRAWN, RSO) == []
    story.given("make-commitment", made(commitment_id="c-2", effect_if_missed="none"), RSO)
    story.on("2025-10-01")
    assert story.when("withdraw-commitment", WITHDRAWN | {"commitment_id": "c-2"}, RSO) == []
