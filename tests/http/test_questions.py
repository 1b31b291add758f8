"""Questions over HTTP: what the command line prints with --json, from the public record alone, at any instant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.answers import clocks as clock_document
from api.answers import models as model_document
from ledger.engine.clocks import clocks
from ledger.engine.coverage import known_models
from tests.http.door import NOW, Door, open_door
from tests.http.material import add_models

LISTS = ("findings", "models", "clocks", "cases", "commitments", "exceptions")
PATHS = (*LISTS, "policy/versions", "models/heron-5")


@pytest.fixture(scope="module")
def reading(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The demonstration with two models on it."""
    with open_door(demo, tmp_path_factory.mktemp("questions") / "served") as opened:
        add_models(opened)
        yield opened


def get(door: Door, path: str, status: int = 200, **params: str) -> Any:
    answer = door.stranger.get(f"/api/v1/{path}", params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.mark.parametrize("path", PATHS)
def test_1_every_answer_says_how_much_it_could_not_read(reading: Door, path: str) -> None:
    assert get(reading, path)["unread"] > 0
    if path in LISTS:
        assert get(reading, path, known_at="2025-01-06")["unread"] == 0


@pytest.mark.parametrize("path", LISTS)
def test_2_without_an_instant_it_is_asked_of_this_one(reading: Door, path: str) -> None:
    assert get(reading, path)["as_of"] == NOW
    asked = get(reading, path, as_of="2025-06-30", known_at="2025-07-01")
    assert (asked["as_of"], asked["known_at"]) == (
        "2025-06-30T23:59:59.999999Z",
        "2025-07-01T23:59:59.999999Z",
    )


def test_clocks_and_models_are_the_documents_of_the_command_line(reading: Door) -> None:
    view = reading.app.state.public.asked("2025-06-30T23:59:59.999999Z")
    assert get(reading, "clocks", as_of="2025-06-30")["clocks"] == [
        clock_document.clock(x) for x in clocks(view)
    ]
    wanted = [model_document.model(view, name) for name in known_models(view)]
    assert get(reading, "models", as_of="2025-06-30")["models"] == wanted


def test_the_version_of_the_founding_governs_and_says_that_nobody_decided_it_here(reading: Door) -> None:
    (first,) = get(reading, "policy/versions")["texts"]
    assert first["state"] == "in force"
    assert first["in_force"] == [{"since": None, "until": None}]
    assert (first["drafted"], first["approved"]) == (None, None)


def test_what_was_done_without_asking_is_found_and_opens_its_case(reading: Door) -> None:
    found = {x["code"]: x for x in get(reading, "findings")["findings"]}
    opened = {x["case"]: x for x in get(reading, "cases")["cases"]}
    case = opened[found["DEPLOYED_WITHOUT_GATE"]["case"]]
    assert case["codes"] == ["DEPLOYED_WITHOUT_GATE"]
    assert (case["open"], case["breach"]) == (True, False)
    (model,) = get(reading, "models/heron-5")["models"]
    assert {x["outcome"] for x in model["thresholds"]} == {"undetermined"}


def test_a_model_that_nobody_knows_is_a_problem(reading: Door) -> None:
    assert get(reading, "models/heron-99", 404)["cure"] == "/api/v1/models lists them"
    assert get(reading, "models/%20", 400)["where"] == "path/model"


def test_the_calendar_holds_the_open_clocks(reading: Door) -> None:
    answer = reading.stranger.get("/api/v1/clocks.ics", params={"as_of": "2025-06-30"})
    assert answer.headers["content-type"].startswith("text/calendar")
    still = [x for x in get(reading, "clocks", as_of="2025-06-30")["clocks"] if x["due"]]
    still = [x for x in still if x["state"] in ("running", "due_soon", "overdue")]
    assert still
    assert answer.text.count("BEGIN:VEVENT") == len(still)


def test_2_this_instant_is_told_to_the_minute_so_that_readers_share_the_work(
    demo: Path, tmp_path: Path
) -> None:
    with open_door(demo, tmp_path / "served", now="2026-01-05T12:00:41.500000Z", writable=False) as opened:
        assert get(opened, "clocks")["as_of"] == "2026-01-05T12:00:00.000000Z"
    with open_door(demo, tmp_path / "behind", now="2025-01-05T12:00:41.500000Z", writable=False) as opened:
        assert get(opened, "clocks")["as_of"] == opened.house.store.head().recorded_at
