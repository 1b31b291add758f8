"""Every test that the threat model names exists, and every attack in its tables names one."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODEL = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", MODEL)))
ATTACKS = [
    row
    for chapter in re.split(r"^## ", MODEL, flags=re.MULTILINE)
    if chapter.startswith("Attacks")
    for row in re.findall(r"^\|(?! attack |-).*\|$", chapter, re.MULTILINE)
]


@cache
def functions(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("file", "test"), NAMED, ids=lambda name: name)
def test_a_named_test_exists(file: str, test: str) -> None:
    assert (ROOT / "tests" / file).is_file(), f"there is no tests/{file}"
    assert test in functions(file), f"tests/{file} has no {test}"


@pytest.mark.parametrize("row", ATTACKS, ids=lambda row: row.split("|")[1].strip()[:50])
def test_an_attack_names_the_test_that_shows_it(row: str) -> None:
    attack, *_, shown = (cell.strip() for cell in row.strip("|").split(" | "))
    assert attack
    assert re.fullmatch(r"(`[\w/]+\.py::test_\w+` ?)+\|?", shown), shown


def test_there_are_attacks() -> None:
    assert len(ATTACKS) > 40


@pytest.mark.parametrize(
    "attack", ["small-order", "drawer", "be two people", "plant a topic", "guess", "twice"]
)
def test_the_attacks_behind_the_format_are_named(attack: str) -> None:
    """RECORD says: where it looks fussy, an attack is behind it. These are the ones a newcomer would ask about."""
    assert any(attack in row for row in ATTACKS)
