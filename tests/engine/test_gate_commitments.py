"""A missed commitment that blocks denies a gate, in every style and for new deployments only (DOMAIN §4.14, §5, §9)."""

from __future__ import annotations

import pytest

from ledger.engine.gate import evaluate
from ledger.engine.verdict import Question
from ledger.policy.words import Action
from tests.given import Story
from tests.kit import INSTRUMENT, RSO
from tests.subjects.test_commitments import BYLAWS, FULFILLED, made


def reasons(story: Story, action: str) -> dict[str, tuple[str, str]]:
    question = Question(Action(action), "heron-4", "general" if action == "deploy" else None)
    return {r.code: (r.rule, str(r.enforce)) for r in evaluate(story.view, question).reasons}


@pytest.mark.parametrize(("effect", "action"), [("blocks_deploy", "deploy"), ("blocks_train", "train")])
def test_commitment_missed_raised_for_the_action_that_it_blocks(effect: str, action: str) -> None:
    story = Story("2.2", settings=BYLAWS).on("2025-07-15")
    story.given("make-commitment", made(effect_if_missed=effect, source="R22-C-AUDIT"), RSO)
    assert "COMMITMENT_MISSED" not in reasons(story, action)
    story.on("2025-10-01").given("note", {"text": "a day later"}, RSO)
    assert reasons(story, action)["COMMITMENT_MISSED"] == ("R22-C-AUDIT", "deny")
    other = "train" if action == "deploy" else "deploy"
    assert "COMMITMENT_MISSED" not in reasons(story, other)


def test_commitment_missed_not_raised_once_it_is_met_late() -> None:
    story = Story("2.2", settings=BYLAWS).on("2025-07-15")
    story.given("make-commitment", made(), RSO)
    story.on("2025-10-01").given("note", {"text": "a day later"}, RSO)
    assert reasons(story, "deploy")["COMMITMENT_MISSED"] == ("house", "deny")
    story.given("fulfil-commitment", FULFILLED, RSO, evidence=[INSTRUMENT])
    assert "COMMITMENT_MISSED" not in reasons(story, "deploy")
