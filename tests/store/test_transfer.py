"""Backup of PostgreSQL into a SQLite file, and restore: ledger/store/transfer.py, by the numbers of its rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.disclosure import commitment
from ledger.record.entry import Withheld
from ledger.store import postgres, transfer
from ledger.store.port import Leaf
from ledger.store.record import Record
from tests.fixtures.postgres import database
from tests.fixtures.store import (
    NOW,
    PostgresPlace,
    SQLitePlace,
    append_all,
    assert_whole,
    leaf,
    unavailable,
)

pytestmark = pytest.mark.postgres


@pytest.fixture
def empty(postgres_server: str) -> Iterator[str]:
    with database(postgres_server) as conninfo:
        yield conninfo


def fill(record: Record) -> None:
    secret = Leaf(
        "w", "pause/heron-4", 1, "pause.ordered", b'{"s":1}', Withheld("board", commitment("d")), ("d", "e")
    )
    record.append([leaf("a"), secret, leaf("b")], head=0, now=NOW)
    append_all(record, [leaf("c", act="{§ – ☃}".encode())])


def all_of(record: Record) -> object:
    size = record.head().size
    acts = [(record.act(n), record.disclosures(n), record.receipt(n)) for n in range(size)]
    return record.origin, record.head(), list(record.entries()), list(record.checkpoints()), acts


def test_2_a_backup_holds_the_same_bytes_on_either_database(
    postgres_place: PostgresPlace, empty: str, tmp_path: Path
) -> None:
    with postgres_place.open() as record:
        fill(record)
        record.backup(tmp_path / "backup.db")
        before = all_of(record)
        published = SignedCheckpoint.parse(record.checkpoint()).checkpoint
        append_all(record, [leaf("later")])
    with SQLitePlace(tmp_path / "backup.db").open() as copy:
        assert all_of(copy) == before
        assert copy.restored() == "from a backup"
        assert_whole(copy)
    postgres.restore(tmp_path / "backup.db", empty)
    with PostgresPlace(empty).open() as restored:
        assert all_of(restored) == before
        assert restored.restored() == "from backup.db"
        assert "restored" in unavailable(lambda: restored.append([leaf("x")], head=4, now=NOW)).what
        restored.clear_restored(published.size, published.root)
        append_all(restored, [leaf("x")])
        assert len(assert_whole(restored)) == 5


def test_2_an_empty_ledger_too(postgres_place: PostgresPlace, empty: str, tmp_path: Path) -> None:
    with postgres_place.open() as record:
        record.backup(tmp_path / "backup.db")
    postgres.restore(tmp_path / "backup.db", empty)
    with PostgresPlace(empty).open() as restored:
        assert restored.head().size == 0


def test_2_what_cannot_be_copied_leaves_nothing(
    postgres_place: PostgresPlace, empty: str, tmp_path: Path
) -> None:
    with postgres_place.open() as record:
        fill(record)
        unavailable(lambda: record.backup(tmp_path / "no" / "backup.db"))
        record.backup(tmp_path / "backup.db")
        assert "exists already" in unavailable(lambda: record.backup(tmp_path / "backup.db")).what
    assert [path.name for path in tmp_path.iterdir()] == ["backup.db"]
    assert (
        "already"
        in unavailable(lambda: postgres.restore(tmp_path / "backup.db", postgres_place.conninfo)).what
    )
    SQLitePlace(tmp_path / "backup.db").execute("DROP TABLE disclosures")
    unavailable(lambda: postgres.restore(tmp_path / "backup.db", empty))
    assert "no ledger" in unavailable(PostgresPlace(empty).open).what


def test_1_a_copy_shows_one_moment(
    postgres_place: PostgresPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An append between the copying of two tables is in none of them."""
    with postgres_place.open() as record:
        fill(record)
        entries, checkpoints, *others = transfer._TABLES
        late = iter([leaf("late")])

        class Between(tuple[str, str, str]):
            def __iter__(self) -> Iterator[str]:
                append_all(record, list(late))
                return super().__iter__()

        monkeypatch.setattr(transfer, "_TABLES", (entries, Between(checkpoints), *others))
        record.backup(tmp_path / "backup.db")
        assert record.head().size == 5
    with SQLitePlace(tmp_path / "backup.db").open() as copy:
        assert len(assert_whole(copy)) == 4
