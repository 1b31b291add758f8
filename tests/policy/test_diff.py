"""ledger.policy.diff, direction, cover: what changed, which way, and whether the proposer said so."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.policy.cover import covering, covers, milder, overall, uncovered
from ledger.policy.diff import Change, commitments_dropped, diff, gravest_first, segment
from ledger.policy.direction import Direction, reverse
from ledger.policy.load import load
from ledger.policy.rules import duty
from ledger.record.canonical import encode
from tests.policy.kit import VERSIONS, at, data, drop, put

LOOSENS, UNCLEAR, NEUTRAL, TIGHTENS = Direction
PAIRS = [(old, new) for old in VERSIONS for new in VERSIONS]


def one(changes: list[Change]) -> Change:
    assert len(changes) == 1, changes
    return changes[0]


# -- what is compared ------


def test_2_1_to_2_2_is_six_changed_leaves() -> None:
    """DOMAIN §4.1, measured: 6 instead of more than 300 differing lines."""
    changes = diff(data("2.1"), data("2.2"))
    assert sum(change.leaves for change in changes) == len(changes) == 6
    scope = "/standards/ASL-3-SECURITY/out_of_scope"
    sophisticated = (
        "sophisticated insiders: persistent access, or able to request time-limited access, to systems that "
    )
    contents = "/decisions/safeguards/share_contents"
    assert [(change.direction, change.op, change.path) for change in gravest_first(changes)] == [
        (
            LOOSENS,
            "remove",
            f"{scope}/highly sophisticated state-compromised insiders",
        ),  # gave way to a wider one
        (LOOSENS, "add", f"{scope}/{sophisticated}process weights (fn 11)"),
        (LOOSENS, "add", f"{scope}/state-compromised insiders (fn 11)"),
        (UNCLEAR, "add", "/standards/ASL-3-SECURITY/in_scope_note"),
        (UNCLEAR, "remove", f"{contents}/capability report (sic)"),
        (UNCLEAR, "add", f"{contents}/safeguards report"),
    ]


@pytest.mark.parametrize(("old", "new"), PAIRS)
def test_rule_1_between_any_two_versions_and_back(old: str, new: str) -> None:
    assert _backwards(diff(data(new), data(old))) == _forwards(diff(data(old), data(new)))
    assert (diff(data(old), data(new)) == []) == (old == new)


def test_rule_2_a_new_subtree_is_one_change() -> None:
    change = next(c for c in diff(data("2.2"), data("3.0")) if c.path == "/risk_report")
    assert (change.op, change.before, change.after) == ("add", None, data("3.0")["risk_report"])
    assert change.leaves > 20


def test_rule_3_a_duty_under_another_prefix_is_the_same() -> None:
    """R20-C-AUDIT and R22-C-AUDIT: nothing changed but citations."""
    assert not [c for c in diff(data("2.0"), data("2.2")) if "C-AUDIT" in c.path]
    value = put(data("2.2"), "/clocks/R22-C-AUDIT/every", "P2Y")
    change = one(diff(data("2.1"), put(data("2.1"), "/clocks/R21-C-AUDIT", at(value, "/clocks/R22-C-AUDIT"))))
    assert (change.path, change.was) == ("/clocks/R22-C-AUDIT/every", "/clocks/R21-C-AUDIT/every")
    assert change.direction is LOOSENS


@pytest.mark.parametrize(
    ("changed", "direction"),
    [
        ({}, UNCLEAR),
        ({"modality": "should"}, LOOSENS),
        ({"enforce": "block"}, TIGHTENS),
        ({"modality": "should", "enforce": "block"}, UNCLEAR),
    ],
)
def test_rule_3_a_duty_in_another_list_has_moved(changed: dict[str, str], direction: Direction) -> None:
    new = data("2.2")
    rule = at(new, "/governance/R22-GOV-USG")
    drop(new, "/governance/R22-GOV-USG")
    new["iterative_commitments"].append({**rule, "id": "R23-GOV-USG", **changed})
    change = one(diff(data("2.2"), new))
    assert (change.op, change.direction) == ("move", direction)
    assert (change.was, change.path) == ("/governance/R22-GOV-USG", "/iterative_commitments/R23-GOV-USG")
    assert one(diff(new, data("2.2"))).direction is reverse(direction)
    assert commitments_dropped(new, data("2.2")) == ()


def test_rule_4_a_renamed_threshold_is_the_same() -> None:
    changes = diff(data("2.0"), data("2.1"))
    assert not [c for c in changes if c.op in ("add", "remove") and re.fullmatch("/thresholds/[^/]*", c.path)]
    assert not [c for c in changes if c.path.endswith(("/next_level", "/ruled_out_by"))]
    renamed = next(c for c in changes if c.path == "/thresholds/CBRN-3/formerly")
    assert (renamed.op, renamed.after, renamed.direction) == ("add", "CBRN", UNCLEAR)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        ("/version", "9.9"),
        ("/policy", "qsp"),
        ("/title", "another"),
        ("/effective_on", "2030-01-01"),
        ("/effective_at", "2030-01-01T00:00:00.000000Z"),
        ("/supersedes", "1.0"),
        ("/provenance/url", "elsewhere"),
        ("/clocks/0/ref", "9"),
        ("/roles/0/refs/0", "9"),
        ("/assessment/preliminary/note", "9"),
        ("/decisions/follow_up/procedure_ref", "9"),
        ("/standards/ASL-3-SECURITY/out_of_scope/3", "state-compromised insiders (fn 99)"),
        ("/approvals/lowered_safeguards/extra/0", "R22-EX-1"),
        ("/thresholds/CBRN-3/requires/modality", "must"),
        ("/thresholds/CBRN-3/requires/minimum", False),
        ("/approvals/gate_decision/approve_mode", "all"),
        ("/gates/train/R22-G-TRAIN-A/depends_on", "effort"),
    ],
)
def test_rule_5_what_is_not_compared(path: str, new: Any) -> None:
    assert diff(data("2.2"), put(data("2.2"), path, new)) == []


def test_only_policies_are_compared() -> None:
    with pytest.raises(Malformed):
        diff(data("2.2"), {})


# -- which way ------

GONE = object()
LONGER_NAME = "/standards/ASL-3-SECURITY/in_scope/internal employees"
WAYS: list[tuple[str, str, Any, Direction]] = [
    # removed: a rule, threshold, standard, criterion, in_scope or requires item
    ("2.2", "/gates/deploy/R22-G-DEPLOY-C", GONE, LOOSENS),
    ("2.2", "/gates/train/R22-G-TRAIN-B", GONE, LOOSENS),
    ("2.2", "/governance/R22-GOV-AGREEMENTS", GONE, LOOSENS),
    ("2.2", "/clocks/R22-C-REAPPROVE", GONE, LOOSENS),
    ("2.2", "/clocks/R22-C-QSUM", GONE, UNCLEAR),  # a `may`, only kept on record
    ("3.4", "/conditional_commitments/R34-A-FREE", GONE, UNCLEAR),
    ("3.4", "/thresholds/CB-1", GONE, LOOSENS),
    ("3.4", "/standards/ASL-3-PROTECTIONS", GONE, LOOSENS),
    ("2.2", "/standards/ASL-3-DEPLOYMENT/criteria/D3", GONE, LOOSENS),
    ("2.2", "/standards/ASL-2-SECURITY/criteria/workforce", GONE, LOOSENS),
    ("2.2", LONGER_NAME, GONE, LOOSENS),
    ("2.2", LONGER_NAME, "employees", TIGHTENS),  # two changes: widened
    ("2.2", LONGER_NAME, "internal employees of the security team", LOOSENS),  # narrowed
    ("2.2", LONGER_NAME, "couriers", LOOSENS),  # one gone, one new: the gravest counts
    ("2.2", "/thresholds/CBRN-3/requires/standards/ASL-3-SECURITY", GONE, LOOSENS),
    ("2.2", "/thresholds/AI-RND-4/requires/also/AFFIRMATIVE-CASE-MISALIGNMENT", GONE, LOOSENS),
    ("2.2", "/thresholds/CBRN-3/requires", GONE, LOOSENS),
    ("2.2", "/thresholds/AI-RND-5/requires/minimum", GONE, LOOSENS),
    ("2.2", "/baseline_standards/ASL-2-SECURITY", GONE, LOOSENS),
    ("2.2", "/deploy_surfaces/limited_partner", GONE, LOOSENS),
    ("2.2", "/thresholds/CBRN-3/next_level", GONE, LOOSENS),
    ("2.2", "/thresholds/AI-RND-4/ruled_out_by", GONE, TIGHTENS),
    # an out_of_scope item added or widened
    ("2.2", "/standards/ASL-3-SECURITY/out_of_scope/1", GONE, TIGHTENS),
    ("2.2", "/standards/ASL-3-SECURITY/out_of_scope/3", "insiders", LOOSENS),
    (
        "2.2",
        "/standards/ASL-3-SECURITY/out_of_scope/3",
        "state-compromised insiders of two programmes",
        TIGHTENS,
    ),
    ("2.2", "/standards/ASL-3-SECURITY/in_scope_note", "another note", UNCLEAR),
    # modality or enforce weakened
    ("2.2", "/clocks/R22-C-AUDIT/modality", "should", LOOSENS),
    ("2.2", "/clocks/R22-C-MONTH/modality", "must", TIGHTENS),
    ("2.2", "/clocks/R22-C-AUDIT/enforce", "record", LOOSENS),
    ("2.2", "/governance/R22-GOV-USG/enforce", "block", TIGHTENS),
    ("2.2", "/thresholds/CBRN-3/requires/modality", "aims", LOOSENS),
    ("2.2", "/thresholds/CBRN-4/requires/modality", GONE, TIGHTENS),
    ("2.2", "/thresholds/AI-RND-4/requires/also/AFFIRMATIVE-CASE-MISALIGNMENT/modality", "expects", LOOSENS),
    ("2.2", "/decisions/capability/feedback/external", "may", LOOSENS),
    ("2.2", "/decisions/capability/feedback/external", GONE, LOOSENS),
    ("3.4", "/external_review/public_comment_asked_within/modality", "must", TIGHTENS),
    ("2.2", "/gates/train/R22-G-TRAIN-A/depends_on", "finding", TIGHTENS),
    # a period, multiple or line raised
    ("2.2", "/clocks/R22-C-COMPREHENSIVE/every", "P9M", LOOSENS),
    ("2.2", "/clocks/R22-C-COMPREHENSIVE/every", "P3M", TIGHTENS),
    ("2.2", "/clocks/R22-C-COMPREHENSIVE/every", "P182D", UNCLEAR),
    ("2.2", "/clocks/R22-C-PUBLIC/every", "P1Y", NEUTRAL),
    ("2.2", "/clocks/R22-C-COMPREHENSIVE/or_multiple", "6.0", LOOSENS),
    ("2.2", "/clocks/R22-C-COMPREHENSIVE/or_multiple", "4", NEUTRAL),
    ("2.2", "/clocks/R22-C-COMPREHENSIVE/or_multiple", GONE, LOOSENS),
    ("2.2", "/clocks/R22-C-USG/within", "P14D", TIGHTENS),
    ("2.2", "/clocks/R22-C-USG/within", "house:another", UNCLEAR),
    ("2.2", "/clocks/R22-C-MONTH/within", "house:month", LOOSENS),
    ("2.2", "/clocks/R22-C-AUDIT/tolerance", GONE, TIGHTENS),
    ("2.2", "/clocks/R22-C-AUDIT/met_by", "board.notified", UNCLEAR),
    ("2.2", "/assessment/comprehensive/triggers/EC4X/value", "4.01", LOOSENS),
    ("2.2", "/assessment/comprehensive/triggers/CAL6M/value", "P5M", TIGHTENS),
    ("2.2", "/assessment/comprehensive/triggers/EC4X/op", ">", LOOSENS),
    ("2.2", "/assessment/comprehensive/triggers/EC4X/op", "<=", UNCLEAR),
    ("2.2", "/assessment/comprehensive/triggers/RSO", GONE, LOOSENS),
    ("2.2", "/assessment/comprehensive/complete_within/value", "P2M", LOOSENS),
    ("2.2", "/assessment/comprehensive/complete_within", GONE, LOOSENS),
    ("2.2", "/decisions/safeguards/reapprove/every", "P2Y", LOOSENS),
    ("1.0", "/thresholds/ASL3-AUTONOMY/lines/AUT-50/value", "0.60", LOOSENS),
    ("1.0", "/thresholds/ASL3-AUTONOMY/lines/AUT-50/kind", "yellow", LOOSENS),
    ("1.0", "/thresholds/ASL3-AUTONOMY/lines/AUT-50", GONE, LOOSENS),
    ("1.0", "/thresholds/ASL3-AUTONOMY/line", GONE, LOOSENS),
    ("1.0", "/gates/train/R10-G-TRAIN-2/block_at", "8.0", LOOSENS),
    ("1.0", "/gates/train/R10-G-TRAIN-2/block_at", GONE, UNCLEAR),
    ("1.0", "/standards/ASL-3-DEPLOYMENT/retention", "P60D", TIGHTENS),
    ("1.0", "/standards/ASL-3-DEPLOYMENT/retention", GONE, LOOSENS),
    ("1.0", "/assessment/buffer/value", "8.0", LOOSENS),
    ("1.0", "/assessment/forecast", GONE, LOOSENS),
    ("3.4", "/risk_report/cadence/max", "P9M", LOOSENS),
    ("3.4", "/risk_report/cadence/min", "P1M", TIGHTENS),
    ("3.4", "/risk_report/triggers/R34-RR-INTERNAL/within", "P60D", LOOSENS),
    ("3.4", "/risk_report/triggers/R34-RR-PUBLIC/due", GONE, LOOSENS),
    ("3.4", "/risk_report/coverage_date", GONE, LOOSENS),
    ("3.4", "/governance/R34-GOV-STAFF/minimum_readers", 100, LOOSENS),
    ("3.4", "/governance/R34-GOV-STAFF/minimum_readers", GONE, UNCLEAR),  # nothing may mean everybody
    # an approver, consultee or publication duty removed
    ("2.2", "/approvals/policy_change/approve/BOARD", GONE, LOOSENS),
    ("2.2", "/approvals/policy_change/propose/RSO", GONE, LOOSENS),
    ("2.2", "/approvals/policy_change/consult/LTBT", GONE, LOOSENS),
    ("2.2", "/approvals/policy_change/consult/0", "BOARD", LOOSENS),
    ("2.2", "/approvals/policy_change/publish", "on_or_before_effective_date", LOOSENS),
    ("2.2", "/approvals/policy_change/publish", GONE, LOOSENS),
    ("2.2", "/approvals/policy_change/changelog", GONE, LOOSENS),
    ("2.2", "/approvals/policy_change/consult_order", "before_approval", TIGHTENS),
    ("2.2", "/approvals/policy_change/propose_mode", "any", LOOSENS),
    ("2.2", "/approvals/capability_decision", GONE, LOOSENS),
    ("2.2", "/approvals/capability_decision/notify_before/LTBT", GONE, LOOSENS),
    ("2.2", "/decisions/capability/deciders/CEO", GONE, LOOSENS),
    ("2.2", "/decisions/capability/mode", "severally", LOOSENS),
    ("2.2", "/decisions/capability/share_before_proceeding/BOARD", GONE, LOOSENS),
    ("2.2", "/decisions/capability/report_must/findings", GONE, LOOSENS),
    ("2.2", "/decisions/capability/report_must/findings", "results", UNCLEAR),  # reworded, for all we know
    ("2.2", "/restrictions/interim_measures", GONE, UNCLEAR),
    ("2.2", "/restrictions/stronger", GONE, LOOSENS),
    ("3.4", "/external_review/on_request_of/LTBT", GONE, LOOSENS),
    ("3.4", "/external_review/minimum_reviewers", 2, TIGHTENS),
    ("3.4", "/external_review/required_when/all_of/significantly redacted", GONE, TIGHTENS),
    ("3.4", "/external_review/split_allowed", GONE, TIGHTENS),
    ("3.4", "/risk_report/redaction_grounds/privacy", GONE, TIGHTENS),
    ("3.4", "/risk_report/redaction_rule", GONE, LOOSENS),
    ("3.4", "/terms/significantly_redacted/deemed_by_any/LTBT", GONE, LOOSENS),
    # exceptions are permissions
    ("2.2", "/exceptions/R22-EX-1/needs/equivalence_analysis", GONE, LOOSENS),
    ("2.2", "/exceptions/R22-EX-2/modality", "should", LOOSENS),
    ("2.2", "/exceptions/R22-EX-1/expires_within", "P6M", TIGHTENS),
    ("2.2", "/exceptions/R22-EX-1/review_every", "P60D", TIGHTENS),
    ("1.0", "/exceptions/R10-EX-NO-MARGINAL", GONE, LOOSENS),
    ("1.0", "/exceptions/R10-EX-EMERGENCY", GONE, TIGHTENS),
    # cadences
    ("2.2", "/assessment/preliminary/cadence", "at least monthly", TIGHTENS),
    ("2.2", "/assessment/preliminary/cadence", "from time to time", UNCLEAR),
    ("2.2", "/assessment/preliminary/cadence_unit", "P1M", TIGHTENS),
    # what only words can tell, and what binds nobody
    ("2.2", "/clocks/R22-C-AUDIT/text", "Another text.", UNCLEAR),
    ("2.2", "/terms/effective_compute/text", "Another text.", UNCLEAR),
    ("2.2", "/thresholds/CBRN-3/summary", "Another text.", UNCLEAR),
    ("2.2", "/thresholds/CBRN-3/kind", "follow_up", UNCLEAR),
    ("2.2", "/standards/ASL-4-SECURITY/undefined", GONE, UNCLEAR),
    ("2.2", "/silent_on/delegation", GONE, UNCLEAR),
    ("2.2", "/withdrawn_commitments/R10-ASL4-FIRST", GONE, NEUTRAL),
    ("2.2", "/withdrawn_commitments/R10-ASL4-FIRST/text", "Another text.", NEUTRAL),
]


@pytest.mark.parametrize(("version", "path", "new", "direction"), WAYS)
def test_the_direction_is_computed_both_ways(version: str, path: str, new: Any, direction: Direction) -> None:
    old, changed = data(version), data(version)
    drop(changed, path) if new is GONE else put(changed, path, new)
    forwards, backwards = diff(old, changed), diff(changed, old)
    assert forwards
    assert overall(forwards) is direction
    if len(forwards) == 1:
        assert one(backwards).direction is reverse(direction)
    assert _backwards(backwards) == _forwards(forwards)


def test_a_permission_and_its_condition_go_together() -> None:
    changed = data("2.2")
    changed["exceptions"] = []
    del changed["approvals"]["lowered_safeguards"]["extra"]
    found = {c.path: c.direction for c in diff(data("2.2"), changed) if c.path.startswith("/exceptions")}
    assert found == {"/exceptions/R22-EX-1": TIGHTENS, "/exceptions/R22-EX-2": NEUTRAL}
    alone = drop(data("2.2"), "/exceptions/R22-EX-2")
    alone["approvals"]["lowered_safeguards"]["extra"] = ["R22-EX-1"]
    assert overall(c for c in diff(data("2.2"), alone) if "exceptions" in c.path) is LOOSENS


def test_who_rises_to_approve_need_not_be_asked() -> None:
    """3.1 to 3.2: the LTBT approves the reviewers instead of being consulted."""
    found = {c.path: c.direction for c in diff(data("3.1"), data("3.2")) if "reviewer_selection" in c.path}
    selection = "/approvals/reviewer_selection"
    assert found == {f"{selection}/consult/LTBT": NEUTRAL, f"{selection}/approve/LTBT": TIGHTENS}


def test_one_more_role_of_which_any_is_enough_loosens() -> None:
    old = put(data("2.2"), "/approvals/policy_change/propose_mode", "any")
    new = deepcopy(old)
    new["approvals"]["policy_change"]["propose"].append("BOARD")
    assert one(diff(old, new)).direction is LOOSENS
    mixed = diff(data("2.2"), new)
    assert {c.path.rpartition("/")[2]: c.direction for c in mixed} == {
        "BOARD": UNCLEAR,
        "propose_mode": LOOSENS,
    }


def test_a_line_that_is_met_from_above() -> None:
    """For "at most", a higher value is met sooner."""
    old = put(data("1.0"), "/thresholds/ASL3-AUTONOMY/lines/AUT-50/op", "<=")
    new = put(deepcopy(old), "/thresholds/ASL3-AUTONOMY/lines/AUT-50/value", "0.60")
    assert one(diff(old, new)).direction is TIGHTENS
    assert one(diff(new, old)).direction is LOOSENS


def test_a_trigger_on_something_else_is_unclear() -> None:
    new = data("2.2")
    trigger = at(new, "/assessment/comprehensive/triggers/CAL6M")
    trigger |= {"metric": "effective_compute_multiple", "value": "4.0"}
    assert {c.direction for c in diff(data("2.2"), new)} == {UNCLEAR}
    assert {c.direction for c in diff(new, data("2.2"))} == {UNCLEAR}


def test_a_bar_that_becomes_a_permission_loosens() -> None:
    new = put(data("1.0"), "/exceptions/R10-EX-NO-MARGINAL/modality", "may")
    put(new, "/exceptions/R10-EX-NO-MARGINAL/form", "marginal_risk_report")
    found = {c.path.rpartition("/")[2]: c.direction for c in diff(data("1.0"), new)}
    assert found == {"modality": LOOSENS, "form": UNCLEAR}


def test_a_criterion_that_gets_an_id_is_the_same() -> None:
    new = put(data("2.2"), "/standards/ASL-2-SECURITY/criteria/0", {"id": "SUPPLY", "text": "supply chain"})
    assert diff(data("2.2"), new) == []
    assert diff(new, data("2.2")) == []


# -- what the proposer says ------


@pytest.mark.parametrize(
    ("stated", "number"),
    [
        ("/standards/ASL-3-SECURITY/out_of_scope", 3),
        ("/standards/ASL-3-SECURITY/out_of_scope/state-compromised insiders (fn 11)", 1),
        ("/standards/ASL-3-SECURITY", 4),
        ("/standards", 0),
        ("/standards/ASL-3-SECURITY/out", 0),
        ("/decisions/safeguards/share_contents", 2),
        ("/decisions", 0),
        ("/", 0),
        ("", 0),
        ("decisions/safeguards", 0),
    ],
)
def test_cover_rule_1_a_path_covers_what_it_names(stated: str, number: int) -> None:
    changes = diff(data("2.1"), data("2.2"))
    assert len(covering(changes, [stated]).under[stated]) == number
    assert covering(changes, [stated]).idle == (() if number else (stated,))
    assert len(uncovered(changes, [stated])) == 6 - number


def test_cover_rule_1_sections_only_where_they_are_new_or_gone() -> None:
    changes = diff(data("2.2"), data("3.0"))
    paths = ["/risk_report", "/assessment", "/withdrawn_commitments", "/silent_on", "/gate_style"]
    assert all(covering(changes, paths).under.values())
    assert len(covering(changes, ["/conditional_commitments"]).uncovered) == len(changes) - 3  # a new list
    assert covering(changes, ["/governance", "/thresholds", "/gates"]).uncovered == tuple(changes)


def test_cover_rule_2_under_either_name() -> None:
    renamed = next(c for c in diff(data("2.0"), data("2.1")) if c.path.endswith("AI-RND-4/summary"))
    assert covers("/thresholds/AI-RND-4/summary", renamed)
    assert covers("/thresholds/AI-RND/summary", renamed)
    text = next(c for c in diff(data("3.2"), data("3.3")) if "RR-PUBLIC" in c.path)
    for prefix in ("R32-", "R33-", ""):
        assert covers(f"/risk_report/triggers/{prefix}RR-PUBLIC/text", text)


def test_cover_rule_3_milder_than_computed() -> None:
    assert [(s, c) for s in Direction for c in Direction if milder(s, c)] == [
        (UNCLEAR, LOOSENS),
        (NEUTRAL, LOOSENS),
        (TIGHTENS, LOOSENS),
        (TIGHTENS, NEUTRAL),
    ]


def test_stating_every_path_covers_everything() -> None:
    for old, new in pairwise(VERSIONS):
        changes = diff(data(old), data(new))
        assert uncovered(changes, [c.path for c in changes]) == ()
        assert uncovered(changes, [c.was or c.path for c in changes]) == ()


def test_dropped_commitments() -> None:
    assert commitments_dropped(data("2.0"), data("2.1")) == ("R10-ASL4-FIRST",)
    assert commitments_dropped(data("1.0"), load(data("2.0"))) == ()
    assert commitments_dropped(load(data("2.2")), data("3.0")) == ("R21-REEVALUATE", "R21-SPECIFY")
    assert commitments_dropped(data("3.0"), data("3.1")) == ()


def test_a_name_with_a_slash_is_one_step() -> None:
    assert segment("a/b~c") == "a~1b~0c"
    new = data("2.2")
    new["silent_on"].append("and/or")
    change = one(diff(data("2.2"), new))
    assert change.path == "/silent_on/and~1or"
    assert covers(change.path, change)


# -- properties ------

SAME = set(
    "schema policy version title effective_on effective_at supersedes provenance ref refs note procedure_ref".split()
)
SAME |= {"id", "from_version"}


def _forwards(changes: list[Change]) -> Counter[Any]:
    return Counter((_end(c.path), encode(c.before), encode(c.after), c.direction) for c in changes)


def _backwards(changes: list[Change]) -> Counter[Any]:
    return Counter(
        (_end(c.was or c.path), encode(c.after), encode(c.before), reverse(c.direction)) for c in changes
    )


def _end(path: str) -> str:
    """The member of a changed value, or the list of an item: what no renaming touches."""
    return re.sub(r"^/thresholds/[^/]*", "/thresholds/*", "/".join(duty(name) for name in path.split("/")))


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every compared value with its path, written independently of the code under test."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in SAME and not _usual(path, name, item):
                yield from _leaves(item, (*path, name))
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield from _leaves(item, (*path, duty(item["id"])))
            else:
                yield (*path, _plain(item)), True
    else:
        yield path, _plain(value)


def _usual(path: tuple[str, ...], name: str, item: Any) -> bool:
    """Whether a value says what its absence would say."""
    words = {
        "propose_mode": "all",
        "approve_mode": "all",
        "depends_on": "effort",
        "consult_order": "unspecified",
    }
    words |= {"line": "none", "mode": "jointly"} | (
        {"modality": "must"} if path[-1:] == ("requires",) else {}
    )
    words |= {"modality": "must"} if path[-1:] == ("share_with_reviewer_within",) else {}
    return item is None or item is False or words.get(name) == item


def _plain(value: Any) -> Any:
    return re.sub(r"\s*\(fn \d+\)", "", duty(value)) if isinstance(value, str) else value


def _steps(path: str) -> tuple[str, ...]:
    names = (name.replace("~1", "/").replace("~0", "~") for name in path.split("/")[1:])
    return tuple(_plain(name) for name in names)


POOL: dict[str, list[Any]] = {}
LISTS: dict[str, list[Any]] = {}


def _collect(value: Any, name: str) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            _collect(item, key)
    elif isinstance(value, list):
        LISTS.setdefault(name, []).extend(value)
        for item in value:
            _collect(item, name)
    else:
        POOL.setdefault(name, []).append(value)


for version in VERSIONS:
    _collect(data(version), "")
POOL["modality"] += ["must", "should", "aims", "expects", "asks", "may"]
for name in ("every", "within", "value"):
    POOL[name] += ["P1M", "P2M", "P45D", "P5BD", "PT72H", "4", "4.5", "6.0"]


def _edit(value: Any, dice: random.Random) -> None:
    """One random change in place: another value, an item less, an item more, another order."""
    parent: Any = value
    key: Any = dice.choice(list(value))
    name = key
    while isinstance(parent[key], dict | list) and parent[key] and dice.random() > 0.15:
        parent = parent[key]
        key = dice.choice(list(parent) if isinstance(parent, dict) else range(len(parent)))
        name = key if isinstance(parent, dict) else name
    inside, kind = parent[key], dice.random()
    if isinstance(inside, list) and kind < 0.5:
        dice.shuffle(inside)
    elif isinstance(inside, list) and LISTS.get(name):
        inside.insert(dice.randrange(len(inside) + 1), deepcopy(dice.choice(LISTS[name])))
    elif kind < 0.3:
        del parent[key]
    elif not isinstance(inside, dict | list) and name in POOL:
        parent[key] = dice.choice(POOL[name])


@st.composite
def edited(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A shipped version, and the same after some changes that leave it a policy."""
    start = data(draw(st.sampled_from(VERSIONS)))
    dice = random.Random(draw(st.integers(0, 2**32)))
    value = start
    for _ in range(draw(st.integers(1, 8))):
        tried = deepcopy(value)
        _edit(tried, dice)
        try:
            load(tried)
        except Malformed:
            continue
        value = tried
    return start, value


