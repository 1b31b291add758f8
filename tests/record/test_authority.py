"""ledger.record.authority: who may change the roll (RECORD §3, claims 7 and 8)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest

from keys import check
from ledger.record.act import make_act
from ledger.record.authority import faults
from ledger.record.entry import read_entry
from ledger.record.fields import STATEMENTS, later, to_b64u
from ledger.record.note import Vkey
from ledger.record.roll import Place
from tests.keys.authenticator import Passkey, SshKey, p256_key
from tests.kit import (
    CAST,
    CEO,
    D1,
    D2,
    GC,
    IMPORTER,
    INSTRUMENT,
    LOG,
    NOBODY,
    ORIGIN,
    RSO,
    SECRETARY,
    START,
    T1,
    T2,
    NoteKey,
    Person,
    World,
    founding,
)
from tests.record.test_event import COMMITMENT
from tests.record.test_roster import directory, seat
from tests.record.verdicts import against, fold, founded, sentences

PEOPLE = [p for p in CAST if p is not LOG]
NEW = Person("p-new", "CISO")
OTHERS = sorted(STATEMENTS - {"approve"})
Who = Sequence[Person]


def act_by(world: World, type_: str, data: Any, said: dict[Person, str], **members: Any) -> list[str]:
    """What there is against an act under which each person makes their own statement."""
    event = world.event(type_, data, next(iter(said)), **members)
    world.append(make_act(event, [world.signature(event, p, s) for p, s in said.items()]).raw)
    return against(world)


def ids(value: Any) -> str:
    """``sec+ceo`` for people, the rules for faults."""
    if isinstance(value, Person):
        return value.id
    return "+".join(map(ids, value)) or "none" if isinstance(value, list | tuple) else str(value)


# ---- keys: who may register them


OFFICERS = (SECRETARY, CEO, RSO, GC)
TWO = list(combinations(OFFICERS, 2))


def registered(world: World, owner: Person, by: Who, **data: Any) -> list[str]:
    world.register(owner, by, **data)
    return against(world)


@pytest.mark.parametrize("by", TWO, ids=ids)
def test_two_of_the_four_offices_register_a_key(by: Who) -> None:
    """Must 1: BOARD_SECRETARY and one of CEO, RSO, GENERAL_COUNSEL, or two of these three."""
    assert registered(founded(), NEW, by) == []


@pytest.mark.parametrize("by", [(p,) for p in PEOPLE], ids=ids)
def test_nobody_registers_a_key_alone(by: Who) -> None:
    assert registered(founded(), NEW, by) == ["8 A-KEY"]


NOT_ENOUGH = [pair for pair in combinations(PEOPLE, 2) if not set(pair) <= set(OFFICERS)]


@pytest.mark.parametrize("by", NOT_ENOUGH, ids=ids)
def test_no_other_two_register_a_key(by: Who) -> None:
    """Must 1: trustees, directors and importers count for nothing here."""
    assert registered(founded(), NEW, by) == ["8 A-KEY"]


def test_two_holders_of_one_office_are_one_office() -> None:
    """RECORD §8: "two of" = two persons in two different roles."""
    world = founded()
    second = Person("p-gc2", "GENERAL_COUNSEL")
    world.appoint(second)
    world.register(second, [SECRETARY, CEO])
    assert registered(world, NEW, [GC, second]) == ["8 A-KEY"]
    assert registered(world, NEW, [GC, second, CEO]) == []


@pytest.mark.parametrize("owner", OFFICERS, ids=ids)
def test_the_owner_counts_for_nothing(owner: Person) -> None:
    """Must 1: else a secretary could enrol keys for CEO and RSO and be both."""
    world = founded()
    new = replace(owner, key_name="new")
    others = [p for p in OFFICERS if p is not owner]
    for other in others:
        assert registered(world, new, [owner, other]) == ["8 A-KEY"]
    assert registered(world, new, [owner, *others[:2]]) == []


@pytest.mark.parametrize("statement", OTHERS)
def test_only_approval_counts_for_a_registration(statement: str) -> None:
    """Must 1."""
    world = founded()
    data = NEW.listed() | {
        "proof": NEW.sign(check.possession_message(NEW.key, "ed25519", world.origin, NEW.id))
    }
    assert act_by(world, "key.registered", data, {SECRETARY: "approve", CEO: statement}) == ["8 A-KEY"]
    assert act_by(world, "key.registered", data, {SECRETARY: "approve", CEO: "approve", GC: statement}) == []


def test_an_officer_who_left_registers_no_key() -> None:
    world = founded()
    world.end(CEO)
    assert registered(world, NEW, [SECRETARY, CEO]) == ["8 S-ROLE"]


# ---- keys of trustees


TRUSTEES = [
    ((T2, SECRETARY), []),
    ((T2, SECRETARY, CEO), []),
    ((T1, T2, SECRETARY), []),
    ((T1, SECRETARY), ["8 A-KEY-TRUST"]),
    ((T2,), ["8 A-KEY-TRUST"]),
    ((T2, CEO), ["8 A-KEY-TRUST"]),
    ((T1, T2), ["8 A-KEY-TRUST"]),
    ((SECRETARY, CEO), ["8 A-KEY-TRUST"]),
    ((SECRETARY, CEO, RSO, GC), ["8 A-KEY-TRUST"]),
    ((SECRETARY, D1), ["8 A-KEY-TRUST"]),
]


@pytest.mark.parametrize(("by", "faults"), TRUSTEES, ids=ids)
def test_a_trustees_key_takes_another_trustee_and_the_secretary(by: Who, faults: list[str]) -> None:
    """Must 2: so no officers can make themselves a trustee's key."""
    assert registered(founded(), replace(T1, key_name="new"), by) == faults


