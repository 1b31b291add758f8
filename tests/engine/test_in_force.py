"""Which policy governed, asked of an instant (DOMAIN P2, §4.1)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.engine.findings import findings
from ledger.engine.in_force import governing, in_force, lineage, lineage_at, reigns
from ledger.policy.diff import diff
from ledger.policy.shipped import definition
from tests.adoption import (
    A_TEXT,
    Made,
    adopt,
    approval,
    board,
    changed,
    consult,
    decide,
    digest,
    draft,
    proposal,
    publish,
    shipped,
    vote,
)
from tests.given import Story
from tests.kit import CEO, RSO, SECRETARY

EARLIER = "2024-12-01T00:00:00.000000Z"


def midnight(day: str) -> str:
    return f"{day}T00:00:00.000000Z"


def day(story: Story, date: str) -> str | None:
    return in_force(story.view, at=midnight(date))


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


def test_5_before_effect_it_is_in_force_from_the_later_of_approval_and_publication() -> None:
    story = board()
    adopt(story, A_TEXT)
    story.on("2025-12-01")
    assert [day(story, x) for x in ("2025-11-02", "2025-11-03", "2025-11-04")] == ["2.2", "2.3", "2.3"]
    late = board()
    decide(late, A_TEXT)
    late.on("2025-11-10")
    publish(late, A_TEXT)
    late.on("2025-12-01")
    assert [day(late, x) for x in ("2025-11-03", "2025-11-10", "2025-11-11")] == ["2.2", "2.2", "2.3"]


def test_5_what_is_approved_and_never_published_never_governs() -> None:
    story = board()
    decide(story, A_TEXT)
    assert in_force(story.on("2026-03-01").view) == "2.2"


def soon() -> Made:
    data = deepcopy(definition("rsp-3.0").policy.data) | {"version": "3.5"}
    return Made(data, "3.0", digest("a"))


def test_5_on_or_before_the_effective_date_it_governs_from_that_day_if_public_by_its_end() -> None:
    story = board("3.0")
    decide(story, soon())
    story.on("2025-11-03", "23:00")
    publish(story, soon(), covers=())
    story.on("2025-12-01")
    assert [day(story, x) for x in ("2025-11-02", "2025-11-03", "2025-11-04")] == ["3.0", "3.5", "3.5"]


def test_5_on_or_before_the_effective_date_it_is_out_of_force_from_the_days_end_until_published() -> None:
    story = board("3.0")
    decide(story, soon())
    story.on("2025-11-06", "12:00")
    publish(story, soon(), covers=())
    story.on("2025-12-01")
    days = ("2025-11-02", "2025-11-03", "2025-11-04", "2025-11-06", "2025-11-07")
    assert [day(story, x) for x in days] == ["3.0", "3.5", "3.0", "3.0", "3.5"]
    assert [(r.version, r.since[:10], r.until and r.until[:10]) for r in reigns(story.view)] == [
        ("3.0", "", "2025-11-03"),
        ("3.5", "2025-11-03", "2025-11-04"),
        ("3.0", "2025-11-04", "2025-11-06"),
        ("3.5", "2025-11-06", None),
    ]


def test_5_the_rule_is_that_of_the_version_replaced() -> None:
    """3.0 publishes on the day; 2.2, which it replaces, wants it public before."""
    story = board()
    text = shipped("3.0", "2.2", "a")
    draft(story, text)
    paths = tuple(dict.fromkeys(x.whole for x in diff(definition("rsp-2.2").policy, text.data)))
    dropped = [x.id for x in definition("rsp-2.2").policy.commitments()]
    story.given("propose-policy", proposal(text, *paths, direction="loosens", withdraws=dropped), CEO, RSO)
    consult(story, text)
    vote(story, text.digest)
    story.given("approve-policy", approval(text), SECRETARY)
    story.on("2025-11-03", "12:00")
    assert in_force(story.view) == "2.2"
    publish(story, text, covers=paths)
    assert in_force(story.view) == "3.0"


def test_6_a_later_effect_governs_over_an_earlier_one() -> None:
    story = board()
    adopt(story, A_TEXT, "1", "2025-12-01")
    other = changed("2.2", "2.2.1", "b", cadence="daily")
    adopt(story, other, "2", "2025-11-01")
    story.on("2026-01-01")
    assert [day(story, x) for x in ("2025-10-31", "2025-11-15", "2025-12-01")] == ["2.2", "2.2.1", "2.3"]


def test_an_approval_for_an_earlier_instant_works_from_its_recording() -> None:
    story = board()
    fact = adopt(story, A_TEXT, "1", "2025-01-01")
    assert [day(story, "2025-09-01"), in_force(story.view, at=fact.recorded_at)] == ["2.2", "2.3"]


def test_known_then_and_true_then() -> None:
    """A publication that is recorded late brings the version into force then, and nobody knew it before."""
    story = board()
    decide(story, A_TEXT)
    story.on("2025-11-20")
    publish(story, A_TEXT, at=midnight("2025-11-01"))
    story.on("2025-12-01")
    at = midnight("2025-11-10")
    assert in_force(story.register.at(as_of=at, known_at=at)) == "2.2"
    assert in_force(story.register.at(as_of=at)) == "2.2"
    assert in_force(story.view, at=at) == "2.3"


def test_decisions_carry_the_version_in_force_when_they_are_recorded() -> None:
    story = board()
    adopt(story, A_TEXT)
    note = {"setting": "promptly", "was": "PT72H", "is": "PT48H", "why": "too slow"}
    assert story.given("change-setting", note, CEO, RSO).policy == "2.2"
    story.on("2025-11-03")
    again = note | {"was": "PT48H", "is": "PT24H"}
    assert story.given("change-setting", again, CEO, RSO).policy == "2.3"


def test_a_threshold_takes_over_from_what_it_was_called() -> None:
    policy = definition("rsp-2.1").policy
    assert lineage(policy, "CBRN-3") == ("CBRN-3", "CBRN")
    assert lineage(policy, "CBRN") == ("CBRN",)
    assert lineage(None, "CBRN-3") == ("CBRN-3",)
    assert lineage_at(board("2.2").view, "CBRN-3") == ("CBRN-3", "CBRN")


@pytest.mark.parametrize("version", ["2.0", "2.2", "3.0", "3.4"])
def test_every_shipped_version_can_be_what_is_in_force(version: str) -> None:
    assert governing(board(version).view) is not None


STEPS = st.lists(st.sampled_from(["publish", "wait", "note"]), max_size=5)


@settings(max_examples=15, deadline=None)
@given(STEPS, st.integers(0, 40))
def test_the_answer_hangs_on_what_stands_on_the_record_alone(steps: list[str], asked: int) -> None:
    """Property: for every prefix the answer at its bound is that of a ledger that stops there."""
    story = board()
    decide(story, A_TEXT, "1", "2025-09-10")
    answers: dict[int, Any] = {}
    at = midnight(f"2025-09-{1 + asked % 30:02d}")
    for step in steps:
        if step == "publish":
            publish(story, A_TEXT, f"p-{len(answers)}")
        elif step == "note":
            story.given("note", {"text": "x"}, RSO)
        else:
            story.on(f"2025-09-{min(29, 2 + int(story.world.now[8:10])):02d}")
        answers[story.register.size] = in_force(story.register.below(story.register.size), at=at)
    for size, answer in answers.items():
        assert in_force(story.register.below(size), at=at) == answer


def test_a_correction_of_a_publication_changes_no_answer_that_was_known_before_it() -> None:
    """It was public on 10 November only: known from the correction on, and the old answer stays as it was known."""
    story = board()
    adopt(story, A_TEXT)
    story.on("2025-11-20")
    before, at = story.world.now, midnight("2025-11-05")
    told = story.view.of_type("publication.recorded")[0]
    data = {
        "discovered_at": before,
        "discovered_by": "p-rso",
        "effects": [],
        "field_path": "/published_at",
        "how": "read off the archive",
        "is": midnight("2025-11-10"),
        "kind": "factual",
        "material": True,
        "republish": [],
        "was": told.data["published_at"],
    }
    story.given("correct-entry", data, SECRETARY, corrects=told.id)
    assert in_force(story.register.at(known_at=before), at=at) == "2.3"
    assert in_force(story.view, at=at) == "2.2"
    assert in_force(story.view) == "2.3"
    assert "EFFECT_BEFORE_PUBLICATION" in [x.code for x in findings(story.view)]
