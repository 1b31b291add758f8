"""``python -m ledger.verify``. Numbers are those of ledger/verify/__main__.py and verify.py."""

import contextlib
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.verify.__main__ import main
from tests.kit import World, witness, write_files

Printed = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def world() -> World:
    world = World(witnesses=(witness("w1"),))
    world.found()
    world.note()
    world.secret_note(opened=False)
    return world


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    world.write_tiles(folder / "tiles")
    world.write_bundle(folder / "bundle.zip")
    (folder / "db").mkdir()
    world.write_database(folder / "db" / "record.db")
    files = {
        "vkey": f"{world.vkey}\n".encode(),
        "sheet": f"Log key of {world.origin}:\n   {world.vkey}\nkeep this\n".encode(),
        "earlier": world.checkpoint(2).encode(),
        "policy": f"witness W1 {witness('w1').vkey}\nquorum W1\n".encode(),
    }
    return write_files(folder, files)


def run(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ledger.verify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.mark.parametrize("name", ["tiles", "bundle.zip", "db", "db/record.db"])
def test_everything_that_can_be_verified(folder: Path, world: World, name: str, capsys: Printed) -> None:
    arguments = [str(folder / name), "--vkey", str(folder / "vkey"), "--founding", world.founding_hash]
    arguments += ["--earlier", str(folder / "earlier"), "--policy", str(folder / "policy"), "--jobs", "2"]
    assert main([*arguments, "--quiet"]) == 0
    assert capsys.readouterr().out == "OK_WITH_WITHHELD\n"
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("OK_WITH_WITHHELD   Nothing contradicts this record")
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "OK_WITH_WITHHELD"


@pytest.mark.parametrize("given", ["vkey", "sheet", "text"])
def test_a_key_is_a_file_or_text(folder: Path, world: World, given: str, capsys: Printed) -> None:
    vkey = world.vkey if given == "text" else str(folder / given)
    main([str(folder / "tiles"), "--vkey", vkey, "--json"])
    assert json.loads(capsys.readouterr().out)["anchored"] is True


def test_disclosures_may_be_brought(world: World, tmp_path: Path, capsys: Printed) -> None:
    from tests.kit import disclosure_lines

    mine = World()
    mine.found()
    mine.secret_note()
    opened, mine.opened = mine.opened, []
    mine.write_tiles(tmp_path / "tiles")
    (tmp_path / "d").write_bytes(disclosure_lines(opened))
    assert main([str(tmp_path / "tiles"), "--quiet"]) == 0
    assert main([str(tmp_path / "tiles"), "--quiet", "--disclosures", str(tmp_path / "d")]) == 0
    assert main([str(tmp_path / "tiles"), "--quiet", "--disclosures", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().out == "OK_WITH_WITHHELD\nOK\nNOT_RUN\n"


def test_what_is_found_is_exit_1(folder: Path, capsys: Printed) -> None:
    assert main([str(folder / "tiles"), "--founding", "0" * 64, "--quiet"]) == 1
    assert main([str(folder / "tiles"), "--max-age", "1d", "--quiet"]) == 1
    assert capsys.readouterr().out == "BROKEN_AT 0\nSTALE\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere"],
        ["."],
        ["setup.cfg\0"],
        ["{tiles}", "--vkey", "nowhere"],
        ["{tiles}", "--vkey", "{earlier}"],
        ["{tiles}", "--vkey", "name+00000000+AAAA"],
        ["{tiles}", "--founding", "xyz"],
        ["{tiles}", "--earlier", "nowhere"],
        ["{tiles}", "--policy", "{earlier}"],
        ["{tiles}", "--max-age", "soon"],
        ["{tiles}", "--resume", "/nowhere/at/all"],
        ["{vkey}"],
    ],
)
def test_2_wrong_arguments_are_exit_2_with_a_sentence(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    capsys: Printed,
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {name: str(folder / name) for name in ("tiles", "earlier", "vkey")}
    assert main([a.format(**names) for a in arguments]) == 2
    out = capsys.readouterr().out
    assert out.startswith("NOT_RUN   ")
    assert len(out.splitlines()) == 2


def test_2_unknown_options_are_exit_2(capsys: Printed) -> None:
    for arguments in (["--what"], []):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_1_nothing_but_the_report_on_stdout_and_nothing_on_stderr(folder: Path) -> None:
    done = run(folder / "tiles", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    json.loads(done.stdout)


def test_1_progress_shows_only_where_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.verify.__main__ import _Progress

    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        progress = _Progress()
        progress("hashing", 1, 2)
        progress._next = 0
        progress("hashing", 2, 2)
        progress.end()
    shown = b""
    with contextlib.suppress(OSError):  # the end of a pseudo-terminal
        while part := os.read(master, 1000):
            shown += part
    os.close(master)
    assert shown == b"\rhashing 2 of 2\x1b[K\r\x1b[K"


def test_main_takes_an_interruption_as_an_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    from ledger.verify import __main__ as module

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "verify", interrupted)
    assert main([str(folder / "tiles")]) == 2
    assert "interrupted" in capsys.readouterr().out


def test_verify_4_without_cryptography_it_does_not_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ledger.verify.verify import verify

    for name in [name for name in sys.modules if name.startswith("keys")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    monkeypatch.delattr("keys.check", raising=False)
    report = verify(str(folder / "tiles"))
    assert report.words == "NOT_RUN"
    assert "pip install cryptography" in report.advice


def test_the_readers_now_is_the_clocks() -> None:
    """Only --max-age asks for it."""
    from argparse import Namespace
    from datetime import UTC, datetime

    from ledger.verify.__main__ import read_asked

    options = Namespace(
        vkey=None, founding=None, earlier=[], policy=None, max_age="2w", disclosures=None, jobs=0, resume=None
    )
    asked = read_asked(options)
    assert abs((datetime.now(UTC) - asked.now).total_seconds()) < 60
    assert asked.max_age is not None
    assert asked.max_age.days == 14
    assert asked.jobs >= 1
