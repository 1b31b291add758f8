"""ledger.policy.render: what a person reads on a terminal, and what a program gets."""

from __future__ import annotations

import pytest

from ledger.policy.diff import diff
from ledger.policy.direction import Direction
from ledger.policy.lint import lint
from ledger.policy.load import load
from ledger.policy.render import diff_json, diff_text, lint_json, lint_text, show
from ledger.record.canonical import decode, encode
from tests.policy.kit import VERSIONS, data, put

PAIRS = list(zip(VERSIONS, VERSIONS[1:] + VERSIONS[:1], strict=True))


def test_a_diff_as_it_is_read() -> None:
    old, new = load(data("2.1")), load(data("2.2"))
    text = diff_text(old, new, diff(old, new))
    assert text.startswith(
        "rsp 2.1 -> rsp 2.2: 6 changes: 3 loosen, 3 are unclear\n"
        "\n"
        "LOOSENS\n"
        "  - /standards/ASL-3-SECURITY/out_of_scope  [4.2]\n"
        "      highly sophisticated state-compromised insiders\n"
        "  + /standards/ASL-3-SECURITY/out_of_scope  [4.2]\n"
    )
    assert (
        "\nUNCLEAR (only the wording can tell)\n  + /standards/ASL-3-SECURITY/in_scope_note  [4.2]\n" in text
    )


def test_no_difference() -> None:
    policy = load(data("2.2"))
    assert diff_text(policy, policy, []) == "rsp 2.2 -> rsp 2.2: 0 changes\n"


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_rule_1_every_change_once_loosening_first(old: str, new: str) -> None:
    one, other = load(data(old)), load(data(new))
    changes = diff(one, other)
    lines = diff_text(one, other, changes).splitlines()
    assert sum(line[:4] in ("  + ", "  - ", "  ~ ", "  > ") for line in lines) == len(changes)
    directions = [item["direction"] for item in diff_json(changes)]
    assert directions == sorted(directions, key=list(Direction).index)
    heads = [line.partition(" ")[0].lower() for line in lines if line and line[0].isupper()]
    assert heads == [direction for direction in Direction if direction in directions]


def test_rule_2_the_section_is_named() -> None:
    old = load(data("2.2"))
    new = load(put(data("2.2"), "/clocks/R22-C-AUDIT/every", "P2Y"))
    assert "  ~ /clocks/R22-C-AUDIT/every  [7.2.4]\n      was: P1Y\n      is:  P2Y\n" in diff_text(
        old, new, diff(old, new)
    )
    assert "/exceptions/R22-EX-1  [7.1.7 fn 17]\n" in lint_text(old, lint(old))


def test_a_duty_that_moved() -> None:
    value = data("2.2")
    value["iterative_commitments"].append(value["governance"].pop())
    old, new = load(data("2.2")), load(value)
    text = diff_text(old, new, diff(old, new))
    assert "  > /iterative_commitments/R22-GOV-USG  [7.2.3]\n      from /governance/R22-GOV-USG\n" in text


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_rule_3_json_forms_hold_everything(old: str, new: str) -> None:
    changes = diff(data(old), data(new))
    found = diff_json(changes)
    assert decode(encode(found)) == found
    assert sorted(item["path"] for item in found) == sorted(change.path for change in changes)
    assert {frozenset(item) for item in found} == {frozenset(type(changes[0]).__slots__)}
    weaknesses = lint(load(data(new)))
    assert decode(encode(lint_json(weaknesses)))[0]["code"] == weaknesses[0].code
    assert {frozenset(item) for item in lint_json(weaknesses)} == {frozenset(type(weaknesses[0]).__slots__)}


@pytest.mark.parametrize("version", VERSIONS)
def test_show_names_every_rule_and_threshold(version: str) -> None:
    policy = load(data(version))
    text = show(policy)
    assert all(len(line) <= 130 for line in text.splitlines())
    for t in policy.thresholds:
        assert f"  {t.id}" in text
    for place, rule in policy.rules():
        if place.partition("/")[0] not in ("governance", "assessment", "risk_report"):
            assert f"  {rule.id}" in text
    for name, _ in policy.approvals.named():
        assert f"  {name}: " in text


def test_lint_text() -> None:
    policy = load(data("1.0"))
    assert lint_text(policy, lint(policy)).startswith(
        "rsp 1.0: 5 weaknesses\n\nNEXT_LEVEL_UNDEFINED  /thresholds/ASL3-MISUSE"
    )
    assert lint_text(policy, lint(policy)[:1]).startswith("rsp 1.0: 1 weakness\n")
    assert "ASL-4-DEPLOYMENT (not yet written)" in show(load(data("2.2")))
