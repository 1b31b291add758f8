"""What the roll reads of people: the `data` of appointments and keys (RECORD §8).

These layouts decide who may sign, so the offline verifier reads them with the same code as the office::

    appointment.made   {"from":"2025-01-06T00:00:00.000000Z","instrument":"sha256:…","person":"p-9","role":"CISO"}
    key.registered     {"key":"k-…","kind":"ed25519","person":"p-2","proof":"…","public":"…"}
    key.revoked        {"compromised_from":31,"key":"k-…","reason":"laptop stolen"}

1. Unknown members must be refused, here as everywhere.
2. ``instrument`` must be the digest of an evidence item, or sealed: then it stands in ``sealed`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json
from ledger.record.event import Event

FOUNDED: Final = "ledger.founded"
APPOINTED: Final = "appointment.made"
ENDED: Final = "appointment.ended"
REGISTERED: Final = "key.registered"
REVOKED: Final = "key.revoked"
ROSTER: Final = "trust.roster_changed"
ROTATED: Final = "log.rotated"
ROLL_TYPES: Final = frozenset((FOUNDED, APPOINTED, ENDED, REGISTERED, REVOKED, ROSTER, ROTATED))
SCHEMA: Final = 1


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A person's key. `public` as RECORD §8 Keys; `rp_id` and `origins` for webauthn only."""

    key: str
    kind: str
    person: str
    public: str
    rp_id: str | None = None
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Appointment:
    """`person` holds `role` from `from_` until `to` (None: open end). `instrument` is None when it is sealed."""

    person: str
    role: str
    from_: str
    to: str | None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentEnd:
    """`person` ceases to hold `role`."""

    person: str
    role: str
    reason: str
    instrument: str | None


@dataclass(frozen=True, slots=True)
class KeyRegistration:
    """A new key with the proof that its owner holds it."""

    key: PublicKey
    proof: Any


@dataclass(frozen=True, slots=True)
class KeyRevocation:
    """`key` ends; from entry `compromised_from` on, what it signed must be decided again."""

    key: str
    reason: str
    compromised_from: int | None


def public_key(value: Json, where: str, extra: tuple[str, ...] = ()) -> PublicKey:
    """A key with its person; webauthn keys carry rp_id and origins, others must not."""
    kind = f.one_of(value.get("kind") if isinstance(value, dict) else None, f.KINDS, f"{where}/kind")
    web = ("origins", "rp_id") if kind == "webauthn" else ()
    f.members(value, where, ("key", "kind", "person", "public", *web, *extra))
    return PublicKey(
        key=f.key_id(value["key"], f"{where}/key"),
        kind=kind,
        person=f.person(value["person"], f"{where}/person"),
        public=f.text(value["public"], f"{where}/public"),
        rp_id=f.text(value["rp_id"], f"{where}/rp_id") if web else None,
        origins=_texts(value["origins"], f"{where}/origins") if web else (),
    )


def key_registration(data: Json, where: str = "/data") -> KeyRegistration:
    """`data` of key.registered."""
    key = public_key(data, where, ("proof",))
    return KeyRegistration(key, data["proof"])


def key_revocation(data: Json, where: str = "/data") -> KeyRevocation:
    """`data` of key.revoked."""
    f.members(data, where, ("key", "reason"), ("compromised_from",))
    return KeyRevocation(
        f.key_id(data["key"], f"{where}/key"),
        f.text(data["reason"], f"{where}/reason"),
        f.integer(data["compromised_from"], f"{where}/compromised_from")
        if "compromised_from" in data
        else None,
    )


def appointment(event: Event, where: str = "/data") -> Appointment:
    """`data` of appointment.made."""
    data = event.data
    f.members(data, where, ("from", "person", "role"), ("instrument", "to"))
    return appointment_of(data, where, _instrument(event, where))


def appointment_end(event: Event, where: str = "/data") -> AppointmentEnd:
    """`data` of appointment.ended."""
    data = event.data
    f.members(data, where, ("person", "reason", "role"), ("instrument",))
    return AppointmentEnd(
        f.person(data["person"], f"{where}/person"),
        f.one_of(data["role"], f.ROLES, f"{where}/role"),
        f.text(data["reason"], f"{where}/reason"),
        _instrument(event, where),
    )


def appointment_of(data: dict[str, Any], where: str, instrument: str | None) -> Appointment:
    """Person, role and dates of an appointment; its instrument has been read already."""
    return Appointment(
        f.person(data["person"], f"{where}/person"),
        f.one_of(data["role"], f.ROLES, f"{where}/role"),
        f.time(data["from"], f"{where}/from"),
        f.time(data["to"], f"{where}/to") if "to" in data else None,
        instrument,
    )


def _instrument(event: Event, where: str) -> str | None:
    if "instrument" in event.sealed:
        return None
    if "instrument" not in event.data:
        raise Malformed(
            "no instrument", f"{where}/instrument", "name the Board's paper by digest, or seal it"
        )
    digest = f.digest(event.data["instrument"], f"{where}/instrument")
    if digest not in {item.digest for item in event.evidence}:
        raise Malformed(
            "the instrument is no evidence item of this event", f"{where}/instrument", "attach it"
        )
    return digest


def each(value: Json, where: str, read: Any) -> Any:
    """Every item of an array, each read with its own path."""
    return tuple(read(item, f"{where}/{i}") for i, item in enumerate(f.array(value, where)))


def _texts(value: Json, where: str) -> tuple[str, ...]:
    return tuple(f.text(item, f"{where}/{i}") for i, item in enumerate(f.array(value, where)))
