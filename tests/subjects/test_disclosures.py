"""Disclosures: by whom withheld values are made public or erased (RECORD §2, DOMAIN §10)."""

from typing import Any

import pytest

from ledger.errors import Refused
from ledger.record.disclosure import open_disclosure
from ledger.subjects.disclosures import erased, published
from tests.kit import CEO, GC, RSO, SECRETARY, T1, Person
from tests.office.desk import Desk, disclosing

BOARD = {"data": {"text": "For the Board."}, "class": "board"}


def sealed(desk: Desk, *by: Person) -> tuple[int, list[str]]:
    """An entry with two sealed fields, and their commitments."""
    made = desk.make("note", by or (RSO, CEO), {"data": {"text": "x"}, "sealed": {"why": "a", "who": "b"}})
    return desk.put(made).index, sorted(made.act.event.sealed.values())


def refused(desk: Desk, command: str, by: Any, form: dict[str, Any]) -> list[str]:
    return desk.refused(desk.make(command, by, form))


# ---- G-DIS-1


@pytest.mark.parametrize("command", ["publish-disclosure", "erase-disclosure"])
def test_g_dis_1_refuses_what_the_entry_does_not_hold(desk: Desk, command: str) -> None:
    index, named = sealed(desk)
    other, others = sealed(desk)
    by, authority = [SECRETARY, GC], "BOARD_SECRETARY"
    for place, commitments in (
        (index, others),
        (index, [named[0], others[0]]),
        (index, ["A" * 43]),
        (index, []),
        (0, named),
        (other, named),
        (3, named),
        (99, named),
        (2**53 - 1, named),
    ):
        assert "G-DIS-1" in refused(desk, command, by, disclosing(place, commitments, authority))


def test_g_dis_1_allows_what_the_entry_holds(desk: Desk) -> None:
    index, named = sealed(desk)
    desk.record("publish-disclosure", [SECRETARY], disclosing(index, named[:1], "BOARD_SECRETARY"))
    desk.record("publish-disclosure", [SECRETARY], disclosing(index, named, "BOARD_SECRETARY"))
    view = desk.office.catch_up().at()
    assert published(view) == set(named)
    assert published(desk.office.register.below(3)) == set(named[:1])


def test_g_dis_1_allows_a_whole_withheld_act(desk: Desk) -> None:
    receipt = desk.record("note", [RSO], BOARD, withheld=True)
    [text] = desk.store.disclosures(receipt.index)
    named = [open_disclosure(text).commitment()]
    desk.record("publish-disclosure", [SECRETARY], disclosing(receipt.index, named, "BOARD_SECRETARY"))
    assert desk.store.disclosures(receipt.index) == [text]


def test_g_dis_1_refuses_an_entry_that_is_not_there_yet(desk: Desk) -> None:
    _, named = sealed(desk)
    for ahead in (2, 3, 99):
        form = disclosing(ahead, named, "RSO")
        assert refused(desk, "publish-disclosure", [RSO, CEO], form) == ["G-DIS-1"]


def test_g_dis_1_says_what_is_strange(desk: Desk) -> None:
    index, named = sealed(desk)
    texts = []
    for commitments in ([*named, "A" * 43], []):
        made = desk.make("publish-disclosure", [SECRETARY], disclosing(index, commitments, "BOARD_SECRETARY"))
        with pytest.raises(Refused) as told:
            desk.put(made)
        texts += [x.reason for x in told.value.refusals]
    assert texts == [f"entry 1 does not hold {'A' * 43}", "entry 1 does not hold what is named"]


# ---- G-DIS-2


