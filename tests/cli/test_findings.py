"""`findings` and `policy`: what a record shows by itself, and policies read without any record."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.policy.shipped import definition, definitions
from ledger.subjects.registry import COMMANDS
from tests.cli.conftest import Shell

CASE = """\
data:
  case_id: sc-heron-4
  nodes:
    - {node_id: c1, kind: claim, ground: absence_of_found_attack, status: supported, text: Nobody broke it.}
"""


@pytest.fixture
def weak(demo: Shell, tmp_path: Path) -> Shell:
    """A ledger on which a case rests on the absence of a found attack alone."""
    form = tmp_path / "case.yaml"
    form.write_text(CASE)
    demo("record", "state-case", "--file", form, "--key", demo.key("p-assessor2"), "--yes")
    return demo


def test_nothing_open_exits_with_0(demo: Shell) -> None:
    assert (
        demo("findings", "--as-of", "2025-01-31", "--known-at", "2025-01-31").out == "No finding is open.\n"
    )


def test_an_open_finding_is_told_with_its_entry_and_exits_with_1(weak: Shell) -> None:
    told = weak("findings", code=1).out
    assert "NEGATIVE_EVIDENCE_ONLY  entry 14, since 20" in told
    assert "absence of a found attack alone" in told
    document = weak("findings", "--json", code=1).json()
    (found,) = [x for x in document["findings"] if x["code"] == "NEGATIVE_EVIDENCE_ONLY"]
    assert sorted(found) == ["answer", "case", "code", "days", "entry", "kind", "since", "state", "why"]
    assert (found["kind"], found["state"], found["case"], found["answer"]) == ("quality", "open", None, None)
    assert found["entry"] == 14
    assert "NEGATIVE_EVIDENCE_ONLY 14\n" in weak("findings", "-q", code=1).out


def test_findings_are_asked_of_any_time(weak: Shell) -> None:
    now = weak("findings", "--json", code=1).json()
    before = weak("findings", "--known-at", "2025-10-31", "--json", code=None).json()
    assert "NEGATIVE_EVIDENCE_ONLY" in {x["code"] for x in now["findings"]}
    assert "NEGATIVE_EVIDENCE_ONLY" not in {x["code"] for x in before["findings"]}
    assert before["known_at"] == "2025-10-31T23:59:59.999999Z"
    at = "2025-10-31T09:00:00.000000Z"
    assert weak("findings", "--as-of", at, "--json", code=None).json()["as_of"] == at
    for wrong in ("yesterday", "2025-02-30", "20250314", "2025-03-14T09:00Z"):
        assert "is no time" in weak("findings", "--as-of", wrong, code=2).err


def test_a_new_kind_reads_well_on_every_screen(weak: Shell) -> None:
    assert (
        weak("log", "--type", "case.*")
        .out.rstrip()
        .endswith(
            "p-assessor2 (ASSESSOR)        case id sc-heron-4, "
            'nodes [{"ground": "absence_of_found_attack", "kind": "claim", "node_id": "c1", '
            '"status": "supported", "text": "Nobody broke it."}]'
        )
    )
    assert "Affirmative case (case.stated)" in weak("show", "14").out


def test_the_form_of_a_determination_is_printed(shell: Shell) -> None:
    assert shell("record", "decide-capability", "--form").out == COMMANDS["decide-capability"].form
    assert "decide-capability " in shell("record", "--list").out


@pytest.mark.parametrize("name", definitions())
def test_every_shipped_policy_is_shown_and_weighed(shell: Shell, name: str) -> None:
    assert shell("policy", "show", name).out.startswith(name.replace("-", " ") + ": ")
    assert shell("policy", "show", name, "--json").json() == definition(name).policy.data
    found = shell("policy", "lint", name, "--json").json()["weaknesses"]
    assert len(shell("policy", "lint", name, "-q").out.splitlines()) == len(found) > 0
    assert f": {len(found)} weakness" in shell("policy", "lint", name).out


def test_a_change_shows_what_loosens_first(shell: Shell) -> None:
    told = shell("policy", "diff", "rsp-2.1", "rsp-2.2").out.splitlines()
    assert told[0].startswith("rsp 2.1 -> rsp 2.2: 6 changes: 3 loosen")
    assert told[2] == "LOOSENS"
    changes = shell("policy", "diff", "rsp-2.1", "rsp-2.2", "--json").json()["changes"]
    assert [c["direction"] for c in changes[:3]] == ["loosens"] * 3
    assert len(shell("policy", "diff", "rsp-2.1", "rsp-2.2", "-q").out.splitlines()) == 6


def test_a_policy_is_read_from_a_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_bytes(definition("rsp-2.2").text)
    assert "0 changes" in shell("policy", "diff", "rsp-2.2", file).out
    file.write_text("schema: countersign.policy/1\n")
    assert "ours.yaml, line 1" in shell("policy", "lint", file, code=1).err
    assert "rsp-3.4" in shell("policy", "show", "rsp-9", code=1).err
