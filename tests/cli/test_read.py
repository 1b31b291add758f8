"""`log`, `show`, `verify`, `health`: what readers get, from ledgers whole and broken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from api.cli.call import system_clock
from keys import check
from keys.signing import Ed25519Signer
from ledger.record.fields import later
from ledger.record.merkle import leaf_hash
from ledger.record.note import COSIGNER_KEY, Vkey
from ledger.record.proof import Proof
from tests.cli.conftest import Shell
from tests.cli.test_story import tamper


def indexes(demo: Shell, *words: str) -> list[int]:
    return [row["index"] for row in demo("log", "--json", *words).json()]


def test_the_log_has_a_line_an_entry(demo: Shell) -> None:
    lines = demo("log").out.splitlines()
    assert len(lines) == 14
    assert lines[0].split()[:3] == ["0", "2025-01-06", "ledger.founded"]
    assert "[withheld, board]" in lines[8]
    assert lines[9].endswith("(line kind)")


def test_the_log_filters(demo: Shell) -> None:
    assert indexes(demo, "--type", "key.*") == [4, 5, 6]
    assert indexes(demo, "--type", "entry.corrected") == [9]
    assert indexes(demo, "--stream", "person/p-ciso") == [5, 6]
    assert indexes(demo, "--person", "p-assessor2") == [3, 4]
    assert indexes(demo, "--since", "2025-09") == [11, 12, 13]
    assert indexes(demo, "--since", "2025-02-11", "--until", "2025-03") == [4, 5, 6]
    assert indexes(demo, "--after", "9", "--limit", "2") == [10, 11]
    assert indexes(demo, "-n", "1") == [0]
    assert "No entry is like that" in demo("log", "--person", "p-nobody").err
    assert "no date" in demo("log", "--since", "yesterday", code=2).err


def test_an_entry_in_full(demo: Shell) -> None:
    told = demo("show", "7").out
    assert "Entry 7, recorded 2025-03-14T" in told
    assert "(14 March 2025, 09:0" in told
    assert "Corrected by entry 9: /text reads now" in told
    assert "p-assessor as ASSESSOR (officer): attest" in told
    assert "Seven of fifteen two-hour tasks passed" in told
    assert "Heron 4 autonomy evaluation" in told


def test_an_entry_by_its_event_id(demo: Shell) -> None:
    document = demo("show", "7", "--json").json()
    assert demo("show", document["id"].lower(), "--json").json() == document
    assert document["event"]["type"] == "note.recorded"
    assert document["leaf_hash"] == leaf_hash(demo("show", "7", "--raw").raw).hex()


def test_an_erased_value_is_said_to_be_unreadable(demo: Shell) -> None:
    told = demo("show", "11").out
    assert "matter: not readable here" in told
    committed = demo("show", "11", "--json").json()["event"]["sealed"]["matter"]
    assert f"Commitment of matter: {committed}" in told  # what the form of erase-disclosure asks for
    assert demo("show", "11", "--json").json()["opened"] == {}


@pytest.mark.parametrize(
    "name", ["14", "-1", "999999999999999999999", "1e3", "nonsense", "../../etc/passwd", "\x00"]
)
def test_an_entry_that_is_not_there(demo: Shell, name: str) -> None:
    assert demo("show", "--", name, code=None).code in (1, 2)
    assert demo("show", "--json", "--", name, code=1).reasons()


def test_a_proof_that_holds(demo: Shell, tmp_path: Path) -> None:
    file = tmp_path / "7.tlog-proof"
    demo("show", "7", "--proof", file)
    proof = Proof.parse(file.read_bytes())
    vkey = Vkey.parse(demo("keys", "sheet", "--json").json()["vkey"])
    assert proof.shows(demo("show", "7", "--raw").raw, vkey, check.ed25519)
    assert demo("show", "7", "--proof", "-").out == file.read_text()
    assert "cannot be written" in demo("show", "7", "--proof", tmp_path / "no" / "where", code=2).err


def test_verify_takes_a_ledgers_folder_for_the_ledger(demo: Shell, tmp_path: Path) -> None:
    folder, demo.dir = demo.dir, None
    assert demo("verify", folder or "", "--quiet").out == "OK\n"
    backup = tmp_path / "monday"
    demo("backup", "--dir", folder or "", "--out", backup)
    assert demo("verify", backup, "--quiet").out == "OK\n"
    assert demo("verify", "a\x00b", "--quiet", code=2).out == "NOT_RUN\n"


def test_verify_says_what_the_verifier_says(demo: Shell) -> None:
    report = demo("verify", "--json").json()
    assert report["verdict"] == "OK"
    states = {c["claim"]: c["state"] for c in report["claims"]}
    assert states[12] == "held"
    assert demo("verify", "--no-rules", "--json").json()["claims"][11]["state"] == "not checked"
    told = demo("verify")
    assert told.out.startswith("✓ OK")
    assert "NOTHING OUTSIDE THIS RECORD VOUCHES" in told.out


def test_verify_with_what_the_reader_holds(demo: Shell, tmp_path: Path) -> None:
    sheet = demo("keys", "sheet", "--json").json()
    checkpoint = tmp_path / "earlier"
    proof = demo("show", "0", "--proof", "-").out
    checkpoint.write_text(proof.partition("\n\n")[2])
    held = demo(
        "verify", "--vkey", sheet["vkey"], "--founding", sheet["founding"], "--earlier", checkpoint, "--json"
    )
    assert held.json()["anchored"]
    assert held.json()["founding_pinned"]
    other = demo("verify", "--founding", "00" * 32, "--json", code=1).json()
    assert other["verdict"].startswith("BROKEN_AT 0")
    stale = demo("verify", "--max-age", "1d", "--json", code=1).json()
    assert stale["verdict"] == "STALE"


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere"],
        ["--vkey", "nonsense"],
        ["--founding", "nonsense"],
        ["--earlier", "nowhere"],
        ["--policy", "nowhere"],
        ["--max-age", "soon"],
        ["--disclosures", "nowhere"],
        ["/dev/null"],
        ["http://127.0.0.1:1/log"],
    ],
)
def test_verify_that_cannot_run_exits_2(demo: Shell, words: list[str]) -> None:
    answer = demo("verify", *words, code=2)
    assert "NOT_RUN" in answer.out
    assert demo("verify", *words, "--json", code=2).json()["verdict"] == "NOT_RUN"


def test_a_rule_that_was_broken_is_found(demo: Shell) -> None:
    assert demo.dir is not None
    tamper(demo.dir, "UPDATE checkpoints SET note = replace(note, 'quillmere', 'quillmore') WHERE size = 14")
    assert demo("verify", code=1).out.startswith("✗ ")
    assert demo("show", "7").out


def test_verify_reads_a_folder_that_nobody_can_write_to(demo: Shell, note: Path) -> None:
    """As after `cp` from a stick: the files are left as they are, byte for byte."""
    assert demo.dir is not None
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    before = {p.name: p.read_bytes() for p in demo.dir.glob("ledger.db*")}
    for path in demo.dir.glob("ledger.db*"):
        path.chmod(0o400)
    demo.dir.chmod(0o500)
    try:
        assert demo("verify", "--quiet").out == "OK\n"
    finally:
        demo.dir.chmod(0o700)
    assert {p.name: p.read_bytes() for p in demo.dir.glob("ledger.db")} == {"ledger.db": before["ledger.db"]}


def test_where_there_is_no_ledger(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["log"], ["show", "0"], ["docket"], ["verify"], ["health"], ["keys", "list"], ["publish"]):
        answer = shell(*words, code=2)
        assert "no ledger in" in answer.err.lower()
        assert "countersign init" in answer.err
    (tmp_path / "countersign.toml").write_text("origin = 'a'\nfrobnicate = 1\n")
    assert "unknown setting 'frobnicate'" in shell("log", code=2).err
    (tmp_path / "countersign.toml").write_bytes(b"\xff\xff")
    assert shell("log", code=2).err
    (tmp_path / "countersign.toml").write_text("origin = 'a'\n")
    assert "no ledger at" in shell("log", code=2).err


def test_the_folder_is_found_as_promised(
    demo: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert demo.dir is not None
    folder, demo.dir = demo.dir, None
    assert len(demo("log", "--json", "--dir", folder).json()) == 14
    assert len(demo("--dir", folder, "log", "--json").json()) == 14
    assert len(demo("--dir", tmp_path / "wrong", "log", "--dir", folder, "--json").json()) == 14
    monkeypatch.chdir(folder)
    assert len(demo("log", "--json").json()) == 14
    shutil.copytree(folder, tmp_path / "elsewhere" / "countersign")
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert len(demo("log", "--json").json()) == 14


def test_health_alarms_by_the_age_of_what_lacks_its_witnesses(demo: Shell) -> None:
    assert demo.dir is not None
    witness = Vkey("w.example/t1", COSIGNER_KEY, Ed25519Signer.from_seed(bytes(32)).raw)
    (demo.dir / "policy.tlog").write_text(f"witness T1 {witness}\nquorum T1\n")
    demo("publish")
    old = demo("health", "--json", code=1).json()["checks"]
    [check] = [c for c in old if c["about"] == "published"]
    assert (check["state"], "lack their witnesses since" in check["what"]) == ("wrong", True)
    (demo.dir / "policy.tlog").write_text("quorum none\n")
    demo("publish")
    assert demo("health", "--json").json()["ok"]


def test_health(demo: Shell) -> None:
    told = demo("health", "--json").json()
    states = {c["about"]: c["state"] for c in told["checks"]}
    assert told["ok"]
    assert states["record"] == "ok"
    assert states["published"] == "look"
    demo.clock = lambda: "2025-01-01T00:00:00.000000Z"
    slow = demo("health", "--json", code=1).json()
    assert {c["about"]: c["state"] for c in slow["checks"]}["clock"] == "wrong"
    demo.clock = lambda: later(system_clock(), timedelta())
    demo.key("svc-log").chmod(0o644)
    assert "chmod 600" in demo("health", code=1).out


def test_a_clock_that_lags_behind_still_records(demo: Shell, note: Path) -> None:
    """RECORD 4: recorded_at never decreases; what was drafted by a slow clock is judged at the record's own time."""
    demo.clock = lambda: "2025-12-29T08:00:00.000000Z"
    answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes", "--json", code=None)
    if answer.code == 0:
        assert answer.json()["recorded_at"] >= "2025-12-29T09:0"
        assert demo("verify", "--quiet").out == "OK\n"
    else:
        assert answer.reasons()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to(demo: Shell, note: Path) -> None:
    assert demo.dir is not None
    for path in demo.dir.glob("ledger.db*"):
        path.chmod(0o400)
    demo.dir.chmod(0o500)
    try:
        answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes", code=2)
        assert "read-only" in answer.err or "permission" in answer.err
    finally:
        demo.dir.chmod(0o700)


