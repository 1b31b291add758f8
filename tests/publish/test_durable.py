"""ledger/durable.py: its six must-sentences, each by number."""

import errno
import os
import threading
import time
from pathlib import Path

import pytest

from ledger.durable import UNFINISHED, Contradiction, Folder, new_file, new_folder, writing
from ledger.errors import StoreUnavailable
from tests.fixtures.ledger import Crash, crash_at, files


def test_1_a_file_is_synced_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    did: list[str] = []
    sync, rename = os.fsync, Path.replace

    def fsync(fd: int) -> None:
        did.append("fsync folder" if os.path.isdir(f"/proc/self/fd/{fd}") else "fsync file")  # noqa: PTH112
        sync(fd)

    def replace(self: Path, target: Path) -> Path:
        did.append("rename")
        return rename(self, target)

    with writing(tmp_path / "site") as folder:
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(Path, "replace", replace)
        assert folder.create("a/b/c", b"x")
    assert did[:2] == ["fsync file", "rename"]
    assert did[2:].count("fsync folder") >= 3, "a/b for c, a for b, and the folder itself for a"


def test_2_other_bytes_are_an_error_that_names_the_file(tmp_path: Path) -> None:
    with writing(tmp_path) as folder:
        assert folder.create("tile/0/000", b"one") is True
        assert folder.create("tile/0/000", b"one") is False
        with pytest.raises(Contradiction) as raised:
            folder.create("tile/0/000", b"two")
    assert raised.value.word == "TAMPERED"
    assert "tile/0/000" in raised.value.what
    assert "empty folder" in raised.value.cure
    assert files(tmp_path) == {"tile/0/000": b"one"}


def test_3_a_second_writer_waits(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with writing(tmp_path) as folder:
            order.append("second")
            folder.create("b", b"")

    thread = threading.Thread(target=second)
    with writing(tmp_path) as folder:
        thread.start()
        time.sleep(0.05)
        order.append("first")
        folder.create("a", b"")
    thread.join()
    assert order == ["first", "second"]


@pytest.mark.parametrize("step", [0, 1])
def test_4_a_crash_leaves_nothing_that_looks_published(tmp_path: Path, step: int) -> None:
    with pytest.raises(Crash), writing(tmp_path, crash_at(step)) as folder:
        folder.create("tile/0/000", b"whole")
    found = {name: data for name, data in files(tmp_path).items() if name != UNFINISHED}
    assert found == ({} if step == 0 else {"tile/0/000": b"whole"})
    with writing(tmp_path):
        pass
    assert UNFINISHED not in files(tmp_path)


def test_4_an_unfinished_file_is_never_a_link_to_another(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    site = tmp_path / "site"
    with writing(site) as folder:
        (site / UNFINISHED).symlink_to(victim)
        with pytest.raises(OSError, match="symbolic links"):
            folder.create("a", b"x")
    assert victim.read_text() == "precious"


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission"),
        (errno.EIO, "check the disk"),
    ],
)
def test_5_the_disks_trouble_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, cure: str
) -> None:
    def fsync(_fd: int) -> None:
        raise OSError(number, os.strerror(number))

    def write() -> None:
        with writing(tmp_path) as folder:
            monkeypatch.setattr(os, "fsync", fsync)
            folder.create("a", b"x")

    with pytest.raises(StoreUnavailable) as raised:
        write()
    assert cure in raised.value.cure
    assert os.strerror(number) in raised.value.what
    assert not (tmp_path / "a").exists()


def test_5_a_file_where_a_folder_belongs(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("")
    with pytest.raises(StoreUnavailable), writing(tmp_path / "site"):
        pass


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    assert Folder(tmp_path).read("no/such") is None


@pytest.mark.parametrize("fails", [False, True])
def test_6_something_new_is_whole_or_not_there(tmp_path: Path, fails: bool) -> None:
    def write() -> None:
        with new_file(tmp_path / "a.zip") as file:
            file.write(b"half")
            if fails:
                raise Crash("a.zip")
        with new_folder(tmp_path / "a") as folder:
            folder.create("b/c", b"half")
            if fails:
                raise Crash("a")

    if fails:
        with pytest.raises(Crash):
            write()
    else:
        write()
    assert files(tmp_path) == ({} if fails else {"a.zip": b"half", "a/b/c": b"half"})
    assert len(list(tmp_path.iterdir())) == (0 if fails else 2)


def test_6_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").write_text("precious")
    with pytest.raises(StoreUnavailable, match="exists already"), new_folder(tmp_path / "a"):
        pass
    with pytest.raises(StoreUnavailable, match="exists already"), new_file(tmp_path / "b"):
        pass
    assert files(tmp_path) == {"b": b"precious"}
