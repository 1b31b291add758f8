"""Act: an event with the signatures of those who decide it, complete before anyone appends it (RECORD §3).

::

    {"event":{…},"signatures":[{"capacity":"decider","key":"k-…","kind":"ed25519","person":"p-7","role":"RSO",
     "seen":{"root":"…","size":41},"sig":"…","signed_at":"2025-03-20T16:01:00.000000Z","statement":"attest"}]}

1. Signatures must be sorted by (person, key), one per person; the actor must be one of the signers.
2. What is signed must name the ledger, the event, the person, role and key and the head that was seen,
   so a signature moved to any other of these no longer holds.
3. The bytes of an act are kept as they came: what was signed is what is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, decode, encode, write_again
from ledger.record.event import Event, digest_of, event_of

SIGNATURE_LABEL: Final = b"countersign/signature/v1\n"

_SIGNATURE: Final = ("capacity", "key", "kind", "person", "role", "seen", "sig", "signed_at", "statement")
_WEBAUTHN: Final = ("authenticatorData", "clientDataJSON", "signature")


@dataclass(frozen=True, slots=True)
class Seen:
    """The head that a signer's client had verified: `size` entries with this `root` (hex)."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A stored signature. `sig` is base64url, or three base64url members for webauthn."""

    person: str
    role: str
    capacity: str
    key: str
    kind: str
    seen: Seen
    signed_at: str
    statement: str
    sig: str | dict[str, str]


@dataclass(frozen=True, slots=True)
class Act:
    """An event, its signatures and the very bytes that hold them; `event_json` is what the signers signed."""

    event: Event
    signatures: tuple[Signature, ...]
    event_json: dict[str, Any]
    raw: bytes

    def event_digest(self) -> str:
        """``sha256:<hex>`` over the event label and the event's canonical bytes."""
        return digest_of(write_again(self.event_json))

    def signers(self, statement: str) -> set[tuple[str, str]]:
        """(person, role) of every signature with this statement."""
        return {(s.person, s.role) for s in self.signatures if s.statement == statement}


def signature_message(signature: Signature, event: str, ledger: str) -> bytes:
    """The bytes that a signer signs for the event digest `event` on the ledger of origin `ledger` (RECORD §3)."""
    s = signature
    return SIGNATURE_LABEL + encode(
        {
            "capacity": s.capacity,
            "event": event,
            "key": s.key,
            "kind": s.kind,
            "ledger": ledger,
            "person": s.person,
            "role": s.role,
            "seen": {"root": s.seen.root, "size": s.seen.size},
            "signed_at": s.signed_at,
            "statement": s.statement,
        }
    )


def signature_json(signature: Signature) -> Json:
    """A signature as it is stored."""
    s = signature
    return {
        "capacity": s.capacity,
        "key": s.key,
        "kind": s.kind,
        "person": s.person,
        "role": s.role,
        "seen": {"root": s.seen.root, "size": s.seen.size},
        "sig": s.sig,
        "signed_at": s.signed_at,
        "statement": s.statement,
    }


def make_act(event: Json, signatures: list[Signature]) -> Act:
    """Put an event (JSON value) and its signatures together, sorted, and read the result back."""
    ordered = sorted(signatures, key=lambda s: (s.person, s.key))
    return read_act(encode({"event": event, "signatures": [signature_json(s) for s in ordered]}))


def read_act(raw: bytes) -> Act:
    """Read an act from its canonical bytes; Malformed says what is wrong and where."""
    return act_of(decode(raw, level=2), raw, "")


def act_of(value: Json, raw: bytes, where: str) -> Act:
    """Read an act from its JSON value, `raw` being the canonical bytes of that value."""
    f.members(value, where, ("event", "signatures"))
    event = event_of(value["event"], f"{where}/event")
    signatures = tuple(
        signature_of(s, f"{where}/signatures/{i}")
        for i, s in enumerate(f.array(value["signatures"], f"{where}/signatures"))
    )
    order = [(s.person, s.key) for s in signatures]
    if order != sorted(order):
        raise Malformed("signatures are not sorted by person and key", f"{where}/signatures")
    if len({s.person for s in signatures}) < len(signatures):
        raise Malformed("one person signs twice", f"{where}/signatures", "one signature per person")
    actor = event.actor
    if not any(
        (s.person, s.role, s.capacity) == (actor.person, actor.role, actor.capacity) for s in signatures
    ):
        raise Malformed("the actor is none of the signers", f"{where}/event/actor", "the actor signs too")
    return Act(event, signatures, value["event"], raw)


def signature_of(value: Json, where: str) -> Signature:
    """Read a stored signature from its JSON value."""
    f.members(value, where, _SIGNATURE)
    kind = f.one_of(value["kind"], f.KINDS, f"{where}/kind")
    sig = value["sig"]
    if kind == "webauthn":
        f.members(sig, f"{where}/sig", _WEBAUTHN)
        for name in _WEBAUTHN:
            f.b64u(sig[name], f"{where}/sig/{name}")
    else:
        f.b64u(sig, f"{where}/sig", 64 if kind == "ed25519" else None)
    seen = f.members(value["seen"], f"{where}/seen", ("root", "size"))
    return Signature(
        person=f.person(value["person"], f"{where}/person"),
        role=f.one_of(value["role"], f.ROLES, f"{where}/role"),
        capacity=f.text(value["capacity"], f"{where}/capacity"),
        key=f.key_id(value["key"], f"{where}/key"),
        kind=kind,
        seen=Seen(f.integer(seen["size"], f"{where}/seen/size"), f.hex64(seen["root"], f"{where}/seen/root")),
        signed_at=f.time(value["signed_at"], f"{where}/signed_at"),
        statement=f.one_of(value["statement"], f.STATEMENTS, f"{where}/statement"),
        sig=sig,
    )
