"""What a long ledger costs: one act recorded, a cold fold, a gate asked.

Recording is held against the same on a founded ledger, the fold against json.loads of the same bytes.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import count as counting
from pathlib import Path
from typing import Any

from keys import check
from ledger.engine.gate import evaluate
from ledger.engine.in_force import in_force
from ledger.engine.verdict import Question
from ledger.office import Office
from ledger.policy.words import Action
from ledger.record.act import Act, Seen, make_act
from ledger.record.entry import read_entry
from ledger.record.event import event_of
from ledger.record.fields import later
from ledger.register import Register
from ledger.store import sqlite
from ledger.store.record import Record
from ledger.subjects.registry import COMMANDS, DECISIONS
from tests.benchmarks import mixed
from tests.benchmarks.harness import Row, compare, timed
from tests.given import ASSESSOR
from tests.kit import RSO, Person

BATCH = 1000
ACTS: dict[str, tuple[dict[str, Any], Person]] = {
    "note": ({"text": "Drill held."}, RSO),
    "record-effective-compute": (
        {"model_id": "heron-9", "baseline_model": "heron-3", "mult": "2.1", "method": "FLOPs"},
        ASSESSOR,
    ),
    "set-training-cap": (
        {"model_id": "heron-9", "max_mult": "2.0", "until": "2027-01-01T00:00:00.000000Z"},
        RSO,
    ),
}


def rows(count: int) -> Iterator[Row]:
    """All of them, on a ledger of `count` entries."""
    raws = mixed.entries(count)
    long = fold(raws)
    yield _fold(raws)
    yield from _gate(long, count)
    yield from _record(raws)


def fold(raws: list[bytes]) -> Register:
    """A register, from the bytes."""
    out = Register(DECISIONS, check)
    for index, raw in enumerate(raws):
        entry = read_entry(raw)
        assert entry.act is not None
        assert entry.stream_version is not None
        out.fold(entry.act, index, entry.recorded_at, entry.stream_version)
    return out


def _fold(raws: list[bytes]) -> Row:
    peak = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.ledger", str(len(raws))],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return compare(
        f"cold fold of {len(raws):,} mixed entries",
        "at most 5.0",
        lambda: timed(lambda: fold(raws), len(raws)),
        lambda: timed(lambda: [json.loads(raw) for raw in raws], len(raws)),
        rounds=3,
        unit="entry",
        note=f"against json.loads; the register takes {peak} MB (at most 150)",
    )


def _gate(long: Register, count: int) -> Iterator[Row]:
    """Each question of a model of its own; first at a head that nobody asked yet, then at the same one."""
    for action, surface in ((Action.DEPLOY, "general"), (Action.STORE, None), (Action.TRAIN, None)):
        first: list[float] = []
        then: list[float] = []
        for place in range(3):
            view = long.at(known_at=later(mixed.after(count), timedelta(hours=place)))
            for number in range(8):
                question = Question(action, f"m{number}-{mixed.MODEL}", surface)
                took = timed(lambda view=view, question=question: evaluate(view, question))  # type: ignore[misc]
                (then if number else first).append(took)
        name = f"a gate asked, {action.value}, of {count:,} entries"
        yield Row(name, statistics.median(then), 0.020, "", "at most 1.0", "against 20 ms")
        yield Row(f"{name}: the first at an instant", statistics.median(first), None, "")


def _record(raws: list[bytes]) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        offices = []
        for name, held in (("long", raws), ("short", raws[:1])):
            path = Path(folder) / f"{name}.db"
            sqlite.create(path, mixed.world().origin)
            store = sqlite.open_record(path, mixed.world().log)
            _append(store, held)
            offices.append(Office(store, check, clock=lambda: mixed.after(len(raws)), entropy=bytes))
            offices[-1].catch_up()
        long, short = offices
        numbers = counting()
        for command in ACTS:
            yield compare(
                f"judge and record: {command}, after {len(raws):,} entries",
                "at most 1.5",
                lambda command=command: _one(long, command, numbers),  # type: ignore[misc]
                lambda command=command: _one(short, command, numbers),  # type: ignore[misc]
                rounds=30,
                unit="act",
                note="against the same after 1",
            )
        for office in offices:
            office.store.close()


def _append(store: Record, raws: list[bytes]) -> None:
    made = list(mixed.leaves(raws))
    for start in range(0, len(made), BATCH):
        store.append(made[start : start + BATCH], head=start, now=mixed.START)


def _one(office: Office, command: str, numbers: Iterator[int]) -> float:
    act = _signed(office, command, next(numbers))
    return timed(lambda: office.record(act))


def _signed(office: Office, command: str, number: int) -> Act:
    """An act, signed on the present head."""
    world, kind, (data, by) = mixed.world(), COMMANDS[command], ACTS[command]
    now = office.now()
    world.now = later(now, timedelta(minutes=-1))
    if "mult" in data:
        data = data | {"at": world.now}
    view = office.register.at()
    event = world.event(kind.type, data, by, policy=in_force(view, at=now))
    event["stream"] = kind.stream(view, event_of(event, ""))
    head = office.store.head()
    seen = Seen(head.size, head.root().hex())
    return make_act(event, [world.signature(event, by, kind.statement, seen=seen)])


def _resident() -> int:
    """Bytes of memory in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    made = mixed.entries(int(sys.argv[1]))
    before = _resident()
    kept = fold(made)
    print(round((_resident() - before) / 1e6))
