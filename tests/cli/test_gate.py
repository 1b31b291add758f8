"""`gate` and `pauses`: exit codes for a pipeline, reasons in sentences, and verdicts that are signed and checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

ASK = ("gate", "deploy", "heron-4", "--surface", "limited_partner")


def test_1_a_denial_exits_with_1_and_says_why_by_whose_rule_and_what_would_cure_it(demo: Shell) -> None:
    told = demo(*ASK, code=1).out
    assert told.startswith("✗ DENIED: deploy heron-4 on limited_partner, under policy 2.2")
    assert "NO_COVERING_ASSESSMENT  [R22-G-DEPLOY-A, section 6.1 (1), must]" in told
    assert "SAFEGUARD_MISSING:ASL-2-SECURITY  [R22-G-DEPLOY-B" in told
    assert "What would cure it: have ASL-2-SECURITY decided satisfied" in told


def test_1_what_is_permitted_exits_with_0(demo: Shell) -> None:
    told = demo("gate", "deploy", "heron-4", "--surface", "internal_research").out
    assert "PERMITTED" in told
    assert "The policy has no gate for this surface" in told


@pytest.mark.parametrize(
    "wrong",
    [
        ("gate", "deploy", "heron-4"),
        ("gate", "store", "heron-4", "--surface", "general"),
        ("gate", "ship", "heron-4"),
        ("gate", "train", "heron-4", "--planned", "heron-3"),
        ("gate", "train", "heron-4", "--planned", "heron-3=four"),
        ("gate", "check", "nowhere.json"),
    ],
)
def test_1_what_could_not_be_asked_exits_with_2(demo: Shell, wrong: tuple[str, ...]) -> None:
    demo(*wrong, code=2)


def test_1_without_a_ledger_it_exits_with_2(shell: Shell) -> None:
    shell(*ASK, code=2)


def test_2_rules_of_the_house_are_called_so(demo: Shell) -> None:
    told = demo("gate", "store", "heron-9", code=1).out
    assert "NO_COVERING_ASSESSMENT  [house rule, should]" in told


def test_a_run_is_asked_with_its_planned_multiple(demo: Shell) -> None:
    document = demo("gate", "train", "heron-5", "--planned", "heron-4=1.3", "--json", code=1).json()
    assert document["planned"] == [{"baseline_model": "heron-4", "mult": "1.3"}]
    codes = [r["code"] for r in document["reasons"] if r["enforce"] == "deny"]
    assert set(codes) == {"SECURITY_MISSING_FOR_COMPARABLE"}


def test_as_json_it_has_everything_that_a_pipeline_needs(demo: Shell) -> None:
    document = demo(*ASK, "--json", code=1).json()
    assert document["verdict"] == "denied"
    assert document["policy"] == "2.2"
    (first, *_) = document["reasons"]
    assert sorted(first) == [
        "about",
        "code",
        "cure",
        "enforce",
        "evidence_ids",
        "house",
        "modality",
        "ref",
        "rule",
        "why",
    ]
    assert demo(*ASK, "-q", code=1).out == "denied\n"


def test_it_is_asked_of_any_day(demo: Shell) -> None:
    document = demo(*ASK, "--as-of", "2025-01-31", "--known-at", "2025-02-28", "--json", code=1).json()
    assert document["as_of"] == "2025-01-31T23:59:59.999999Z"


def test_a_form_of_a_decision_comes_filled_in_and_can_be_recorded(demo: Shell, tmp_path: Path) -> None:
    form = tmp_path / "no.json"
    form.write_text(demo(*ASK, "--form", code=1).out)
    data = json.loads(form.read_text())["data"]
    assert (data["decision"], data["verdict"]) == ("no_go", "denied")
    demo("record", "decide-gate", "--file", form, "--key", demo.key("p-rso"), "--yes")


def test_a_signed_verdict_pins_the_record_and_is_checked_by_asking_again(demo: Shell, tmp_path: Path) -> None:
    signed = tmp_path / "verdict.json"
    signed.write_text(demo(*ASK, "--sign", demo.key("p-rso"), code=1).out)
    document = json.loads(signed.read_text())
    assert document["format"] == "countersign.verdict/1"
    assert document["checkpoint"].startswith(document["ledger"])
    assert "it is the same: denied" in demo("gate", "check", signed).out
    document["verdict"]["verdict"] = "permitted"
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False))
    demo("gate", "check", forged, code=2)


def test_pauses_says_what_is_paused_and_what_could_stop_training(demo: Shell) -> None:
    told = demo("pauses").out
    assert "Nothing is paused." in told
    assert "effort   R22-G-TRAIN-A (6.2; fn 13)" in told
    document = demo("pauses", "--json").json()
    stops = {s["rule"]: s for s in document["stops"]}
    assert stops["R22-G-TRAIN-A"]["now"] is False
    assert stops["R22-G-TRAIN-A"]["kind"] == "effort"
