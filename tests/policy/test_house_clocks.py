"""Clocks of the house: read as a policy's are, and never binding as one."""

from __future__ import annotations

import pytest

from ledger.errors import Malformed
from ledger.policy import house_clocks
from ledger.policy.shipped import definition, definitions
from ledger.policy.words import Modality


def test_1_no_clock_of_the_house_is_a_must(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {own.clock.modality for own in house_clocks.house_clocks()} == {Modality.SHOULD}
    hard = {
        "id": "H-X",
        "ref": "DOMAIN 9",
        "modality": "must",
        "enforce": "flag",
        "text": "x",
        "every": "P1M",
        "starts_at": "report.issued",
        "met_by": "report.issued",
    }
    monkeypatch.setattr(house_clocks, "_file", lambda: {"clocks": [hard]})
    with pytest.raises(Malformed, match="binds as policy"):
        house_clocks.house_clocks.__wrapped__()


@pytest.mark.parametrize("name", definitions())
def test_every_clock_of_a_shipped_policy_that_binds_says_what_meets_it_or_the_house_reads_it(
    name: str,
) -> None:
    for rule in definition(name).policy.clocks:
        if rule.modality is not Modality.MAY:
            assert rule.met_by or house_clocks.reading(rule.id), rule.id
