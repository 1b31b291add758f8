"""The schema itself: members, words, thresholds, rules, procedures, and what a policy answers."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Annotated

import pytest

import ledger.policy
from ledger.policy import words
from ledger.policy.duration import Duration
from ledger.policy.load import load
from ledger.policy.member import Id, Period, Sense, Shorter, StandardId, Text, members
from ledger.policy.procedures import interval
from ledger.policy.rules import duty
from ledger.policy.schema import Policy
from ledger.policy.words import Action, Code, Enforce, Modality
from tests.policy.kit import VERSIONS, data, put
from tests.policy.test_docs import kinds

SOURCES = sorted(Path(ledger.policy.__path__[0]).glob("*.py"))


def test_member_rule_1_what_has_no_default_must_stand_in_the_file() -> None:
    @dataclass
    class Example:
        id: Id
        note: Text | None
        every: Shorter[Period] | None = None
        standards: tuple[StandardId, ...] = ()

    Example.__init__.__globals__.update(globals())
    found = {m.name: (m.required, m.nullable, m.many) for m in members(Example)}
    assert found == {
        "id": (True, False, False),
        "note": (True, True, False),
        "every": (False, False, False),
        "standards": (False, False, True),
    }


@pytest.mark.parametrize("annotation", [list[str], dict[str, str], Annotated[str, "?"], str, int | str])
def test_member_rule_2_no_member_is_read_by_chance(annotation: object) -> None:
    example: type = dataclass(type("Example", (), {"__annotations__": {"x": annotation}}))
    with pytest.raises(TypeError):
        members(example)


def test_member_rule_2_every_sense_is_some_member_s() -> None:
    assert {m.sense for kind in kinds() for m in members(kind)} == set(Sense)


@pytest.mark.parametrize(
    ("ranked", "firmest"),
    [
        (words.Modality, "must"),
        (words.Enforce, "block"),
        (words.Stop, "finding"),
        (words.LineKind, "red"),
        (words.Mode, "all"),
        (words.Together, "jointly"),
        (words.ConsultOrder, "before_approval"),
        (words.Publish, "before_effect"),
    ],
)
def test_words_rule_1_the_firmest_stands_first(ranked: type[Enum], firmest: str) -> None:
    assert next(iter(ranked)).value == firmest


def test_words_rule_2_every_list_is_used_by_a_member_or_a_function() -> None:
    used = {kind for part in kinds() for m in members(part) for kind in m.types}
    lists = {k for k in vars(words).values() if getattr(k, "__module__", "") == words.__name__}
    assert lists <= used | {Action}


def test_schema_rule_1_no_number_or_level_of_a_policy_stands_in_the_code() -> None:
    """Strings of code that are no documentation hold no level, no threshold and no multiple of a shipped version."""
    known = {t["id"] for v in VERSIONS for t in data(v)["thresholds"]}
    known |= {s["id"] for v in VERSIONS for s in data(v)["standards"]}
    for source in SOURCES:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        documentation = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in documentation
            ):
                assert node.value not in known, (source.name, node.value)
                assert not re.fullmatch(r"[0-9]+\\.[0-9]+", node.value), (source.name, node.value)


def test_schema_rule_2_data_is_the_whole_plain_value() -> None:
    assert [f.name for f in fields(Policy)][-1] == "data"
    assert all(load(data(version)).data == data(version) for version in VERSIONS)


def test_schema_rule_3_a_rule_is_found_by_its_duty() -> None:
    policy = load(data("2.2"))
    audit = policy.rule("R20-C-AUDIT")
    assert audit is not None
    assert audit.id == "R22-C-AUDIT"
    assert policy.rule("C-AUDIT") is audit
    assert policy.rule("R22-C-NOTHING") is None
    places = {rule.id: place for place, rule in policy.rules()}
    assert (places["R22-G-TRAIN-A"], places["R21-SPECIFY"]) == ("gates/train", "iterative_commitments")
    assert len(places) == len(list(policy.rules()))


def test_schema_rule_3_a_rule_is_cited_for_its_code() -> None:
    policy = load(data("2.2"))
    cited = policy.cited_for(Action.DEPLOY, Code.NOT_SHARED)
    assert cited is not None
    assert cited.id == "R22-G-DEPLOY-C"
    specify = policy.cited_for(Action.TRAIN, Code.STANDARD_UNDEFINED)
    assert specify is not None
    assert (specify.id, specify.enforce) == ("R21-SPECIFY", Enforce.BLOCK)
    assert policy.cited_for(Action.TRAIN, Code.PAUSE_ACTIVE) is None
    assert [r.id for r in policy.commitments()] == ["R21-REEVALUATE", "R21-SPECIFY"]
    assert [r.id for r in load(data("3.4")).commitments()][-1] == "R34-A-FREE"


def test_schema_rule_4_undefined_is_not_defined() -> None:
    policy = load(data("2.2"))
    assert policy.defined("ASL-3-SECURITY")
    assert not policy.defined("ASL-4-SECURITY")
    assert not policy.defined("ASL-9")
    written = put(data("2.2"), "/standards/ASL-4-SECURITY/criteria", ["a criterion"])
    assert not load(written).defined("ASL-4-SECURITY")


def test_thresholds_rule_1_a_criterion_without_an_id_gets_its_place() -> None:
    policy = load(data("2.2"))
    asl2, asl3 = policy.standard("ASL-2-DEPLOYMENT"), policy.standard("ASL-3-DEPLOYMENT")
    assert asl2 is not None
    assert asl3 is not None
    assert [c.id for c in asl2.criteria] == ["C1", "C2", "C3", "C4"]
    assert asl2.criteria[0].text == "usage policy and model cards"
    assert [c.id for c in asl3.criteria] == ["D1", "D2", "D3", "D4", "D5", "D6", "D7"]


def test_thresholds_rule_2_formerly_is_kept() -> None:
    assert {t.id: t.formerly for t in load(data("2.1")).thresholds} == {
        "CBRN-3": "CBRN",
        "CBRN-4": "CBRN-NEXT",
        "AI-RND-4": "AI-RND",
        "AI-RND-5": "AI-RND-NEXT",
        "MODEL-AUTONOMY": None,
    }


@pytest.mark.parametrize(
    ("id_", "name"),
    [
        ("R20-C-AUDIT", "C-AUDIT"),
        ("R123-X", "X"),
        ("C-AUDIT", "C-AUDIT"),
        ("R20-", "R20-"),
        ("RX-Y", "RX-Y"),
        ("R10-R20-X", "R20-X"),
        ("AR10-X", "AR10-X"),
    ],
)
def test_rules_rule_1_one_duty_under_every_prefix(id_: str, name: str) -> None:
    assert duty(id_) == name


def test_rules_rule_2_every_or_within() -> None:
    for version in VERSIONS:
        for clock in load(data(version)).clocks:
            assert (clock.every is None) != (clock.within is None)
            assert clock.modality in Modality


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("at least monthly", "P1M"),
        ("every month", "P1M"),
        ("quarterly", "P3M"),
        ("daily", "P1D"),
        ("P30D", "P30D"),
        ("at least every P6W", "P6W"),
        ("annual", "P1Y"),
        ("routinely", None),
        ("PERHAPS", None),
        ("", None),
        ("P6X", None),
        (None, None),
    ],
)
def test_procedures_rule_1_an_interval_only_where_one_is_named(text: str | None, written: str | None) -> None:
    assert interval(text) == (Duration.parse(written) if written else None)


@pytest.mark.parametrize(
    ("version", "values"), [("1.0", (4, Duration(months=3))), ("2.2", (4, Duration(months=6), None))]
)
def test_triggers_of_both_shapes(version: str, values: tuple[object, ...]) -> None:
    assessment = load(data(version)).assessment
    assert assessment is not None
    assert tuple(t.value for t in assessment.all_triggers) == values
