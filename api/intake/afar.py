"""A ledger that is served somewhere else: read from its published tiles, checked here, written to through its own door.

::

    afar = Afar("https://ledger.example/log", Vkey.parse("…"), Path("intake/ledger"), send, clock=now)
    afar.look()             reads what is new; StoreUnavailable when it cannot be had or does not hold
    afar.catch_up()         the register as it was looked at last: it asks nobody

1. Nothing may count that no checkpoint under the log's key covers, nor a state that does not extend the one seen
   before.
2. Visitors must cause no question to the ledger: only `look` and `record` ask, and they are called by the clock.
3. What was read and held must lie as files in `copy`, the checkpoint last, so that the intake can mirror it.
4. An act counts as recorded only when the published record shows it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from keys import check
from ledger.errors import CountersignError, Malformed, StoreUnavailable
from ledger.record.act import Act
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.entry import read_entry
from ledger.record.log_keys import LogKeys
from ledger.record.merkle import Frontier, leaf_hash
from ledger.record.note import Vkey
from ledger.record.tiles import HEIGHT, WIDTH
from ledger.register import Fact, Register
from ledger.replay import Replay
from ledger.verify.place import open_source
from ledger.verify.source import CannotRun, Source

PATIENCE: Final = 30.0
"""Seconds until an act that the ledger took must stand in its published record."""
_CURE: Final = "compare the ledger with other copies, and tell the trustees"


class Afar:
    """The record of one log. `send` hands an act's bytes to the ledger's door; `clock` gives its time."""

    def __init__(
        self,
        place: str,
        vkey: Vkey,
        copy: Path,
        send: Callable[[bytes], object],
        *,
        clock: Callable[[], str],
    ) -> None:
        self._place, self._vkey, self._copy, self._send = place, vkey, copy, send
        self._clock = clock
        self._looking, self._believing = threading.Lock(), threading.Lock()
        self._seen = (0, Frontier().root())
        self._begin()

    def _begin(self) -> None:
        self._replay, self._edge = Replay(check), Frontier()

    def catch_up(self) -> Register:
        """The register as of the last look."""
        with self._believing:  # never what is folded and not yet known to be signed
            if not self._replay.register.size:
                raise StoreUnavailable(f"nothing was read at {self._place} yet", "look at why")
            return self._replay.register

    def now(self) -> str:
        """The clock, but never before the last entry."""
        return max(self._clock(), self._replay.register.recorded_at)

    def head(self) -> Frontier:
        """The state seen last."""
        return self._edge.copy()

    def record(self, act: Act) -> Fact:
        """Hand in an act, and wait until the record shows it."""
        self._send(act.raw)
        until = time.monotonic() + PATIENCE
        while True:
            self.look()
            if (fact := self._replay.register.by_id(act.event.id)) is not None:
                return fact
            if time.monotonic() > until:
                raise StoreUnavailable(
                    f"{self._place} took an entry and does not show it", "look there; it is tried again"
                )
            time.sleep(0.2)

    def look(self) -> None:
        """Read what is new, check it, keep it."""
        with self._looking:
            try:
                with closing(open_source(self._place)) as source:
                    self._read(source)
            except CannotRun as e:
                raise StoreUnavailable(e.why, e.cure) from None

    def _read(self, source: Source) -> None:
        note = source.checkpoint()
        if note is None:
            raise StoreUnavailable(f"{self._place} has no checkpoint", "ask its operator")
        try:
            signed = SignedCheckpoint.parse(note)
        except Malformed as e:
            raise StoreUnavailable(f"the checkpoint of {self._place} cannot be read: {e}", _CURE) from None
        head, edge = signed.checkpoint, self._edge.copy()
        if head.size < self._seen[0] or head.origin != self._vkey.name:
            raise StoreUnavailable(
                f"{self._place} shows {head.size} entries of {head.origin}; {self._seen[0]} were seen", _CURE
            )
        if (head.size, head.root) == (edge.size, edge.root()):
            return
        new = list(self._new(source, edge, head.size))
        if edge.root() != head.root:
            self._begin()
            raise StoreUnavailable(f"the entries of {self._place} are not those of its checkpoint", _CURE)
        with self._believing:
            try:
                self._fold(new)
                if not self._keys().holds(signed, check.ed25519):
                    raise Malformed("the checkpoint is not signed by the log's key")
            except CountersignError as e:
                self._begin()  # read anew next time: nothing may rest on what nobody signed
                raise StoreUnavailable(f"{self._place} does not hold: {e}", _CURE) from None
        self._edge, self._seen = edge, (head.size, head.root)
        self._keep(source, note, head.size)

    def _new(self, source: Source, edge: Frontier, size: int) -> Iterator[bytes]:
        for page in source.pages(edge.size, size, size):
            if page.faults:
                raise StoreUnavailable(f"{self._place}: {page.faults[0].why}", _CURE)
            for raw in page.entries[max(0, edge.size - page.lo) :]:
                edge.append(leaf_hash(raw))
                yield raw
                if edge.size == self._seen[0] and edge.root() != self._seen[1]:
                    self._begin()
                    raise StoreUnavailable(f"{self._place} shows another history than before", _CURE)

    def _fold(self, new: list[bytes]) -> None:
        for index, raw in enumerate(new, self._replay.register.size):
            entry = read_entry(raw)
            mark = entry.withheld.digest if entry.withheld else None
            self._replay.entry(index, entry.recorded_at, entry.act, entry.stream_version, mark)

    def _keys(self) -> LogKeys:
        logs = self._replay.register.roll.logs()
        return logs if logs is not None and self._vkey in logs.vkeys else LogKeys.only(self._vkey)

    def _keep(self, source: Source, note: bytes, size: int) -> None:
        level, nodes = 1, size >> HEIGHT
        while nodes:  # hashes above the leaves: pages bring those of level 0 along
            for index in range(-(-nodes // WIDTH)):
                source.tile(level, index, size)
            level, nodes = level + 1, nodes >> HEIGHT
        for name in ("vkey", "founding"):
            source.beside(name)
        cache = source.address.cache
        for found in sorted(Path(cache).iterdir()) if cache else ():
            name = unquote(found.name)
            if name.startswith("tile/") or name in ("vkey", "founding"):
                _put(self._copy / name, found.read_bytes())
        _put(self._copy / "checkpoint", note)


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    os.replace(part, path)  # noqa: PTH105