@pytest.mark.parametrize("statement", OTHERS)
def test_only_approval_counts_for_a_trustees_key(statement: str) -> None:
    """Must 1 and 2."""
    world = founded()
    new = replace(T1, key_name="new")
    proof = new.sign(check.possession_message(new.key, "ed25519", world.origin, new.id))
    data = new.listed() | {"proof": proof}
    for said in ({T2: statement, SECRETARY: "approve"}, {T2: "approve", SECRETARY: statement}):
        assert act_by(world, "key.registered", data, said) == ["8 A-KEY-TRUST"]


def appointed_trustee(world: World, person: Person, from_: str = START) -> None:
    term: dict[str, Any] = {"from": from_}
    world.appoint(person, [T1], **term)
    assert against(world) == []


def test_a_trustee_is_one_before_the_term_begins() -> None:
    """RECORD §3: "whatever its `from`", or officers could register the key on the eve of it."""
    world = founded()
    new = Person("p-t9", "TRUSTEE")
    appointed_trustee(world, new, "2030-01-01T00:00:00.000000Z")
    assert registered(world, new, [SECRETARY, CEO]) == ["8 A-KEY-TRUST"]
    assert registered(world, new, [SECRETARY, T1]) == []


def test_an_officer_who_is_a_trustee_too_is_a_trustee() -> None:
    world = founded()
    appointed_trustee(world, replace(GC, role="TRUSTEE"))
    assert registered(world, replace(GC, key_name="new"), [SECRETARY, CEO]) == ["8 A-KEY-TRUST"]
    assert registered(world, replace(GC, key_name="new"), [SECRETARY, T1]) == []


def test_who_left_the_trust_is_no_trustee() -> None:
    world = founded()
    world.end(T1, [T2])
    assert against(world) == []
    assert registered(world, replace(T1, key_name="new"), [SECRETARY, CEO]) == []


def test_the_other_trustee_is_in_office() -> None:
    """A trustee whose term has not begun does not yet sign as one."""
    world = founded()
    new = Person("p-t9", "TRUSTEE")
    appointed_trustee(world, new, "2030-01-01T00:00:00.000000Z")
    world.register(new, [SECRETARY, T1])
    assert registered(world, replace(T1, key_name="new"), [SECRETARY, new]) == ["8 S-ROLE"]


# ---- keys: which may be registered


def test_a_key_is_registered_once() -> None:
    """RECORD §3: not for another person, and not again after it was revoked."""
    world = founded()
    assert registered(world, CEO, [SECRETARY, RSO]) == ["8 A-KEY-NEW"]
    assert registered(world, replace(NEW, key_name=CEO.id), [SECRETARY, RSO]) == ["8 A-KEY-NEW"]
    world.revoke(CEO, [SECRETARY, RSO])
    assert registered(world, CEO, [SECRETARY, RSO]) == ["8 A-KEY-NEW"]
    assert registered(world, NEW, [SECRETARY, RSO]) == []
    assert registered(world, NEW, [SECRETARY, RSO]) == ["8 A-KEY-NEW"]


def in_kind(world: World, kind: str, person: str, private: Any, **changes: Any) -> list[str]:
    """What there is against a key of another kind, with an honest proof."""
    ssh, passkey = SshKey(private), Passkey(private)
    public = ssh.public if kind == "sshsig" else passkey.public
    more = {} if kind == "sshsig" else {"origins": list(passkey.origins), "rp_id": passkey.rp_id}
    key = check.key_id(kind, public)
    message = check.possession_message(key, kind, world.origin, person)
    proof: Any = to_b64u(ssh.signature(message)) if kind == "sshsig" else passkey.assertion(message)
    data = {"key": key, "kind": kind, "person": person, "proof": proof, "public": public, **more, **changes}
    world.record("key.registered", data, [SECRETARY, RSO], stream=f"person/{person}")
    return against(world)


