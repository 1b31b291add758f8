"""The shape of the house that no import contract can state: ARCHITECTURE §2, as tests."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("ledger", "keys", "api", "intake")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MODULE_LINES = 350

HEAVY = {
    "click",
    "eventsourcing",
    "fastapi",
    "jinja2",
    "psycopg",
    "pydantic",
    "rich",
    "sqlite_utils",
    "starlette",
    "uvicorn",
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def committed() -> list[Path]:
    """What git would hand to somebody else: tracked files, and new ones that are not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for line in listing.split("\0") if line and (path := ROOT / line).is_file()]


def imported(tree: ast.AST) -> set[str]:
    """Every module that a module's source imports, wherever in it, by full name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used here"
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("path", [*ROOT.glob("ledger/record/**/*.py"), ROOT / "ledger/errors.py"], ids=name)
def test_the_record_is_made_of_the_standard_library(path: Path) -> None:
    for module in imported(ast.parse(path.read_text(encoding="utf-8"))):
        pure = module.split(".")[0] in sys.stdlib_module_names
        ours = module in {"ledger.errors", "ledger.record"} or module.startswith("ledger.record.")
        assert pure or ours, f"{name(path)} imports {module}"


# All of the project that the offline verifier may load, and so all that its one file must carry.
CARRIED = re.compile(r"ledger|ledger\.errors|ledger\.(record|verify)(\.\w+)*|keys|keys\.check(\.\w+)*")


@pytest.mark.parametrize("package", ["ledger.record", "ledger.verify", "keys.check"])
def test_the_offline_verifier_loads_little(package: str) -> None:
    """Every module of the package in a fresh interpreter, so that nothing hides behind an empty __init__."""
    script = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
import importlib, pkgutil
package = importlib.import_module({package!r})
for module in pkgutil.walk_packages(getattr(package, "__path__", []), package.__name__ + "."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(*sys.modules)
"""
    run = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert {module for module in loaded if module.split(".")[0] in HEAVY} == set()
    ours = {module for module in loaded if module.split(".")[0] in PACKAGES}
    assert {module for module in ours if not CARRIED.fullmatch(module)} == set()


def test_the_ledger_package_is_empty_on_purpose() -> None:
    """Importing ledger.verify runs ledger/__init__.py first: whatever stood there, the offline verifier would load."""
    body = ast.parse((ROOT / "ledger" / "__init__.py").read_text(encoding="utf-8")).body
    assert [
        node for node in body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ] == []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_is_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MODULE_LINES


@pytest.mark.parametrize("path", sorted(ROOT.glob("tools/*.py")), ids=name)
def test_a_tool_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


# Written in pieces, so that this file passes its own test. Where packages come from and where a machine keeps its
# files are the affair of whoever installs; a path or a mirror in a commit works for one person only.
MACHINE = "|".join(
    [
        r"(?<![\w.~-])/(?:ho" + r"me|ro" + r"ot|Us" + r"ers|wo" + r"rk|op" + r"t)/[\w.-]+",
        r"(?i:c:\\+us" + r"ers)\\",
        r"fi" + r"le:///?[a-z]",
    ]
)
REGISTRY = "|".join(
    [
        r"(?:files\.)?pytho" + r"nhosted\.org",
        r"py" + r"pi\.(?:org|python\.org)",
        r"registry\.(?:npm" + r"js\.org|yarn" + r"pkg\.com)",
        r"(?:deb|security)\.deb" + r"ian\.org",
        r"proxy\.gol" + r"ang\.org",
        r"--(?:extra-)?index" + r"-url|--find" + r"-links|--trusted" + r"-host",
    ]
)
PRIVATE = re.compile(f"{MACHINE}|{REGISTRY}".encode())


def test_no_committed_file_names_a_machine_or_a_registry() -> None:
    named = {name(path): match[0] for path in committed() if (match := PRIVATE.search(path.read_bytes()))}
    assert named == {}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"])
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9-]+(\[[a-z,-]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line


def test_the_development_lock_holds_the_runtime_as_it_is() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9-]+==\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