@settings(max_examples=80, deadline=None)
@given(edited())
def test_rule_1_nothing_changed_against_itself_and_all_reversed_backwards(pair: tuple[Any, Any]) -> None:
    old, new = pair
    assert diff(old, old) == diff(new, new) == []
    assert _backwards(diff(new, old)) == _forwards(diff(old, new))


@settings(max_examples=80, deadline=None)
@given(edited())
def test_rule_2_every_changed_leaf_lies_under_exactly_one_change(pair: tuple[Any, Any]) -> None:
    old, new = pair
    before, after = dict(_leaves(old)), dict(_leaves(new))
    changes = [{_steps(path) for path in (change.path, change.was) if path} for change in diff(old, new)]
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    for leaf in changed:
        assert sum(any(leaf[: len(path)] == path for path in paths) for paths in changes) == 1, leaf
    for paths in changes:
        assert any(leaf[: len(path)] == path for path in paths for leaf in changed), paths


@settings(max_examples=30, deadline=None)
@given(edited(), st.randoms())
def test_rule_5_order_is_not_compared(pair: tuple[Any, Any], dice: random.Random) -> None:
    old, new = pair

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shuffled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [shuffled(item) for item in dice.sample(value, len(value))]
        return value

    assert diff(new, shuffled(new)) == []
    assert Counter(map(_what, diff(old, shuffled(new)))) == Counter(map(_what, diff(old, new)))


def _what(change: Change) -> tuple[str, str, str, Direction]:
    return change.op, change.path, change.was, change.direction
