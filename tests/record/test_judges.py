"""No judge of the record can be taken away unnoticed: tools/mutate_judges.py on tests/judges.txt."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.mutate_judges import REGISTRY, ROOT, Judge, allow, find, read_registry

TOOL = ROOT / "tools" / "mutate_judges.py"


def mutate(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, TOOL, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


GIVES = r"-> .*\b(Fault|Refusal)\]$"
SCOPE = [*ROOT.glob("ledger/record/*.py"), *ROOT.glob("ledger/subjects/*.py"), ROOT / "ledger" / "judge.py"]


def judges_in(path: Path) -> set[str]:
    """Every function of a file that gives back faults or refusals, however nested in classes."""

    def walk(body: list[ast.stmt], prefix: str) -> Iterator[str]:
        for node in body:
            if isinstance(node, ast.ClassDef):
                yield from walk(node.body, f"{prefix}.{node.name}")
            elif isinstance(node, ast.FunctionDef) and re.search(GIVES, ast.unparse(node).split(":\n")[0]):
                yield f"{prefix}.{node.name}"

    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return set(walk(ast.parse(path.read_text(encoding="utf-8")).body, module))


def test_every_judge_is_registered() -> None:
    """A new judge needs a line in tests/judges.txt: its name, [] and the test that would miss it."""
    found = set().union(*map(judges_in, SCOPE))
    assert found - {judge.function for judge in read_registry()} == set()
    assert {"ledger.record.authority._roster", "ledger.judge._decision"} <= found


@pytest.mark.slow
def test_each_judge_is_missed_by_its_test() -> None:
    done = mutate()
    assert done.returncode == 0, done.stdout + done.stderr


JUDGE = "ledger.record.authority._roster"
HERE = "tests/record/test_authority.py"


def written(folder: Path, line: str) -> Path:
    registry = folder / "judges.txt"
    registry.write_text(line + "\n", encoding="utf-8")
    return registry


@pytest.mark.parametrize(
    ("test", "why"),
    [("test_the_roster_is_entry_1", "still passes"), ("test_that_was_renamed", "not found")],
    ids=["survivor", "no-test"],
)
def test_the_tool_finds_a_judge_that_nobody_would_miss(tmp_path: Path, test: str, why: str) -> None:
    """So that the tests above say something."""
    done = mutate("--registry", written(tmp_path, f"{JUDGE} [] {HERE}::{test}"))
    assert done.returncode == 1
    assert why in done.stdout + done.stderr


@pytest.mark.parametrize(
    "name",
    ["ledger.record.authority._rooster", "ledger.recoord.x", "nowhere.x", "ledger.record.authority.OFFICERS"],
)
def test_a_judge_that_is_no_function_is_an_error(name: str) -> None:
    with pytest.raises(SystemExit, match=r"is no function|is in no module"):
        find(name)


def test_a_registry_is_read_strictly(tmp_path: Path) -> None:
    assert read_registry(written(tmp_path, "# comment\n\na.b [] c")) == [Judge("a.b", "[]", "c")]
    with pytest.raises(SystemExit, match="cannot be made to say maybe"):
        read_registry(written(tmp_path, f"{JUDGE} maybe {HERE}::x"))
    with pytest.raises(TypeError):
        read_registry(written(tmp_path, f"{JUDGE} []"))


def test_a_mutant_stays_the_same_object_under_every_name() -> None:
    """Must 1 of the tool: whoever imported or registered the function has the mutant too, a closure as well."""

    def made(limit: int) -> object:
        def judge(act: str, *, now: str = "") -> list[str]:
            return [f"{act} {now}"] * limit

        return judge

    judge = made(2)
    registry = {"G-1": judge}
    allow(judge, "[]")  # type: ignore[arg-type]
    assert registry["G-1"]("act", now="x") == []  # type: ignore[operator]


def test_the_registry_has_each_judge_once() -> None:
    functions = [judge.function for judge in read_registry(REGISTRY)]
    assert len(set(functions)) == len(functions)
