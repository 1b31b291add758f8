"""The floor of publicity where the data decide: what is public at once may not be withheld (DOMAIN §10)."""

from __future__ import annotations

from typing import Any

import pytest

from keys import check
from ledger.engine.in_force import in_force
from ledger.judge import judge
from ledger.record.act import make_act
from ledger.record.event import event_of
from ledger.subjects.registry import COMMANDS
from tests.engine.test_republication import DIGEST, correction
from tests.given import Story
from tests.kit import RSO


def withheld(story: Story, command: str, data: dict[str, Any], **members: Any) -> list[str]:
    """Rules by which it is refused when it is withheld, for the Board's eyes only."""
    kind = COMMANDS[command]
    made = {"policy": in_force(story.view), "class_": "board"} | members
    event = story.world.event(kind.type, data, RSO, **made)
    event["stream"] = kind.stream(story.view, event_of(event, ""))
    act = make_act(event, [story.world.signature(event, RSO, kind.statement)])
    return [r.rule for r in judge(story.view, act, story.world.tick(), check, withheld=True)]


@pytest.fixture
def story() -> Story:
    return Story("2.2").on("2025-07-21")


@pytest.mark.parametrize(("surface", "rules"), [("general", ["E-WITHHELD"]), ("limited_partner", [])])
def test_a_general_deployment_is_never_withheld(story: Story, surface: str, rules: list[str]) -> None:
    seen = {"model_id": "heron-4", "surface": surface, "at": "2025-07-21T09:00:00.000000Z"}
    assert withheld(story, "record-deployment", seen) == rules


def test_a_corrected_publication_is_never_withheld(story: Story) -> None:
    data = {
        "publication_id": "heron-4-summary",
        "corrections": [],
        "digest": DIGEST,
        "url": "https://example.org/heron-4",
        "published_at": "2025-07-21T09:00:00.000000Z",
        "marked_corrected": True,
    }
    assert withheld(story, "correct-publication", data) == ["E-WITHHELD"]


def test_a_correction_of_what_was_published_is_never_withheld(story: Story) -> None:
    secret = story.given("note", {"text": "yellow"}, RSO, class_="board")
    change = correction(secret, field_path="/text", kind="factual", was="yellow", republish=[])
    before = withheld(story, "correct-entry", change, corrects=secret.id)
    published = {
        "publication_id": "heron-4-summary",
        "what": "capability_summary",
        "url": "https://example.org/heron-4",
        "digest": DIGEST,
        "published_at": "2025-07-21T09:00:00.000000Z",
        "covers": [secret.id],
        "stated": [],
    }
    story.given("record-publication", published, RSO)
    after = withheld(story, "correct-entry", change, corrects=secret.id)
    assert after.count("E-WITHHELD") == before.count("E-WITHHELD") + 1
