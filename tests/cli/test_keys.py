"""`keys`: made, shown, proved, rotated, backed up; SSH keys through ssh-keygen."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import PASSPHRASE, Shell

ssh_needed = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen here")


@pytest.fixture
def owner(demo: Shell) -> Shell:
    demo.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
    return demo


def test_a_key_is_made_sealed_and_never_over_another(owner: Shell, tmp_path: Path) -> None:
    made = owner("keys", "new", "p-x", "--out", tmp_path, "--json").json()
    assert (tmp_path / "p-x.key").stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in (tmp_path / "p-x.key").read_bytes()
    shown = owner("keys", "show", tmp_path / "p-x.key", "--json").json()
    assert shown["key"] == made["key"]
    assert owner("keys", "show", tmp_path / "p-x.pub.json", "--quiet").out == made["key"] + "\n"
    assert "there already" in owner("keys", "new", "p-x", "--out", tmp_path, code=2).err


@pytest.mark.parametrize("person", ["", "../x", "a b", "x" * 65, "-x"])
def test_a_name_that_nobody_can_have(owner: Shell, tmp_path: Path, person: str) -> None:
    owner("keys", "new", "--out", tmp_path, "--", person, code=2)
    assert not list(tmp_path.glob("*.key"))


def test_keys_on_the_record(owner: Shell) -> None:
    people = {p["person"]: p for p in owner("keys", "list", "--json").json()}
    assert people["svc-log"]["roles"] == ["SERVICE"]
    assert people["p-ciso"]["roles"] == ["CISO"]
    assert [k["revoked"] for k in people["p-ciso"]["keys"]] == [6, None]
    assert "revoked by entry 6" in owner("keys", "list").out


def test_a_key_is_rotated(owner: Shell, note: Path) -> None:
    assert owner.dir is not None
    made = owner("keys", "rotate", "--key", owner.key("p-gc"), "--json").json()
    assert made["file"].endswith("p-gc-2.key")
    told = owner("keys", "rotate", "--key", owner.key("p-gc")).out
    assert "Until the second step the old key counts too." in told
    assert "p-gc-3.key" in told
    signers = ["--key", owner.key("p-sec"), "--key", owner.key("p-rso")]
    owner("record", "register-key", "-f", made["register"], *signers, "--yes")
    owner("record", "revoke-key", "-f", made["revoke"], "--key", made["file"], "--yes")
    assert "S-KEY" in owner("record", "note", "-f", note, "--key", owner.key("p-gc"), "--yes", code=1).err
    owner("record", "note", "-f", note, "--key", made["file"], "--yes")
    assert owner("verify", "--quiet").out == "OK\n"


def test_a_proof_names_ledger_and_person(owner: Shell, tmp_path: Path) -> None:
    owner("keys", "new", "p-x", "--out", tmp_path)
    file = Path(owner("keys", "prove", "--key", tmp_path / "p-x.key", "--quiet").out.strip())
    assert json.loads(file.read_text())["person"] == "p-x"
    other = tmp_path / "other.json"
    owner("keys", "prove", "--key", tmp_path / "p-x.key", "--ledger", "other.example/log", "--out", other)
    signers = ["--key", owner.key("p-sec"), "--key", owner.key("p-rso")]
    answer = owner("record", "register-key", "-f", other, *signers, "--yes", "--json", code=1)
    assert [r["rule"] for r in answer.reasons()] == ["A-POSSESSION"]


def test_a_sealed_key_is_copied_and_an_open_one_is_not(owner: Shell, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    owner("keys", "new", "p-x", "--out", tmp_path)
    owner("keys", "backup", tmp_path / "p-x.key", "--to", stick)
    assert (stick / "p-x.key").read_bytes() == (tmp_path / "p-x.key").read_bytes()
    assert (stick / "p-x.key").stat().st_mode & 0o777 == 0o600
    assert owner("keys", "show", stick / "p-x.key").out
    assert "never replaces" in owner("keys", "backup", tmp_path / "p-x.key", "--to", stick, code=2).err
    assert "sealed" in owner("keys", "backup", owner.key("p-rso"), "--to", stick, code=2).err
    assert "no folder" in owner("keys", "backup", tmp_path / "p-x.key", "--to", tmp_path / "none", code=2).err


def test_the_sheet(owner: Shell, tmp_path: Path) -> None:
    told = owner("keys", "sheet").out
    assert told.startswith("Fingerprint sheet: Quillmere Labs")
    owner("keys", "sheet", "--out", tmp_path)
    assert (tmp_path / "fingerprints.html").read_text().startswith("<!doctype html>")
    assert owner("keys", "sheet", "--quiet").out.strip() in (
        tmp_path / "fingerprints.txt"
    ).read_text().replace(" ", "").replace("\n", "")


@ssh_needed
def test_an_ssh_key_signs(owner: Shell, tmp_path: Path, note: Path) -> None:
    file = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
    made = owner("keys", "new", "p-gc", "--ssh", file, "--out", tmp_path, "--json").json()
    assert made["kind"] == "sshsig"
    shown = owner("keys", "show", file, "--json").json()
    assert shown["key"] == made["key"]
    owner("keys", "prove", "--key", file, "--person", "p-gc", "--out", tmp_path / "reg.json")
    signers = ["--key", owner.key("p-sec"), "--key", owner.key("p-rso")]
    owner("record", "register-key", "-f", tmp_path / "reg.json", *signers, "--yes")
    owner("record", "note", "-f", note, "--key", file, "--yes")
    assert owner("verify", "--quiet").out == "OK\n"


@ssh_needed
def test_a_file_that_is_no_ssh_key(owner: Shell, tmp_path: Path, note: Path) -> None:
    file = tmp_path / "id.pub"
    for content in ("", "nonsense", "ssh-rsa AAAA", "ssh-ed25519 !!!"):
        file.write_text(content)
        assert owner("keys", "show", file, code=2).err
        assert owner("record", "note", "-f", note, "--key", file, "--yes", code=2).err
