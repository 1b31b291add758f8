"""ledger.policy.consistency: what no single member shows."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.policy.load import load
from tests.policy.kit import data, drop, put

WRONG: list[tuple[int, str, str, Any, str]] = [
    # rule, version, path, what is put there, the path that the error must name
    (1, "2.2", "/baseline_standards/0", "ASL-1", "/baseline_standards"),
    (1, "2.2", "/thresholds/0/requires/standards/0", "ASL-7", "/thresholds/CBRN-3/requires/standards"),
    (1, "2.2", "/thresholds/0/next_level", "CBRN-9", "/thresholds/CBRN-3/next_level"),
    (1, "2.2", "/decisions/capability/deciders/0", "CFO", "/decisions/capability/deciders"),
    (
        1,
        "2.2",
        "/decisions/safeguards/reapprove/standards/0",
        "ASL-8",
        "/decisions/safeguards/reapprove/standards",
    ),
    (1, "2.2", "/approvals/policy_change/approve/0", "SHAREHOLDERS", "/approvals/policy_change/approve"),
    (1, "2.2", "/approvals/lowered_safeguards/follows", "mood", "/approvals/lowered_safeguards/follows"),
    (1, "2.2", "/approvals/lowered_safeguards/extra/0", "R22-EX-9", "/approvals/lowered_safeguards/extra"),
    (1, "2.2", "/exceptions/1/condition_of", "R22-EX-2", "/exceptions/R22-EX-2/condition_of"),
    (1, "2.2", "/roles/0/id", "KING", "/approvals/policy_change/propose"),
    (2, "2.2", "/governance/0/id", "R22-C-AUDIT", "/governance/R22-C-AUDIT"),
    (2, "2.2", "/withdrawn_commitments/0/id", "R10-SPECIFY", "/withdrawn_commitments/R10-SPECIFY"),
    (3, "2.2", "/supersedes", "2.2", "/supersedes"),
    (
        4,
        "2.2",
        "/assessment/comprehensive/triggers/0/value",
        "P6M",
        "/assessment/comprehensive/triggers/EC4X",
    ),
    (
        4,
        "2.2",
        "/assessment/comprehensive/triggers/1/value",
        "4.0",
        "/assessment/comprehensive/triggers/CAL6M",
    ),
    (4, "2.2", "/assessment/comprehensive/triggers/2/op", ">=", "/assessment/comprehensive/triggers/RSO"),
    (4, "1.0", "/assessment/triggers/0/metric", "rso_discretion", "/assessment/triggers/EC4X"),
    (4, "2.2", "/exceptions/0/modality", "must", "/exceptions/R22-EX-1"),
    (4, "2.2", "/clocks/0/within", "P1M", "/clocks/R22-C-COMPREHENSIVE"),
    (5, "1.0", "/gates/train/1/flag_at", "6.5", "/gates/train/R10-G-TRAIN-2"),
    (5, "2.2", "/thresholds/1/next_level", "CBRN-3", "/thresholds/CBRN-3/next_level"),
    (5, "2.2", "/thresholds/2/ruled_out_by", "CBRN-3", "/thresholds/AI-RND-4/ruled_out_by"),
    (5, "2.2", "/thresholds/0/formerly", "CBRN-4", "/thresholds/CBRN-3/formerly"),
    (5, "2.2", "/thresholds/1/formerly", "CBRN", "/thresholds/CBRN-4/formerly"),
    (
        5,
        "2.2",
        "/approvals/lowered_safeguards/follows",
        "lowered_safeguards",
        "/approvals/lowered_safeguards/follows",
    ),
    (5, "2.2", "/clocks/4/target", "P2Y", "/clocks/R22-C-PUBLIC"),
    (5, "3.4", "/clocks/0/earliest", "P7M", "/clocks/R34-C-RR"),
    (5, "3.4", "/public_surfaces/unsettled/0", "general", "/public_surfaces"),
    (5, "3.4", "/risk_report/cadence/min", "P1Y", "/risk_report/cadence"),
]


def refused(value: Any) -> Malformed:
    with pytest.raises(Malformed) as e:
        load(value)
    return e.value


@pytest.mark.parametrize(("rule", "version", "path", "new", "where"), WRONG)
def test_rules_1_to_5_what_does_not_fit_is_named_by_its_path(
    rule: int, version: str, path: str, new: Any, where: str
) -> None:
    assert refused(put(data(version), path, new)).where == where


def test_rule_1_the_government_may_be_asked_and_no_more() -> None:
    load(put(data("2.2"), "/approvals/policy_change/consult", ["LTBT", "GOVERNMENT"]))
    assert refused(put(data("2.2"), "/approvals/policy_change/approve", ["GOVERNMENT"])).what.startswith(
        "GOVERNMENT"
    )


def test_rule_2_a_duty_may_not_stand_under_two_prefixes() -> None:
    value = data("2.2")
    value["governance"].append({**value["governance"][0], "id": "R21-GOV-STAFF"})
    assert refused(value).where == "/governance/11"


@pytest.mark.parametrize(
    ("version", "section"),
    [
        ("2.2", "assessment"),
        ("2.2", "decisions"),
        ("2.2", "baseline_standards"),
        ("1.0", "deploy_surfaces"),
        ("3.4", "risk_report"),
        ("3.4", "public_surfaces"),
    ],
)
def test_rule_3_a_gate_style_needs_its_sections(version: str, section: str) -> None:
    assert refused(drop(data(version), f"/{section}")).where == f"/{section}"


def test_rule_4_neither_every_nor_within() -> None:
    assert refused(drop(data("2.2"), "/clocks/0/every")).where == "/clocks/R22-C-COMPREHENSIVE"


def test_rule_5_a_line_id_stands_once_in_the_policy() -> None:
    value = data("1.0")
    value["thresholds"][0]["lines"] = value["thresholds"][1]["lines"]
    assert refused(value).where == "/thresholds/ASL3-AUTONOMY/lines/AUT-50"


def test_rule_6_a_role_in_which_nobody_can_sign() -> None:
    value = data("2.2")
    value["roles"].append({"id": "KING", "duties": ["reign"]})
    assert refused(value).where == "/roles/KING"
