"""`guide`: the way through the four decisions, and what is next for one model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def swift(demo: Shell, tmp_path: Path) -> Shell:
    """A ledger that knows a model by name and nothing else of it."""
    form = tmp_path / "model.yaml"
    form.write_text("data:\n  model_id: swift-1\n  codename_cls: staff\n  lineage: {}\n")
    demo("record", "register-model", "--file", form, "--key", demo.key("p-assessor2"), "--yes")
    return demo


def test_1_every_command_of_the_four_decisions_is_told_with_who_signs_it(demo: Shell) -> None:
    told = demo("guide").out
    assert "Are safeguards to be lowered?\n   1. propose-exception          CEO and RSO [7.1.7]\n" in told
    assert "decide-capability          CEO and RSO [3.3]" in told
    assert "   1. decide-gate                CEO and RSO [6.1]" in told
    document = demo("guide", "--json").json()
    assert document["safeguard"][2] == {"command": "decide-safeguard", "signs": "CEO and RSO [4.3]"}
    assert all(step["signs"] for path in document.values() if path for step in path)


def test_2_a_model_is_told_with_how_it_stands_and_what_is_next(swift: Shell) -> None:
    told = swift("guide", "swift-1").out
    assert told.startswith("swift-1, under policy 2.2: deploy on general DENIED\n")
    assert "  no comprehensive assessment covers it\n  CBRN-3 UNDETERMINED\n" in told
    assert "  requires ASL-2-SECURITY: NOT STARTED\n" in told
    assert "  1. NO_COVERING_ASSESSMENT: no comprehensive assessment covers swift-1" in told
    assert "countersign record open-assessment     ASSESSOR or RSO\n" in told
    document = swift("guide", "swift-1", "--surface", "limited_partner", "--json").json()
    assert (document["surface"], document["verdict"]) == ("limited_partner", "denied")
    assert document["next"][0]["commands"][0] == {"command": "open-assessment", "signs": "ASSESSOR or RSO"}


def test_where_the_policy_has_no_gate_the_release_is_one_form(swift: Shell) -> None:
    told = swift("guide", "swift-1", "--surface", "internal_research").out
    assert "countersign gate deploy swift-1 --surface internal_research --form > go.json\n" in told
    assert "countersign record decide-gate --file go.json   CEO and RSO [6.1]\n" in told


def test_a_model_that_is_not_known_is_said_to_be_so(demo: Shell) -> None:
    assert "No model called heron-9" in demo("guide", "heron-9", code=2).err
