"""docs/rules.md: every rule of the sources, with a test for each side, and as ``tools/rules_table.py`` writes it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.rules import RULES
from api.cli.trouble import section
from tools import rules_table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rules.md"
ROW = re.compile(r"^\| ([A-Z]-[A-Z0-9-]+) \|", re.MULTILINE)


def test_the_page_is_what_the_sources_say() -> None:
    command = [sys.executable, str(ROOT / "tools" / "rules_table.py"), "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


def test_every_rule_of_the_sources_has_its_row() -> None:
    """Found here in another way than the tool finds them: by how rules are written, wherever in a source."""
    written = {
        id_
        for package in ("ledger", "api")
        for path in (ROOT / package).rglob("*.py")
        for id_ in re.findall(r"\"([A-Z]-[A-Z]+(?:-[A-Z0-9]+)*)\",", path.read_text(encoding="utf-8"))
    }
    shown = set(ROW.findall(PAGE.read_text(encoding="utf-8")))
    examples = {"A-KEY", "R-KEY-1"}  # in docstrings
    assert written - examples <= shown
    assert len(shown) > 50


def test_a_refusal_names_the_section_that_the_page_names() -> None:
    rows = re.findall(
        r"^\| ([A-Z]-[A-Z0-9-]+) \| [^|]+ \| ([^|]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(rows) > 50
    assert {id_: section(id_) for id_, _ in rows} == dict(rows)


def test_every_test_named_is_there() -> None:
    named = re.findall(r"`(tests/[^`]+::test_\w+)`", PAGE.read_text(encoding="utf-8"))
    assert len(named) > 90
    assert set(named) <= rules_table.tests().keys()


@pytest.mark.parametrize("gone", ["RULES", "GUARD", "TEST"])
def test_a_missing_row_fails(gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if gone == "RULES":
        monkeypatch.delitem(RULES, "E-POLICY")
    elif gone == "GUARD":
        described = {id_: told for id_, told in rules_table.guards().items() if id_ != "G-DIS-2"}
        monkeypatch.setattr(rules_table, "guards", lambda: described)
    else:
        known = {t: n for t, n in rules_table.tests().items() if "test_e_live_allows" not in t}
        monkeypatch.setattr(rules_table, "tests", lambda: known)
    with pytest.raises(SystemExit, match=r"^(E-POLICY|G-DIS-2|E-LIVE): "):
        rules_table.page()


def test_a_row_without_a_rule_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RULES, "E-NONE", ("Nothing", "DOMAIN 0"))
    with pytest.raises(SystemExit, match=r"E-NONE: stands in api/cli/rules\.py and not in the sources"):
        rules_table.page()
