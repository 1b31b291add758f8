"""ledger.record.roll: who holds which role and which key, and since which entry."""

from dataclasses import replace
from typing import Any

import pytest

from keys import check
from ledger.errors import Malformed
from ledger.record.act import read_act
from ledger.record.entry import read_entry
from ledger.record.people import Appointment, PublicKey
from ledger.record.roll import Key, Place, Roll, Tenure
from tests import kit
from tests.keys.authenticator import Passkey, SshKey
from tests.kit import CAST, CEO, D1, GC, LOG, NOBODY, ORIGIN, RSO, SECRETARY, START, T1, Person, World
from tests.record.test_roster import directory, seat
from tests.record.verdicts import fold, founded

CISO = Person("p-ciso", "CISO")
LATE = "2025-06-01T00:00:00.000000Z"


def roll_of(world: World) -> Roll:
    roll, found = fold(world)
    assert found == [[] for _ in world.entries], "this world is in order"
    return roll


def place(index: int, recorded_at: str = LATE) -> Place:
    return Place(index, recorded_at)


def term(from_: str, to: str | None = None) -> dict[str, Any]:
    return {"from": from_} | ({"to": to} if to else {})


def test_before_the_founding_nobody_is_anybody() -> None:
    roll = Roll()
    assert (roll.origin, roll.keys, roll.roster, roll.founding) == ("", {}, None, None)
    assert not roll.holds(place(0), CEO.id, "CEO", 0)
    assert roll.key(CEO.key) is None
    assert roll.keys_of(CEO.id) == []
    assert roll.holders("CEO", place(0)) == []


def test_the_founding_puts_people_roles_and_keys_on_the_roll() -> None:
    roll = roll_of(founded())
    assert roll.origin == ORIGIN
    assert list(roll.people) == [p.id for p in CAST]
    key = roll.key(CEO.key)
    assert key is not None
    assert (key.public, key.registered, key.revoked) == (
        PublicKey(CEO.key, "ed25519", CEO.id, CEO.public),
        0,
        None,
    )
    assert roll.keys_of(CEO.id) == [key]
    assert roll.holders("CEO", place(1)) == [CEO.id]
    assert roll.holders("DIRECTOR", place(1)) == ["p-d1", "p-d2"]
    assert roll.holders("CISO", place(1)) == []


def test_who_is_only_listed_is_known_and_holds_nothing() -> None:
    world = World()
    data = kit.founding()
    data["people"].append("p-guest")
    world.found(data)
    roll = roll_of(world)
    assert list(roll.people)[-1] == "p-guest"
    assert roll.keys_of("p-guest") == []


def test_a_holder_is_listed_once_for_the_role_asked() -> None:
    world = founded()
    world.appoint(replace(CEO, role="DIRECTOR"))
    roll = roll_of(world)
    assert roll.holders("CEO", place(2)) == [CEO.id]
    assert roll.holders("DIRECTOR", place(2)) == ["p-d1", "p-d2", CEO.id]


def test_a_role_counts_from_the_entry_after_its_appointment() -> None:
    """Must 1."""
    world = founded()
    made = world.appoint(CISO)
    roll = roll_of(world)
    assert [roll.holds(place(i), CISO.id, "CISO", i) for i in range(made + 3)] == [False, False, True, True]
    assert not roll.holds(place(made + 1), CISO.id, "CISO", made)  # the signer saw the head below it
    assert not roll.holds(place(made + 1), CISO.id, "CEO", made + 1)
    assert CISO.id in roll.people


def test_a_role_counts_up_to_the_entry_that_ends_it() -> None:
    """Must 1: the ending entry itself still stands above a valid role."""
    world = founded()
    ended = world.end(GC)
    world.note()
    roll = roll_of(world)
    assert roll.holds(place(ended), GC.id, GC.role, 1)
    assert not roll.holds(place(ended + 1), GC.id, GC.role, 1)
    assert not roll.holds(place(ended + 1), GC.id, GC.role, ended + 1)


def test_a_role_given_again_counts_again() -> None:
    """Must 1."""
    world = founded()
    ended = world.end(GC)
    again = world.appoint(GC)
    roll = roll_of(world)
    assert not roll.holds(place(again), GC.id, GC.role, again)
    assert roll.holds(place(again + 1), GC.id, GC.role, again + 1)
    assert not roll.holds(place(again + 1), GC.id, GC.role, ended + 1), "not held on the head that was seen"
    assert roll.holds(place(again + 1), GC.id, GC.role, ended), "held on the head seen, and held here"


