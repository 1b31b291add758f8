"""Which policy governed, asked of an instant (DOMAIN P2, §4.1)."""

from __future__ import annotations

from ledger.engine.in_force import governing, in_force
from tests.given import Story

EARLIER = "2024-12-01T00:00:00.000000Z"


def test_1_it_is_asked_of_now_or_of_another_instant() -> None:
    view = Story("2.2").on("2025-02-17").view
    assert in_force(view) == in_force(view, at=view.now) == "2.2"
    assert governing(view) is governing(view, at=view.now)


def test_4_the_policy_of_the_founding_was_in_force_already() -> None:
    view = Story("2.2").on("2025-02-17").view
    assert in_force(view, at=EARLIER) == "2.2"
    found = governing(view, at=EARLIER)
    assert found is not None
    assert found.version == "2.2"


def test_3_a_policy_that_cannot_be_read_governs_by_its_version_alone() -> None:
    view = Story("2.2", thresholds="none").view
    assert (in_force(view), governing(view)) == ("2.2", None)


def test_there_is_none_before_the_first() -> None:
    view = Story(None).view
    assert (in_force(view), governing(view)) == (None, None)
    assert in_force(view, at=EARLIER) is None
