"""Exceptions in a gate: an active one lowers a standard, a proposed one says what it lacks (DOMAIN §5.8)."""

from __future__ import annotations

from tests.adoption import BYLAWS, vote
from tests.engine.gates import ask, share_all
from tests.engine.test_gate_thresholds import above
from tests.given import Story
from tests.kit import CEO, RSO, SECRETARY
from tests.subjects import safe
from tests.subjects.test_exceptions import (
    TEXT,
    acknowledged,
    committed,
    consulted,
    named,
    proposal,
    published,
)

SECURITY, DEPLOYMENT = "ASL-3-SECURITY", "ASL-3-DEPLOYMENT"
ENDS = {"review_by": "2025-05-01", "ends_on": "2025-09-01"}


def asked() -> Story:
    """Heron 4 is not shown to be below, ASL-3 Security is satisfied, ASL-3 Deployment is not; lowering is proposed."""
    story = above()
    safe.satisfy(story, SECURITY)
    share_all(story)
    for setting, value in BYLAWS.items():
        story.given("change-setting", {"setting": setting, "is": value, "why": "bylaws"}, CEO, RSO)
    story.given("propose-exception", proposal(models=["heron-4"], **ENDS), CEO, RSO)
    return story


def test_a_proposed_exception_says_what_it_lacks_beside_the_denial_that_it_would_cure() -> None:
    story = asked()
    verdict = ask(story, "deploy")
    assert "EXCEPTION_INCOMPLETE" in verdict.denials()
    assert f"SAFEGUARD_MISSING:{DEPLOYMENT}" in verdict.denials()
    why = next(r.why for r in verdict.reasons if r.code == "EXCEPTION_INCOMPLETE")
    assert why.endswith("board resolution, consultation, published text, acknowledgement, advocacy")


def test_a_proposed_exception_never_stands_alone_and_not_for_another_model() -> None:
    story = asked()
    assert "EXCEPTION_INCOMPLETE" not in ask(story, "store").denials()
    assert "EXCEPTION_INCOMPLETE" not in ask(story, "deploy", "heron-5").denials()
    story.given("withdraw-exception", named(reason="the LTBT was not asked"), CEO)
    assert "EXCEPTION_INCOMPLETE" not in ask(story, "deploy").denials()


def test_an_active_exception_puts_the_lower_standard_in_place_and_marks_the_verdict() -> None:
    story = asked()
    consulted(story)
    vote(story, TEXT)
    story.given("approve-exception", named(resolution_id="r-1"), SECRETARY)
    published(story, TEXT, "p-text")
    acknowledged(story)
    assert "EXCEPTION_INCOMPLETE" in ask(story, "deploy").denials()
    committed(story)
    verdict = ask(story, "deploy")
    assert f"SAFEGUARD_MISSING:{DEPLOYMENT}" not in verdict.denials()
    assert "EXCEPTION_INCOMPLETE" not in verdict.denials()
    assert "under_exception" in verdict.marks
    story.on("2025-09-02")
    assert f"SAFEGUARD_MISSING:{DEPLOYMENT}" in ask(story, "deploy").denials()
