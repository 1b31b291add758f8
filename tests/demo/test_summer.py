"""Rows 13 to 25 of the demonstration year: an endpoint that nobody recorded, and a line of the wrong kind."""

from __future__ import annotations

from ledger.engine.cases import case, cases
from ledger.engine.findings import findings
from ledger.engine.gate import evaluate
from ledger.engine.pauses import pauses
from ledger.engine.taint import RECONFIRMED, taints
from ledger.engine.verdict import Question
from ledger.policy.words import Action
from tests.demo.conftest import Year

CASE = "partners without a gate"


def codes(year: Year, day: str) -> list[tuple[str, int]]:
    return [(x.code, x.index) for x in findings(year.at(day))]


def test_11_the_pause_lasted_from_the_finding_to_the_standard(year: Year) -> None:
    [pause] = pauses(year.at("2025-12-31"))
    assert pause.id == year.events["heron-4 CBRN-3"]
    assert pause.automatic
    assert pause.lifted is not None
    assert (pause.begins_at[:10], pause.lifted.recorded_at[:10]) == ("2025-03-20", "2025-05-13")
    assert year.refused(11) == [("G-PAU-2",)]


def test_13_the_record_is_silent_of_what_nobody_recorded(year: Year) -> None:
    assert "DEPLOYED_WITHOUT_GATE" not in [code for code, _ in codes(year, "2025-06-10")]
    assert cases(year.at("2025-06-10")) == []


def test_16_a_public_fact_opens_a_case_by_itself(year: Year) -> None:
    found = codes(year, "2025-06-11")
    assert ("DEPLOYED_WITHOUT_GATE", year.index(CASE)) in found
    assert ("RECORDED_LATE", year.index(CASE)) in found
    [opened] = cases(year.at("2025-06-11"))
    assert (opened.origin, opened.codes) == ("engine", ("DEPLOYED_WITHOUT_GATE",))


def test_17_the_concerned_cannot_handle_it(year: Year) -> None:
    assert year.refused(17) == [("G-NC-1",)]
    triaged = case(year.at("2025-06-12"), f"nc-{year.events[CASE]}")
    assert triaged is not None
    assert (triaged.risk, triaged.handlers, triaged.roles) == ("material", ("p-rso", "p-d3"), ("CEO",))


def test_20_the_concerned_cannot_close_it(year: Year) -> None:
    assert year.refused(20) == [("G-NC-2", "G-NC-3")]
    found = case(year.at("2025-07-11"), f"nc-{year.events[CASE]}")
    assert found is not None
    assert found.breach
    assert found.open


def test_21_the_gate_permits_once_the_standard_is_decided_and_shared(year: Year) -> None:
    asked = Question(Action.DEPLOY, "heron-4", "general")
    assert not evaluate(year.at("2025-07-15"), asked).permitted
    assert evaluate(year.at("2025-07-16"), asked).permitted


def test_23_the_line_reads_red_after_the_correction_and_yellow_as_known_before(year: Year) -> None:
    result = year.events["AUT-50 heron-4"]
    before, after = year.at("2025-12-31", known="2025-08-01"), year.at("2025-12-31", known="2025-08-09")
    lines = [fact.data["line"]["kind"] for view in (before, after) if (fact := view.get(result))]
    assert lines == ["yellow", "red"]


def test_23_what_rests_on_the_corrected_line_is_marked_and_reconfirmed(year: Year) -> None:
    assert taints(year.at("2025-08-07")) == []
    found = {t.decision.id: t.outcome for t in taints(year.at("2025-08-08"))}
    assert found == {year.events[name]: RECONFIRMED for name in ("no go partners", "go heron-4")}


def test_25_a_small_upgrade_inherits_and_gets_its_own_safeguards(year: Year) -> None:
    asked = Question(Action.DEPLOY, "heron-4.1", "general")
    assert not evaluate(year.at("2025-08-24"), asked).permitted
    assert evaluate(year.at("2025-08-26"), asked).permitted


def test_27_the_case_is_closed_after_its_action_is_done(year: Year) -> None:
    closed = case(year.at("2025-09-15"), f"nc-{year.events[CASE]}")
    assert closed is not None
    assert not closed.open
