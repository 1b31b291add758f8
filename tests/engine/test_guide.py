"""The guide: what the gate misses, as commands in order; nothing missing is one form and its signatures."""

from __future__ import annotations

import pytest

from ledger.engine.guide import DECISIONS, PATHS, RELEASE, SMALL, Ahead, ahead, signers
from ledger.engine.verdict import Question
from ledger.policy.words import Action
from ledger.subjects.registry import COMMANDS
from tests.engine.gates import opened, share_all
from tests.engine.heron import assess, end, inherit, measured, open_, submit
from tests.given import Story

OUTCOMES = {"CBRN-3": "below", "MODEL-AUTONOMY": "checkpoint_not_reached"}


def asked(story: Story, model: str = "heron-4") -> Ahead:
    return ahead(story.view, Question(Action.DEPLOY, model, "general"))


def commands(story: Story, model: str = "heron-4") -> list[tuple[str, ...]]:
    return [step.commands for step in asked(story, model).steps]


def test_1_a_small_model_takes_over_what_was_decided() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "1.2")
    assert commands(story, "heron-3.5")[0] == SMALL


def test_2_a_small_model_that_inherits_is_one_form_with_its_signatures() -> None:
    story = opened()
    measured(story, "heron-3.5", "heron-3", "1.2")
    assert inherit(story, "heron-3.5", "heron-3", "1.2") == []
    share_all(story)
    assert asked(story, "heron-3.5").verdict.permitted
    assert commands(story, "heron-3.5") == [(RELEASE,)]
    assert signers(story.view, RELEASE) == "CEO and RSO [6.1]"


def test_1_a_model_that_grew_too_far_needs_an_assessment_of_its_own() -> None:
    story = opened()
    measured(story, "heron-4", "heron-3", "4.41")
    assert commands(story)[0] == PATHS["capability"]


def test_3_of_an_open_assessment_only_what_it_lacks_is_asked_for() -> None:
    story = opened()
    measured(story, "heron-4", "heron-3", "4.41")
    id_ = open_(story, "heron-4", list(OUTCOMES))
    assert commands(story)[0] == PATHS["capability"][1:]
    end(story, id_)
    assert "end-testing" not in commands(story)[0]
    submit(story, id_)
    assert commands(story)[0] == ("decide-capability", "share-with-bodies")


def test_1_what_is_decided_and_not_shared_is_to_be_shared() -> None:
    story = opened()
    measured(story, "heron-4", "heron-3", "4.41")
    assess(story, "heron-4", OUTCOMES, ended="2025-03-14", decided="2025-03-20")
    assert commands(story) == [("share-with-bodies",)]
    share_all(story)
    assert commands(story) == [(RELEASE,)]


def test_1_a_missing_standard_comes_before_sharing() -> None:
    story = opened()
    measured(story, "heron-4", "heron-3", "4.41")
    outcomes = OUTCOMES | {"CBRN-3": "not_shown"}
    assess(story, "heron-4", outcomes, ended="2025-03-14", decided="2025-03-20")
    found = commands(story)
    assert PATHS["safeguard"][:-1] in found
    assert found[-1] == ("share-with-bodies",)


@pytest.mark.parametrize("version", ["1.0", "2.2", "3.4"])
def test_4_those_whom_the_policy_names_sign(version: str) -> None:
    view = opened(version).view
    assert "CEO" in (signers(view, "decide-capability") or "")
    assert signers(view, "propose-policy")
    assert signers(view, "open-assessment") is None


def test_every_command_of_the_guide_can_be_recorded() -> None:
    named = {x for path in PATHS.values() for x in path} | {RELEASE, *SMALL}
    assert named <= set(COMMANDS)
    assert set(PATHS) == set(DECISIONS)