def test_an_end_ends_every_appointment_to_the_role_and_no_other() -> None:
    """Must 1."""
    world = founded()
    world.appoint(CISO)
    world.appoint(replace(CISO, role="PEOPLE"))
    world.appoint(CISO, **term(LATE))
    world.end(CISO)
    roll = roll_of(world)
    assert not roll.holds(place(5), CISO.id, "CISO", 5)
    assert roll.holds(place(5), CISO.id, "PEOPLE", 5)


def test_dates_are_asked_of_the_entry_once() -> None:
    """Must 2: from <= recorded_at < to, whatever the signer's clock said."""
    world = founded()
    world.appoint(CISO, **term("2025-02-01T00:00:00.000000Z", "2025-03-01T00:00:00.000000Z"))
    roll = roll_of(world)
    for recorded_at, holds in (
        ("2025-01-31T23:59:59.999999Z", False),
        ("2025-02-01T00:00:00.000000Z", True),
        ("2025-02-28T23:59:59.999999Z", True),
        ("2025-03-01T00:00:00.000000Z", False),
    ):
        assert roll.holds(Place(5, recorded_at), CISO.id, "CISO", 2) is holds
        assert (roll.holders("CISO", Place(5, recorded_at)) == [CISO.id]) is holds


def test_a_renewed_term_carries_signatures_over() -> None:
    """Must 1 and 2: the old appointment was held on the head seen, the new one is held where the entry stands."""
    world = founded()
    first = world.appoint(CISO, to="2025-02-01T00:00:00.000000Z")
    second = world.appoint(CISO, **term("2025-02-01T00:00:00.000000Z"))
    roll = roll_of(world)
    assert roll.holds(Place(second + 1, LATE), CISO.id, "CISO", first + 1)
    assert not roll.holds(Place(second + 1, LATE), CISO.id, "CISO", first)
    assert not roll.holds(Place(second, LATE), CISO.id, "CISO", first + 1)


def test_bodies_are_never_anybody() -> None:
    """RECORD §8: members of the Board and the Trust sign as DIRECTOR and TRUSTEE."""
    world = founded()
    world.appoint(replace(D1, role="BOARD"))
    world.appoint(replace(T1, role="LTBT"))
    roll = roll_of(world)
    assert not roll.holds(place(3), D1.id, "BOARD", 3)
    assert not roll.holds(place(3), T1.id, "LTBT", 3)


def test_services_hold_service_by_their_name_and_nothing_else() -> None:
    """RECORD §3: whatever somebody appoints them to."""
    world = founded()
    world.appoint(Person("svc-log", "CEO"))
    world.appoint(Person("p-7", "SERVICE"))
    roll = roll_of(world)
    assert roll.holds(place(3), LOG.id, "SERVICE", 3)
    assert roll.holds(place(3), "svc-intake", "SERVICE", 3)
    assert not roll.holds(place(3), LOG.id, "CEO", 3)
    assert not roll.holds(place(3), "p-7", "SERVICE", 3)
    assert not roll.holds(place(3), "svc", "SERVICE", 3)
    assert not roll.holds(place(3), "SVC-log", "SERVICE", 3)


def test_a_key_is_valid_between_its_registration_and_its_revocation() -> None:
    """Must 1: at the head seen and at the entry."""
    world = founded()
    new = replace(CEO, key_name="new laptop")
    registered = world.register(new, [SECRETARY, RSO])
    world.note()
    revoked = world.revoke(new, [SECRETARY, RSO])
    world.note()
    key = roll_of(world).key(new.key)
    assert key is not None
    assert (key.registered, key.revoked) == (registered, revoked) == (1, 3)
    valid = {(index, seen) for index in range(6) for seen in range(index + 1) if key.valid(index, seen)}
    assert valid == {(2, 2), (3, 2), (3, 3)}
    assert not key.valid(2, 1), "the signer had not seen the key on the roll"
    assert not key.valid(1, 5), "a head ahead of the entry helps nobody"


