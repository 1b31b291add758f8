"""ledger.policy.read: every member is known, there, and of its type, or the path says which is not."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.policy.read import read
from ledger.policy.rules import Clock
from ledger.policy.schema import Policy
from ledger.policy.words import Modality, Mode, Together
from tests.policy.kit import data, drop, put

WRONG: list[tuple[int, str, str, Any, str]] = [
    # rule, version, path, what is put there, the path that the error must name
    (1, "2.2", "/surprise", 1, ""),
    (1, "2.2", "/schema", "countersign.policy/2", "/schema"),
    (1, "2.2", "/version", 2, "/version"),
    (1, "2.2", "/version", "two", "/version"),
    (1, "2.2", "/policy", "RSP", "/policy"),
    (1, "2.2", "/title", "", "/title"),
    (1, "2.2", "/title", None, "/title"),
    (1, "2.2", "/title", "x" * 20_001, "/title"),
    (1, "2.2", "/effective_on", "2025-02-30", "/effective_on"),
    (1, "2.2", "/effective_on", "14 May 2025", "/effective_on"),
    (1, "2.2", "/effective_at", "2025-05-14", "/effective_at"),
    (1, "2.2", "/effective_at", "2025-05-14T25:00:00.000000Z", "/effective_at"),
    (1, "2.2", "/gate_style", "levels", "/gate_style"),
    (1, "2.2", "/gates/sell", [], "/gates"),
    (1, "2.2", "/gates/deploy", {}, "/gates/deploy"),
    (1, "2.2", "/gates/deploy/0/yields/0", "NOT_SO_GOOD", "/gates/deploy/0/yields/0"),
    (1, "2.2", "/gates/deploy/0/modality", "shall", "/gates/deploy/0/modality"),
    (1, "2.2", "/gates/deploy/0/enforce", "refuse", "/gates/deploy/0/enforce"),
    (1, "2.2", "/gates/train/0/flag_at", 4, "/gates/train/0/flag_at"),
    (1, "2.2", "/gates/train/0/depends_on", "luck", "/gates/train/0/depends_on"),
    (1, "2.2", "/deploy_surfaces/0", "moon", "/deploy_surfaces/0"),
    (1, "2.2", "/standards/0/kind", "magic", "/standards/0/kind"),
    (1, "2.2", "/standards/0/level", "2", "/standards/0/level"),
    (1, "2.2", "/standards/0/level", True, "/standards/0/level"),
    (1, "2.2", "/standards/0/criteria/0", "", "/standards/0/criteria/0"),
    (1, "2.2", "/standards/4/undefined", "yes", "/standards/4/undefined"),
    (1, "2.2", "/thresholds/0/kind", "gate", "/thresholds/0/kind"),
    (1, "1.0", "/thresholds/1/lines/0/value", "50%", "/thresholds/1/lines/0/value"),
    (1, "1.0", "/thresholds/1/lines/0/op", "~", "/thresholds/1/lines/0/op"),
    (1, "1.0", "/thresholds/1/lines/0/kind", "amber", "/thresholds/1/lines/0/kind"),
    (
        1,
        "2.2",
        "/assessment/comprehensive/triggers/0/value",
        "4.0x",
        "/assessment/comprehensive/triggers/0/value",
    ),
    (1, "2.2", "/assessment/comprehensive/triggers/0/value", 4, "/assessment/comprehensive/triggers/0/value"),
    (1, "1.0", "/assessment/triggers/0/baseline", "first_model", "/assessment/triggers/0/baseline"),
    (1, "2.2", "/decisions/safeguards/reapprove/every", "yearly", "/decisions/safeguards/reapprove/every"),
    (1, "2.2", "/approvals/policy_change/publish", "afterwards", "/approvals/policy_change/publish"),
    (1, "2.2", "/approvals/lunch", {"ref": "1"}, "/approvals"),
    (1, "2.2", "/exceptions/0/form", "quiet", "/exceptions/0/form"),
    (1, "2.2", "/exceptions/0/needs/0", "a good reason", "/exceptions/0/needs/0"),
    (1, "2.2", "/clocks/0/starts_at", "whenever", "/clocks/0/starts_at"),
    (1, "2.2", "/clocks/0/starts_at", "testing.begun (comprehensive)", "/clocks/0/starts_at"),
    (1, "2.2", "/clocks/0/every", "P6", "/clocks/0/every"),
    (1, "2.2", "/clocks/5/within", "house:", "/clocks/5/within"),
    (1, "3.4", "/external_review/minimum_reviewers", -1, "/external_review/minimum_reviewers"),
    (3, "2.2", "/baseline_standards/0", "ASL-2-SECURITY", "/baseline_standards/1"),
    (3, "2.2", "/standards/0/criteria/0", {"id": "C2", "text": "a second C2"}, "/standards/0/criteria/1"),
    (3, "2.2", "/standards/1/id", "ASL-2-DEPLOYMENT", "/standards/1"),
    (3, "2.2", "/clocks/1/id", "R19-C-COMPREHENSIVE", "/clocks/1"),
    (3, "2.2", "/silent_on/0", "delegation", "/silent_on/4"),
    (3, "2.2", "/standards/0/criteria/0", "fine-tuning protections", "/standards/0/criteria/2"),
    (
        3,
        "2.2",
        "/standards/0/criteria/0",
        {"id": "X", "text": "fine-tuning protections"},
        "/standards/0/criteria/2",
    ),
    (
        3,
        "2.2",
        "/standards/3/out_of_scope/0",
        "state-compromised insiders (fn 1)",
        "/standards/3/out_of_scope/3",
    ),
]


@pytest.mark.parametrize(("rule", "version", "path", "new", "where"), WRONG)
def test_rules_1_and_3_what_is_wrong_is_named_by_its_path(
    rule: int, version: str, path: str, new: Any, where: str
) -> None:
    with pytest.raises(Malformed, match="twice" if rule == 3 else ".") as e:
        read(Policy, put(data(version), path, new), "", data={})
    assert e.value.where == where


@pytest.mark.parametrize(
    "path",
    [
        "/schema",
        "/effective_at",
        "/gates",
        "/approvals/policy_change",
        "/clocks/0/modality",
        "/thresholds/0/summary",
        "/assessment/preliminary/cadence_unit",
        "/assessment/comprehensive/triggers",
    ],
)
def test_rule_1_what_is_missing_is_named(path: str) -> None:
    parent, _, name = path.rpartition("/")
    with pytest.raises(Malformed, match=f"member '{name}' is missing") as e:
        read(Policy, drop(data("2.2"), path), "", data={})
    assert e.value.where == parent


def test_rule_1_the_example_of_the_module() -> None:
    clock = {**data("2.2")["clocks"][3], "every": "a year"}
    with pytest.raises(Malformed) as e:
        read(Clock, clock, "/clocks/3")
    assert (
        str(e.value)
        == "/clocks/3/every: 'a year' is no duration (a duration like P6M, P30D, P1Y, PT72H or P5BD)"
    )


def test_rule_2_only_defaults_and_places_are_filled_in() -> None:
    policy = read(Policy, data("2.2"), "", data={})
    requires = policy.thresholds[0].requires
    assert requires is not None
    assert (requires.modality, requires.minimum, requires.undefined) == (Modality.MUST, False, False)
    assert policy.approvals.gate_decision is not None
    assert (policy.approvals.gate_decision.propose_mode, policy.approvals.gate_decision.propose) == (
        Mode.ALL,
        (),
    )
    assert policy.decisions is not None
    assert policy.decisions.capability.mode is Together.JOINTLY
    assert [c.id for c in policy.standards[0].criteria] == ["C1", "C2", "C3", "C4"]
