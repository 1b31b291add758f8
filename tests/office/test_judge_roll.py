"""Signatures and authority at the office's door: each rule id of ``ledger.record`` on both sides.

The rules themselves are tested against hand-made records in tests/record; here stands that the office asks them all.
"""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from keys.seat import seat
from ledger.record.act import make_act
from ledger.record.fields import to_b64u
from tests.kit import (
    CAST,
    CEO,
    D1,
    D2,
    GC,
    IMPORTER,
    LOG,
    NOBODY,
    ORIGIN,
    RSO,
    SECRETARY,
    START,
    T1,
    T2,
    Person,
)
from tests.office.desk import Desk, Made, appointing, ending, registering, revoking

TEXT = {"data": {"text": "Drill held."}}
SECOND = Person("p-rso", "RSO", "a second key")
CISO = Person("p-ciso", "CISO")
IMPORTED = {"imported": {"confidence": "high", "source": "a page", "transcribed_by": IMPORTER.id}}


def roster(*people: Person, name: str = "", **members: Any) -> dict[str, Any]:
    """The form of a trust roster with a seat for each of `people`, their sheets being called `name`."""
    seats = [seat(sha256(f"{name}{p.id}".encode()).digest(), p.id, i) for i, p in enumerate(people)]
    panel = {"id": "ltbt", "k": 2, "name": "Trust", "seats": list(range(len(seats)))}
    return {
        "data": {"from_epoch": 20245, "ledger": ORIGIN, "panels": [panel], "seats": seats, "v": 1} | members
    }


# ---- signatures


def test_s_key_refuses_a_key_that_is_not_on_the_roll(desk: Desk) -> None:
    assert desk.refused(desk.make("note", [SECOND], TEXT)) == ["S-KEY"]
    assert "S-KEY" in desk.refused(desk.make("note", [NOBODY], TEXT))


def test_s_key_refuses_somebody_elses_key(desk: Desk) -> None:
    thief = replace(RSO, key_name=CEO.id)
    assert desk.refused(desk.make("note", [thief], TEXT)) == ["S-KEY"]


def test_s_key_refuses_a_key_that_the_signers_state_did_not_have(desk: Desk) -> None:
    early = desk.seen()
    desk.record("register-key", [SECRETARY, CEO], registering(SECOND))
    assert desk.refused(desk.make("note", [SECOND], TEXT, seen=early)) == ["S-KEY"]
    desk.note(SECOND)


def test_s_key_refuses_a_revoked_key_though_the_signer_saw_it_live(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT)
    desk.record("revoke-key", [SECRETARY, CEO], revoking(RSO))
    assert desk.refused(made) == ["S-KEY"]


def test_s_key_allows_every_live_key_of_a_person(desk: Desk) -> None:
    desk.record("register-key", [SECRETARY, CEO], registering(SECOND))
    desk.note(RSO)
    desk.note(SECOND)


@pytest.mark.parametrize("changed", ["signed_at", "statement", "capacity", "sig"])
def test_s_holds_refuses_a_signature_over_something_else(desk: Desk, changed: str) -> None:
    made = desk.draft("note", RSO, TEXT)
    own, other = desk.sign(made.event, RSO, "attest"), desk.sign(made.event, CEO, "attest")
    values = {
        "signed_at": "2025-01-06T09:00:00.000001Z",
        "statement": "acknowledge",
        "capacity": "witness",
        "sig": to_b64u(bytes(64)),
    }
    forged = replace(other, **{changed: values[changed]})  # type: ignore[arg-type]
    assert desk.refused(Made(make_act(made.event, [own, forged]))) == ["S-HOLDS"]


def test_s_holds_refuses_a_signature_moved_to_another_event(desk: Desk) -> None:
    one, two = desk.draft("note", RSO, TEXT), desk.draft("note", RSO, {"data": {"text": "No drill."}})
    assert desk.refused(Made(make_act(two.event, [desk.sign(one.event, RSO, "attest")]))) == ["S-HOLDS"]


def test_s_holds_allows_each_signature_over_its_own_words(desk: Desk) -> None:
    made = desk.draft("note", RSO, TEXT)
    signatures = [desk.sign(made.event, RSO, "attest"), desk.sign(made.event, CEO, "consulted", capacity="x")]
    desk.put(Made(make_act(made.event, signatures)))


def test_s_service_refuses_a_service_for_other_peoples_acts(desk: Desk) -> None:
    assert desk.refused(desk.make("note", [LOG], TEXT)) == ["S-SERVICE"]


def test_s_service_allows_the_log_to_found(tmp_path: Path) -> None:
    desk = Desk.empty(tmp_path)
    made = desk.founding()
    assert ("svc-log", "SERVICE") in made.act.signers("approve")
    desk.put(made)
    desk.close()


