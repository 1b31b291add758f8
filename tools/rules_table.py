"""Write docs/rules.md: every rule that may refuse something, what it asks, where it comes from, the cure, its tests.

    python tools/rules_table.py            write the page
    python tools/rules_table.py --check    change nothing, fail when the page is not what would be written

The ids are read off the sources: whatever stands as rule in a ``Refusal(…)``, ``held(…)``, ``fault(…)`` or ``no(…)``.
Guards (G-…) say in the docstring of their judge what they ask and in their Kind where that is written; the others have
a line in RULES below. Cures are the sources' own, with … for what they fill in.

1. A rule in the sources without its line must fail, and so must a line without a rule.
2. Every rule of the ledger must have a test for each side, found by its name: ``test_<rule>_refuses…`` and
   ``test_<rule>_allows…``. (Rules of the doors, which only ask a client's own questions: a test that names it.)
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from api.cli.rules import RULES
from ledger import judge
from ledger.subjects.registry import KINDS

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "rules.md"
CALLS: Final = {"Refusal": 0, "held": 0, "no": 0, "_no": 0, "fault": 1}
"""Which argument of a call is the rule; reason and cure follow."""

FAMILIES: Final = {
    "E": "The event and its form (`ledger/judge.py`, `ledger/office.py`)",
    "S": "Signatures (`ledger/record/signatures.py`; claims 7 and 8)",
    "A": "Authority over people, keys and the trust roster (`ledger/record/authority.py`; claims 7 and 8)",
    "G": "Guards of each kind of act (`ledger/subjects`; claim 12)",
    "D": "The docket (`ledger/docket.py`; nothing on the record depends on these)",
    "C": "The signer's own client, before it signs (`api/cli`)",
    "H": "Importing history (`api/cli`)",
}

CURES: Final = {
    "G-APP-1": "let 'to' lie after 'from' / bodies act by their members, services are registered by key",
    "G-APP-2": "end that appointment first, or let this one begin after it / CEO and RSO are two persons",
    "G-FND-1": "as for G-APP-1 and G-APP-2",
    "G-GATE-3": "deliver each decision and its report: countersign record share-with-bodies",
    "D-SIGNED": "sign it first; the operator may open it unsigned",
}
"""Of those that put theirs together elsewhere."""

_INTRO: Final = """# Rules

Whatever is refused names its rule. Who refuses is the one judge, `ledger/judge.py`: the office asks it before it
appends, the docket to say what is missing, and the auditor's replay (claim 12) at every entry, with the same function.
E-SEEN, E-TYPE and E-UNREAD are asked by the recorder alone, D-, C- and H-rules by the doors.

This page is written by `python tools/rules_table.py` out of the sources; a test fails when it is not up to date.
"Refuses" and "allows" name a test of each side. "Source" is a section of the specification that this was built from:
of RECORD the bytes stand in [format.md](format.md), of DOMAIN the rules stand here.
"""


@dataclass
class Rule:
    """A rule as the sources have it: its cures, in order, each once."""

    id: str
    cures: list[str] = field(default_factory=list)


@cache
def rules() -> dict[str, Rule]:
    """Every rule that occurs in the sources of ledger/ and api/."""
    found: dict[str, Rule] = {}
    for package in ("ledger", "api"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for id_, cure in _refusals(ast.parse(path.read_text(encoding="utf-8"))):
                rule = found.setdefault(id_, Rule(id_))
                if cure and cure not in rule.cures:
                    rule.cures.append(cure)
    return found


def _refusals(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(rule, cure) of every refusal in a module."""
    scopes = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    constants = {
        n.target.id: n.value
        for n in tree.body
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name) and n.value is not None
    }
    for node in ast.walk(tree):
        place = (
            CALLS.get(node.func.id)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            else None
        )
        if place is None or not isinstance(node, ast.Call) or len(node.args) <= place:
            continue
        rule = node.args[place]
        if isinstance(rule, ast.Constant) and isinstance(rule.value, str):
            cure = node.args[place + 2] if len(node.args) > place + 2 else None
            yield (
                rule.value,
                _text(cure, [s for s in scopes if s.lineno <= node.lineno <= (s.end_lineno or 0)], constants),
            )


