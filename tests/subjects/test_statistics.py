"""Statistics of the anonymous channel: in bands, late, and said by k trustees (INTAKE §4)."""

from typing import Any

from ledger.subjects.payload import read_payload
from ledger.subjects.statistics import Statistics
from tests.given import Story
from tests.kit import CEO, T1, T2
from tests.office.test_judge_roll import roster


def numbers(quarter: str = "2024-Q4", **members: Any) -> dict[str, Any]:
    bands = dict.fromkeys(("received", "concluded", "substantiated", "detriment", "missed_clocks"), "0-4")
    return {"quarter": quarter, "panel": "ltbt"} | bands | members


def seated() -> Story:
    story = Story(None).on("2025-03-24")
    story.given("change-roster", roster(T1, T2)["data"] | {"from_epoch": 20171}, T1, T2)
    return story


def test_g_sta_1_refuses_fewer_than_k_trustees_and_an_unknown_panel() -> None:
    story = seated().on("2025-07-01")
    assert story.when("publish-statistics", numbers(), T1) == ["G-STA-1"]
    assert story.when("publish-statistics", numbers(panel="board"), T1, T2) == ["G-STA-1"]
    assert story.when("publish-statistics", numbers(), T1, CEO) == ["G-STA-1"]


def test_g_sta_1_allows_k_trustees_of_the_panel() -> None:
    assert seated().on("2025-07-01").when("publish-statistics", numbers(), T1, T2) == []


def test_g_sta_2_refuses_the_quarter_that_ended_last() -> None:
    assert seated().on("2025-03-31").when("publish-statistics", numbers("2024-Q4"), T1, T2) == ["G-STA-2"]


def test_g_sta_2_allows_the_quarter_before_it() -> None:
    assert seated().on("2025-04-01").when("publish-statistics", numbers("2024-Q4"), T1, T2) == []


def test_g_sta_3_refuses_a_quarter_twice() -> None:
    story = seated().on("2025-07-01")
    story.given("publish-statistics", numbers(), T1, T2)
    assert story.when("publish-statistics", numbers(received="10+"), T1, T2) == ["G-STA-3"]


def test_g_sta_3_allows_the_next_quarter() -> None:
    story = seated().on("2025-07-01")
    story.given("publish-statistics", numbers(), T1, T2)
    assert story.when("publish-statistics", numbers("2025-Q1"), T1, T2) == []


def test_1_there_is_no_place_for_a_number() -> None:
    assert read_payload(Statistics, numbers()).received == "0-4"
