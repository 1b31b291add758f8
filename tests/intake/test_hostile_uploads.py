"""What hostile or unlucky senders bring over a real socket: plain answers, nothing kept (INTAKE §9)."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI

from api.intake.app import Doors, create_app
from intake import mail, receipt, upload
from intake.bucket import Bucket
from intake.epochs import DAY
from ledger.record.roster import MAX_SEATS
from tests.http.live import live
from tests.intake.book import House
from tests.intake.kit import EPOCH, SERVICE, report
from tests.intake.test_app import Page
from tests.intake.test_counter import bundle, stored

MEGABYTE = 1024 * 1024
LONGEST = upload.longest(MAX_SEATS)


@dataclass
class Served:
    house: House
    app: FastAPI
    where: tuple[str, int]
    scratch: Path

    def ask(self, method: str, path: str, body: bytes | Iterator[bytes] = b"") -> tuple[int, str]:
        """Status and text of an answer; an iterator goes out without a length."""
        line = HTTPConnection(*self.where, timeout=30)
        with suppress(BrokenPipeError, ConnectionResetError):  # told before it had sent everything
            line.request(method, path, body, encode_chunked=not isinstance(body, bytes))
        try:
            return plain(line.getresponse())
        finally:
            line.close()

    def untouched(self) -> bool:
        return stored(self.house) == [0, 0, 0] and list(self.scratch.iterdir()) == []


def plain(answer: HTTPResponse) -> tuple[int, str]:
    assert answer.headers["content-type"] in ("text/plain; charset=utf-8", "application/json")
    return answer.status, answer.read().decode()


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    house = House(tmp_path)
    app = create_app(
        Doors(
            house.store,
            house.counter,
            Page,
            lambda path: None,
            lambda: house.today * DAY + 1.0,
            Bucket(1000, 1),
        )
    )
    with live(app) as url:
        parts = urlsplit(url)
        assert parts.hostname
        assert parts.port
        yield Served(house, app, (parts.hostname, parts.port), scratch)
    house.store.close()


def begun(served: Served, path: str, announced: int, part: bytes) -> socket.socket:
    """A request whose body begins, and does not go on."""
    line = socket.create_connection(served.where, timeout=30)
    head = f"POST {path} HTTP/1.1\r\nhost: intake.example\r\ncontent-length: {announced}\r\n\r\n"
    line.sendall(head.encode() + part)
    return line


def told(line: socket.socket) -> tuple[int, str]:
    answer = HTTPResponse(line)
    answer.begin()
    return plain(answer)


@pytest.mark.parametrize("path", ["/items", "/desk"])
def test_a_truncated_body_stores_nothing(served: Served, path: str) -> None:
    data = report().data if path == "/items" else bundle(1, EPOCH).data
    begun(served, path, len(data), data[:-1]).close()
    assert served.ask("POST", path, data[:-1])[0] == 400
    assert served.untouched()


@pytest.mark.parametrize("path", ["/items", "/desk"])
def test_a_body_that_trickles_is_given_up_with_a_sentence(served: Served, path: str) -> None:
    served.app.state.uploads.seconds = served.app.state.bundles.seconds = 0.3
    with begun(served, path, 30_000, b"\x01") as line:
        status, answer = told(line)
    assert (status, answer[-1]) == (408, ".")
    assert (served.app.state.uploads.now, served.app.state.bundles.now) == (0, 0)
    assert served.untouched()


@pytest.mark.parametrize(("path", "most"), [("/items", LONGEST), ("/desk", mail.length(MAX_SEATS))])
@pytest.mark.parametrize("announced", [True, False])
def test_an_oversized_body_is_refused_with_a_sentence_of_its_own(
    served: Served, path: str, most: int, announced: bool
) -> None:
    size = most + 2 * MEGABYTE
    if announced:
        with begun(served, path, size, b"\x01") as line:
            status, answer = told(line)
    else:
        pieces = (bytes(MEGABYTE // 8) for _ in range(8 * size // MEGABYTE + 1))
        status, answer = served.ask("POST", path, pieces)
    assert (status, answer[:20]) == (413, "This is longer than ")
    assert "evidence" not in answer  # that is what a ledger's door would say
    assert served.untouched()


@pytest.mark.parametrize("length", ["-1", "1e9", "99999999999999999999999", "0x10", ""])
def test_a_strange_length_is_refused(served: Served, length: str) -> None:
    with socket.create_connection(served.where, timeout=30) as line:
        line.sendall(f"POST /items HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n".encode())
        assert line.recv(100)[:10] == b"HTTP/1.1 4"
    assert served.untouched()


def test_a_replayed_upload_is_there_once(served: Served) -> None:
    data = report().data
    first = served.ask("POST", "/items", data)
    assert first[0] == 201
    assert receipt.read(first[1].encode()).holds(SERVICE.raw)
    assert {served.ask("POST", "/items", data) for _ in range(5)} == {first}
    assert stored(served.house) == [1, 0, 0]
    assert list(served.scratch.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read as Linux tells it")
def test_memory_stays_bounded_however_much_is_sent(served: Served) -> None:
    def resident() -> int:
        rows = Path("/proc/self/status").read_text().splitlines()
        return next(int(row.split()[1]) // 1024 for row in rows if row.startswith("VmRSS"))

    served.ask("POST", "/items", (bytes(MEGABYTE // 8) for _ in range(200)))
    before = resident()
    for _ in range(6):
        assert served.ask("POST", "/items", (bytes(MEGABYTE // 8) for _ in range(400)))[0] == 413
    lines = [begun(served, "/items", LONGEST, bytes(MEGABYTE)) for _ in range(20)]
    until = time.monotonic() + 10
    while served.app.state.uploads.now < 8 and time.monotonic() < until:
        time.sleep(0.05)
    assert served.app.state.uploads.now == 8
    assert served.ask("POST", "/items", report().data)[0] == 503
    assert resident() - before < 120
    for line in lines:
        line.close()
    while served.app.state.uploads.now and time.monotonic() < until + 10:
        time.sleep(0.05)
    assert served.ask("POST", "/items", report().data)[0] == 201
    assert stored(served.house) == [1, 0, 0]
    assert os.listdir(served.scratch) == []  # noqa: PTH208