@pytest.mark.parametrize(
    ("by", "authority"),
    [
        ([RSO], "RSO"),
        ([CEO], "CEO"),
        ([GC], "GENERAL_COUNSEL"),
        ([RSO, CEO], "GENERAL_COUNSEL"),
        ([RSO, CEO], "BOARD_SECRETARY"),
        ([SECRETARY], "CEO"),
        ([SECRETARY, RSO], "RSO"),
        ([T1], "TRUSTEE"),
    ],
)
def test_g_dis_2_refuses_without_those_who_signed_or_the_secretary(
    desk: Desk, by: list[Person], authority: str
) -> None:
    index, named = sealed(desk)
    assert refused(desk, "publish-disclosure", by, disclosing(index, named, authority)) == ["G-DIS-2"]


@pytest.mark.parametrize(
    ("by", "authority"),
    [
        ([RSO, CEO], "RSO"),
        ([CEO, RSO], "RSO"),
        ([SECRETARY], "BOARD_SECRETARY"),
        ([RSO, CEO, GC], "GENERAL_COUNSEL"),
    ],
)
def test_g_dis_2_allows_those_who_signed_or_the_secretary(
    desk: Desk, by: list[Person], authority: str
) -> None:
    index, named = sealed(desk)
    desk.record("publish-disclosure", by, disclosing(index, named, authority))


# ---- G-DIS-3


@pytest.mark.parametrize(
    ("by", "authority"),
    [
        ([GC], "GENERAL_COUNSEL"),
        ([SECRETARY], "BOARD_SECRETARY"),
        ([RSO, CEO], "RSO"),
        ([GC, CEO], "GENERAL_COUNSEL"),
        ([GC, SECRETARY], "CEO"),
        ([GC, SECRETARY, RSO], "RSO"),
    ],
)
def test_g_dis_3_refuses_to_erase_without_counsel_and_secretary(
    desk: Desk, by: list[Person], authority: str
) -> None:
    index, named = sealed(desk)
    assert refused(desk, "erase-disclosure", by, disclosing(index, named, authority)) == ["G-DIS-3"]
    assert len(desk.store.disclosures(index)) == 2


@pytest.mark.parametrize(
    ("command", "by", "authority", "reason"),
    [
        ("publish-disclosure", [RSO], "RSO", "publishing of entry 1 lacks CEO"),
        ("publish-disclosure", [GC], "CEO", "publishing of entry 1 lacks CEO, RSO"),
        ("publish-disclosure", [RSO, CEO], "AUDITOR", "publishing of entry 1 lacks AUDITOR"),
        ("erase-disclosure", [RSO], "RSO", "erasing lacks BOARD_SECRETARY, GENERAL_COUNSEL"),
        ("erase-disclosure", [GC, SECRETARY], "RSO", "RSO has no authority to erase"),
    ],
)
def test_who_is_missing_is_said(
    desk: Desk, command: str, by: list[Person], authority: str, reason: str
) -> None:
    index, named = sealed(desk)
    with pytest.raises(Refused) as told:
        desk.put(desk.make(command, by, disclosing(index, named, authority)))
    assert [x.reason for x in told.value.refusals] == [reason]


@pytest.mark.parametrize("authority", ["GENERAL_COUNSEL", "BOARD_SECRETARY"])
def test_g_dis_3_allows_both_together(desk: Desk, authority: str) -> None:
    index, named = sealed(desk)
    receipt = desk.record("erase-disclosure", [GC, SECRETARY], disclosing(index, named[:1], authority))
    assert erased(desk.office.catch_up().at()) == {named[0]: (index, receipt.index)}
    assert len(desk.store.disclosures(index)) == 1


def test_what_was_erased_may_still_be_called_published(desk: Desk) -> None:
    """Both stand on the record; that the value is gone is what the later of them says."""
    index, named = sealed(desk)
    desk.record("publish-disclosure", [SECRETARY], disclosing(index, named, "BOARD_SECRETARY"))
    desk.record("erase-disclosure", [GC, SECRETARY], disclosing(index, named, "GENERAL_COUNSEL"))
    view = desk.office.catch_up().at()
    assert published(view) == set(erased(view)) == set(named)
