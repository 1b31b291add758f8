"""The trust roster: from which day on it holds, and who must have had time to see it (INTAKE §10)."""

from ledger.subjects import rosters
from tests.given import Story
from tests.kit import SECRETARY, T1, T2
from tests.office.desk import revoking
from tests.office.test_judge_roll import roster

TODAY = 20171  # 2025-03-24


def changed(story: Story, name: str, from_epoch: int) -> list[str]:
    return story.when("change-roster", roster(T1, T2, name=name)["data"] | {"from_epoch": from_epoch}, T1, T2)


def test_g_ros_1_refuses_a_change_before_anybody_could_see_it() -> None:
    story = Story(None).on("2025-03-24")
    assert changed(story, "", TODAY) == []
    assert changed(story, "new", TODAY + 2) == ["G-ROS-1"]


def test_g_ros_1_allows_three_days_ahead_and_the_first_at_once() -> None:
    story = Story(None).on("2025-03-24")
    assert changed(story, "", TODAY - 1) == []
    assert changed(story, "new", TODAY + 3) == []


def test_g_ros_1_allows_at_once_what_takes_a_compromised_key_away() -> None:
    story = Story(None).on("2025-03-24")
    changed(story, "", TODAY)
    story.given("revoke-key", revoking(T1, compromised_from=1)["data"], SECRETARY, T2)
    new = roster(T2, name="new")["data"]
    data = new | {"from_epoch": TODAY + 1, "panels": []}
    assert "G-ROS-1" not in story.when("change-roster", data, T2, T1)


def test_g_ros_1_refuses_haste_for_a_key_that_was_only_lost() -> None:
    story = Story(None).on("2025-03-24")
    changed(story, "", TODAY)
    story.given("revoke-key", revoking(T1)["data"], SECRETARY, T2)
    new = roster(T2, T1, name="new")["data"] | {"from_epoch": TODAY + 1}
    assert "G-ROS-1" in story.when("change-roster", new, T2, T1)


def test_2_in_force_is_the_roster_recorded_last_among_those_that_have_begun() -> None:
    story = Story(None).on("2025-03-24")
    changed(story, "", TODAY)
    changed(story, "second", TODAY + 10)
    changed(story, "third", TODAY + 5)
    facts = [held.fact.index for held in rosters.held(story.view)]
    found = {n: rosters.in_force(story.view, TODAY + n) for n in (-1, 0, 4, 5, 9, 10, 20)}
    assert found[-1] is None
    assert [found[n].fact.index for n in (0, 4)] == [facts[0]] * 2  # type: ignore[union-attr]
    assert [found[n].fact.index for n in (5, 9, 10, 20)] == [facts[2]] * 4  # type: ignore[union-attr]