def test_s_role_refuses_a_role_that_the_signer_does_not_hold(desk: Desk) -> None:
    assert desk.refused(desk.make("note", [replace(RSO, role="CEO")], TEXT)) == ["S-ROLE"]
    assert desk.refused(desk.make("note", [replace(D1, role="BOARD")], TEXT)) == ["S-ROLE"]


def test_s_role_refuses_a_role_that_ended_though_the_signer_saw_it_held(desk: Desk) -> None:
    made = desk.make("note", [RSO], TEXT)
    desk.record("end-appointment", [SECRETARY], ending(RSO))
    assert desk.refused(made) == ["S-ROLE"]


def test_s_role_allows_a_role_once_it_was_given(desk: Desk) -> None:
    auditor = replace(RSO, role="AUDITOR")
    assert desk.refused(desk.make("note", [auditor], TEXT)) == ["S-ROLE"]
    desk.record("appoint", [SECRETARY], appointing(auditor))
    desk.note(auditor)


# ---- founding


def test_a_found_refuses_a_second_founding(desk: Desk) -> None:
    assert desk.refused(desk.founding()) == ["A-FOUND"]


def test_a_found_refuses_a_key_that_does_not_sign(tmp_path: Path) -> None:
    desk = Desk.empty(tmp_path)
    made = desk.founding()
    fewer = [s for s in made.act.signatures if s.person != "p-gc"]
    assert desk.refused(Made(make_act(made.act.event_json, fewer))) == ["A-FOUND"]
    desk.close()


def test_a_found_allows_one_founding_signed_by_all(tmp_path: Path) -> None:
    desk = Desk.empty(tmp_path)
    assert desk.put(desk.founding()).index == 0
    desk.close()


@pytest.mark.parametrize("command", ["revoke-key", "appoint", "end-appointment", "register-key"])
def test_a_live_refuses_an_imported_change_of_the_roll(desk: Desk, command: str) -> None:
    forms = {
        "revoke-key": revoking(GC),
        "appoint": appointing(CISO),
        "end-appointment": ending(GC),
        "register-key": registering(SECOND),
    }
    made = desk.make(command, [SECRETARY, CEO], forms[command] | {"provenance": IMPORTED})
    assert {"A-LIVE", "E-LIVE"} <= set(desk.refused(made))


def test_a_live_allows_a_live_change(desk: Desk) -> None:
    desk.record("revoke-key", [SECRETARY, CEO], revoking(GC))


def test_a_data_refuses_what_cannot_be_read(desk: Desk) -> None:
    made = desk.make("appoint", [SECRETARY], appointing(CISO), edit=lambda e: e["data"].pop("from"))
    assert desk.refused(made) == ["A-DATA", "E-DATA"]
    ahead = desk.make("revoke-key", [SECRETARY, CEO], revoking(GC, compromised_from=99))
    assert desk.refused(ahead) == ["A-DATA"]


def test_a_data_allows_what_can(desk: Desk) -> None:
    desk.record("revoke-key", [SECRETARY, CEO], revoking(GC, compromised_from=0))


# ---- keys


def test_a_key_new_refuses_a_key_that_stands_on_the_roll(desk: Desk) -> None:
    stolen = replace(RSO, key_name=GC.id)
    assert desk.refused(desk.make("register-key", [SECRETARY, CEO], registering(stolen))) == ["A-KEY-NEW"]
    desk.record("revoke-key", [SECRETARY, CEO], revoking(GC))
    assert desk.refused(desk.make("register-key", [SECRETARY, CEO], registering(GC))) == ["A-KEY-NEW"]


def test_a_key_new_allows_a_new_key(desk: Desk) -> None:
    desk.record("register-key", [SECRETARY, CEO], registering(SECOND))


def test_a_possession_refuses_a_proof_for_somebody_else(desk: Desk) -> None:
    proof = registering(replace(SECOND, id="p-ceo"))["data"]["proof"]
    made = desk.make("register-key", [SECRETARY, CEO], registering(SECOND, proof=proof))
    assert desk.refused(made) == ["A-POSSESSION"]


def test_a_possession_allows_the_owners_proof(desk: Desk) -> None:
    desk.record("register-key", [GC, CEO], registering(SECOND))


def test_a_key_sound_refuses_a_key_under_another_id(desk: Desk) -> None:
    made = desk.make("register-key", [SECRETARY, CEO], registering(SECOND, key=CEO.key))
    assert desk.refused(made) == ["A-KEY-SOUND"]


def test_a_key_sound_refuses_a_key_of_small_order(desk: Desk) -> None:
    weak = registering(SECOND, public=to_b64u(bytes([1]) + bytes(31)))
    assert desk.refused(desk.make("register-key", [SECRETARY, CEO], weak)) == ["A-KEY-SOUND"]


def test_a_key_sound_allows_a_sound_key(desk: Desk) -> None:
    desk.record("register-key", [SECRETARY, GC], registering(SECOND))


