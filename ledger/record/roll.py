"""The roll: who holds which role and which key, and since which entry (RECORD §3).

Everyone uses this one fold: the office before it appends, the verifier on an auditor's laptop, the pages.
It is append-only, so the roll of any past place is this one asked with that place::

    roll.key("k-…")                    Key(…, registered=0, revoked=31)
    roll.holds(place, "p-7", "RSO", seen=30)

1. A key or appointment must be valid at a place only if an entry below it made it and none below it ended it.
2. ``from`` <= recorded_at < ``to`` must be asked once, of the entry itself.
3. The roll must never read a withheld act: who may sign is public.
4. Ids and raw bytes of keys, in any kind and revoked too, must never stand twice.
5. Every question must be asked of a place and answered as it stood there, however long the record has grown since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ledger.errors import Malformed
from ledger.record import people
from ledger.record.event import Event
from ledger.record.fields import to_b64u
from ledger.record.founding import LOG_SERVICE, Founding, founding
from ledger.record.log_keys import LogKeys, Rotation, rotation
from ledger.record.note import Vkey
from ledger.record.people import Appointment, PublicKey
from ledger.record.roster import Roster, roster

BODIES: Final = frozenset(("BOARD", "LTBT"))
SERVICE: Final = "SERVICE"
SERVICE_PREFIX: Final = "svc-"


class KeyCheck(Protocol):
    """What the roll needs to know about keys; ``keys.check`` is this. Nothing here raises but ValueError from `raw`."""

    def key_id(self, kind: str, public: str) -> str: ...

    def raw(self, kind: str, public: str) -> bytes: ...

    def holds(
        self,
        kind: str,
        public: str,
        message: bytes,
        sig: object,
        *,
        rp_id: str | None = None,
        origins: Sequence[str] = (),
    ) -> bool: ...

    def possession_message(self, key: str, kind: str, ledger: str, person: str) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act stands or would stand: entry `index`, recorded at `recorded_at`."""

    index: int
    recorded_at: str


@dataclass(slots=True)
class Key:
    """A key on the roll, registered by entry `registered`, revoked by entry `revoked` (None: live)."""

    public: PublicKey
    registered: int
    revoked: int | None = None
    compromised_from: int | None = None

    def ended(self, index: int) -> bool:
        """True when an entry below entry `index` revoked the key."""
        return self.revoked is not None and self.revoked < index

    def valid(self, index: int, seen: int) -> bool:
        """True when the key counts for a signature that saw `seen` entries, in entry `index`."""
        return self.registered < min(seen, index) and not self.ended(index)


@dataclass(slots=True)
class Tenure:
    """An appointment on the roll, made by entry `made`, ended by entry `ended` (None: not ended)."""

    appointment: Appointment
    made: int
    ended: int | None = None

    def below(self, index: int) -> bool:
        """Made below entry `index` and not ended below it, whatever its dates."""
        return self.made < index and (self.ended is None or self.ended >= index)

    def in_time(self, recorded_at: str) -> bool:
        """True from `from` on and before `to`."""
        a = self.appointment
        return a.from_ <= recorded_at and (a.to is None or recorded_at < a.to)


