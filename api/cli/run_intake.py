"""The intake of ``countersign run``: a process of its own beside the demonstration's ledger, on a port of its own.

::

    with beside(call, folder, "http://127.0.0.1:8441", 8443):  …       serves both until it is left

1. The key of svc-intake must stand on the record before its process starts.
2. The process must be gone when the ledger's server is.
3. A demonstration without sheets must be served without an intake, and say so.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from api import demo_channel as channel
from api.bootstrap import LogKey, open_house
from api.cli.call import Call
from api.cli.channel import day_of
from api.cli.demo import remember
from api.cli.serve_intake import DATABASE
from api.demo import CAST, Clock, Dice, new_key, on_stage, unsealed_signer
from api.desk.session import Known
from api.settings import Settings
from intake.store import Store
from ledger.record.founding import LOG_SERVICE

PATIENCE: Final = 60
"""Seconds for a server to answer, or to end."""
_COMMAND: Final = (sys.executable, "-c", "from api.cli import main; main()", "serve", "intake")


def open_channel(call: Call, settings: Settings) -> None:
    """Give svc-intake a key on the record, where it has none. Two officers of the story sign for it."""
    with open_house(settings, clock=call.clock) as house:
        if list(house.office.catch_up().roll.keys_of(channel.SERVICE)):
            return
    keys = settings.path("keys")
    log_key = LogKey(settings.origin, unsealed_signer(keys, LOG_SERVICE))
    signers = {person: unsealed_signer(keys, person) for person, _ in CAST}
    now = call.clock()
    with on_stage(
        settings, log_key, dict(signers), Clock(channel.before(now)), Dice(now.encode() + log_key.signer.raw)
    ) as stage:
        _, data = new_key(stage, keys, channel.SERVICE, channel.SERVICE)
        stage.record("register-key", "p-sec p-rso", {"data": data})
    remember(call, settings.folder)


@contextmanager
def beside(call: Call, settings: Settings, ledger: str, port: int) -> Iterator[None]:
    """Serve the intake of a demonstration while this runs; `ledger` is the address of its ledger's server."""
    one = _Beside(call, settings, ledger, port)
    thread = threading.Thread(target=one.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        one.over.set()
        thread.join(PATIENCE)
        if one.process is not None:
            one.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                one.process.wait(PATIENCE)


@dataclass(slots=True)
class _Beside:
    call: Call
    settings: Settings
    ledger: str
    port: int
    over: threading.Event = field(default_factory=threading.Event)
    process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Wait for the ledger, start the process, tell the trustees' machines where it is."""
        call, settings = self.call, self.settings
        if not _answers(self.ledger, self.over):
            return
        words = [*_COMMAND, "--dir", str(settings.folder), "--port", str(self.port)]
        environment = dict(call.environment)
        self.process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL)
        origin = f"http://{settings.host}:{self.port}"
        if not _answers(origin, self.over):
            return
        with open_house(settings, clock=call.clock) as house:
            view = house.office.catch_up().at()
        key = next(k.public.public for k in view.roll.keys_of(channel.SERVICE) if k.revoked is None)
        vkey = str(LogKey(settings.origin, unsealed_signer(settings.path("keys"), LOG_SERVICE)).vkey)
        site = str(settings.path(settings.site).absolute())
        channel.machines(settings.folder, view, Known(key, origin, site, vkey, _first(call, settings)))


def _first(call: Call, settings: Settings) -> int:
    path = settings.path(DATABASE)
    if not path.exists():
        return day_of(call.clock())
    store = Store(path)
    try:
        return store.first()
    finally:
        store.close()


def _answers(url: str, over: threading.Event) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not over.is_set():
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310 - an address of this machine
            return True
        over.wait(0.2)
    return False
