"""docs/scenarios.md: what it says can be done is done, by the command line and in Python."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ledger.subjects.registry import COMMANDS
from tests.cli.conftest import Shell, demo, demonstration, shell

__all__ = ["demo", "demonstration", "shell"]
"""Fixtures of the command line."""

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
(PYTHON,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
(FORM,) = re.findall(r"<<'FORM'\n(.*?)^FORM", PAGE, re.MULTILINE | re.DOTALL)


def test_the_story_in_python_goes_as_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(compile(PYTHON, "docs/scenarios.md", "exec"), names)
    assert "no assessment of heron-4 against CBRN-3" in capsys.readouterr().out


def test_the_story_by_the_command_line_goes_as_it_is_told(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "heads.json", tmp_path / "year")
    shell("demo", "--seed", "1")
    (tmp_path / "measured.yaml").write_text(FORM)
    words = re.search(r"countersign (record record-\S+) .* --key year/keys/(\S+)\.key", PAGE)
    assert words
    record = ["record", words[1].split()[1], "--file", tmp_path / "measured.yaml"]
    key = ["--key", shell.key(words[2]), "--yes", "--json"]
    assert isinstance(shell(*record, *key).json()["index"], int)
    assert (
        shell("findings", "--as-of", "2025-01-31", "--known-at", "2025-01-31", "--json").json()["findings"]
        == []
    )
    refused = shell("record", "decide-capability", "--file", tmp_path / "measured.yaml", *key, code=1)
    assert refused.json()["error"]["reasons"]


def test_every_command_of_the_page_can_be_recorded() -> None:
    named = set(re.findall(r"\.(?:given|when)\(\s*\"([a-z-]+)\"", PAGE)) | set(
        re.findall(r"record (re\S+)", PAGE)
    )
    assert named
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("number", range(1, 9))
def test_each_of_the_eight_questions_is_answered_by_its_one_command(demo: Shell, number: int) -> None:
    (words,) = re.findall(rf"^\| {number} \| .* \| `countersign (.*)` \|$", PAGE, re.MULTILINE)
    then = ["--as-of", "2025-03-14", "--known-at", "2025-03-14"]
    document = demo(*words.split(), *then, "--json", code=None).json()
    assert "error" not in document
    assert document["as_of"].startswith("2025-03-14")
    assert demo(*words.split(), *then, code=None).out
