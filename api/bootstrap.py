"""Wires a ledger's parts together. Nothing else in the house knows which database or key stands behind a port.

::

    with open_house(read_settings(folder), passphrase=ask) as house:
        house.office.record(act)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from api.settings import FILE, Settings
from keys import check
from keys.files import open_signer
from keys.passphrase import Passphrase
from keys.signing import Ed25519Signer, Signer
from ledger.docket import Docket
from ledger.draft import draft
from ledger.errors import Malformed, Refused, StoreUnavailable
from ledger.judge import judge
from ledger.office import Office
from ledger.record.act import Seen, make_act
from ledger.record.canonical import Json
from ledger.record.event import Actor
from ledger.record.fields import to_time
from ledger.record.founding import LOG_SERVICE
from ledger.record.merkle import EMPTY_ROOT
from ledger.record.note import LOG_KEY, NoteSigner, Vkey
from ledger.record.people import FOUNDED
from ledger.record.sign import sign_event
from ledger.register import Register
from ledger.store.port import Receipt, Store
from ledger.subjects.registry import DECISIONS, KINDS

Clock = Callable[[], str]
Entropy = Callable[[int], bytes]

EMPTY: Final = Seen(0, EMPTY_ROOT.hex())


def system_clock() -> str:
    """The machine's time, as the record writes it."""
    return to_time(datetime.now(UTC))


class LogKey:
    """The log's key: signs checkpoints, and entry 0 as svc-log."""

    def __init__(self, origin: str, signer: Ed25519Signer) -> None:
        self.signer = signer
        self.vkey = Vkey(origin, LOG_KEY, signer.raw)

    def sign(self, message: bytes) -> bytes:
        """The bare signature that a note carries."""
        return self.signer.sign_bytes(message)


@dataclass(frozen=True, slots=True)
class House:
    """One open ledger."""

    settings: Settings
    store: Store
    office: Office
    docket: Docket


@dataclass(frozen=True, slots=True)
class Founder:
    """Somebody whom the founding appoints. `signer` None: appointed, with a key to be registered later."""

    person: str
    roles: tuple[str, ...]
    signer: Signer | None = None
    from_: str | None = None


def open_store(settings: Settings, signer: NoteSigner | None) -> Store:
    """The store of a ledger; without `signer` for reading."""
    if settings.is_postgres:
        from ledger.store import postgres

        return postgres.open_record(settings.database, signer)
    from ledger.store import sqlite

    return sqlite.open_record(settings.path(settings.database), signer)


def open_log_key(settings: Settings, passphrase: Callable[[], Passphrase]) -> LogKey:
    """The log key of a ledger; asks for its passphrase if it is sealed."""
    return LogKey(settings.origin, open_signer(settings.path(settings.log_key), passphrase))


@contextmanager
def open_house(
    settings: Settings,
    log_key: NoteSigner | None = None,
    *,
    clock: Clock = system_clock,
    entropy: Entropy = os.urandom,
) -> Iterator[House]:
    """Open a ledger, to read, or with its log key to record too."""
    store = open_store(settings, log_key)
    try:
        office = Office(store, check, clock=clock, entropy=entropy)
        yield House(settings, store, office, Docket(office))
    finally:
        store.close()


def found(
    settings: Settings,
    log_key: LogKey,
    founders: Sequence[Founder],
    *,
    organisation: str,
    clock: Clock,
    entropy: Entropy,
    policy: Json = None,
    house_settings: Json = None,
    rotation: Sequence[str] = (),
    position: Json = None,
    predecessor: Json = None,
    demo: bool = False,
) -> Receipt:
    """Make a ledger: its folder, settings, tables, and entry 0 signed by every founding key and the log key.

    Judged before anything is made: a founding that is refused leaves no folder behind that looks like a ledger.
    """
    now, nothing = clock(), Register(DECISIONS, check).at()
    data = _founding_data(settings.origin, log_key, founders, now)
    data |= {"organisation": {"name": organisation}, "policy": policy, "settings": house_settings or {}}
    given = {"rotation": list(rotation), "position": position, "predecessor": predecessor}
    data |= {name: value for name, value in given.items() if value}
    if demo:
        data["demo"] = True
    made = draft(
        KINDS[FOUNDED],
        {"data": data},
        view=nothing,
        actor=Actor(LOG_SERVICE, "SERVICE", "log"),
        policy=None,
        now=now,
        entropy=entropy,
    )
    signers = [(x.person, x.roles[0], "founder", x.signer) for x in founders if x.signer]
    signatures = [
        sign_event(
            made.event,
            seen=EMPTY,
            person=person,
            role=role,
            capacity=capacity,
            statement="approve",
            signed_at=now,
            ledger=settings.origin,
            signer=signer,
        )
        for person, role, capacity, signer in [*signers, (LOG_SERVICE, "SERVICE", "log", log_key.signer)]
    ]
    act = make_act(made.event, signatures)
    if refusals := judge(nothing, act, now, check):
        raise Refused(refusals)
    create(settings)
    with open_house(settings, log_key, clock=clock, entropy=entropy) as house:
        Docket.create(house.store)
        return house.office.record(act)


def create(settings: Settings) -> None:
    """Make the folder, the settings file and the tables; refuses where a ledger stands already."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    try:
        with (settings.folder / FILE).open("x", encoding="utf-8") as file:
            file.write(settings.text())
    except FileExistsError:
        raise StoreUnavailable(f"{settings.folder} holds a ledger already", "choose another folder") from None
    except OSError as e:
        raise StoreUnavailable(
            f"{settings.folder}: {e.strerror}", "choose a folder that you may write to"
        ) from None
    if settings.is_postgres:
        from ledger.store import postgres

        postgres.create(settings.database, settings.origin)
    else:
        from ledger.store import sqlite

        sqlite.create(settings.path(settings.database), settings.origin)


def _founding_data(origin: str, log_key: LogKey, founders: Sequence[Founder], now: str) -> dict[str, Any]:
    keys = [(x.person, x.signer) for x in founders if x.signer] + [(LOG_SERVICE, log_key.signer)]
    if not any(x.signer for x in founders):
        raise Malformed("nobody founds this ledger", "", "give at least one founder a key")
    for x in founders:
        if not x.roles:
            raise Malformed(f"{x.person} founds this ledger in no role", "", "appoint every founder to one")
    return {
        "format": 1,
        "origin": origin,
        "log": {"vkey": str(log_key.vkey)},
        "people": [*(x.person for x in founders), LOG_SERVICE],
        "appointments": [
            {"person": x.person, "role": role, "from": x.from_ or now} for x in founders for role in x.roles
        ],
        "keys": [_key(person, signer) for person, signer in keys],
    }


def _key(person: str, signer: Signer) -> dict[str, Any]:
    key: dict[str, Any] = {
        "key": signer.key_id,
        "kind": signer.kind,
        "person": person,
        "public": signer.public,
    }
    if signer.rp_id is not None:
        key |= {"rp_id": signer.rp_id, "origins": list(signer.origins)}
    return key
