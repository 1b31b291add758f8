"""The command starts quickly, helps without loading anything, and knows what it was told."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.table import TABLE
from tests.cli.conftest import Shell

HEAVY = {
    "fastapi",
    "eventsourcing",
    "psycopg",
    "cryptography",
    "rich",
    "uvicorn",
    "yaml",
    "sqlite3",
    "asyncio",
}
ROOT = Path(__file__).parents[2]


def python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["nonsense"], []])
def test_help_loads_next_to_nothing(words: list[str]) -> None:
    script = (
        "import sys\nfrom api.cli import main\n"
        f"sys.argv = ['countersign', *{words!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    run = python("-c", script)
    loaded = {name.split(".")[0] for name in run.stdout.rpartition("LOADED")[2].split()}
    assert "click" in loaded
    assert loaded & HEAVY == set()


@pytest.mark.parametrize("words", [["record", "--list"], ["record", "note", "--form"]])
def test_forms_print_without_the_store(words: list[str]) -> None:
    script = f"import sys\nsys.argv = ['countersign', *{words!r}]\nfrom api.cli import main\n"
    run = python("-c", script + "try: main()\nexcept SystemExit: pass\nprint('LOADED', *sys.modules)")
    loaded = {name.split(".")[0] for name in run.stdout.rpartition("LOADED")[2].split()}
    assert loaded & {"eventsourcing", "fastapi", "psycopg", "rich"} == set()


def test_completing_a_name_loads_next_to_nothing() -> None:
    script = "import sys\nfrom api.cli import main\ntry: main()\nexcept SystemExit: pass\nprint('LOADED', *sys.modules)"
    run = python(
        "-c", script, _COUNTERSIGN_COMPLETE="bash_complete", COMP_WORDS="countersign ve", COMP_CWORD="1"
    )
    told, _, loaded = run.stdout.rpartition("LOADED")
    assert "verify" in told
    assert {name.split(".")[0] for name in loaded.split()} & HEAVY == set()


def test_help_is_instant() -> None:
    """Well under 0.3 s of work more than Python itself does; the best of five, since machines are shared."""

    def seconds(*words: str) -> float:
        times = []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            python(*words)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(times)

    assert seconds("-c", "from api.cli import main; main()", "--help") - seconds("-c", "pass") < 0.3


def test_help_of_commands_fits_a_line(shell: Shell) -> None:
    for group in ("keys", "docket", "history"):
        assert "...\n" not in shell(group, "--help").out.partition("Commands:")[2]


def test_every_command_is_in_the_help_and_has_its_own(shell: Shell) -> None:
    told = shell("--help").out
    for name in TABLE:
        assert f"\n  {name} " in told
        assert shell(name, "--help").out.startswith(f"Usage: countersign {name}")


def test_an_unknown_command_is_met_with_a_guess(shell: Shell) -> None:
    answer = shell("verfy", code=2)
    assert "Did you mean 'verify'?" in answer.err
    assert answer.out == ""


def test_the_console_script_is_installed() -> None:
    run = subprocess.run(
        [str(Path(sys.executable).with_name("countersign")), "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("countersign 0.")


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: Shell, shell_name: str) -> None:
    assert "_COUNTERSIGN_COMPLETE" in shell("completion", shell_name, "--quiet").out
    assert shell("completion", shell_name, "--json").json()["shell"] == shell_name


def test_a_reader_that_goes_away_is_no_error(demo: Shell) -> None:
    script = f"{sys.executable} -c 'from api.cli import main; main()' log --dir {demo.dir} | head -1"
    run = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {script}"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert run.returncode in (0, 141)
    assert run.stderr == ""