@pytest.mark.parametrize("kind", ["sshsig", "webauthn"])
def test_raw_bytes_that_stand_on_the_roll_stand_there_in_every_kind(kind: str) -> None:
    """RECORD §3: or one laptop's key could be two persons."""
    world = founded()
    assert in_kind(world, kind, NEW.id, CEO.private) == ["8 A-KEY-NEW"]
    assert in_kind(world, kind, NEW.id, p256_key(9)) == []
    other = {"sshsig": "webauthn", "webauthn": "sshsig"}[kind]
    assert in_kind(world, other, NEW.id, p256_key(9)) == ["8 A-KEY-NEW"]


def test_a_passkeys_proof_names_its_own_site() -> None:
    world = founded()
    assert in_kind(world, "webauthn", NEW.id, p256_key(9), origins=["https://evil.example"]) == [
        "7 A-POSSESSION"
    ]
    assert in_kind(world, "webauthn", NEW.id, p256_key(9), rp_id="evil.example") == ["7 A-POSSESSION"]
    assert in_kind(world, "webauthn", NEW.id, p256_key(9), origins=[]) == ["7 A-POSSESSION"]


def test_possession_is_proved_for_this_key_person_kind_and_ledger() -> None:
    """RECORD §8 Keys: claim 7; a proof made elsewhere is none here."""
    message = check.possession_message
    for wrong in (
        message(NEW.key, "ed25519", "other.example/log", NEW.id),
        message(NEW.key, "ed25519", World.origin, CEO.id),
        message(CEO.key, "ed25519", World.origin, NEW.id),
        message(NEW.key, "sshsig", World.origin, NEW.id),
        b"",
    ):
        assert registered(founded(), NEW, [SECRETARY, CEO], proof=NEW.sign(wrong)) == ["7 A-POSSESSION"]
    good = message(NEW.key, "ed25519", World.origin, NEW.id)
    proofs: list[Any] = [CEO.sign(good), "", "AA", None, 7, {}, [], {"signature": "AA"}]
    for proof in proofs:
        assert registered(founded(), NEW, [SECRETARY, CEO], proof=proof) == ["7 A-POSSESSION"]


def test_an_unsound_key_is_not_registered() -> None:
    """RECORD §3: small order in every kind; and a key is called by its own id."""
    world = founded()
    weak = to_b64u(bytes(32))
    weak_id = check.key_id("ed25519", weak)
    assert registered(world, NEW, [SECRETARY, CEO], public=weak, key=weak_id) == ["8 A-KEY-SOUND"]
    assert registered(world, NEW, [SECRETARY, CEO], key="k-" + "0" * 32) == ["8 A-KEY-SOUND"]
    assert registered(world, NEW, [SECRETARY, CEO], kind="sshsig") == ["8 A-KEY-SOUND"]
    assert registered(world, NEW, [SECRETARY, CEO], public="!") == ["8 A-KEY-SOUND"]


def test_a_registration_that_cannot_be_read_is_refused() -> None:
    world = founded()
    assert registered(world, NEW, [SECRETARY, CEO], note="x") == ["8 A-DATA"]
    assert registered(world, NEW, [SECRETARY, CEO], rp_id="example.org") == ["8 A-DATA"]
    assert "/data: unknown member 'rp_id'" in sentences(world)


def test_every_fault_of_a_registration_is_named() -> None:
    world = founded()
    assert registered(world, CEO, [CEO], proof="") == ["8 A-KEY-NEW", "7 A-POSSESSION", "8 A-KEY"]


def test_a_key_signs_from_the_entry_after_its_registration() -> None:
    world = founded()
    world.appoint(NEW)
    registered(world, NEW, [SECRETARY, CEO])
    world.note(by=NEW)
    assert fold(world)[1] == [[]] * 4


def test_a_refused_registration_puts_nothing_on_the_roll() -> None:
    world = founded()
    world.appoint(NEW)
    assert registered(world, NEW, [SECRETARY]) == ["8 A-KEY"]
    world.note(by=NEW)
    assert against(world) == ["8 S-KEY"]


# ---- keys: revoking them


def revoked(world: World, owner: Person, by: Who, **data: Any) -> list[str]:
    world.revoke(owner, by, **data)
    return against(world)


@pytest.mark.parametrize("by", TWO, ids=ids)
def test_the_same_two_revoke_a_key(by: Who) -> None:
    assert revoked(founded(), IMPORTER, by) == []
    assert revoked(founded(), IMPORTER, by, compromised_from=0) == []


