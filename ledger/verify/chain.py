"""The entries as one chain: complete, linked, in time order, and with the root that was signed (claims 2 and 3).

::

    chain = Chain(heads)
    for scanned in …: chain.take(scanned, findings)       the runs of the fast pass, joined in order
    chain.close(size, findings)

1. Every entry of the checkpoint's size must be present; what is missing is found at its own index.
2. Each run must start with the hash of the entry before it, and not before its time.
3. A wrong root that nothing places must be placed at the largest earlier head that the entries extend, else at 0.
4. Published hash tiles must be the hashes of these entries; a wrong one is found at the first entry under it. One
   that is wrong only because a hash or entry below it is, is no finding of its own: it would hide where.
"""

from __future__ import annotations

from typing import Final

from ledger.record.merkle import HASH_BYTES
from ledger.record.tiles import HEIGHT, WIDTH
from ledger.verify.heads import Heads, tile_hashes
from ledger.verify.report import Finding, Findings, failed
from ledger.verify.scan import Run, Scanned, earlier_than_before, wrong_prev
from ledger.verify.source import Source

NO_PREV: Final = b"0" * 64
_COPY: Final = "compare with another copy of the record"


class Chain:
    """Joins runs. `whole` is False once an entry is missing or stands twice; `misfits` are the groups of 256 in which
    an entry does not have the hash beside it."""

    def __init__(
        self, heads: Heads, last: bytes | None = None, recorded_at: bytes = b"", nodes: bytes = b""
    ) -> None:
        self.heads = heads
        self.next = heads.size
        self.whole = True
        self.last = last
        self.recorded_at = recorded_at
        self.nodes = nodes
        self.misfits: set[int] = set()

    def take(self, scanned: Scanned, findings: Findings) -> None:
        """Take in the next range."""
        findings.add(scanned.findings)
        explained = {x.where for x in scanned.findings if x.claim == 2}
        self.misfits |= {x.where // WIDTH for x in scanned.findings if x.claim == 3 and x.where is not None}
        for run in scanned.runs:
            if run.lo > self.next:
                self._missing(self.next, run.lo, explained, findings)
            elif run.lo < self.next:
                why = f"entry {run.lo} stands there twice"
                findings.add([failed(2, run.lo, why, _COPY)])
                self.whole = False
                continue
            self._join(run, findings)
        self._gap = (scanned.hi, explained)

    def _join(self, run: Run, findings: Findings) -> None:
        before = NO_PREV if run.lo == 0 else self.last.hex().encode() if self.last else None
        if None not in (run.prev, before) and run.prev != before:
            findings.add([wrong_prev(run.lo)])
        if run.first is not None and run.first < self.recorded_at:
            findings.add([earlier_than_before(run.lo)])
        self.recorded_at = max(self.recorded_at, run.last)
        self.last = run.leaves[-HASH_BYTES:]
        self.next = run.hi
        if self.whole:
            self.heads.take(run)
            self.nodes += b"".join(run.nodes.values())

    def _missing(self, lo: int, hi: int, explained: set[int | None], findings: Findings) -> None:
        if lo not in explained:
            which = f"entry {lo} is missing" if hi == lo + 1 else f"entries {lo} to {hi - 1} are missing"
            findings.add([failed(2, lo, which, _COPY)])
        self.whole, self.last = False, None

    def close(self, size: int, findings: Findings) -> None:
        """No more entries come."""
        if self.next < size:
            _, explained = self._gap
            self._missing(self.next, size, explained, findings)
        self.heads.flush()

    _gap: tuple[int, set[int | None]] = (0, set())


def root_findings(chain: Chain, size: int, root: bytes, placed: bool, extended: int) -> list[Finding]:
    """Claim 3. `placed`: other findings say where; `extended`: the largest earlier head that the entries extend."""
    if not chain.whole or chain.next < size:
        why = "the root cannot be computed: entries are missing or doubled"
        return [failed(3, None if placed else extended, why, _COPY)]
    if chain.heads.root(size) == root:
        return []
    where = None if placed else extended
    return [failed(3, where, f"the {size} entries have another root than the checkpoint says", _COPY)]


def tile_findings(source: Source, chain: Chain, size: int) -> list[Finding]:
    """Claim 3 for the hash tiles above level 0, if the source has any."""
    out: list[Finding] = []
    if not chain.whole:
        return out
    for level, hashes in tile_hashes(chain.nodes):
        for index in range(-(-len(hashes) // (WIDTH * HASH_BYTES))):
            tile = source.tile(level, index, size)
            if tile is None:
                return out
            first = index * WIDTH
            if isinstance(tile, Finding):
                out.append(tile)
                continue
            for at in range(0, len(tile), HASH_BYTES):
                place = first * HASH_BYTES + at
                if tile[at : at + HASH_BYTES] != hashes[place : place + HASH_BYTES]:
                    entry = (place // HASH_BYTES) << HEIGHT * level
                    if any(entry <= group * WIDTH < entry + (1 << HEIGHT * level) for group in chain.misfits):
                        continue
                    why = f"a published hash over the entries from {entry} on is not theirs"
                    out.append(failed(3, entry, why, "fetch the tiles again, or compare with another copy"))
                    break
    return out
