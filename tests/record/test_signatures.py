"""ledger.record.signatures: whose signature counts (claims 7 and 8)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from keys import check
from ledger.record.act import Seen, Signature, make_act, read_act, signature_message
from ledger.record.authority import faults
from ledger.record.canonical import decode, encode
from ledger.record.event import event_digest
from ledger.record.fields import ROLES, later, to_b64u
from ledger.record.merkle import EMPTY_ROOT
from ledger.record.roll import Place
from ledger.record.signatures import SERVICE_TYPES, founding_faults
from tests import kit
from tests.keys.authenticator import Passkey, SshKey, ed25519_key, p256_key
from tests.kit import CAST, CEO, D1, GC, LOG, NOBODY, RSO, SECRETARY, START, T1, Person, World
from tests.record.verdicts import against, fold, founded, sentences

CISO = Person("p-ciso", "CISO")
EMPTY = Seen(0, EMPTY_ROOT.hex())


def noted(world: World, by: Person = RSO, **how: Any) -> list[str]:
    """What there is against a note that `by` signs."""
    world.append(world.act("note.recorded", {"text": "Drill held."}, [by], statement="attest", **how))
    return against(world)


def signed(
    world: World, change: Callable[[Signature], Signature] = lambda s: s, by: Person = RSO, **members: Any
) -> list[str]:
    """What there is against a note whose signature is changed after signing."""
    event = world.event("note.recorded", {"text": "Drill held."}, by, **members)
    world.append(make_act(event, [change(world.signature(event, by, "attest"))]).raw)
    return against(world)


# ---- a signature holds


def test_a_signature_that_holds_counts() -> None:
    """Must 1."""
    assert noted(founded()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("capacity", "witness"),
        ("statement", "approve"),
        ("signed_at", "2025-01-06T09:59:59.000000Z"),
        ("seen", Seen(1, "0" * 64)),
        ("sig", to_b64u(bytes(64))),
        ("sig", "_" * 85 + "w"),
    ],
    ids=count(),
)
def test_no_signed_member_can_be_changed(name: str, value: Any) -> None:
    """Must 1."""
    world = founded()
    event = world.event("note.recorded", {"text": "x"}, RSO)
    if name == "capacity":  # that of the actor, which must be one signer's
        event["actor"][name] = value
    changes: dict[str, Any] = {name: value}
    world.append(make_act(event, [replace(world.signature(event, RSO, "attest"), **changes)]).raw)
    assert against(world) == ["7 S-HOLDS"]


def test_a_signature_moved_to_another_event_does_not_hold() -> None:
    """Must 1."""
    world = founded()
    one = world.event("note.recorded", {"text": "one"})
    other = world.event("note.recorded", {"text": "other"})
    world.append(make_act(other, [world.signature(one, RSO, "attest")]).raw)
    assert against(world) == ["7 S-HOLDS"]


def test_a_signature_moved_to_another_ledger_does_not_hold() -> None:
    """Must 1: same people, same keys, another origin."""
    world = founded()
    event = world.event("note.recorded", {"text": "one"})
    world.append(make_act(event, [world.signature(event, RSO, "attest", ledger="test.example/other")]).raw)
    assert against(world) == ["7 S-HOLDS"]


def test_a_signature_moved_to_another_role_does_not_hold() -> None:
    """Must 1: also where the person holds that role."""
    world = founded()
    world.appoint(replace(RSO, role="CISO"))
    event = world.event("note.recorded", {"text": "x"}, replace(RSO, role="CISO"))
    world.append(make_act(event, [replace(world.signature(event, RSO, "attest"), role="CISO")]).raw)
    assert against(world) == ["7 S-HOLDS"]


def test_a_signature_moved_to_another_person_neither_holds_nor_counts() -> None:
    """Must 1."""
    world = founded()
    event = world.event("note.recorded", {"text": "x"}, CEO)
    moved = replace(world.signature(event, RSO, "attest"), person=CEO.id, role="CEO")
    world.append(make_act(event, [moved]).raw)
    assert against(world) == ["7 S-HOLDS", "8 S-KEY"]


def test_nobody_signs_with_the_key_of_another() -> None:
    """Must 1: the bytes hold, under a key that is not theirs."""
    assert noted(founded(), replace(CEO, key_name=RSO.id)) == ["8 S-KEY"]


def test_a_signature_under_another_key_of_the_person_does_not_hold() -> None:
    """Must 1."""
    world = founded()
    new = replace(RSO, key_name="second")
    world.register(new, [SECRETARY, CEO])
    assert signed(world, lambda s: replace(s, key=new.key)) == ["7 S-HOLDS"]


def test_a_key_that_is_not_on_the_roll_counts_for_nothing() -> None:
    """Must 1: claim 8, since nothing is known that could hold (RECORD §8)."""
    world = founded()
    assert noted(world, replace(RSO, key_name="unregistered")) == ["8 S-KEY"]
    assert noted(world, NOBODY) == ["8 S-KEY"]


def test_a_key_signs_in_its_own_kind_only() -> None:
    """Must 1: an Ed25519 key that is registered plainly does not sign as SSH key."""
    world = founded()
    event = world.event("note.recorded", {"text": "x"})
    unsigned = replace(world.signature(event, RSO, "attest"), kind="sshsig")
    message = signature_message(unsigned, event_digest(event), world.origin)
    blob = to_b64u(SshKey(RSO.private).signature(message))
    world.append(make_act(event, [replace(unsigned, sig=blob)]).raw)
    assert against(world) == ["7 S-HOLDS"]


def test_a_signature_says_the_kind_of_its_key() -> None:
    """Must 1: the bytes of a good Ed25519 signature, called an SSH signature and signed as such, are none."""
    world = founded()
    event = world.event("note.recorded", {"text": "x"})
    unsigned = replace(world.signature(event, RSO, "attest"), kind="sshsig")
    message = signature_message(unsigned, event_digest(event), world.origin)
    world.append(make_act(event, [replace(unsigned, sig=RSO.sign(message))]).raw)
    assert against(world) == ["7 S-HOLDS"]


def test_a_roll_that_knows_more_does_not_lend_it_to_an_earlier_place() -> None:
    """Must 1: a key registered by the entry itself, or after it, is not on the roll below it."""
    world = founded()
    world.appoint(CISO)
    world.register(CISO, [SECRETARY, CEO])
    world.note(by=CISO)
    roll, found = fold(world)
    assert found[3] == []
    act = read_act(encode(decode(world.entries[3])["act"]))
    for index, reason in ((3, []), (2, [f"{CISO.id} signs with {CISO.key}, which is not on the roll"])):
        said = faults(roll, act, Place(index, later(START, timedelta(days=1))), check)
        assert [x.refusal.reason for x in said] == reason


def enrolled(world: World, kind: str) -> tuple[str, Callable[[bytes], Any]]:
    """Register a key of another kind for the RSO; its id, and what signs with it."""
    sign: Callable[[bytes], Any]
    more: dict[str, Any] = {}
    if kind == "sshsig":
        ssh = SshKey(ed25519_key(7))
        public, sign = ssh.public, lambda message: to_b64u(ssh.signature(message))
    else:
        passkey = Passkey(p256_key(7))
        public, sign = passkey.public, passkey.assertion
        more = {"origins": list(passkey.origins), "rp_id": passkey.rp_id}
    key = check.key_id(kind, public)
    proof = sign(check.possession_message(key, kind, world.origin, RSO.id))
    data = {"key": key, "kind": kind, "person": RSO.id, "proof": proof, "public": public, **more}
    world.record("key.registered", data, [SECRETARY, CEO], stream=f"person/{RSO.id}")
    assert against(world) == []
    return key, sign


@pytest.mark.parametrize("kind", ["sshsig", "webauthn"])
def test_a_key_of_another_kind_signs_as_well(kind: str) -> None:
    """Must 1: and what it signed cannot be changed either."""
    world = founded()
    key, sign = enrolled(world, kind)
    event = world.event("note.recorded", {"text": "x"})
    unsigned = replace(world.signature(event, RSO, "attest"), kind=kind, key=key)
    good = replace(unsigned, sig=sign(signature_message(unsigned, event_digest(event), world.origin)))
    world.append(make_act(event, [good]).raw)
    assert against(world) == []
    world.append(make_act(event, [replace(good, signed_at=later(good.signed_at, timedelta(1)))]).raw)
    assert against(world) == ["7 S-HOLDS"]


# ---- and it counts, at both places


def test_a_role_that_is_not_held_counts_for_nothing() -> None:
    """Must 2."""
    assert noted(founded(), replace(RSO, role="CEO")) == ["8 S-ROLE"]
    assert noted(founded(), replace(RSO, role="CISO")) == ["8 S-ROLE"]


def test_every_signature_of_an_act_must_count() -> None:
    """Must 1 and 2: one that does not is not simply overlooked."""
    world = founded()
    event = world.event("note.recorded", {"text": "x"}, RSO)
    signatures = [
        world.signature(event, RSO, "attest"),
        world.signature(event, replace(GC, role="CEO"), "attest"),
    ]
    world.append(make_act(event, signatures).raw)
    assert against(world) == ["8 S-ROLE"]
    bad = replace(signatures[1], sig=to_b64u(bytes(64)))
    world.append(make_act(event, [signatures[0], bad]).raw)
    assert against(world) == ["7 S-HOLDS", "8 S-ROLE"]


def test_a_role_must_be_held_on_the_head_that_was_seen() -> None:
    """Must 2: an appointment that the signer's client had not verified does not count."""
    world = founded()
    before = world.seen()
    world.appoint(CISO)
    world.register(CISO, [SECRETARY, CEO])
    after_key = world.seen()
    assert noted(world, CISO, seen=before) == ["8 S-KEY", "8 S-ROLE"]
    assert noted(world, CISO, seen=world.seen(2)) == ["8 S-KEY"]
    assert noted(world, CISO, seen=after_key) == []


