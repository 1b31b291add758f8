"""The one-file verifier. Numbers are those of tools/make_pyz.py."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from ledger.verify.pool import FEW_TO_READ
from tests.kit import World
from tests.verify.big import write_database

ROOT = Path(__file__).parents[2]


def build(target: Path) -> bytes:
    subprocess.run([sys.executable, ROOT / "tools" / "make_pyz.py", target], check=True, capture_output=True)
    return target.read_bytes()


@pytest.fixture(scope="module")
def pyz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("pyz") / "countersign-verify.pyz"
    build(target)
    return target


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python in which nothing is installed, least of all this project."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=True)
    return folder


def site(bare: Path) -> Path:
    (found,) = (bare / "lib").glob("python3*/site-packages")
    return found


@pytest.fixture(scope="module")
def with_cryptography(bare: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with cryptography alone."""
    folder = tmp_path_factory.mktemp("with-cryptography")
    venv.create(folder, with_pip=False, symlinks=True)
    for name in ("cryptography", "cffi", "_cffi_backend"):
        spec = find_spec(name)
        if spec is not None and spec.origin is not None:
            origin = Path(spec.origin)
            origin = origin.parent if origin.name == "__init__.py" else origin
            (site(folder) / origin.name).symlink_to(origin)
    return folder


def run(python: Path, pyz: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(python / "bin" / "python"), "-I", "-W", "error", str(pyz), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=python)


def test_1_two_builds_are_the_same_bytes(pyz: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "again.pyz") == pyz.read_bytes()
    assert str(ROOT).encode() not in pyz.read_bytes()


def test_2_it_holds_what_the_verifier_needs_and_nothing_else(pyz: Path) -> None:
    with zipfile.ZipFile(pyz) as archive:
        names = archive.namelist()
    allowed = re.compile(
        r"__main__\.py|ledger/(__init__|errors)\.py|ledger/(record|verify)/\w+\.py|keys/__init__\.py|keys/check/\w+\.py"
    )
    assert names == sorted(names)
    assert [name for name in names if not allowed.fullmatch(name)] == []
    assert {"ledger/verify/verify.py", "ledger/record/roll.py", "keys/check/curves.py"} <= set(names)


def test_it_verifies_where_only_cryptography_is_installed(
    pyz: Path, with_cryptography: Path, tmp_path: Path
) -> None:
    world = World()
    world.found()
    world.secret_note(opened=False)
    arguments = ("--vkey", world.vkey, "--founding", world.founding_hash, "--json", "--jobs", "2")
    for place in (
        world.write_tiles(tmp_path / "tiles"),
        world.write_bundle(tmp_path / "bundle.zip"),
        world.write_database(tmp_path / "record.db"),
    ):
        done = run(with_cryptography, pyz, place, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        report = json.loads(done.stdout)
        assert (report["verdict"], report["anchored"]) == ("OK_WITH_WITHHELD", True)
        assert report["claims"][11]["state"] == "not checked"


def test_it_says_what_is_missing_where_cryptography_is_not_installed(
    pyz: Path, bare: Path, tmp_path: Path
) -> None:
    world = World()
    world.found()
    done = run(bare, pyz, world.write_tiles(tmp_path / "tiles"))
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("NOT_RUN   signatures cannot be checked: No module named 'cryptography'")
    assert "python -m pip install cryptography" in done.stdout


def test_it_works_in_several_processes(pyz: Path, with_cryptography: Path, tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    world = write_database(path, FEW_TO_READ + 100, "x")
    done = run(with_cryptography, pyz, path, "--vkey", world.vkey, "--jobs", "2", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "OK\n", "")