@pytest.mark.parametrize("by", [*NOT_ENOUGH, *((p,) for p in PEOPLE)], ids=ids)
def test_no_others_revoke_a_key_of_somebody_else(by: Who) -> None:
    world = founded()
    world.register(NEW, [SECRETARY, CEO])
    assert revoked(world, NEW, by) == ["8 A-KEY"]


def test_an_owner_revokes_their_own_key() -> None:
    """RECORD §3: by any live key, the lost one too while nobody else has it."""
    assert revoked(founded(), RSO, [RSO]) == []
    world = founded()
    second = replace(RSO, key_name="second")
    world.register(second, [SECRETARY, CEO])
    assert revoked(world, RSO, [second]) == []
    world.note(by=second)
    assert against(world) == []


def test_an_owner_needs_no_role_for_it() -> None:
    """RECORD §3: who has left office may still end the key that speaks for them."""
    world = founded()
    world.end(GC)
    assert revoked(world, GC, [GC]) == []
    world = founded()
    world.register(NEW, [SECRETARY, CEO])
    assert revoked(world, NEW, [NEW]) == []


def test_an_owner_without_a_role_cannot_tell_since_when() -> None:
    """RECORD §3: `compromised_from` unsettles decisions, so it takes the authorities, and a role."""
    world = founded()
    assert revoked(world, RSO, [RSO], compromised_from=0) == ["8 A-KEY"]
    world.end(GC)
    assert revoked(world, GC, [GC], compromised_from=0) == ["8 S-ROLE", "8 A-KEY"]
    assert revoked(world, RSO, [RSO, CEO], compromised_from=0) == []


def test_an_owner_signs_with_a_live_key() -> None:
    world = founded()
    second = replace(RSO, key_name="second")
    world.register(second, [SECRETARY, CEO])
    revoked(world, RSO, [RSO])
    assert revoked(world, second, [RSO]) == ["8 S-KEY"]
    assert revoked(world, second, [second]) == []


def test_need_of_no_role_is_the_owners_alone() -> None:
    world = founded()
    world.end(GC)
    assert revoked(world, IMPORTER, [GC]) == ["8 S-ROLE", "8 A-KEY"]
    assert act_by(world, "note.recorded", {"key": GC.key, "text": "x"}, {GC: "attest"}) == ["8 S-ROLE"]


@pytest.mark.parametrize("statement", OTHERS)
def test_only_approval_revokes(statement: str) -> None:
    """Must 1: the owner's, and an officer's."""
    world = founded()
    data = {"key": RSO.key, "reason": "lost"}
    assert act_by(world, "key.revoked", data, {RSO: statement}) == ["8 A-KEY"]
    assert act_by(world, "key.revoked", data, {SECRETARY: "approve", CEO: statement}) == ["8 A-KEY"]


REVOKE_TRUSTEE = [
    ((T1,), []),
    ((T2, SECRETARY), []),
    ((T2,), ["8 A-KEY-TRUST"]),
    ((SECRETARY, CEO), ["8 A-KEY-TRUST"]),
    ((CEO, RSO, GC), ["8 A-KEY-TRUST"]),
]


@pytest.mark.parametrize(("by", "faults"), REVOKE_TRUSTEE, ids=ids)
def test_officers_do_not_silence_a_trustee(by: Who, faults: list[str]) -> None:
    """Must 2: the same authorities as for registering."""
    assert revoked(founded(), T1, by) == faults


def test_a_trustee_alone_does_not_say_since_when() -> None:
    world = founded()
    assert revoked(world, T1, [T1], compromised_from=0) == ["8 A-KEY-TRUST"]
    assert revoked(world, T1, [T1, SECRETARY], compromised_from=0) == ["8 A-KEY-TRUST"]
    assert revoked(world, T1, [T2, SECRETARY], compromised_from=0) == []


def test_only_a_live_key_of_the_roll_is_revoked() -> None:
    world = founded()
    assert revoked(world, NEW, [SECRETARY, CEO]) == ["8 A-KEY-OLD"]
    assert revoked(world, IMPORTER, [SECRETARY, CEO]) == []
    assert revoked(world, IMPORTER, [SECRETARY, CEO]) == ["8 A-KEY-OLD"]
    assert "already by entry 2" in sentences(world)


def test_a_key_that_comes_later_is_not_revoked() -> None:
    """Whatever else the roll knows, it is asked with the place."""
    world = founded()
    world.register(NEW, [SECRETARY, CEO])
    world.revoke(NEW, [SECRETARY, CEO])
    act = read_entry(world.entries[2]).act
    assert act is not None
    roll, _ = fold(world, 2)
    for index, rules in ((2, []), (1, ["S-KEY", "S-ROLE", "A-KEY-OLD"])):
        said = faults(roll, act, Place(index, later(START, timedelta(days=1))), check)
        assert {x.refusal.rule for x in said} <= set(rules)
        assert ("A-KEY-OLD" in {x.refusal.rule for x in said}) is bool(rules)


