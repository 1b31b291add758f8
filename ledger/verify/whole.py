"""What only the whole record can answer, asked in order of the entries (claims 2, 9 and 10).

::

    whole = Whole(book, heads)
    for part in …: findings.add(whole.take(part))

1. An event id must stand once in the record, in opened withheld acts too.
2. ``stream_version`` must be one more than the stream's last known, or more only by as many as withheld entries that
   nothing opened lie between.
3. A head that a signer had seen must be a head of this record, no larger than the entry's index.
4. A commitment must stand once in the record.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Final

from ledger.verify.acts import Read
from ledger.verify.book import Book
from ledger.verify.heads import Heads
from ledger.verify.report import Finding, failed

_COPY: Final = "compare with another copy; the act may have been recorded twice"


class Whole:
    """Joins what was read of ranges, in order."""

    def __init__(self, book: Book, heads: Heads) -> None:
        self._book, self._heads = book, heads
        self.counts: Counter[str] = Counter(book.counts())

    def take(self, part: Read) -> Iterator[Finding]:
        """Take in the next range."""
        self._book.unopened.extend(part.unopened)
        self.counts.update(part.counts)
        self.counts["entries"] += part.count
        yield from part.findings
        yield from self._ids(part)
        yield from self._versions(part)
        yield from self._seen(part)
        yield from self._commitments(part)

    def _ids(self, part: Read) -> Iterator[Finding]:
        for name, at, first in self._book.once("ids", part.ids):
            yield failed(2, at, f"event {name} stands in entry {first} already", _COPY)

    def _versions(self, part: Read) -> Iterator[Finding]:
        known = self._book.versions({stream for stream, _, _ in part.steps})
        closed = self._book.unopened
        for stream, version, at in part.steps:
            last, place = known.get(stream, (0, -1))
            between = bisect_left(closed, at) - bisect_left(closed, place)
            if not last < version <= last + 1 + between:
                why = f"stream {stream} goes from version {last} to {version}"
                yield failed(2, at, why, "an entry of this stream was added, removed or moved")
            known[stream] = (max(version, last), at)
        self._book.set_versions(known)

    def _seen(self, part: Read) -> Iterator[Finding]:
        wrong: dict[tuple[int, str], bool] = {}
        for size, root, at in part.seen:
            if size > at:
                why = f"a signer had seen {size} entries, before entry {at} was there"
                yield failed(9, at, why, "keep this act: it testifies to another history")
                continue
            if size > self._heads.size:
                continue
            key = (size, root)
            if key not in wrong:
                wrong[key] = self._heads.root(size).hex() != root
            if wrong[key]:
                why = f"a signer had seen another history of the first {size} entries"
                yield failed(9, at, why, "keep this act: its signature proves that there are two histories")

    def _commitments(self, part: Read) -> Iterator[Finding]:
        for name, at, first in self._book.once("commitments", part.commitments):
            why = f"commitment {name} stands in entry {first} already"
            yield failed(10, at, why, "a commitment stands once; the operator must say why")
        self._book.once("erased", part.erased)
