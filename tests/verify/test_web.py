"""Tiles behind an address. Numbers are those of the must-sentences in ledger/verify/web.py."""

import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ledger.verify.place import open_source
from ledger.verify.render import render
from ledger.verify.verify import verify
from tests.kit import World
from tests.verify.memory import asked, failing

Answer = Callable[[BaseHTTPRequestHandler, str], bool]


@pytest.fixture
def world() -> World:
    world = World()
    world.found()
    world.note()
    world.secret_note()
    return world


class Site:
    """A web server over files in memory; `answer` may take a request first."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files, self.asked, self.answer = files, list[str](), None
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.removeprefix("/log/")
                site.asked.append(name)
                if site.answer and site.answer(self, name):
                    return
                data = site.files.get(name)
                self.send_response(404 if data is None else 200)
                self.send_header("Content-Length", str(len(data or b"")))
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/log"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    answer: Answer | None


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    site = Site(world.files())
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_log_behind_an_address_verifies(site: Site, world: World, slash: str) -> None:
    report = verify(site.url + slash, asked(world))
    assert (report.words, report.facts.entries) == ("OK", 3)
    assert len(site.asked) == len(set(site.asked)), "each file is fetched once"


def test_1_a_missing_tile_is_a_finding(site: Site, world: World) -> None:
    del site.files["tile/0/000.p/3"]
    report = verify(site.url, asked(world))
    assert failing(report) == {3: [(0, "tile/0/000.p/3 is missing")]}


def test_1_a_missing_checkpoint_is_a_finding(site: Site, world: World) -> None:
    del site.files["checkpoint"]
    assert verify(site.url, asked(world)).words == "BAD_SIGNATURE"


def test_without_a_checkpoint_nothing_is_said_to_hold(site: Site, world: World) -> None:
    del site.files["checkpoint"]
    report = verify(site.url, asked(world))
    assert {c.state for c in report.claims if c.number != 4} <= {"not checked", "failed"}
    assert "root" not in render(report).split("log key")[0]


@pytest.mark.parametrize(
    "page", [None, b"<!doctype html><title>Ledger</title>"], ids=["nothing", "a web page"]
)
def test_3_an_address_without_a_log_is_the_readers_mistake(
    site: Site, world: World, page: bytes | None
) -> None:
    site.files.clear()
    if page is not None:
        site.files |= dict.fromkeys(("checkpoint", "vkey", "founding"), page)
    report = verify(site.url, asked(world))
    assert (report.words, report.exit_code) == ("NOT_RUN", 2)
    assert report.why == f"nothing at {site.url} looks like a log"
    assert "/log" in report.cure


def test_trouble_is_told_in_plain_words(world: World, tmp_path: Path) -> None:
    missing = verify(str(tmp_path / "none"), asked(world))
    assert missing.why == f"{tmp_path / 'none'} cannot be read: no such file or directory"
    nobody = verify("http://127.0.0.1:9/log", asked(world))
    assert nobody.why.endswith("cannot be fetched: connection refused")


def test_1_a_tile_that_is_gone_is_missing(site: Site, world: World) -> None:
    def gone(request: BaseHTTPRequestHandler, name: str) -> bool:
        if name.startswith("tile/entries"):
            request.send_error(410)
        return name.startswith("tile/entries")

    site.answer = gone
    assert verify(site.url, asked(world)).words == "BROKEN_AT 0"


@pytest.mark.parametrize("code", [400, 401, 403, 418, 429, 500, 503])
def test_1_any_other_answer_says_nothing_of_the_record(site: Site, world: World, code: int) -> None:
    def refuse(request: BaseHTTPRequestHandler, name: str) -> bool:
        if name.startswith("tile/0"):
            request.send_error(code)
        return name.startswith("tile/0")

    site.answer = refuse
    report = verify(site.url, asked(world))
    assert (report.words, report.exit_code) == ("NOT_RUN", 2)
    assert str(code) in report.meaning


def test_1_nobody_there(world: World) -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    assert verify(f"http://127.0.0.1:{port}/log", asked(world)).words == "NOT_RUN"
    assert verify("http://no such host/", asked(world)).words == "NOT_RUN"


def test_1_a_connection_that_breaks_says_nothing_of_the_record(site: Site, world: World) -> None:
    def cut(request: BaseHTTPRequestHandler, name: str) -> bool:
        if name != "checkpoint":
            request.send_response(200)
            request.send_header("Content-Length", "1000")
            request.end_headers()
            request.wfile.write(b"x" * 10)
        return name != "checkpoint"

    site.answer = cut
    assert verify(site.url, asked(world)).words == "NOT_RUN"


def test_2_an_answer_without_end_is_cut(site: Site, world: World) -> None:
    sent = 0

    def endless(request: BaseHTTPRequestHandler, name: str) -> bool:
        nonlocal sent
        if name == "tile/0/000.p/3":
            request.send_response(200)
            request.end_headers()
            try:
                while sent < 1 << 30:
                    sent += request.wfile.write(b"x" * 65536)
            except OSError:
                pass
            return True
        return False

    site.answer = endless
    assert verify(site.url, asked(world)).words == "BROKEN_AT 0"
    assert sent < 1 << 25


def test_3_no_redirect_leads_to_a_file(site: Site, world: World) -> None:
    def redirect(request: BaseHTTPRequestHandler, name: str) -> bool:
        request.send_response(302)
        request.send_header("Location", "fi" + "le:///etc/hostname")
        request.end_headers()
        return True

    site.answer = redirect
    assert verify(site.url, asked(world)).words == "NOT_RUN"


def test_what_was_fetched_is_gone_afterwards(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with closing(open_source(site.url)) as source:
        assert source.checkpoint() is not None
        assert any(tmp_path.iterdir())
    assert not any(tmp_path.iterdir())
    verify(site.url)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["vkey", "founding", "policy.tlog", "disclosures.jsonl"])
def test_a_bucket_says_403_for_what_it_does_not_have(site: Site, world: World, name: str) -> None:
    def refuse(request: BaseHTTPRequestHandler, asked_for: str) -> bool:
        if asked_for == name:
            request.send_error(403)
        return asked_for == name

    site.answer = refuse
    assert verify(site.url, asked(world)).words == (
        "OK_WITH_WITHHELD" if name == "disclosures.jsonl" else "OK"
    )
