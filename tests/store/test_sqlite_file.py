"""The SQLite file: ledger/store/sqlite_file.py, by the numbers of its rules, and backup and restore."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from ledger.errors import StoreUnavailable
from ledger.record.merkle import EMPTY_ROOT
from ledger.store import sqlite, sqlite_file
from ledger.store.record import Record
from tests.fixtures.store import NOW, ORIGIN, LogKey, SQLitePlace, append_all, assert_whole, leaf, unavailable

ROOT = Path(__file__).parents[2]


def tables(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        count: int = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return count


def test_1_opening_makes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    assert "no ledger" in unavailable(lambda: sqlite.open_record(path)).what
    assert list(tmp_path.iterdir()) == []
    sqlite3.connect(path).close()
    assert "no ledger" in unavailable(lambda: sqlite.open_record(path)).what
    assert tables(path) == 0


def test_1_a_ledger_is_made_once(sqlite_place: SQLitePlace) -> None:
    with sqlite_place.open() as record:
        append_all(record, [leaf("a")])
    assert "exists already" in unavailable(sqlite_place.create).what
    with sqlite_place.open() as record:
        assert len(assert_whole(record)) == 1
        assert record.origin == ORIGIN


def test_1_of_many_that_make_it_at_once_one_does(tmp_path: Path) -> None:
    outcomes: list[str] = []

    def make() -> None:
        try:
            sqlite.create(tmp_path / "record.db", ORIGIN)
            outcomes.append("made")
        except StoreUnavailable as e:
            outcomes.append(e.what)

    threads = [Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("made") == 1
    assert all("exists already" in outcome for outcome in outcomes if outcome != "made")


def test_2_connections_are_durable_and_the_file_is_private(sqlite_place: SQLitePlace) -> None:
    with sqlite_place.open() as record, record.transaction() as c:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1)):
            c.execute(f"PRAGMA {pragma}")
            assert c.fetchone()[0] == value
    assert stat.S_IMODE(sqlite_place.path.stat().st_mode) == 0o600


def test_2_connections_keep_their_prepared_statements(sqlite_place: SQLitePlace) -> None:
    """The library's own pool asks for a cache of one (cached_statements=True): an append took twice as long."""
    with sqlite_place.open() as record:
        pool = record._application.factory.datastore.pool  # type: ignore[attr-defined]
        assert isinstance(pool, sqlite_file.LedgerPool)


@pytest.mark.parametrize("name", ["100% of ?mode=memory#x", ":memory:", "mode=memory", "naïve file"])
def test_any_file_name_is_a_file_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    sqlite.create(path, ORIGIN)
    with sqlite.open_record(path, LogKey()) as record:
        append_all(record, [leaf("a")])
    with sqlite.open_record(path) as record:
        assert len(assert_whole(record)) == 1
    assert {p.name for p in tmp_path.iterdir()} == {name}


def test_3_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    path.write_bytes(b"never a database " * 100)
    for action in (lambda: sqlite.open_record(path), lambda: sqlite.create(path, ORIGIN)):
        assert "no ledger" in unavailable(action).what
    assert path.read_bytes() == b"never a database " * 100


def test_3_a_ledger_of_another_format(sqlite_place: SQLitePlace) -> None:
    sqlite_place.execute("UPDATE state SET value = '2' WHERE key = 'format'")
    assert "format" in unavailable(sqlite_place.open).what


def test_3_a_folder_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "no" / "record.db"
    for action in (lambda: sqlite.open_record(path), lambda: sqlite.create(path, ORIGIN)):
        unavailable(action)


def test_3_locked_for_too_long(sqlite_place: SQLitePlace) -> None:
    with (
        closing(sqlite3.connect(sqlite_place.path, isolation_level=None)) as holder,
        sqlite.open_record(sqlite_place.path, LogKey(), lock_timeout=1) as record,
    ):
        holder.execute("BEGIN IMMEDIATE")
        assert "locked" in unavailable(lambda: record.append([leaf("a")], head=0, now=NOW)).what
        holder.execute("ROLLBACK")
        append_all(record, [leaf("a")])
        assert_whole(record)


def test_sqlite_2_a_thread_waits_for_its_turn_and_not_for_ever(sqlite_place: SQLitePlace) -> None:
    """Also the one that appends within its own transaction, which the port forbids."""
    with sqlite.open_record(sqlite_place.path, LogKey(), lock_timeout=1) as record:
        with record.transaction():
            assert "busy" in unavailable(lambda: record.append([leaf("a")], head=0, now=NOW)).what
        append_all(record, [leaf("a")])


BODY = b'"' + b"x" * 20_000 + b'"'


def fill(record: Record) -> tuple[int, StoreUnavailable]:
    """Append until the disk is full: how many receipts were given, and what was said then."""
    for promised in range(1000):
        try:
            record.append([leaf(f"n{promised}", act=BODY)], head=promised, now=NOW)
        except StoreUnavailable as e:
            return promised, e
    raise AssertionError("this disk is never full")


