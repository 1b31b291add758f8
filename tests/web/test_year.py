"""The pages over the demonstration year: what an officer reads on a day, and what the critic reads afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from api.bootstrap import open_house
from api.http.app import create_app
from api.settings import Settings

ORIGIN = "quillmere.example/countersign"
YEAR = pytest.importorskip("api.demo.year", reason="this demonstration has no year")
NOW = "2025-12-20T12:00:00.000000Z"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole year, read the day after its last entry."""
    settings = Settings(tmp_path_factory.mktemp("year") / "ledger", ORIGIN)
    YEAR.demonstrate(settings, b"tests")
    with TestClient(create_app(lambda: open_house(settings, clock=lambda: NOW))) as made:
        yield made


def text(client: TestClient, path: str, day: str = "") -> str:
    """What a page says, as it was and was known on a day."""
    answer = client.get(path, params={"as_of": day, "known_at": day} if day else {})
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def test_the_matrix_tells_below_from_not_shown_and_decided_from_taken_over(client: TestClient) -> None:
    said = text(client, "/")
    assert "heron-5 CBRN-3 ■ reached" in said
    assert "heron-4.1 CBRN-3 ■ not shown to be below taken over from heron-4" in said
    assert "heron-3 CBRN-3 ✓ below stated at founding" in said
    assert "■ may not deploy: general" in said


def test_1_a_determination_names_who_decided_and_how_far_it_was_from_the_line(client: TestClient) -> None:
    """Musts 1 and 2 of api/web/model.py."""
    said = text(client, "/models/heron-5")
    assert "Burden of proof: the developer has not shown that heron-5 stays below CBRN-3." in said
    assert "signed by p-ceo (Chief executive (CEO)), p-rso (Responsible scaling officer (RSO))" in said
    assert (
        "■ line crossed cbrn-uplift-2: 2.4 against >= 2.0 (red line CBRN-UPLIFT), +0.4 from the line" in said
    )
    assert "4.41 times heron-3, the model assessed comprehensively before it" in text(
        client, "/models/heron-4"
    )


def test_what_would_have_permitted_it_on_the_day_and_that_it_is_permitted_since(client: TestClient) -> None:
    then = text(client, "/models/heron-4", "2025-04-15")
    assert "May we deploy it: general? ■ may not" in then
    assert "have ASL-3-DEPLOYMENT decided satisfied for this model and general" in then
    assert "May we deploy it: general? ✓ may" in text(client, "/models/heron-4")


def test_3_a_decision_that_rests_on_something_corrected_says_so(client: TestClient) -> None:
    """Must 3 of api/web/model.py, must 2 of api/web/lines.py."""
    assert "▲ rests on something since corrected" in text(client, "/models/heron-4")
    assert "✓ asked again, the answer is the same" in text(client, "/models/heron-4")
    assert "rests on something since corrected" not in text(client, "/models/heron-4", "2025-07-22")
    shaken = re.search(r"The decision of entry (\d+) rests on what entry", text(client, "/models/heron-4"))
    assert shaken
    assert "▲ rests on something since corrected" in text(client, f"/entries/{shaken[1]}")


def test_2_the_page_of_a_determination_says_whose_burden_it_was(client: TestClient) -> None:
    """Must 2 of api/web/lines.py."""
    decided = re.search(r"decided here, 20 March 2025 \( ?entry (\d+)", text(client, "/models/heron-4"))
    assert decided
    assert "the developer has not shown that heron-4 stays below CBRN-3" in text(
        client, f"/entries/{decided[1]}"
    )


def test_the_policy_page_tells_of_what_came_to_nothing_and_of_what_loosens_first(client: TestClient) -> None:
    """Musts 1 and 2 of api/web/policies.py."""
    said = text(client, "/policy")
    assert "qsp 2.3 ✓ in force In force from 3 November 2025" in said
    assert "▲ objection The Long-Term Benefit Trust on 2 October 2025" in said
    withdrawn = said.split("qsp 2.3 – withdrawn")[1].split("qsp 2.3")[0]
    assert withdrawn.index("■ loosens") < withdrawn.index("✓ tightens")
    assert "version 2.2" in text(client, "/", "2025-10-31")
    assert "version 2.3" in text(client, "/", "2025-11-04")


def test_a_case_that_opened_itself_shows_its_notice_its_action_and_its_end(client: TestClient) -> None:
    said = text(client, "/cases")
    assert "– closed ■ a breach was found" in said
    assert re.search(r"by itself, from entry \d+", said)
    assert "Notice to the Board ✓ met due 14 June 2025" in said
    assert "a breach was found" not in text(client, "/cases", "2025-06-20")
