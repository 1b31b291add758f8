"""No member of an act can be changed, added or taken away: its signatures cover it, or its form forbids it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from keys import check
from ledger.errors import Malformed
from ledger.record.act import Act, read_act
from ledger.record.authority import faults
from ledger.record.canonical import decode, encode
from ledger.record.entry import read_entry
from ledger.record.merkle import leaf_hash
from ledger.record.roll import Place
from tests.kit import CEO, SECRETARY, T1, T2, Person, World
from tests.record.test_roster import directory, seat
from tests.record.verdicts import fold

CISO = Person("p-ciso", "CISO")


def ledger() -> World:
    world = World()
    world.found()
    roster = directory(seat(0, T1.id), seat(1, T2.id))
    world.record("trust.roster_changed", roster, [T1, T2], stream="trust/roster")
    world.appoint(CISO)
    world.register(CISO, [SECRETARY, CEO])
    world.sealed_note()
    world.revoke(CISO, [SECRETARY, CEO], compromised_from=4)
    return world


WORLD = ledger()
NAMES = ["founding", "roster", "appointment", "registration", "sealed note", "revocation"]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a JSON value, the outermost last."""
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], (*at, name))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from places(item, (*at, i))
    yield at


def others(value: Any) -> list[Any]:
    """Values next to this one, of the same kind and of another."""
    if isinstance(value, bool) or value is None:
        return [not value, "x"]
    if isinstance(value, int):
        return [value + 1, str(value)]
    if isinstance(value, str):
        last = value[-1:]
        return [value + "x", value[:-1] + ("0" if last != "0" else "1"), value[:-1], None]
    if isinstance(value, list):
        return [[*value, value[0]] if value else [None], value[::-1] if len(value) > 1 else None]
    return [{**value, "zz": 1}, []]


def put(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    changed = deepcopy(value)
    inner = changed
    for step in at[:-1]:
        inner = inner[step]
    if new is ...:
        del inner[at[-1]]
    else:
        inner[at[-1]] = new
    return changed


def neighbours(act: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for at in places(act):
        value = act
        for step in at:
            value = value[step]
        for new in others(value):
            yield at, put(act, at, new)
        if at and isinstance(at[-1], str):
            yield at, put(act, at, ...)


def accepted(act: Any, index: int, recorded_at: str) -> Act | None:
    """The act when it is read and nothing is said against it."""
    try:
        read = read_act(encode(act))
    except Malformed:
        return None
    roll, _ = fold(WORLD, index)
    return None if faults(roll, read, Place(index, recorded_at), check) else read


@pytest.mark.parametrize("index", range(len(NAMES)), ids=NAMES)
def test_no_neighbour_of_an_act_is_accepted(index: int) -> None:
    entry = read_entry(WORLD.entries[index])
    act = decode(WORLD.entries[index])["act"]
    assert accepted(act, index, entry.recorded_at) is not None
    tried = 0
    for at, changed in neighbours(act):
        assert changed != act, at
        assert accepted(changed, index, entry.recorded_at) is None, at
        tried += 1
    assert tried > 60


@pytest.mark.parametrize("index", range(len(NAMES)), ids=NAMES)
def test_no_neighbour_of_an_entry_has_its_leaf_hash(index: int) -> None:
    """What stands outside the signatures (index, prev, recorded_at, version) is bound by the tree."""
    raw = WORLD.entries[index]
    seen = {leaf_hash(raw)}
    for name in ("index", "prev", "recorded_at", "stream_version"):
        for new in others(decode(raw)[name]):
            changed = leaf_hash(encode({**decode(raw), name: new}))
            assert changed not in seen
            seen.add(changed)