def test_a_role_that_ended_before_the_entry_does_not_count() -> None:
    """Must 2: signed in office, recorded after it."""
    world = founded()
    act = world.act("note.recorded", {"text": "x"}, [GC], statement="attest")
    world.end(GC)
    world.append(act)
    assert against(world) == ["8 S-ROLE"]


def test_a_key_that_was_revoked_before_the_entry_does_not_count() -> None:
    """Must 2: it still holds (claim 7), it does not count (claim 8)."""
    world = founded()
    act = world.act("note.recorded", {"text": "x"}, [GC], statement="attest")
    world.revoke(GC)
    world.append(act)
    assert against(world) == ["8 S-KEY"]
    assert "is revoked" in sentences(world)


def test_a_revoked_keys_forged_signature_fails_both_claims() -> None:
    """RECORD §8: claim 7 looks at revoked keys too."""
    world = founded()
    world.revoke(RSO)
    assert signed(world, lambda s: replace(s, sig=to_b64u(bytes(64)))) == ["7 S-HOLDS", "8 S-KEY"]


def test_what_was_signed_before_a_revocation_keeps_its_place() -> None:
    """RECORD §3: a revocation works from its own index on, `compromised_from` or not."""
    world = founded()
    world.note()
    world.revoke(RSO, compromised_from=1)
    assert fold(world)[1] == [[], [], []]


