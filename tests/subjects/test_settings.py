"""House settings: changed by CEO and RSO, from the value that holds, never in silence (DOMAIN §9)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ledger.engine.house import house
from ledger.subjects.settings import changes
from tests.given import Story
from tests.kit import CEO, GC, RSO, T1
from tests.office.desk import Desk


def change(**members: Any) -> dict[str, Any]:
    return {"setting": "promptly", "was": "PT72H", "is": "PT48H", "why": "three days were too long"} | members


@pytest.fixture
def story() -> Story:
    return Story("2.2").on("2025-02-03")


def test_g_set_0_allows_ceo_and_rso(story: Story) -> None:
    assert story.when("change-setting", change(), CEO, RSO) == []
    assert house(story.view, "promptly") == "PT48H"


@pytest.mark.parametrize("by", [(CEO,), (RSO,), (CEO, GC), (T1,)])
def test_g_set_0_refuses_anybody_else(story: Story, by: Any) -> None:
    assert story.when("change-setting", change(), *by) == ["G-SET-0"]


def test_g_set_1_refuses_another_value_than_the_one_that_holds(story: Story) -> None:
    assert story.when("change-setting", change(was="PT24H"), CEO, RSO) == ["G-SET-1"]
    assert "PT72H" in story.refusals[0].cure
    story.given("change-setting", change(), CEO, RSO)
    assert story.when("change-setting", change(), CEO, RSO) == ["G-SET-1"]


def test_g_set_1_refuses_a_change_to_the_same(story: Story) -> None:
    assert story.when("change-setting", change(**{"is": "PT72H"}), CEO, RSO) == ["G-SET-1"]


def test_g_set_1_allows_a_first_value_where_there_is_no_default(story: Story) -> None:
    first = {"setting": "board_quorum", "is": 4, "why": "bylaws of the company, section 12"}
    assert house(story.view, "board_quorum") is None
    assert story.when("change-setting", first | {"was": 3}, CEO, RSO) == ["G-SET-1"]
    assert story.when("change-setting", first, CEO, RSO) == []
    assert house(story.view, "board_quorum") == 4


@pytest.mark.parametrize("members", [{"setting": "speed"}, {"is": "soon"}, {"is": None}, {"was": None}])
def test_a_setting_that_does_not_exist_or_fit_is_no_setting(story: Story, members: Any) -> None:
    assert story.when("change-setting", change(**members), CEO, RSO) == ["E-DATA"]


def test_a_change_counts_from_its_recording_on_and_changes_nothing_known_before(story: Story) -> None:
    before = story.view
    fact = story.given("change-setting", change(), CEO, RSO)
    assert house(before, "promptly") == house(
        story.register.at(known_at="2025-02-03T08:00:00.000000Z"), "promptly"
    )
    assert house(before, "promptly") == "PT72H"
    assert house(story.register.at(as_of="2025-02-02T00:00:00.000000Z"), "promptly") == "PT72H"
    assert house(story.register.at(as_of=fact.recorded_at), "promptly") == "PT48H"


def test_what_was_loosened_is_listed_first_and_untold_until_both_bodies_have_it(story: Story) -> None:
    tighter = story.given("change-setting", change(), CEO, RSO)
    looser = story.given("change-setting", change(setting="delegation", was="off", **{"is": "on"}), CEO, RSO)
    assert [(x.fact.index, x.direction) for x in changes(story.view)] == [
        (looser.index, "loosens"),
        (tighter.index, "tightens"),
    ]
    told = {"bodies": ["BOARD"], "items": [looser.id], "delivered_at": story.world.now}
    story.given("share-with-bodies", told, RSO)
    assert [x.untold for x in changes(story.view)] == [("LTBT",), ("BOARD", "LTBT")]


def test_g_fnd_2_allows_settings_that_a_later_change_could_make() -> None:
    assert house(Story("2.2", settings={"promptly": "PT24H"}).view, "promptly") == "PT24H"


@pytest.mark.parametrize("settings", [{"speed": "P1D"}, {"promptly": "soon"}, {"board_quorum": None}])
def test_g_fnd_2_refuses_settings_that_no_later_change_could_make(tmp_path: Path, settings: Any) -> None:
    desk = Desk.empty(tmp_path)
    assert desk.refused(desk.founding(settings=settings)) == ["G-FND-2"]
    desk.close()
