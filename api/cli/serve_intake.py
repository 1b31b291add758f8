"""``countersign serve intake``: the anonymous channel, for as long as it runs, in a process of its own.

::

    intake/intake.db       its database, below the ledger's folder, or below its own where the ledger is elsewhere
    keys/svc-intake.key    its key; registered on the ledger like any other
    intake/ledger/         the published record, as it was fetched from elsewhere

1. The key must be opened once, at the start, and be the one that stands on the record as svc-intake's.
2. What is due must be sealed while it runs, and tried again when the ledger does not answer.
3. Nothing about a visitor must be written anywhere: no access log, no proxy headers.
4. A ledger that is served elsewhere must be asked by the clock alone, never because somebody visits.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from api.cli.call import Call
from api.cli.door import open_door, post
from api.cli.keyring import Passphrases
from api.cli.trouble import CannotRun
from api.intake.afar import Afar
from api.intake.app import Doors, create_app
from api.intake.ledger import PERSON, OfficeLedger
from api.intake.pages import Living
from intake import epochs, port
from intake.bucket import Bucket
from intake.counter import Counter
from intake.sealing import Seal, seal_due
from intake.store import Store, create
from keys.files import open_signer
from keys.signing import Ed25519Signer
from ledger.errors import CountersignError
from ledger.record.note import Vkey
from ledger.register import Register

DATABASE: Final = "intake/intake.db"
COPY: Final = "intake/ledger"
KEY: Final = "keys/svc-intake.key"
KEY_VARIABLE: Final = "COUNTERSIGN_INTAKE_PASSPHRASE"
EVERY: Final = 30.0
"""Seconds between two looks at whether an epoch is due."""

_FILE: Final = re.compile(
    r"checkpoint|vkey|founding|tile/[0-9x/]+(\.p/[0-9]+)?|tile/entries/[0-9x/]+(\.p/[0-9]+)?"
)


class Books(Protocol):
    """The ledger's register as it is read here: an Office, or Afar."""

    def catch_up(self) -> Register: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A ledger: its port and register, where its published files lie, what reads it again, and the intake's key."""

    ledger: OfficeLedger
    books: Books
    site: Path
    look: Callable[[], None]
    key: Ed25519Signer
    database: Path


@contextmanager
def beside(call: Call, passphrases: Passphrases) -> Iterator[Found]:
    """The ledger in the folder that the call names."""
    settings = call.settings()
    key = _key(settings.path(KEY), passphrases)
    with open_door(call, write=True, passphrases=passphrases) as door:
        ledger = OfficeLedger(
            door.office, key, head=door.house.store.head, record=door.record, entropy=os.urandom
        )
        site = settings.path(settings.site)
        yield Found(ledger, door.office, site, _nothing, key, settings.path(DATABASE))


@contextmanager
def far_from(call: Call, passphrases: Passphrases, place: tuple[str, str]) -> Iterator[Found]:
    """A ledger at (address, vkey); the folder that the call names is the intake's own."""
    url, named = place
    url = url.rstrip("/").removesuffix("/log")
    folder = call.folder.absolute()
    key = _key(folder / KEY, passphrases)
    copy = folder / COPY
    text = Path(named).read_text(encoding="utf-8") if Path(named).is_file() else named

    def send(act: bytes) -> None:
        post(f"{url}/api/v1/acts", act)

    try:
        afar = Afar(f"{url}/log", Vkey.parse(text.strip()), copy, send, clock=call.clock)
        afar.look()
    except CountersignError as e:
        raise CannotRun.of(e) from None
    ledger = OfficeLedger(afar, key, head=afar.head, record=afar.record, entropy=os.urandom)
    yield Found(ledger, afar, copy, afar.look, key, folder / DATABASE)


@contextmanager
def serving(call: Call, found: Found, *, now: Callable[[], float] = time.time) -> Iterator[Any]:
    """The application of the intake with a ledger; seals along."""
    ledger, key, path = found.ledger, found.key, found.database
    _known(found.books, key.key_id)
    if port.in_force(ledger.directories(), epochs.of(now())) is None:
        raise CannotRun("no trust roster is in force", "record it: countersign record change-roster")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        create(path, epochs.of(now()))
    store, pages, over = Store(path), Living(found.books, PERSON), threading.Event()
    counter = Counter(store, ledger, key, ledger.origin, secrets.token_bytes)

    def along() -> None:
        said = ""
        while True:
            try:
                found.look()
                pages.refresh()
                seal = Seal(key, pages().digest, secrets.token_bytes)
                seal_due(store, ledger, seal, epochs.of(now()))
                said = ""
            except (CountersignError, CannotRun) as e:  # told once; it goes on trying
                if str(e) != said:
                    said = str(e)
                    call.screen.aside(f"Sealing does not work now: {said}", "bad")
            if over.wait(EVERY):
                return

    sealer = threading.Thread(target=along, daemon=True)
    sealer.start()
    try:
        yield create_app(Doors(store, counter, pages, mirror(found.site), now, Bucket(60, 1)))
    finally:
        over.set()
        sealer.join()
        store.close()


def mirror(site: Path) -> Callable[[str], bytes | None]:
    """Files of the published ledger by their path, and nothing else of the disk."""

    def read(path: str) -> bytes | None:
        if not _FILE.fullmatch(path):
            return None
        try:
            return (site / path).read_bytes()
        except OSError:
            return None

    return read


def _known(books: Books, key_id: str) -> None:
    roll = books.catch_up().roll
    if not any(k.public.key == key_id and k.revoked is None for k in roll.keys_of(PERSON)):
        raise CannotRun(
            f"{key_id} is not on the record as {PERSON}'s key", "register it: countersign keys register"
        )


def _key(path: Path, passphrases: Passphrases) -> Ed25519Signer:
    return open_signer(path, passphrases.source("Passphrase of the intake's key: ", variable=KEY_VARIABLE))


def _nothing() -> None:
    """A ledger on this machine is read whenever it is asked."""
