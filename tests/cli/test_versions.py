"""`policy versions` and `exceptions`: two of the questions that the record answers by one command each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell

CHANGED = "at least monthly"


@pytest.fixture
def drafted(demo: Shell, tmp_path: Path) -> Shell:
    """A ledger on which a text of a next version is drafted, its data in a file of its own."""
    founded = demo("show", "0", "--json").json()
    data = _policy(founded)
    version = data["version"]
    data["version"] = f"{version}.1"
    data["assessment"]["preliminary"]["cadence"] = CHANGED
    (tmp_path / "next.yaml").write_text(json.dumps(data))
    form = tmp_path / "draft.yaml"
    form.write_text(
        f"data:\n  policy: {data['policy']}\n  version: '{version}.1'\n  text_digest: sha256:{'a' * 64}\n"
        f"  base_version: '{version}'\n  policy_data: next.yaml\n  summary: clearer\n"
    )
    demo("record", "draft-policy", "--file", form, "--key", demo.key("p-rso"), "--yes")
    return demo


def _policy(shown: Any) -> dict[str, Any]:
    """The policy's data, wherever the answer has it."""
    if isinstance(shown, dict):
        if "gate_style" in shown:
            return shown
        shown = list(shown.values())
    if isinstance(shown, list):
        for inner in shown:
            if found := _policy(inner):
                return found
    return {}


def test_the_version_of_the_founding_governs_and_is_told_as_attested(demo: Shell) -> None:
    told = demo("policy", "versions").out
    assert "in force from the founding" in told
    assert "attested there, not decided here" in told
    (one,) = demo("policy", "versions", "--json").json()["texts"]
    assert (one["state"], one["approved"], one["proposed"]) == ("in force", None, None)
    assert one["in_force"] == [{"since": None, "until": None}]


def test_1_what_is_not_there_is_said(drafted: Shell) -> None:
    told = drafted("policy", "versions").out
    assert "never proposed" in told
    assert "no body was consulted on this text" in told
    assert [x["state"] for x in drafted("policy", "versions", "--json").json()["texts"]] == [
        "in force",
        "drafted",
    ]


def test_versions_are_asked_of_any_day(drafted: Shell) -> None:
    before = drafted("policy", "versions", "--known-at", "2025-10-31", "--json").json()
    assert len(before["texts"]) == 1
    assert before["known_at"] == "2025-10-31T23:59:59.999999Z"


def test_without_exceptions_it_says_so(demo: Shell) -> None:
    assert demo("exceptions").out == "No exception was ever proposed.\n"
    assert demo("exceptions", "--json").json()["exceptions"] == []


EXCEPTION = """\
data:
  exception_id: e-1
  form: lowered_safeguards
  text_digest: sha256:{text}
  standards_lowered: [{{standard: ASL-3-DEPLOYMENT, from: as decided, to: ASL-2-DEPLOYMENT}}]
  thresholds: [CBRN-3]
  models: [heron-5]
  other_actor: {{name_cls: board, threshold_passed: passed, evidence: ['sha256:{text}'],
    equivalence_analysis: none, world_risk_analysis: serious}}
  incremental_risk: {{argument: small, uncertainty: large}}
  own_risk_statement: some
  own_expected_harm: small
  motive: behind_the_frontier
  review_by: {day}
  ends_on: {day}
"""


def test_1_a_proposed_exception_is_told_with_what_it_lacks_and_as_never_active(
    demo: Shell, tmp_path: Path
) -> None:
    form = tmp_path / "exception.yaml"
    form.write_text(EXCEPTION.format(text="b" * 64, day=datetime.now(UTC).date().isoformat()))
    keys = [x for who in ("p-ceo", "p-rso") for x in ("--key", demo.key(who))]
    demo("record", "propose-exception", "--file", form, *keys, "--yes")
    told = demo("exceptions").out
    assert "e-1  proposed; lowers ASL-3-DEPLOYMENT to ASL-2-DEPLOYMENT for heron-5" in told
    assert "lacks board resolution, consultation, published text, acknowledgement, advocacy" in told
    assert "never active" in told
    assert "1 exception, 0 active, 0 ever active." in told
