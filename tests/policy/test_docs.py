"""docs/policy-as-data.md against the code: every member, word, event and lint code is documented as it is."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from ledger.policy import plain, words
from ledger.policy.direction import Direction
from ledger.policy.lint import Lint, lint, meaning
from ledger.policy.load import load
from ledger.policy.member import Member, Sense, Written, members
from ledger.policy.moment import EVENTS
from ledger.policy.schema import Policy
from tests.policy.kit import VERSIONS, data

PAGE = (Path(__file__).parents[2] / "docs" / "policy-as-data.md").read_text(encoding="utf-8")
WORDS: list[type[Enum]] = [k for k in vars(words).values() if getattr(k, "__module__", "") == words.__name__]
PLAIN = {
    "str": "text",
    "int": "whole number",
    "bool": "true or false",
    "Fraction": "number",
    "Duration": "period",
}
PLAIN |= {"House": "house setting", "Moment": "moment"}


def kinds(kind: type = Policy) -> list[type]:
    """All objects of the schema, in the order in which a reader meets them."""
    found = [kind]
    for m in members(kind):
        found += [inner for inner in kinds(m.part) if inner not in found] if m.part else []
    return found


def form(m: Member) -> str:
    """How a member is written."""
    if m.part:
        named = f"[{m.part.__name__}](#{m.part.__name__.lower()})"
        return f"list of {named}" if m.many else named
    named = " or ".join(_plain(m, kind) for kind in m.types)
    if m.names:
        named = f"id in {m.names}"
    return (f"list of {named}" if m.many else named) + (" or null" if m.nullable else "")


def _plain(m: Member, kind: type) -> str:
    if issubclass(kind, Enum) and kind in WORDS:
        return f"[{kind.__name__}](#words)"
    return m.written.name.lower() if kind is str and m.written is not Written.TEXT else PLAIN[kind.__name__]


def rows(kind: type) -> list[list[str]]:
    """Member, how it is written, whether it must be there, how a change counts."""
    return [
        [f"`{m.name}`", form(m), "yes" if m.required else "", m.sense.name.lower().replace("_", " ")]
        for m in members(kind)
    ]


def table(heading: str) -> list[list[str]]:
    """The first table under a heading, without its head."""
    section = re.split(rf"^#+ {re.escape(heading)}$", PAGE, maxsplit=1, flags=re.MULTILINE)[1]
    lines = re.split(r"^#", section, maxsplit=1, flags=re.MULTILINE)[0].splitlines()
    found = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("|")
    ]
    return found[2:]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_member_is_documented_as_it_is(kind: type) -> None:
    documented = table(kind.__name__)
    assert [row[:4] for row in documented] == rows(kind)
    assert all(len(row) == 5 and row[4] for row in documented)


def _used(kind: type, value: Any) -> set[str]:
    found = set()
    for m in members(kind):
        if m.name in value:
            found.add(f"{kind.__name__}.{m.name}")
            for item in value[m.name] if m.many else [value[m.name]]:
                found |= _used(m.part, item) if m.part and isinstance(item, dict) else set()
    return found


def test_members_that_no_shipped_version_uses() -> None:
    """The schema knows little beyond the nine versions; what it adds is named in the page."""
    used = set().union(*(_used(Policy, data(version)) for version in VERSIONS))
    unused = {f"{kind.__name__}.{m.name}" for kind in kinds() for m in members(kind)} - used
    named = set(
        re.findall(r"`([A-Z]\w+\.\w+)`", PAGE.partition("No shipped version uses")[2].partition("\n\n")[0])
    )
    assert named == {name for name in unused if not name.endswith((".note", ".ref"))}


def test_every_word_is_documented() -> None:
    assert {row[0]: row[1] for row in table("Words")} == {
        kind.__name__: " ".join(f"`{word.value}`" for word in kind) for kind in WORDS
    }


def test_every_sense_is_documented() -> None:
    assert {row[0]: row[1] for row in table("What a change means")} == {
        sense.name.lower().replace("_", " "): sense.value for sense in Sense
    }
    assert [row[0] for row in table("Directions")] == [str(direction) for direction in Direction]


def test_every_event_is_documented() -> None:
    assert set(re.findall(r"`([a-z_]+\.[a-z_]+)`", "".join(map(" ".join, table("Moments"))))) == EVENTS


def test_every_lint_code_is_documented_with_the_versions_that_show_it() -> None:
    found = {code: [v for v in VERSIONS if code in {w.code for w in lint(load(data(v)))}] for code in Lint}
    expected = [[f"`{code}`", meaning(code), " ".join(found[code])] for code in Lint]
    assert [row[:3] for row in table("Weaknesses")] == expected
    assert all(row[3] for row in table("Weaknesses"))


def test_how_often_each_version_shows_each() -> None:
    expected = []
    for version in VERSIONS:
        codes = [w.code for w in lint(load(data(version)))]
        expected.append([version, *(str(codes.count(code)) for code in Lint), str(len(codes))])
    assert table("How many in each version") == expected


def test_the_example_in_python_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(PAGE.partition("```python\n")[2].partition("```")[0], {})
    printed = capsys.readouterr().out
    assert printed.startswith("rsp 2.1 -> rsp 2.2: 6 changes: 3 loosen, 3 are unclear\n")
    assert "\n()\nrsp 2.2: 13 weaknesses\n" in printed


def test_the_example_in_yaml_is_read() -> None:
    example = plain.load(PAGE.partition("```yaml\n")[2].partition("```")[0])
    value = data("2.2") | {name: example[name] for name in ("schema", "policy", "version")}
    value["thresholds"][0] = example["thresholds"][0]
    assert load(value).version == "2.3"
