"""What lies at a place: told from the bytes there, and opened.

::

    open_source("ledger/record.db")     open_source("https://example.org/log")     open_source("bundle.zip")

1. What is there must be told from its first bytes or the names in it, never from its own name.
2. Only what a place needs is imported: the verifier starts in the time that Python itself needs.
3. An address at which nothing looks like a log is a mistake of the reader's, and no word about a record.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ledger.verify.source import Address, CannotRun, Source, plainly

SQLITE_MAGIC: Final = b"SQLite format 3\x00"
ZIP_MAGICS: Final = (b"PK\x03\x04", b"PK\x05\x06")


def open_source(place: str | Address) -> Source:
    """Open whatever lies at a path or URL; CannotRun when nothing does."""
    address = Address(place) if isinstance(place, str) else place
    place = address.place
    if place.startswith(("https://", "http://")):
        from ledger.verify.tiles import Tiles
        from ledger.verify.web import Web

        web = Web(place, address.cache)
        log = Tiles(web, Address(place, str(web.cache)))
        if address.cache is None:
            _expect_log(log)
        return log
    path = Path(place)
    try:
        if path.is_dir():
            return _open_folder(path, address)
        with path.open("rb") as file:
            magic = file.read(16)
    except (OSError, ValueError) as e:
        raise CannotRun(
            f"{place} cannot be read: {plainly(e)}", "name a ledger's folder, file or address"
        ) from None
    if magic == SQLITE_MAGIC:
        from ledger.verify.database import Database

        return Database(path, address)
    if magic.startswith(ZIP_MAGICS):
        from ledger.verify.archive import Archive
        from ledger.verify.bundle import bundle

        return bundle(Archive(path), address)
    raise CannotRun(
        f"{place} is no ledger", "name a database, a folder of tiles, a bundle, or the address of a log"
    )


def _expect_log(log: Source) -> None:
    """CannotRun where neither a checkpoint nor what goes with one is there, or every name gives a web page."""
    place = log.address.place
    try:
        found = [log.beside(name) for name in ("checkpoint", "vkey", "founding")]
        if all(data is None or data.lstrip()[:1] == b"<" for data in found):
            raise CannotRun(
                f"nothing at {place} looks like a log",
                f"name the log's own address, such as {place.rstrip('/').removesuffix('/log')}/log",
            )
    except CannotRun:
        log.close()
        raise


def _open_folder(path: Path, address: Address) -> Source:
    from ledger.verify.bundle import bundle
    from ledger.verify.files import Folder
    from ledger.verify.tiles import Tiles

    if any((path / name).exists() for name in ("manifest.json", "entries", "leaves")):
        return bundle(Folder(path), address)
    if any((path / name).exists() for name in ("checkpoint", "tile")):
        return Tiles(Folder(path), address)
    if (path / "record.db").exists():
        from ledger.verify.database import Database

        return Database(path / "record.db", address)
    raise CannotRun(f"no ledger in {path}", "it holds neither a record.db, nor tiles, nor a bundle")
