"""How a bundle is written: a zip whose bytes follow from its content alone, or a folder.

::

    write([Part("checkpoint", read), …], manifest, Path("bundle.zip"))
    write([Part("checkpoint", read), …], manifest, Path("bundle"))           a folder, without limit in size

1. The same parts must give the same bytes, whoever writes them and when: sorted names, one date, nothing packed
   (deflate differs from one zlib to the next).
2. The manifest must name every other file with its SHA-256, and every file must be what it names.
3. A bundle appears whole or not at all, and replaces nothing.
4. A zip must be one that the offline verifier reads: within the limits of the plain format.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from ledger.durable import new_file, new_folder
from ledger.errors import StoreUnavailable
from ledger.record.canonical import encode

MANIFEST: Final = "manifest.json"
MOST_FILES: Final = 65_000
MOST_BYTES: Final = 2_000_000_000
DATE: Final = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can hold."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a bundle. `read` gives the same bytes whenever it is called, so nothing large is held."""

    name: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the manifest names it."""

    name: str
    bytes: int
    sha256: str


def listed(parts: Sequence[Part]) -> list[Listed]:
    """Every part, read once, by name."""
    out = []
    for part in sorted(parts, key=lambda p: p.name):
        data = part.read()
        out.append(Listed(part.name, len(data), sha256(data).hexdigest()))
    return out


def write(parts: Sequence[Part], about: dict[str, Any], to: Path) -> list[Listed]:
    """Write a bundle of `parts` and a manifest that says `about`; a zip if the name says so, else a folder."""
    files = listed(parts)
    rows = [{"name": x.name, "sha256": x.sha256, "size": x.bytes} for x in files]
    manifest = Part(MANIFEST, lambda: encode(about | {"files": rows}))
    whole = [*parts, manifest]
    known = {x.name: x.sha256 for x in files}
    if to.suffix == ".zip":
        _bound(files, to)
        _write_zip(_checked(whole, known), to)
    else:
        with new_folder(to) as folder:
            for name, data in _checked(whole, known):
                folder.create(name, data)
    return files


def _checked(parts: Sequence[Part], known: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    for part in sorted(parts, key=lambda p: p.name):
        data = part.read()
        if part.name in known and sha256(data).hexdigest() != known[part.name]:
            raise StoreUnavailable(
                f"{part.name} changed while the bundle was written", "verify the store, and export again"
            )
        yield part.name, data


def _write_zip(files: Iterator[tuple[str, bytes]], to: Path) -> None:
    with new_file(to) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, DATE)
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            archive.writestr(info, data)


def _bound(files: Sequence[Listed], to: Path) -> None:
    if len(files) > MOST_FILES or sum(x.bytes for x in files) > MOST_BYTES:
        raise StoreUnavailable(
            f"{len(files)} files of {sum(x.bytes for x in files)} bytes are too much for one zip",
            f"write a folder instead: name it {to.with_suffix('').name}",
        )
