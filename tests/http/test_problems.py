"""Errors have one shape, whatever goes wrong, and say nothing that they must not."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from api.http import problems
from api.http.answers import SECURITY
from ledger import errors
from tests.http.door import Door

MEMBERS = {"type", "title", "status", "detail", "where", "rule", "cure", "refusals"}


def check(answer: Any) -> dict[str, Any]:
    """Every error answer is application/problem+json with exactly these members (RFC 9457)."""
    assert answer.headers["content-type"] == "application/problem+json"
    members: dict[str, Any] = answer.json()
    assert set(members) == MEMBERS
    assert members["status"] == answer.status_code
    assert members["type"] in {kind.type for kind in problems.KINDS}
    assert all(set(r) == {"rule", "reason", "cure"} for r in members["refusals"])
    assert "Traceback" not in answer.text
    for name in SECURITY:
        assert name in answer.headers
    return members


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/api/v1/entries/14", 404),
        ("GET", "/api/v1/entries/-1", 400),
        ("GET", "/api/v1/entries/01", 400),
        ("GET", "/api/v1/entries/9007199254740992", 400),
        ("GET", "/api/v1/entries/99999999999999999999999", 400),
        ("GET", "/api/v1/entries?limit=0", 400),
        ("GET", "/api/v1/entries?limit=101", 400),
        ("GET", "/api/v1/entries?after=1e3", 400),
        ("GET", "/api/v1/entries?after=1_0", 400),
        ("GET", "/api/v1/entries?known_at=2025-02-30", 400),
        ("GET", "/api/v1/entries?known_at=20250228", 400),
        ("GET", "/api/v1/entries?type=%00", 400),
        ("GET", "/api/v1/consistency", 400),
        ("GET", "/api/v1/consistency?from=9&to=3", 404),
        ("GET", "/api/v1/consistency?from=0&to=99", 404),
        ("GET", "/api/v1/docket/nonsense", 400),
        ("GET", "/api/v1/docket/01KDQ7TF700YQFY404FD0X18KZ", 404),
        ("DELETE", "/api/v1/docket/01KDQ7TF700YQFY404FD0X18KZ", 403),
        ("PUT", "/api/v1/acts", 405),
        ("TRACE", "/api/v1/docket", 405),
        ("POST", "/api/v1/acts", 415),
    ],
)
def test_every_error_has_one_shape(reading: Door, method: str, path: str, status: int) -> None:
    """Must 1 of api/http/problems.py."""
    answer = reading.stranger.request(method, path)
    assert answer.status_code == status
    check(answer)
    if status == 405:
        assert "POST" in answer.headers["allow"]


def test_a_broken_handler_says_nothing_of_itself(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Must 2 of api/http/problems.py."""

    def broken(*_: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(type(door.app.state.public), "view", broken)
    from starlette.testclient import TestClient

    answer = TestClient(door.app, raise_server_exceptions=False).get("/api/v1/entries")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    check(answer)


def test_every_error_of_the_ledger_has_a_row() -> None:
    """Must 3 of api/http/problems.py."""
    classes = [
        x for _, x in inspect.getmembers(errors, inspect.isclass) if issubclass(x, errors.CountersignError)
    ]
    assert {x for x in classes if x not in problems.TABLE} == {errors.CountersignError}
    assert problems.problem(errors.CountersignError("?"))["status"] == 500


def test_trouble_of_the_store_is_told_to_the_operator_only(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise errors.StoreUnavailable("disk full: the ledger's own file", "free some space")

    monkeypatch.setattr(type(door.house.store), "checkpoint", broken)
    told, untold = (x.get("/api/v1/checkpoint") for x in (door.operator, door.stranger))
    assert check(told)["detail"].startswith("disk full")
    assert "disk" not in str(check(untold))
    assert untold.headers["retry-after"] == "1"


def test_security_headers_are_on_everything(reading: Door) -> None:
    """Must 1 of api/http/answers.py."""
    for path in ("/healthz", "/api/v1/entries", "/api/v1/checkpoint", "/api/v1/entries/0/leaf", "/"):
        answer = reading.stranger.get(path)
        for name, value in SECURITY.items():
            assert answer.headers[name] == value
        assert reading.stranger.head(path).content == b""


def test_health_tells_a_late_clock_and_a_restored_store(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Must 1 of api/http/health.py."""
    assert door.stranger.get("/healthz").json()["status"] == "ok"
    monkeypatch.setattr(door.house.office, "clock", lambda: "2025-12-29T08:00:00.000000Z")
    late = door.stranger.get("/healthz").json()
    assert (late["status"], late["clock_behind"], late["restored"]) == ("attention", True, False)
    monkeypatch.undo()
    with door.house.store.transaction() as c:
        c.execute("INSERT INTO state VALUES (?, ?)", ("restored", "from a backup"))
    restored = door.stranger.get("/healthz").json()
    assert (restored["status"], restored["restored"]) == ("attention", True)
