"""Levels, checkpoints, red lines, splits: what a threshold is when several rules speak (DOMAIN §4.4, §5.3, §5.4)."""

from __future__ import annotations

import pytest

from ledger.register import Fact
from tests.engine.gates import share_all
from tests.engine.heron import assess, decide, end, measured, open_, submit
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO
from tests.scenarios.story import (
    NO_DEPLOYMENT,
    NO_SECURITY,
    SECURITY,
    above,
    ask,
    assessed,
    codes,
    corrected,
    noon,
    opened,
    outcome,
    with_line,
)
from tests.subjects import safe
from tests.subjects.test_determinations import decision, result


def tried(story: Story, value: str, kind: str = "red", id_: str = "a-heron-4") -> Fact:
    line = {"id": "AUT-50", "kind": kind, "op": ">=", "value": "0.50"}
    data = result(value, line=line, threshold="MODEL-AUTONOMY", assessment_id=id_)
    return story.given("record-result", data, ASSESSOR)


def test_levels_nest_and_the_next_one_is_open_as_soon_as_the_lower_is_not_below() -> None:
    story = assessed()
    assert outcome(story, "heron-4", "CBRN-4") == "below"
    decide(story, "heron-4", "CBRN-3", "not_shown")
    assert outcome(story, "heron-4", "CBRN-4") == "undetermined"
    assert "FOLLOW_UP_MISSING" in ask(story, "deploy").denials()
    assert "FOLLOW_UP_MISSING" in ask(story, "store").flags()


def test_just_below_is_below_for_gates_and_for_the_next_level() -> None:
    story = assessed(CBRN_3="just_below")
    assert outcome(story, "heron-4", "CBRN-4") == "below"
    assert ask(story, "deploy").permitted


def test_reaching_the_checkpoint_asks_for_a_word_on_what_it_ruled_out() -> None:
    story = assessed()
    assert outcome(story, "heron-4", "AI-RND-4") == "below"
    decide(story, "heron-4", "MODEL-AUTONOMY", "checkpoint_reached")
    share_all(story)
    assert outcome(story, "heron-4", "AI-RND-4") == "undetermined"
    assert ask(story, "deploy").denials() == ["NO_COVERING_ASSESSMENT"]
    assert ask(story, "store").permitted
    assert ask(story, "train").permitted


def test_one_hand_stops_and_two_with_a_report_go_on() -> None:
    story = assessed()
    data = decision("not_shown", provisional=True)
    stricter = {k: v for k, v in data.items() if k not in ("assessment_id", "report_digest")}
    story.given("decide-capability", stricter, RSO)
    share_all(story)
    assert set(ask(story, "deploy").denials()) == {"FOLLOW_UP_MISSING", NO_DEPLOYMENT, NO_SECURITY}
    milder = decision("below", assessment_id="a-none")
    assert set(story.when("decide-capability", milder, CEO, RSO)) == {"G-DET-1", "G-DET-2"}
    assert outcome(story, "heron-4", "CBRN-3") == "not_shown"


def test_milder_by_one_hand_is_refused() -> None:
    story = opened().on("2025-02-17")
    id_ = open_(story, "heron-4", ["CBRN-3"])
    end(story, id_)
    submit(story, id_)
    assert story.when("decide-capability", decision("below", assessment_id=id_), RSO) != []
    assert story.when("decide-capability", decision("below", assessment_id=id_), CEO, RSO) == []


def test_a_split_counts_as_not_shown() -> None:
    story = assessed()
    positions = [
        {"role": "CEO", "outcome": "below", "reason": "x"},
        {"role": "RSO", "outcome": "not_shown", "reason": "y"},
    ]
    data = {"model_id": "heron-4", "threshold": "CBRN-3", "positions": positions}
    story.given("record-split", data, CEO, RSO)
    assert outcome(story, "heron-4", "CBRN-3") == "not_shown"
    assert {NO_SECURITY, NO_DEPLOYMENT} <= set(ask(story, "deploy").denials())
    assert ask(story, "store").denials() == [NO_SECURITY]


