"""Whose signature could still help, where people hold several roles."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import PASSPHRASE, Shell

FORM = """
origin: small.test/log
organisation: Small Labs
people:
  - {person: p-1, roles: [CEO, GENERAL_COUNSEL], key: new}
  - {person: p-2, roles: [RSO, BOARD_SECRETARY], key: new}
  - {person: p-3, roles: [DIRECTOR], key: new}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small house in which two persons hold two roles each, and a key that is to be registered."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "founding.yaml").write_text(FORM)
    shell = Shell(folder / "heads.json", folder / "ledger", {"COUNTERSIGN_PASSPHRASE": PASSPHRASE})
    shell("init", "-f", folder / "founding.yaml")
    shell("keys", "new", "p-9", "--out", folder)
    shell("keys", "prove", "--key", folder / "p-9.key")
    return folder


@pytest.fixture
def small(tmp_path: Path, house: Path) -> Shell:
    """The small house, to be written to."""
    shutil.copytree(house, tmp_path / "small")
    state, ledger = tmp_path / "small" / "heads.json", tmp_path / "small" / "ledger"
    return Shell(state, ledger, {"COUNTERSIGN_PASSPHRASE": PASSPHRASE})


@pytest.fixture
def registration(house: Path) -> Path:
    """The form that registers the new key."""
    return house / "p-9.reg.json"


def test_a_role_must_be_said_where_several_are_held(small: Shell, note: Path) -> None:
    answer = small("record", "note", "-f", note, "--key", small.key("p-1"), "--yes", code=2)
    assert "p-1 holds CEO and GENERAL_COUNSEL" in answer.err
    assert "--role CEO" in answer.err
    small("record", "note", "-f", note, "--key", small.key("p-1"), "--role", "CEO", "--yes")


def test_every_role_that_helps_is_named(small: Shell, registration: Path) -> None:
    words = [
        "record",
        "register-key",
        "-f",
        registration,
        "--key",
        small.key("p-2"),
        "--role",
        "BOARD_SECRETARY",
    ]
    waiting = small(*words, "--yes", "--json").json()
    assert ["p-1", "CEO"] in waiting["must_sign"]
    assert ["p-1", "GENERAL_COUNSEL"] in waiting["must_sign"]
    assert not any(person == "p-3" for person, _ in waiting["can_sign"])
    assert small("sign", "--key", small.key("p-1"), "--role", "CEO", "--yes", "--json").json()["recorded"]


def test_roles_of_several_signers_at_once(small: Shell, registration: Path) -> None:
    keys = ["--key", small.key("p-2"), "--key", small.key("p-1")]
    roles = ["--role", "BOARD_SECRETARY", "--role", "GENERAL_COUNSEL"]
    done = small("record", "register-key", "-f", registration, *keys, *roles, "--yes", "--json").json()
    assert done["recorded"]


def test_the_actor_signs_in_the_role_of_the_draft(small: Shell, registration: Path) -> None:
    words = [
        "record",
        "register-key",
        "-f",
        registration,
        "--as",
        "p-2",
        "--role",
        "BOARD_SECRETARY",
        "--json",
    ]
    waiting = small(*words).json()
    assert ["p-2", "BOARD_SECRETARY"] in waiting["must_sign"]
    small("sign", waiting["id"], "--key", small.key("p-2"), "--yes")
    assert small("sign", "--key", small.key("p-1"), "--role", "CEO", "--yes", "--json").json()["recorded"]


def test_one_person_in_two_roles_is_never_two_persons(small: Shell, registration: Path) -> None:
    keys = ["--key", small.key("p-1"), "--key", small.key("p-1")]
    answer = small("record", "register-key", "-f", registration, *keys, "--role", "CEO", "--yes", code=2)
    assert "One person signs once" in answer.err
