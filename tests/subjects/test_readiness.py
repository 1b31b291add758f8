"""Readiness forecasts against the models' own (DOMAIN §10)."""

from __future__ import annotations

from typing import Any

from ledger.subjects.readiness import readiness
from tests.given import ASSESSOR, CISO, Story
from tests.subjects.test_determinations import opening


def forecast(**members: Any) -> dict[str, Any]:
    return {
        "standard": "ASL-3-SECURITY",
        "expected_by": "2025-05-31",
        "gaps": ["audits"],
        "owner": "CISO",
    } | members


def test_1_the_newest_forecast_counts_and_is_late_past_the_models_horizon() -> None:
    story = Story("2.2").on("2025-02-17")
    story.given("forecast-readiness", forecast(expected_by="2025-12-31"), CISO)
    (one,) = readiness(story.view)
    assert (one.needed_by, one.late) == (None, False)
    story.given("open-assessment", opening(), ASSESSOR)
    stated = {"assessment_id": "a-heron-4", "horizon": "2025-08-17", "text": "below until then"}
    story.given("state-forecast", stated, ASSESSOR)
    (one,) = readiness(story.view)
    assert (one.needed_by, one.late) == ("2025-08-17", True)
    story.given("forecast-readiness", forecast(), CISO)
    (one,) = readiness(story.view)
    assert (one.forecast.data["expected_by"], one.late) == ("2025-05-31", False)