@pytest.mark.parametrize(
    ("recorded_at", "faults"),
    [
        ("2025-01-31T23:59:59.999999Z", ["8 S-ROLE"]),
        ("2025-02-01T00:00:00.000000Z", []),
        ("2025-02-28T23:59:59.999999Z", []),
        ("2025-03-01T00:00:00.000000Z", ["8 S-ROLE"]),
    ],
)
def test_the_dates_of_an_appointment_are_asked_of_the_entry(recorded_at: str, faults: list[str]) -> None:
    """Must 2: from <= recorded_at < to; `signed_at` decides nothing."""
    world = founded()
    term: dict[str, Any] = {"from": "2025-02-01T00:00:00.000000Z", "to": "2025-03-01T00:00:00.000000Z"}
    world.appoint(CISO, **term)
    world.register(CISO, [SECRETARY, CEO])
    act = world.act("note.recorded", {"text": "x"}, [CISO], statement="attest")
    world.append(act, recorded_at=recorded_at)
    assert against(world) == faults


def test_the_signers_own_clock_decides_nothing() -> None:
    """RECORD §3: signed_at is shown, never used."""
    world = founded()
    world.now = "1999-01-01T00:00:00.000000Z"
    act = world.act("note.recorded", {"text": "x"}, statement="attest")
    world.append(act, recorded_at="2025-02-01T00:00:00.000000Z")
    assert against(world) == []


