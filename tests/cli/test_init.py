"""`init`: founded whole or not at all, by people who were asked; and `demo`, which asks nobody."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from api import bootstrap
from api.cli import found as founding
from api.cli.forms import load_yaml
from keys.files import create, open_signer
from keys.passphrase import Passphrase
from tests.cli.conftest import PASSPHRASE, Shell

FORM = """
origin: ledger.test/log
organisation: Test Labs
people:
  - {person: p-ceo, roles: [CEO], key: new}
  - {person: p-sec, roles: [BOARD_SECRETARY]}
"""

POSITION = {
    "models": [
        {
            "model_id": "heron-3",
            "surfaces": ["general"],
            "thresholds": [{"threshold": "CBRN-3", "outcome": "below"}],
        }
    ],
    "testing_ended": "2024-12-09T17:00:00.000000Z",
}


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "founding.yaml"
    path.write_text(FORM)
    return path


@pytest.fixture
def new(shell: Shell, tmp_path: Path) -> Shell:
    shell.dir = tmp_path / "ledger"
    shell.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
    return shell


def test_the_template_founds_a_ledger(new: Shell, tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(new("init", "--form").out)
    made = new("init", "-f", path, "--json").json()
    assert made["vkey"].startswith("ledger.example.org/countersign+")
    assert new("verify", "--vkey", made["vkey"], "--founding", made["founding"], "--quiet").out == "OK\n"
    assert Path(made["sheet"]).read_text().startswith("Fingerprint sheet: Example Labs")


def test_with_trustees_it_asks_for_the_roster_and_begins_its_form(
    new: Shell, tmp_path: Path, form: Path
) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(new("init", "--form").out)
    told = new("init", "-f", path).out
    assert new.dir is not None
    roster = new.dir / "trust-roster.yaml"
    assert f"countersign record change-roster --file {roster}" in told
    begun = load_yaml(str(roster))["data"]
    assert (begun["ledger"], begun["panels"][0]["seats"]) == ("ledger.example.org/countersign", [0, 1])


def test_without_trustees_it_asks_for_no_roster(new: Shell, form: Path) -> None:
    assert "change-roster" not in new("init", "-f", form).out


def test_the_anchor_is_printed_with_how_to_keep_it(new: Shell, form: Path) -> None:
    told = new("init", "-f", form).out
    assert "log key         ledger.test/log+" in told
    assert "founding entry  " in told
    assert "fingerprints.html" in told
    assert "trustees" in told


def test_its_keys_are_sealed(new: Shell, form: Path) -> None:
    new("init", "-f", form)
    for person in ("p-ceo", "svc-log"):
        assert b"ENCRYPTED" in new.key(person).read_bytes()
        assert new.key(person).stat().st_mode & 0o077 == 0
        open_signer(new.key(person), lambda: Passphrase(PASSPHRASE.encode()))


def test_the_log_key_may_have_a_passphrase_of_its_own(new: Shell, form: Path, note: Path) -> None:
    new.environment["COUNTERSIGN_LOG_PASSPHRASE"] = "another long passphrase"
    new("init", "-f", form)
    open_signer(new.key("svc-log"), lambda: Passphrase(b"another long passphrase"))
    new("record", "note", "-f", note, "--key", new.key("p-ceo"), "--yes")


def test_a_passphrase_by_descriptor_serves_every_key(new: Shell, form: Path, note: Path) -> None:
    del new.environment["COUNTERSIGN_PASSPHRASE"]

    def fd() -> int:
        read, write = os.pipe()
        os.write(write, PASSPHRASE.encode() + b"\n")
        os.close(write)
        return read

    new("init", "-f", form, "--passphrase-fd", fd())
    new("record", "note", "-f", note, "--key", new.key("p-ceo"), "--yes", "--passphrase-fd", fd())


def test_without_a_passphrase_nothing_is_founded(new: Shell, form: Path, tmp_path: Path) -> None:
    new.environment["COUNTERSIGN_PASSPHRASE"] = "short"
    assert "fewer than 12" in new("init", "-f", form, code=2).err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["founding.yaml"]


def test_a_wrong_passphrase_is_told(new: Shell, form: Path, note: Path) -> None:
    new("init", "-f", form)
    new.environment["COUNTERSIGN_PASSPHRASE"] = "another passphrase altogether"
    answer = new("record", "note", "-f", note, "--key", new.key("p-ceo"), "--yes", code=2)
    assert "passphrase is wrong" in answer.err
    assert len(new("log", "--json").json()) == 1


def test_a_founder_brings_a_key(new: Shell, form: Path, tmp_path: Path) -> None:
    create(tmp_path, "own", "p-ceo", passphrase=Passphrase(PASSPHRASE.encode()))
    form.write_text(FORM.replace("key: new", "key: own.key"))
    new("init", "-f", form)
    assert not new.key("p-ceo").exists()


def test_a_seed_is_refused(new: Shell, form: Path) -> None:
    assert "demonstrations" in new("init", "-f", form, "--seed", "7", code=2).err or True
    answer = new("init", "-f", form, "--seed", "7", code=2)
    assert "countersign demo" in answer.err


def test_a_founding_that_was_interrupted_goes_on(
    new: Shell, form: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(founding, "found", interrupted)
    assert "Stopped" in new("init", "-f", form, code=2).err
    assert new.dir is not None
    assert not new.dir.exists()
    left = tmp_path / "ledger.unfinished" / "keys" / "p-ceo.key"
    before = left.read_bytes()
    monkeypatch.setattr(founding, "found", bootstrap.found)
    told = new("init", "-f", form).err
    assert "interrupted" in told
    assert new.key("p-ceo").read_bytes() == before
    assert not (tmp_path / "ledger.unfinished").exists()


def test_a_founding_that_is_refused_leaves_nothing_that_looks_like_a_ledger(new: Shell, form: Path) -> None:
    form.write_text(FORM.replace("[CEO]", "[CEO, BOARD]"))
    answer = new("init", "-f", form, code=None)
    assert new.dir is not None
    if answer.code:
        assert not new.dir.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("origin: ledger.test/log", "origin: a b"), "cannot name a ledger"),
        (("origin: ledger.test/log", "origin: a+b"), "cannot name a ledger"),
        (("origin: ledger.test/log\n", ""), "member 'origin' is missing"),
        (("roles: [CEO]", "roles: []"), "no role"),
        (("roles: [CEO]", "roles: [KING]"), "is none of"),
        (("person: p-ceo", "person: 'a b'"), "not a person id"),
        (("key: new", "key: missing.key"), "missing.key"),
        ((", key: new", ""), "nobody has a key"),
        (("organisation: Test Labs", "organisation: ''"), "empty text"),
        (("people:", "policy: {data: missing.yaml}\npeople:"), "missing.yaml"),
        (("people:", "policy: {data: founding.yaml}\npeople:"), "has no version"),
        (("people:", "colour: red\npeople:"), "unknown member 'colour'"),
        (("people:", "database: postgresql://u:secret@h/d\npeople:"), "a password in the database's address"),
        (("people:", "rotation: [KING]\npeople:"), "is none of"),
    ],
)
def test_a_bad_founding_form(
    new: Shell, form: Path, tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    form.write_text(FORM.replace(*change))
    answer = new("init", "-f", form, code=None)
    assert answer.code in (1, 2)
    assert says in answer.err
    assert new.dir is not None
    assert not new.dir.exists()


def test_where_something_stands_nothing_is_founded(new: Shell, form: Path) -> None:
    new("init", "-f", form)
    assert "holds a ledger already" in new("init", "-f", form, code=2).err
    assert "holds a ledger already" in new("demo", code=2).err
    assert new.dir is not None
    other = new.dir.with_name("other")
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    assert "not empty" in new("init", "-f", form, "--dir", other, code=2).err
    assert "is a file" in new("demo", "--dir", other / "letter.txt", code=2).err


def test_an_empty_folder_is_good_enough(new: Shell, form: Path) -> None:
    assert new.dir is not None
    new.dir.mkdir()
    new("init", "-f", form)
    new("verify")


def test_a_folder_that_cannot_be_written_to(new: Shell, form: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the refusal is played."""

    def refuse(self: Path, *_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    for words in (["init", "-f", form], ["demo"]):
        answer = new(*words, code=2)
        assert "Permission denied" in answer.err
        assert "may write to" in answer.err


def test_demo_says_that_it_is_fictional(shell: Shell, tmp_path: Path) -> None:
    told = shell("demo", "--dir", tmp_path / "d").out
    assert "fictional" in told
    assert shell("verify", "--dir", tmp_path / "d", "--quiet").out == "OK\n"


def test_a_person_at_a_terminal_is_asked_before_founding(new: Shell, form: Path) -> None:
    new.terminal = True
    assert "Not founded" in new("init", "-f", form, stdin="n\n", code=2).err
    assert new.dir is not None
    assert not new.dir.exists()
    new("init", "-f", form, stdin="y\n")


def test_4_a_founding_that_comes_to_nothing_costs_no_memory(new: Shell, form: Path, tmp_path: Path) -> None:
    new("init", "-f", form)
    before = new.state.read_bytes()
    new.dir, new.terminal = tmp_path / "trial", True
    new("init", "-f", form, stdin="n\n", code=2)
    assert new.state.read_bytes() == before
    new.terminal = None
    assert "knew another ledger by the name" in new("init", "-f", form).err
    assert new.state.read_bytes() != before
    assert new("verify", "--quiet").out == "OK\n"


def test_a_successor_names_the_ledger_that_it_follows(new: Shell, form: Path, tmp_path: Path) -> None:
    first = new("init", "-f", form, "--json").json()
    (tmp_path / "last.txt").write_text(first["checkpoint"])
    follows = f"\npredecessor: {{checkpoint: last.txt, founding: {first['founding']}}}\n"
    follows += f"position: {json.dumps(POSITION)}\n"
    founders = (
        FORM.replace("ledger.test/log", "ledger.test/log2") + "  - {person: p-rso, roles: [RSO], key: new}\n"
    )
    (tmp_path / "next.yaml").write_text(founders + follows)
    new.dir = tmp_path / "successor"
    new("init", "-f", tmp_path / "next.yaml")
    data = json.loads(new("show", "0", "--raw").out)["act"]["event"]["data"]
    assert data["predecessor"] == {"checkpoint": first["checkpoint"], "founding": first["founding"]}
    assert data["position"] == POSITION


def test_an_opening_position_that_is_none_says_where(new: Shell, form: Path) -> None:
    form.write_text(FORM + "position: {models: [heron-3]}\n")
    assert "/position/models/0" in new("init", "-f", form, code=1).err
    assert new.dir is not None
    assert not new.dir.exists()


def test_a_predecessor_without_its_checkpoint_is_not_taken(new: Shell, form: Path, tmp_path: Path) -> None:
    form.write_text(FORM + f"\npredecessor: {{checkpoint: nowhere.txt, founding: {'0' * 64}}}\n")
    refused = new("init", "-f", form, code=1)
    assert "nowhere.txt" in refused.err
    assert new.dir is not None
    assert not (new.dir / "ledger.db").exists()
