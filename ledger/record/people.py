"""What the roll reads: the `data` of founding, appointments, keys and the trust roster (RECORD §8, INTAKE §10).

These five layouts decide who may sign, so the offline verifier reads them with the same code as the office::

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
from ledger.record.act import Event
from ledger.record.canonical import Json
from ledger.record.note import LOG_KEY, Vkey

FOUNDED: Final = "ledger.founded"
APPOINTED: Final = "appointment.made"
ENDED: Final = "appointment.ended"
REGISTERED: Final = "key.registered"
REVOKED: Final = "key.revoked"
ROSTER: Final = "trust.roster_changed"
ROLL_TYPES: Final = frozenset((FOUNDED, APPOINTED, ENDED, REGISTERED, REVOKED, ROSTER))

LOG_SERVICE: Final = "svc-log"
MAX_SEATS: Final = 12

_FOUNDING: Final = (
    "appointments",
    "format",
    "keys",
    "log",
    "organisation",
    "origin",
    "people",
    "policy",
    "settings",
)
_FOUNDING_OPTIONAL: Final = ("demo", "position", "predecessor", "rotation")


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


@dataclass(frozen=True, slots=True)
class Founding:
    """Entry 0. `policy`, `position` and `settings` are opaque here."""

    origin: str
    organisation: str
    log: Vkey
    people: tuple[str, ...]
    appointments: tuple[Appointment, ...]
    keys: tuple[PublicKey, ...]
    policy: Json
    position: Json
    settings: dict[str, Any]
    demo: bool
    predecessor: Json
    rotation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """One trustee's keys in the directory (INTAKE §10)."""

    seat: int
    person: str
    device: str
    hpke: str
    sign: str


@dataclass(frozen=True, slots=True)
class Panel:
    """`k` of the `seats` open together."""

    id: str
    k: int
    name: str
    seats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """The directory of trustees."""

    ledger: str
    from_epoch: int
    panels: tuple[Panel, ...]
    seats: tuple[Seat, ...]


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
    return _appointment(data, where, _instrument(event, where))


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


def _appointment(data: dict[str, Any], where: str, instrument: str | None) -> Appointment:
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


def founding(data: Json, where: str = "/data") -> Founding:
    """`data` of ledger.founded."""
    f.members(data, where, _FOUNDING, _FOUNDING_OPTIONAL)
    if f.integer(data["format"], f"{where}/format", 1) != 1:
        raise Malformed(f"format {data['format']} is not known", f"{where}/format", "use a newer verifier")
    if "demo" in data and data["demo"] is not True:
        raise Malformed("demo is true or absent", f"{where}/demo")
    if not isinstance(data["settings"], dict):
        raise Malformed("not an object", f"{where}/settings")
    organisation = f.members(data["organisation"], f"{where}/organisation", ("name",))
    return Founding(
        origin=f.text(data["origin"], f"{where}/origin"),
        organisation=f.text(organisation["name"], f"{where}/organisation/name"),
        log=_log_key(data["log"], f"{where}/log"),
        people=_each(data["people"], f"{where}/people", f.person),
        appointments=_each(data["appointments"], f"{where}/appointments", _founding_appointment),
        keys=_each(data["keys"], f"{where}/keys", public_key),
        policy=_founding_policy(data["policy"], f"{where}/policy"),
        position=data.get("position"),
        settings=data["settings"],
        demo="demo" in data,
        predecessor=_predecessor(data, where),
        rotation=_each(data.get("rotation", []), f"{where}/rotation", lambda v, w: f.one_of(v, f.ROLES, w)),
    )


def _founding_appointment(value: Json, where: str) -> Appointment:
    f.members(value, where, ("from", "person", "role"), ("to",))
    return _appointment(value, where, None)


def _founding_policy(value: Json, where: str) -> Json:
    if value is not None:
        f.members(value, where, ("data", "text_digest", "version"))
        f.digest(value["text_digest"], f"{where}/text_digest")
        f.text(value["version"], f"{where}/version")
        if not isinstance(value["data"], dict):
            raise Malformed("not an object", f"{where}/data")
    return value


def _predecessor(data: dict[str, Any], where: str) -> Json:
    if "predecessor" not in data:
        return None
    value, where = data["predecessor"], f"{where}/predecessor"
    f.members(value, where, ("checkpoint", "founding"))
    f.text(value["checkpoint"], f"{where}/checkpoint")
    f.hex64(value["founding"], f"{where}/founding")
    return value


def _log_key(value: Json, where: str) -> Vkey:
    f.members(value, where, ("vkey",))
    key = Vkey.parse(f.text(value["vkey"], f"{where}/vkey"))
    if key.type != LOG_KEY:
        raise Malformed(f"a key of type {key.type:#04x}", f"{where}/vkey", "the log key is Ed25519 (0x01)")
    return key


def roster(data: Json, where: str = "/data") -> Roster:
    """`data` of trust.roster_changed. That public keys are sound is asked by `authority`, which can check them."""
    f.members(data, where, ("from_epoch", "ledger", "panels", "seats", "v"))
    if f.integer(data["v"], f"{where}/v", 1) != 1:
        raise Malformed(f"roster format {data['v']} is not known", f"{where}/v")
    seats = _each(data["seats"], f"{where}/seats", _seat)
    if not 1 <= len(seats) <= MAX_SEATS or [s.seat for s in seats] != list(range(len(seats))):
        raise Malformed(f"seats are not numbered 0 to at most {MAX_SEATS - 1} in order", f"{where}/seats")
    keys = [key for s in seats for key in (s.device, s.hpke, s.sign)]
    if len(set(keys)) < len(keys):
        raise Malformed("a key stands twice", f"{where}/seats", "each key belongs to one seat and one use")
    panels = _each(data["panels"], f"{where}/panels", _panel)
    if not panels or len({p.id for p in panels}) < len(panels):
        raise Malformed("no panel, or two with one id", f"{where}/panels")
    for i, panel in enumerate(panels):
        if len(set(panel.seats)) < max(len(panel.seats), panel.k) or any(
            s >= len(seats) for s in panel.seats
        ):
            raise Malformed(
                "fewer than k seats, a seat named twice, or none of that number", f"{where}/panels/{i}/seats"
            )
    return Roster(
        f.text(data["ledger"], f"{where}/ledger"),
        f.integer(data["from_epoch"], f"{where}/from_epoch"),
        panels,
        seats,
    )


def _seat(value: Json, where: str) -> Seat:
    f.members(value, where, ("device", "hpke", "person", "seat", "sign"))
    for name, size in (("device", 32), ("hpke", 1216), ("sign", 32)):
        f.b64u(value[name], f"{where}/{name}", size)
    return Seat(
        f.integer(value["seat"], f"{where}/seat"),
        f.person(value["person"], f"{where}/person"),
        value["device"],
        value["hpke"],
        value["sign"],
    )


def _panel(value: Json, where: str) -> Panel:
    f.members(value, where, ("id", "k", "name", "seats"))
    return Panel(
        f.text(value["id"], f"{where}/id"),
        f.integer(value["k"], f"{where}/k", 2),
        f.text(value["name"], f"{where}/name"),
        _each(value["seats"], f"{where}/seats", f.integer),
    )


def _each(value: Json, where: str, read: Any) -> Any:
    return tuple(read(item, f"{where}/{i}") for i, item in enumerate(f.array(value, where)))


def _texts(value: Json, where: str) -> tuple[str, ...]:
    return tuple(f.text(item, f"{where}/{i}") for i, item in enumerate(f.array(value, where)))