# ---- services and bodies


SERVICES = {
    "svc-log": ("log.rotated", "log.restored"),
    "svc-intake": ("intake.epoch_sealed",),
    "svc-office": ("gate.evaluated",),
}


def served() -> World:
    world = founded()
    for name in ("svc-intake", "svc-office", "svc-other"):
        world.register(Person(name, "SERVICE"), [SECRETARY, CEO])
        assert against(world) == []
    return world


@pytest.mark.parametrize("service", [*SERVICES, "svc-other"])
@pytest.mark.parametrize(
    "kind", ["log.rotated", "log.restored", "intake.epoch_sealed", "gate.evaluated", "note.recorded"]
)
def test_a_service_signs_its_own_types_only(service: str, kind: str) -> None:
    """Must 3 (RECORD §3)."""
    world = served()
    signer = LOG if service == LOG.id else Person(service, "SERVICE")
    world.record(kind, {}, [signer], statement="attest")
    found = [fault for fault in against(world) if fault != "8 A-DATA"]  # the data are nobody's here
    assert found == ([] if kind in SERVICES.get(service, ()) else ["8 S-SERVICE"])


def test_the_types_of_services_are_closed() -> None:
    """Must 3: svc-log founds as well."""
    assert {s: set(t) - {"ledger.founded"} for s, t in SERVICE_TYPES.items()} == {
        s: set(t) for s, t in SERVICES.items()
    }
    assert [s for s, t in SERVICE_TYPES.items() if "ledger.founded" in t] == ["svc-log"]


def test_a_service_in_a_persons_role_counts_for_nothing() -> None:
    """Must 3."""
    world = served()
    world.appoint(Person("svc-office", "CEO"))
    assert noted(world, Person("svc-office", "CEO")) == ["8 S-ROLE"]


def test_a_person_is_no_service() -> None:
    """Must 3: neither by saying so nor by an appointment."""
    world = founded()
    world.appoint(replace(RSO, role="SERVICE"))
    world.record("gate.evaluated", {}, [replace(RSO, role="SERVICE")], statement="attest")
    assert against(world) == ["8 S-SERVICE", "8 S-ROLE"]


@pytest.mark.parametrize("body", ["BOARD", "LTBT"])
def test_a_body_never_signs(body: str) -> None:
    """Must 3: its members do, as DIRECTOR and TRUSTEE."""
    world = founded()
    world.appoint(replace(D1, role=body))
    assert noted(world, replace(D1, role=body)) == ["8 S-ROLE"]


def test_every_other_role_signs_once_it_is_held() -> None:
    """Must 3: so that the closed list of roles has no role that nobody can use."""
    world = founded()
    for role in sorted(ROLES - {"BOARD", "LTBT", "SERVICE", "TRUSTEE", "BOARD_SECRETARY"}):
        world.appoint(replace(D1, role=role))
        assert noted(world, replace(D1, role=role)) == [], role


# ---- entry 0


def found(
    data: Any = None, by: Sequence[Person] = CAST, world: World | None = None, **members: Any
) -> list[str]:
    world = world or World()
    data = kit.founding(cast=by) if data is None else data
    actor_first = sorted(by, key=lambda p: p is not SECRETARY)
    world.record("ledger.founded", data, actor_first, **({"stream": "ledger", "seen": EMPTY} | members))
    return against(world)


def with_(**changes: Any) -> dict[str, Any]:
    return kit.founding() | changes


def test_a_founding_in_order() -> None:
    """Must 4."""
    assert found() == []


def test_the_smallest_founding() -> None:
    """Must 4: one person; the log's service need not be listed."""
    assert found(by=[SECRETARY]) == []


