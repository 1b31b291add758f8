"""The passes in several processes. Numbers are those of the must-sentences in ledger/verify/pool.py."""

from pathlib import Path

import pytest

from keys import check
from ledger.record.log_keys import LogKeys
from ledger.record.roll import Roll
from ledger.verify import pool as pooling
from ledger.verify.acts import Task
from ledger.verify.asked import Asked
from ledger.verify.place import open_source
from ledger.verify.pool import Pool, ranges
from ledger.verify.scan import CHUNK
from ledger.verify.verify import verify
from tests.kit import World
from tests.verify.big import write_database

SIZE = CHUNK + 100


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    path = tmp_path_factory.mktemp("big") / "record.db"
    return path, write_database(path, SIZE, "x")


@pytest.fixture(autouse=True)
def spread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pooling, "FEW_TO_SCAN", 0)
    monkeypatch.setattr(pooling, "FEW_TO_READ", 0)


def test_1_results_come_in_order_and_are_the_same(big: tuple[Path, World]) -> None:
    source = open_source(str(big[0]))
    alone, two = (Pool(source, check, jobs) for jobs in (1, 2))
    assert list(two.scan(ranges(0, SIZE), SIZE, SIZE)) == list(alone.scan(ranges(0, SIZE), SIZE, SIZE))
    tasks = [Task(lo, hi, SIZE) for lo, hi in ranges(0, 600)]
    assert list(two.read(tasks, Roll(), SIZE)) == list(alone.read(tasks, Roll(), SIZE))
    notes = [list(source.earlier())] * 3
    key = LogKeys.only(big[1].log.vkey)
    assert list(two.notes(notes, key)) == list(alone.notes(notes, key))


def test_1_no_more_than_a_few_are_under_way(big: tuple[Path, World]) -> None:
    asked_for = 0

    def endless() -> object:
        nonlocal asked_for
        while True:
            asked_for += 1
            yield 0, 1

    results = Pool(open_source(str(big[0])), check, 2).scan(endless(), 1, SIZE)  # type: ignore[arg-type]
    for _ in range(5):
        next(results)
    assert asked_for <= 5 + 2 * 4
    results.close()  # type: ignore[attr-defined]


def test_2_a_whole_record_in_two_processes(big: tuple[Path, World]) -> None:
    report = verify(str(big[0]), Asked(vkey=big[1].log.vkey, jobs=2))
    assert (report.words, report.facts.entries) == ("OK", SIZE)
    assert report == verify(str(big[0]), Asked(vkey=big[1].log.vkey))


def test_2_findings_of_other_processes_come_home(big: tuple[Path, World], tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    end = b'},"effective_at":"2025-01-06T10'
    path.write_bytes(big[0].read_bytes().replace(b'"text":"x"' + end, b'"text":"y"' + end))
    alone = verify(str(path), Asked(vkey=big[1].log.vkey))
    assert alone == verify(str(path), Asked(vkey=big[1].log.vkey, jobs=2))
    assert alone.verdict == "BROKEN_AT"
    assert {c.number for c in alone.claims if c.state == "failed"} == {2, 3, 6, 7, 9}


def test_ranges_end_at_multiples() -> None:
    assert list(ranges(5, 2 * CHUNK + 1)) == [(5, CHUNK), (CHUNK, 2 * CHUNK), (2 * CHUNK, 2 * CHUNK + 1)]
    assert list(ranges(7, 7)) == []