def test_a_crossed_red_line_speaks_over_a_milder_word_and_needs_a_rationale_and_the_board() -> None:
    story = opened(**with_line()).on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    id_ = open_(story, "heron-4", ["CBRN-3", "MODEL-AUTONOMY"])
    tried(story, "0.50", id_=id_)
    end(story.on("2025-03-14"), id_)
    submit(story, id_)
    milder = decision("checkpoint_not_reached", threshold="MODEL-AUTONOMY", assessment_id=id_)
    assert story.when("decide-capability", milder, CEO, RSO) == ["G-DET-3"]
    assert outcome(story, "heron-4", "MODEL-AUTONOMY") == "checkpoint_reached"
    assert "LINE_KIND_MISMATCH" not in codes(story)


def test_a_line_called_yellow_is_a_finding_until_it_is_corrected_and_then_it_decides() -> None:
    story = opened(**with_line()).on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    id_ = open_(story, "heron-4", ["CBRN-3", "MODEL-AUTONOMY"])
    fact = tried(story, "0.46", "yellow", id_)
    assert "LINE_KIND_MISMATCH" in codes(story)
    end(story.on("2025-03-14"), id_)
    submit(story.on("2025-03-20"), id_)
    decide(story, "heron-4", "CBRN-3", "below", assessment_id=id_)
    decide(story, "heron-4", "MODEL-AUTONOMY", "checkpoint_not_reached", assessment_id=id_)
    corrected(story.on("2025-08-08"), fact, "/line/kind", "yellow", "red", ASSESSOR, kind="line_kind")
    assert "LINE_KIND_MISMATCH" not in codes(story)
    assert "LINE_KIND_MISMATCH" in codes(story, known_at=noon("2025-08-01"))
    assert outcome(story, "heron-4", "MODEL-AUTONOMY") == "checkpoint_not_reached"
    corrected(story.on("2025-08-09"), fact, "/result", "0.46", "0.62", ASSESSOR)
    assert outcome(story, "heron-4", "MODEL-AUTONOMY") == "checkpoint_reached"
    assert outcome(story, "heron-4", "AI-RND-4") == "undetermined"
    assert outcome(story, "heron-4", "AI-RND-4", known_at=noon("2025-08-08")) == "below"


def test_what_is_recorded_as_not_crossed_is_computed_again() -> None:
    story = opened(**with_line()).on("2025-02-17")
    id_ = open_(story, "heron-4", ["MODEL-AUTONOMY"])
    tried(story, "0.75", id_=id_)
    assert outcome(story, "heron-4", "MODEL-AUTONOMY") == "checkpoint_reached"


@pytest.mark.parametrize("version", ["2.1", "2.2"])
def test_an_undefined_standard_stands_in_place_of_a_missing_one_and_stops_training_too(version: str) -> None:
    story = above(version)
    safe.satisfy(story, SECURITY)
    decide(story, "heron-4", "CBRN-4", "reached")
    denials = ask(story, "deploy").denials()
    assert {"STANDARD_UNDEFINED:ASL-4-DEPLOYMENT", "STANDARD_UNDEFINED:ASL-4-SECURITY"} <= set(denials)
    assert not any(x.startswith("SAFEGUARD_MISSING:ASL-4") for x in denials)
    assert "FOLLOW_UP_MISSING" not in denials
    assert not ask(story, "train").permitted


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.2"])
def test_security_alone_for_research_and_a_case_where_the_text_says_must(version: str) -> None:
    story = opened(version).on("2025-02-17")
    measured(story, "heron-4", "heron-3", "4.41")
    name, cbrn = ("AI-RND", "CBRN") if version == "2.0" else ("AI-RND-4", "CBRN-3")
    named = {cbrn: "below", "MODEL-AUTONOMY": "checkpoint_reached", name: "reached"}
    assess(story, "heron-4", named, ended="2025-03-14", decided="2025-03-20")
    share_all(story)
    wanted = {"FOLLOW_UP_MISSING", NO_SECURITY}
    if version != "2.0":
        wanted.add("SAFEGUARD_MISSING:AFFIRMATIVE-CASE-MISALIGNMENT")
    assert set(ask(story, "deploy").denials()) == wanted
    assert ask(story, "store").denials() == [NO_SECURITY]


def test_a_threshold_that_the_policy_does_not_have_cannot_be_decided() -> None:
    story = opened("2.2")
    assert "G-DET-4" in story.when("decide-capability", decision("reached", threshold="CBRN"), CEO, RSO)
