"""The house's own rules as data: which settings there are, what they take, which way a change goes (DOMAIN §9)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.policy.house import SETTINGS, defaults, direction, fitting

DECIDERS = defaults()["approvals"]


def deciders(**approve: list[str]) -> Any:
    changed = deepcopy(DECIDERS)
    for matter, roles in approve.items():
        changed[matter]["approve"] = roles
    return changed


def test_1_every_setting_of_the_file_has_its_form_and_no_other_has() -> None:
    assert set(SETTINGS) == set(defaults())


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_1_every_default_fits(name: str) -> None:
    default = defaults()[name]
    assert default is None or fitting(name, default, "") == default


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("prompty", "PT72H"),
        ("promptly", "72 hours"),
        ("promptly", 72),
        ("delegation", True),
        ("delegation", "maybe"),
        ("ltbt_signers", 0),
        ("ltbt_signers", "2"),
        ("board_majority", "most"),
        ("approvals", {}),
        ("approvals", deciders(inheritance=[])),
        ("approvals", deciders(inheritance=["KING"])),
        ("approvals", DECIDERS | {"war": {"approve": ["CEO"], "ref": "house"}}),
    ],
)
def test_1_what_a_setting_does_not_take_is_malformed(name: str, value: Any) -> None:
    with pytest.raises(Malformed):
        fitting(name, value, "/data/is")


@pytest.mark.parametrize("name", ["board_quorum", "board_majority"])
def test_2_the_bylaws_have_no_default_and_are_not_unset(name: str) -> None:
    assert defaults()[name] is None
    with pytest.raises(Malformed):
        fitting(name, None, "/data/is")


@pytest.mark.parametrize(
    ("name", "was", "is_", "way"),
    [
        ("promptly", "PT72H", "PT48H", "tightens"),
        ("promptly", "PT48H", "PT72H", "loosens"),
        ("promptly", "PT72H", "PT72H", "neutral"),
        ("exception_length", "P6M", "P182D", "unclear"),
        ("consultation_minimum", "P7D", "P14D", "tightens"),
        ("consultation_minimum", "P14D", "P7D", "loosens"),
        ("bite", "on", "off", "loosens"),
        ("delegation", "off", "on", "loosens"),
        ("recused_leave_quorum", "on", "off", "tightens"),
        ("ltbt_signers", 2, 3, "tightens"),
        ("board_quorum", 4, 3, "loosens"),
        ("board_quorum", None, 4, "tightens"),
        ("board_majority", "two_thirds", "simple", "loosens"),
        ("approvals", DECIDERS, deciders(gate_decision=["RSO"]), "loosens"),
        ("approvals", DECIDERS, deciders(inheritance=["CEO", "RSO"]), "tightens"),
        ("approvals", DECIDERS, deciders(inheritance=["CEO"]), "loosens"),
    ],
)
def test_3_the_direction_of_a_change_is_computed(name: str, was: Any, is_: Any, way: str) -> None:
    assert direction(name, was, is_) == way


def test_3_a_change_of_who_acts_together_is_unclear() -> None:
    anyone = deepcopy(DECIDERS)
    anyone["gate_decision"]["approve_mode"] = "any"
    assert direction("approvals", DECIDERS, anyone) == "unclear"
