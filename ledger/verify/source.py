"""What the verifier reads: a ledger's database, its published tiles, or a bundle. All of it is hostile until checked.

::

    source = open_source("bundle.zip")      (``place``)
    for page in source.pages(0, 2048, size=41): …      Page(lo=0, entries=[b'{"act":…'], hashes=[…])

1. A source must give bytes as they lie there and judge nothing but its own container (a torn tile, a doubled name).
2. Whatever bytes it is made of, it must raise nothing but ``CannotRun``, and that only when nobody could read it:
   no such file, no connection. What is missing, torn or too large is a Finding.
3. No single read may take more memory than its ``…_LIMIT``, whatever sizes the container claims.
4. It must be possible to open it again from its ``address``, in another process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from ledger.record.tiles import WIDTH
from ledger.verify.report import Finding

NOTE_LIMIT: Final = 1_000_000
TILE_LIMIT: Final = WIDTH * (2 + 65_535)
DISCLOSURE_LIMIT: Final = 1 << 20
"""Longest disclosure that is read. A withheld act of the largest size has 88 kB."""


class CannotRun(Exception):
    """The verifier cannot do its work: `why`, and `cure` for what to do. No word about the record."""

    def __init__(self, why: str, cure: str) -> None:
        super().__init__(why, cure)
        self.why, self.cure = why, cure

    def __str__(self) -> str:
        return f"{self.why}. {self.cure}"


def plainly(e: BaseException) -> str:
    """What went wrong, as a person says it: without the number and the name that the system has for it."""
    inner = getattr(e, "reason", None)
    if isinstance(inner, BaseException):
        return plainly(inner)
    said = getattr(e, "strerror", None) or str(inner or e) or type(e).__name__
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


@dataclass(frozen=True, slots=True)
class Page:
    """Entries `lo`, lo+1, … as they lie in the source. `hashes` are the leaf hashes kept beside them, if any are."""

    lo: int
    entries: list[bytes]
    hashes: list[bytes] | None = None
    faults: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a source is: a path or URL, and for a URL the folder in which fetched files are kept meanwhile."""

    place: str
    cache: str | None = None


class Source(Protocol):
    """One ledger, as it lies somewhere."""

    @property
    def address(self) -> Address: ...

    @property
    def chosen(self) -> tuple[int, ...] | None:
        """The indexes that a selective bundle holds; None where all entries should be there."""

    def checkpoint(self) -> bytes | None:
        """The newest checkpoint."""

    def extent(self) -> int:
        """How many entries there seem to be, for a record without a checkpoint."""

    def pages(self, lo: int, hi: int, size: int) -> Iterator[Page]:
        """Entries `lo` to `hi` of a record of `size`, in order, in pages that start at multiples of 256."""

    def tile(self, level: int, index: int, size: int) -> bytes | Finding | None:
        """Hashes of a tile above level 0, or why they are not there; None where the source keeps none."""

    def faults(self, size: int) -> Iterator[Finding]:
        """What is wrong with the container itself, for a record of `size`."""

    def disclosures(self, since: int = 0) -> Iterator[tuple[int, str] | Finding]:
        """Entry index and text of disclosures beside the record; those of entries below `since` may be left out."""

    def earlier(self, after: int = 0) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of every earlier checkpoint of more than `after` entries kept beside the record."""

    def beside(self, name: str) -> bytes | None:
        """A small file beside the record: vkey, founding, policy.tlog, timestamps/…, leaves/…."""

    def names(self, folder: str) -> list[str]:
        """Names of the files in a folder beside the record; empty where the source cannot tell."""

    def close(self) -> None:
        """Nothing more will be read."""
