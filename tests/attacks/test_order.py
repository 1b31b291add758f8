"""Rows deleted, inserted, swapped, moved: in the database as it lies, and with every hash made to fit again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from ledger.record.merkle import leaf_hash
from ledger.verify.report import Report
from ledger.verify.verify import verify
from tests.kit import World
from tests.verify.memory import asked, check_bundle, failing


def six() -> World:
    world = World()
    world.found()
    for i in range(1, 6):
        world.note(f"Note {i}.")
    return world


def tampered(path: Path, world: World, tamper: Callable[[sqlite3.Connection], object]) -> Report:
    """What the verifier says of a database after somebody with the file dropped its triggers and went in."""
    world.write_database(path / "record.db")
    with closing(sqlite3.connect(path / "record.db")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        tamper(db)
        db.commit()
    return verify(str(path / "record.db"), asked(world))


def test_the_untouched_database_verifies(tmp_path: Path) -> None:
    assert tampered(tmp_path, six(), lambda db: None).words == "OK"


def test_a_deleted_row_is_missing_at_its_index(tmp_path: Path) -> None:
    report = tampered(tmp_path, six(), lambda db: db.execute("DELETE FROM entries WHERE seq = 3"))
    assert report.words == "BROKEN_AT 2"
    assert failing(report)[2] == [(2, "entry 2 is missing")]


def test_deleted_rows_up_to_the_end_are_missing(tmp_path: Path) -> None:
    report = tampered(tmp_path, six(), lambda db: db.execute("DELETE FROM entries WHERE seq > 3"))
    assert report.words == "BROKEN_AT 3"
    assert failing(report)[2] == [(3, "entries 3 to 5 are missing")]


def test_a_deleted_founding_is_missing_at_0(tmp_path: Path) -> None:
    report = tampered(tmp_path, six(), lambda db: db.execute("DELETE FROM entries WHERE seq = 1"))
    assert report.words == "BROKEN_AT 0"


def test_all_rows_deleted(tmp_path: Path) -> None:
    report = tampered(tmp_path, six(), lambda db: db.execute("DELETE FROM entries"))
    assert report.words == "BROKEN_AT 0"


def test_a_row_appended_behind_the_checkpoint_is_found_there(tmp_path: Path) -> None:
    world = six()

    def append(db: sqlite3.Connection) -> None:
        row = db.execute("SELECT entry, leaf FROM entries WHERE seq = 6").fetchone()
        db.execute("INSERT INTO entries VALUES (7, 'x', NULL, NULL, NULL, NULL, ?, ?)", row)

    assert tampered(tmp_path, world, append).words == "BROKEN_AT 6"


def test_a_row_before_the_first_is_found(tmp_path: Path) -> None:
    def prepend(db: sqlite3.Connection) -> None:
        row = db.execute("SELECT entry, leaf FROM entries WHERE seq = 6").fetchone()
        db.execute("INSERT INTO entries VALUES (0, 'x', NULL, NULL, NULL, NULL, ?, ?)", row)

    assert tampered(tmp_path, six(), prepend).words == "BROKEN_AT 0"


def test_an_inserted_row_pushes_all_others_from_their_places(tmp_path: Path) -> None:
    def insert(db: sqlite3.Connection) -> None:
        db.execute("UPDATE entries SET seq = -seq - 1 WHERE seq > 3")
        db.execute("UPDATE entries SET seq = -seq WHERE seq < 0")
        row = db.execute("SELECT entry, leaf FROM entries WHERE seq = 3").fetchone()
        db.execute("INSERT INTO entries VALUES (4, 'x', NULL, NULL, NULL, NULL, ?, ?)", row)

    report = tampered(tmp_path, six(), insert)
    assert report.words == "BROKEN_AT 3"
    assert (3, "it calls itself entry 2") in failing(report)[2]


def test_swapped_rows_are_found_at_the_first(tmp_path: Path) -> None:
    def swap(db: sqlite3.Connection) -> None:
        for old, new in ((3, -1), (4, 3), (-1, 4)):
            db.execute("UPDATE entries SET seq = ? WHERE seq = ?", (new, old))

    report = tampered(tmp_path, six(), swap)
    assert report.words == "BROKEN_AT 2"
    assert (2, "it calls itself entry 3") in failing(report)[2]


def test_reversed_rows_are_found_at_0(tmp_path: Path) -> None:
    def reverse(db: sqlite3.Connection) -> None:
        db.execute("UPDATE entries SET seq = -seq")
        db.execute("UPDATE entries SET seq = seq + 7")

    assert tampered(tmp_path, six(), reverse).words == "BROKEN_AT 0"


def test_a_replaced_row_with_its_own_hash_breaks_the_chain_after_it(tmp_path: Path) -> None:
    def replace(db: sqlite3.Connection) -> None:
        (raw,) = db.execute("SELECT entry FROM entries WHERE seq = 3").fetchone()
        forged = raw.replace(b"Note 2", b"Mote 2")
        db.execute("UPDATE entries SET entry = ?, leaf = ? WHERE seq = 3", (forged, leaf_hash(forged)))

    report = tampered(tmp_path, six(), replace)
    assert report.words == "BROKEN_AT 3"
    assert [where for where, _ in failing(report)[7]] == [2]


def test_a_changed_stored_checkpoint_is_no_longer_signed(tmp_path: Path) -> None:
    def forge(db: sqlite3.Connection) -> None:
        (note,) = db.execute("SELECT note FROM checkpoints WHERE size = 4").fetchone()
        db.execute("UPDATE checkpoints SET note = ? WHERE size = 4", (note.replace("\n4\n", "\n3\n"),))

    report = tampered(tmp_path, six(), forge)
    assert report.words == "BAD_SIGNATURE"
    assert list(failing(report)) == [4]


def test_a_stored_checkpoint_of_another_history_is_a_fork(tmp_path: Path) -> None:
    world, other = six(), World()
    other.found()
    other.note("Another first note.")
    world.notes[2] = other.checkpoint(2)
    world.write_database(tmp_path / "record.db")
    assert verify(str(tmp_path / "record.db"), asked(world)).words == "FORK"


# ---- with the log's key at hand, so that hashes, links and the checkpoint fit


def test_a_deleted_entry_all_rehashed_contradicts_the_signers_heads() -> None:
    """Nobody held an earlier checkpoint; the officers' own signatures did."""
    world = six()
    del world.entries[2]
    world.relink()
    report = check_bundle(world)
    assert report.words == "FORK"
    assert set(failing(report)) == {9}


def test_swapped_entries_all_rehashed_run_backwards_in_time() -> None:
    world = six()
    world.entries[2], world.entries[3] = world.entries[3], world.entries[2]
    world.relink()
    report = check_bundle(world)
    assert report.words == "BROKEN_AT 3"
    assert 9 in failing(report)


def test_an_inserted_entry_all_rehashed_contradicts_the_signers_heads() -> None:
    world = six()
    late = world.act("note.recorded", {"text": "Was always there."}, statement="attest", seen=world.seen(3))
    head, tail = world.entries[:3], world.entries[3:]
    world.entries = head
    world.append(late, recorded_at="2025-01-06T09:03:30.000000Z")
    world.entries += tail
    world.relink()
    report = check_bundle(world)
    assert report.words == "FORK"
    assert {where for where, _ in failing(report)[9]} == {5, 6}
