"""Words that the scenarios share beside those of tests/engine and tests/subjects."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ledger.engine.findings import findings
from ledger.engine.states import state
from ledger.policy.shipped import definition
from ledger.register import Fact
from tests.engine.gates import ask, opened, share_all
from tests.engine.heron import assess, measured
from tests.engine.test_gate_thresholds import above
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO, Person
from tests.subjects.test_gates import going

SECURITY, DEPLOYMENT = "ASL-3-SECURITY", "ASL-3-DEPLOYMENT"
NO_SECURITY, NO_DEPLOYMENT = f"SAFEGUARD_MISSING:{SECURITY}", f"SAFEGUARD_MISSING:{DEPLOYMENT}"
BELOW = {"CBRN-3": "below", "MODEL-AUTONOMY": "checkpoint_not_reached"}


def midnight(day: str) -> str:
    return f"{day}T00:00:00.000000Z"


def noon(day: str) -> str:
    return f"{day}T12:00:00.000000Z"


def codes(story: Story, *, as_of: str | None = None, known_at: str | None = None) -> list[str]:
    """The findings of a view, by code; what rests on the opening position is a mark."""
    view = story.register.at(as_of, known_at) if as_of or known_at else story.view
    return [x.code for x in findings(view) if x.code != "RESTS_ON_OPENING_STATEMENT"]


def outcome(story: Story, model: str, threshold: str, **bounds: Any) -> str:
    view = story.register.at(**bounds) if bounds else story.view
    return state(view, model, threshold).outcome


def assessed(version: str = "2.2", mult: str = "4.41", **outcomes: str) -> Story:
    """Heron 4 measured 4.41x Heron 3 and wholly assessed by 2025-03-20 (below, but for what is said), all shared."""
    story = opened(version).on("2025-02-17")
    measured(story, "heron-4", "heron-3", mult)
    named = BELOW | {k.replace("_", "-"): v for k, v in outcomes.items()}
    assess(story, "heron-4", named, ended="2025-03-14", decided="2025-03-20")
    share_all(story)
    return story


def with_line(kind: str = "red") -> dict[str, Any]:
    """The thresholds of 2.2 with the line AUT-50 under MODEL-AUTONOMY."""
    thresholds = deepcopy(definition("rsp-2.2").policy.data["thresholds"])
    line = {"id": "AUT-50", "kind": kind, "metric": "share_of_tasks_passed", "op": ">=", "value": "0.50"}
    for threshold in thresholds:
        if threshold["id"] == "MODEL-AUTONOMY":
            threshold["lines"] = [line]
    return {"thresholds": thresholds}


def put_out(story: Story, model: str = "heron-4", surface: str = "general") -> Fact:
    """A go, and the deployment under it."""
    story.given("decide-gate", going(story, model, surface), CEO, RSO)
    data = {"model_id": model, "surface": surface, "at": story.world.now}
    return story.given("record-deployment", data, RSO)


def deployed(story: Story, model: str = "heron-4", surface: str = "general", **members: Any) -> Fact:
    at = members.get("effective_at", story.world.now)
    return story.given("record-deployment", {"model_id": model, "surface": surface, "at": at}, RSO, **members)


def unbitten(story: Story) -> Story:
    """Overdue duties of the policy block no deployment: not what the story is about."""
    story.given(
        "change-setting", {"setting": "bite", "was": "on", "is": "off", "why": "a story of its own"}, CEO, RSO
    )
    return story


def revoke(story: Story, model: str, threshold: str, *, anew: bool = True) -> Fact:
    data = {
        "model_id": model,
        "threshold": threshold,
        "reason": "under-elicited",
        "new_assessment_required": anew,
    }
    return story.given("revoke-determination", data, CEO, RSO)


def corrected(
    story: Story, fact: Fact, path: str, was: Any, is_: Any, *by: Person, kind: str = "factual"
) -> Fact:
    """A material correction."""
    data = {
        "discovered_at": story.world.now,
        "discovered_by": "p-rso",
        "effects": [],
        "field_path": path,
        "how": "read again",
        "is": is_,
        "kind": kind,
        "material": True,
        "republish": [],
        "was": was,
    }
    return story.given("correct-entry", data, *(by or (ASSESSOR,)), corrects=fact.id)


__all__ = [
    "BELOW",
    "DEPLOYMENT",
    "NO_DEPLOYMENT",
    "NO_SECURITY",
    "SECURITY",
    "above",
    "ask",
    "assessed",
    "codes",
    "corrected",
    "deployed",
    "midnight",
    "noon",
    "opened",
    "outcome",
    "put_out",
    "revoke",
    "unbitten",
    "with_line",
]
