"""Sealing in Chromium: a report to five seats, the first time and then, beside plain HPKE to one."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from api.web.reporter import File
from tests.benchmarks.harness import Row
from tests.client.server import make_app, make_intake
from tests.fixtures.browser import chromium
from tests.http.live import live
from tools.build_client import build_tests

PAGE = b'<!doctype html><html lang="en"><title>bench</title><script type="module" src="/bench.js"></script></html>'
VISITS, ROUNDS = 5, 15


def rows() -> Iterator[Row]:
    """Each visit is a fresh page, so its first seal is a cold one."""
    with tempfile.TemporaryDirectory() as folder:
        build_tests(Path(folder))
        script = (Path(folder) / "bench.js").read_bytes()
    extra = {"/bench": File(PAGE, "text/html"), "/bench.js": File(script, "text/javascript")}
    took: list[dict[str, Any]] = []
    with live(make_app(make_intake(), extra)) as url, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium())
        for _ in range(VISITS):
            with browser.new_context() as context:
                page = context.new_page()
                page.goto(f"{url}/bench")
                took.append(page.evaluate(f"bench({ROUNDS})"))
        browser.close()
    plain = statistics.median(ms for visit in took for ms in visit["plain"]) / 1000
    warm = statistics.median(ms for visit in took for ms in visit["warm"]) / 1000
    cold = statistics.median(visit["cold"] for visit in took) / 1000
    name = "Chromium: words, seal a report to five seats"
    yield Row(
        f"{name}, first in a visit", cold, plain, "report", note="beside plain HPKE to one; asked: under 1 s"
    )
    yield Row(f"{name}, then", warm, plain, "report", note="asked: under 100 ms")
