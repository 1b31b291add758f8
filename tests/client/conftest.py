"""The browser client's formats, asked from Python. Without Node these tests are skipped, in CI they fail."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.fixtures.browser import chromium
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


@pytest.fixture(scope="session")
def chromium_without_wasm(browser: Browser) -> Iterator[Browser]:
    """As hardened browsers are: without a just-in-time compiler there is no WebAssembly either."""
    made = browser.browser_type.launch(executable_path=chromium(), args=["--js-flags=--jitless"])
    yield made
    made.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, as the package brings it along."""
    pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
