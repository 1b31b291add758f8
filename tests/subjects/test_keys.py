"""Keys on the record: whose stream, and what a compromised key takes down with it (RECORD §3)."""

from dataclasses import replace

from ledger.subjects.keys import Voided, voided
from tests.kit import CEO, GC, RSO, SECRETARY, Person
from tests.office.desk import Desk, registering, revoking

SECOND = Person("p-rso", "RSO", "a second key")


def test_keys_stand_in_their_owners_stream(desk: Desk) -> None:
    desk.record("register-key", [SECRETARY, CEO], registering(SECOND))
    desk.record("revoke-key", [SECRETARY, CEO], revoking(SECOND))
    facts = list(desk.office.catch_up().at())
    assert [(f.stream, f.version) for f in facts[1:]] == [("person/p-rso", 1), ("person/p-rso", 2)]


def test_a_revocation_of_an_unknown_key_has_no_owners_stream(desk: Desk) -> None:
    made = desk.make("revoke-key", [SECRETARY, CEO], revoking(SECOND))
    assert made.act.event.stream == "person/None"
    assert desk.refused(made) == ["A-KEY-OLD"]


def test_a_compromised_key_voids_what_it_signed_since(desk: Desk) -> None:
    for _ in range(2):
        desk.note(RSO)
    desk.record("note", [RSO, GC], {"data": {"text": "x"}})
    desk.note(GC)
    revoked = desk.record("revoke-key", [SECRETARY, CEO], revoking(RSO, compromised_from=2))
    register = desk.office.catch_up()
    assert voided(register.at()) == [Voided(i, "p-rso", RSO.key, revoked.index) for i in (2, 3)]
    assert voided(register.below(revoked.index)) == []


def test_from_entry_0_on_the_founding_is_voided_too(desk: Desk) -> None:
    desk.record("revoke-key", [SECRETARY, CEO], revoking(GC, compromised_from=0))
    assert [(v.index, v.person) for v in voided(desk.office.catch_up().at())] == [(0, "p-gc")]


def test_a_lost_key_voids_nothing(desk: Desk) -> None:
    desk.note(RSO)
    desk.record("revoke-key", [SECRETARY, CEO], revoking(RSO))
    desk.record("revoke-key", [GC], revoking(GC))
    assert voided(desk.office.catch_up().at()) == []


def test_the_owners_other_key_is_not_concerned(desk: Desk) -> None:
    desk.record("register-key", [SECRETARY, CEO], registering(SECOND))
    desk.note(SECOND)
    desk.note(RSO)
    desk.record("revoke-key", [SECRETARY, CEO], revoking(SECOND, compromised_from=0))
    assert [v.index for v in voided(desk.office.catch_up().at())] == [2]


def test_an_owner_alone_does_not_say_since_when(desk: Desk) -> None:
    assert desk.refused(desk.make("revoke-key", [RSO], revoking(RSO, compromised_from=1))) == ["A-KEY"]
    auditor = replace(RSO, role="AUDITOR")  # not held, and not needed to end one's own key
    desk.record("revoke-key", [auditor], revoking(RSO))
