"""Runs the two passes over ranges, here or in several processes, and gives the results back in order.

::

    with Pool(source, jobs=2) as pool:
        for scanned in pool.scan(ranges, size): …

1. Results must come in the order of the ranges, and no more than a few may be under way, so memory stays flat.
2. A process must open the source by itself, from its address.
3. A pass over few entries must be done here: below ``FEW_TO_SCAN`` and ``FEW_TO_READ`` a process costs more than it
   saves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice, starmap
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ledger.record.log_keys import LogKeys
from ledger.record.roll import Roll
from ledger.verify.acts import Read, Reader, Task
from ledger.verify.authority import Keys
from ledger.verify.notes import Earlier, read_earlier
from ledger.verify.place import open_source
from ledger.verify.report import Finding
from ledger.verify.scan import CHUNK, Scanned, scan
from ledger.verify.source import Address, Source

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

T = TypeVar("T")

FEW_TO_SCAN: Final = 16 * CHUNK
FEW_TO_READ: Final = 2 * CHUNK
_AHEAD: Final = 3
"""Tasks under way for each process."""


def ranges(lo: int, hi: int) -> Iterator[tuple[int, int]]:
    """Ranges of at most CHUNK entries that end at multiples of it."""
    while lo < hi:
        end = min(hi, (lo // CHUNK + 1) * CHUNK)
        yield lo, end
        lo = end


class Pool:
    """Where work is done. With one job, here."""

    def __init__(self, source: Source, keys: Keys, jobs: int) -> None:
        self._source, self._keys, self._jobs = source, keys, jobs

    def scan(self, parts: Iterable[tuple[int, int]], size: int, extent: int) -> Iterator[Scanned]:
        """The fast pass."""
        tasks = ((lo, hi, size) for lo, hi in parts)
        if self._jobs == 1 or extent < FEW_TO_SCAN:
            for task in tasks:
                yield scan(self._source, *task)
        else:
            yield from self._spread(_scan, tasks, None)

    def read(self, tasks: Iterable[Task], roll: Roll, extent: int) -> Iterator[Read]:
        """The slow pass."""
        if self._jobs == 1 or extent < FEW_TO_READ:
            yield from map(Reader(self._source, roll, self._keys).read, tasks)
        else:
            yield from self._spread(_read, tasks, roll)

    def notes(
        self, batches: Iterable[list[tuple[str, bytes]]], logs: LogKeys | None
    ) -> Iterator[tuple[list[Earlier], list[Finding]]]:
        """Earlier checkpoints, read and their signatures checked; in several processes from the second batch on."""
        tasks = ((batch, logs) for batch in batches)
        if self._jobs == 1:
            yield from starmap(self._notes, tasks)
            return
        for batch, key in islice(tasks, 1):
            yield self._notes(batch, key)
        yield from self._spread(_notes, tasks, None)

    def _notes(
        self, batch: list[tuple[str, bytes]], logs: LogKeys | None
    ) -> tuple[list[Earlier], list[Finding]]:
        return read_earlier(batch, logs, self._keys.ed25519)

    def _spread(self, function: Callable[..., T], tasks: Iterable[Any], roll: Roll | None) -> Iterator[T]:
        rest = iter(tasks)
        first = next(rest, None)
        if first is None:
            return
        executor = _executor(self._jobs, self._source.address, roll)
        under_way: deque[Any] = deque()
        try:
            for task in chain([first], rest):
                under_way.append(executor.submit(function, task))
                if len(under_way) > _AHEAD * self._jobs:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        finally:
            executor.shutdown(cancel_futures=True)


_here: dict[str, Any] = {}
"""What this process works with."""


def _executor(jobs: int, address: Address, roll: Roll | None) -> ProcessPoolExecutor:
    import multiprocessing
    import sys
    import threading
    from concurrent.futures import ProcessPoolExecutor

    safe = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork" if safe else "spawn")
    return ProcessPoolExecutor(jobs, context, _begin, (address, roll))


def _begin(address: Address, roll: Roll | None) -> None:
    import signal

    from keys import check

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source = open_source(address)
    _here["source"] = source
    _here["check"] = check
    _here["reader"] = Reader(source, roll or Roll(), check)


def _scan(task: tuple[int, int, int]) -> Scanned:
    return scan(_here["source"], *task)


def _notes(task: tuple[list[tuple[str, bytes]], LogKeys | None]) -> tuple[list[Earlier], list[Finding]]:
    return read_earlier(*task, _here["check"].ed25519)


def _read(task: Task) -> Read:
    reader: Reader = _here["reader"]
    return reader.read(task)