def test_every_listed_key_approves() -> None:
    """Must 4."""
    assert found(kit.founding(), [p for p in CAST if p is not GC]) == ["8 A-FOUND"]
    world = World()
    event = world.event("ledger.founded", kit.founding(), SECRETARY, stream="ledger")
    signatures = [world.signature(event, p, "attest" if p is GC else "approve", seen=EMPTY) for p in CAST]
    world.append(make_act(event, signatures).raw)
    assert against(world) == ["8 A-FOUND"]


def test_nobody_else_signs_entry_0() -> None:
    """Must 4."""
    assert found(kit.founding(), [*CAST, NOBODY]) == ["8 S-KEY"]


def test_each_founder_signs_in_a_role_that_entry_0_gives_them() -> None:
    """Must 4."""
    swapped = [replace(p, role="CEO") if p is GC else p for p in CAST]
    assert found(kit.founding(), swapped) == ["8 S-ROLE"]
    assert found(kit.founding(), [replace(p, role="BOARD") if p is D1 else p for p in CAST]) == ["8 S-ROLE"]
    data = kit.founding()
    data["appointments"] = [a for a in data["appointments"] if a["person"] != T1.id]
    assert found(data) == ["8 S-ROLE"]


def test_a_term_that_has_not_begun_does_not_found() -> None:
    """Must 4: from <= recorded_at < to is asked of entry 0 too."""
    for term in ({"from": "2026-01-01T00:00:00.000000Z"}, {"to": START}):
        data = kit.founding()
        data["appointments"][0] |= term
        assert found(data) == ["8 S-ROLE"]


def test_a_founders_signature_holds() -> None:
    """Must 4."""
    world = World()
    event = world.event("ledger.founded", kit.founding(), SECRETARY, stream="ledger")
    signatures = [world.signature(event, p, seen=EMPTY) for p in CAST]
    bad = [replace(s, sig=to_b64u(bytes(64))) if s.person == GC.id else s for s in signatures]
    world.append(make_act(event, bad).raw)
    assert against(world) == ["7 S-HOLDS"]


def test_a_founding_moved_to_another_origin_does_not_hold() -> None:
    """Must 4: a copy for trials must be founded anew."""
    world = World()
    event = world.event("ledger.founded", with_(origin="copy.example/log"), SECRETARY, stream="ledger")
    world.append(make_act(event, [world.signature(event, p, seen=EMPTY) for p in CAST]).raw)
    assert against(world) == ["7 S-HOLDS"] * len(CAST)


def test_each_founder_signs_with_their_own_key() -> None:
    """Must 4."""
    data = kit.founding()
    keys = {p.id: p.listed() for p in CAST}
    swapped = {CEO.id: keys[CEO.id] | {"person": RSO.id}, RSO.id: keys[RSO.id] | {"person": CEO.id}}
    data["keys"] = [swapped.get(p.id, keys[p.id]) for p in CAST]
    assert found(data) == ["8 S-KEY", "8 S-KEY"]


def test_one_key_a_person_and_one_person_a_key() -> None:
    """Must 4: in any kind."""
    data = kit.founding()
    two_keys = {**data, "keys": [*data["keys"], replace(CEO, key_name="second").listed()]}
    assert "8 A-FOUND" in found(two_keys)
    ssh = SshKey(CEO.private).public
    shared = {"key": check.key_id("sshsig", ssh), "kind": "sshsig", "person": NOBODY.id, "public": ssh}
    assert "8 A-FOUND" in found({**data, "keys": [*data["keys"], shared]})
    shared = CEO.listed() | {"person": NOBODY.id}
    assert "8 A-FOUND" in found({**data, "keys": [*data["keys"], shared]})


def test_a_founding_says_what_is_wrong_with_its_keys() -> None:
    """Must 4."""
    data = kit.founding()
    world = World()
    found({**data, "keys": [*data["keys"], replace(CEO, key_name="second").listed()]}, world=world)
    assert "a person has two keys" in sentences(world)
    world = World()
    found({**data, "keys": [*data["keys"], CEO.listed() | {"person": NOBODY.id}]}, world=world)
    assert "or two persons one" in sentences(world)


