"""Whole stories, from an empty folder to a caught forgery."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import PASSPHRASE, Shell

PEOPLE = """
origin: ledger.test/log
organisation: Test Labs
people:
  - {person: p-ceo, roles: [CEO], key: new}
  - {person: p-rso, roles: [RSO], key: new}
  - {person: p-sec, roles: [BOARD_SECRETARY], key: new}
  - {person: p-d1, roles: [DIRECTOR], key: new}
  - {person: p-gc, roles: [GENERAL_COUNSEL]}
policy: {data: policy-rsp-2.2.yaml}
rotation: [BOARD_SECRETARY, CEO]
"""


@pytest.fixture
def founded(tmp_path: Path, shell: Shell) -> Shell:
    """A ledger founded by `init`, whose keys all have one passphrase."""
    form = tmp_path / "founding.yaml"
    form.write_text(PEOPLE)
    shell.environment["COUNTERSIGN_PASSPHRASE"] = PASSPHRASE
    shell.dir = tmp_path / "ledger"
    shell("init", "--file", form)
    return shell


def tamper(folder: Path, statement: str, *values: object) -> None:
    """Change the database as its owner could, past every trigger."""
    with closing(sqlite3.connect(folder / "ledger.db")) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            db.execute(f"DROP TRIGGER {name}")
        assert db.execute(statement, values).rowcount
        db.commit()


def test_founded_recorded_countersigned_shown_verified_and_tampered_with(
    founded: Shell, tmp_path: Path, note: Path, appointment: Path
) -> None:
    assert founded.dir is not None
    first = founded("record", "note", "-f", note, "--key", founded.key("p-rso"), "--yes", "--json").json()
    assert (first["recorded"], first["index"]) == (True, 1)

    # A second person's key, registered by two officers: the secretary drafts, the CEO signs from the docket.
    assert founded("keys", "new", "p-gc", "--out", tmp_path).code == 0
    founded("keys", "prove", "--key", tmp_path / "p-gc.key")
    waiting = founded(
        "record",
        "register-key",
        "-f",
        tmp_path / "p-gc.reg.json",
        "--key",
        founded.key("p-sec"),
        "--yes",
        "--json",
    ).json()
    assert waiting["recorded"] is False
    assert [r["rule"] for r in waiting["missing"]] == ["A-KEY"]
    assert ["p-ceo", "CEO"] in waiting["can_sign"]
    assert founded("docket", "--json").json()[0]["id"] == waiting["id"]
    done = founded("sign", waiting["id"], "--key", founded.key("p-ceo"), "--yes", "--json").json()
    assert (done["recorded"], done["index"]) == (True, 2)
    assert founded("docket", "--json").json() == []

    # The new key counts, together with another.
    appoint = founded(
        "record", "appoint", "-f", appointment, "--key", founded.key("p-sec"), "--yes", "-q"
    ).out
    assert appoint == "3\n"

    shown = founded("show", "2").out
    assert "p-ceo as CEO" in shown
    assert "key.registered" in shown
    assert founded("log", "--quiet").out.count("\n") == 4

    sheet = (founded.dir / "fingerprints.txt").read_text()
    founding = founded("keys", "sheet", "--json").json()["founding"]
    assert founding[:4] in sheet
    held = founded(
        "verify", "--vkey", founded.dir / "fingerprints.txt", "--founding", founding, "--json"
    ).json()
    assert held["verdict"] == "OK"
    assert {c["claim"]: c["state"] for c in held["claims"]}[12] == "held"

    tamper(
        founded.dir,
        "UPDATE entries SET entry = CAST(replace(entry, 'Drill held.', 'No drill!!!') AS BLOB) WHERE seq = 2",
    )
    broken = founded("verify", code=1).out
    assert "BROKEN_AT 1" in broken
    refused = founded("record", "note", "-f", note, "--key", founded.key("p-rso"), "--yes", code=1)
    assert "C-HEAD" in refused.err
    assert founded("health", code=1).out.startswith("✗ record")


def test_a_truncated_record_is_noticed_by_who_saw_more(demo: Shell, note: Path, demonstration: Path) -> None:
    assert demo.dir is not None
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    (demo.dir / "ledger.db").write_bytes((demonstration / "ledger.db").read_bytes())
    for beside in ("-wal", "-shm"):
        (demo.dir / f"ledger.db{beside}").unlink(missing_ok=True)

    refused = demo("sign", "--key", demo.key("p-rso"), "--yes", "--json", code=1)
    assert [r["rule"] for r in refused.reasons()] == ["C-ROLLBACK"]
    verdict = demo("verify", "--json", code=1).json()
    assert verdict["verdict"] == "ROLLBACK"
    assert demo("verify", "--no-memory", "--json").json()["verdict"] == "OK"


def test_a_rewritten_record_is_noticed_by_who_saw_the_other(
    demo: Shell, note: Path, demonstration: Path
) -> None:
    """Two histories of one log key: each is whole and well signed, and only memory tells them apart."""
    assert demo.dir is not None
    copies = {}
    for text in ("One.", "Two."):
        for path in demo.dir.glob("ledger.db*"):
            path.unlink()
        (demo.dir / "ledger.db").write_bytes((demonstration / "ledger.db").read_bytes())
        note.write_text(json.dumps({"text": text}))
        demo.state.unlink(missing_ok=True)
        demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
        copies[text] = demo.dir.with_name(text)
        demo("backup", "--out", copies[text])
    for path in demo.dir.glob("ledger.db*"):
        path.unlink()
    (demo.dir / "ledger.db").write_bytes((copies["One."] / "record.db").read_bytes())

    refused = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes", "--json", code=1)
    assert [r["rule"] for r in refused.reasons()] == ["C-FORK"]
    assert demo("verify", "--json", code=1).json()["verdict"] == "FORK"


def test_another_ledger_under_a_known_name_is_noticed(demo: Shell, tmp_path: Path, note: Path) -> None:
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    other = Shell(tmp_path / "elsewhere" / "heads.json", tmp_path / "other")
    other("demo")
    other.state = demo.state
    refused = other("record", "note", "-f", note, "--key", other.key("p-rso"), "--yes", "--json", code=1)
    assert [r["rule"] for r in refused.reasons()] == ["C-ANCHOR"]


def test_a_demonstration_made_anew_is_no_alarm(shell: Shell, tmp_path: Path, note: Path) -> None:
    for name in ("one", "two"):
        shell.dir = tmp_path / name
        made = shell("demo", "--json").json()
        assert made["fictional"] is True
        shell("record", "note", "-f", note, "--key", shell.key("p-rso"), "--yes")


def test_a_seed_gives_the_same_bytes(shell: Shell, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        shell.dir = tmp_path / name
        made.append(shell("demo", "--seed", "7", "--json").json()["checkpoint"])
    assert made[0] == made[1]
