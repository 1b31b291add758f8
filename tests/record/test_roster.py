"""ledger.record.roster: whose keys open reports, and how many of them it takes (INTAKE §10)."""

from copy import deepcopy
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record.fields import to_b64u
from ledger.record.roster import Panel, Seat, roster
from tests.kit import Person, salt


def seat(number: int, person: str | None = None) -> dict[str, Any]:
    """A seat with sound keys; the HPKE key is any 1,216 bytes, which is all that the record asks."""
    person = person or f"p-t{number}"
    return {
        "device": Person(f"{person} device", "TRUSTEE").public,
        "hpke": to_b64u(salt(person) * 76),
        "person": person,
        "seat": number,
        "sign": Person(f"{person} sign", "TRUSTEE").public,
    }


def directory(*seats: dict[str, Any], k: int = 2, ledger: str = "test.example/log") -> dict[str, Any]:
    """A roster with one panel of all its seats."""
    panel = {"id": "ltbt", "k": k, "name": "Long-Term Benefit Trust", "seats": list(range(len(seats)))}
    return {"from_epoch": 20245, "ledger": ledger, "panels": [panel], "seats": list(seats), "v": 1}


DATA = directory(*(seat(i) for i in range(5)), k=3)


def refused(path: str, value: Any, data: dict[str, Any] = DATA) -> Malformed:
    changed: Any = deepcopy(data)
    *folders, last = path.split("/")
    at = changed
    for name in folders:
        at = at[int(name) if isinstance(at, list) else name]
    if value is ...:
        del at[last]
    else:
        at[int(last) if isinstance(at, list) else last] = value
    with pytest.raises(Malformed) as caught:
        roster(changed)
    return caught.value


def test_a_roster_is_read_whole() -> None:
    read = roster(DATA)
    assert (read.ledger, read.from_epoch) == ("test.example/log", 20245)
    assert read.panels == (Panel("ltbt", 3, "Long-Term Benefit Trust", (0, 1, 2, 3, 4)),)
    assert read.seats[1] == Seat(**seat(1))


def test_twelve_seats_are_the_most() -> None:
    """Must 1."""
    assert len(roster(directory(*(seat(i) for i in range(12)))).seats) == 12
    with pytest.raises(Malformed, match="at most 11"):
        roster(directory(*(seat(i) for i in range(13))))
    with pytest.raises(Malformed, match="at most 11"):
        roster(directory())


@pytest.mark.parametrize("numbers", [(1, 2), (0, 2), (1, 0), (0, 0)])
def test_seats_are_numbered_in_their_order(numbers: tuple[int, int]) -> None:
    """Must 1."""
    with pytest.raises(Malformed, match="in order"):
        roster(directory({**seat(0), "seat": numbers[0]}, {**seat(1), "seat": numbers[1]}))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("seats/1/device", "device"),
        ("seats/1/sign", "sign"),
        ("seats/1/hpke", "hpke"),
        ("seats/1/sign", "device"),
        ("seats/0/sign", "device"),
    ],
)
def test_no_key_stands_twice(here: str, there: str) -> None:
    """Must 1: not for two uses either."""
    assert refused(here, DATA["seats"][0][there]).what == "a key stands twice"


def test_nobody_has_two_seats() -> None:
    """Must 1: who sat twice would hold two of k shares."""
    assert refused("seats/1/person", "p-t0").what == "a person has two seats"


def test_one_seat_may_serve_several_panels() -> None:
    """INTAKE §1: every trustee of every panel has one seat."""
    data = deepcopy(DATA)
    data["panels"].append({"id": "rso", "k": 2, "name": "RSO panel", "seats": [4, 0]})
    assert roster(data).panels[1].seats == (4, 0)


@pytest.mark.parametrize(
    ("k", "seats", "good"),
    [
        (2, [0, 1], True),
        (2, [0, 1, 4], True),
        (3, [0, 1], False),
        (1, [0, 1], False),
        (0, [0, 1], False),
        (2, [0, 0], False),
        (2, [0, 0, 1], False),
        (2, [0, 5], False),
        (2, [0, -1], False),
        (2, [], False),
        (2, [0, True], False),
        ("2", [0, 1], False),
    ],
)
def test_a_panel_takes_at_least_two_and_has_them(k: Any, seats: list[Any], good: bool) -> None:
    """Must 2."""
    data = deepcopy(DATA)
    data["panels"][0] |= {"k": k, "seats": seats}
    if good:
        assert roster(data).panels[0].k == k
        return
    with pytest.raises(Malformed) as caught:
        roster(data)
    assert caught.value.where.startswith("/data/panels/0")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("from_epoch", -1),
        ("from_epoch", "20245"),
        ("ledger", ""),
        ("panels", []),
        ("panels", None),
        ("panels/0/id", ""),
        ("panels/0/name", ""),
        ("panels/0/open", 1),
        ("seats", None),
        ("seats/0", None),
        ("seats/0/device", to_b64u(bytes(31))),
        ("seats/0/hpke", to_b64u(bytes(1215))),
        ("seats/0/hpke", to_b64u(bytes(1217))),
        ("seats/0/person", ""),
        ("seats/0/sign", to_b64u(bytes(33))),
        ("seats/0/sign", "A" * 42 + "B"),
        ("seats/0/name", "x"),
        ("v", 2),
        ("v", True),
        ("mood", 1),
        *((name, ...) for name in DATA),
        *((f"seats/0/{name}", ...) for name in DATA["seats"][0]),
        *((f"panels/0/{name}", ...) for name in DATA["panels"][0]),
    ],
)
def test_every_member_has_its_form(path: str, value: Any) -> None:
    assert refused(path, value).where.startswith("/data")


def test_two_panels_have_two_ids() -> None:
    assert "two with one id" in refused("panels", DATA["panels"] * 2).what
