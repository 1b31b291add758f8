"""The fast pass over some entries: hash each, read its links, fold the hashes. Runs in any process, on any range.

::

    scan(source, 0, 2048, size)      Scanned(runs=[Run(lo=0, leaves=b'…', nodes=[…], …)], roll=[0, 1, 17], …)

An entry's links are read from its end, which has one form only, without parsing the act before it. That cannot be
spoofed: in canonical JSON (claim 1, which parses every entry and writes it again) whatever ends in
``,"index":41,"prev":"…","recorded_at":"…","stream_version":3,"v":1}`` has these as its outermost members, because a
quote or brace inside a text of the act would have to be closed before the end. The event's type is found in the same
way, before the last ``},"signatures":[``. What is written otherwise is left to claim 1, and is never folded.

1. Every entry must be hashed here, always; hashes that lie beside the entries are compared and never used.
2. ``index`` and ``prev`` must be those of the place; ``recorded_at`` must not be lower than the entry's before.
3. Every entry that the roll may read must be named in ``roll``; naming others too is harmless.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from ledger.record.merkle import HASH_BYTES
from ledger.record.people import ROLL_TYPES
from ledger.record.tiles import WIDTH
from ledger.verify.report import Finding, failed
from ledger.verify.source import Page, Source

CHUNK: Final = 8 * WIDTH
"""Entries to a task."""

_LINKS: Final = rb'"index":([0-9]{1,16}),"prev":"([0-9a-f]{64})","recorded_at":"([0-9T:.-]{26}Z)",'
_clear = re.compile(rb"," + _LINKS + rb'"stream_version":[0-9]{1,16},"v":1\}\Z').search
_withheld = re.compile(
    rb"\{" + _LINKS + rb'"v":1,"withheld":\{"class":"[^"\\]*","digest":"[^"\\]*"\}\}\Z'
).match
_TAIL: Final = 220
"""Longer than any end of an entry."""
_END: Final = b'","stream_version":'
_ENDS: Final = frozenset(b'","stream_version":%d,"v":1}' % n for n in range(1, 256))
"""What follows the time in nearly all entries."""
_LONGEST_END: Final = max(map(len, _ENDS))

_AFTER_TYPE: Final = b'},"signatures":[{"capacity":"'
"""What follows the type, the last member of an event; nothing that stands in a signature can look like it."""
_LAST: Final = 8
_LASTS: Final = frozenset(f'{name}"'.encode()[-_LAST:] for name in ROLL_TYPES)
"""How types end that the roll reads; some others end so too."""
_SHORTEST_SIGNATURE: Final = 250


@dataclass(slots=True)
class Run:
    """Entries without a gap: `leaves` are their hashes, `nodes` the hashes of the full groups of 256 among them.

    What must be compared with the entry before `lo` is handed on: `prev` and `first` (its recorded_at), None where
    the first entry could not be read; `last` is the greatest recorded_at, empty if none could be read.
    """

    lo: int
    leaves: bytes
    nodes: dict[int, bytes]
    prev: bytes | None
    first: bytes | None
    last: bytes

    @property
    def hi(self) -> int:
        return self.lo + len(self.leaves) // HASH_BYTES


@dataclass(slots=True)
class Scanned:
    """What the fast pass has to say about entries `lo` to `hi`."""

    lo: int
    hi: int
    runs: list[Run] = field(default_factory=list)
    roll: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def scan(source: Source, lo: int, hi: int, size: int) -> Scanned:
    """Scan entries `lo` to `hi` of a record of `size`."""
    out = Scanned(lo, hi)
    for page in source.pages(lo, hi, size):
        out.findings += page.faults
        if page.entries:
            _page(out, page)
    return out


def _page(out: Scanned, page: Page) -> None:
    leaves = [sha256(b"\x00" + raw).digest() for raw in page.entries]
    if page.hashes is not None and page.hashes != leaves:
        _compare(out, page, leaves)
    run = out.runs[-1] if out.runs and out.runs[-1].hi == page.lo else None
    if run is None:
        run = Run(page.lo, b"", {}, None, None, b"")
        out.runs.append(run)
        _links(out, run, page.lo, page.entries[0], None)
        found = page.entries[0].rfind(_AFTER_TYPE)
        if page.entries[0][found - _LAST : found] in _LASTS:
            out.roll.append(page.lo)
        skip = 1
    else:
        skip = 0
    joined = b"".join(leaves)
    prevs = (run.leaves[-HASH_BYTES:] or bytes(HASH_BYTES)) + joined
    _follow(out, run, page, prevs.hex().encode(), skip)
    run.leaves += joined
    if len(leaves) == WIDTH and not page.lo % WIDTH:
        run.nodes[page.lo] = fold(leaves)


def _follow(out: Scanned, run: Run, page: Page, prevs: bytes, skip: int) -> None:
    """Read the links of a page. The common case takes a few searches; all else is looked at again, slowly."""
    last, ends, roll = run.last, _ENDS, out.roll
    at = skip * 2 * HASH_BYTES
    for index, raw in enumerate(page.entries[skip:], page.lo + skip):
        prev = prevs[at : at + 64]
        at += 64
        end = raw.rfind(_END, -_LONGEST_END)
        time = raw[end - 27 : end]
        links = b',"index":%d,"prev":"%b","recorded_at":"' % (index, prev)
        if raw[end:] in ends and raw.endswith(links, 0, end - 27) and time >= last:
            last = time
        else:
            run.last = last
            _links(out, run, index, raw, prev)
            last = run.last
        found = raw.rfind(_AFTER_TYPE, 0, end - _SHORTEST_SIGNATURE)
        if raw[found - _LAST : found] in _LASTS:
            roll.append(index)
    run.last = last


def _links(out: Scanned, run: Run, index: int, raw: bytes, prev: bytes | None) -> None:
    """Read the links of one entry; without `prev` they are kept for whoever knows the entry before."""
    found = _clear(raw, max(0, len(raw) - _TAIL)) or _withheld(raw)
    if found is None:
        return
    number, link, time = found.groups()
    if number != b"%d" % index:
        out.findings.append(failed(2, index, f"it calls itself entry {number.decode()}", _MOVED))
    if prev is None:
        run.prev, run.first = link, time
    elif link != prev:
        out.findings.append(wrong_prev(index))
    if time < run.last:
        out.findings.append(earlier_than_before(index))
    else:
        run.last = time


def fold(hashes: list[bytes]) -> bytes:
    """Root of the complete subtree over 2^n hashes."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


def _compare(out: Scanned, page: Page, leaves: list[bytes]) -> None:
    beside = page.hashes or []
    for i, leaf in enumerate(leaves):
        if i >= len(beside) or beside[i] != leaf:
            why = "it does not have the hash that is kept beside it"
            out.findings.append(failed(3, page.lo + i, why, "compare the entry with another copy"))


def wrong_prev(index: int) -> Finding:
    """The chain is broken before this entry."""
    why = f"its prev is not the hash of entry {index - 1}" if index else "its prev is not 64 zeros"
    return failed(2, index, why, "compare this entry and the one before with another copy")


def earlier_than_before(index: int) -> Finding:
    """Time runs backwards."""
    return failed(2, index, "its recorded_at is lower than that of the entry before", _MOVED)


_MOVED: Final = "compare with another copy; entries were moved or altered"
