"""A real server against clients that mean no good: slow, huge, endless, broken off, garbage."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from api.http.body import Limits
from tests.http.door import Door, open_door, serving
from tests.http.live import live

LIMITS = Limits(body=100_000, seconds=1)
POST = b"POST /api/v1/acts HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"


@pytest.fixture(scope="module")
def server(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("server") / "ledger"
    with open_door(demo, folder, writable=False):
        app, _ = serving(folder, limits=LIMITS)
        with live(app) as url:
            yield url


def talk(url: str, *parts: bytes, pause: float = 0) -> tuple[int, dict[str, str]]:
    """Send parts, then read one answer: its status and its JSON."""
    at = urlsplit(url)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=30) as s:
        for part in parts:
            try:
                s.sendall(part)
            except OSError:
                break  # the server has answered already and closed
            time.sleep(pause)
        data = b""
        while chunk := s.recv(65536):
            data += chunk
            head, blank, body = data.partition(b"\r\n\r\n")
            length = next(
                (int(x.split(b":")[1]) for x in head.split(b"\r\n") if x.startswith(b"content-length")), 0
            )
            if blank and len(body) >= length:
                return int(head.split()[1]), json.loads(body)
    raise AssertionError(f"no whole answer: {data!r}")


def alive(url: str) -> None:
    assert httpx.get(f"{url}/healthz").status_code == 200


def test_a_body_that_trickles_is_given_up(server: str) -> None:
    """Must 2 of api/http/body.py."""
    started = time.monotonic()
    parts = [POST + b"content-length: 90000\r\n\r\n", *[b"{"] * 4]
    status, problem = talk(server, *parts, pause=0.1)
    assert (status, problem["type"]) == (408, "/problems/too-slow")
    assert time.monotonic() - started < 10
    alive(server)


def test_a_body_announced_too_large_is_not_waited_for(server: str) -> None:
    """Must 1 of api/http/body.py."""
    status, problem = talk(server, POST + b"content-length: 100001\r\n\r\n")
    assert (status, problem["type"]) == (413, "/problems/too-large")
    assert talk(server, POST + b"content-length: 99999999999999999999\r\n\r\n")[0] == 413


def test_an_endless_body_is_cut_off(server: str) -> None:
    """Must 1 of api/http/body.py."""
    chunk = b"8000\r\n" + b"[" * 0x8000 + b"\r\n"
    status, problem = talk(server, POST + b"transfer-encoding: chunked\r\n\r\n", *[chunk] * 40)
    assert (status, problem["type"]) == (413, "/problems/too-large")
    alive(server)


def test_a_client_that_leaves_does_no_harm(server: str) -> None:
    at = urlsplit(server)
    for _ in range(20):
        with socket.create_connection((at.hostname or "", at.port or 0)) as s:
            s.sendall(POST + b"content-length: 50000\r\n\r\n{")
    alive(server)


@pytest.mark.parametrize(
    "body",
    [b"\x00" * 1000, b'"' * 1000, b"[" * 99_000, b'{"a":' * 19_000, b"9" * 99_000, bytes(range(256)) * 100],
    ids=["zeros", "quotes", "brackets", "objects", "digits", "bytes"],
)
def test_garbage_is_malformed(server: str, body: bytes) -> None:
    for path in ("acts", "docket", "docket/01KDQ7TF700YQFY404FD0X18KZ/signatures"):
        answer = httpx.post(
            f"{server}/api/v1/{path}", content=body, headers={"content-type": "application/json"}
        )
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")


def test_slow_clients_do_not_keep_others_waiting(demo: Path, tmp_path: Path) -> None:
    """More of them than there are threads, on a server that would wait for them for ten minutes."""
    with open_door(demo, tmp_path / "ledger", writable=False):
        app, _ = serving(tmp_path / "ledger", limits=Limits(body=100_000, seconds=600))
        with live(app) as url:
            answered_beside_slow_clients(url)


def answered_beside_slow_clients(server: str) -> None:
    at = urlsplit(server)
    slow = [socket.create_connection((at.hostname or "", at.port or 0)) for _ in range(60)]
    try:
        for s in slow:
            s.sendall(POST + b"content-length: 90000\r\n\r\n{")
        assert httpx.get(f"{server}/api/v1/entries", timeout=120).status_code == 200
    finally:
        for s in slow:
            s.close()


@pytest.mark.parametrize("path", ["/" + "a" * 60_000, "/api/v1/entries?type=" + "%41" * 20_000])
def test_a_long_address_is_answered(server: str, path: str) -> None:
    assert httpx.get(server + path).status_code in (400, 404)
    alive(server)


def test_an_act_of_the_greatest_size_fits(door: Door) -> None:
    """The default limit leaves room for the largest entry and its disclosures."""
    assert door.app.state.limits.body > 2 * 65_535
