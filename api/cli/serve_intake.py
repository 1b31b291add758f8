"""``countersign serve intake``: the anonymous channel, for as long as it runs, in a process of its own.

::

    intake/intake.db       its database, below the ledger's folder unless the folder is mounted elsewhere
    keys/svc-intake.key    its key; registered on the ledger like any other

1. The key must be opened once, at the start, and be the one that stands on the record as svc-intake's.
2. What is due must be sealed while it runs, and tried again when the ledger does not answer.
3. Nothing about a visitor must be written anywhere: no access log, no proxy headers.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from api.cli.call import Call
from api.cli.door import Door, open_door
from api.cli.keyring import Passphrases
from api.cli.trouble import CannotRun
from api.intake.app import Doors, create_app
from api.intake.ledger import PERSON, OfficeLedger
from api.intake.pages import Living
from intake import epochs, port
from intake.bucket import Bucket
from intake.counter import Counter
from intake.sealing import Seal, seal_due
from intake.store import Store, create
from keys.files import open_signer
from ledger.errors import CountersignError

DATABASE: Final = "intake/intake.db"
KEY: Final = "keys/svc-intake.key"
KEY_VARIABLE: Final = "COUNTERSIGN_INTAKE_PASSPHRASE"
EVERY: Final = 30.0
"""Seconds between two looks at whether an epoch is due."""

_FILE: Final = re.compile(
    r"checkpoint|vkey|founding|tile/[0-9x/]+(\.p/[0-9]+)?|tile/entries/[0-9x/]+(\.p/[0-9]+)?"
)


@contextmanager
def serving(call: Call, passphrases: Passphrases, *, now: Callable[[], float] = time.time) -> Iterator[Any]:
    """The application of the intake beside the ledger that the call names; seals along."""
    settings = call.settings()
    key = open_signer(
        settings.path(KEY), passphrases.source("Passphrase of the intake's key: ", variable=KEY_VARIABLE)
    )
    with open_door(call, write=True, passphrases=passphrases) as door:
        _known(door, key.key_id)
        ledger = OfficeLedger(door.office, key, record=door.record, entropy=os.urandom)
        if port.in_force(ledger.directories(), epochs.of(now())) is None:
            raise CannotRun("no trust roster is in force", "record it: countersign record change-roster")
        path = settings.path(DATABASE)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            create(path, epochs.of(now()))
        store, pages, over = Store(path), Living(door.office, PERSON), threading.Event()
        counter = Counter(store, ledger, key, ledger.origin, secrets.token_bytes)

        def along() -> None:
            said = ""
            while True:
                try:
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
            site = settings.path(settings.site)
            bucket = Bucket(60, 1)
            yield create_app(Doors(store, counter, pages, mirror(site), now, bucket))
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


def _known(door: Door, key_id: str) -> None:
    roll = door.register().roll
    if not any(k.public.key == key_id and k.revoked is None for k in roll.keys_of(PERSON)):
        raise CannotRun(
            f"{key_id} is not on the record as {PERSON}'s key", "register it: countersign keys register"
        )
