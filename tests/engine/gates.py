"""Gates in a few words: a ledger with its opening position, and questions put to it."""

from __future__ import annotations

from typing import Any

from ledger.engine.gate import evaluate
from ledger.engine.verdict import Question, Verdict
from ledger.policy.words import Action
from ledger.register import Fact
from tests.engine.heron import POSITION, founded
from tests.given import Story
from tests.kit import RSO

BASELINE = [
    {"standard": "ASL-2-SECURITY", "models": ["*"], "surfaces": ["*"]},
    {"standard": "ASL-2-DEPLOYMENT", "models": ["*"], "surfaces": ["*"]},
]


def opened(version: str = "2.2", **changes: Any) -> Story:
    """Heron 3 below everything, and ASL-2 for all models."""
    return founded(version, POSITION | {"standards": BASELINE}, **changes)


def ask(
    story: Story,
    action: str,
    model: str = "heron-4",
    surface: str | None = None,
    *,
    as_of: str | None = None,
    known_at: str | None = None,
    **more: Any,
) -> Verdict:
    view = story.register.at(as_of, known_at) if as_of or known_at else story.view
    where = surface or ("general" if action == "deploy" else None)
    return evaluate(view, Question(Action(action), model, where, **more))


def share(story: Story, *items: Fact | str, bodies: tuple[str, ...] = ("BOARD", "LTBT")) -> Fact:
    named = [x if isinstance(x, str) else x.id for x in items]
    papers = [x.data["report_digest"] for x in items if not isinstance(x, str) and "report_digest" in x.data]
    data = {"bodies": list(bodies), "items": [*named, *papers], "delivered_at": story.world.now}
    return story.given("share-with-bodies", data, RSO)


def share_all(story: Story) -> None:
    """Everything that was decided."""
    types = ("determination.made", "safeguard.decided", "safeguard.reapproved")
    share(story, *(x for type_ in types for x in story.view.of_type(type_)))
