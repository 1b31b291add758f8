"""The last word: under any of a threshold's names, the latest counts, and nothing imported does."""

from __future__ import annotations

from dataclasses import replace

from ledger.engine.decided import last_word, names, settled, successors, words
from tests.engine.heron import decide, founded
from tests.kit import CEO, RSO

REVOKED = {"model_id": "heron-4", "threshold": "CBRN-3", "reason": "x", "new_assessment_required": False}


def test_1_a_threshold_is_known_by_its_older_name_and_goes_on_under_its_newer_one() -> None:
    view, without = founded("2.2").view, founded(None).view
    assert names(view, "CBRN-3") == ("CBRN-3", "CBRN")
    assert names(view, "MODEL-AUTONOMY") == names(without, "MODEL-AUTONOMY") == ("MODEL-AUTONOMY",)
    assert successors(view, "CBRN") == ("CBRN", "CBRN-3")
    assert successors(view, "CBRN-3") == successors(without, "CBRN-3") == ("CBRN-3",)


def test_1_what_was_decided_under_the_older_name_is_found_under_both() -> None:
    story = founded("2.0")
    fact = decide(story, "heron-4", "CBRN", "reached")
    assert last_word(story.view, "heron-4", ("CBRN-3", "CBRN")) == fact
    assert last_word(story.view, "heron-4", ("CBRN-3",)) is None


def test_2_the_latest_word_counts_and_a_revoked_one_revives_nothing() -> None:
    story = founded()
    decide(story, "heron-4", "CBRN-3", "reached")
    decide(story, "heron-4", "CBRN-3", "not_shown")
    revoked = story.given("revoke-determination", REVOKED, CEO, RSO)
    assert last_word(story.view, "heron-4", ("CBRN-3",)) == revoked
    assert len(words(story.view, "heron-4", ("CBRN-3",))) == 3
    assert not settled(story.view, "heron-4", ("CBRN-3",), 0)


def test_3_what_was_imported_never_counts() -> None:
    story = founded()
    fact = decide(story, "heron-4", "CBRN-3", "reached")
    imported = replace(fact, imported=object())  # type: ignore[arg-type]
    story.register.by_subject["determination/heron-4"] = [imported]
    assert last_word(story.view, "heron-4", ("CBRN-3",)) is None


def test_2_a_provisional_decision_unsettles_nothing_that_two_have_settled() -> None:
    story = founded()
    decide(story, "heron-4", "CBRN-3", "not_shown")
    decide(story, "heron-4", "CBRN-3", "reached", provisional=True)
    assert settled(story.view, "heron-4", ("CBRN-3",), 0)
    story.given("revoke-determination", REVOKED, CEO, RSO)
    decide(story, "heron-4", "CBRN-3", "reached", provisional=True)
    assert not settled(story.view, "heron-4", ("CBRN-3",), 0)
