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
from tests.policy.kit import VERSIONS, data, drop, put


def refused(value: Any) -> Malformed:
    with pytest.raises(Malformed) as e:
        load(value)
    return e.value


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


WRONG: list[tuple[str, str, Any, str]] = [
    # version, path, what is put there, the path that the error must name
    ("2.2", "/surprise", 1, ""),
    ("2.2", "/schema", "countersign.policy/2", "/schema"),
    ("2.2", "/version", 2, "/version"),
    ("2.2", "/version", "two", "/version"),
    ("2.2", "/policy", "RSP", "/policy"),
    ("2.2", "/title", "", "/title"),
    ("2.2", "/title", None, "/title"),
    ("2.2", "/title", "x" * 20_001, "/title"),
    ("2.2", "/effective_on", "2025-02-30", "/effective_on"),
    ("2.2", "/effective_on", "14 May 2025", "/effective_on"),
    ("2.2", "/effective_at", "2025-05-14", "/effective_at"),
    ("2.2", "/effective_at", "2025-05-14T25:00:00.000000Z", "/effective_at"),
    ("2.2", "/supersedes", "2.2", "/supersedes"),
    ("2.2", "/gate_style", "levels", "/gate_style"),
    ("2.2", "/gates/sell", [], "/gates"),
    ("2.2", "/gates/deploy", {}, "/gates/deploy"),
    ("2.2", "/gates/deploy/0/yields/0", "NOT_SO_GOOD", "/gates/deploy/0/yields/0"),
    ("2.2", "/gates/deploy/0/modality", "shall", "/gates/deploy/0/modality"),
    ("2.2", "/gates/deploy/0/enforce", "refuse", "/gates/deploy/0/enforce"),
    ("2.2", "/gates/train/0/flag_at", 4, "/gates/train/0/flag_at"),
    ("2.2", "/gates/train/0/depends_on", "luck", "/gates/train/0/depends_on"),
    ("1.0", "/gates/train/1/flag_at", "6.5", "/gates/train/R10-G-TRAIN-2"),
    ("2.2", "/baseline_standards/0", "ASL-1", "/baseline_standards"),
    ("2.2", "/baseline_standards/0", "ASL-2-SECURITY", "/baseline_standards/1"),
    ("2.2", "/deploy_surfaces/0", "moon", "/deploy_surfaces/0"),
    ("2.2", "/standards/0/kind", "magic", "/standards/0/kind"),
    ("2.2", "/standards/0/level", "2", "/standards/0/level"),
    ("2.2", "/standards/0/level", True, "/standards/0/level"),
    ("2.2", "/standards/0/criteria/0", {"id": "C2", "text": "a second C2"}, "/standards/0/criteria/1"),
    ("2.2", "/standards/0/criteria/0", "", "/standards/0/criteria/0"),
    ("2.2", "/standards/4/undefined", "yes", "/standards/4/undefined"),
    ("2.2", "/standards/1/id", "ASL-2-DEPLOYMENT", "/standards/1"),
    ("2.2", "/thresholds/0/requires/standards/0", "ASL-7", "/thresholds/CBRN-3/requires/standards"),
    ("2.2", "/thresholds/0/next_level", "CBRN-9", "/thresholds/CBRN-3/next_level"),
    ("2.2", "/thresholds/1/next_level", "CBRN-3", "/thresholds/CBRN-3/next_level"),
    ("2.2", "/thresholds/2/ruled_out_by", "CBRN-3", "/thresholds/AI-RND-4/ruled_out_by"),
    ("2.2", "/thresholds/0/formerly", "CBRN-4", "/thresholds/CBRN-3/formerly"),
    ("2.2", "/thresholds/1/formerly", "CBRN", "/thresholds/CBRN-4/formerly"),
    ("2.2", "/thresholds/0/kind", "gate", "/thresholds/0/kind"),
    ("1.0", "/thresholds/1/lines/0/value", "50%", "/thresholds/1/lines/0/value"),
    ("1.0", "/thresholds/1/lines/0/op", "~", "/thresholds/1/lines/0/op"),
    ("1.0", "/thresholds/1/lines/0/kind", "amber", "/thresholds/1/lines/0/kind"),
    (
        "2.2",
        "/assessment/comprehensive/triggers/0/value",
        "4.0x",
        "/assessment/comprehensive/triggers/0/value",
    ),
    ("2.2", "/assessment/comprehensive/triggers/0/value", 4, "/assessment/comprehensive/triggers/0/value"),
    ("2.2", "/assessment/comprehensive/triggers/0/value", "P6M", "/assessment/comprehensive/triggers/EC4X"),
    ("2.2", "/assessment/comprehensive/triggers/1/value", "4.0", "/assessment/comprehensive/triggers/CAL6M"),
    ("2.2", "/assessment/comprehensive/triggers/2/op", ">=", "/assessment/comprehensive/triggers/RSO"),
    ("1.0", "/assessment/triggers/0/metric", "rso_discretion", "/assessment/triggers/EC4X"),
    ("1.0", "/assessment/triggers/0/baseline", "first_model", "/assessment/triggers/0/baseline"),
    ("2.2", "/decisions/capability/deciders/0", "CFO", "/decisions/capability/deciders"),
    ("2.2", "/decisions/safeguards/reapprove/every", "yearly", "/decisions/safeguards/reapprove/every"),
    (
        "2.2",
        "/decisions/safeguards/reapprove/standards/0",
        "ASL-8",
        "/decisions/safeguards/reapprove/standards",
    ),
    ("2.2", "/approvals/policy_change/approve/0", "SHAREHOLDERS", "/approvals/policy_change/approve"),
    ("2.2", "/approvals/policy_change/publish", "afterwards", "/approvals/policy_change/publish"),
    ("2.2", "/approvals/lowered_safeguards/follows", "mood", "/approvals/lowered_safeguards/follows"),
    (
        "2.2",
        "/approvals/lowered_safeguards/follows",
        "lowered_safeguards",
        "/approvals/lowered_safeguards/follows",
    ),
    ("2.2", "/approvals/lowered_safeguards/extra/0", "R22-EX-9", "/approvals/lowered_safeguards/extra"),
    ("2.2", "/approvals/lunch", {"ref": "1"}, "/approvals"),
    ("2.2", "/exceptions/1/condition_of", "R22-EX-2", "/exceptions/R22-EX-2/condition_of"),
    ("2.2", "/exceptions/0/form", "quiet", "/exceptions/0/form"),
    ("2.2", "/exceptions/0/modality", "must", "/exceptions/R22-EX-1"),
    ("2.2", "/exceptions/0/needs/0", "a good reason", "/exceptions/0/needs/0"),
    ("2.2", "/clocks/0/starts_at", "whenever", "/clocks/0/starts_at"),
    ("2.2", "/clocks/0/starts_at", "testing.begun (comprehensive)", "/clocks/0/starts_at"),
    ("2.2", "/clocks/0/every", "P6", "/clocks/0/every"),
    ("2.2", "/clocks/0/within", "P1M", "/clocks/R22-C-COMPREHENSIVE"),
    ("2.2", "/clocks/4/target", "P2Y", "/clocks/R22-C-PUBLIC"),
    ("3.4", "/clocks/0/earliest", "P7M", "/clocks/R34-C-RR"),
    ("2.2", "/clocks/5/within", "house:", "/clocks/5/within"),
    ("2.2", "/clocks/1/id", "R19-C-COMPREHENSIVE", "/clocks/1"),
    ("2.2", "/governance/0/id", "R22-C-AUDIT", "/governance/R22-C-AUDIT"),
    ("2.2", "/withdrawn_commitments/0/id", "R10-SPECIFY", "/withdrawn_commitments/R10-SPECIFY"),
    ("2.2", "/roles/0/id", "KING", "/approvals/policy_change/propose"),
    ("3.4", "/public_surfaces/unsettled/0", "general", "/public_surfaces"),
    ("3.4", "/risk_report/cadence/min", "P1Y", "/risk_report/cadence"),
    ("3.4", "/external_review/minimum_reviewers", -1, "/external_review/minimum_reviewers"),
    ("2.2", "/silent_on/0", "delegation", "/silent_on/4"),
]


