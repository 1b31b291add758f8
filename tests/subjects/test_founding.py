"""Founding: entry 0 and the policy that it brings along, which governs from entry 0 on."""

from pathlib import Path

import pytest

from ledger.engine.in_force import in_force
from ledger.subjects.founding import initial_policy
from tests.kit import CAST, CEO, LOG, RSO, SECRETARY
from tests.office.desk import POLICY, Desk, appointing


def test_the_founding_policy_governs_from_entry_0_on(desk: Desk) -> None:
    register = desk.office.catch_up()
    assert initial_policy(register.at()) == POLICY
    assert [in_force(register.below(n)) for n in (0, 1)] == [None, "2.2"]


def test_no_policy_is_none(tmp_path: Path) -> None:
    desk = Desk.found(tmp_path, policy=None)
    view = desk.office.catch_up().at()
    assert (initial_policy(view), in_force(view)) == (None, None)
    desk.close()


def test_an_empty_register_has_no_policy(tmp_path: Path) -> None:
    desk = Desk.empty(tmp_path)
    view = desk.office.catch_up().at()
    assert (initial_policy(view), in_force(view)) == (None, None)
    desk.close()


def test_the_founding_stands_in_the_ledgers_stream_and_is_a_decision(desk: Desk) -> None:
    [fact] = desk.office.catch_up().at()
    assert (fact.stream, fact.version, fact.decides, fact.withheld) == ("ledger", 1, True, False)
    assert {s.statement for s in fact.signers} == {"approve"}


@pytest.mark.parametrize("cast", [[SECRETARY, LOG], [SECRETARY, CEO, RSO, LOG]], ids=len)
def test_a_ledger_may_be_founded_by_few(tmp_path: Path, cast: list[object]) -> None:
    chosen = [p for p in CAST if p in cast]
    desk = Desk.found(tmp_path, chosen)
    person = appointing(RSO)
    if RSO in chosen:
        desk.note(RSO)
    else:
        desk.record("appoint", [SECRETARY], person)
    desk.close()


def test_nothing_is_recorded_before_the_founding(tmp_path: Path) -> None:
    desk = Desk.empty(tmp_path)
    assert desk.refused(desk.make("note", [RSO], {"data": {"text": "x"}})) == ["S-KEY"]
    desk.close()
