"""`cases`, `commitments` and how `findings` stand, as people read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell

OPEN = """\
data:
  case_id: nc-1
  origin: external_allegation
  rules: [R22-G-DEPLOY-A]
  summary_cls: public
  summary: said to have been on before it was allowed
  concerns_roles: [CEO]
  source: a critic
"""


@pytest.fixture
def told(demo: Shell, tmp_path: Path) -> Shell:
    """A ledger on which an allegation was recorded."""
    form = tmp_path / "case.yaml"
    form.write_text(OPEN)
    demo("record", "open-case", "--file", form, "--key", demo.key("p-assessor2"), "--yes")
    return demo


def test_1_an_allegation_is_called_one_and_never_a_breach(told: Shell) -> None:
    line = told("cases").out
    assert "nc-1  alleged; opened 20" in line
    assert "by an outside allegation: R22-G-DEPLOY-A; Board: running" in line
    assert "1 case, 1 open." in line
    (one,) = told("cases", "--json").json()["cases"]
    assert (one["status"], one["breach"], one["concerns_roles"]) == ("alleged", False, ["CEO"])
    assert told("cases", "-q").out == "nc-1 alleged\n"


def test_a_case_is_shown_in_full_by_its_id(told: Shell) -> None:
    full = told("cases", "nc-1").out
    assert "handlers: none yet; concerns: CEO" in full
    assert "noncompliance.opened" in full
    assert told("cases", "nc-1", "--json").json()["entries"] == [14]
    assert "there is no case nc-9" in told("cases", "nc-9", code=1).err.lower()


def test_cases_are_asked_of_any_time(told: Shell) -> None:
    assert told("cases", "--known-at", "2025-10-31").out == "There is no case.\n"


def test_without_commitments_nothing_is_missed(demo: Shell) -> None:
    then = ("--as-of", "2025-01-31", "--known-at", "2025-01-31")
    assert demo("commitments", *then).out == "There is no commitment.\n"
    assert demo("commitments", *then, "--json").json()["commitments"] == []


def test_a_must_that_nobody_kept_bites_and_is_told(demo: Shell) -> None:
    told = demo("commitments", "--as-of", "2026-01-31").out
    assert "bite.C-COMPREHENSIVE.all.0  missed, due 2025-07-06, must, RSO, blocks deploy if missed" in told


def test_findings_say_how_they_stand(demo: Shell, tmp_path: Path) -> None:
    form = tmp_path / "seen.yaml"
    form.write_text(
        "effective_at: 2025-01-10T09:00:00.000000Z\n"
        "data: {model_id: heron-4, surface: internal_wide, at: 2025-01-10T09:00:00.000000Z}\n"
    )
    demo("record", "record-deployment", "--file", form, "--key", demo.key("p-assessor2"), "--yes")
    told = demo("findings", code=1).out
    assert "RECORDED_LATE  entry 14" in told
    assert "open for 0 days" in told
    assert "findings open." in told or "1 finding open." in told


def test_the_form_of_a_report_is_filled_from_what_is_open_and_is_recorded(
    told: Shell, tmp_path: Path
) -> None:
    printed = told("findings", "--report").out
    assert "INDEPENDENCE_NOT_ATTESTED" in printed
    assert 'open_cases: ["nc-1"]' in printed
    form = tmp_path / "report.yaml"
    form.write_text(
        printed.replace('report_id: ""', "report_id: r-1").replace('status: ""', "status: on course")
    )
    told("record", "issue-report", "--file", form, "--key", told.key("p-rso"), "--yes")
    none = form.read_text().split("  deficiencies:")[0].replace("r-1", "r-2") + (
        "  deficiencies: none\n  overdue_clocks: []\n  open_cases: []\n  exceptions: []\n"
    )
    form.write_text(none)
    refused = told(
        "record", "issue-report", "--file", form, "--key", told.key("p-rso"), "--yes", "--json", code=1
    )
    assert [x["rule"] for x in refused.reasons()] == ["G-REP-1"]
