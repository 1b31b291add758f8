"""Who may change the roll (RECORD §3; claims 7 and 8 of §7).

The office asks ``faults`` before it appends and the verifier asks the same function again::

    faults(roll, act, place, check)   []   or   [Fault(8, A-KEY: a key of p-7 is approved by CEO only. …)]

1. Where a rule asks for signers it must count ``approve`` only, two persons in two roles, and never
   the person concerned in ``appointment.*`` and ``key.registered``.
2. A key of a trustee must be approved by another trustee and the BOARD_SECRETARY; an LTBT seat by a trustee
   in office; the secretary's own seat by two directors; the roster by two trustees and by whoever's seat changes.
3. An imported act must never change the roll, nor one of a schema that this program does not know: everything
   else it might skip for later readers, but not who may sign.
4. The log's key must be put in place of another by that other key, the newest one, as svc-log; by the new one, with a
   proof that it is held; and by whomever the founding names under ``rotation``, else by the officers of any key.
"""

from __future__ import annotations

from typing import Final

from ledger.errors import Malformed
from ledger.record import people
from ledger.record.act import Act
from ledger.record.founding import LOG_SERVICE
from ledger.record.log_keys import rotation as read_rotation
from ledger.record.roll import SERVICE, KeyCheck, Place, Roll, log_service_key
from ledger.record.roster import roster as read_roster
from ledger.record.signatures import HOLDS, Fault, fault, founding_faults, held, key_faults, signature_faults

OFFICERS: Final = frozenset(("BOARD_SECRETARY", "CEO", "RSO", "GENERAL_COUNSEL"))
MEMBERS: Final = {"BOARD": "DIRECTOR", "LTBT": "TRUSTEE"}
"""Bodies sign by two of their members."""


