"""`clocks` and `models`: what is due and how firmly, and who decided how far a model is (DOMAIN §11, 2 and 4)."""

from __future__ import annotations

from pathlib import Path

import pytest
from icalendar import Calendar

from tests.cli.conftest import Shell

MEASURED = """\
data: {model_id: heron-4, baseline_model: heron-3, mult: "2.1", method: FLOPs, at: 2025-03-01T09:00:00.000000Z}
"""
OPENED = """\
data:
  {assessment_id: a-4, kind: comprehensive, model_id: heron-4, thresholds: [CBRN-3], team: red team,
   snapshots: [{name: final, safety_trained: false}]}
"""
RESULT = """\
data:
  {assessment_id: a-4, evaluation_id: cbrn-1, threshold: CBRN-3, result: "0.46", crossed: false, attempts: 10,
   line: {id: CB-1, kind: red, op: ">=", value: "0.50"}, elicitation: [tools], model_snapshot: final}
"""
ELICITED = """\
data:
  {assessment_id: a-4, techniques: [{name: best-of-N, used: false, why_not: no time}], helpful_only_model: true,
   finetuned_for: [tool_use], under_elicitation_risk: high, basis: our own}
"""
DECIDED = """\
data:
  {model_id: heron-4, threshold: CBRN-3, outcome: not_shown, assessment_id: a-4, reasons: too close, defeaters_open: [],
   precautionary: true, provisional: true}
"""


@pytest.fixture
def heron(demo: Shell, tmp_path: Path) -> Shell:
    """Heron 4 measured, tested and decided by one hand."""
    acts = [
        ("record-effective-compute", MEASURED, "p-assessor2"),
        ("open-assessment", OPENED, "p-assessor2"),
        ("record-result", RESULT, "p-assessor2"),
        ("state-elicitation", ELICITED, "p-assessor2"),
        ("decide-capability", DECIDED, "p-rso"),
    ]
    for command, text, person in acts:
        form = tmp_path / f"{command}.yaml"
        form.write_text(text)
        demo("record", command, "--file", form, "--key", demo.key(person), "--yes")
    return demo


def test_what_is_overdue_is_told_with_how_much_and_how_firmly_and_exits_with_1(demo: Shell) -> None:
    told = demo("clocks", "--as-of", "2025-07-09", code=1).out
    assert "OVERDUE  must            R22-C-COMPREHENSIVE    by P3D, was due 2025-07-06" in told
    assert "should (house)  H-RSO-REPORT" in told
    assert "R22-C-AUDIT            due 2026-01-06 (the text says approximately)" in told
    assert "R22-C-PUBLIC           due 2026-01-06, aims at 2025-07-06" in told
    assert "3 clocks overdue." in told
    assert "R22-C-MONTH" not in told
    assert "R22-C-MONTH" in demo("clocks", "--all", "--as-of", "2025-07-09", code=1).out


def test_nothing_overdue_exits_with_0(demo: Shell) -> None:
    assert "Nothing is overdue." in demo("clocks", "--as-of", "2025-01-31").out


def test_1_clocks_are_asked_of_this_instant_and_not_of_the_last_entry(demo: Shell) -> None:
    demo.clock = lambda: "2026-03-01T09:00:00.000000Z"
    document = demo("clocks", "--json", code=1).json()
    assert document["as_of"] == "2026-03-01T09:00:00.000000Z"
    (six,) = [x for x in document["clocks"] if x["rule"] == "R22-C-COMPREHENSIVE"]
    assert (six["state"], six["late"], six["modality"], six["house"]) == ("overdue", "P238D", "must", False)
    assert demo("clocks", "-q", code=1).out.splitlines()[0] == "H-PRELIMINARY"


def test_the_calendar_is_read_by_another_program_and_is_the_same_each_time(
    demo: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "due.ics"
    demo("clocks", "--as-of", "2025-07-09", "--ical", path, code=1)
    read = Calendar.from_ical(path.read_bytes())
    found = {str(event["uid"]).split("@")[0]: event for event in read.events}
    assert sorted(found) == [
        f"{x}/all/0" for x in ("C-AUDIT", "C-COMPREHENSIVE", "C-PUBLIC", "H-PRELIMINARY", "H-RSO-REPORT")
    ]
    event = found["C-COMPREHENSIVE/all/0"]
    assert event.start.isoformat() == "2025-07-06"
    assert str(event["summary"]) == "must: R22-C-COMPREHENSIVE"
    assert all(len(line) <= 75 for line in path.read_bytes().split(b"\r\n"))
    again = demo("clocks", "--as-of", "2025-07-09", "--ical", "-").raw
    assert again == path.read_bytes()
    assert "cannot be written" in demo("clocks", "--ical", tmp_path / "no" / "where.ics", code=2).err


def test_models_tell_who_decided_on_what_and_how_far_from_the_line(heron: Shell) -> None:
    told = heron("models").out
    assert "heron-4: no comprehensive assessment covers it\n" in told
    assert "CBRN-3          NOT SHOWN: decided, " in told
    assert "by p-rso (RSO)" in told
    assert "assessment a-4; risk of under-elicitation high, not used: best-of-N" in told
    assert "cbrn-1: 0.46 against >= 0.50 (red), -0.04 from the line\n" in told
    assert "CBRN-4          UNDETERMINED: nobody has decided\n" in told


def test_one_model_is_asked_for_by_name(heron: Shell) -> None:
    (found,) = heron("models", "heron-4", "--json").json()["models"]
    assert found["coverage"]["kind"] == "none"
    (cbrn,) = [x for x in found["thresholds"] if x["threshold"] == "CBRN-3"]
    assert (cbrn["outcome"], cbrn["origin"], cbrn["by"]) == (
        "not_shown",
        "decided",
        [{"person": "p-rso", "role": "RSO"}],
    )
    assert cbrn["results"][0]["distance"] == "-0.04"
    assert "No model called heron-9" in heron("models", "heron-9", code=2).err


def test_a_record_without_models_says_so(demo: Shell) -> None:
    assert demo("models").out == "No model is on the record.\n"
