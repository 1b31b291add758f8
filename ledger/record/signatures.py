"""Whose signature counts (RECORD §3; claims 7 and 8 of §7).

::

    signature_faults(roll, act, place, check)   []   or   [Fault(8, S-ROLE: p-7 does not hold RSO. …)]

1. Every stored signature must hold with a key of its person that stands on the roll below the entry.
2. Key and role must be valid both at ``seen.size`` and at the entry.
3. Services must sign only their own types; bodies (BOARD, LTBT) never sign.
4. Entry 0 must be signed ``approve`` by every key that it lists, and by nobody else; it lists no service
   but svc-log with the log's own key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed, Refusal
from ledger.record import people
from ledger.record.act import Act, Signature, signature_message
from ledger.record.fields import to_b64u
from ledger.record.founding import LOG_SERVICE, Founding, founding
from ledger.record.people import PublicKey
from ledger.record.roll import SERVICE, SERVICE_PREFIX, KeyCheck, Place, Roll

SERVICE_TYPES: Final = {
    LOG_SERVICE: frozenset((people.FOUNDED, people.ROTATED, "log.restored")),
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


def held(rule: str, reason: str, cure: str) -> Fault:
    """A fault of claim 8: it does not count."""
    return fault(HELD, rule, reason, cure)


def fault(claim: int, rule: str, reason: str, cure: str) -> Fault:
    """A fault with its rule, reason and cure."""
    return Fault(claim, Refusal(rule, reason, cure))


def signature_faults(roll: Roll, act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    """What is wrong with the signatures of an act, one by one."""
    digest = act.event_digest()
    return [x for s in act.signatures for x in _signature_faults(roll, act, digest, s, place, check)]


def _signature_faults(  # noqa: PLR0917 - one signature in its whole context
    roll: Roll, act: Act, digest: str, s: Signature, place: Place, check: KeyCheck
) -> list[Fault]:
    key = roll.key_below(s.key, place.index)
    if key is None:
        return [
            held(
                "S-KEY", f"{s.person} signs with {s.key}, which is not on the roll", "register the key first"
            )
        ]
    out = []
    if not _holds(key.public, s, digest, roll.origin, check):
        out.append(
            fault(
                HOLDS, "S-HOLDS", f"the signature of {s.person} does not hold", "sign these very bytes again"
            )
        )
    if key.public.person != s.person:
        out.append(
            held(
                "S-KEY",
                f"{s.person} signs with a key of {key.public.person}",
                "each signs with their own key",
            )
        )
    if not key.valid(place.index, s.seen.size):
        why = "is revoked" if key.ended(place.index) else "was not yet on the roll that they saw"
        out.append(
            held("S-KEY", f"the key of {s.person} {why}", "sign with a live key, on the present state")
        )
    if s.role == SERVICE and act.event.type not in SERVICE_TYPES.get(s.person, ()):
        out.append(
            held("S-SERVICE", f"service {s.person} may not sign {act.event.type}", "let a person sign")
        )
    if not _own_revocation(roll, act, s, place) and not roll.holds(place, s.person, s.role, s.seen.size):
        out.append(
            held(
                "S-ROLE",
                f"{s.person} does not hold {s.role}",
                "sign in a role held now and on the state seen",
            )
        )
    return out


def _holds(key: PublicKey, s: Signature, digest: str, origin: str, check: KeyCheck) -> bool:
    message = signature_message(s, digest, origin)
    return s.kind == key.kind and check.holds(
        key.kind, key.public, message, s.sig, rp_id=key.rp_id, origins=key.origins
    )


def _own_revocation(roll: Roll, act: Act, s: Signature, place: Place) -> bool:
    """An owner may end a key by any live key, without need of a role but then without compromised_from."""
    data = act.event.data
    if act.event.type != people.REVOKED or "compromised_from" in data:
        return False
    key = roll.key_below(str(data.get("key")), place.index)
    return key is not None and key.public.person == s.person


def founding_faults(act: Act, place: Place, check: KeyCheck) -> list[Fault]:
    """What is wrong with entry 0: who may sign it is decided by what it says itself."""
    if place.index != 0:
        return [
            held(
                "A-FOUND", "a ledger is founded once, by entry 0", "found another ledger under its own origin"
            )
        ]
    if act.event.imported:
        return [held("A-LIVE", "the founding is imported", "a ledger is founded live")]
    if act.event.schema != people.SCHEMA:
        return [
            held("A-DATA", f"a founding of schema {act.event.schema} is not known", "use a newer verifier")
        ]
    try:
        founded = founding(act.event.data)
    except Malformed as e:
        return [held("A-DATA", f"the founding cannot be read: {e}", e.cure or "found the ledger anew")]
    out: list[Fault] = [x for key in founded.keys for x in key_faults(key, check)]
    if out:
        return out
    out = _listed_faults(founded, act, check)
    if out:
        return out
    roll = Roll()
    roll.fold(act.event, -1, check)
    inside, digest = Place(0, place.recorded_at), act.event_digest()
    for s in act.signatures:
        key_ = roll.key(s.key)
        if key_ is None:
            out.append(
                held("S-KEY", f"{s.person} signs with {s.key}, which the founding does not list", "list it")
            )
        elif not _holds(key_.public, s, digest, roll.origin, check):
            out.append(
                fault(
                    HOLDS, "S-HOLDS", f"the signature of {s.person} does not hold", "sign the founding again"
                )
            )
        elif key_.public.person != s.person:
            out.append(
                held(
                    "S-KEY",
                    f"{s.person} signs with a key of {key_.public.person}",
                    "each signs with their own",
                )
            )
        elif not roll.holds(inside, s.person, s.role, 0):
            out.append(
                held("S-ROLE", f"{s.person} does not hold {s.role} at founding", "sign in an appointed role")
            )
    return out


def _listed_faults(founded: Founding, act: Act, check: KeyCheck) -> list[Fault]:
    """What is wrong with the keys that the founding lists."""
    out: list[Fault] = []
    owners = [k.person for k in founded.keys]
    raws = [check.raw(k.kind, k.public) for k in founded.keys]
    if len(set(owners)) < len(owners) or len(set(raws)) < len(raws):
        out.append(
            held("A-FOUND", "a person has two keys, or two persons one", "one key per person at founding")
        )
    if {k.key for k in founded.keys} - {s.key for s in act.signatures if s.statement == "approve"}:
        out.append(held("A-FOUND", "a founding key did not approve", "every key that entry 0 lists signs it"))
    for key in founded.keys:
        if not key.person.startswith(SERVICE_PREFIX):
            continue
        if key.person != LOG_SERVICE or key.kind != "ed25519" or key.public != to_b64u(founded.log.public):
            out.append(held("A-FOUND", f"{key.person} is listed", "only svc-log, with the log's own key"))
    return out


def key_faults(key: PublicKey, check: KeyCheck) -> list[Fault]:
    """What is wrong with a public key by itself."""
    try:
        check.raw(key.kind, key.public)
    except ValueError as e:
        return [held("A-KEY-SOUND", f"the key of {key.person} is not sound: {e}", "make a new key")]
    if check.key_id(key.kind, key.public) != key.key:
        return [held("A-KEY-SOUND", f"{key.key} is not the id of this key", "name it by its id")]
    return []
