"""Entry 0: ``ledger.founded`` (RECORD §4, §8), its `data` and who must sign it.

::

    {"appointments":[{"from":"2025-01-06T00:00:00.000000Z","person":"p-1","role":"CEO"},…],"format":1,
     "keys":[{"key":"k-…","kind":"ed25519","person":"p-1","public":"…"},…],"log":{"vkey":"example.org/log+…"},
     "organisation":{"name":"Quillmere Labs"},"origin":"example.org/log","people":["p-1",…,"svc-log"],
     "policy":null,"settings":{}}

It vouches for nobody by itself: the trust anchor is the pair (vkey, leaf hash of entry 0), kept elsewhere.

1. Every key that it lists must sign ``approve``, in a role that it appoints; one key a person, one person a key.
2. The only service on it must be svc-log, whose key is the log's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json
from ledger.record.note import LOG_KEY, Vkey
from ledger.record.people import Appointment, PublicKey, appointment_of, each, public_key

LOG_SERVICE: Final = "svc-log"

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
        people=each(data["people"], f"{where}/people", f.person),
        appointments=each(data["appointments"], f"{where}/appointments", _founding_appointment),
        keys=each(data["keys"], f"{where}/keys", public_key),
        policy=_founding_policy(data["policy"], f"{where}/policy"),
        position=data.get("position"),
        settings=data["settings"],
        demo="demo" in data,
        predecessor=_predecessor(data, where),
        rotation=each(data.get("rotation", []), f"{where}/rotation", lambda v, w: f.one_of(v, f.ROLES, w)),
    )


def _founding_appointment(value: Json, where: str) -> Appointment:
    f.members(value, where, ("from", "person", "role"), ("to",))
    return appointment_of(value, where, None)


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