def test_3_and_port_7_a_full_disk(sqlite_place: SQLitePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own limit gives the very error of a full disk; the ledger stays whole, and goes on when it is freed."""
    monkeypatch.setattr(sqlite_file, "_PRAGMAS", (*sqlite_file._PRAGMAS, "PRAGMA max_page_count = 60"))
    with sqlite_place.open() as record:
        promised, full = fill(record)
        assert "nothing was written" in full.what
        assert "space" in full.cure
        assert promised > 3
        assert len(assert_whole(record)) == promised
    monkeypatch.undo()
    with sqlite_place.open() as record:
        record.append([leaf(f"n{promised}", act=BODY)], head=promised, now=NOW)
        assert len(assert_whole(record)) == promised + 1


def test_3_a_really_full_disk(tmp_path: Path) -> None:
    """A file system of 1 MiB, where this machine lets us mount one."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(tmp_path)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a file system takes rights that this user has not")
    try:
        place = SQLitePlace(tmp_path / "record.db")
        place.create()
        with place.open() as record:
            promised, _ = fill(record)
            assert promised > 3
            assert len(assert_whole(record)) == promised
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_3_a_read_only_folder(sqlite_place: SQLitePlace) -> None:
    """In a process of an ordinary user: for root nothing is read-only."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.store.drill", "read-only"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert "read-only" in run.stdout or "cannot be opened" in run.stdout
    assert run.stdout.count("StoreUnavailable") == 2


def test_4_a_backup_is_whole_private_and_counts_as_restored(
    sqlite_place: SQLitePlace, tmp_path: Path
) -> None:
    copy = tmp_path / "copies" / "record.db"
    copy.parent.mkdir()
    with sqlite_place.open() as record:
        append_all(record, [leaf("a"), leaf("b")])
        record.add_disclosures(0, ["d"])
        record.backup(copy)
        append_all(record, [leaf("c")])
        before = record.checkpoint(2)
        assert "exists already" in unavailable(lambda: record.backup(copy)).what
        assert "exists already" in unavailable(lambda: record.backup(sqlite_place.path)).what
        assert record.restored() is None
    assert [p.name for p in copy.parent.iterdir()] == ["record.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with SQLitePlace(copy).open() as old:
        assert len(assert_whole(old)) == 2
        assert (old.checkpoint(), old.disclosures(0), old.restored()) == (before, ["d"], "from a backup")


def test_4_a_backup_that_fails_leaves_nothing_behind(sqlite_place: SQLitePlace, tmp_path: Path) -> None:
    with sqlite_place.open() as record:
        unavailable(lambda: record.backup(tmp_path / "no" / "copy.db"))
        unavailable(lambda: record.backup(tmp_path))
    assert not list(tmp_path.glob("*.partial"))


def restored(sqlite_place: SQLitePlace, tmp_path: Path) -> SQLitePlace:
    """A ledger of four entries, two of which are in its backup, and that backup restored."""
    with sqlite_place.open() as record:
        append_all(record, [leaf("a"), leaf("b")])
        record.backup(tmp_path / "backup.db")
        append_all(record, [leaf("c"), leaf("d")])
    sqlite.restore(tmp_path / "backup.db", tmp_path / "restored.db")
    return SQLitePlace(tmp_path / "restored.db")


def test_checks_3_a_restored_store_is_not_written_to(sqlite_place: SQLitePlace, tmp_path: Path) -> None:
    with restored(sqlite_place, tmp_path).open() as record:
        refused = unavailable(lambda: record.append([leaf("c")], head=2, now=NOW))
        assert "restored (from backup.db)" in refused.what
        assert "countersign restore" in refused.cure
        assert record.restored() == "from backup.db"
        assert len(assert_whole(record)) == 2


def test_checks_3_it_opens_when_it_holds_all_that_was_published(
    sqlite_place: SQLitePlace, tmp_path: Path
) -> None:
    place = restored(sqlite_place, tmp_path)
    with sqlite_place.open() as record:
        published = {n: assert_root(record.checkpoint(n)) for n in (1, 2, 4)}
    with place.open() as record:
        assert "only 2" in unavailable(lambda: record.clear_restored(4, published[4])).what
        assert "others" in unavailable(lambda: record.clear_restored(2, published[1])).what
        assert "others" in unavailable(lambda: record.clear_restored(0, published[1])).what
        assert record.restored() is not None
        record.clear_restored(2, published[2])
        assert record.restored() is None
        append_all(record, [leaf("e")])
        assert len(assert_whole(record)) == 3


def test_checks_3_where_nothing_was_published_the_empty_head_will_do(
    sqlite_place: SQLitePlace, tmp_path: Path
) -> None:
    with restored(sqlite_place, tmp_path).open() as record:
        record.clear_restored(0, EMPTY_ROOT)
        append_all(record, [leaf("e")])


def test_restoring_rehashes_the_entries_and_believes_no_stored_hash(
    sqlite_place: SQLitePlace, tmp_path: Path
) -> None:
    place = restored(sqlite_place, tmp_path)
    with place.open() as record:
        root = record.head().root()
    place.unbelt()
    place.execute(
        "UPDATE entries SET entry = CAST(replace(CAST(entry AS TEXT), 'signatures', 'signaturez') AS BLOB)"
    )
    with place.open() as record:
        assert "others" in unavailable(lambda: record.clear_restored(2, root)).what


def test_restoring_replaces_nothing(sqlite_place: SQLitePlace, tmp_path: Path) -> None:
    place = restored(sqlite_place, tmp_path)
    for target in (sqlite_place.path, place.path):
        assert (
            "exists already" in unavailable(lambda t=target: sqlite.restore(tmp_path / "backup.db", t)).what
        )
    unavailable(lambda: sqlite.restore(tmp_path / "nothing.db", tmp_path / "new.db"))


def test_what_is_erased_is_gone_from_the_files(sqlite_place: SQLitePlace) -> None:
    """Not only from the table: no page of the database or its log holds the text any more."""
    text = "d" + "SECRET" * 200
    from ledger.record.disclosure import commitment

    with sqlite_place.open() as record:
        append_all(record, [leaf("a")])
        record.add_disclosures(0, [text, "other"])
        record.erase_disclosures(0, [commitment(text)])
        folder = sqlite_place.path.parent
        kept = b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith("record.db"))
    assert b"SECRETSECRET" not in kept


def assert_root(note: str) -> bytes:
    from ledger.record.checkpoint import SignedCheckpoint

    return SignedCheckpoint.parse(note).checkpoint.root
