"""docs/http.md is true: every route stands there with an example, and the examples answer as they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.http import problems
from api.http.body import Limits
from tests.http.door import Door

DOCS = Path(__file__).parents[2] / "docs" / "http.md"
TEXT = DOCS.read_text(encoding="utf-8")
SECTION = re.compile(r"^### (GET|POST|DELETE) (\S+)\n\n```http\n(\w+) (\S+)\n(\d+) ?(\S*)\n", re.MULTILINE)
EXAMPLES = SECTION.findall(TEXT)


def routes(route: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every (method, path) that an application answers, included routers and all."""
    context = getattr(route, "effective_route_contexts", None)
    if context is not None:
        for inner in context():
            yield from routes(inner, prefix)
        return
    for method in sorted(getattr(route, "methods", None) or ()):
        if method not in ("HEAD", "OPTIONS"):
            yield method, prefix + route.path.replace(":path}", "}")


def test_every_route_is_documented(reading: Door) -> None:
    served = {found for route in reading.app.routes for found in routes(route)}
    assert len(served) > 30
    assert served == {(method, path) for method, path, *_ in EXAMPLES}


@pytest.mark.parametrize(
    ("method", "path", "status", "media_type"),
    [(m, p, int(s), t) for _, _, m, p, s, t in EXAMPLES if m == "GET"],
)
def test_the_examples_answer_as_they_say(
    reading: Door, method: str, path: str, status: int, media_type: str
) -> None:
    answer = reading.stranger.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"].partition(";")[0] == media_type


def test_every_problem_is_documented() -> None:
    listed = set(re.findall(r"^\| `(/problems/[\w-]+)` \| (\d+) \|", TEXT, re.MULTILINE))
    assert listed == {(kind.type, str(kind.status)) for kind in problems.KINDS}


def test_the_limits_are_documented() -> None:
    limits = Limits()
    assert f"{limits.body:,} bytes" in TEXT
    assert f"within {limits.seconds} seconds" in TEXT
    assert f"at most {limits.drafts:,} drafts" in TEXT