def test_a_key_old_refuses_to_revoke_what_is_not_live(desk: Desk) -> None:
    assert desk.refused(desk.make("revoke-key", [SECRETARY, CEO], revoking(SECOND))) == ["A-KEY-OLD"]
    desk.record("revoke-key", [SECRETARY, CEO], revoking(GC))
    assert desk.refused(desk.make("revoke-key", [SECRETARY, CEO], revoking(GC))) == ["A-KEY-OLD"]


def test_a_key_old_allows_a_live_key_to_end(desk: Desk) -> None:
    desk.record("revoke-key", [RSO], revoking(RSO))


@pytest.mark.parametrize("by", [[SECRETARY], [SECRETARY, RSO], [CEO, D1], [T1, T2], [RSO]])
def test_a_key_refuses_one_officer_alone_and_the_owner(desk: Desk, by: list[Person]) -> None:
    assert desk.refused(desk.make("register-key", by, registering(SECOND))) == ["A-KEY"]


@pytest.mark.parametrize("by", [[SECRETARY, CEO], [SECRETARY, GC], [CEO, GC]])
def test_a_key_allows_two_officers(desk: Desk, by: list[Person]) -> None:
    desk.record("register-key", by, registering(SECOND))


@pytest.mark.parametrize("by", [[SECRETARY, CEO], [CEO, GC], [T2], [T1, SECRETARY]])
def test_a_key_trust_refuses_officers_for_a_trustees_key(desk: Desk, by: list[Person]) -> None:
    made = desk.make("register-key", by, registering(replace(T1, key_name="a second key")))
    assert desk.refused(made) == ["A-KEY-TRUST"]


def test_a_key_trust_allows_another_trustee_and_the_secretary(desk: Desk) -> None:
    desk.record("register-key", [SECRETARY, T2], registering(replace(T1, key_name="a second key")))


# ---- appointments


@pytest.mark.parametrize(
    ("person", "by"),
    [
        (CISO, [CEO]),
        (CISO, [CEO, RSO, GC, D1, D2, T1, T2]),
        (Person("p-t3", "TRUSTEE"), [SECRETARY, D1, D2]),
        (Person("p-sec2", "BOARD_SECRETARY"), [SECRETARY, D1]),
        (replace(SECRETARY, role="CISO"), [SECRETARY]),
    ],
)
def test_a_appoint_refuses_without_its_authority(desk: Desk, person: Person, by: list[Person]) -> None:
    assert desk.refused(desk.make("appoint", by, appointing(person))) == ["A-APPOINT"]


@pytest.mark.parametrize(
    ("person", "by"),
    [
        (CISO, [SECRETARY]),
        (Person("p-t3", "TRUSTEE"), [T1]),
        (Person("p-sec2", "BOARD_SECRETARY"), [D1, D2]),
    ],
)
def test_a_appoint_allows_with_it(desk: Desk, person: Person, by: list[Person]) -> None:
    desk.record("appoint", by, appointing(person))


# ---- the trust roster


@pytest.mark.parametrize("by", [[T1], [SECRETARY, T1], [SECRETARY, CEO, RSO], [T1, SECRETARY, D1, D2]])
def test_a_roster_refuses_fewer_than_two_trustees(desk: Desk, by: list[Person]) -> None:
    assert desk.refused(desk.make("change-roster", by, roster(T1, T2))) == ["A-ROSTER"]


def test_a_roster_refuses_without_whose_seat_changes(desk: Desk) -> None:
    third = Person("p-t3", "TRUSTEE")
    assert desk.refused(desk.make("change-roster", [T1, T2], roster(T1, T2, third))) == ["A-ROSTER"]
    desk.record("change-roster", [T1, T2], roster(T1, T2))
    desk.record("appoint", [T1], appointing(third))
    desk.record("register-key", [SECRETARY, T1], registering(third))
    assert desk.refused(desk.make("change-roster", [third, T1], roster(T1, T2, name="new"))) == ["A-ROSTER"]


def test_a_roster_allows_two_trustees_and_every_changed_seat(desk: Desk) -> None:
    desk.record("change-roster", [T1, T2], roster(T1, T2))
    desk.record("change-roster", [T1, T2], roster(T1, T2, name="new"))


def test_a_data_refuses_a_roster_of_another_ledger(desk: Desk) -> None:
    made = desk.make("change-roster", [T1, T2], roster(T1, T2, ledger="other.example/log"))
    assert desk.refused(made) == ["A-DATA"]


def test_the_cast_is_founded_from_the_start(desk: Desk) -> None:
    """What all of the above lean on: everybody holds their role in entry 0, and nobody else does."""
    view = desk.office.catch_up().at()
    place = view.place(START)
    held = {(p.id, p.role) for p in CAST if view.roll.holds(place, p.id, p.role, 1)}
    assert held == {(p.id, p.role) for p in CAST}
    assert not view.roll.holds(place, NOBODY.id, NOBODY.role, 1)
