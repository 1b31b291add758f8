"""A kept model that turns denied: three days to stand in for what is missing or to take it off (DOMAIN §5.5)."""

from __future__ import annotations

from ledger.engine.keeping import Overstay, overstayed
from tests.engine.gates import opened, share_all
from tests.engine.heron import decide
from tests.given import Story
from tests.kit import RSO
from tests.subjects.test_conduct import let_go


def kept() -> Story:
    """Heron 4 is in use on `general` under a go-ahead."""
    story, _, _ = let_go()
    story.given(
        "record-deployment", {"model_id": "heron-4", "surface": "general", "at": story.world.now}, RSO
    )
    return story


def turned() -> Story:
    """And is not shown to be below any longer; both bodies know."""
    story = kept()
    decide(story.on("2025-04-01"), "heron-4", "CBRN-3", "not_shown")
    share_all(story)
    return story


def stays(story: Story) -> list[Overstay]:
    return list(overstayed(story.view))


def take_off(story: Story) -> None:
    data = {"model_id": "heron-4", "surface": "general", "at": story.world.now}
    story.given("record-de-deployment", data, RSO)


def test_1_three_days_after_the_recording_of_what_turned_it_it_is_a_breach() -> None:
    story = turned()
    assert stays(story.on("2025-04-04", "08:59")) == []
    (found,) = stays(story.on("2025-04-04", "09:30"))
    cause = story.view.of_type("determination.made")[-1]
    assert (found.model, found.surface, found.cause.id) == ("heron-4", "general", cause.id)
    assert "SAFEGUARD_MISSING:ASL-3-SECURITY" in found.codes


def test_2_taken_off_in_time_it_is_none() -> None:
    story = turned()
    take_off(story.on("2025-04-03"))
    assert stays(story.on("2025-06-01")) == []


def test_3_taken_off_later_it_stays_one() -> None:
    story = turned()
    take_off(story.on("2025-04-10"))
    (found,) = stays(story.on("2025-06-01"))
    assert found.since.startswith("2025-04-04")


def test_4_what_was_never_permitted_did_not_turn() -> None:
    story = opened()
    data = {"model_id": "heron-9", "surface": "general", "at": story.world.now}
    story.given("record-deployment", data, RSO)
    assert stays(story.on("2025-06-01")) == []