def test_a_compromise_does_not_lie_ahead() -> None:
    world = founded()
    assert revoked(world, GC, [SECRETARY, CEO], compromised_from=2) == ["8 A-DATA"]
    assert revoked(world, GC, [SECRETARY, CEO], compromised_from=2) == []


@pytest.mark.parametrize("data", [{"reason": ""}, {"key": "k-0"}, {"role": "CEO"}, {"compromised_from": -1}])
def test_a_revocation_that_cannot_be_read_is_refused(data: dict[str, Any]) -> None:
    assert revoked(founded(), GC, [SECRETARY, CEO], **data) == ["8 A-DATA"]


# ---- appointments


def appointed(world: World, person: Person, by: Who, **data: Any) -> list[str]:
    world.appoint(person, by, **data)
    return against(world)


def ended(world: World, person: Person, by: Who) -> list[str]:
    world.end(person, by)
    return against(world)


SEATS = [
    # role, who approves, in order?
    ("CISO", (SECRETARY,), True),
    ("CISO", (SECRETARY, CEO), True),
    ("CISO", (CEO,), False),
    ("CISO", (CEO, RSO, GC), False),
    ("CISO", (D1, D2), False),
    ("CISO", (T1, T2), False),
    ("CEO", (SECRETARY,), True),
    ("DIRECTOR", (SECRETARY,), True),
    ("DIRECTOR", (D1, D2), False),
    ("IMPORTER", (SECRETARY,), True),
    ("BOARD_SECRETARY", (D1, D2), True),
    ("BOARD_SECRETARY", (D1,), False),
    ("BOARD_SECRETARY", (SECRETARY,), False),
    ("BOARD_SECRETARY", (SECRETARY, D1), False),
    ("BOARD_SECRETARY", (SECRETARY, CEO, RSO), False),
    ("BOARD_SECRETARY", (SECRETARY, D1, D2), True),
    ("TRUSTEE", (T1,), True),
    ("TRUSTEE", (T1, T2), True),
    ("TRUSTEE", (SECRETARY,), False),
    ("TRUSTEE", (SECRETARY, CEO), False),
    ("TRUSTEE", (D1, D2), False),
    ("TRUSTEE", (SECRETARY, T1), True),
]


@pytest.mark.parametrize(("role", "by", "good"), SEATS, ids=ids)
def test_each_seat_is_given_by_its_authority(role: str, by: Who, good: bool) -> None:
    """Must 2: BOARD_SECRETARY; the secretary's own seat two directors; a seat of the Trust a trustee in office."""
    person = replace(NEW, role=role)
    assert appointed(founded(), person, by) == ([] if good else ["8 A-APPOINT"])


@pytest.mark.parametrize(("role", "by", "good"), SEATS, ids=ids)
def test_each_seat_is_taken_by_the_same_authority(role: str, by: Who, good: bool) -> None:
    """Must 2: ending is as much a decision as beginning."""
    person = replace(NEW, role=role)
    assert ended(founded(), person, by) == ([] if good else ["8 A-APPOINT"])


@pytest.mark.parametrize(
    ("person", "role", "by"),
    [
        (SECRETARY, "CEO", (SECRETARY,)),
        (SECRETARY, "CISO", (SECRETARY, CEO, D1)),
        (SECRETARY, "BOARD_SECRETARY", (SECRETARY,)),
        (T1, "TRUSTEE", (T1,)),
        (T1, "TRUSTEE", (T1, SECRETARY)),
        (D1, "BOARD_SECRETARY", (D1, D2)),
    ],
    ids=ids,
)
def test_nobody_gives_a_seat_to_themselves(person: Person, role: str, by: Who) -> None:
    """Must 1: the person concerned counts for nothing."""
    assert appointed(founded(), replace(person, role=role), by) == ["8 A-APPOINT"]
    assert ended(founded(), replace(person, role=role), by) == ["8 A-APPOINT"]


def test_beside_enough_others_the_person_concerned_may_sign() -> None:
    """Must 1: a trustee may accept the seat that another gives."""
    assert appointed(founded(), T1, [T1, T2]) == []
    third = Person("p-d3", "DIRECTOR")
    world = founded()
    world.appoint(third)
    world.register(third, [SECRETARY, CEO])
    assert appointed(world, replace(D1, role="BOARD_SECRETARY"), [D1, D2, third]) == []


