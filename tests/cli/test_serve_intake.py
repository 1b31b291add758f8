"""`serve intake` as a process of its own, beside a ledger that knows its key."""

import shutil
import socket
import sqlite3
import stat
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser

from api.bootstrap import LogKey, open_house
from api.cli.serve_intake import mirror
from api.demo.stage import CAST, ORIGIN, Clock, Dice, Stage, new_key, unsealed_signer
from api.settings import Settings
from intake import directory, envelope, receipt
from ledger.record.canonical import encode
from ledger.record.founding import LOG_SERVICE
from ledger.subjects.rosters import held
from tests.cli.conftest import Shell
from tests.cli.test_serve import await_office, running
from tests.client.test_page import found, hand_in, words_back, write


def registered(folder: Path) -> directory.Directory:
    """Give the demonstration a key of svc-intake; its directory of trustees."""
    key, clock = (
        LogKey(ORIGIN, unsealed_signer(folder / "keys", LOG_SERVICE)),
        Clock("2025-12-31T09:00:00.000000Z"),
    )
    with open_house(Settings(folder, ORIGIN), key, clock=clock) as house:
        signers = {person: unsealed_signer(folder / "keys", person) for person, _ in CAST}
        stage = Stage(house, clock, Dice(b"intake"), dict(signers))
        _, data = new_key(stage, folder / "keys", "svc-intake", "svc-intake")
        stage.record("register-key", "p-sec p-rso", {"data": data})
        return directory.read(encode(held(house.office.catch_up().at())[-1].fact.data))


def address(shell: Shell) -> str:
    """The address that the process prints once it serves."""
    output = shell.state.parent / "output"
    for _ in range(600):
        for word in output.read_text().split():
            if word.startswith("http://") and answers(word):
                return word
        time.sleep(0.1)
    raise AssertionError(output.read_text())


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=20):
            return True
    except OSError:
        return False


@pytest.mark.slow
def test_the_intake_takes_a_report_and_leaves_no_line(demo: Shell) -> None:
    assert demo.dir is not None
    trustees = registered(demo.dir)
    with running(demo, "serve", "intake", "--dir", demo.dir, "--port", "0"):
        url = address(demo)
        sealed = envelope.cover(trustees, bytes)
        with urllib.request.urlopen(f"{url}/items", sealed.data, timeout=20) as answer:
            given = receipt.read(answer.read())
        with urllib.request.urlopen(f"{url}/", timeout=20) as page:
            assert b"sealed file" in page.read()
            assert {name.lower() for name in page.headers} >= {"content-security-policy", "referrer-policy"}
            assert not {"etag", "last-modified", "set-cookie", "server"} & {n.lower() for n in page.headers}
    assert given.item == sealed.item
    said = (demo.state.parent / "output").read_text()
    assert "/items" not in said
    assert "127.0.0.1" not in said.replace(url, "")
    assert (demo.dir / "intake" / "intake.db").exists()


TELLING = {
    "User-Agent": "a-telling-browser/77.1",
    "X-Forwarded-For": "203.0.113.77",
    "Forwarded": "for=203.0.113.77",
    "Cookie": "who=a-telling-cookie",
    "Referer": "https://a-telling-page.example/",
    "Accept-Language": "x-telling",
}
SIGNS = (b"telling", b"203.0.113.77", b"127.0.0.1", b"a-telling-query")


