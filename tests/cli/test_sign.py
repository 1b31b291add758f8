"""The signing client: what it refuses to sign, and drafts that travel in files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli.call import system_clock
from ledger.record.fields import later
from tests.cli.conftest import Shell


@pytest.fixture
def draft(demo: Shell, appointment: Path) -> str:
    """A draft that waits for the secretary."""
    words = ["record", "appoint", "-f", appointment, "--key", demo.key("p-rso"), "--yes", "--json"]
    return str(demo(*words).json()["id"])


def rules(answer: Any) -> list[str]:
    return [r["rule"] for r in answer.reasons()]


def test_a_draft_is_read_and_signed(demo: Shell, draft: str) -> None:
    demo.terminal = True
    answer = demo("sign", draft, "--key", demo.key("p-sec"), stdin="y\n")
    assert "Appointment (appointment.made)" in answer.out
    assert '"person": "p-new"' in answer.out
    assert "To be signed by p-sec as BOARD_SECRETARY: approve (you decide this)" in answer.out
    assert "✓ Recorded as entry 14" in answer.out


def test_a_draft_is_found_by_the_beginning_of_its_id(demo: Shell, draft: str) -> None:
    assert "2 drafts wait" in demo("sign", "--key", demo.key("p-sec"), "--yes", code=2).err
    assert "No draft" in demo("sign", "ZZZZ", "--key", demo.key("p-sec"), "--yes", code=1).err
    demo("sign", draft[:18].lower(), "--key", demo.key("p-sec"), "--yes")
    answer = demo("sign", draft, "--key", demo.key("p-sec"), "--yes", code=1)
    assert "on the record already, as entry 14" in answer.err


def test_a_signature_that_counts_for_nothing_is_refused(demo: Shell, draft: str) -> None:
    answer = demo("sign", draft, "--key", demo.key("p-rso"), "--role", "CEO", "--yes", "--json", code=1)
    assert rules(answer) == ["S-ROLE"]
    answer = demo("sign", draft, "--key", demo.key("p-ciso"), "--yes", "--json", code=1)
    assert rules(answer) == ["S-KEY"]


def test_a_statement_other_than_the_usual(demo: Shell, draft: str) -> None:
    answer = demo("sign", draft, "--key", demo.key("p-ceo"), "--statement", "reject", "--yes")
    assert "reject (you decide against this)" in answer.out
    assert "waiting" in demo("docket").out
    waiting = next(d for d in demo("docket", "--json").json() if d["id"] == draft)
    assert {"person": "p-ceo", "role": "CEO", "statement": "reject"} in waiting["signed_by"]


def test_a_machine_with_a_slow_clock_does_not_sign(demo: Shell, draft: str) -> None:
    demo.clock = lambda: later(system_clock(), -timedelta(days=1))
    answer = demo("sign", draft, "--key", demo.key("p-sec"), "--yes", "--json", code=1)
    assert rules(answer) == ["C-CLOCK"]


def test_a_machine_with_a_fast_clock_does_not_sign(demo: Shell, draft: str) -> None:
    demo.clock = lambda: later(system_clock(), timedelta(days=31))
    answer = demo("sign", draft, "--key", demo.key("p-sec"), "--yes", "--json", code=1)
    assert "C-EXPIRED" in rules(answer)
    assert "expired" in demo("docket").out


def test_a_draft_for_a_drawer_is_not_signed(demo: Shell, tmp_path: Path, draft: str) -> None:
    file = tmp_path / "draft.json"
    demo("docket", "export", draft, file)
    value = json.loads(file.read_text())
    value["event"]["not_after"] = later(value["event"]["not_after"], timedelta(days=1))
    file.write_text(json.dumps(value))
    answer = demo("sign", file, "--key", demo.key("p-sec"), "--yes", "--json", code=1)
    assert rules(answer) == ["C-EXPIRED"]


def test_a_draft_travels_in_a_file(demo: Shell, draft: str, tmp_path: Path) -> None:
    file = tmp_path / "draft.json"
    demo("docket", "export", draft, file)
    away = Shell(tmp_path / "away" / "heads.json")
    signed = away("sign", file, "--key", demo.key("p-sec"), "--yes")
    assert "for the first time" in signed.err
    assert "Signed by p-sec" in signed.out
    done = demo("docket", "add-signature", file, "--json").json()
    assert (done["recorded"], done["index"]) == (True, 14)
    again = demo("docket", "add-signature", file, "--json").json()
    assert again["index"] == 14
    assert demo("verify", "--quiet").out == "OK\n"


def test_a_signed_file_goes_elsewhere_with_out(demo: Shell, draft: str, tmp_path: Path) -> None:
    file, signed = tmp_path / "draft.json", tmp_path / "signed.json"
    demo("docket", "export", draft, file)
    before = file.read_bytes()
    demo("sign", file, "--key", demo.key("p-sec"), "--yes", "--out", signed)
    assert file.read_bytes() == before
    assert demo("docket", "add-signature", signed, "--quiet").out == "14\n"


def test_a_machine_that_saw_an_earlier_state_asks_for_the_proof(
    demo: Shell, draft: str, note: Path, tmp_path: Path
) -> None:
    file = tmp_path / "draft.json"
    demo("docket", "export", draft, file)
    away = Shell(tmp_path / "away" / "heads.json")
    away("sign", file, "--key", demo.key("p-ceo"), "--yes")

    for _ in range(3):
        demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes")
    demo("docket", "export", draft, file)
    answer = away("sign", file, "--key", demo.key("p-sec"), "--yes", code=2)
    assert "--since 14" in answer.err
    demo("docket", "export", draft, file, "--since", "14")
    away("sign", file, "--key", demo.key("p-sec"), "--yes")
    assert demo("docket", "add-signature", file, "--json").json()["recorded"]


def _export(demo: Shell, draft: str, file: Path) -> dict[str, Any]:
    demo("docket", "export", draft, file)
    value: dict[str, Any] = json.loads(file.read_text())
    return value


@pytest.mark.parametrize(
    ("member", "value", "says"),
    [
        ("checkpoint", "nonsense", "draft.json: a note is"),
        ("vkey", "nonsense", "verifier key"),
        ("founding", "00" * 32, "C-HEAD"),
        ("founding_proof", [], "C-HEAD"),
        ("ledger", "other.example/log", "C-HEAD"),
        ("signers", [], "C-KEY"),
        ("event", {}, "missing"),
        ("disclosures", ["AAAA"], "not a disclosure"),
        ("format", "countersign.draft/2", "is no draft"),
        ("extra", 1, "unknown member"),
        ("signatures", "none", "not an array"),
    ],
)
def test_a_file_that_lies_is_not_signed(
    demo: Shell, draft: str, tmp_path: Path, *, member: str, value: Any, says: str
) -> None:
    file = tmp_path / "draft.json"
    changed = _export(demo, draft, file) | {member: value}
    file.write_text(json.dumps(changed))
    away = Shell(tmp_path / "away" / "heads.json")
    answer = away("sign", file, "--key", demo.key("p-sec"), "--yes", code=1)
    assert says in answer.err
    assert json.loads(file.read_text()) == changed


def test_a_file_of_another_ledger_under_a_known_name_is_not_signed(
    demo: Shell, draft: str, tmp_path: Path
) -> None:
    away = Shell(tmp_path / "away" / "heads.json")
    file = tmp_path / "draft.json"
    _export(demo, draft, file)
    away("sign", file, "--key", demo.key("p-sec"), "--yes")
    other = Shell(tmp_path / "other-state" / "heads.json", tmp_path / "other")
    other("demo")
    waiting = other("docket", "--json").json()[0]["id"]
    _export(other, waiting, file)
    answer = away("sign", file, "--key", other.key("p-rso"), "--yes", "--json", code=1)
    assert rules(answer) == ["C-ANCHOR"]


def test_a_changed_text_carries_no_signature_over(demo: Shell, draft: str, tmp_path: Path) -> None:
    file = tmp_path / "draft.json"
    value = _export(demo, draft, file)
    value["event"]["data"]["person"] = "p-other"
    file.write_text(json.dumps(value))
    demo("sign", file, "--key", demo.key("p-sec"), "--yes")
    answer = demo("docket", "add-signature", file, code=1)
    assert "is another than the one in the file" in answer.err


def test_what_cannot_be_read_is_said(demo: Shell, tmp_path: Path, appointment: Path) -> None:
    appointment.write_text(appointment.read_text() + "sealed: {terms: Secret.}\nclass: board\n")
    words = ["record", "appoint", "-f", appointment, "--key", demo.key("p-rso"), "--yes", "--json"]
    file = tmp_path / "draft.json"
    answer = demo("docket", "export", demo(*words).json()["id"], file)
    assert "in clear" in answer.out
    assert "Secret." in demo("sign", file, "--key", demo.key("p-ceo"), "--yes").out
    value = json.loads(file.read_text())
    value["disclosures"] = []
    file.write_text(json.dumps(value))
    told = demo("sign", file, "--key", demo.key("p-sec"), "--yes")
    assert "not readable here" in told.out
    assert "without reading" in told.err


def test_signing_says_what_it_lacks(demo: Shell, tmp_path: Path) -> None:
    assert "--key FILE" in demo("sign", code=2).err
    assert (
        "cannot be read" in demo("sign", tmp_path / "none.json", "--key", demo.key("p-sec"), "-y", code=2).err
    )
    assert "is no draft" in demo("sign", demo.key("p-sec"), "--key", demo.key("p-sec"), "-y", code=1).err


def test_a_state_file_that_cannot_be_read_stops_signing(demo: Shell, note: Path) -> None:
    demo.state.parent.mkdir(parents=True)
    for content in ("{", "[]", '{"ledgers": []}', '{"ledgers": {"a": {"size": 1}}}'):
        demo.state.write_text(content)
        answer = demo("record", "note", "-f", note, "--key", demo.key("p-rso"), "--yes", code=2)
        assert "heads.json cannot be read" in answer.err


def test_the_docket_shows_exports_and_withdraws(demo: Shell, draft: str) -> None:
    told = demo("docket").out
    assert told.startswith("2 drafts wait.")
    assert "Still to sign: p-sec as BOARD_SECRETARY" in told
    assert demo("docket", "list", "--quiet").out.split() == [d["id"] for d in demo("docket", "--json").json()]
    assert '"person": "p-new"' in demo("docket", "show", draft).out
    assert demo("docket", "show", draft, "--json").json()["event"]["data"]["person"] == "p-new"
    demo.terminal = True
    demo("docket", "withdraw", draft, stdin="n\n")
    assert len(demo("docket", "--json").json()) == 2
    demo("docket", "withdraw", draft, "--yes")
    assert len(demo("docket", "--json").json()) == 1
    assert demo("docket", "show", draft, code=1).out == ""
