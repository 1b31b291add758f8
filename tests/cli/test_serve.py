"""`serve` and `run` as processes of their own, and a person at a real terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from api.cli.run import ANCHOR
from api.cli.serve import listen
from api.desk.session import read_known
from tests.cli.conftest import Shell

ROOT = Path(__file__).parents[2]
MAIN = [sys.executable, "-c", "from api.cli import main; main()"]
PATIENCE = 60


@contextmanager
def running(shell: Shell, *words: object) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on until it is stopped; its output goes to a file beside the state."""
    shell.state.parent.mkdir(parents=True, exist_ok=True)
    with (shell.state.parent / "output").open("w") as output:
        process = subprocess.Popen(
            [*MAIN, *map(str, words)],
            cwd=ROOT,
            env={**os.environ, "COUNTERSIGN_STATE": str(shell.state)},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()


def await_office(shell: Shell, folder: Path, process: subprocess.Popen[str]) -> str:
    """The address that a server announces, once it answers."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        assert process.poll() is None, (shell.state.parent / "output").read_text()
        try:
            url = str(json.loads((folder / "office.json").read_text())["url"])
            with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
                assert answer.status == 200
        except (OSError, ValueError):
            time.sleep(0.1)
        else:
            return url
    raise AssertionError("the server did not answer: " + (shell.state.parent / "output").read_text())


def free_port() -> int:
    with listen("127.0.0.1", 0) as bound:
        return int(bound.getsockname()[1])


def test_commands_go_through_the_server_that_runs(
    demo: Shell, note: Path, appointment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert demo.dir is not None
    demo("publish")
    with running(demo, "serve", "--dir", demo.dir, "--port", "0") as process:
        url = await_office(demo, demo.dir, process)
        with monkeypatch.context() as office_proxy:
            office_proxy.setenv("http_proxy", "http://127.0.0.1:1")
            assert "serves at" in demo("health", "--json").out
        answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
        assert f"Recording through the server at {url}" in answer.err
        assert "Recorded as entry 14" in answer.out

        note.write_text("data: {text: Of the Board.}\nclass: board\nsealed: {detail: Terms.}\n")
        words = ["record", "note", "-f", note, "--key", demo.key("p-d1"), "--yes"]
        assert demo(*words, "--withhold", "--json").json()["index"] == 15
        assert demo("show", "15", "--json").json()["opened"] == {"detail": "Terms."}

        words = ["record", "appoint", "-f", appointment, "--key", demo.key("p-rso"), "--yes", "--json"]
        waiting = demo(*words).json()
        assert (
            demo("sign", waiting["id"], "--key", demo.key("p-sec"), "--yes", "--json").json()["index"] == 16
        )
        again = demo("sign", waiting["id"], "--key", demo.key("p-sec"), "--yes", code=1)
        assert "on the record already" in again.err

        refused = demo(
            "record",
            "appoint",
            "-f",
            appointment,
            "--key",
            demo.key("p-sec"),
            "--as",
            "p-sec",
            "--yes",
            code=None,
        )
        assert refused.code in (0, 1)
        assert "serves this ledger already" in demo("serve", code=2).err
        assert "serves at" in demo("health", "--json").out

        await_published(url, 17)
        held = demo("verify", f"{url}/log", "--json").json()
        assert held["verdict"] == "OK_WITH_WITHHELD"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    assert not (demo.dir / "office.json").exists()
    assert "Traceback" not in (demo.state.parent / "output").read_text()
    assert demo("verify", "--quiet").out == "OK\n"


def await_published(url: str, size: int) -> None:
    """A server publishes along what is recorded, into a site that was published before."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        with urllib.request.urlopen(f"{url}/log/checkpoint", timeout=5) as answer:
            if int(answer.read().decode().split("\n")[1]) >= size:
                return
        time.sleep(0.2)
    raise AssertionError("it was not published")


def test_a_server_that_died_is_named_and_gone_around(demo: Shell, note: Path) -> None:
    assert demo.dir is not None
    dead = f"http://127.0.0.1:{free_port()}"
    for content in (json.dumps({"pid": 1, "url": dead}), "{", '{"url": "gopher://127.0.0.1"}', "[]"):
        (demo.dir / "office.json").write_text(content)
        answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
        assert "does not answer; using the store directly" in answer.err


def test_a_port_that_is_taken(demo: Shell) -> None:
    with listen("127.0.0.1", 0) as bound:
        bound.listen()
        answer = demo("serve", "--port", bound.getsockname()[1], code=2)
    assert "cannot be listened on" in answer.err
    assert "--port" in answer.err
    assert demo.dir is not None
    assert not (demo.dir / "office.json").exists()


def test_run_makes_verifies_and_keeps(shell: Shell, tmp_path: Path) -> None:
    shell.dir = tmp_path / "demonstration"
    told = shell("run", "--no-serve").out
    assert re.search(r"Demonstration \(fictional\): 1\d\d entries, verified: OK", told)
    assert "Public history (transcribed): " in told
    again = shell("run", "--no-serve", "--json").json()
    assert set(again["ledgers"]) == {"demo", "history"}
    for ledger in again["ledgers"].values():
        assert ledger["verdict"] == "OK"
        assert ledger["anchored"]
        assert ledger["founding_pinned"]
    demo, history = shell.dir / "demo", shell.dir / "history"
    assert (
        "H-DEMO"
        in shell("history", "import", "--dir", demo, "--key", demo / "keys" / "p-rso.key", code=1).err
    )
    types = {row["type"] for row in shell("log", "--dir", history, "--json").json()}
    assert types == {"ledger.founded", "history.imported"}
    waiting = shell("docket", "--dir", demo, "--json").json()
    assert [d["expired"] for d in waiting] == [False]


def test_run_does_not_serve_what_does_not_verify(shell: Shell, tmp_path: Path) -> None:
    shell.dir = tmp_path / "demonstration"
    shell("run", "--no-serve")
    anchor = shell.dir / "demo" / ANCHOR
    anchor.write_text(json.dumps(json.loads(anchor.read_text()) | {"founding": "00" * 32}))
    answer = shell("run", code=1)
    assert "BROKEN_AT 0" in answer.out
    assert "http://" not in answer.out


def test_run_serves_both_ledgers(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "demonstration"
    with running(shell, "run", "--dir", folder, "--port", free_port()) as process:
        urls = [await_office(shell, folder / name, process) for name in ("demo", "history")]
        assert len(set(urls)) == 2
        for url in urls:
            with urllib.request.urlopen(f"{url}/", timeout=10) as page:
                assert page.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    output = (shell.state.parent / "output").read_text()
    assert all(url in output for url in urls)
    assert "p-rso.key" in output
    assert not list(folder.glob("*/office.json"))
    assert "Traceback" not in output


@pytest.mark.slow
def test_run_serves_the_intake_of_the_demonstration_too(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "demonstration"
    homes = folder / "demo" / "trustees"
    with running(shell, "run", "--dir", folder, "--port", free_port()) as process:
        ledger = await_office(shell, folder / "demo", process)
        start = time.monotonic()
        while not (homes / "p-t5" / "known.json").exists() and time.monotonic() - start < PATIENCE:
            assert process.poll() is None, (shell.state.parent / "output").read_text()
            time.sleep(0.2)
        known = read_known(homes / "p-t5")
        assert known.source != ledger
        with urllib.request.urlopen(f"{known.source}/", timeout=10) as page:
            assert b"report" in page.read()
        output = (shell.state.parent / "output").read_text()
        assert known.source in output
        shell.environment["COUNTERSIGN_PASSPHRASE"] = "demonstration"
        what = tmp_path / "what.txt"
        what.write_text("The endpoint was switched on.")
        sealed = tmp_path / "letter.sealed"
        shell("report", "--ledger", folder / "demo", "--text", what, "--no-proof", "--out", sealed)
        data = sealed.read_bytes()
        with urllib.request.urlopen(f"{known.source}/items", data, timeout=20) as taken:
            assert taken.status == 201
        assert shell("desk", "fetch", "--home", homes / "p-t1", "--json").json()["alarms"] == []
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(known.source, timeout=5)


def at_terminal(shell: Shell, words: list[object], typed: dict[str, str]) -> tuple[int, str]:
    """Run a command at a terminal of its own; `typed` answers each question once, when it appears."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["COUNTERSIGN_STATE"] = str(shell.state)
        os.chdir(ROOT)
        os.execv(sys.executable, [*MAIN, *map(str, words)])
    shown, deadline = "", time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data.decode()
        for question in [q for q in typed if q in shown]:
            time.sleep(0.2)
            os.write(terminal, typed.pop(question).encode())
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), shown


def test_a_person_reads_types_a_passphrase_and_signs(demo: Shell, tmp_path: Path, note: Path) -> None:
    secret = "a passphrase that nobody sees"
    new = at_terminal(
        demo,
        ["keys", "new", "p-gc", "--out", tmp_path],
        {"New passphrase": secret + "\n", "The same again": secret + "\n"},
    )
    assert new[0] == 0, new[1]
    assert secret not in new[1]
    words = ["keys", "prove", "--key", tmp_path / "p-gc.key", "--dir", demo.dir]
    proved = at_terminal(demo, [*words], {"Passphrase of": "mistyped\n", "Try again": secret + "\n"})
    assert proved[0] == 0, proved[1]
    signers = ["--key", demo.key("p-sec"), "--key", demo.key("p-rso")]
    demo("record", "register-key", "-f", tmp_path / "p-gc.reg.json", *signers, "--yes")
    words = ["record", "note", "-f", note, "--key", tmp_path / "p-gc.key", "--dir", demo.dir]
    declined = at_terminal(demo, [*words], {"Sign this?": "\n"})
    assert declined[0] == 2
    signed = at_terminal(demo, [*words], {"Sign this?": "y\n", "Passphrase of p-gc.key": secret + "\n"})
    assert signed[0] == 0, signed[1]
    assert "Recorded as entry 15" in signed[1]
    assert secret not in signed[1]


def test_a_long_log_goes_through_the_pager(demo: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "head -2")
    monkeypatch.setenv("LINES", "10")
    code, shown = at_terminal(demo, ["log", "--dir", demo.dir], {})
    assert code == 0
    assert "ledger.founded" in shown
    assert "Yearly review" not in shown


def test_what_takes_long_shows_a_bar(demo: Shell) -> None:
    script = (
        "import time\nfrom api.cli.screen import Screen\nwith Screen().watch('Reading the record', 10, lambda: 5):\n"
        "    time.sleep(4)\nprint('done')"
    )
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-c", script])
    shown = b""
    with suppress(OSError):
        while data := os.read(terminal, 65536):
            shown += data
    os.waitpid(pid, 0)
    os.close(terminal)
    assert b"Reading the record" in shown
    assert b"50%" in shown


def test_sockets_are_closed() -> None:
    with listen("127.0.0.1", 0) as bound:
        assert isinstance(bound, socket.socket)
    assert bound.fileno() == -1