def test_a_full_disk_is_told_and_nothing_is_written(demo: Shell, note: Path) -> None:
    """No file may grow past what it is: what a full disk does, without filling one."""
    assert demo.dir is not None
    limit = 16 * 1024
    words = ["record", "note", "-f", note, "--key", demo.key("p-rso"), "--dir", demo.dir, "--yes"]
    script = f"import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
    script += f"sys.argv = ['countersign', *{[str(w) for w in words]!r}]\nfrom api.cli import main\nmain()"
    note.write_text("text: " + "long " * 10000)
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COUNTERSIGN_STATE": str(demo.state)},
        cwd=Path(__file__).parents[2],
    )
    assert run.returncode == 2, run.stderr
    assert "✗" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(demo("log", "--json").json()) == 14
    assert demo("verify", "--quiet").out == "OK\n"


def test_a_log_key_without_its_public_half(demo: Shell, note: Path) -> None:
    demo.key("svc-log").with_suffix(".pub.json").unlink()
    demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo.key("svc-log").unlink()
    answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes", code=2)
    assert "svc-log.key cannot be read" in answer.err
    assert "only be read" in demo("health").out


def test_a_broken_store_is_told_without_a_trace(demo: Shell) -> None:
    assert demo.dir is not None
    for content in (b"", b"not a database" * 100, (demo.dir / "ledger.db").read_bytes()[:4096]):
        (demo.dir / "ledger.db").write_bytes(content)
        for words in (["log"], ["show", "0"], ["docket"], ["health"]):
            answer = demo(*words, code=None)
            assert answer.code in (1, 2)
            assert "✗" in answer.out + answer.err
        assert demo("verify", code=None).code in (1, 2)


def test_the_unexpected_is_one_sentence(demo: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret details")

    monkeypatch.setattr("api.cli.log._rows", broken)
    told = demo("log", code=2).err
    assert "Something went wrong inside countersign (RuntimeError)." in told
    assert "COUNTERSIGN_DEBUG=1" in told
    assert "secret details" not in told
    monkeypatch.setitem(os.environ, "COUNTERSIGN_DEBUG", "1")
    with pytest.raises(AssertionError):  # the fixture insists on no exception
        demo("log", code=None)


def test_json_is_one_document_for_errors_too(demo: Shell) -> None:
    error = demo("show", "99", "--json", code=1)
    assert error.err == ""
    assert json.loads(error.out) == {
        "error": {
            "kind": "not-found",
            "exit": 1,
            "reasons": [
                {
                    "rule": None,
                    "section": None,
                    "reason": "There is no entry 99",
                    "cure": "the last is 13: `countersign log` lists them",
                }
            ],
        }
    }
