"""`serve intake` as a process of its own, beside a ledger that knows its key."""

import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from api.bootstrap import LogKey, open_house
from api.cli.serve_intake import mirror
from api.demo import CAST, ORIGIN, Clock, Dice, Stage, new_key, unsealed_signer
from api.settings import Settings
from intake import directory, envelope, receipt
from ledger.record.canonical import encode
from ledger.record.founding import LOG_SERVICE
from ledger.subjects.rosters import held
from tests.cli.conftest import Shell
from tests.cli.test_serve import running
from tests.client.test_page import found, hand_in, words_back, write
from tests.web.conftest import browser

__all__ = ["browser"]


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
