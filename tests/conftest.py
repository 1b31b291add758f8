"""What holds for every test: how hypothesis searches, and that CI takes no excuse.

1. A test that needs a browser, a database or foreign software may skip on a laptop; with CI=true it must fail instead.
2. Hypothesis must not fail on a slow machine's clock, and in CI must search the same examples for everybody.
"""

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures.browser import browser

__all__ = ["browser"]

NO_EXCUSE = ("browser", "postgres", "conformance")

settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("house"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "house")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("CI") and any(item.get_closest_marker(mark) for mark in NO_EXCUSE):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{reason}: a laptop may lack this, CI must have it"
    return report
