"""A log as tiles: the static files that every tlog client reads (C2SP tlog-tiles).

::

    checkpoint                    tile/entries/000.p/41      tile/0/000.p/41
    vkey  founding                disclosures.jsonl          earlier/17

``vkey`` and ``founding`` are what the operator publishes; nothing in the log vouches for them. ``disclosures.jsonl``
holds one canonical ``{"disclosure":"…","index":41}`` a line, ``earlier/<size>`` checkpoints of before.

1. A missing tile must be a finding at the first entry under it; only a failing connection is none.
2. Where ``.p/<W>`` is missing the full tile's first W must be taken.
3. A tile must hold exactly what its width says. What stands whole in a torn one is still read: else a cut in the
   last entry would be found at the first, and take entry 0 and everybody's keys with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import decode
from ledger.record.merkle import HASH_BYTES
from ledger.record.tiles import ENTRIES, HEIGHT, WIDTH, Tile, split_entries, split_hashes, width_at
from ledger.verify.files import DAMAGE, Files
from ledger.verify.report import Finding, failed
from ledger.verify.source import DISCLOSURE_LIMIT, NOTE_LIMIT, TILE_LIMIT, Address, Page

_LINE_LIMIT: Final = DISCLOSURE_LIMIT + 100
_BAD_LINES: Final = 100
"""After so many lines that are none, the rest is not read: a packed file of nothing but line feeds has billions."""


class Tiles:
    """A log in files. With ``hashes=False`` (bundles) the paths lack ``tile/`` and there are no hash tiles."""

    def __init__(
        self, files: Files, address: Address, *, hashes: bool = True, chosen: tuple[int, ...] | None = None
    ) -> None:
        self.address, self.chosen = address, chosen
        self._files, self._hashes = files, hashes

    def checkpoint(self) -> bytes | None:
        return self.beside("checkpoint")

    def extent(self) -> int:
        return 0

    def pages(self, lo: int, hi: int, size: int) -> Iterator[Page]:
        for index in range(lo // WIDTH, -(-min(hi, size) // WIDTH)):
            page = self._page(index, size)
            if page.entries or page.faults:
                yield page

    def _page(self, index: int, size: int) -> Page:
        lo = index * WIDTH
        try:
            data, width, name = self._read(Tile(ENTRIES, index, width_at(ENTRIES, index, size)), TILE_LIMIT)
            if data is None:
                return Page(lo, [])
        except Malformed as e:
            return Page(
                lo, [], None, (failed(2, lo, f"the entries from {lo} on cannot be read: {e}", _FETCH),)
            )
        faults = []
        wanted = width_at(ENTRIES, index, size)
        try:
            entries = split_entries(data)
        except Malformed as e:
            entries = _whole(data, wanted)
            at = lo + len(entries)
            faults.append(failed(2, at, f"{name} cannot be read from entry {at} on: {e}", _FETCH))
        else:
            if len(entries) != width:
                at = lo + min(len(entries), wanted)
                faults.append(failed(2, at, f"{name} holds {len(entries)} entries, not {width}", _FETCH))
        hashes = None
        if self._hashes:
            found = self.tile(0, index, size)
            if isinstance(found, Finding):
                faults.append(found)
            elif found is not None:
                hashes = split_hashes(found)
        return Page(lo, entries[:wanted], hashes, tuple(faults))

    def _read(self, tile: Tile, limit: int) -> tuple[bytes | None, int, str]:
        """The tile's bytes, how many items they should hold, and under which name they were found."""
        for candidate in dict.fromkeys((tile, tile.full)):
            name = candidate.path if self._hashes else candidate.path.removeprefix("tile/")
            data = self._files.read(name, limit)
            if data is not None:
                return data, candidate.width, name
        return None, tile.width, tile.path

    def tile(self, level: int, index: int, size: int) -> bytes | Finding | None:
        if not self._hashes:
            return None
        width = width_at(level, index, size)
        first = index * WIDTH << HEIGHT * level
        try:
            data, found, name = self._read(Tile(level, index, width), WIDTH * HASH_BYTES)
        except Malformed as e:
            return failed(3, first, f"a tile cannot be read: {e}", _FETCH)
        if data is None:
            return failed(3, first, f"{name} is missing", _FETCH)
        if len(data) != found * HASH_BYTES:
            return failed(3, first, f"{name} holds {len(data)} bytes instead of {found * HASH_BYTES}", _FETCH)
        return data[: width * HASH_BYTES]

    def faults(self, size: int) -> Iterator[Finding]:
        yield from self._files.faults()

    def disclosures(self, since: int = 0) -> Iterator[tuple[int, str] | Finding]:
        try:
            file = self._files.open("disclosures.jsonl")
        except Malformed as e:
            yield failed(10, None, str(e), "ask for the disclosures again")
            return
        if file is not None:
            with file:
                yield from read_disclosures(file)

    def earlier(self, after: int = 0) -> Iterator[tuple[str, bytes]]:
        for name in self._files.names("earlier"):
            data = self.beside(f"earlier/{name}")
            if data is not None:
                yield f"earlier/{name}", data

    def beside(self, name: str) -> bytes | None:
        try:
            return self._files.read(name, NOTE_LIMIT)
        except Malformed:
            return b""

    def names(self, folder: str) -> list[str]:
        return self._files.names(folder)

    def close(self) -> None:
        self._files.close()


_FETCH = "fetch the tiles again; if it stays so, the operator must say why"


def _whole(data: bytes, limit: int) -> list[bytes]:
    """The first entries of a torn bundle, as many as stand there whole."""
    entries: list[bytes] = []
    at = 0
    while len(entries) < limit and at + 2 <= len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data):
            break
        entries.append(data[at + 2 : end])
        at = end
    return entries


def read_disclosures(file: BinaryIO) -> Iterator[tuple[int, str] | Finding]:
    """Lines of disclosures.jsonl; what is no such line is a finding of claim 10."""
    number = bad = 0
    while bad < _BAD_LINES:
        number, line = number + 1, b""
        try:
            line = file.readline(_LINE_LIMIT)
            if not line:
                return
            yield _disclosure(line)
        except Malformed as e:
            bad += _BAD_LINES if len(line) >= _LINE_LIMIT else 1
            yield failed(10, None, f"line {number} of the disclosures: {e}", "ask for the disclosures again")
        except DAMAGE as e:
            yield failed(
                10, None, f"the disclosures cannot be read from line {number} on: {e}", "fetch them again"
            )
            return


def _disclosure(line: bytes) -> tuple[int, str]:
    if len(line) >= _LINE_LIMIT:
        raise Malformed(f"longer than {DISCLOSURE_LIMIT} bytes; nothing after it was read")
    if not line.endswith(b"\n"):
        raise Malformed("it does not end in a line feed")
    value: Any = f.members(decode(line[:-1]), "", ("disclosure", "index"))
    return f.integer(value["index"], "/index"), f.text(value["disclosure"], "/disclosure")
