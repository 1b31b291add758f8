"""docs/format.md: the table of names, as ``tools/types_table.py`` writes it, and every type's layout."""

import subprocess
import sys
from pathlib import Path

from ledger.subjects.registry import COMMANDS, KINDS
from tools import types_table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")


def test_the_table_is_what_the_registry_says() -> None:
    command = [sys.executable, str(ROOT / "tools" / "types_table.py"), "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


def test_every_type_and_command_has_its_row() -> None:
    for command, kind in COMMANDS.items():
        assert f"| `{kind.type}` | `{command}` |" in PAGE


def test_a_name_of_the_domain_stands_for_one_event() -> None:
    assert len(set(types_table.EVENTS.values())) == len(types_table.EVENTS)
    assert {types_table.kebab("DecideCapability"), types_table.kebab("EndTesting")} <= set(COMMANDS)
    assert len(KINDS) == len(COMMANDS)