def _text(node: ast.expr | None, scopes: list[ast.FunctionDef], constants: dict[str, ast.expr]) -> str:
    """What an expression says, with … for what it fills in; empty when that cannot be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values)
    if isinstance(node, ast.BoolOp):
        return _text(node.values[-1], scopes, constants)
    if isinstance(node, ast.Name):
        for scope in reversed(scopes):
            for inner in ast.walk(scope):
                if isinstance(inner, ast.Assign) and any(
                    isinstance(t, ast.Name) and t.id == node.id for t in inner.targets
                ):
                    return _text(inner.value, [], constants)
        return _text(constants.get(node.id), [], {})
    return ""


def guards() -> dict[str, tuple[str, str]]:
    """What each guard asks, and the section it comes from."""
    out = {}
    for kind in KINDS.values():
        for id_, asked in kind.judges.items():
            out[id_] = (_asks(asked.__doc__ or "", id_), kind.section)
    corrected = vars(judge)["_corrected"].__doc__ or ""
    out["G-COR-4"] = (_asks(corrected, "G-COR-4"), KINDS["entry.corrected"].section)
    return out


def _asks(doc: str, id_: str) -> str:
    first = " ".join(doc.split("\n\n", maxsplit=1)[0].split())
    if not first.startswith(f"{id_}: "):
        raise SystemExit(f"{id_}: the docstring of its judge does not begin with its id")
    asked = first.removeprefix(f"{id_}: ").rstrip(".").split(" [")[0]
    return asked[0].upper() + asked[1:]


@cache
def tests() -> dict[str, frozenset[str]]:
    """Every test by its node id, with the rules that it names."""
    out = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                said = {
                    n.value
                    for n in ast.walk(node)
                    if isinstance(n, ast.Constant) and isinstance(n.value, str)
                }
                out[f"{path.relative_to(ROOT)}::{node.name}"] = frozenset(said & RULES.keys())
    return out


def sides(id_: str, all_tests: Mapping[str, frozenset[str]]) -> tuple[str, str]:
    """A test in which the rule refuses and one in which it allows; empty where there is none."""
    stem = f"::test_{id_.lower().replace('-', '_')}"
    refuses = [t for t in all_tests if f"{stem}_refuses" in t]
    allows = [t for t in all_tests if f"{stem}_allows" in t]
    if _at_the_door(id_):
        refuses = [t for t, named in all_tests.items() if id_ in named]
    return (refuses or [""])[0], (allows or [""])[0]


def _family(id_: str) -> str:
    """The letter before the dash; a guard that DOMAIN calls by a word is a guard all the same."""
    return id_[0] if id_[1] == "-" else "G"


def _at_the_door(id_: str) -> bool:
    return _family(id_) in "CH" or id_ == "D-SIGNED"


def page() -> str:
    """The whole page; SystemExit names every rule that lacks something."""
    found, asked, all_tests = rules(), guards(), tests()
    described = RULES | asked
    missing = [
        f"{id_}: stands in the sources and not in api/cli/rules.py"
        for id_ in sorted(found.keys() - described.keys())
    ]
    missing += [
        f"{id_}: stands in api/cli/rules.py and not in the sources"
        for id_ in sorted(described.keys() - found.keys())
    ]
    lines = [_INTRO.rstrip()]
    for family, title in FAMILIES.items():
        lines += [
            f"\n## {title}\n",
            "| Rule | What it asks | Source | Cure | Refuses | Allows |",
            "|---|---|---|---|---|---|",
        ]
        for id_ in sorted((i for i in found if _family(i) == family), key=_order):
            what, section = described.get(id_, ("", ""))
            refuses, allows = sides(id_, all_tests)
            if not refuses or not (allows or _at_the_door(id_)):
                missing.append(
                    f"{id_}: wants a test for each side, test_{id_.lower().replace('-', '_')}_refuses… and …_allows…"
                )
            cures = " / ".join(found[id_].cures) or CURES.get(id_, "")
            if not cures:
                missing.append(f"{id_}: its cure cannot be read off the sources; give it a line in CURES")
            lines.append(f"| {id_} | {what} | {section} | {cures} | {_code(refuses)} | {_code(allows)} |")
    if missing:
        raise SystemExit("\n".join(missing))
    return "\n".join(lines) + "\n"


def _order(id_: str) -> tuple[str, int]:
    head, _, number = id_.rpartition("-")
    return (head, int(number)) if number.isdigit() else (id_, 0)


def _code(test: str) -> str:
    return f"`{test}`" if test else ""


def main() -> int:
    """Write the page or compare it."""
    text = page()
    if "--check" in sys.argv:
        same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
        if not same:
            print("docs/rules.md is not up to date: run python tools/rules_table.py")
        return 0 if same else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
