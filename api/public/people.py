"""Who is on the roll: appointments, keys, the trust roster. None of it can be withheld.

::

    roll(record)   {"size":14,"at":"…Z","people":[{"person":"p-ceo","appointments":[…],"keys":[…]},…],"roster":{…}}

1. The roll of a past size must be told as it was there: what was ended or revoked later stands as live.
"""

from __future__ import annotations

from typing import Any

from api.public.record import PublicRecord
from ledger.record.people import ROSTER
from ledger.record.roll import Key, Tenure


def roll(record: PublicRecord, as_of: str | None = None, known_at: str | None = None) -> dict[str, Any]:
    """The roll of the entries known at an instant; who is in office is asked for `as_of` (default: now)."""
    view = record.view(None, known_at)
    at = as_of or known_at or record.house.office.now()
    # Whole copies first: another thread may fold meanwhile, and a dictionary must not grow under a loop.
    tenures, keys = list(view.roll.tenures.items()), list(view.roll.keys.values())
    people: dict[str, dict[str, Any]] = {}

    def of(person: str) -> dict[str, Any]:
        return people.setdefault(person, {"person": person, "appointments": [], "keys": []})

    for (person, _), terms in tenures:
        for tenure in list(terms):
            if tenure.made < view.bound:
                of(person)["appointments"].append(_appointment(tenure, view.bound, at))
    for key in keys:
        if key.registered < view.bound:
            of(key.public.person)["keys"].append(_key(key, view.bound))
    rosters = [f for f in view.register.by_type.get(ROSTER, ()) if f.index < view.bound]
    return {
        "size": view.bound,
        "at": at,
        "people": list(people.values()),
        "roster": {"index": rosters[-1].index, "roster": rosters[-1].data} if rosters else None,
    }


def _appointment(tenure: Tenure, bound: int, at: str) -> dict[str, Any]:
    a = tenure.appointment
    return {
        "role": a.role,
        "from": a.from_,
        "to": a.to,
        "made": tenure.made,
        "ended": _below(tenure.ended, bound),
        "in_office": tenure.below(bound) and tenure.in_time(at),
    }


def _key(key: Key, bound: int) -> dict[str, Any]:
    revoked = _below(key.revoked, bound)
    return {
        "key": key.public.key,
        "kind": key.public.kind,
        "public": key.public.public,
        "registered": key.registered,
        "revoked": revoked,
        "compromised_from": None if revoked is None else key.compromised_from,
        "live": revoked is None,
    }


def _below(index: int | None, bound: int) -> int | None:
    return index if index is not None and index < bound else None
