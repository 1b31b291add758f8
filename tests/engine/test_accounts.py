"""Accounts: who decided, on what, how far from the line (DOMAIN §11, question 2)."""

from __future__ import annotations

import pytest

from ledger.engine.accounts import account
from tests.engine.heron import decide, founded, open_
from tests.given import ASSESSOR
from tests.subjects.test_determinations import correct, elicitation, result


def test_1_a_state_names_the_entry_behind_it_or_none() -> None:
    story = founded()
    fact = decide(story, "heron-4", "CBRN-3", "not_shown")
    found = {x.state.threshold: x for x in account(story.view, "heron-4")}
    assert (found["CBRN-3"].entry, found["CBRN-3"].by) == (fact.index, (("p-ceo", "CEO"), ("p-rso", "RSO")))
    assert (found["CBRN-4"].entry, found["CBRN-4"].by) == (None, ())


def test_an_account_has_the_elicitation_and_the_dissent() -> None:
    story = founded()
    id_ = open_(story, "heron-4", ["CBRN-3"])
    stated = story.given("state-elicitation", elicitation(assessment_id=id_), ASSESSOR)
    made = decide(story, "heron-4", "CBRN-3", "not_shown", assessment_id=id_)
    dissent = {"event": made.id, "by": "p-assessor", "text": "too early"}
    disagreed = story.given("record-dissent", dissent, ASSESSOR)
    (found,) = [x for x in account(story.view, "heron-4") if x.state.threshold == "CBRN-3"]
    assert (found.assessment, found.elicitation, found.dissent) == (id_, stated, (disagreed,))


@pytest.mark.parametrize(
    ("value", "distance", "crossed"),
    [
        ("0.46", "-0.04", False),
        ("0.50", "+0.00", True),
        ("0.5000000000000000000001", "+0.0000000000000000000001", True),
    ],
)
def test_2_the_distance_is_exact_and_crossing_is_computed(value: str, distance: str, crossed: bool) -> None:
    story = founded()
    id_ = open_(story, "heron-4", ["CBRN-3"])
    fact = story.given("record-result", result(value, "yellow", assessment_id=id_), ASSESSOR)
    decide(story, "heron-4", "CBRN-3", "not_shown", assessment_id=id_)
    correct(story, fact, "/line/kind", "yellow", "red")
    (found,) = [x for x in account(story.view, "heron-4") if x.state.threshold == "CBRN-3"]
    (measured,) = found.results
    assert (measured.distance, measured.crossed, measured.red) == (distance, crossed, True)
