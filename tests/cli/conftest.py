"""The command line as its users meet it: real ledgers, real keys, real exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli.call import Call, system_clock
from api.cli.root import countersign
from api.demo.stage import ORIGIN
from api.settings import Settings
from tests.fixtures.story import demonstrate

PASSPHRASE = "correct horse battery staple"


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str
    raw: bytes

    def json(self) -> Any:
        return json.loads(self.out)

    def reasons(self) -> list[dict[str, Any]]:
        """The reasons of an error told with --json."""
        reasons: list[dict[str, Any]] = self.json()["error"]["reasons"]
        return reasons


@dataclass
class Shell:
    """One person at one machine: an environment of their own, a clock, perhaps a terminal."""

    state: Path
    dir: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    clock: Callable[[], str] = system_clock
    terminal: bool | None = None

    def __call__(self, *words: object, stdin: str | bytes | None = None, code: int | None = 0) -> Answer:
        """Run a command; `code` is what it must exit with (None: whatever)."""
        environment = {"COUNTERSIGN_STATE": str(self.state), **self.environment}
        if self.dir is not None:
            environment["COUNTERSIGN_DIR"] = str(self.dir)
        call = Call(environment=environment, clock=self.clock, terminal=self.terminal)
        result = CliRunner().invoke(countersign, [str(w) for w in words], obj=call, input=stdin)
        answer = Answer(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)
        told = f"{words}\n{answer.out}\n{answer.err}"
        assert "Traceback" not in answer.out + answer.err, told
        assert result.exception is None or isinstance(result.exception, SystemExit), told
        assert code is None or answer.code == code, f"exit {answer.code}, expected {code}: {told}"
        return answer

    def key(self, person: str) -> Path:
        """The key file of somebody in this shell's ledger."""
        assert self.dir is not None
        return self.dir / "keys" / f"{person}.key"


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration ledger to copy from, never to be written to."""
    folder = tmp_path_factory.mktemp("demonstration") / "demo"
    demonstrate(Settings(folder, ORIGIN), b"cli")
    return folder


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A machine that knows no ledger yet."""
    return Shell(tmp_path / "state" / "heads.json")


@pytest.fixture
def demo(tmp_path: Path, demonstration: Path, shell: Shell) -> Shell:
    """A machine in front of a demonstration ledger of its own."""
    shell.dir = tmp_path / "demo"
    shutil.copytree(demonstration, shell.dir)
    return shell


@pytest.fixture
def note(tmp_path: Path) -> Path:
    """The form of a note."""
    path = tmp_path / "note.yaml"
    path.write_text("data:\n  text: Drill held.\n")
    return path


@pytest.fixture
def appointment(tmp_path: Path) -> Path:
    """The form of an appointment, and the resolution that it rests on."""
    (tmp_path / "resolution.txt").write_text("The Board appoints p-new.\n")
    path = tmp_path / "appoint.yaml"
    path.write_text(
        "data: {person: p-new, role: ASSESSOR, from: 2026-01-01T00:00:00.000000Z, instrument: resolution.txt}\n"
        "evidence: [{file: resolution.txt, title: Board resolution, source: internal}]\n"
    )
    return path
