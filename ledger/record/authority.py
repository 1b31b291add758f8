"""Whose signature counts, and who may change the roll (RECORD §3; claims 7 and 8 of §7).

The office asks these functions before it appends and the verifier asks the same ones again::

    signature_faults(roll, act, place, check)   every stored signature holds; its key and role are valid
    authority_faults(roll, act, place, check)   key.*, appointment.*, trust.roster_changed and the founding
                                                were signed by those who may

1. Every stored signature must hold with a key of its person that stands on the roll below the entry.
2. Key and role must be valid both at ``seen.size`` and at the entry.
3. Services must sign only their own types; bodies (BOARD, LTBT) never sign.
4. Where a rule asks for signers it must count ``approve`` only, two persons in two roles, and never
   the person concerned in ``appointment.*`` and ``key.registered``.
5. Entry 0 must be signed by every key that it lists, and lists no service but svc-log with the log's own key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, Refusal
from ledger.record import people
from ledger.record.act import Act, Signature, signature_message
from ledger.record.fields import to_b64u
from ledger.record.people import LOG_SERVICE, PublicKey
from ledger.record.roll import SERVICE, SERVICE_PREFIX, KeyCheck, Place, Roll

OFFICERS: Final = frozenset(("BOARD_SECRETARY", "CEO", "RSO", "GENERAL_COUNSEL"))
SERVICE_TYPES: Final = {
    LOG_SERVICE: frozenset((people.FOUNDED, "log.rotated", "log.restored")),
    "svc-intake": frozenset(("intake.epoch_sealed",)),
    "svc-office": frozenset(("gate.evaluated",)),
}

HOLDS: Final = 7
HELD: Final = 8


@dataclass(frozen=True, slots=True)
class Fault:
    """Why claim `claim` (7: a signature does not hold, 8: it does not count) fails for an act."""

    claim: int
    refusal: Refusal


def faults(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    """Everything that claims 7 and 8 have against `act` at `place`, on the roll as it is below that place."""
    if act.event.type == people.FOUNDED:
        return _founding_faults(act, place, check)
    found = signature_faults(roll, act, place, check)
    return found + authority_faults(roll, act, place, check)


def signature_faults(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    """What is wrong with the signatures of an act, one by one."""
    return [x for s in act.signatures for x in _signature_faults(roll, act, s, place, check)]


def _signature_faults(roll: Roll, act: Act, s: Signature, place: Place, check: KeyCheck) -> list[Fault]:
    key = roll.key(s.key)
    if key is None or key.registered >= place.index:
        return [
            _held(
                "S-KEY", f"{s.person} signs with {s.key}, which is not on the roll", "register the key first"
            )
        ]
    out = []
    if not _holds(key.public, s, roll.origin, act, check):
        out.append(
            _fault(
                HOLDS, "S-HOLDS", f"the signature of {s.person} does not hold", "sign these very bytes again"
            )
        )
    if key.public.person != s.person:
        out.append(
            _held(
                "S-KEY",
                f"{s.person} signs with a key of {key.public.person}",
                "each signs with their own key",
            )
        )
    if not key.valid(place.index, s.seen.size):
        why = (
            "is revoked"
            if key.revoked is not None and key.revoked < place.index
            else "was not yet on the roll that they saw"
        )
        out.append(
            _held("S-KEY", f"the key of {s.person} {why}", "sign with a live key, on the present state")
        )
    if s.role == SERVICE and act.event.type not in SERVICE_TYPES.get(s.person, ()):
        out.append(
            _held("S-SERVICE", f"service {s.person} may not sign {act.event.type}", "let a person sign")
        )
    if not _own_revocation(roll, act, s) and not roll.holds(place, s.person, s.role, s.seen.size):
        out.append(
            _held(
                "S-ROLE",
                f"{s.person} does not hold {s.role}",
                "sign in a role held now and on the state seen",
            )
        )
    return out


def _holds(key: PublicKey, s: Signature, origin: str, act: Act, check: KeyCheck) -> bool:
    message = signature_message(s, act.event_digest(), origin)
    return s.kind == key.kind and check.holds(
        key.kind, key.public, message, s.sig, rp_id=key.rp_id, origins=key.origins
    )


def _own_revocation(roll: Roll, act: Act, s: Signature) -> bool:
    """An owner may end a key by any live key, without need of a role but then without compromised_from."""
    data = act.event.data
    if act.event.type != people.REVOKED or "compromised_from" in data:
        return False
    key = roll.key(str(data.get("key")))
    return key is not None and key.public.person == s.person


def authority_faults(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    """Who changed the roll, and whether they may. Nothing to say about types that the roll does not read."""
    kind, event = act.event.type, act.event
    if kind not in people.ROLL_TYPES:
        return []
    if event.imported:
        return [_held("A-LIVE", f"{kind} is imported", "only live, signed acts change who may sign")]
    try:
        if kind == people.REGISTERED:
            return _registration(roll, act, place, check)
        if kind == people.REVOKED:
            return _revocation(roll, act, place)
        if kind == people.ROSTER:
            return _roster(roll, act, check)
        if kind == people.APPOINTED:
            made = people.appointment(event)
            return _appointing(act, made.person, made.role)
        end = people.appointment_end(event)
        return _appointing(act, end.person, end.role)
    except Malformed as e:
        return [_held("A-DATA", f"{kind}: {e}", e.cure or "correct the data and sign again")]


def _registration(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    registration = people.key_registration(act.event.data)
    key = registration.key
    out = _key_faults(key, check)
    if out:
        return out
    if roll.knows(key.key, check.raw(key.kind, key.public)):
        out.append(
            _held("A-KEY-NEW", f"{key.key} or its raw bytes stand on the roll already", "make a new key")
        )
    message = check.possession_message(key.key, key.kind, roll.origin, key.person)
    if not check.holds(
        key.kind, key.public, message, registration.proof, rp_id=key.rp_id, origins=key.origins
    ):
        out.append(
            _fault(
                HOLDS, "A-POSSESSION", f"no proof that {key.person} holds {key.key}", "prove possession again"
            )
        )
    return out + _key_authorities(roll, act, key.person, place, concerned=key.person)


def _revocation(roll: Roll, act: Act, place: Place) -> list[Fault]:
    revocation = people.key_revocation(act.event.data)
    key = roll.key(revocation.key)
    if key is None or key.registered >= place.index:
        return [_held("A-KEY-OLD", f"{revocation.key} is not on the roll", "name a key that is")]
    out = []
    if key.revoked is not None:
        out.append(
            _held("A-KEY-OLD", f"{revocation.key} is revoked already by entry {key.revoked}", "nothing to do")
        )
    since = revocation.compromised_from
    if since is not None and since > place.index:
        out.append(
            _held("A-DATA", f"compromised_from {since} lies ahead of the record", "name an entry that exists")
        )
    owner = key.public.person
    if since is None and any(person == owner for person, _ in act.signers("approve")):
        return out
    return out + _key_authorities(roll, act, owner, place, concerned=None)


def _key_authorities(roll: Roll, act: Act, owner: str, place: Place, concerned: str | None) -> list[Fault]:
    signers = {(p, r) for p, r in act.signers("approve") if p != concerned}
    if roll.is_trustee(owner, place.index):
        others = {p for p, r in signers if r == "TRUSTEE" and p != owner}
        if others and any(r == "BOARD_SECRETARY" for _, r in signers):
            return []
        return [
            _held("A-KEY-TRUST", f"{owner} is a trustee", "another trustee and the BOARD_SECRETARY approve")
        ]
    if len({r for _, r in signers if r in OFFICERS}) >= 2:
        return []
    return [
        _held(
            "A-KEY",
            f"{len(signers)} approving signatures count for a key of {owner}",
            "BOARD_SECRETARY and one of CEO, RSO, GENERAL_COUNSEL approve, or two of these three; not the owner",
        )
    ]


def _appointing(act: Act, concerned: str, role: str) -> list[Fault]:
    signers = {(p, r) for p, r in act.signers("approve") if p != concerned}
    if role == "TRUSTEE":
        needed, cure = any(r == "TRUSTEE" for _, r in signers), "a trustee in office approves"
    elif role == "BOARD_SECRETARY":
        needed, cure = sum(r == "DIRECTOR" for _, r in signers) >= 2, "two directors approve"
    else:
        needed, cure = any(r == "BOARD_SECRETARY" for _, r in signers), "the BOARD_SECRETARY approves"
    if needed:
        return []
    return [
        _held(
            "A-APPOINT",
            f"{act.event.type} of {concerned} as {role} lacks its authority",
            f"{cure}; not {concerned}",
        )
    ]


def _roster(roll: Roll, act: Act, check: KeyCheck) -> list[Fault]:
    roster = people.roster(act.event.data)
    signers = act.signers("approve")
    out = []
    if roster.ledger != roll.origin:
        out.append(_held("A-DATA", f"the roster names the ledger {roster.ledger}", f"name {roll.origin}"))
    out += [
        _held("A-DATA", f"seat {seat.seat} holds no sound Ed25519 key", "make the sheet anew")
        for seat in roster.seats
        if not (_sound("ed25519", seat.sign, check) and _sound("ed25519", seat.device, check))
    ]
    if sum(r == "TRUSTEE" for _, r in signers) < 2:
        out.append(
            _held("A-ROSTER", "fewer than two trustees in office approve the roster", "two trustees approve")
        )
    before = set(roll.roster.seats) if roll.roster else set()
    missing = sorted({s.person for s in roster.seats if s not in before} - {p for p, _ in signers})
    if missing:
        out.append(
            _held(
                "A-ROSTER",
                f"{', '.join(missing)} did not approve their own seat",
                "each new or changed seat signs",
            )
        )
    return out


def _founding_faults(act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    if place.index != 0:
        return [
            _held(
                "A-FOUND", "a ledger is founded once, by entry 0", "found another ledger under its own origin"
            )
        ]
    if act.event.imported:
        return [_held("A-LIVE", "the founding is imported", "a ledger is founded live")]
    try:
        founding = people.founding(act.event.data)
    except Malformed as e:
        return [_held("A-DATA", f"the founding cannot be read: {e}", e.cure or "found the ledger anew")]
    out: list[Fault] = [x for key in founding.keys for x in _key_faults(key, check)]
    if out:
        return out
    owners = [k.person for k in founding.keys]
    raws = [check.raw(k.kind, k.public) for k in founding.keys]
    if len(set(owners)) < len(owners) or len(set(raws)) < len(raws):
        out.append(
            _held("A-FOUND", "a person has two keys, or two persons one", "one key per person at founding")
        )
    if {k.key for k in founding.keys} - {s.key for s in act.signatures if s.statement == "approve"}:
        out.append(
            _held("A-FOUND", "a founding key did not approve", "every key that entry 0 lists signs it")
        )
    for key in founding.keys:
        if not key.person.startswith(SERVICE_PREFIX):
            continue
        if key.person != LOG_SERVICE or key.kind != "ed25519" or key.public != to_b64u(founding.log.public):
            out.append(_held("A-FOUND", f"{key.person} is listed", "only svc-log, with the log's own key"))
    if out:
        return out
    roll = Roll()
    roll.fold(act.event, -1, check)
    inside = Place(0, place.recorded_at)
    for s in act.signatures:
        key_ = roll.key(s.key)
        if key_ is None:
            out.append(
                _held("S-KEY", f"{s.person} signs with {s.key}, which the founding does not list", "list it")
            )
        elif not _holds(key_.public, s, roll.origin, act, check):
            out.append(
                _fault(
                    HOLDS, "S-HOLDS", f"the signature of {s.person} does not hold", "sign the founding again"
                )
            )
        elif key_.public.person != s.person:
            out.append(
                _held(
                    "S-KEY",
                    f"{s.person} signs with a key of {key_.public.person}",
                    "each signs with their own",
                )
            )
        elif not roll.holds(inside, s.person, s.role, 0):
            out.append(
                _held("S-ROLE", f"{s.person} does not hold {s.role} at founding", "sign in an appointed role")
            )
    return out


def _key_faults(key: PublicKey, check: KeyCheck) -> list[Fault]:
    try:
        check.raw(key.kind, key.public)
    except ValueError as e:
        return [_held("A-KEY-SOUND", f"the key of {key.person} is not sound: {e}", "make a new key")]
    if check.key_id(key.kind, key.public) != key.key:
        return [_held("A-KEY-SOUND", f"{key.key} is not the id of this key", "name it by its id")]
    return []


def _sound(kind: str, public: str, check: KeyCheck) -> bool:
    try:
        check.raw(kind, public)
    except ValueError:
        return False
    return True


def _held(rule: str, reason: str, cure: str) -> Fault:
    return _fault(HELD, rule, reason, cure)


def _fault(claim: int, rule: str, reason: str, cure: str) -> Fault:
    return Fault(claim, Refusal(rule, reason, cure))
