"""A kept book: what is trusted of it, and what is not. Numbers are those of ledger/verify/book.py and run.py."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from ledger.verify import run as running
from ledger.verify.acts import Read, Reader
from ledger.verify.asked import Asked
from ledger.verify.report import Report
from ledger.verify.scan import CHUNK
from ledger.verify.verify import verify
from tests.kit import RSO, Person, World
from tests.verify.big import write_database
from tests.verify.memory import asked, bundle_of, failing, tiles_of


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def grown(world: World, by: int) -> World:
    for i in range(by):
        world.note(f"Note {len(world.entries)}.{i}")
    return world


def founded() -> World:
    world = World()
    world.found()
    return world


def again(world: World, state: Path, **more: object) -> Report:
    return verify(tiles_of(world.files()), asked(world, resume=state, **more))


def test_a_second_run_reads_only_what_is_new(state: Path) -> None:
    world = grown(founded(), 5)
    first = again(world, state)
    assert (first.words, first.facts.resumed_at, first.facts.entries) == ("OK", 0, 6)
    second = again(world, state)
    assert (second.words, second.facts.resumed_at, second.facts.entries) == ("OK", 6, 6)
    third = again(grown(world, 300), state)
    assert (third.words, third.facts.resumed_at, third.facts.entries) == ("OK", 6, 306)
    fourth = again(grown(world, 3), state)
    assert (fourth.words, fourth.facts.resumed_at, fourth.facts.entries) == ("OK", 306, 309)
    assert "Entries 0 to 305 were not read again" in fourth.notes[-1]


def test_counts_are_kept(state: Path) -> None:
    world = founded()
    world.secret_note(opened=False)
    world.sealed_note(opened=False)
    assert again(world, state).words == "OK_WITH_WITHHELD"
    world.secret_note(opened=False)
    report = again(world, state)
    assert (report.words, report.facts.withheld, report.facts.withheld_unopened) == (
        "OK_WITH_WITHHELD",
        {"board": 2},
        2,
    )
    assert report.facts.sealed_unopened == 1


def test_what_stood_before_is_known(state: Path) -> None:
    world = grown(founded(), 2)
    act = world.act("note.recorded", {"text": "Once."}, statement="attest", stream="note/one")
    world.append(act)
    world.register(Person("p-rso", "RSO", "new"))
    world.revoke(RSO)
    assert again(world, state).words == "OK"
    world.note(by=Person("p-rso", "RSO", "new"))
    assert again(world, state).words == "OK"
    length = len(world.entries)
    world.note(by=RSO)
    assert again(world, state).words == "NO_AUTHORITY"
    del world.entries[length:]
    world.append(act)
    assert again(world, state).words == f"BROKEN_AT {length}"
    del world.entries[length:]
    later = Person("p-rso", "RSO", "new")
    world.append(
        world.act("note.recorded", {"text": "x"}, [later], statement="attest", stream="note/one"), version=3
    )
    assert again(world, state).words == f"BROKEN_AT {length}"


def test_1_a_run_that_found_something_keeps_nothing(state: Path) -> None:
    world = grown(founded(), 2)
    again(world, state)
    world.note(by=Person("p-mallory", "CEO"))
    for _ in range(2):
        report = again(world, state)
        assert (report.words, report.facts.resumed_at) == ("NO_AUTHORITY", 3)
    # The log signed these four; whoever takes the last back afterwards shows two histories.
    del world.entries[3:]
    world.note()
    assert again(world, state).words == "FORK"


def test_2_a_book_of_another_ledger_is_emptied(state: Path) -> None:
    again(grown(founded(), 3), state)
    other = World(origin="other.example/log")
    other.found()
    report = again(other, state)
    assert (report.words, report.facts.resumed_at) == ("OK", 0)


def test_run_1_a_shorter_record_than_the_book_is_a_rollback(state: Path) -> None:
    world = grown(founded(), 5)
    again(world, state)
    del world.entries[3:]
    report = again(world, state)
    assert (report.words, report.facts.resumed_at) == ("ROLLBACK", 0)
    assert "what this verifier had verified before covers 6 entries" in failing(report)[6][0][1]


@pytest.mark.parametrize("length", [3, 5, 9])
def test_run_1_another_history_than_the_books_is_a_fork(state: Path, length: int) -> None:
    world = grown(founded(), 2)
    again(grown(world, 2), state)
    del world.entries[2:]
    world.versions.clear()
    grown(world, length)
    world.note("Another end.")
    report = again(world, state)
    assert report.words == ("FORK" if length > 2 else "ROLLBACK")
    assert report.facts.resumed_at == 0


def test_what_the_book_covers_is_believed_and_the_report_says_so(state: Path) -> None:
    """The price of resuming: a change below is not seen, since nothing below is read."""
    world = grown(founded(), 600)
    again(world, state)
    files = grown(world, 1).files()
    files["tile/entries/000"] = files["tile/entries/000"].replace(b"Note 7.", b"Nope 7.")
    report = verify(tiles_of(files), asked(world, resume=state))
    assert (report.words, report.facts.resumed_at) == ("OK", 601)
    assert "it was believed" in report.notes[-1]
    assert verify(tiles_of(files), asked(world)).words == "BROKEN_AT 7"


def test_earlier_heads_below_the_book_are_still_compared(state: Path) -> None:
    world = grown(founded(), 20)
    true, other = world.checkpoint(9), World(entries=world.entries[:8])
    other.note("Another.")
    again(world, state)
    grown(world, 1)
    assert again(world, state, earlier=[true]).words == "OK"
    assert again(world, state, earlier=[other.checkpoint()]).words == "FORK"


def test_3_an_interrupted_run_goes_on_where_it_was(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_SAVE_EVERY", 1)
    size = CHUNK + 300
    world = write_database(tmp_path / "record.db", size, "x")
    options = Asked(vkey=world.log.vkey, resume=state)
    read: list[int] = []
    true_entry = Reader.entry

    def entry(self: Reader, out: Read, index: int, raw: bytes, texts: Sequence[str]) -> None:
        read.append(index)
        if index == CHUNK + 5:
            raise KeyboardInterrupt
        true_entry(self, out, index, raw, texts)

    monkeypatch.setattr(Reader, "entry", entry)
    with pytest.raises(KeyboardInterrupt):
        verify(str(tmp_path / "record.db"), options)
    monkeypatch.setattr(Reader, "entry", true_entry)
    report = verify(str(tmp_path / "record.db"), options)
    assert (report.words, report.facts.resumed_at, report.facts.entries) == ("OK", CHUNK, size)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(100)])
def test_a_file_that_is_no_book_is_not_overwritten_silently(state: Path, content: bytes) -> None:
    state.write_bytes(content)
    report = again(founded(), state)
    assert report.words == ("OK" if content == b"" else "NOT_RUN")
    if content:
        assert state.read_bytes() == content


def test_a_book_of_another_format_is_emptied(state: Path) -> None:
    world = grown(founded(), 2)
    again(world, state)
    with closing(sqlite3.connect(state)) as db:
        db.execute("UPDATE state SET value = 99 WHERE key = 'format'")
        db.commit()
    assert again(world, state).facts.resumed_at == 0


def test_a_book_in_use_cannot_be_used_twice(state: Path) -> None:
    from ledger.verify.book import Book

    world = founded()
    again(world, state)
    with closing(Book(state)):
        report = again(world, state)
        assert report.words == "NOT_RUN"


def test_a_bundle_and_a_database_share_a_book(state: Path, tmp_path: Path) -> None:
    world = grown(founded(), 3)
    assert verify(bundle_of(world.bundle_files()), asked(world, resume=state)).words == "OK"
    grown(world, 2)
    path = world.write_database(tmp_path / "record.db")
    report = verify(str(path), asked(world, resume=state))
    assert (report.words, report.facts.resumed_at) == ("OK", 4)
