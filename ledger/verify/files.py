"""Files by name, wherever they lie: a folder, a zip (``archive``), an address (``web``). And how a folder is read.

::

    Folder(path).read("tile/entries/000.p/41", limit)       bytes, or None when there is no such file

1. Names must be asked for, never followed from what a container says, so no name leads outside of it.
2. A file larger than the limit must be refused as Malformed after reading no more than the limit.
3. Only ordinary files are read: a pipe or device would hang the verifier.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Protocol

from ledger.errors import Malformed
from ledger.verify.report import Finding
from ledger.verify.source import CannotRun, plainly


class Files(Protocol):
    """A set of files."""

    def read(self, name: str, limit: int) -> bytes | None:
        """The whole file, or None when there is none. Malformed when it is larger than `limit` or damaged."""

    def open(self, name: str) -> BinaryIO | None:
        """The file to read from, or None; Malformed when it cannot be. Damage shows while reading, as ``DAMAGE``."""

    def names(self, folder: str) -> list[str]:
        """Names in a folder, sorted; empty where nobody can tell."""

    def faults(self) -> list[Finding]:
        """What is wrong with the container."""

    def close(self) -> None:
        """Nothing more will be read."""


DAMAGE: tuple[type[Exception], ...] = (OSError, EOFError, ValueError)
"""What reading from an opened file may raise."""


class Folder:
    """A folder on this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str, limit: int) -> bytes | None:
        file = self.open(name)
        if file is None:
            return None
        with file:
            return read_bounded(file, name, limit)

    def open(self, name: str) -> BinaryIO | None:
        path = self._path / name
        try:
            return path.open("rb") if path.is_file() else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as e:
            raise CannotRun(f"{path} cannot be read: {plainly(e)}", "check the file's permissions") from None

    def names(self, folder: str) -> list[str]:
        try:
            return sorted(p.name for p in (self._path / folder).iterdir())
        except (OSError, ValueError):
            return []

    def faults(self) -> list[Finding]:
        return []

    def close(self) -> None:
        """A folder holds nothing open."""


def read_bounded(file: BinaryIO, name: str, limit: int) -> bytes:
    """The rest of a file of at most `limit` bytes."""
    try:
        data = file.read(limit + 1)
    except DAMAGE as e:
        raise Malformed(f"{name} cannot be read: {e}") from None
    if len(data) > limit:
        raise Malformed(f"{name} is larger than {limit} bytes")
    return data
