"""Rows 26 to 31 of the demonstration year: a text exchanged under way, and what governed when."""

from __future__ import annotations

from api.demo import texts
from ledger.engine.clocks import clocks
from ledger.engine.findings import findings
from ledger.engine.in_force import in_force, reigns
from ledger.engine.states import state
from ledger.policy.diff import diff, gravest_first
from ledger.policy.direction import Direction
from ledger.policy.lint import Lint, lint
from ledger.policy.load import load
from ledger.subjects.resolutions import outcome
from tests.demo.conftest import Year


def test_26_text_a_has_one_weakness_fewer() -> None:
    before, after = ({(w.code, w.path) for w in lint(load(data))} for data in (texts.qsp(), texts.text_a()))
    assert before - after == {(Lint.CADENCE_WITHOUT_INTERVAL, "/assessment/preliminary/cadence")}
    assert after <= before


def test_28_a_text_that_the_trust_was_not_asked_about_is_not_approved(year: Year) -> None:
    assert year.refused(28) == [("G-POL-6",)]
    carried = outcome(year.at("2025-09-25"), "r-2025-7")
    assert carried is not None
    assert (carried.carried, carried.for_, carried.against) == (True, 4, 2)
    assert "CONSULTED_ON_OTHER_TEXT" in {x.code for x in findings(year.at("2025-09-25"))}
    first = gravest_first(diff(texts.text_a(), texts.text_b()))[0]
    assert first.direction is Direction.LOOSENS
    assert first.after == texts.SLIPPED_IN


def test_30_the_large_model_was_opened_and_decided_in_time(year: Year) -> None:
    assert state(year.at("2025-10-09"), "heron-5", "CBRN-3").outcome == "reached"
    assert state(year.at("2025-10-09"), "heron-5", "CBRN-4").outcome == "below"
    late = [c for c in clocks(year.at("2025-10-14")) if c.rule.endswith(("C-COMPREHENSIVE", "C-MONTH"))]
    assert [c for c in late if c.state == "overdue"] == []


def test_31_the_order_was_consulted_approved_public_in_force(year: Year) -> None:
    assert in_force(year.at("2025-11-02")) == "2.2"
    assert in_force(year.at("2025-11-03")) == "2.3"
    assert [(r.version, r.since[:10]) for r in reigns(year.at("2025-12-31"))] == [
        ("2.2", ""),
        ("2.3", "2025-11-03"),
    ]
    policies = {f.policy for f in year.register.facts[1:] if f and f.recorded_at < "2025-11-03"}
    assert policies == {"2.2"}


def test_31_the_monthly_clock_is_kept(year: Year) -> None:
    kept = [c for c in clocks(year.at("2025-12-31")) if c.rule.endswith("C-PRELIMINARY")]
    assert kept
    assert "overdue" not in {c.state for c in kept}
