"""Files that must survive a power cut and must not be rewritten: one folder, one writer at a time.

::

    with writing(Path("site")) as folder:
        folder.create("tile/0/000", data)        True: it is new    False: it stood there with these very bytes
        folder.settle()                          names and bytes are on the disk
        folder.replace("checkpoint", note)       readers see the old file or the new one, nothing between

1. A file must appear whole or not at all: written beside, fsynced, renamed, and its folder fsynced by ``settle``.
2. ``create`` must never put other bytes in place of a file: it raises Contradiction and leaves the file for inspection.
3. One folder must have one writer at a time; the lock dies with its process.
4. Whatever a crash leaves behind must not be taken for a published file, and must be gone after the next writing.
5. Trouble with the disk must come out as StoreUnavailable with its cure.
6. ``new_file`` and ``new_folder`` must give something whole or nothing, and never replace what is there.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import BinaryIO, Final, TypeAlias

from ledger.errors import StoreUnavailable

UNFINISHED: Final = ".unfinished"
"""The one name under which a file is written before it gets its own."""

Failpoint: TypeAlias = Callable[[str], None]
"""Called after each step with ``<step> <name>``: written, placed, settled. Tests kill the process there."""


class Contradiction(StoreUnavailable):
    """What was published and what is here cannot both be true. `word` is the verdict that a verifier would give.

    ROLLBACK: more was published than is here. FORK: something else was published. TAMPERED: the published files
    contradict themselves or the record.
    """

    def __init__(self, word: str, what: str, cure: str) -> None:
        super().__init__(what, cure)
        self.word = word

    def __str__(self) -> str:
        return f"{self.word}: {self.what}. {self.cure}"


def pass_by(_step: str) -> None:
    """The failpoint of every process that is not a crash test."""


class Folder:
    """A folder that this process may write to. Made by ``writing``. Names are relative, with slashes."""

    def __init__(self, path: Path, failpoint: Failpoint = pass_by) -> None:
        self.path = path
        self.written = 0
        self._failpoint = failpoint
        self._unsettled: set[Path] = set()

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        return read_file(self.path / name)

    def create(self, name: str, data: bytes) -> bool:
        """Put a file where none is. False when it is there already with these bytes."""
        there = self.read(name)
        if there is None:
            self.replace(name, data)
            return True
        if there != data:
            raise Contradiction(
                "TAMPERED",
                f"{self.path / name} holds other bytes than the record: {len(there)}, {len(data)} were expected",
                "somebody changed what was published, or another ledger publishes here: keep the folder as "
                "evidence, verify the ledger, and publish into an empty folder",
            )
        return False

    def replace(self, name: str, data: bytes) -> None:
        """Put a file in place, whatever stood there."""
        path, unfinished = self.path / name, self.path / UNFINISHED
        self._make(path.parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with open(os.open(unfinished, flags, 0o644), "wb") as file:  # noqa: PTH123 - a new file, never a link's target
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._failpoint(f"written {name}")
        unfinished.replace(path)
        self._unsettled.add(path.parent)
        self.written += 1
        self._failpoint(f"placed {name}")

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""
        (self.path / name).unlink(missing_ok=True)
        self._unsettled.add((self.path / name).parent)

    def settle(self) -> None:
        """Make every name written so far durable."""
        for folder in sorted(self._unsettled):
            sync_folder(folder)
        self._unsettled.clear()
        self._failpoint("settled")

    def _make(self, folder: Path) -> None:
        missing = [folder, *folder.parents][: len(folder.relative_to(self.path).parts)]
        for each in reversed(missing):
            if not each.is_dir():
                each.mkdir(exist_ok=True)
                self._unsettled.add(each.parent)


@contextmanager
def writing(path: Path, failpoint: Failpoint = pass_by) -> Iterator[Folder]:
    """Open a folder for writing; made if it is missing. Another writer is waited for."""
    with trouble(path):
        if not path.is_dir():
            path.mkdir(parents=True, exist_ok=True)
            sync_folder(path.parent)
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            folder = Folder(path, failpoint)
            folder.remove(UNFINISHED)
            yield folder
            folder.settle()
        finally:
            os.close(lock)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when the block ends well, and not at all otherwise. Replaces nothing."""
    unfinished = path.with_name(path.name + UNFINISHED)
    with trouble(path):
        _refuse_existing(path)
        try:
            with unfinished.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(path)
            sync_folder(path.parent)
        finally:
            unfinished.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path) -> Iterator[Folder]:
    """A folder that appears under its name when the block ends well, and not at all otherwise. Replaces nothing."""
    unfinished = path.with_name(path.name + UNFINISHED)
    with trouble(path):
        _refuse_existing(path)
        try:
            rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(parents=True)
            folder = Folder(unfinished)
            yield folder
            folder.settle()
            sync_folder(unfinished)
            unfinished.rename(path)
            sync_folder(path.parent)
        finally:
            rmtree(unfinished, ignore_errors=True)


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise StoreUnavailable(f"{path} exists already", "choose another name: nothing is replaced")


@contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Turn the disk's errors into StoreUnavailable."""
    try:
        yield
    except OSError as e:
        where = e.filename or path
        cure = _CURES.get(e.errno or 0, "check the disk, the folder and its permissions")
        raise StoreUnavailable(f"{where}: {e.strerror or e}", f"{cure}, then do it again") from e


def read_file(path: Path) -> bytes | None:
    """The bytes of a file, None where there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def sync_folder(path: Path) -> None:
    """Make names in a folder durable."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


_CURES: Final = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "raise this user's quota or free some space",
    errno.EROFS: "the disk is mounted read-only: make it writable",
    errno.EACCES: "give this user permission to write there",
    errno.EPERM: "give this user permission to write there",
    errno.ENOTDIR: "name a folder",
    errno.EEXIST: "name a folder",
    errno.EISDIR: "a folder stands where a file belongs: move it away",
    errno.ELOOP: "a link stands where a file belongs: remove it",
}