@pytest.mark.parametrize("statement", OTHERS)
def test_only_approval_gives_a_seat(statement: str) -> None:
    """Must 1."""
    world = founded()
    data = {"from": START, "instrument": INSTRUMENT["digest"], "person": NEW.id, "role": "CISO"}

    def said(people: dict[Person, str], role: str) -> list[str]:
        return act_by(world, "appointment.made", data | {"role": role}, people, evidence=[INSTRUMENT])

    assert said({SECRETARY: statement}, "CISO") == ["8 A-APPOINT"]
    assert said({T1: statement}, "TRUSTEE") == ["8 A-APPOINT"]
    assert said({D1: "approve", D2: statement}, "BOARD_SECRETARY") == ["8 A-APPOINT"]


def test_the_boards_paper_is_named() -> None:
    """RECORD §3: attached by its digest, or sealed."""
    assert appointed(founded(), NEW, [SECRETARY], instrument="sha256:" + "f" * 64) == ["8 A-DATA"]
    world = founded()
    data = {"from": START, "person": NEW.id, "role": "CISO"}
    assert act_by(world, "appointment.made", data, {SECRETARY: "approve"}) == ["8 A-DATA"]
    sealed = {"instrument": COMMITMENT}
    assert act_by(world, "appointment.made", data, {SECRETARY: "approve"}, sealed=sealed) == []


@pytest.mark.parametrize("data", [{"role": "KING"}, {"from": "now"}, {"to": "never"}, {"reason": "x"}])
def test_an_appointment_that_cannot_be_read_is_refused(data: dict[str, Any]) -> None:
    assert appointed(founded(), NEW, [SECRETARY], **data) == ["8 A-DATA"]


def test_an_ended_secretary_appoints_nobody() -> None:
    """RECORD §3: from the entry after the end, whatever was signed before it."""
    world = founded()
    event = world.event(
        "appointment.made",
        {"from": START, "instrument": INSTRUMENT["digest"], "person": NEW.id, "role": "CISO"},
        SECRETARY,
        evidence=[INSTRUMENT],
    )
    act = make_act(event, [world.signature(event, SECRETARY)]).raw
    assert ended(world, SECRETARY, [D1, D2]) == []
    world.append(act)
    assert against(world) == ["8 S-ROLE"]


# ---- the roster


ROSTER = directory(seat(0, T1.id), seat(1, T2.id))


def changed(world: World, data: Any, by: Who, statement: str = "approve") -> list[str]:
    return act_by(world, "trust.roster_changed", data, dict.fromkeys(by, statement), stream="trust/roster")


def test_the_roster_is_entry_1() -> None:
    """Must 2: two trustees in office, each of whose seats it adds."""
    world = founded()
    assert changed(world, ROSTER, [T1, T2]) == []
    roster = fold(world)[0].roster
    assert roster is not None
    assert [s.person for s in roster.seats] == [T1.id, T2.id]


@pytest.mark.parametrize(
    "by", [(T1,), (T2, SECRETARY), (SECRETARY,), (SECRETARY, CEO, RSO, GC), (D1, D2), (T1, D1, D2)], ids=ids
)
def test_without_two_trustees_there_is_no_roster(by: Who) -> None:
    """Must 2: BOARD_SECRETARY alone never."""
    faults = changed(founded(), ROSTER, by)
    assert faults[0] == "8 A-ROSTER"
    assert set(faults) == {"8 A-ROSTER"}


@pytest.mark.parametrize(
    ("by", "faults"),
    [
        ((D1, D2), ["8 A-ROSTER"]),
        ((D1, D2, T1), ["8 A-ROSTER"]),
        ((D1, D2, SECRETARY, CEO), ["8 A-ROSTER"]),
        ((D1, D2, T1, T2), []),
    ],
    ids=ids,
)
def test_whose_seats_they_are_does_not_replace_two_trustees(by: Who, faults: list[str]) -> None:
    """Must 2: a panel of directors is made by trustees too."""
    world = founded()
    assert changed(world, directory(seat(0, D1.id), seat(1, D2.id)), by) == faults
    assert ("fewer than two trustees" in sentences(world)) is bool(faults)


def test_whose_seat_is_added_approves() -> None:
    """Must 2: nobody is made a trustee of reports unasked."""
    world = founded()
    added = directory(seat(0, T1.id), seat(1, T2.id), seat(2, D1.id))
    assert changed(world, added, [T1, T2]) == ["8 A-ROSTER"]
    assert D1.id in sentences(world)
    assert changed(world, added, [T1, T2, D1]) == []


@pytest.mark.parametrize("name", ["device", "hpke", "sign"])
def test_whose_seat_is_changed_approves(name: str) -> None:
    """Must 2: a swapped key reads every later report."""
    world = founded()
    three = [seat(0, T1.id), seat(1, T2.id), seat(2, D1.id)]
    assert changed(world, directory(*three), [T1, T2, D1]) == []
    other = directory(*three[:2], {**three[2], name: seat(9)[name]})
    assert changed(world, other, [T1, T2]) == ["8 A-ROSTER"]
    assert changed(world, other, [T1, T2, D1]) == []


