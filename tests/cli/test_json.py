"""With --json every command answers with one document, whatever happens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli.table import TABLE
from tests.cli.conftest import Shell

READING = [
    ["log"],
    ["show", "3"],
    ["show", "3", "--proof", "PROOF"],
    ["docket"],
    ["docket", "list"],
    ["docket", "show"],
    ["docket", "export", "0", "FILE"],
    ["docket", "withdraw", "0", "--yes"],
    ["verify"],
    ["findings", "--as-of", "2025-01-31", "--known-at", "2025-01-31"],
    ["exceptions"],
    ["cases"],
    ["corrections"],
    ["guide"],
    ["commitments"],
    ["policy", "lint", "rsp-2.2"],
    ["policy", "diff", "rsp-2.1", "rsp-2.2"],
    ["health"],
    ["keys", "list"],
    ["keys", "sheet"],
    ["record", "--list"],
    ["record", "note", "--form"],
    ["init", "--form"],
    ["publish", "--out", "SITE"],
    ["export", "--out", "BUNDLE.zip"],
    ["backup", "--out", "BACKUP"],
    ["completion", "bash"],
]


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_answers(demo: Shell, tmp_path: Path, words: list[str]) -> None:
    words = [str(tmp_path / w) if w.isupper() or w.endswith(".zip") else w for w in words]
    answer = demo(*words, "--json")
    json.loads(answer.out)
    assert answer.err == ""


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_quietly(demo: Shell, tmp_path: Path, words: list[str]) -> None:
    words = [str(tmp_path / w) if w.isupper() or w.endswith(".zip") else w for w in words]
    answer = demo(*words, "--quiet")
    assert answer.err == ""


WRONG = [
    ["run", "--frobnicate"],
    ["demo"],
    ["init"],
    ["init", "-f", "nowhere"],
    ["keys", "nonsense"],
    ["keys", "new"],
    ["keys", "show", "nowhere"],
    ["keys", "prove", "--key", "nowhere"],
    ["keys", "rotate", "--key", "nowhere"],
    ["keys", "backup", "nowhere", "--to", "."],
    ["record"],
    ["record", "note", "-f", "nowhere", "--key", "nowhere"],
    ["sign", "--key", "nowhere"],
    ["sign", "nowhere.json", "--key", "nowhere"],
    ["docket", "show", "ZZZ"],
    ["docket", "add-signature", "nowhere"],
    ["history", "import"],
    ["log", "--since", "never"],
    ["show", "99"],
    ["verify", "nowhere"],
    ["health", "--frobnicate"],
    ["publish", "--policy", "nowhere"],
    ["export"],
    ["export", "--out", "b.zip", "--class", "nobody"],
    ["backup"],
    ["restore", "nowhere"],
    ["restore"],
    ["serve", "--port", "99999"],
    ["completion", "csh"],
    ["clocks", "--frobnicate"],
    ["desk", "--frobnicate"],
    ["gate", "--frobnicate"],
    ["models", "--frobnicate"],
    ["monitor", "--frobnicate"],
    ["pauses", "--frobnicate"],
    ["report", "--frobnicate"],
    ["search", "--frobnicate"],
    ["tables", "--frobnicate"],
    ["trustee", "--frobnicate"],
    ["why", "--frobnicate"],
    ["nonsense"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_errors(demo: Shell, words: list[str]) -> None:
    answer = demo(*words, "--json", code=None)
    assert answer.code in (1, 2)
    document = json.loads(answer.out)
    if words[0] == "verify":
        assert document["exit"] == answer.code
    else:
        assert document["error"]["exit"] == answer.code
        assert all(r["reason"] for r in document["error"]["reasons"])
    assert answer.err == ""
    told = demo(*words, code=answer.code)
    assert told.err or words[0] == "verify"
    assert len(told.err) < 3000


def test_every_command_stands_in_this_file() -> None:
    assert set(TABLE) <= {words[0] for words in (*READING, *WRONG)}
