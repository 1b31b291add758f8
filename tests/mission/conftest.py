"""A demonstration with its trustees' machines, made once: five passphrases are stretched, which takes seconds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.bootstrap import open_house
from api.demo import ORIGIN, demonstrate
from api.demo_channel import machines
from api.desk.session import Known
from api.settings import Settings
from tests.cli.conftest import Shell, shell
from tests.mission.mission import Mission, mission

__all__ = ["shell"]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration, never to be written to."""
    folder = tmp_path_factory.mktemp("mission") / "demo"
    demonstrate(Settings(folder, ORIGIN), b"mission")
    return folder


@pytest.fixture(scope="session")
def manned(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with five machines."""
    folder = tmp_path_factory.mktemp("manned") / "demo"
    shutil.copytree(made, folder)
    with open_house(Settings(folder, ORIGIN)) as house:
        machines(folder, house.office.catch_up().at(), Known("A" * 43, "."))
    return folder


@pytest.fixture
def whole(manned: Path, tmp_path: Path, shell: Shell) -> Iterator[Mission]:
    """Everything that the mission needs."""
    folder = tmp_path / "demo"
    shutil.copytree(manned, folder)
    with mission(folder, shell) as one:
        yield one


@pytest.fixture
def alone(made: Path, tmp_path: Path, shell: Shell) -> Iterator[Mission]:
    """A ledger and an intake, without trustees' machines."""
    folder = tmp_path / "demo"
    shutil.copytree(made, folder)
    with mission(folder, shell, trustees=False) as one:
        yield one
