"""`publish`, `export`, `backup`, `restore`, `history`: what leaves the house, and what comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from keys.files import create
from keys.passphrase import Passphrase
from keys.signing import Ed25519Signer
from ledger.record.note import COSIGNER_KEY, Vkey
from tests.cli.conftest import PASSPHRASE, Shell


def test_publish_verify_and_go_on(demo: Shell, tmp_path: Path, note: Path) -> None:
    site = tmp_path / "site"
    first = demo("publish", "--out", site, "--json").json()
    assert first["published"] == 14
    assert demo("verify", site, "--quiet").out == "OK_WITH_WITHHELD\n"
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    behind = demo("verify", site, "--json").json()
    assert behind["verdict"] == "OK_WITH_WITHHELD"
    assert "this machine has seen 15" in behind["notes"][-1]
    assert demo("publish", "--out", site, "--json").json()["published"] == 15
    assert demo("publish", "--out", site, "--whole", "--json").json()["files_written"] == 0
    assert (site / "earlier" / "14").exists()
    assert demo("verify", site, "--earlier", site / "earlier" / "14", "--quiet").out == "OK_WITH_WITHHELD\n"


def test_what_was_published_cannot_be_taken_back(demo: Shell, demonstration: Path, note: Path) -> None:
    assert demo.dir is not None
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo("publish")
    for path in demo.dir.glob("ledger.db*"):
        path.unlink()
    shutil.copy(demonstration / "ledger.db", demo.dir)
    answer = demo("publish", "--json", code=1)
    assert answer.json()["error"]["kind"] == "contradiction"
    assert answer.reasons()[0]["reason"].startswith("ROLLBACK")


def test_the_public_state_waits_for_witnesses(demo: Shell) -> None:
    assert demo.dir is not None
    policy = demo.dir / "policy.tlog"
    witness = Vkey("w.example/t1", COSIGNER_KEY, Ed25519Signer.from_seed(bytes(32)).raw)
    policy.write_text(f"witness T1 {witness}\nquorum T1\n")
    waiting = demo("publish", "--json").json()
    assert (waiting["published"], waiting["waiting"]) == (0, True)
    assert "waits for its witnesses" in demo("publish").out
    policy.write_text("witness T1 nonsense\nquorum T1\n")
    assert "policy.tlog, line 1: " in demo("publish", code=1).err
    assert "There is no" in demo("publish", "--policy", "nowhere", code=2).err


def test_bundles(demo: Shell, tmp_path: Path) -> None:
    whole, chosen, board = (tmp_path / f"{name}.zip" for name in ("whole", "chosen", "board"))
    assert demo("export", "--out", whole, "--json").json()["kind"] == "whole"
    assert demo("verify", whole, "--quiet").out == "OK_WITH_WITHHELD\n"
    assert demo("export", "--out", chosen, "--entries", "7,9-10", "--json").json()["kind"] == "chosen"
    assert demo("verify", chosen, "--quiet", code=None).out.startswith("OK")
    demo("export", "--out", board, "--class", "board")
    assert demo("verify", board, "--quiet").out == "OK\n"
    assert "there already" in demo("export", "--out", whole, code=2).err
    for entries in ("7-", "a", "", "1,,2", "99", "0-999999999"):
        assert demo("export", "--out", tmp_path / "no.zip", "--entries", entries, code=1).err
    assert demo("export", "--out", tmp_path / "no.zip", "--class", "everyone", code=1).err
    assert not (tmp_path / "no.zip").exists()


def test_a_backup_comes_back_and_waits_to_be_checked(demo: Shell, tmp_path: Path, note: Path) -> None:
    assert demo.dir is not None
    copy, back = tmp_path / "copy", tmp_path / "back"
    demo("publish")
    demo("backup", "--out", copy)
    assert "exists already" in demo("backup", "--out", copy, code=2).err

    told = demo("restore", copy, "--dir", back).out
    assert "Put back 14 entries" in told
    assert "put it back as" in told
    shutil.copytree(demo.dir / "keys", back / "keys")
    words = ["record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes", "--dir", back]
    assert "restore" in demo(*words, code=2).err
    assert demo("health", "--dir", back, code=1).out.count("✗") == 1
    held = demo("restore", "--dir", back, "--published", demo.dir / "site", "--json").json()
    assert held["writable"]
    demo(*words)
    assert "not restored" in demo("restore", "--dir", back, "--published", demo.dir / "site", code=1).err


def test_a_backup_that_lacks_what_was_published_stays_closed(demo: Shell, tmp_path: Path, note: Path) -> None:
    assert demo.dir is not None
    copy, back = tmp_path / "copy", tmp_path / "back"
    demo("backup", "--out", copy)
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo("publish")
    answer = demo("restore", copy, "--dir", back, "--published", demo.dir / "site", "--json", code=1)
    assert answer.reasons()[0]["reason"].startswith("ROLLBACK")
    demo("publish", "--out", tmp_path / "elsewhere")
    words = ["restore", "--dir", back, "--witness"]
    assert "NAME=SIZE" in demo(*words, "T1", "--published", demo.dir / "site", code=2).err


def test_what_is_no_backup(demo: Shell, tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path, demo.key("p-rso")):
        assert demo("restore", place, "--dir", tmp_path / "back", code=None).code == 2
    assert not (tmp_path / "back").exists()


FOUNDING = """
origin: history.test/log
organisation: Readers
people: [{person: p-i, roles: [IMPORTER], key: p-i.key}]
"""


@pytest.fixture
def library(tmp_path: Path, shell: Shell) -> Shell:
    """A ledger for history, founded with an importer."""
    shell.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
    create(tmp_path, "p-i", "p-i", passphrase=Passphrase(PASSPHRASE.encode()))
    (tmp_path / "founding.yaml").write_text(FOUNDING)
    shell.dir = tmp_path / "history"
    shell("init", "-f", tmp_path / "founding.yaml")
    return shell


def test_history_is_imported_once(library: Shell, tmp_path: Path) -> None:
    key = tmp_path / "p-i.key"
    plan = library("history", "import", "--dry-run", "--json").json()
    first = library("history", "import", "--key", key, "--json").json()
    assert first["imported"][0] == 1
    assert first["left_out"] == plan["left_out"]
    assert {x["confidence"] for x in first["left_out"]} <= {"medium", "low"}
    told = library("history", "import", "--key", key).out
    assert "Nothing new" in told
    assert "medium confidence:" in told
    assert library("verify", "--quiet").out == "OK\n"
    shown = library("show", "1").out
    assert "Transcribed by p-i from" in shown


def test_history_is_refused_on_a_demonstration(demo: Shell) -> None:
    answer = demo("history", "import", "--key", demo.key("p-rso"), "--json", code=1)
    assert [r["rule"] for r in answer.reasons()] == ["H-DEMO"]


def test_history_is_refused_where_people_decide(shell: Shell, tmp_path: Path, note: Path) -> None:
    shell.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
    form = tmp_path / "founding.yaml"
    people = "[{person: p-i, roles: [IMPORTER], key: new}, {person: p-rso, roles: [RSO], key: new}]"
    form.write_text(f"origin: a.test/log\norganisation: A\npeople: {people}\n")
    shell.dir = tmp_path / "live"
    shell("init", "-f", form)
    shell("record", "note", "-f", note, "--key", shell.key("p-rso"), "--yes")
    answer = shell("history", "import", "--key", shell.key("p-i"), "--json", code=1)
    assert [r["rule"] for r in answer.reasons()] == ["H-LIVE"]

    form.write_text(
        f"origin: b.test/log\norganisation: B\npeople: {people}\npolicy: {{data: policy-rsp-2.2.yaml}}\n"
    )
    shell.dir = tmp_path / "policy"
    shell("init", "-f", form)
    answer = shell("history", "import", "--key", shell.key("p-i"), "--json", code=1)
    assert [r["rule"] for r in answer.reasons()] == ["H-LIVE"]


def test_only_an_importer_imports(library: Shell, tmp_path: Path) -> None:
    create(tmp_path, "p-x", "p-x", passphrase=Passphrase(PASSPHRASE.encode()))
    assert "S-KEY" in library("history", "import", "--key", tmp_path / "p-x.key", code=1).err
    assert "Give the importer's key" in library("history", "import", code=2).err
    bad = tmp_path / "bad.yaml"
    for content in ("", "[]", "schema: other\n", "schema: countersign.history/1\nentries: [1]\n"):
        bad.write_text(content)
        assert library("history", "import", bad, "--key", tmp_path / "p-i.key", code=1).err
