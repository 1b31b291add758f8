"""The gate over HTTP: the same verdict as the command line, from the public record, and problems told as such."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.engine.gate import evaluate
from ledger.engine.pinned import document
from ledger.engine.verdict import Question
from ledger.policy.words import Action
from tests.http.door import Door

DEPLOY: dict[str, Any] = {"action": "deploy", "model": "heron-4", "surface": "limited_partner"}


def get(door: Door, status: int = 200, **params: Any) -> Any:
    answer = door.stranger.get("/api/v1/gate", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_1_a_denial_is_an_answer_with_its_reasons(reading: Door) -> None:
    said = get(reading, **DEPLOY)
    assert said["verdict"] == "denied"
    assert {"NO_COVERING_ASSESSMENT", "SAFEGUARD_MISSING:ASL-2-SECURITY"} <= {
        r["code"] for r in said["reasons"]
    }
    assert all(r["cure"] and r["why"] for r in said["reasons"])


def test_it_is_what_the_engine_says_of_that_day(reading: Door) -> None:
    said = get(reading, **DEPLOY, as_of="2025-06-30")
    view = reading.app.state.public.view("2025-06-30T23:59:59.999999Z")
    ours = document(evaluate(view, Question(Action.DEPLOY, "heron-4", "limited_partner")))
    assert {k: v for k, v in said.items() if k != "unread"} == ours


def test_2_it_says_how_much_it_could_not_read(reading: Door) -> None:
    assert get(reading, **DEPLOY)["unread"] > 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"action": "deploy", "model": "heron-4"},
        {"action": "ship", "model": "heron-4"},
        {"action": "store", "model": "heron-4", "surface": "general"},
        {"action": "store", "model": "a b"},
        {"action": "store"},
    ],
)
def test_what_is_no_question_is_a_problem(reading: Door, wrong: dict[str, Any]) -> None:
    problem = get(reading, 400, **wrong)
    assert problem["status"] == 400
