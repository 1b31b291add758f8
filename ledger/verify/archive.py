"""Files in a zip that may be hostile: bombs, doubled names, paths that climb out, damaged parts.

::

    Archive(path).read("entries/000", limit)     bytes; None when it holds no such name

1. Nothing is ever unpacked to disk, and no read may inflate to more than its limit.
2. Names that stand twice, are absolute, climb, or hold a backslash or control character must be findings.
3. The list of names must be bounded before it is read: ``MAX_FILES`` and ``MAX_LIST`` bytes.
4. Only stored and deflated, unencrypted files are read.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, BinaryIO, Final, Self, cast

from ledger.errors import Malformed
from ledger.verify.files import read_bounded
from ledger.verify.report import Finding, failed
from ledger.verify.source import CannotRun

MAX_FILES: Final = 65_534
MAX_LIST: Final = 8 << 20
_END: Final = b"PK\x05\x06"
_LOCATOR: Final = b"PK\x06\x07"
_ZIP_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
    IndexError,
)
_AGAIN: Final = "ask for the bundle again"


class Archive:
    """A zip file."""

    def __init__(self, path: Path) -> None:
        self._zip: zipfile.ZipFile | None = None
        self._faults: list[Finding] = []
        self._infos: dict[str, zipfile.ZipInfo] = {}
        try:
            _bound_list(path)
            self._zip = zipfile.ZipFile(path)
            self._list(self._zip)
        except Malformed as e:
            self._faults.append(failed(1, None, f"the bundle: {e}", e.cure or _AGAIN))
        except FileNotFoundError:
            raise CannotRun(f"there is no file {path}", "name a bundle") from None
        except _ZIP_DAMAGE as e:
            self._faults.append(failed(1, None, f"the bundle is no sound zip: {e}", _AGAIN))

    def _list(self, archive: zipfile.ZipFile) -> None:
        for info in archive.infolist():
            name = info.filename
            if name in self._infos:
                self._faults.append(failed(1, None, f"the bundle holds {name!r} twice"[:200], _AGAIN))
            elif _climbs(info.orig_filename) or _climbs(name):
                self._faults.append(failed(1, None, f"the bundle holds the name {name!r}"[:200], _AGAIN))
            else:
                self._infos[name] = info

    def read(self, name: str, limit: int) -> bytes | None:
        file = self.open(name)
        if file is None:
            return None
        with file:
            return read_bounded(file, name, limit)

    def open(self, name: str) -> BinaryIO | None:
        info = self._infos.get(name)
        if info is None or self._zip is None:
            return None
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Malformed(f"{name} is encrypted or packed in another way than deflate")
        try:
            return cast("BinaryIO", _Member(self._zip.open(info)))
        except _ZIP_DAMAGE as e:
            raise Malformed(f"{name} cannot be read: {e}") from None

    def names(self, folder: str) -> list[str]:
        start = folder + "/"
        return sorted({n[len(start) :].partition("/")[0] for n in self._infos if n.startswith(start)})

    def faults(self) -> list[Finding]:
        return self._faults

    def close(self) -> None:
        if self._zip is not None:
            self._zip.close()


class _Member:
    """One file of a zip, its damage told as OSError like any other file's."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except _ZIP_DAMAGE as e:
            raise OSError(str(e)) from None

    def readline(self, size: int) -> bytes:
        try:
            return self._file.readline(size)
        except _ZIP_DAMAGE as e:
            raise OSError(str(e)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _climbs(name: str) -> bool:
    parts = name.removesuffix("/").split("/")
    odd = not {"", ".", ".."}.isdisjoint(parts) or ":" in parts[0] or "\\" in name
    return odd or not name.isprintable()


def _bound_list(path: Path) -> None:
    """Refuse a zip whose list of names is too large to read, before reading it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 22 - 65_535))
        end = file.read()
    at = end.rfind(_END)
    if at < 0 or len(end) < at + 22:
        raise Malformed("it has no list of files")
    files, listed = struct.unpack_from("<10xHI", end, at)
    # A 64-bit list would overrule these numbers.
    if files > MAX_FILES or listed > MAX_LIST or end[max(0, at - 20) : at].startswith(_LOCATOR):
        raise Malformed("it lists too many files", "", "unpack it yourself and verify the folder")
