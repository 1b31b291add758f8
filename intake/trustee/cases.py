"""The cases on a trustee's own machine: event-sourced, each row sealed under a key of the year's sheet.

::

    with open_cases(home / "cases.db", unlocked.store) as cases:
        cases.add(event)             True: it is new    False: it stood there
        cases.case("<hex L>")        folded from what has arrived

The library sees streams whose names are HMACs of the item, versions in the order of arrival, and sealed states. Which
cases there are, and how many, is not to be read from the file without the key; how many events there are, is.

1. Adding an event twice must change nothing.
2. A stored event must read back as the very bytes that came, or not at all.
3. Without the key no row may tell an item, a type, a seat or a time.
4. Rows are only ever added; what erases them is the end of the sheet.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from eventsourcing.application import Application
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.utils import Environment

from intake.trustee.case import Case, fold
from intake.trustee.event import CaseEvent, parse
from keys.errors import FileTrouble
from ledger.errors import Malformed

TOPIC: Final = "case"
PAGE: Final = 500
_IV: Final = 12

Random = Callable[[int], bytes]


class CaseRow(StoredEvent):
    """What the library takes for a domain event: the stream, its version, one topic, a sealed state."""


@dataclass(frozen=True)
class _Arrived:
    """Rows on their way into ``save``, which asks whatever it gets for its events."""

    rows: Sequence[CaseRow]
    id: str = "arrived"
    version: int = 0

    def collect_events(self) -> Sequence[CaseRow]:
        return self.rows


class _Mapper(Mapper[str]):
    """Hands on: rows are sealed before the library sees them."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return cast("StoredEvent", domain_event)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return CaseRow(**vars(stored_event))


class CaseApplication(Application[str]):
    """The library's application. Nothing of the environment changes how cases are kept."""

    def construct_env(self, name: str, env: Mapping[str, str] | None = None) -> Environment:
        fixed = {
            "ORIGINATOR_ID_TYPE": "text",
            "IS_SNAPSHOTTING_ENABLED": "n",
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        }
        return Environment(name, {**(env or {}), **fixed})

    def construct_mapper(self) -> Mapper[str]:
        return _Mapper(transcoder=self.construct_transcoder())


class Cases:
    """The cases of one machine. One process writes at a time; the library refuses a version that is taken."""

    def __init__(self, application: CaseApplication, key: bytes, random: Random) -> None:
        self._application, self._random = application, random
        self._key, self._cipher = key, AESGCM(key)
        self._events: dict[str, CaseEvent] = {}
        self._streams: dict[str, int] = {}
        self._read_to = 0
        self.catch_up()

    def catch_up(self) -> None:
        """Read what was added since."""
        while rows := self._application.recorder.select_notifications(self._read_to + 1, PAGE):
            for row in rows:
                event = self._opened(str(row.originator_id), row.originator_version, row.state)
                self._events[event.id] = event
                self._streams[str(row.originator_id)] = row.originator_version
                self._read_to = row.id

    def add(self, event: CaseEvent) -> bool:
        """Keep an event whose signature was checked. False when it is here already."""
        if event.id in self._events:
            return False
        stream = self._stream(event.case)
        version = self._streams.get(stream, 0) + 1
        row = CaseRow(stream, version, TOPIC, self._sealed(stream, version, event))
        self._application.save(_Arrived((row,)))
        self.catch_up()
        return True

    def events(self, item: str) -> list[CaseEvent]:
        """All events of an item, in the order of their arrival."""
        return [e for e in self._events.values() if e.case == item]

    def case(self, item: str) -> Case:
        return fold(item, self._events.values())

    def items(self) -> list[str]:
        """Items that have a case, in the order in which they came to be known here."""
        return list(dict.fromkeys(e.case for e in self._events.values()))

    def __contains__(self, event_id: object) -> bool:
        return event_id in self._events

    def _stream(self, item: str) -> str:
        return hmac.new(self._key, b"stream\x00" + item.encode(), sha256).hexdigest()[:32]

    def _sealed(self, stream: str, version: int, event: CaseEvent) -> bytes:
        iv = self._random(_IV)
        return iv + self._cipher.encrypt(iv, event.to_bytes(), f"{stream}/{version}".encode())

    def _opened(self, stream: str, version: int, state: bytes) -> CaseEvent:
        try:
            return parse(self._cipher.decrypt(state[:_IV], state[_IV:], f"{stream}/{version}".encode()))
        except (InvalidTag, Malformed):
            raise FileTrouble(
                "The cases on this machine do not open with this year's keys.",
                "Move the file away: your colleagues' machines give the cases back.",
            ) from None


@contextmanager
def open_cases(path: Path, key: bytes, *, random: Random = os.urandom) -> Iterator[Cases]:
    """The cases at `path`, made if there are none, mode 0600."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    application = CaseApplication({"SQLITE_DBNAME": str(path)})
    try:
        yield Cases(application, key, random)
    finally:
        application.close()