def faults(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    """Everything that claims 7 and 8 have against `act` at `place`, on the roll as it is below that place."""
    if act.event.type == people.FOUNDED:
        return founding_faults(act, place, check)
    found = signature_faults(roll, act, place, check)
    return found + authority_faults(roll, act, place, check)


def authority_faults(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    """Who changed the roll, and whether they may. Nothing to say about types that the roll does not read."""
    kind, event = act.event.type, act.event
    if kind not in people.ROLL_TYPES:
        return []
    if event.imported:
        return [held("A-LIVE", f"{kind} is imported", "only live, signed acts change who may sign")]
    if event.schema != people.SCHEMA:
        return [held("A-DATA", f"{kind} of schema {event.schema} is not known", "use a newer verifier")]
    try:
        if kind == people.REGISTERED:
            return _registration(roll, act, place, check)
        if kind == people.REVOKED:
            return _revocation(roll, act, place)
        if kind == people.ROSTER:
            return _roster(roll, act, place, check)
        if kind == people.ROTATED:
            return _rotation(roll, act, place, check)
        if kind == people.APPOINTED:
            made = people.appointment(event)
            return _appointing(act, made.person, made.role)
        end = people.appointment_end(event)
        return _appointing(act, end.person, end.role)
    except Malformed as e:
        return [held("A-DATA", f"{kind}: {e}", e.cure or "correct the data and sign again")]


def _registration(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    registration = people.key_registration(act.event.data)
    key = registration.key
    out = key_faults(key, check)
    if out:
        return out
    if roll.knows(key.key, check.raw(key.kind, key.public), place.index):
        out.append(
            held("A-KEY-NEW", f"{key.key} or its raw bytes stand on the roll already", "make a new key")
        )
    # Where the founding does not count no ledger is known to prove possession to: that is no bad signature here.
    message = check.possession_message(key.key, key.kind, roll.origin, key.person)
    if roll.founding and not check.holds(
        key.kind, key.public, message, registration.proof, rp_id=key.rp_id, origins=key.origins
    ):
        out.append(
            fault(
                HOLDS, "A-POSSESSION", f"no proof that {key.person} holds {key.key}", "prove possession again"
            )
        )
    return out + _key_authorities(roll, act, key.person, place, concerned=key.person)


def _revocation(roll: Roll, act: Act, place: Place) -> list[Fault]:
    revocation = people.key_revocation(act.event.data)
    key = roll.key_below(revocation.key, place.index)
    if key is None:
        return [held("A-KEY-OLD", f"{revocation.key} is not on the roll", "name a key that is")]
    out = []
    if key.ended(place.index):
        out.append(
            held("A-KEY-OLD", f"{revocation.key} is revoked already by entry {key.revoked}", "nothing to do")
        )
    since = revocation.compromised_from
    if since is not None and since > place.index:
        out.append(
            held("A-DATA", f"compromised_from {since} lies ahead of the record", "name an entry that exists")
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
            held("A-KEY-TRUST", f"{owner} is a trustee", "another trustee and the BOARD_SECRETARY approve")
        ]
    if len({r for _, r in signers if r in OFFICERS}) >= 2:
        return []
    approving = ", ".join(sorted({r for _, r in signers}))
    return [
        held(
            "A-KEY",
            f"a key of {owner} is approved by {approving + ' only' if approving else 'nobody who counts'}",
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
        held(
            "A-APPOINT",
            f"{act.event.type} of {concerned} as {role} lacks its authority",
            f"{cure}; not {concerned}",
        )
    ]


def _roster(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    roster = read_roster(act.event.data)
    signers = act.signers("approve")
    out = []
    if roster.ledger != roll.origin:
        out.append(held("A-DATA", f"the roster names the ledger {roster.ledger}", f"name {roll.origin}"))
    out += [
        held("A-DATA", f"seat {seat.seat} holds no sound Ed25519 key", "make the sheet anew")
        for seat in roster.seats
        if not (_sound("ed25519", seat.sign, check) and _sound("ed25519", seat.device, check))
    ]
    if sum(r == "TRUSTEE" for _, r in signers) < 2:
        out.append(
            held("A-ROSTER", "fewer than two trustees in office approve the roster", "two trustees approve")
        )
    standing = roll.roster_at(place.index)
    before = set(standing.seats) if standing else set()
    missing = sorted({s.person for s in roster.seats if s not in before} - {p for p, _ in signers})
    if missing:
        out.append(
            held(
                "A-ROSTER",
                f"{', '.join(missing)} did not approve their own seat",
                "each new or changed seat signs",
            )
        )
    return out


def _rotation(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    to, logs = read_rotation(act.event.data), roll.logs(place.index)
    key = log_service_key(to.vkey, check)
    out = key_faults(key, check)
    if out or logs is None or roll.founding is None:
        return out or [held("A-ROTATE", "there is no log key to rotate", "found the ledger first")]
    if to.vkey.name != roll.origin:
        out.append(held("A-DATA", f"the new key is named {to.vkey.name}", f"name it {roll.origin}"))
    if roll.knows(key.key, check.raw(key.kind, key.public), place.index):
        out.append(held("A-KEY-NEW", f"{key.key} stands on the roll already", "make a new key"))
    message = check.possession_message(key.key, key.kind, roll.origin, key.person)
    if not check.holds(key.kind, key.public, message, to.proof):
        out.append(fault(HOLDS, "A-POSSESSION", f"no proof that {key.key} is held", "prove possession again"))
    by_log = {s.key for s in act.signatures if (s.person, s.statement) == (LOG_SERVICE, "attest")}
    if by_log != {log_service_key(logs.newest, check).key}:
        why = "the log's key in force did not attest the rotation"
        out.append(
            held("A-ROTATE", why, "let svc-log sign with it; if it is lost, found a successor of this ledger")
        )
    return out + _rotation_authority(roll.founding.rotation, act)


def _rotation_authority(named: tuple[str, ...], act: Act) -> list[Fault]:
    signers = {(p, r) for p, r in act.signers("approve") if r != SERVICE}
    roles = [r for _, r in signers]
    if not named:
        if len({r for r in roles if r in OFFICERS}) >= 2:
            return []
        cure = "BOARD_SECRETARY and one of CEO, RSO, GENERAL_COUNSEL approve, or two of these three"
        return [held("A-ROTATE", "fewer than two officers approve the rotation", cure)]
    missing = [r for r in named if (roles.count(MEMBERS[r]) < 2 if r in MEMBERS else r not in roles)]
    if not missing:
        return []
    why = f"the founding asks {', '.join(named)} to approve a rotation; {', '.join(missing)} did not"
    return [held("A-ROTATE", why, "they approve too; two directors for the BOARD, two trustees for the LTBT")]


def _sound(kind: str, public: str, check: KeyCheck) -> bool:
    try:
        check.raw(kind, public)
    except ValueError:
        return False
    return True