def test_a_second_revocation_does_not_move_the_first() -> None:
    world = founded()
    world.revoke(GC, compromised_from=0)
    roll = roll_of(world)
    act = read_entry(world.entries[1]).act
    assert act is not None
    roll.fold(act.event, 7, check)
    key = roll.key(GC.key)
    assert key is not None
    assert (key.revoked, key.compromised_from) == (1, 0)


def test_the_bounds_of_a_tenure() -> None:
    """Must 1."""
    tenure = Tenure(Appointment("p-9", "CISO", START, LATE), made=4, ended=8)
    assert [i for i in range(12) if tenure.below(i)] == [5, 6, 7, 8]
    assert replace(tenure, ended=None).below(10**9)
    assert not tenure.in_time(LATE)


@pytest.mark.parametrize("other", ["ed25519", "webauthn", "sshsig"])
def test_a_key_never_stands_twice_in_any_kind(other: str) -> None:
    """Must 4: not even after it was revoked."""
    world = founded()
    world.revoke(GC)
    roll = roll_of(world)
    public = {
        "ed25519": GC.public,
        "webauthn": Passkey(GC.private).public,
        "sshsig": SshKey(GC.private).public,
    }[other]
    assert roll.knows("k-" + "0" * 32, check.raw(other, public), 99)
    assert roll.knows(GC.key, b"other bytes", 99)
    assert not roll.knows("k-" + "0" * 32, b"other bytes", 99)


def test_folding_the_same_key_twice_is_refused() -> None:
    """Must 4: should a judge ever let it through."""
    world = founded()
    roll = roll_of(world)
    again = read_act(world.act("key.registered", {**GC.listed(), "proof": ""}, [CEO]))
    with pytest.raises(Malformed, match="on the roll already"):
        roll.fold(again.event, 1, check)


def test_a_trustee_is_one_whatever_the_dates() -> None:
    """RECORD §3: whoever is appointed below and not ended, so a key cannot be slipped in before the term begins."""
    world = founded()
    new = Person("p-t9", "TRUSTEE")
    made = world.appoint(new, [T1], **term("2030-01-01T00:00:00.000000Z"))
    ended = world.end(new, [T1])
    roll = roll_of(world)
    assert [roll.is_trustee(new.id, i) for i in range(ended + 2)] == [False, False, True, False]
    assert (made, ended) == (1, 2)
    assert roll.is_trustee(T1.id, 1)
    assert not roll.is_trustee(T1.id, 0)
    assert not roll.is_trustee(CEO.id, 5)


def test_the_roster_is_the_last_one() -> None:
    world = founded()
    first = directory(seat(0, "p-t1"), seat(1, "p-t2"))
    second = first | {"from_epoch": 20300}
    people = [Person("p-t1", "TRUSTEE"), Person("p-t2", "TRUSTEE")]
    world.record("trust.roster_changed", first, people, stream="trust/roster")
    world.record("trust.roster_changed", second, people, stream="trust/roster")
    roster = roll_of(world).roster
    assert roster is not None
    assert roster.from_epoch == 20300


def test_other_types_pass_by() -> None:
    world = founded()
    before = vars(roll_of(world)).keys()
    roll = roll_of(world)
    keys, people, tenures = dict(roll.keys), dict(roll.people), dict(roll.tenures)
    act = read_act(world.act("moon.landed", {"person": "p-9", "role": "CEO", "key": "k-" + "0" * 32}))
    roll.fold(act.event, 1, check)
    assert (roll.keys, roll.people, roll.tenures) == (keys, people, tenures)
    assert vars(roll).keys() == before


def test_a_withheld_act_is_nothing_to_the_roll() -> None:
    """Must 3: its entry has no act to fold, and opening it changes nobody's role."""
    world = founded()
    world.withhold(
        world.act("appointment.made", {"from": START, "person": NOBODY.id, "role": "CEO"}, [SECRETARY])
    )
    entry = read_entry(world.entries[1])
    assert entry.act is None
    assert not roll_of(world).holds(place(2), NOBODY.id, "CEO", 2)


def test_keys_of_a_person_are_listed_oldest_first() -> None:
    world = founded()
    new = replace(RSO, key_name="second")
    world.register(new, [SECRETARY, CEO])
    keys: list[Any] = roll_of(world).keys_of(RSO.id)
    assert [k.public.key for k in keys] == [RSO.key, new.key]
    assert isinstance(keys[0], Key)
