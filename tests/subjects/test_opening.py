"""The opening position: read strictly, stated by two, never more than a statement (DOMAIN §4.1 Starting)."""

from __future__ import annotations

from typing import Any

import pytest

from keys import check
from ledger.errors import Malformed
from ledger.judge import judge
from ledger.record.act import read_act
from ledger.register import Register
from ledger.subjects.opening import read_position, stated
from ledger.subjects.registry import DECISIONS
from tests.engine.heron import POSITION, founded
from tests.given import Story
from tests.kit import CAST, CEO, LOG, RSO, SECRETARY, Person, World, founding


def refused(cast: list[Person], position: Any) -> list[str]:
    """Why entry 0, signed by this cast, is refused."""
    world = World()
    data = founding(world.origin, world.log.vkey, cast) | {"position": position}
    world.found(data, cast)
    raw = world.entries[0]
    act = read_act(raw[len(b'{"act":') : raw.rindex(b',"index":')])
    found = judge(Register(DECISIONS, check).at(), act, world.now, check)
    return [r.rule for r in found]


def test_g_fnd_3_allows_a_position_stated_by_ceo_and_rso() -> None:
    assert refused(list(CAST), POSITION) == []


@pytest.mark.parametrize("missing", [CEO, RSO])
def test_g_fnd_3_refuses_a_position_without_ceo_and_rso(missing: Person) -> None:
    assert refused([p for p in CAST if p is not missing], POSITION) == ["G-FND-3"]
    assert refused([SECRETARY, LOG], {"models": []}) == ["G-FND-3"]


def test_g_fnd_3_refuses_testing_that_is_still_to_end() -> None:
    late = POSITION | {"testing_ended": "2025-01-07T09:00:00.000000Z"}
    assert refused(list(CAST), late) == ["G-FND-3"]


def test_1_models_without_the_end_of_their_testing_are_malformed() -> None:
    without = {k: v for k, v in POSITION.items() if k != "testing_ended"}
    with pytest.raises(Malformed) as e:
        read_position(without)
    assert e.value.where == "/data/position/testing_ended"
    assert read_position({"models": []}).testing_ended is None


def test_2_a_model_and_in_it_a_threshold_stand_once() -> None:
    (model,) = POSITION["models"]
    with pytest.raises(Malformed, match="heron-3 stands twice"):
        read_position(POSITION | {"models": [model, model]})
    twice = model | {"thresholds": model["thresholds"][:1] * 2}
    with pytest.raises(Malformed, match="CBRN-3 stands twice"):
        read_position(POSITION | {"models": [twice]})


def test_3_it_is_read_with_the_founding_that_states_it() -> None:
    found = stated(founded().view)
    assert found is not None
    assert (found[0].index, [m.model_id for m in found[1].models]) == (0, ["heron-3"])
    assert found[1].model("heron-4") is None
    assert stated(Story("2.2").view) is None


def test_a_founding_that_was_not_judged_states_nothing_that_cannot_be_read() -> None:
    assert stated(founded(position={"models": ["heron-3"]}).view) is None
