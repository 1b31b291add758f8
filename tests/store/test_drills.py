"""Many at once, and death at every point of an append: nothing promised is lost, nothing half-written stays.

1. Eight processes that start at once on a fresh ledger must record all their acts, each once, in one chain, and none
   may hear that the database is locked (sqlite.py, rules 1 and 2; postgres.py, rule 1).
2. kill -9 at any point between BEGIN and the answer must lose no receipt and leave no part of a batch (port.py, rule 1;
   rule 3 of both databases).
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.store import Place, assert_whole

ROOT = Path(__file__).parents[2]


def drill(*arguments: object) -> str:
    command = [sys.executable, "-W", "error", "-m", "tests.store.drill", *map(str, arguments)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def race(place: Place, processes: int, appends: int) -> None:
    assert json.loads(drill("race", place.where, processes, appends)) == [0] * processes
    with place.open() as record:
        leaves = assert_whole(record)
        ids = {
            f"w{worker}-{n}-{k}"
            for worker in range(processes)
            for n in range(appends)
            for k in range(1 + n % 3)
        }
        assert len(leaves) == len(ids)
        places = {event_id: record.index_of(event_id) for event_id in ids}
        assert {place for place in places.values() if place is not None} == set(range(len(leaves)))
        for worker in range(processes):
            own = [places[f"w{worker}-{n}-{k}"] for n in range(appends) for k in range(1 + n % 3)]
            assert own == sorted(own)  # type: ignore[type-var]


def crash(place: Place, kills: int) -> None:
    promised = json.loads(drill("crash", place.where, kills, 7))
    assert len(promised) > kills // 2
    with place.open() as record:
        leaves = assert_whole(record)
        for index, event_id, leaf_hash in promised:
            assert (record.index_of(event_id), leaves[index].hex()) == (index, leaf_hash)


def test_1_eight_processes_at_once(place: Place) -> None:
    race(place, 8, 12)


def test_2_killed_at_every_point(place: Place) -> None:
    crash(place, 50)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_1_eight_processes_for_long(place: Place) -> None:
    race(place, 8, 500)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_2_killed_six_hundred_times(place: Place) -> None:
    crash(place, 600)
