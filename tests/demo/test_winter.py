"""Rows 1 to 12 of the demonstration year: what was accepted, what was refused, and what a critic can check."""

from __future__ import annotations

from fractions import Fraction

from ledger.engine.compute import multiple
from ledger.engine.findings import findings
from ledger.engine.gate import evaluate
from ledger.engine.states import state, states
from ledger.engine.verdict import Question
from ledger.policy.words import Action
from ledger.subjects.sharing import delivered
from tests.demo.conftest import Year


def codes(year: Year, day: str, known: str | None = None) -> list[tuple[str, int]]:
    return [(x.code, x.index) for x in findings(year.at(day, known))]


def reasons(year: Year, day: str, question: Question) -> tuple[str, set[str]]:
    verdict = evaluate(year.at(day), question)
    return verdict.verdict, {r.code for r in verdict.reasons}


def test_1_the_opening_position_is_attested_and_not_decided(year: Year) -> None:
    assert [f.type for f in year.register.facts[:2] if f] == ["ledger.founded", "trust.roster_changed"]
    opening = state(year.at("2025-01-06"), "heron-3", "CBRN-3")
    assert (opening.outcome, opening.origin) == ("below", "opening")


def test_2_a_small_model_inherits(year: Year) -> None:
    found = multiple(year.at("2025-01-20"), "heron-3.5", "heron-3")
    assert found is not None
    assert found.value == Fraction("2.1")
    inherited = state(year.at("2025-01-20"), "heron-3.5", "CBRN-3")
    assert (inherited.outcome, inherited.origin, inherited.model) == ("below", "inherited", "heron-3")


def test_3_neither_step_is_four_times_and_the_chain_is(year: Year) -> None:
    found = multiple(year.at("2025-02-17"), "heron-4", "heron-3")
    assert found is not None
    assert found.value == Fraction("4.41")
    assert len(found.path) == 2


def test_4_the_line_of_another_kind_is_found_at_once(year: Year) -> None:
    found = ("LINE_KIND_MISMATCH", year.index("AUT-50 heron-4"))
    assert found in codes(year, "2025-03-14")
    assert "LINE_KIND_MISMATCH" not in [code for code, _ in codes(year, "2025-03-13")]
    assert found in codes(year, "2025-08-07")
    assert found not in codes(year, "2025-08-08")


def test_6_a_draft_without_report_case_and_second_signature_is_refused(year: Year) -> None:
    assert year.refused(6) == [("G-DET-0", "G-DET-1", "G-DET-2", "G-DET-2")]


def test_7_not_shown_is_never_below(year: Year) -> None:
    decided = states(year.at("2025-03-20"), "heron-4")
    assert (decided["CBRN-3"].outcome, decided["CBRN-3"].over) == ("not_shown", True)
    assert decided["CBRN-4"].outcome == "undetermined"
    assert (decided["AI-RND-4"].outcome, decided["AI-RND-4"].origin) == ("below", "ruled_out")
    for body in ("BOARD", "LTBT"):
        assert delivered(year.at("2025-03-20"), body, year.events["heron-4 CBRN-3"])


def test_8_training_is_denied_and_the_weights_stay_on_an_interim_measure(year: Year) -> None:
    assert reasons(year, "2025-03-20", Question(Action.STORE, "heron-4"))[0] == "permitted"
    verdict, found = reasons(year, "2025-03-20", Question(Action.TRAIN, "heron-5"))
    assert verdict == "denied"
    assert "SECURITY_MISSING_FOR_COMPARABLE" in found
    assert (
        reasons(year, "2025-06-19", Question(Action.STORE, "heron-4"))[0] == "permitted"
    )  # the standard by then
    assert reasons(year, "2025-05-11", Question(Action.STORE, "heron-4"))[0] == "permitted"


def test_10_the_follow_up_decides_the_next_level(year: Year) -> None:
    assert state(year.at("2025-04-24"), "heron-4", "CBRN-4").outcome == "below"


def test_12_deployment_to_partners_is_denied_for_a_named_standard(year: Year) -> None:
    verdict, found = reasons(year, "2025-06-02", Question(Action.DEPLOY, "heron-4", "limited_partner"))
    assert verdict == "denied"
    assert "SAFEGUARD_MISSING:ASL-3-DEPLOYMENT" in found
