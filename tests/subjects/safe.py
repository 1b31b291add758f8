"""Safeguards in a few words: assessed, reported and decided, for the tests of what rests on them."""

from __future__ import annotations

from typing import Any

from ledger.engine.in_force import governing
from ledger.register import Fact
from tests.given import ASSESSOR, CISO, Story
from tests.kit import CEO, RSO

ALL = ["*"]
PAPER = "sha256:" + "d" * 64


def scope(models: list[str] = ALL, surfaces: list[str] = ALL, environments: Any = ()) -> dict[str, Any]:
    return {"environments": list(environments), "models": models, "surfaces": surfaces}


def criteria(story: Story, standard: str, **met: str) -> list[dict[str, Any]]:
    """Every criterion of a standard, met but where `met` says otherwise."""
    policy = governing(story.view)
    found = policy.standard(standard) if policy else None
    return (
        [{"id": c.id, "met": met.get(c.id, "yes"), "evidence": []} for c in found.criteria] if found else []
    )


def assess(story: Story, standard: str, where: dict[str, Any], **met: str) -> Fact:
    data = {"standard": standard, "scope": where, "criteria": criteria(story, standard, **met)}
    return story.given("assess-safeguard", data, ASSESSOR)


def report(standard: str, digest: str = PAPER) -> dict[str, Any]:
    return {
        "report": "safeguards",
        "standard": standard,
        "digest": digest,
        "parts_present": [],
        "recommendation": "satisfied",
    }


def deciding(standard: str, where: dict[str, Any], outcome: str = "satisfied", **more: Any) -> dict[str, Any]:
    paper = {"report_digest": PAPER} if outcome == "satisfied" else {}
    return {"standard": standard, "scope": where, "outcome": outcome} | paper | more


def satisfy(story: Story, standard: str, where: dict[str, Any] | None = None, **more: Any) -> Fact:
    """A standard assessed, reported and decided satisfied."""
    where = where or scope()
    assess(story, standard, where)
    story.given("submit-report", report(standard), CISO)
    return story.given("decide-safeguard", deciding(standard, where, **more), CEO, RSO)


def case(case_id: str, ground: str = "control") -> dict[str, Any]:
    top = {"node_id": "c1", "kind": "claim", "ground": ground, "status": "supported", "text": "It holds."}
    return {"case_id": case_id, "nodes": [top]}