@pytest.mark.slow
def test_3_no_file_holds_address_browser_or_a_time_finer_than_an_epoch(demo: Shell) -> None:
    """Visits that say a great deal about themselves, good and bad; then every file of the intake is searched."""
    assert demo.dir is not None
    trustees = registered(demo.dir)
    began = time.time()
    with running(demo, "serve", "intake", "--dir", demo.dir, "--port", "0"):
        url = address(demo)
        for path, body in [
            ("/items", envelope.cover(trustees, bytes).data), ("/items", b"x"), ("/items?a-telling-query=1", b"x"),
            ("/desk", b"x"), ("/", None), ("/nowhere?a-telling-query=1", None), ("/items/1", None), ("/log/vkey", None),
        ]:  # fmt: skip
            asked = urllib.request.Request(url + path, body, TELLING)
            with suppress(HTTPError), urllib.request.urlopen(asked, timeout=20) as answer:
                answer.read()
        files = {p: p.read_bytes() for p in (demo.dir / "intake").iterdir()}
        said = (demo.state.parent / "output").read_bytes().replace(url.encode(), b"")
    assert demo.dir / "intake" / "intake.db" in files
    days = [time.strftime(shape, time.gmtime(began)).encode() for shape in ("%Y-%m-%dT%H", "%Y-%m-%d %H")]
    seconds = str(int(began))[:7].encode()
    for name, data in {**files, demo.state.parent / "output": said}.items():
        assert [sign for sign in (*SIGNS, *days, seconds) if sign in data] == [], name
    with closing(sqlite3.connect(demo.dir / "intake" / "intake.db")) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = {v for t in tables for row in db.execute(f"SELECT * FROM {t}") for v in row}
    assert max(v for v in values if isinstance(v, int)) == int(began // 86_400) + 2
    assert {v for v in values if isinstance(v, str)} <= {"first", "format", "2", str(int(began // 86_400))}


def asked_at(path: Path, request: bytes) -> bytes:
    """What a Unix socket answers."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(20)
        line.connect(str(path))
        line.sendall(request)
        parts = iter(lambda: line.recv(65_536), b"")
        return b"".join(parts)


@pytest.mark.slow
def test_the_trusts_side_serves_it_with_a_ledger_elsewhere_on_a_unix_socket(
    demo: Shell, tmp_path: Path
) -> None:
    """Its own folder holds a key and nothing of the ledger's; what it knows it fetched and checked."""
    assert demo.dir is not None
    trustees = registered(demo.dir)
    demo("publish", "--dir", demo.dir)
    own, door = tmp_path / "trust", tmp_path / "door"
    (own / "keys").mkdir(parents=True)
    for name in ("svc-intake.key", "svc-intake.pub.json"):
        shutil.copy(demo.dir / "keys" / name, own / "keys" / name)
    vkey = (demo.dir / "site" / "vkey").read_text().strip()
    far = Shell(tmp_path / "state", environment=demo.environment)
    words = ("serve", "intake", "--dir", own, "--uds", door, "--vkey", vkey)
    with running(demo, "serve", "--dir", demo.dir, "--port", "0") as ledger:
        url = await_office(demo, demo.dir, ledger)
        with running(far, *words, "--ledger", url):
            for _ in range(600):
                if door.is_socket() and (own / "intake" / "intake.db").exists():
                    break
                time.sleep(0.1)
            time.sleep(1)
            data = envelope.cover(trustees, bytes).data
            head = (
                f"POST /items HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {len(data)}\r\n\r\n"
            )
            answer = asked_at(door, head.encode() + data)
            note = asked_at(door, b"GET /log/checkpoint HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            assert stat.S_IMODE(door.stat().st_mode) == 0o660
    assert answer.startswith(b"HTTP/1.1 201 "), answer
    assert receipt.read(answer.partition(b"\r\n\r\n")[2]).ledger == trustees.ledger
    assert note.startswith(b"HTTP/1.1 200 ")
    assert (own / "intake" / "ledger" / "tile").is_dir()
    assert not (own / "ledger.db").exists()


def test_options_of_the_intake_are_refused_where_they_mean_nothing(demo: Shell) -> None:
    assert demo.dir is not None
    demo("serve", "--dir", demo.dir, "--uds", "x", code=2)
    demo("serve", "intake", "--dir", demo.dir, "--ledger", "http://127.0.0.1:1", code=2)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_browser_files_with_the_served_intake(demo: Shell, browser: Browser) -> None:
    """The page proves roster and key from the mirrored record, seals, and gets its receipt: nothing here is made up."""
    assert demo.dir is not None
    trustees = registered(demo.dir)
    demo("publish", "--dir", demo.dir)
    with running(demo, "serve", "intake", "--dir", demo.dir, "--port", "0"), browser.new_context() as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda m: complaints.append(m.text))
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.goto(address(demo))
        write(page)
        words_back(page)
        given = receipt.read_lines(hand_in(page))
        assert "Too early" in found(page, "check", {"three": given.lines()})
        assert complaints == []
    assert given.ledger == trustees.ledger


def test_the_mirror_shows_nothing_but_the_ledger(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "checkpoint").write_bytes(b"note")
    (tmp_path / "secret").write_bytes(b"no")
    read = mirror(tmp_path / "site")
    assert read("checkpoint") == b"note"
    assert [read(p) for p in ("../secret", "tile/../../secret", "tile/0/000", "", "/etc/passwd")] == [
        None
    ] * 5
