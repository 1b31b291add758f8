"""What the pages say of models, policy, deadlines, cases and findings, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from api.web import standings
from api.web.status import SYMBOLS
from ledger.engine.states import State
from tests.http.door import Door, open_door
from tests.http.material import add_models

BEFORE = "as_of=2025-06-30&known_at=2025-06-30"


@pytest.fixture(scope="module")
def reading(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The demonstration with two models on it: one measured at 2.1, one at 4.2 times what was stated."""
    with open_door(demo, tmp_path_factory.mktemp("questions") / "served") as opened:
        add_models(opened)
        yield opened


def text(door: Door, path: str, status: int = 200) -> str:
    """What a page says, without its tags."""
    answer = door.stranger.get(path, headers={"accept": "text/html"})
    assert answer.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


@pytest.mark.parametrize(
    "path", ["/", "/models/heron-5", "/policy", "/clocks", "/cases", "/findings", "/exceptions"]
)
def test_1_every_page_says_how_much_it_could_not_read(reading: Door, path: str) -> None:
    assert "1 withheld entry cannot be read here" in text(reading, path)


def test_2_a_page_knows_nothing_that_came_later(reading: Door) -> None:
    assert "heron-5" in text(reading, "/")
    assert "heron-5" not in text(reading, f"/?{BEFORE}")
    assert "DEPLOYED_WITHOUT_GATE" in text(reading, "/findings")
    assert "DEPLOYED_WITHOUT_GATE" not in text(reading, f"/findings?{BEFORE}")
    assert "no model called heron-5" in text(reading, f"/models/heron-5?{BEFORE}", 404)
    assert "on 30 June 2025, as known at the end of 30 June 2025" in text(reading, f"/clocks?{BEFORE}")


def test_2_links_keep_the_day_that_was_asked_about(reading: Door) -> None:
    page = unescape(reading.stranger.get("/?as_of=2026-01-05").text)
    assert '<a href="/models/heron-5?as_of=2026-01-05&known_at=">' in page
    assert '<a href="/policy?as_of=2026-01-05&known_at=">' in page


def test_3_rules_of_the_policy_and_of_the_house_are_told_apart(reading: Door) -> None:
    said = text(reading, "/clocks")
    assert re.search(r"House rule H-[A-Z-]+, should", said)
    assert re.search(r"Policy rule R22-C-[A-Z-]+, section [0-9.]+", said)


def test_the_first_page_sets_models_against_thresholds_and_asks_may_we(reading: Door) -> None:
    said = text(reading, "/")
    assert re.search(r"heron-5 CBRN-3 ▲ undetermined", said)
    assert "■ may not deploy: general" in said
    assert "✓ No safeguard is lowered" in said
    assert "What is due" in said


def test_a_denial_says_why_and_what_would_make_it_permitted(reading: Door) -> None:
    """Musts 1 and 2 of api/web/verdicts.py."""
    said = text(reading, "/models/heron-5")
    gate = said.split("May we deploy it: general?")[1].split("May we deploy it")[0]
    assert gate.startswith(" ■ may not")
    assert "■ denies" in gate
    assert re.search(r"Policy rule R22-[A-Z0-9-]+, section .*, must", gate)
    assert "What would make this permitted:" in gate


def test_a_model_shows_how_far_it_has_grown_and_what_that_triggers(reading: Door) -> None:
    """Must 2 of api/web/model.py."""
    assert "No comprehensive assessment covers it." in text(reading, "/models/heron-5")
    assert "heron-5 is 4.2 times heron-3" in text(reading, "/models/heron-5")
    assert "heron-4 is 2.1 times heron-3" not in text(reading, "/models/heron-5").split("What happened")[1]


def test_what_happened_by_itself_opens_a_case_that_is_no_breach_yet(reading: Door) -> None:
    said = text(reading, "/cases")
    assert "Deployed without gate" in said
    assert "by itself" in said
    assert "– nothing is found yet" in said
    assert "a breach was found" not in said


def test_the_policy_of_the_founding_says_that_nobody_decided_it_here(reading: Door) -> None:
    said = text(reading, "/policy")
    assert "✓ in force" in said
    assert "in force already when this record began; stated there, not decided here" in said


@pytest.mark.parametrize(
    ("state", "tone", "sentence"),
    [
        (
            State("CBRN-3", "below", "decided", "m"),
            "ok",
            "the developer has shown that m stays below CBRN-3.",
        ),
        (
            State("CBRN-3", "not_shown", "decided", "m"),
            "bad",
            "the developer has not shown that m stays below",
        ),
        (State("CBRN-3", "reached", "decided", "m"), "bad", "the developer has not shown"),
        (State("CBRN-3", "undetermined", "none", "m"), "warn", "the developer has not shown"),
        (
            State("CBRN-3", "below", "opening", "m"),
            "ok",
            "stated at founding that m stays below CBRN-3;",
        ),
        (
            State("AUT", "checkpoint_not_reached", "decided", "m", None, True),
            "ok",
            "shown that m has not reached AUT",
        ),
        (
            State("AUT", "checkpoint_reached", "decided", "m", None, True),
            "warn",
            "the developer has not shown",
        ),
    ],
)
def test_2_beside_every_determination_stands_whose_burden_it_was(
    state: State, tone: str, sentence: str
) -> None:
    """Musts 1 and 2 of api/web/standings.py."""
    assert standings.determined(state).tone == tone
    assert sentence in standings.burden(state, "m")
    assert standings.determined(state).symbol == SYMBOLS[tone]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("P3D", "3 days"),
        ("P1Y6M", "1 year 6 months"),
        ("PT72H", "72 hours"),
        ("P1W", "1 week"),
        ("soon", "soon"),
    ],
)
def test_periods_are_told_in_words(written: str, told: str) -> None:
    assert standings.period(written) == told
