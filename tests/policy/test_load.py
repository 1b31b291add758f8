"""ledger.policy.load: the nine versions are read whole, and nothing that is not exactly right is."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.policy.duration import Duration
from ledger.policy.load import load, load_text
from ledger.policy.member import House
from ledger.policy.moment import Moment
from ledger.policy.shipped import definition
from ledger.policy.words import (
    Action,
    Code,
    Enforce,
    Form,
    GateStyle,
    LineKind,
    Modality,
    Publish,
    ThresholdKind,
)
from ledger.record import canonical
from tests.policy.kit import VERSIONS, data, put


def test_the_nine_versions_are_there() -> None:
    assert VERSIONS == ("1.0", "2.0", "2.1", "2.2", "3.0", "3.1", "3.2", "3.3", "3.4")


@pytest.mark.parametrize("version", VERSIONS)
def test_rules_1_and_2_the_same_data_give_the_same_policy_and_nothing_is_lost(version: str) -> None:
    value = data(version)
    before = canonical.encode(value)
    policy = load(value)
    assert policy == load(deepcopy(value))
    assert canonical.encode(policy.data) == before
    value["title"] = "another"
    assert canonical.encode(policy.data) == before


def test_what_was_read_is_typed() -> None:
    policy = load(data("2.2"))
    assert policy.gate_style is GateStyle.CAPABILITY_THRESHOLDS
    cbrn = policy.threshold("CBRN-3")
    assert cbrn is not None
    assert (cbrn.formerly, cbrn.next_level, cbrn.kind) == ("CBRN", "CBRN-4", ThresholdKind.THRESHOLD)
    assert cbrn.requires is not None
    assert cbrn.requires.standards == ("ASL-3-DEPLOYMENT", "ASL-3-SECURITY")
    assert cbrn.requires.modality is Modality.MUST
    ec4x, cal6m, rso = policy.assessment.all_triggers if policy.assessment else ()
    assert (ec4x.value, cal6m.value, rso.value) == (Fraction(4), Duration(months=6), None)
    usg = next(c for c in policy.clocks if c.id == "R22-C-USG")
    assert usg.within == House("usg_notice")
    assert usg.starts_at == Moment(("model.above_baseline",))
    assert [e.permits for e in policy.exceptions] == [True, False]
    assert policy.exceptions[0].form is Form.LOWERED_SAFEGUARDS
    assert policy.approvals.policy_change.publish is Publish.BEFORE_EFFECT
    assert policy.approvals.lowered_safeguards is not None
    assert policy.approvals.lowered_safeguards.follows == "policy_change"
    assert not policy.defined("ASL-4-SECURITY")
    assert not policy.defined("ASL-9")
    assert policy.defined("ASL-3-SECURITY")


def test_lines_of_1_0() -> None:
    autonomy = load(data("1.0")).threshold("ASL3-AUTONOMY")
    assert autonomy is not None
    assert autonomy.line is LineKind.RED
    assert [(line.id, line.kind, line.value) for line in autonomy.lines] == [
        ("AUT-50", LineKind.RED, Fraction(1, 2))
    ]
    assert load(data("1.0")).line("AUT-50") == (autonomy, autonomy.lines[0])
    assert load(data("1.0")).line("AUT-51") is None


def test_a_criterion_without_an_id_gets_its_place() -> None:
    policy = load(data("2.2"))
    asl2, asl3 = policy.standard("ASL-2-DEPLOYMENT"), policy.standard("ASL-3-DEPLOYMENT")
    assert asl2 is not None
    assert asl3 is not None
    assert [c.id for c in asl2.criteria] == ["C1", "C2", "C3", "C4"]
    assert asl2.criteria[0].text == "usage policy and model cards"
    assert [c.id for c in asl3.criteria] == ["D1", "D2", "D3", "D4", "D5", "D6", "D7"]


def test_rules_are_found_by_their_duty_and_cited_by_their_code() -> None:
    policy = load(data("2.2"))
    audit = policy.rule("R20-C-AUDIT")
    assert audit is not None
    assert audit.id == "R22-C-AUDIT"
    assert policy.rule("R22-C-NOTHING") is None
    cited = policy.cited_for(Action.DEPLOY, Code.NOT_SHARED)
    assert cited is not None
    assert cited.id == "R22-G-DEPLOY-C"
    specify = policy.cited_for(Action.TRAIN, Code.STANDARD_UNDEFINED)
    assert specify is not None
    assert (specify.id, specify.enforce) == ("R21-SPECIFY", Enforce.BLOCK)
    assert policy.cited_for(Action.TRAIN, Code.PAUSE_ACTIVE) is None
    assert [r.id for r in policy.commitments()] == ["R21-REEVALUATE", "R21-SPECIFY"]
    assert [r.id for r in load(data("3.4")).commitments()][-1] == "R34-A-FREE"


def test_the_demonstration_policy_is_read() -> None:
    """demo-year.md: 2.2 under another name, with one red line under its checkpoint."""
    qsp = put(data("2.2"), "/policy", "qsp")
    line = {"id": "AUT-50", "kind": "red", "metric": "share_of_tasks_passed", "op": ">=", "value": "0.50"}
    put(qsp, "/thresholds/MODEL-AUTONOMY", {**qsp["thresholds"][-1], "lines": [line]})
    checkpoint = load(qsp).threshold("MODEL-AUTONOMY")
    assert checkpoint is not None
    assert checkpoint.lines[0].value == Fraction("0.50")


def test_rule_3_the_line_is_named_too() -> None:
    text = yaml.safe_dump(put(data("2.2"), "/thresholds/0/next_level", "CBRN-9"), sort_keys=False)
    with pytest.raises(Malformed) as e:
        load_text(text)
    line, path = e.value.where.removeprefix("line ").split(", ")
    assert path == "/thresholds/CBRN-3/next_level"
    assert text.splitlines()[int(line) - 1].strip() == "next_level: CBRN-9"


@pytest.mark.parametrize(
    ("old", "new", "where", "first"),
    [
        ("every: P6M", "within: P1M\n  every: P6M", "/clocks/R22-C-COMPREHENSIVE", "id: R22-C-COMPREHENSIVE"),
        ("text: defence in depth", "text: ''", "/standards/2/criteria/1/text", "text: ''"),
        ("  - fine-tuning protections", "  - ''", "/standards/0/criteria/2", "''"),
    ],
)
def test_rule_3_the_line_of_an_item(old: str, new: str, where: str, first: str) -> None:
    text = definition("rsp-2.2").text.decode().replace(old, new, 1)
    with pytest.raises(Malformed) as e:
        load_text(text)
    line, path = e.value.where.removeprefix("line ").split(", ")
    assert path == where
    assert text.splitlines()[int(line) - 1].strip().removeprefix("- ") == first


@pytest.mark.parametrize(
    ("text", "where"), [("a: [", "line 1"), ("[]", "line 1"), ("", "line 1"), ("a: 1\na: 2\n", "line 2")]
)
def test_rule_3_texts_that_are_no_policy(text: str, where: str) -> None:
    with pytest.raises(Malformed) as e:
        load_text(text)
    assert e.value.where == where


leaves = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=5), st.just("P6M"), st.just(1.5)
)
values = st.recursive(
    leaves, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=5), x, max_size=3)
)


def _paths(value: Any, at: str = "") -> list[str]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, item in items for path in (f"{at}/{key}", *_paths(item, f"{at}/{key}"))]


PATHS = {version: _paths(data(version)) for version in VERSIONS}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(VERSIONS), st.data(), values)
def test_rule_3_whatever_comes_in_only_malformed_goes_out(
    version: str, draw: st.DataObject, new: Any
) -> None:
    value = put(data(version), draw.draw(st.sampled_from(PATHS[version])), new)
    try:
        policy = load(value)
    except Malformed:
        return
    assert policy.data == value
    assert policy == load(value)


@given(values)
def test_rule_3_nor_from_anything_else(value: Any) -> None:
    with pytest.raises(Malformed):
        load(value)
