"""The slow pass over some entries: every act read, written again and compared, its signatures checked.

::

    Reader(source, roll, keys).read(Task(0, 2048, size, leaves, texts))     Read(findings=[…], ids=[…], seen=[…], …)

Runs in any process, on any range. What only the whole record can answer (does this id stand elsewhere? what root had
41 entries?) is handed on in lists, for ``whole`` to ask in order.

1. The bytes read here must be the bytes that the fast pass hashed: each entry is hashed again and compared.
2. Claims 1, 7, 8 and 10 must be asked of every entry, of opened withheld acts too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from ledger.record.act import Act
from ledger.record.entry import Entry
from ledger.record.merkle import HASH_BYTES
from ledger.record.people import FOUNDED, ROLL_TYPES
from ledger.record.roll import KeyCheck, Roll
from ledger.verify.authority import act_findings
from ledger.verify.leaf import kept_in_time, read_leaf
from ledger.verify.opening import Opened, unfold
from ledger.verify.report import Finding, failed
from ledger.verify.source import Source

ERASED: Final = "disclosure.erased"


@dataclass(slots=True)
class Read:
    """What the entries of a range say, in order.

    `ids` (event id, index); `steps` (stream, version, index); `commitments` (digest, index, opened);
    `seen` (size, root in hex, index); `erased` (digest, index); `unopened` indexes of withheld acts that stayed closed;
    `rolled` indexes of acts that the roll reads.
    """

    lo: int
    hi: int
    count: int = 0
    findings: list[Finding] = field(default_factory=list)
    ids: list[tuple[str, int]] = field(default_factory=list)
    steps: list[tuple[str, int, int]] = field(default_factory=list)
    commitments: list[tuple[str, int, bool]] = field(default_factory=list)
    seen: list[tuple[int, str, int]] = field(default_factory=list)
    erased: list[tuple[str, int]] = field(default_factory=list)
    unopened: list[int] = field(default_factory=list)
    rolled: list[int] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Task:
    """Entries `lo` (a multiple of 256) to `hi` of a record of `size`, without those below `since`.

    `leaves` are their hashes as the fast pass saw them, `texts` their disclosures with the entry's index.
    """

    lo: int
    hi: int
    size: int
    leaves: bytes = b""
    texts: Sequence[tuple[int, str]] = ()
    since: int = 0


class Reader:
    """Reads tasks from one source, with the whole roll at hand."""

    def __init__(self, source: Source, roll: Roll, keys: KeyCheck) -> None:
        self._source, self._roll, self._keys = source, roll, keys

    def read(self, task: Task) -> Read:
        """Read the entries of a task."""
        out = Read(task.lo, task.hi)
        openings = {at: [text for _, text in pairs] for at, pairs in groupby(task.texts, itemgetter(0))}
        for page in self._source.pages(task.lo, task.hi, task.size):
            for index, raw in enumerate(page.entries, page.lo):
                if index >= task.since:
                    out.findings += _changed(task, index, raw)
                    self.entry(out, index, raw, openings.pop(index, ()))
        for at in openings:
            why = "a disclosure belongs to an entry that is not there"
            out.findings.append(failed(10, at, why, "ask for the disclosures again"))
        return out

    def entry(self, out: Read, index: int, raw: bytes, texts: Sequence[str]) -> None:
        """Read one entry."""
        out.count += 1
        entry, findings = read_leaf(index, raw)
        out.findings += findings
        if entry is None:
            return
        opened = unfold(index, entry, texts)
        out.findings += opened.findings
        out.commitments += [(digest, index, is_open) for digest, is_open in opened.commitments]
        count_entry(out, index, entry, opened)
        if opened.act is not None:
            note_act(out, index, entry, opened.act)
            out.steps.append((opened.act.event.stream, opened.version or 0, index))
            out.findings += act_findings(self._roll, index, entry, opened.act, self._keys)


def _changed(task: Task, index: int, raw: bytes) -> list[Finding]:
    at = (index - task.lo) * HASH_BYTES
    leaf = task.leaves[at : at + HASH_BYTES]
    if not leaf or sha256(b"\x00" + raw).digest() == leaf:
        return []
    return [failed(3, index, "it changed while it was being verified", "verify a copy that nobody writes to")]


def note_act(out: Read, index: int, entry: Entry, act: Act) -> None:
    event = act.event
    out.ids.append((event.id, index))
    out.seen += [(s.seen.size, s.seen.root, index) for s in act.signatures]
    out.findings += kept_in_time(index, entry.recorded_at, act)
    if event.type in ROLL_TYPES and not entry.withheld:
        out.rolled.append(index)
    if event.type == ERASED and not entry.withheld:
        out.erased += [(name, index) for name in _texts(event.data.get("commitments"))]
    if event.type == FOUNDED and (index or entry.withheld):
        out.findings.append(
            failed(2, index, "a second ledger.founded", "a ledger is founded once, by entry 0")
        )


def count_entry(out: Read, index: int, entry: Entry, opened: Opened) -> None:
    closed = sum(not is_open for _, is_open in opened.commitments)
    if entry.withheld:
        out.counts[f"withheld:{entry.withheld.class_}"] += 1
        if opened.act is None:
            out.unopened.append(index)
        closed -= not opened.commitments[0][1]
    if opened.act is not None:
        out.counts["signatures"] += len(opened.act.signatures)
        out.counts["sealed"] += len(opened.act.event.sealed)
        out.counts["sealed_unopened"] += closed


def _texts(value: Any) -> list[str]:
    return [x for x in value if isinstance(x, str)] if isinstance(value, list) else []
