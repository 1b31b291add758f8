"""ledger.policy.lint and stops: which version shows which weakness, and that its cure ends it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ledger.policy.lint import Lint, lint, meaning
from ledger.policy.load import load
from ledger.policy.stops import stops
from ledger.policy.words import Stop
from tests.policy.kit import VERSIONS, data, drop, put

GOLDEN: dict[Lint, dict[str, list[str]]] = {
    Lint.THRESHOLD_WITHOUT_SAFEGUARDS: {
        "2.0 2.1 2.2": ["/thresholds/MODEL-AUTONOMY"],
        "3.0 3.1 3.2 3.3 3.4": [f"/thresholds/{t}" for t in ("CB-1", "CB-2", "SABOTAGE", "AUTO-RND")],
    },
    Lint.NEXT_LEVEL_UNDEFINED: {
        "1.0": ["/thresholds/ASL3-MISUSE", "/thresholds/ASL3-AUTONOMY"],
        "2.0": ["/thresholds/CBRN/next_level", "/thresholds/AI-RND/next_level"],
        "2.1 2.2": ["/thresholds/CBRN-3/next_level", "/thresholds/AI-RND-4/next_level"],
    },
    Lint.CADENCE_WITHOUT_INTERVAL: {
        "2.0 2.1 2.2": ["/assessment/preliminary/cadence", "/governance/GOV-NC-CHANNEL"],
        "3.0 3.1": ["/governance/GOV-INTERNAL"],
        "3.2 3.3 3.4": ["/governance/GOV-INTERNAL", "/governance/GOV-LTBT"],
    },
    Lint.NO_BUFFER: {"2.0 2.1 2.2 3.0 3.1 3.2 3.3 3.4": ["/assessment"]},
    Lint.NO_FINDING_STOP: {" ".join(VERSIONS): ["/gates/train"]},
    Lint.DISCRETION_ONLY: {
        "2.0 2.1 2.2": ["/gates/train/G-TRAIN-B"],
        "3.0 3.1 3.2 3.3 3.4": ["/gates/train/G-TRAIN", "/gates/store", "/gates/deploy/G-DELAY"],
    },
    Lint.PROMISED_CONDITION_MISSING: {
        "1.0": ["/governance/GOV-NONCOMPLIANCE"],
        "2.0": ["/iterative_commitments/ASL4-FIRST"],
    },
    Lint.EXCEPTION_WITHOUT_EXPIRY: {
        "1.0": ["/exceptions/EX-EMERGENCY"],
        "2.0 2.1 2.2": ["/exceptions/EX-1"],
        "3.0 3.1 3.2 3.3 3.4": ["/exceptions/EX"],
    },
    Lint.NO_INDEPENDENT_APPROVER: {
        "2.0 2.1 2.2": [
            f"/approvals/{name}"
            for name in ("capability_decision", "safeguards_decision", "interim_measures", "gate_decision")
        ],
        "3.0 3.1": ["/approvals/risk_report", "/approvals/reviewer_selection"],
        "3.2 3.3 3.4": ["/approvals/risk_report"],
    },
}


def _paths(value: Any, code: Lint) -> list[str]:
    return [_unversioned(w.path) for w in lint(load(value)) if w.code is code]


def _unversioned(path: str) -> str:
    """A path without the version's prefix of a rule."""
    return "/".join(name[4:] if name[:1] == "R" and name[3:4] == "-" else name for name in path.split("/"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("code", Lint)
def test_golden(code: Lint, version: str) -> None:
    expected = [
        path for versions, paths in GOLDEN[code].items() if version in versions.split() for path in paths
    ]
    assert _paths(data(version), code) == expected


def test_how_many_each_version_shows() -> None:
    counts = {version: len(lint(load(data(version)))) for version in VERSIONS}
    assert counts == {"1.0": 5, "2.0": 14} | dict.fromkeys(
        ("2.1", "2.2", "3.0", "3.1", "3.2", "3.3", "3.4"), 13
    )


REQUIRES = {"standards": ["ASL-3-SECURITY"]}
BUFFER = {
    "metric": "effective_compute_multiple",
    "value": "6.0",
    "text": "Training may go on inside the buffer.",
}
CLOCK = {
    "id": "R23-C-NC",
    "ref": "7.1.5",
    "modality": "must",
    "enforce": "flag",
    "text": "Update.",
    "every": "P3M",
}
CURES: list[tuple[Lint, str, str, list[tuple[str, Any]]]] = [
    # the code, the version, the path that shows it, and what is put where to end it
    (
        Lint.THRESHOLD_WITHOUT_SAFEGUARDS,
        "2.2",
        "/thresholds/MODEL-AUTONOMY",
        [
            ("/thresholds/MODEL-AUTONOMY/requires", REQUIRES),
            ("/thresholds/MODEL-AUTONOMY/next_level", "AI-RND-5"),
        ],
    ),
    (
        Lint.NEXT_LEVEL_UNDEFINED,
        "2.2",
        "/thresholds/CBRN-3/next_level",
        [
            ("/standards/ASL-4-DEPLOYMENT/undefined", False),
            ("/standards/ASL-4-SECURITY/undefined", False),
            ("/thresholds/CBRN-4/requires/undefined", False),
        ],
    ),
    (
        Lint.NEXT_LEVEL_UNDEFINED,
        "1.0",
        "/thresholds/ASL3-MISUSE",
        [("/thresholds/ASL3-MISUSE/next_level", "ASL3-AUTONOMY")],
    ),
    (
        Lint.CADENCE_WITHOUT_INTERVAL,
        "2.2",
        "/assessment/preliminary/cadence",
        [("/assessment/preliminary/cadence_unit", "P1M")],
    ),
    (
        Lint.CADENCE_WITHOUT_INTERVAL,
        "2.2",
        "/assessment/preliminary/cadence",
        [("/assessment/preliminary/cadence", "at least monthly")],
    ),
    (
        Lint.CADENCE_WITHOUT_INTERVAL,
        "2.2",
        "/assessment/preliminary/cadence",
        [("/clocks/R22-C-QSUM/met_by", "preliminary.assessed")],
    ),
    (Lint.CADENCE_WITHOUT_INTERVAL, "2.2", "/governance/GOV-NC-CHANNEL", [("/clocks/R22-C-AUDIT", CLOCK)]),
    (Lint.NO_BUFFER, "2.2", "/assessment", [("/assessment/buffer", BUFFER)]),
    (
        Lint.NO_BUFFER,
        "2.2",
        "/assessment",
        [("/gates/train/R22-G-TRAIN-B/flag_at", "4.0"), ("/gates/train/R22-G-TRAIN-B/block_at", "6.0")],
    ),
    (Lint.NO_FINDING_STOP, "2.2", "/gates/train", [("/gates/train/R22-G-TRAIN-A/depends_on", "finding")]),
    (
        Lint.NO_FINDING_STOP,
        "2.2",
        "/gates/train",
        [("/iterative_commitments/R21-SPECIFY/depends_on", "finding")],
    ),
    (
        Lint.DISCRETION_ONLY,
        "2.2",
        "/gates/train/G-TRAIN-B",
        [("/gates/train/R22-G-TRAIN-B/yields", ["CAP_EXCEEDED", "BUFFER_SPENT"])],
    ),
    (
        Lint.PROMISED_CONDITION_MISSING,
        "2.0",
        "/iterative_commitments/ASL4-FIRST",
        [("/iterative_commitments/R10-ASL4-FIRST/enforce", "block")],
    ),
    (
        Lint.PROMISED_CONDITION_MISSING,
        "2.0",
        "/iterative_commitments/ASL4-FIRST",
        [("/iterative_commitments/R10-ASL4-FIRST/yields", ["STANDARD_UNDEFINED"])],
    ),
    (
        Lint.EXCEPTION_WITHOUT_EXPIRY,
        "2.2",
        "/exceptions/EX-1",
        [("/exceptions/R22-EX-1/expires_within", "P6M")],
    ),
    (
        Lint.NO_INDEPENDENT_APPROVER,
        "2.2",
        "/approvals/gate_decision",
        [("/approvals/gate_decision/approve", ["CEO", "RSO", "LTBT"])],
    ),
]


@pytest.mark.parametrize(("code", "version", "path", "cure"), CURES)
def test_rule_1_the_cure_ends_it(code: Lint, version: str, path: str, cure: list[tuple[str, Any]]) -> None:
    value = data(version)
    before = _paths(value, code)
    for where, new in cure:
        put(value, where, new)
    after = _paths(value, code)
    assert path in before
    assert path not in after
    assert not Counter(after) - Counter(before)


def test_a_policy_whose_thresholds_nothing_waits_for() -> None:
    value = data("2.2")
    for gate in ("deploy/R22-G-DEPLOY-B", "store/R22-G-STORE-B"):
        drop(value, f"/gates/{gate}")
    assert _paths(value, Lint.PROMISED_CONDITION_MISSING) == ["/gates"]


def test_clearance_is_no_cadence() -> None:
    """R22-GOV-STAFF speaks of regular-clearance staff, R22-GOV-PUBLISH of periodic information that a clock times."""
    assert "/governance/GOV-STAFF" not in _paths(data("2.2"), Lint.CADENCE_WITHOUT_INTERVAL)
    without = drop(data("2.2"), "/clocks/R22-C-PUBLIC")
    assert "/governance/GOV-PUBLISH" in _paths(without, Lint.CADENCE_WITHOUT_INTERVAL)


@pytest.mark.parametrize("version", VERSIONS)
def test_rule_1_every_remark_says_where_and_what_ends_it(version: str) -> None:
    found = lint(load(data(version)))
    assert all(w.path.startswith("/") and w.text and w.cure for w in found)
    assert len({(w.code, w.path) for w in found}) == len(found)


def test_rule_3_every_code_has_a_meaning() -> None:
    assert all(meaning(code).endswith(".") for code in Lint)


def test_stops_rule_1_lists_all_that_can_refuse_training() -> None:
    assert [s.rule for s in stops(load(data("2.2")))] == ["R22-G-TRAIN-A", "R22-G-TRAIN-B", "R21-SPECIFY"]
    assert [s.rule for s in stops(load(data("3.4")))] == ["R34-G-TRAIN", "R34-A-LEAD", "R34-A-MATCH"]
    assert [s.rule for s in stops(load(data("1.0")))][:3] == ["R10-G-TRAIN-1", "R10-G-TRAIN-2", "R10-RESP-1"]


def test_stops_rule_2_effort_unless_the_policy_says_otherwise() -> None:
    assert {s.kind for version in VERSIONS for s in stops(load(data(version)))} == {Stop.EFFORT}
    value = put(data("2.2"), "/gates/train/R22-G-TRAIN-A/depends_on", "finding")
    assert stops(load(value))[0].kind is Stop.FINDING
