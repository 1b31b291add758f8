"""The roll against a second reading of RECORD §3, written as slowly and plainly as the text says it.

"Valid at a place = registered or appointed by an entry below it and not revoked or ended by an entry below it", asked
at the head that was seen and at the entry; "`from` <= recorded_at < `to` is asked once, of the entry itself".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from keys import check
from ledger.record.event import Event, event_of
from ledger.record.roll import Place, Roll
from tests.kit import INSTRUMENT, Person
from tests.record.test_event import LIVE

PEOPLE = ("p-1", "p-2", "svc-log")
ROLES = ("CEO", "RSO", "TRUSTEE", "BOARD", "SERVICE")
DAYS = [f"2025-01-0{day}T00:00:00.000000Z" for day in range(1, 5)]
KEYS = [Person("p-1", "CEO", f"model key {i}") for i in range(4)]


@dataclass(frozen=True)
class Appointed:
    person: str
    role: str
    from_: str
    to: str | None


@dataclass(frozen=True)
class Ended:
    person: str
    role: str


@dataclass(frozen=True)
class Registered:
    person: str
    key: int


@dataclass(frozen=True)
class Revoked:
    key: int


Change = Appointed | Ended | Registered | Revoked | None
HISTORIES = st.lists(
    st.one_of(
        st.builds(
            Appointed,
            st.sampled_from(PEOPLE),
            st.sampled_from(ROLES),
            st.sampled_from(DAYS),
            st.none() | st.sampled_from(DAYS),
        ),
        st.builds(Ended, st.sampled_from(PEOPLE), st.sampled_from(ROLES)),
        st.builds(Registered, st.sampled_from(PEOPLE), st.integers(0, 3)),
        st.builds(Revoked, st.integers(0, 3)),
        st.none(),
    ),
    max_size=12,
)


def possible(history: list[Change]) -> list[Change]:
    """Without what authority refuses: a key twice, a revocation of a key that is not there or no more."""
    out: list[Change] = []
    for change in history:
        known = {c.key for c in out if isinstance(c, Registered)}
        dead = {c.key for c in out if isinstance(c, Revoked)}
        if isinstance(change, Registered) and change.key in known:
            continue
        if isinstance(change, Revoked) and (change.key not in known or change.key in dead):
            continue
        out.append(change)
    return out


def event(change: Change) -> Event:
    """The same change as the roll reads it."""
    kind = "note.recorded"
    data: dict[str, Any] = {}
    paper = {"instrument": INSTRUMENT["digest"]}
    match change:
        case None:
            pass
        case Appointed(person, role, from_, to):
            kind, data = "appointment.made", paper | {"from": from_, "person": person, "role": role}
            data |= {"to": to} if to else {}
        case Ended(person, role):
            kind, data = "appointment.ended", paper | {"person": person, "reason": "x", "role": role}
        case Registered(person, number):
            kind, data = "key.registered", KEYS[number].listed() | {"person": person, "proof": ""}
        case Revoked(number):
            kind, data = "key.revoked", {"key": KEYS[number].key, "reason": "x"}
    value: dict[str, Any] = {**LIVE, "type": kind, "data": data, "evidence": [INSTRUMENT]}
    return event_of(value, "")


def standing(history: list[Change], place: int, person: str, role: str) -> list[Appointed]:
    """Appointments made below the place and not ended below it."""
    out: list[Appointed] = []
    for change in history[:place]:
        if isinstance(change, Appointed) and (change.person, change.role) == (person, role):
            out.append(change)
        if isinstance(change, Ended) and (change.person, change.role) == (person, role):
            out = []
    return out


def holds(history: list[Change], place: Place, person: str, role: str, seen: int) -> bool:
    if role in ("BOARD", "LTBT"):
        return False
    if role == "SERVICE" or person.startswith("svc-"):
        return role == "SERVICE" and person.startswith("svc-")
    now = standing(history, place.index, person, role)
    in_time = any(a.from_ <= place.recorded_at and (a.to is None or place.recorded_at < a.to) for a in now)
    return bool(standing(history, seen, person, role)) and in_time


def alive(history: list[Change], place: int, number: int) -> bool:
    """The key is registered below the place and not revoked below it."""
    below = history[:place]
    return any(isinstance(c, Registered) and c.key == number for c in below) and Revoked(number) not in below


@given(HISTORIES)
def test_the_roll_says_what_the_text_says(raw: list[Change]) -> None:
    history = possible(raw)
    roll = Roll()
    for index, change in enumerate(history):
        roll.fold(event(change), index, check)
    for index in range(len(history) + 2):
        for seen in range(index + 1):
            for number, key in enumerate(KEYS):
                valid = alive(history, seen, number) and alive(history, index, number)
                on_roll = roll.key(key.key)
                assert (on_roll is not None and on_roll.valid(index, seen)) is valid
        for person in PEOPLE:
            assert roll.is_trustee(person, index) is bool(standing(history, index, person, "TRUSTEE"))
            for role in ROLES:
                for at in DAYS:
                    place = Place(index, at)
                    said = [roll.holds(place, person, role, seen) for seen in range(index + 1)]
                    expected = [holds(history, place, person, role, seen) for seen in range(index + 1)]
                    assert said == expected


@given(HISTORIES, st.integers(0, 12))
def test_what_is_recorded_later_changes_no_earlier_answer(raw: list[Change], cut: int) -> None:
    """The roll of a past place is this one asked with that place."""
    history = possible(raw)
    early, late = Roll(), Roll()
    for index, change in enumerate(history):
        late.fold(event(change), index, check)
        if index < cut:
            early.fold(event(change), index, check)
    for index in range(min(cut, len(history)) + 1):
        for person in PEOPLE:
            for role in ROLES:
                place = Place(index, DAYS[1])
                assert early.holds(place, person, role, index) is late.holds(place, person, role, index)
            assert early.is_trustee(person, index) is late.is_trustee(person, index)
