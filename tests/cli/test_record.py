"""`record`: forms of every kind, what is refused before anybody signs, and what goes to the docket."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ledger.subjects.registry import COMMANDS
from tests.cli.conftest import Shell


def rules(answer: Any) -> list[str]:
    return [r["rule"] for r in answer.reasons()]


def test_a_note_from_standard_input_needs_no_members(demo: Shell) -> None:
    answer = demo(
        "record", "note", "-f", "-", "--key", demo.key("p-rso"), "-y", "--json", stdin="text: Drill held.\n"
    )
    assert demo("show", answer.json()["index"], "--json").json()["event"]["data"] == {"text": "Drill held."}


def test_the_exact_text_is_shown_before_it_is_signed(demo: Shell, note: Path) -> None:
    demo.terminal = True
    answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), stdin="n\n", code=2)
    assert '"text": "Drill held."' in answer.out
    assert "attest (you state that this is so)" in answer.out
    assert "Not signed" in answer.err
    assert len(demo("log", "--json").json()) == 14
    answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), stdin="y\n")
    assert "✓ Recorded as entry 14" in answer.out


def test_without_a_terminal_nothing_is_signed_unread(demo: Shell, note: Path) -> None:
    answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), code=2)
    assert "--yes" in answer.err
    assert len(demo("log", "--json").json()) == 14


def test_what_no_signature_can_cure_is_said_before_anybody_signs(demo: Shell, appointment: Path) -> None:
    appointment.write_text(appointment.read_text().replace("ASSESSOR", "CEO"))
    answer = demo(
        "record", "appoint", "-f", appointment, "--key", demo.key("p-sec"), "--yes", "--json", code=1
    )
    assert rules(answer) == ["G-APP-2"]
    assert answer.reasons()[0]["section"] == "DOMAIN 4.16"
    told = demo("record", "appoint", "-f", appointment, "--key", demo.key("p-sec"), "--yes", code=1).err
    assert (
        "G-APP-2 (DOMAIN 4.16): P-ceo holds CEO" in told or "G-APP-2 (DOMAIN 4.16): p-ceo holds CEO" in told
    )
    assert "What would cure it:" in told
    assert demo("docket", "--json").json()[0]["type"] == "key.registered"


def test_every_reason_has_a_paragraph(demo: Shell, appointment: Path) -> None:
    appointment.write_text(
        appointment.read_text()
        .replace("from: 2026-01-01", "to: 2020-01-01T00:00:00.000000Z, from: 2026-01-01")
        .replace("ASSESSOR", "BOARD")
    )
    answer = demo("record", "appoint", "-f", appointment, "--key", demo.key("p-sec"), "--yes", code=1)
    assert "✗ Refused, 2 reasons. Nothing was recorded." in answer.err
    assert answer.err.count("\n  What would cure it: ") == 2


def test_who_must_sign_is_named(demo: Shell, appointment: Path) -> None:
    planned = demo("record", "appoint", "-f", appointment, "--as", "p-rso", "--dry-run", "--json").json()
    assert ["p-sec", "BOARD_SECRETARY"] in planned["must_sign"]
    assert ["p-rso", "RSO"] in planned["must_sign"]
    assert len(demo("docket", "--json").json()) == 1
    told = demo("record", "appoint", "-f", appointment, "--key", demo.key("p-rso"), "--yes").out
    assert "Still to sign: p-sec as BOARD_SECRETARY" in told
    assert "countersign sign 0" in told


def test_several_keys_sign_at_once(demo: Shell, tmp_path: Path) -> None:
    demo("keys", "new", "p-new", "--out", tmp_path, "--passphrase-fd", _fd(b"a long passphrase\n"))
    demo("keys", "prove", "--key", tmp_path / "p-new.key", "--passphrase-fd", _fd(b"a long passphrase\n"))
    form = tmp_path / "p-new.reg.json"
    keys = ["--key", demo.key("p-sec"), "--key", demo.key("p-rso")]
    assert demo("record", "register-key", "-f", form, *keys, "--yes", "--quiet").out == "14\n"
    assert (
        demo("record", "register-key", "-f", form, *keys, "--yes", "--json", code=1).reasons()[0]["rule"]
        == "A-KEY-NEW"
    )


def _fd(content: bytes) -> int:
    read, write = os.pipe()
    os.write(write, content)
    os.close(write)
    return read


def test_evidence_is_digested_here(demo: Shell, appointment: Path, tmp_path: Path) -> None:
    receipt = demo(
        "record", "appoint", "-f", appointment, "--key", demo.key("p-sec"), "--yes", "--json"
    ).json()
    event = demo("show", receipt["index"], "--json").json()["event"]
    content = (tmp_path / "resolution.txt").read_bytes()
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    assert event["data"]["instrument"] == digest
    (item,) = event["evidence"]
    assert item["digest"] == digest
    assert item["size_bytes"] == len(content)
    assert item["media_type"] == "text/plain"


def test_a_sealed_value_stays_beside_the_record(demo: Shell, tmp_path: Path) -> None:
    form = tmp_path / "note.yaml"
    form.write_text("data: {text: Measured.}\nclass: board\nsealed: {protocol: Seven of fifteen.}\n")
    receipt = demo("record", "note", "-f", form, "--key", demo.key("p-rso"), "--yes", "--json").json()
    assert b"Seven of fifteen" not in demo("show", receipt["index"], "--raw").raw
    assert demo("show", receipt["index"], "--json").json()["opened"] == {"protocol": "Seven of fifteen."}
    assert "Seven of fifteen." in demo("show", receipt["index"]).out


def test_a_withheld_act(demo: Shell, tmp_path: Path) -> None:
    form = tmp_path / "note.yaml"
    form.write_text("data: {text: Of the Board alone.}\nclass: board\n")
    receipt = demo(
        "record", "note", "-f", form, "--key", demo.key("p-d1"), "--withhold", "-y", "--json"
    ).json()
    assert b"Of the Board" not in demo("show", receipt["index"], "--raw").raw
    assert "withheld, board" in demo("log", "--after", "13").out
    form.write_text("data: {text: Of everybody.}\n")
    answer = demo(
        "record", "note", "-f", form, "--key", demo.key("p-d1"), "--withhold", "-y", "--json", code=1
    )
    assert rules(answer) == ["E-WITHHELD"]


def test_waiting_for_somebody_by_name(demo: Shell, note: Path) -> None:
    waiting = demo(
        "record", "note", "-f", note, "--key", demo.key("p-rso"), "--wait-for", "p-ceo", "-y", "--json"
    ).json()
    assert [r["rule"] for r in waiting["missing"]] == ["D-WANTS"]
    assert demo("sign", waiting["id"][:20], "--key", demo.key("p-ceo"), "--yes", "--json").json()["recorded"]


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"found"}))
def test_every_form_prints_and_is_listed(demo: Shell, command: str) -> None:
    assert demo("record", command, "--form").out.startswith("# ")
    assert demo("record", command, "--form", "--json").json()["form"] == COMMANDS[command].form
    assert command in demo("record", "--list").out
    assert command in [x["command"] for x in demo("record", "--list", "--json").json()]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"{}", "is empty"),
        (b"just words", "is no form"),
        (b"- a\n- b\n", "is no form"),
        (b"data: {text: a", "not YAML"),
        (b"\xff\xfe\x00", "bad.yaml"),
        (b"data: {text: a}\nfrobnicate: 1\n", "bad.yaml: unknown member 'frobnicate'"),
        (b"data: {}\n", "member 'text' is missing"),
        (b"data: {text: ''}\n", "empty text"),
        (b"data: {text: a, other: b}\n", "unknown member 'other'"),
        (b"data: {text: [a]}\n", "not a text"),
        (b"data: {text: &x a, about: [*x]}\n", "an anchor"),
        (b"data: {text: a, text: b}\n", "twice"),
        (b"data: {text: a}\nnot_after: tomorrow\n", "not a time"),
        (b"data: {text: a}\nclass: everyone\n", "not a disclosure class"),
        (b"data: {text: a}\nevidence: report.pdf\n", "not a list"),
        (b"data: {text: a}\nevidence: [{title: t}]\n", "member 'digest' is missing"),
        (b"data: {text: a}\nevidence: [{file: missing.pdf}]\n", "missing.pdf cannot be read"),
        (b"data: {text: a}\nevidence: [{file: /}]\n", "cannot be read"),
        (b"data: {text: a}\nevidence: []\n", "empty"),
        (b"data: {text: a}\nsealed: {text: b}\n", "stands in data too"),
        ('data: {text: "e\u0301"}\n'.encode(), "normal form"),
        (b'data: {text: "a\\u0007b"}\n', "control character"),
        (b'data: {text: "\\ud800"}\n', "bad.yaml"),
        (b"data: {text: " + b"[" * 1000 + b"]" * 1000 + b"}", ""),
        (b"data: {text: " + b"x" * 20_001 + b"}", "20001 characters"),
        (b"x" * 3_000_000, "limit"),
        (b"{" * 3_000_000, "limit"),
        (b'{"data": {"text": "a", "text": "b"}}', "'text' stands twice"),
        (b'{"data": {"text": "\\ud800"}}', "surrogate"),
        (b'{"data": ' + b"[" * 500_000, ""),
        (b"data: missing.json\n", "missing.json cannot be read"),
        (b"data: {text: a}\nid: abc\n", "not a ULID"),
        (b"data: {text: a}\nprovenance: {imported: {}}\n", "member 'confidence' is missing"),
    ],
)
def test_a_bad_form_is_told_and_nothing_recorded(
    demo: Shell, tmp_path: Path, content: bytes, says: str
) -> None:
    form = tmp_path / "bad.yaml"
    form.write_bytes(content)
    answer = demo("record", "note", "-f", form, "--key", demo.key("p-rso"), "--yes", code=None)
    assert answer.code in (1, 2)
    assert says in answer.err
    assert len(answer.err) < 2000
    assert answer.out == ""
    told = demo("record", "note", "-f", form, "--key", demo.key("p-rso"), "--yes", "--json", code=answer.code)
    assert told.reasons()
    assert len(demo("log", "--json").json()) == 14


def test_hostile_text_cannot_move_the_cursor(demo: Shell, tmp_path: Path) -> None:
    form = tmp_path / "note.json"
    form.write_text(json.dumps({"text": "safe \u202e\u200b reversed \u009b31m"}))
    answer = demo("record", "note", "-f", form, "--key", demo.key("p-rso"), "--yes")
    assert "\\u202e" in answer.out
    for words in (["log", "--after", "13"], ["show", "14"]):
        told = demo(*words).out
        assert "\\u202e" in told
        assert not {"\u202e", "\u200b", "\u009b"} & set(told)


def test_json_is_safe_to_look_at_too(demo: Shell) -> None:
    words = ["record", "note", "-f", "-", "--key", demo.key("p-rso"), "--yes"]
    demo(*words, stdin=json.dumps({"text": "\u202e\u009b31m \U000e0041"}))
    answer = demo("show", "14", "--json")
    assert not {"\u202e", "\u009b", "\U000e0041"} & set(answer.out)
    assert answer.json()["event"]["data"]["text"] == "\u202e\u009b31m \U000e0041"


def test_a_form_is_filled_in_in_the_editor(
    demo: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    demo.terminal = True
    monkeypatch.setenv("EDITOR", "sed -i 's/text: \"\".*/text: From the editor./'")
    words = ["record", "note", "--key", demo.key("p-rso")]
    answer = demo(*words, stdin="y\n")
    assert "Saved as note.yaml" in answer.err
    assert "Recorded as entry 14" in answer.out
    demo(*words, stdin="n\n", code=2)
    assert (tmp_path / "note-2.yaml").read_text() == (tmp_path / "note.yaml").read_text()
    monkeypatch.setenv("EDITOR", "true")
    assert "left as it is" in demo(*words, code=2).err


def test_a_future_date_is_refused(demo: Shell, tmp_path: Path) -> None:
    form = tmp_path / "note.yaml"
    form.write_text("data: {text: a}\neffective_at: 2999-01-01T00:00:00.000000Z\n")
    answer = demo("record", "note", "-f", form, "--key", demo.key("p-rso"), "--yes", "--json", code=1)
    assert rules(answer) == ["E-FUTURE"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "Say what to record"),
        (["nonsense"], "cannot be recorded"),
        (["note"], "Give the form"),
        (["note", "-f", "note.yaml"], "Give the key"),
        (["found", "-f", "note.yaml", "--as", "p-rso"], "countersign init"),
        (["note", "--frobnicate"], "No such option"),
    ],
)
def test_a_call_that_says_too_little(demo: Shell, words: list[str], says: str) -> None:
    answer = demo("record", *words, code=2)
    assert says in answer.err
    assert demo("record", *words, "--json", code=2).json()["error"]["kind"] == "usage"


def test_keys_that_may_not_sign(demo: Shell, note: Path, tmp_path: Path) -> None:
    def told(*words: object, code: int) -> Any:
        return demo("record", "note", "-f", note, "--yes", "--json", *words, code=code)

    assert "cannot be read" in told("--key", tmp_path / "missing.key", code=2).reasons()[0]["reason"]
    assert rules(told("--key", demo.key("p-ciso"), code=1)) == ["S-KEY"]  # revoked by entry 6
    demo("keys", "new", "p-x", "--out", tmp_path, "--passphrase-fd", _fd(b"a long passphrase\n"))
    assert rules(told("--key", tmp_path / "p-x.key", code=1)) == ["S-KEY"]
    twice = told("--key", demo.key("p-rso"), "--key", demo.key("p-rso"), code=2)
    assert "one person signs once" in twice.reasons()[0]["cure"]
    assert rules(told("--key", demo.key("p-rso"), "--role", "CEO", code=1)) == ["S-ROLE"]
    demo.key("p-rso").chmod(0o644)
    assert "chmod 600" in told("--key", demo.key("p-rso"), code=2).reasons()[0]["cure"]
    garbage = tmp_path / "garbage.key"
    garbage.write_text("not a key")
    garbage.chmod(0o600)
    assert told("--key", garbage, code=2).json()["error"]["kind"] == "key"
    assert len(demo("log", "--json").json()) == 14


def test_a_form_may_be_a_pipe_without_end(demo: Shell) -> None:
    answer = demo("record", "note", "-f", "/dev/zero", "--key", demo.key("p-rso"), "--yes", code=1)
    assert "limit" in answer.err
