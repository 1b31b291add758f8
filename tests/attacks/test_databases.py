"""Databases made by hand to hang, blow up, mislead or run code in whoever opens them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ledger.record.merkle import leaf_hash
from ledger.verify.report import Report
from ledger.verify.verify import verify
from tests.kit import World
from tests.verify.memory import asked, failing


def three() -> World:
    world = World()
    world.found()
    world.note()
    world.secret_note()
    return world


WORLD = three()


def hostile(folder: Path, make: Callable[[sqlite3.Connection], object]) -> Report:
    """What the verifier says of a database without triggers and strictness, after `make` had its way."""
    path = folder / "record.db"
    WORLD.write_database(path)
    with closing(sqlite3.connect(path)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("DROP VIEW stored_events")
        for table in ("entries", "checkpoints", "disclosures"):
            db.execute(f"CREATE TABLE copied AS SELECT * FROM {table}")
            db.execute(f"DROP TABLE {table}")
            key = {"entries": "seq INTEGER PRIMARY KEY", "checkpoints": "size INTEGER PRIMARY KEY"}.get(table)
            columns = [row[1] for row in db.execute("PRAGMA table_info(copied)")]
            db.execute(f"CREATE TABLE {table} ({', '.join([key or columns[0], *columns[1:]])})")
            db.execute(f"INSERT INTO {table} SELECT * FROM copied")
            db.execute("DROP TABLE copied")
        make(db)
        db.commit()
    return verify(str(path), asked(WORLD))


def test_a_database_with_other_types_of_columns_is_still_read(tmp_path: Path) -> None:
    assert hostile(tmp_path, lambda db: None).words == "OK"


@pytest.mark.parametrize("value", ["NULL", "41", "'text'", "1e300", "zeroblob(65536)", "zeroblob(1000000)"])
def test_an_entry_of_another_type_or_size_is_malformed(tmp_path: Path, value: str) -> None:
    report = hostile(tmp_path, lambda db: db.execute(f"UPDATE entries SET entry = {value} WHERE seq = 2"))
    assert (report.words, report.index) == ("MALFORMED", 1)


def test_a_row_too_large_to_be_read_at_all_is_found(tmp_path: Path) -> None:
    report = hostile(
        tmp_path, lambda db: db.execute("UPDATE entries SET entry = zeroblob(300000000) WHERE seq = 2")
    )
    assert report.exit_code == 1
    assert report.words in {"MALFORMED", "BROKEN_AT 0", "BROKEN_AT 1"}


@pytest.mark.parametrize("value", ["NULL", "7", "'x'", "zeroblob(32)", "zeroblob(100000)"])
def test_a_leaf_hash_of_another_type_is_broken_there(tmp_path: Path, value: str) -> None:
    report = hostile(tmp_path, lambda db: db.execute(f"UPDATE entries SET leaf = {value} WHERE seq = 2"))
    assert report.words == "BROKEN_AT 1"


def test_an_entry_of_1000_nested_lists_is_malformed(tmp_path: Path) -> None:
    for depth in (1000, 30_000):
        raw = b"[" * depth + b"]" * depth
        report = hostile(
            tmp_path,
            lambda db, raw=raw: db.execute(  # type: ignore[misc]
                "UPDATE entries SET entry = ?, leaf = ? WHERE seq = 2", (raw, leaf_hash(raw))
            ),
        )
        assert (report.words, report.index) == ("MALFORMED", 1)
        (tmp_path / "record.db").unlink()


def test_a_number_of_60000_digits_is_malformed(tmp_path: Path) -> None:
    raw = b'{"a":' + b"9" * 60_000 + b"}"
    report = hostile(tmp_path, lambda db: db.execute("UPDATE entries SET entry = ? WHERE seq = 2", (raw,)))
    assert (report.words, report.index) == ("MALFORMED", 1)


def test_a_table_of_entries_without_its_key_could_hold_rows_twice(tmp_path: Path) -> None:
    def double(db: sqlite3.Connection) -> None:
        db.execute("CREATE TABLE twice AS SELECT * FROM entries")
        db.execute("INSERT INTO twice SELECT * FROM entries WHERE seq = 2")
        db.execute("DROP TABLE entries")
        db.execute("ALTER TABLE twice RENAME TO entries")

    report = hostile(tmp_path, double)
    assert report.words == "BROKEN_AT 0"
    assert "not keyed by seq" in failing(report)[2][0][1]


def test_a_view_in_place_of_the_entries_is_not_read(tmp_path: Path) -> None:
    def endless(db: sqlite3.Connection) -> None:
        db.execute("DROP TABLE entries")
        db.execute(
            "CREATE VIEW entries AS WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n) "
            "SELECT seq, NULL AS entry, NULL AS leaf FROM n"
        )

    assert hostile(tmp_path, endless).words == "BROKEN_AT 0"


def test_a_virtual_table_in_place_of_the_entries_is_not_read(tmp_path: Path) -> None:
    def virtual(db: sqlite3.Connection) -> None:
        db.execute("DROP TABLE entries")
        db.execute("CREATE VIRTUAL TABLE entries USING fts5(seq, entry, leaf)")

    assert hostile(tmp_path, virtual).words == "BROKEN_AT 0"


def test_computed_columns_are_not_read(tmp_path: Path) -> None:
    def computed(db: sqlite3.Connection) -> None:
        db.execute("DROP TABLE entries")
        db.execute(
            "CREATE TABLE entries (seq INTEGER PRIMARY KEY, leaf, entry AS (zeroblob(1000000000)), x AS (seq) STORED)"
        )
        db.execute("INSERT INTO entries (seq) VALUES (1), (2), (3)")

    assert hostile(tmp_path, computed).words == "BROKEN_AT 0"


@pytest.mark.parametrize("size", [-5, 0, 4, 2**53, 2**63 - 1])
def test_a_checkpoint_row_that_claims_another_size_misleads_nobody(tmp_path: Path, size: int) -> None:
    """What counts is the note: signed for three entries, whatever the row is called."""
    report = hostile(
        tmp_path, lambda db: db.execute("UPDATE checkpoints SET size = ? WHERE size = 3", (size,))
    )
    assert report.exit_code == (0 if size > 2 else 1)


@pytest.mark.parametrize(
    "note", [None, 5, "", "x", "a\n3\nb\n\n— c d\n", "\udcff", b"\xff\xfe", "n" * 2_000_000]
)
def test_a_checkpoint_that_is_none_is_a_bad_signature(tmp_path: Path, note: object) -> None:
    if note == "\udcff":
        note = b"\xed\xb3\xbf"
    report = hostile(
        tmp_path, lambda db: db.execute("UPDATE checkpoints SET note = ? WHERE size = 3", (note,))
    )
    assert report.words == "BAD_SIGNATURE"


def test_a_database_without_checkpoints_is_not_signed(tmp_path: Path) -> None:
    report = hostile(tmp_path, lambda db: db.execute("DELETE FROM checkpoints"))
    assert report.words == "BAD_SIGNATURE"
    assert report.facts.entries == 3


def test_a_checkpoint_for_more_entries_than_there_are_finds_them_missing(tmp_path: Path) -> None:
    from ledger.record.checkpoint import Checkpoint, sign_checkpoint

    huge = sign_checkpoint(Checkpoint(WORLD.origin, 10**15, bytes(32)), WORLD.log)
    report = hostile(
        tmp_path, lambda db: db.execute("INSERT INTO checkpoints VALUES (?, ?, ?)", (10**15, b"", huge))
    )
    assert report.words == "BROKEN_AT 3"


@pytest.mark.parametrize(
    "row",
    [
        (2, "x", "not base64"),
        (2, "x", None),
        (2, "x", b"\xff"),
        (2, "x", 7),
        ("x", "x", "WyJh"),
        (None, 0, 0),
    ],
)
def test_a_disclosure_that_is_none_fails_claim_10(tmp_path: Path, row: tuple[object, ...]) -> None:
    report = hostile(tmp_path, lambda db: db.execute("INSERT INTO disclosures VALUES (?, ?, ?)", row))
    assert report.verdict == "BROKEN_AT"
    assert list(failing(report)) == [10]


def test_a_disclosure_for_an_entry_that_is_not_there_fails_claim_10(tmp_path: Path) -> None:
    for seq in (-7, 0, 99, 2**62):
        report = hostile(tmp_path, lambda db, s=seq: db.execute("UPDATE disclosures SET seq = ?", (s,)))  # type: ignore[misc]
        assert list(failing(report)) == [10]
        (tmp_path / "record.db").unlink()


@pytest.mark.parametrize("table", ["entries", "checkpoints"])
def test_a_database_without_a_ledger_is_no_ledger(tmp_path: Path, table: str) -> None:
    assert hostile(tmp_path, lambda db: db.execute(f"DROP TABLE {table}")).words == "NOT_RUN"


def test_a_ledger_without_a_table_of_disclosures_is_whole(tmp_path: Path) -> None:
    assert hostile(tmp_path, lambda db: db.execute("DROP TABLE disclosures")).words == "OK_WITH_WITHHELD"


def test_nothing_is_written_where_it_is_read(tmp_path: Path) -> None:
    path = WORLD.write_database(tmp_path / "record.db")
    before = path.read_bytes()
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert verify(str(path), asked(WORLD)).words == "OK"
    finally:
        tmp_path.chmod(0o700)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["record.db"]


def test_a_ledger_that_is_being_written_to_verifies_as_it_was(tmp_path: Path) -> None:
    """The store keeps a write-ahead log; what it holds belongs to the record."""
    path = WORLD.write_database(tmp_path / "record.db")
    world = three()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        world.note("While you look.")
        row = world._row(3, world.entries[3])
        db.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?)", row)
        note = world.checkpoint()
        db.execute("INSERT INTO checkpoints VALUES (4, ?, ?)", (bytes.fromhex(world.seen().root), note))
        report = verify(str(path), asked(world))
        assert (report.words, report.facts.entries) == ("OK", 4)


@pytest.mark.parametrize("at", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_database_cut_short_is_not_ok(tmp_path: Path, at: float) -> None:
    path = WORLD.write_database(tmp_path / "record.db")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * at)])
    assert verify(str(path), asked(WORLD)).exit_code in (1, 2)
