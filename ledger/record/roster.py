"""The trust roster: whose keys open reports, and how many of them it takes (INTAKE §10).

The canonical `data` of ``trust.roster_changed`` is the directory that a reporter's client seals to::

    {"from_epoch":20245,"ledger":"example.org/log","panels":[{"id":"ltbt","k":3,"name":"Long-Term Benefit Trust",
     "seats":[0,1,2,3,4]}],"seats":[{"device":"<43>","hpke":"<1622>","person":"p-1","seat":0,"sign":"<43>"},…],"v":1}

1. Seats must be numbered from 0 in array order, at most 12; no key and no person stands twice, else one
   person could open alone what takes two.
2. A panel must ask for at least two of its seats and have at least as many as it asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json
from ledger.record.people import each

MAX_SEATS: Final = 12


@dataclass(frozen=True, slots=True)
class Seat:
    """One trustee's keys in the directory (INTAKE §10)."""

    seat: int
    person: str
    device: str
    hpke: str
    sign: str


@dataclass(frozen=True, slots=True)
class Panel:
    """`k` of the `seats` open together."""

    id: str
    k: int
    name: str
    seats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """The directory of trustees."""

    ledger: str
    from_epoch: int
    panels: tuple[Panel, ...]
    seats: tuple[Seat, ...]


def roster(data: Json, where: str = "/data") -> Roster:
    """`data` of trust.roster_changed. That public keys are sound is asked by `authority`, which can check them."""
    f.members(data, where, ("from_epoch", "ledger", "panels", "seats", "v"))
    if f.integer(data["v"], f"{where}/v", 1) != 1:
        raise Malformed(f"roster format {data['v']} is not known", f"{where}/v")
    seats = each(data["seats"], f"{where}/seats", _seat)
    if not 1 <= len(seats) <= MAX_SEATS or [s.seat for s in seats] != list(range(len(seats))):
        raise Malformed(f"seats are not numbered 0 to at most {MAX_SEATS - 1} in order", f"{where}/seats")
    keys = [key for s in seats for key in (s.device, s.hpke, s.sign)]
    if len(set(keys)) < len(keys):
        raise Malformed("a key stands twice", f"{where}/seats", "each key belongs to one seat and one use")
    if len({s.person for s in seats}) < len(seats):
        raise Malformed(
            "a person has two seats", f"{where}/seats", "one seat a person, named by several panels"
        )
    panels = each(data["panels"], f"{where}/panels", _panel)
    if not panels or len({p.id for p in panels}) < len(panels):
        raise Malformed("no panel, or two with one id", f"{where}/panels")
    for i, panel in enumerate(panels):
        if len(set(panel.seats)) < max(len(panel.seats), panel.k) or any(
            s >= len(seats) for s in panel.seats
        ):
            raise Malformed(
                "fewer than k seats, a seat named twice, or none of that number", f"{where}/panels/{i}/seats"
            )
    return Roster(
        f.text(data["ledger"], f"{where}/ledger"),
        f.integer(data["from_epoch"], f"{where}/from_epoch"),
        panels,
        seats,
    )


def _seat(value: Json, where: str) -> Seat:
    f.members(value, where, ("device", "hpke", "person", "seat", "sign"))
    for name, size in (("device", 32), ("hpke", 1216), ("sign", 32)):
        f.b64u(value[name], f"{where}/{name}", size)
    return Seat(
        f.integer(value["seat"], f"{where}/seat"),
        f.person(value["person"], f"{where}/person"),
        value["device"],
        value["hpke"],
        value["sign"],
    )


def _panel(value: Json, where: str) -> Panel:
    f.members(value, where, ("id", "k", "name", "seats"))
    return Panel(
        f.text(value["id"], f"{where}/id"),
        f.integer(value["k"], f"{where}/k", 2),
        f.text(value["name"], f"{where}/name"),
        each(value["seats"], f"{where}/seats", f.integer),
    )
