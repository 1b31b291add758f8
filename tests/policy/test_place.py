"""Places in a policy's data: by path, by id, and never changing what came in."""

from __future__ import annotations

from copy import deepcopy

import pytest

from ledger.errors import NotFound
from ledger.policy import place
from tests.policy.kit import data

EVERY = "/clocks/R22-C-REAPPROVE/every"


def test_1_items_are_found_by_id_under_any_versions_prefix() -> None:
    policy = data("2.2")
    assert place.at(policy, EVERY) == place.at(policy, "/clocks/R99-C-REAPPROVE/every") == "P1Y"
    assert place.at(policy, "/silent_on/" + policy["silent_on"][0].replace("/", "~1"))
    found = place.called(policy, "R20-C-REAPPROVE")
    assert found is not None
    assert found["every"] == "P1Y"
    assert place.called(policy, "R22-NOWHERE") is None


def test_2_the_data_that_comes_in_is_never_changed() -> None:
    policy = data("2.2")
    before = deepcopy(policy)
    assert place.at(place.put(policy, EVERY, "P2Y"), EVERY) == "P2Y"
    assert policy == before


@pytest.mark.parametrize(
    "path", ["", "clocks", "/", "/nowhere", "/clocks/R22-NONE", "/version/x", "/clocks//every"]
)
def test_nothing_at_a_path_is_not_found(path: str) -> None:
    with pytest.raises(NotFound):
        place.at(data("2.2"), path)
    with pytest.raises(NotFound):
        place.put(data("2.2"), path, "x")