class Roll:
    """People, appointments, keys and the trust roster, folded from the entries that are allowed to change them."""

    def __init__(self) -> None:
        self.founding: Founding | None = None
        self.keys: dict[str, Key] = {}
        self.tenures: dict[tuple[str, str], list[Tenure]] = {}
        self.people: dict[str, None] = {}
        self._raw: dict[bytes, str] = {}
        self._rosters: list[tuple[int, Roster]] = []
        self._logs: list[tuple[int, LogKeys]] = []

    @property
    def origin(self) -> str:
        """The ledger's origin; empty before founding."""
        return self.founding.origin if self.founding else ""

    @property
    def roster(self) -> Roster | None:
        """The newest trust roster."""
        return self._rosters[-1][1] if self._rosters else None

    def roster_at(self, index: int) -> Roster | None:
        """The trust roster that stands below entry `index`."""
        return next((roster for at, roster in reversed(self._rosters) if at < index), None)

    def logs(self, index: int | None = None) -> LogKeys | None:
        """The log's keys as known below entry `index` (None: all that is known); None before the founding."""
        return next((keys for at, keys in reversed(self._logs) if index is None or at < index), None)

    def key(self, key: str) -> Key | None:
        """The key of this id, live or revoked."""
        return self.keys.get(key)

    def key_below(self, key: str, index: int) -> Key | None:
        """The key of this id, live or revoked, if an entry below entry `index` registered it."""
        found = self.keys.get(key)
        return found if found and found.registered < index else None

    def keys_of(self, person: str) -> list[Key]:
        """Every key that `person` has or had, oldest first."""
        return [k for k in self.keys.values() if k.public.person == person]

    def knows(self, key: str, raw: bytes, index: int) -> bool:
        """True when a key with this id or these raw bytes stands on the roll below entry `index`, in any kind."""
        return any(self.key_below(known, index) for known in (key, self._raw.get(raw, "")))

    def holds(self, place: Place, person: str, role: str, seen: int) -> bool:
        """True when `person` counts as `role` at `place`, for a signature that saw `seen` entries."""
        if role == SERVICE or person.startswith(SERVICE_PREFIX):
            return role == SERVICE and person.startswith(SERVICE_PREFIX)
        if role in BODIES:
            return False
        # Two questions, and two appointments may answer them: a term that was renewed between seeing and recording.
        tenures = self.tenures.get((person, role), ())
        return any(t.below(min(seen, place.index)) for t in tenures) and any(
            t.below(place.index) and t.in_time(place.recorded_at) for t in tenures
        )

    def holders(self, role: str, place: Place) -> list[str]:
        """Who holds `role` at `place`."""
        return [p for (p, r) in self.tenures if r == role and self.holds(place, p, role, place.index)]

    def is_trustee(self, person: str, index: int) -> bool:
        """True when an appointment to TRUSTEE stands below entry `index`, not ended, whatever its dates."""
        return any(t.below(index) for t in self.tenures.get((person, "TRUSTEE"), ()))

    def fold(self, event: Event, index: int, check: KeyCheck) -> None:
        """Take in an event of entry `index` that was found in order. Types that the roll does not read pass by."""
        if event.type == people.FOUNDED:
            self._found(founding(event.data), index, check)
        elif event.type == people.APPOINTED:
            self._appoint(people.appointment(event), index)
        elif event.type == people.ENDED:
            end = people.appointment_end(event)
            for tenure in self.tenures.get((end.person, end.role), ()):
                if tenure.ended is None:
                    tenure.ended = index
        elif event.type == people.REGISTERED:
            self._register(people.key_registration(event.data).key, index, check)
        elif event.type == people.REVOKED:
            revocation = people.key_revocation(event.data)
            key = self.keys[revocation.key]
            if key.revoked is None:
                key.revoked, key.compromised_from = index, revocation.compromised_from
        elif event.type == people.ROSTER:
            self._rosters.append((index, roster(event.data)))
        elif event.type == people.ROTATED:
            self._rotate(rotation(event.data), index, check)

    def _found(self, founded: Founding, index: int, check: KeyCheck) -> None:
        self.founding = founded
        self._logs.append((index, LogKeys.only(founded.log)))
        self.people.update(dict.fromkeys(founded.people))
        for appointment in founded.appointments:
            self._appoint(appointment, index)
        for key in founded.keys:
            self._register(key, index, check)

    def _appoint(self, appointment: Appointment, index: int) -> None:
        self.people[appointment.person] = None
        self.tenures.setdefault((appointment.person, appointment.role), []).append(Tenure(appointment, index))

    def _rotate(self, to: Rotation, index: int, check: KeyCheck) -> None:
        logs = self.logs()
        if logs is None:
            raise Malformed("there is no log key to rotate")
        before = check.key_id("ed25519", to_b64u(logs.newest.public))
        self._register(log_service_key(to.vkey, check), index, check)
        self._logs.append((index, logs.rotated(index, to)))
        if (old := self.keys.get(before)) is not None and old.revoked is None:
            old.revoked = index

    def _register(self, key: PublicKey, index: int, check: KeyCheck) -> None:
        raw = check.raw(key.kind, key.public)
        if self.knows(key.key, raw, index):
            raise Malformed(f"key {key.key} stands on the roll already")
        self.people[key.person] = None
        self.keys[key.key] = Key(key, index)
        self._raw[raw] = key.key


def log_service_key(vkey: Vkey, check: KeyCheck) -> PublicKey:
    """A log's key as the key with which svc-log signs acts."""
    public = to_b64u(vkey.public)
    return PublicKey(check.key_id("ed25519", public), "ed25519", LOG_SERVICE, public)
