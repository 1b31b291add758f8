"""ledger/backup.py: its four must-sentences, each by number."""

import threading
from pathlib import Path

import pytest

from keys.check import ed25519
from ledger.backup import DATABASE, PUBLISHED, SETTINGS, backup, restore, settings_of
from ledger.durable import UNFINISHED
from ledger.errors import NotFound, StoreUnavailable
from ledger.publish.cosignatures import read_public
from ledger.publish.site import publish
from ledger.record.checkpoint import SignedCheckpoint
from ledger.store import sqlite
from ledger.verify.asked import Asked
from ledger.verify.verify import verify
from tests.fixtures.ledger import Ledger, files

TEXT = 'origin = "test.example/log"\n'


def put_at(to: Path, name: str = "ledger.db") -> None:
    """Restore `backup` at `to`, as the command does for SQLite."""
    restore(to.parent / "backup", to, lambda database: sqlite.restore(database, to / name))


def copy(ledger: Ledger, to: Path) -> None:
    backup(ledger.store, to, settings=TEXT, published=ledger.store.checkpoint())


def test_the_policy_of_witnesses_goes_along_and_comes_back(tmp_path: Path, ledger: Ledger) -> None:
    backup(ledger.store, tmp_path / "backup", settings=TEXT, published=None, policy="quorum none\n")
    put_at(tmp_path / "again")
    assert (tmp_path / "again" / "policy.tlog").read_text() == "quorum none\n"


def test_1_a_backup_is_whole_and_private(tmp_path: Path, ledger: Ledger) -> None:
    ledger.note(sealed="a secret")
    copy(ledger, tmp_path / "backup")
    assert set(files(tmp_path / "backup")) == {DATABASE, SETTINGS, PUBLISHED}
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
    assert (tmp_path / "backup" / DATABASE).stat().st_mode & 0o077 == 0
    assert settings_of(tmp_path / "backup") == TEXT
    report = verify(str(tmp_path / "backup" / DATABASE), Asked(vkey=ledger.vkey.vkey))
    assert report.words == "OK"


def test_1_a_backup_that_fails_leaves_nothing(
    tmp_path: Path, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        path.write_bytes(b"half")
        raise StoreUnavailable("the disk is full", "free some space")

    monkeypatch.setattr(ledger.store, "backup", full)
    with pytest.raises(StoreUnavailable, match="the disk is full"):
        copy(ledger, tmp_path / "backup")
    assert [p.name for p in tmp_path.iterdir()] == ["ledger"]


def test_1_what_a_killed_backup_left_is_no_backup(tmp_path: Path, ledger: Ledger) -> None:
    half = tmp_path / f"backup{UNFINISHED}"
    half.mkdir()
    (half / SETTINGS).write_text("old")
    copy(ledger, tmp_path / "backup")
    assert not half.exists()
    assert settings_of(tmp_path / "backup") == TEXT


def test_1_nothing_is_replaced(tmp_path: Path, ledger: Ledger) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(StoreUnavailable, match="exists already"):
        copy(ledger, tmp_path / "backup")


def test_2_the_copy_extends_what_was_published_before(tmp_path: Path, ledger: Ledger) -> None:
    site = tmp_path / "site"
    publish(ledger.store, ledger.register(), site, check=ed25519)
    stop = threading.Event()

    def go_on() -> None:
        while not stop.is_set():
            ledger.fill(3)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        backup(ledger.store, tmp_path / "backup", settings=TEXT, published=read_public(site))
    finally:
        stop.set()
        writer.join()
    published = SignedCheckpoint.parse((tmp_path / "backup" / PUBLISHED).read_bytes()).checkpoint
    with sqlite.open_record(tmp_path / "backup" / DATABASE) as copied:
        assert copied.head().size >= published.size
        assert copied.has_checkpoint(published.size, published.root)


def test_3_a_restored_folder_is_a_ledger(tmp_path: Path, ledger: Ledger) -> None:
    copy(ledger, tmp_path / "backup")
    to = tmp_path / "again"
    put_at(to)
    assert set(files(to)) == {"ledger.db", SETTINGS}
    assert (to / SETTINGS).read_text() == TEXT
    with sqlite.open_record(to / "ledger.db") as record:
        assert record.head() == ledger.store.head()


def test_3_without_its_store_a_folder_is_no_ledger(tmp_path: Path, ledger: Ledger) -> None:
    copy(ledger, tmp_path / "backup")

    def put(database: Path) -> None:
        raise StoreUnavailable("the disk is full", "free some space")

    with pytest.raises(StoreUnavailable):
        restore(tmp_path / "backup", tmp_path / "again", put)
    assert not (tmp_path / "again" / SETTINGS).exists()


def test_3_a_ledger_is_not_replaced(tmp_path: Path, ledger: Ledger) -> None:
    copy(ledger, tmp_path / "backup")
    to = tmp_path / "again"
    put_at(to)
    with pytest.raises(StoreUnavailable, match="holds a ledger already"):
        put_at(to, "other.db")
    assert not (to / "other.db").exists()


@pytest.mark.parametrize("missing", [DATABASE, SETTINGS, None])
def test_3_what_is_no_backup(tmp_path: Path, ledger: Ledger, missing: str | None) -> None:
    if missing:
        copy(ledger, tmp_path / "backup")
        (tmp_path / "backup" / missing).unlink()
    with pytest.raises(NotFound, match="is no backup"):
        put_at(tmp_path / "again")


def test_4_a_restored_store_refuses_to_be_written_to(tmp_path: Path, ledger: Ledger) -> None:
    copy(ledger, tmp_path / "backup")
    put_at(tmp_path / "again")
    ledger.close()
    ledger.store = sqlite.open_record(tmp_path / "again/ledger.db", ledger.vkey)
    assert ledger.store.restored() is not None
    with pytest.raises(StoreUnavailable, match="was restored"):
        ledger.fill(1)


def test_the_checkpoint_of_that_day_comes_back(tmp_path: Path, ledger: Ledger) -> None:
    for published in (ledger.store.checkpoint(), None):
        name = "with" if published else "without"
        backup(ledger.store, tmp_path / name, settings=TEXT, published=published)
        assert restore(tmp_path / name, tmp_path / f"{name} it", lambda database: None) == published
