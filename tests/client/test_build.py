"""The tool chain of the browser client, and the client's own tests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tools import build_client

pytestmark = [pytest.mark.conformance, pytest.mark.slow, pytest.mark.xdist_group("client")]


def test_the_client_passes_its_own_tests(built: tuple[list[str], Path]) -> None:
    node, out = built
    tests = sorted(map(str, out.glob("*.test.mjs")))
    assert tests
    done = subprocess.run([*node, "--test", *tests], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    build_client.build(one)
    build_client.build(other)
    names = sorted(path.name for path in one.iterdir())
    assert names == [build_client.STAMP, "report.css", "report.js"]
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in names)


def test_a_second_build_does_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build_client.build(out)
    before = (out / "report.js").stat().st_mtime_ns
    build_client.build(out)
    assert (out / "report.js").stat().st_mtime_ns == before


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = json.loads((build_client.SOURCES / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert [name for name, p in packages.items() if not p["integrity"].startswith("sha512-")] == []
    assert [name for name, p in packages.items() if "resolved" in p] == []


def test_the_bundle_needs_no_wasm_and_no_eval(tmp_path: Path) -> None:
    build_client.build(tmp_path / "out")
    bundle = (tmp_path / "out" / "report.js").read_text()
    for word in (
        "WebAssembly",
        "eval(",
        "new Function",
        "innerHTML",
        "localStorage",
        "document.cookie",
        "http://",
        "https://",
    ):
        assert word not in bundle.replace("http://www.w3.org/2000/svg", ""), word