def test_whose_seat_is_renumbered_approves() -> None:
    """Must 2: the number decides which compartment is theirs."""
    world = founded()
    assert changed(world, directory(seat(0, T1.id), seat(1, D1.id), seat(2, T2.id)), [T1, T2, D1]) == []
    assert changed(world, directory(seat(0, D1.id), seat(1, T1.id), seat(2, T2.id)), [T1, T2]) == [
        "8 A-ROSTER"
    ]


def test_whose_seat_stays_need_not_approve() -> None:
    """Must 2: panels and thresholds are the trustees' matter; so is a seat that goes."""
    world = founded()
    three = directory(seat(0, T1.id), seat(1, T2.id), seat(2, D1.id))
    assert changed(world, three, [T1, T2, D1]) == []
    assert changed(world, {**three, "from_epoch": 20300}, [T1, T2]) == []
    assert changed(world, ROSTER, [T1, T2]) == []
    assert changed(world, three, [T1, T2]) == ["8 A-ROSTER"], "a seat that comes back is added"


@pytest.mark.parametrize("statement", OTHERS)
def test_only_approval_changes_the_roster(statement: str) -> None:
    """Must 1."""
    world = founded()
    said = {T1: "approve", T2: statement}
    assert set(act_by(world, "trust.roster_changed", ROSTER, said)) == {"8 A-ROSTER"}


def test_a_trustee_out_of_office_does_not_change_the_roster() -> None:
    world = founded()
    world.end(T2, [T1])
    assert "8 S-ROLE" in changed(world, ROSTER, [T1, T2])


def test_the_roster_is_of_this_ledger() -> None:
    other = {**ROSTER, "ledger": "other.example/log"}
    assert changed(founded(), other, [T1, T2]) == ["8 A-DATA"]


@pytest.mark.parametrize("name", ["sign", "device"])
def test_the_rosters_keys_are_sound(name: str) -> None:
    """INTAKE §10: small-order keys are refused everywhere."""
    weak = directory({**seat(0, T1.id), name: to_b64u(bytes(32))}, seat(1, T2.id))
    assert changed(founded(), weak, [T1, T2]) == ["8 A-DATA"]


def test_a_roster_that_cannot_be_read_is_refused() -> None:
    assert changed(founded(), {**ROSTER, "v": 2}, [T1, T2]) == ["8 A-DATA"]
    assert changed(founded(), {**ROSTER, "mood": 1}, [T1, T2]) == ["8 A-DATA"]


# ---- all of them


ROLL_ACTS: list[tuple[str, Any, Who]] = [
    ("key.registered", NEW.listed() | {"proof": ""}, (SECRETARY, CEO)),
    ("key.revoked", {"key": GC.key, "reason": "lost"}, (SECRETARY, CEO)),
    (
        "appointment.made",
        {"from": START, "instrument": INSTRUMENT["digest"], "person": NEW.id, "role": "CISO"},
        (SECRETARY,),
    ),
    (
        "appointment.ended",
        {"instrument": INSTRUMENT["digest"], "person": GC.id, "reason": "x", "role": GC.role},
        (SECRETARY,),
    ),
    ("trust.roster_changed", ROSTER, (T1, T2)),
]


@pytest.mark.parametrize(("type_", "data", "by"), ROLL_ACTS, ids=[t for t, _, _ in ROLL_ACTS])
def test_an_import_changes_nothing_on_the_roll(type_: str, data: Any, by: Who) -> None:
    """Must 3: whoever signs it."""
    imported = {"imported": {"confidence": "high", "source": "x", "transcribed_by": by[0].id}}
    world = founded()
    said = dict.fromkeys(by, "approve")
    members: dict[str, Any] = {"provenance": imported, "not_after": None, "evidence": [INSTRUMENT]}
    assert act_by(world, type_, data, said, **members) == ["8 A-LIVE"]


@pytest.mark.parametrize(("type_", "data", "by"), ROLL_ACTS, ids=[t for t, _, _ in ROLL_ACTS])
def test_a_schema_that_nobody_knows_changes_nothing_on_the_roll(type_: str, data: Any, by: Who) -> None:
    """Must 3: judges of later rooms skip what they do not know, so the roll must not read it."""
    world = founded()
    assert act_by(world, type_, data, dict.fromkeys(by, "approve"), schema=2, evidence=[INSTRUMENT]) == [
        "8 A-DATA"
    ]


def test_who_is_on_no_roll_changes_nothing() -> None:
    """A self-registered key: the very signatures that would be needed are those of the intruder."""
    world = founded()
    assert registered(world, NOBODY, [NOBODY]) == ["8 S-KEY", "8 A-KEY"]
    assert appointed(world, NOBODY, [replace(NOBODY, role="BOARD_SECRETARY")]) == ["8 S-KEY", "8 A-APPOINT"]
    assert revoked(world, CEO, [NOBODY]) == ["8 S-KEY", "8 A-KEY"]


