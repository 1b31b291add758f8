"""What the drills do in processes of their own: race, be killed, live with an ordinary user's rights.

    python -m tests.store.drill race '{"sqlite": "<path>"}' <processes> <appends>
    python -m tests.store.drill crash '{"sqlite": "<path>"}' <kills> <seed>
    python -m tests.store.drill read-only

One interpreter starts, opens nothing, and forks: the children share no connection, and fifty deaths take seconds.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ledger.errors import AlreadyRecorded, Conflict, StoreUnavailable
from ledger.store.application import FAILPOINTS
from ledger.store.port import Leaf, Receipt
from ledger.store.record import Record
from tests.fixtures.store import NOW, Place, PostgresPlace, SQLitePlace, append_all, leaf

WAIT = 60
"""Seconds after which a child that hangs is killed by its own alarm; a racing one has one more for each append."""


def place_of(text: str) -> Place:
    [(kind, where)] = json.loads(text).items()
    return SQLitePlace(Path(where)) if kind == "sqlite" else PostgresPlace(where)


def fork(work: Callable[[], None], wait: int = WAIT) -> int:
    """Run `work` in a child; its exit code is 0, or 1 after printing why."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.alarm(wait)
        work()
        status = 0
    except BaseException:  # noqa: BLE001  (the child's last words, whatever they are)
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def race(place: Place, processes: int, appends: int) -> None:
    """All start at one word, on an empty ledger that each opens by itself."""
    hold, go = os.pipe()

    def work(worker: int) -> None:
        os.close(go)
        os.read(hold, 1)
        with place.open() as record:
            for n in range(appends):
                persist(record, [leaf(f"w{worker}-{n}-{k}") for k in range(1 + n % 3)])

    children = [fork(partial(work, worker), WAIT + appends) for worker in range(processes)]
    os.close(go)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    print(json.dumps(statuses))


def persist(record: Record, leaves: list[Leaf]) -> None:
    """What an office does: catch up, and try again until nobody was faster."""
    while True:
        try:
            record.append(leaves, head=record.head().size, now=NOW)
        except Conflict:
            continue
        return


def crash(place: Place, kills: int, seed: int) -> None:
    """Child after child appends and is killed at a failpoint; each first checks what the ones before it promised."""
    choose = random.Random(seed)
    promised: list[tuple[int, str, str]] = []
    for n in range(kills):
        child = Doomed(place, n, FAILPOINTS[n % len(FAILPOINTS)], choose.randrange(4), tuple(promised))
        reading, writing = os.pipe()
        pid = fork(partial(child.live, writing))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            promised += [(index, event_id, digest) for index, event_id, digest in map(json.loads, pipe)]
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status != -signal.SIGKILL:
            raise SystemExit(f"child {n} ended with {status} instead of dying at {child.point!r}")
    print(json.dumps(promised))


@dataclass
class Doomed:
    """Child `n`, to be killed at `point` after it passed there `passes` times."""

    place: Place
    n: int
    point: str
    passes: int
    promised: tuple[tuple[int, str, str], ...]

    def live(self, pipe: int) -> None:
        left = self.passes

        def die(at: str) -> None:
            nonlocal left
            if at == self.point:
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1

        def promise(receipts: list[Receipt]) -> None:
            for r in receipts:
                os.write(pipe, (json.dumps([r.index, r.event_id, r.leaf_hash.hex()]) + "\n").encode())

        with self.place.open(failpoint=die) as record:
            for index, event_id, digest in self.promised:
                kept = record.receipt(index)
                assert (kept.event_id, kept.leaf_hash.hex()) == (event_id, digest)
            if self.n:
                promise(retry(record, [leaf(f"n{self.n - 1}-last-{k}") for k in range(3)]))
            for m in range(self.passes + 1):
                name, many = ("last", 3) if left == 0 else (str(m), 1 + m % 2)
                batch = [leaf(f"n{self.n}-{name}-{k}") for k in range(many)]
                promise(record.append(batch, head=record.head().size, now=NOW))


def retry(record: Record, leaves: list[Leaf]) -> list[Receipt]:
    """The batch in flight when the child before died: recorded as a whole, or not at all."""
    places = [record.index_of(one.event_id) for one in leaves]
    assert None not in places or set(places) == {None}, f"half a batch: {places}"
    receipts = []
    for one in leaves if None not in places else ():
        try:
            record.append([one], head=0, now=NOW)
        except AlreadyRecorded as known:
            receipts.append(record.receipt(known.index))
    assert len(receipts) == len(leaves) - places.count(None)
    return receipts


def read_only() -> None:
    """Lose root's rights first: nothing is read-only for root."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        place = SQLitePlace(path)
        place.create()
        with place.open() as record:
            append_all(record, [leaf("a")])
        path.chmod(0o444)
        Path(folder).chmod(0o555)

        def work() -> None:
            if os.geteuid() == 0:
                os.setuid(65534)
            for action in (
                lambda: place.open().append([leaf("b")], head=1, now=NOW),
                lambda: SQLitePlace(path.with_name("new.db")).create(),
            ):
                try:
                    action()
                except StoreUnavailable as e:
                    print(type(e).__name__, e)
                    sys.stdout.flush()

        os.waitpid(fork(work), 0)
        Path(folder).chmod(0o755)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["race", where, processes, appends]:
            race(place_of(where), int(processes), int(appends))
        case ["crash", where, kills, seed]:
            crash(place_of(where), int(kills), int(seed))
        case ["read-only"]:
            read_only()
        case _:
            raise SystemExit(__doc__)
