"""The browser client's formats, asked from Python. Without Node these tests are skipped, in CI they fail."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import build_client


class Bridge:
    """The client in Node: one request a line, one answer a line (api/client/test/answer.ts)."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def raw(self, op: str, **ask: Any) -> dict[str, Any]:
        """The whole answer, ``ok`` or ``error``."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"op": op, **ask}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def ask(self, op: str, **ask: Any) -> Any:
        """What the client says; an error of it fails the test."""
        answer = self.raw(op, **ask)
        assert "ok" in answer, answer
        return answer["ok"]

    def refuses(self, op: str, **ask: Any) -> bool:
        """True when the client refuses in one of its two ways; a crash fails the test."""
        answer = self.raw(op, **ask)
        assert "ok" in answer or answer["error"] in ("Malformed", "CannotOpen"), answer
        return "error" in answer


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path]:
    """How to run node, and where the client's tests are built."""
    out = tmp_path_factory.mktemp("client")
    try:
        return build_client.build_tests(out), out
    except (OSError, subprocess.CalledProcessError) as e:
        pytest.skip(f"the browser client cannot be built here: {e}")


@pytest.fixture(scope="session")
def client(built: tuple[list[str], Path]) -> Iterator[Bridge]:
    """The client, listening."""
    node, out = built
    command = [*node, str(out / "answer.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Bridge(process)
        process.terminate()
