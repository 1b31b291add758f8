"""Backup of PostgreSQL into a SQLite file, and restore: ledger/store/transfer.py, by the numbers of its rules."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.disclosure import commitment
from ledger.record.entry import Withheld
from ledger.store import postgres, transfer
from ledger.store.port import Leaf
from ledger.store.record import Record
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


DOCKET = (
    "CREATE TABLE docket (id TEXT PRIMARY KEY, body TEXT NOT NULL, size INTEGER NOT NULL, seal bytea)",
    "CREATE TABLE docket_signatures (id TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (person, id))",
    "INSERT INTO docket VALUES ('a', '§', 7, NULL), ('b', 'x', 8, decode('00ff', 'hex'))",
    "INSERT INTO docket_signatures VALUES ('a', 'p-1')",
)


def test_others_2_the_tables_of_other_rooms_come_along(
    postgres_place: PostgresPlace, empty: str, tmp_path: Path
) -> None:
    postgres_place.execute(*DOCKET)
    with postgres_place.open() as record:
        fill(record)
        record.backup(tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as db:
        assert db.execute("SELECT * FROM docket").fetchall() == [
            ("a", "§", 7, None),
            ("b", "x", 8, b"\x00\xff"),
        ]
        for wrong in ("('a', 'x', 1, NULL)", "('c', NULL, 1, NULL)"):
            with pytest.raises(sqlite3.IntegrityError):
                db.execute(f"INSERT INTO docket VALUES {wrong}")
    postgres.restore(tmp_path / "backup.db", empty)
    place = PostgresPlace(empty)
    for wrong in (
        "docket VALUES ('a', 'x', 1)",
        "docket VALUES ('c', NULL, 1)",
        "docket_signatures VALUES ('a', 'p-1')",
    ):
        with pytest.raises(psycopg.IntegrityError):
            place.execute(f"INSERT INTO {wrong}")
    place.execute("INSERT INTO docket_signatures VALUES ('a', 'p-2')")
    with place.open() as record, record.transaction() as c:
        c.execute("SELECT id, body, size, seal FROM docket ORDER BY id")
        assert [tuple(row) for row in c.fetchall()] == [("a", "§", 7, None), ("b", "x", 8, b"\x00\xff")]


def test_others_1_a_table_that_means_something_else_there_is_refused(
    postgres_place: PostgresPlace, tmp_path: Path
) -> None:
    with postgres_place.open() as record:
        for table in ("odd (at timestamp)", '"Odd" (x text)', 'odd ("x y" text)'):
            postgres_place.execute(f"CREATE TABLE {table}")
            assert "no plain" in unavailable(lambda: record.backup(tmp_path / "backup.db")).what
            assert list(tmp_path.iterdir()) == []
            postgres_place.execute(f"DROP TABLE {table.partition(' ')[0]}")


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