@pytest.mark.parametrize(("version", "path", "new", "where"), WRONG)
def test_rule_3_what_is_wrong_is_named_by_its_path(version: str, path: str, new: Any, where: str) -> None:
    assert refused(put(data(version), path, new)).where == where


def test_rule_3_a_role_in_which_nobody_can_sign() -> None:
    value = data("2.2")
    value["roles"].append({"id": "KING", "duties": ["reign"]})
    assert refused(value).where == "/roles/KING"


@pytest.mark.parametrize(
    ("version", "path"),
    [
        ("2.2", "/schema"),
        ("2.2", "/effective_at"),
        ("2.2", "/gates"),
        ("2.2", "/approvals/policy_change"),
        ("2.2", "/clocks/0/every"),
        ("2.2", "/clocks/0/modality"),
        ("2.2", "/assessment"),
        ("2.2", "/decisions"),
        ("2.2", "/assessment/preliminary/cadence_unit"),
        ("2.2", "/baseline_standards"),
        ("3.4", "/risk_report"),
        ("3.4", "/public_surfaces"),
        ("1.0", "/deploy_surfaces"),
    ],
)
def test_rule_3_what_is_missing_is_refused(version: str, path: str) -> None:
    value = data(version)
    drop(value, path)
    refused(value)


def test_rule_3_the_line_is_named_too() -> None:
    text = yaml.safe_dump(put(data("2.2"), "/thresholds/0/next_level", "CBRN-9"), sort_keys=False)
    with pytest.raises(Malformed) as e:
        load_text(text)
    line, path = e.value.where.removeprefix("line ").split(", ")
    assert path == "/thresholds/CBRN-3/next_level"
    assert text.splitlines()[int(line) - 1].strip() == "next_level: CBRN-9"


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


@given(values)
def test_rule_3_nor_from_anything_else(value: Any) -> None:
    with pytest.raises(Malformed):
        load(value)