def test_no_other_service_has_the_logs_key() -> None:
    """Must 4: not even where the log's own service is not listed."""
    other = Person("svc-office", "SERVICE", "log")
    cast = [*(p for p in CAST if p is not LOG), other]
    assert found(kit.founding(cast=cast), cast) == ["8 A-FOUND"]


def test_of_the_services_only_the_log_is_listed() -> None:
    """Must 4."""
    other = Person("svc-office", "SERVICE")
    assert found(kit.founding(cast=[*CAST, other]), [*CAST, other]) == ["8 A-FOUND"]


def test_the_logs_service_has_the_logs_key() -> None:
    """Must 4: the very bytes of the vkey, as Ed25519."""
    other = replace(LOG, key_name="not the log")
    cast = [p for p in CAST if p is not LOG]
    assert found(kit.founding(cast=[*cast, other]), [*cast, other]) == ["8 A-FOUND"]
    world = World(log_key="another")
    assert found(kit.founding(log=world.log.vkey), world=world) == ["8 A-FOUND"]


def test_an_unsound_key_is_not_listed() -> None:
    """Must 4: small order, or an id that is not the key's."""
    weak = to_b64u(bytes(32))
    for bad in (
        {"key": check.key_id("ed25519", weak), "kind": "ed25519", "person": "p-9", "public": weak},
        NOBODY.listed() | {"key": "k-" + "0" * 32},
    ):
        data = kit.founding()
        data["keys"].append(bad)
        assert found(data) == ["8 A-KEY-SOUND"]


def test_a_ledger_is_founded_once_and_live() -> None:
    """Must 4."""
    world = founded()
    assert found(world=world) == ["8 A-FOUND"]
    imported = {"imported": {"confidence": "high", "source": "x", "transcribed_by": "p-1"}}
    assert found(provenance=imported, not_after=None) == ["8 A-LIVE"]


@pytest.mark.parametrize("change", [{"format": 2}, {"mood": 1}, {"keys": None}, {"log": {"vkey": "x"}}])
def test_a_founding_that_cannot_be_read_is_none(change: dict[str, Any]) -> None:
    """Must 4: unknown members and formats are refused, not overlooked."""
    assert found(with_(**change)) == ["8 A-DATA"]


def test_a_founding_of_an_unknown_schema_is_none() -> None:
    assert found(schema=2) == ["8 A-DATA"]


def test_a_passkey_can_found() -> None:
    """Must 4: keys of any kind are checked as they are listed."""
    passkey = Passkey(p256_key(3))
    key = check.key_id("webauthn", passkey.public)
    data = kit.founding(cast=[SECRETARY, LOG])
    data["appointments"].append({"from": START, "person": "p-9", "role": "CISO"})
    data["keys"].append(
        {
            "key": key,
            "kind": "webauthn",
            "origins": list(passkey.origins),
            "person": "p-9",
            "public": passkey.public,
            "rp_id": passkey.rp_id,
        }
    )
    world = World()
    event = world.event("ledger.founded", data, SECRETARY, stream="ledger")
    own = Signature("p-9", "CISO", "decider", key, "webauthn", EMPTY, world.now, "approve", {})
    own = replace(own, sig=passkey.assertion(signature_message(own, event_digest(event), world.origin)))
    others = [world.signature(event, p, seen=EMPTY) for p in (SECRETARY, LOG)]
    world.append(make_act(event, [own, *others]).raw)
    assert against(world) == []


def test_an_unfounded_ledger_holds_nothing_else() -> None:
    """Must 1: before entry 0 there is no roll on which a key could stand."""
    world = World()
    assert noted(world) == ["8 S-KEY"]


def test_a_founding_judges_the_act_and_not_the_bytes_around_it() -> None:
    world = World()
    world.found()
    act = read_act(encode(decode(world.entries[0])["act"]))
    assert founding_faults(act, Place(0, START), check) == []
    assert [x.refusal.rule for x in founding_faults(act, Place(1, START), check)] == ["A-FOUND"]