def test_other_types_change_nothing_and_are_not_judged_here() -> None:
    world = founded()
    assert act_by(world, "moon.landed", {"anything": [1]}, {RSO: "attest"}) == []


def test_a_seat_given_today_counts_from_tomorrow_on() -> None:
    """`from` may lie ahead: the appointment is in order, the signature not yet."""
    world = founded()
    term: dict[str, Any] = {"from": later(world.now, timedelta(days=1))}
    assert appointed(world, NEW, [SECRETARY], **term) == []
    world.register(NEW, [SECRETARY, CEO])
    world.note(by=NEW)
    assert against(world) == ["8 S-ROLE"]
    world.tick(timedelta(days=1))
    world.note(by=NEW)
    assert against(world) == []


# ---- the log's key (RECORD 5, ADR 0012)


def rotated(world: World, *by: Person, **options: Any) -> list[str]:
    world.rotate("log 2", by, **options)
    return against(world)


@pytest.mark.parametrize("by", TWO, ids=ids)
def test_two_of_the_four_offices_rotate_the_logs_key_where_the_founding_names_nobody(by: Who) -> None:
    assert rotated(founded(), *by) == []


@pytest.mark.parametrize("by", [(p,) for p in PEOPLE], ids=ids)
def test_nobody_rotates_the_logs_key_alone(by: Who) -> None:
    assert rotated(founded(), *by) == ["8 A-ROTATE"]


@pytest.mark.parametrize("options", [
    {"statement": ""},
    {"statement": "approve"},
    {"log": Person("svc-log", "SERVICE", "second")},
], ids=["silent", "approve", "a second key of svc-log"])  # fmt: skip
def test_the_logs_own_key_attests_its_rotation(options: Any) -> None:
    """Must 4: a key registered for svc-log besides is not the log's."""
    world = founded()
    world.register(Person("svc-log", "SERVICE", "second"))
    assert rotated(world, SECRETARY, CEO, **options) == ["8 A-ROTATE"]


def test_only_the_newest_log_key_attests_a_rotation_also_while_the_older_signs_still() -> None:
    world = founded()
    assert rotated(world, SECRETARY, CEO, overlap=1000) == []
    world.rotate("log 3", log=LOG)
    assert against(world) == ["8 S-KEY", "8 A-ROTATE"]
    world = founded()
    world.rotate("log 2", overlap=1000)
    world.rotate("log 3", log=replace(LOG, key_name="log 2"))
    assert against(world) == []


@pytest.mark.parametrize(
    ("named", "by", "wrong"),
    [
        (["BOARD_SECRETARY", "CEO"], (SECRETARY, CEO), []),
        (["BOARD_SECRETARY", "CEO"], (SECRETARY, RSO), ["8 A-ROTATE"]),
        (["BOARD", "LTBT"], (D1, D2, T1, T2), []),
        (["BOARD"], (D1, SECRETARY), ["8 A-ROTATE"]),
        (["LTBT"], (T1, D1, D2), ["8 A-ROTATE"]),
        (["SERVICE"], (SECRETARY, CEO), ["8 A-ROTATE"]),
    ],
    ids=ids,
)
def test_whom_the_founding_names_approves_the_rotation(named: Any, by: Who, wrong: list[str]) -> None:
    world = World()
    world.found(founding(world.origin, world.log.vkey) | {"rotation": named})
    assert rotated(world, *by) == wrong


def test_the_new_log_key_is_new_sound_held_and_of_this_log() -> None:
    other = Person("svc-log", "SERVICE", "other")
    not_held = other.sign(check.possession_message(other.key, "ed25519", ORIGIN, "svc-log"))
    assert rotated(founded(), SECRETARY, CEO, proof=not_held) == ["7 A-POSSESSION"]
    elsewhere = str(NoteKey("elsewhere.example/log", key_name="log 2").vkey)
    assert rotated(founded(), SECRETARY, CEO, vkey=elsewhere) == ["8 A-DATA"]
    assert rotated(founded(), SECRETARY, CEO, vkey=str(Vkey(ORIGIN, 1, bytes(32)))) == ["8 A-KEY-SOUND"]
    world = founded()
    world.rotate("log")
    assert against(world) == ["8 A-KEY-NEW"]


def test_a_rotation_of_another_layout_is_refused() -> None:
    for data in ({"overlap": -1}, {"more": 1}, {"proof": "AA"}, {"vkey": str(NoteKey(ORIGIN, 4).vkey)}):
        assert rotated(founded(), SECRETARY, CEO, **data) == ["8 A-DATA"]
