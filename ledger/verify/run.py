"""One run over a whole record: the order of its passes, and what is kept of it for the next.

::

    the fast pass     hashes every entry and joins the chain                                     (2)
    the roll          folds the few entries about people and keys, in order                      (7, 8)
    the heads         compares roots, checkpoints and earlier heads, by the keys on the roll     (3, 4, 6)
    the slow pass     reads every act, opens what can be opened, checks every signature      (1, 2, 7-10)
    the rest          witnesses, age, timestamps, rules                                     (5, 6, 11, 12)

1. With a kept book only what it does not cover is read. If the record has another head at the book's size, the book is
   put aside and everything is read, its head being one more earlier head.
2. The book is saved only while nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from ledger.record.log_keys import LogKeys
from ledger.record.merkle import EMPTY_ROOT, HASH_BYTES, Frontier, leaf_hash
from ledger.record.note import Vkey
from ledger.record.roll import Roll
from ledger.record.tiles import WIDTH
from ledger.verify import notes
from ledger.verify.acts import Task
from ledger.verify.asked import Asked, anchor_notes, find_key, find_policy, openings
from ledger.verify.authority import Keys, fold_roll, refold
from ledger.verify.book import Book
from ledger.verify.chain import Chain, root_findings, tile_findings
from ledger.verify.founding import entry_0_findings
from ledger.verify.heads import Heads
from ledger.verify.leaf import read_leaf
from ledger.verify.notes import Earlier
from ledger.verify.pool import Pool, ranges
from ledger.verify.report import KEPT, Facts, Finding, Findings, Report, failed, report
from ledger.verify.rules import broken_rules
from ledger.verify.source import Source
from ledger.verify.stamps import timestamps
from ledger.verify.whole import Whole

if TYPE_CHECKING:
    from ledger.record.quorum import Quorum

_SAVE_EVERY: Final = 16
"""Ranges between two saves of a kept book."""
_UNSEEN: Final = "it changes who may sign, and the fast pass took it for another act"
_NOTES: Final = 512
"""Earlier checkpoints to a task."""


class Run:
    """Verifies one source."""

    def __init__(self, source: Source, asked: Asked, keys: Keys) -> None:
        self._source, self._asked, self._keys = source, asked, keys
        self._findings = Findings()
        self._note, found = notes.read_note(source.checkpoint())
        self._found_at_first = found
        self._size = self._note.checkpoint.size if self._note else source.extent()
        self._first = first_entry(source, self._size)
        self._vkey = find_key(source, asked, self._first)
        self._logs: LogKeys | None = None
        """Every key of the log, as far as the key at hand is one of them."""
        self._pool = Pool(source, keys, asked.jobs)
        self._judged = 0
        self._extended = 0

    def report(self) -> Report:
        """Run, and say what was found."""
        with closing(Book(self._asked.resume)) as book:
            kept = self._kept(book)
            whole = self._pass(book, kept)
            if whole is None:
                book.begin(self._anchor)
                whole = self._pass(book, kept)
            assert whole is not None  # noqa: S101 - only a resumed pass gives up
            self._rest(book)
            if self._note is None:
                self._findings.add(notes.unread(whole.counts["entries"]))
            return report(self._findings, self._facts(book, whole), anchor_notes(self._asked, self._judged))

    # ---- what an earlier run has kept

    @property
    def _anchor(self) -> str:
        """What a book is bound to."""
        return f"{self._vkey} {leaf_hash(self._first).hex() if self._first else ''}"

    def _kept(self, book: Book) -> Earlier | None:
        """The head that the book stands for; the book is emptied where it cannot be gone on with."""
        size, root = book.state("size") or 0, book.state("root")
        bound = book.state("anchor") == self._anchor
        if not bound or size > self._size:
            book.begin(self._anchor)
        return Earlier("what this verifier had verified before", size, root) if bound and size else None

    def _save(self, book: Book, chain: Chain, whole: Whole, judged: int) -> None:
        if not book.kept or self._findings.failing or not chain.whole:
            return
        edge = chain.heads.edge
        book.set("size", edge.size)
        book.set("root", edge.root())
        book.set("peaks", b"".join(edge.peaks))
        book.set("nodes", chain.nodes)
        book.set("judged", judged)
        book.set_counts(dict(whole.counts))
        book.save()

    def _chain(self, book: Book, size: int) -> Chain:
        """The chain up to where the fast pass must take it up: a page before `size`, which is hashed again."""
        peaks, nodes = book.state("peaks") or b"", book.state("nodes") or b""
        start = size // WIDTH * WIDTH
        if not start:
            return Chain(Heads(book))
        edge = Frontier(size, [peaks[i : i + HASH_BYTES] for i in range(0, len(peaks), HASH_BYTES)])
        old = Heads(book, edge)
        last = old.leaves(start - 1, start)
        return Chain(Heads(book, old.frontier(start).copy()), last, b"", nodes[: start // WIDTH * HASH_BYTES])

    # ---- the passes

    def _pass(self, book: Book, kept: Earlier | None) -> Whole | None:
        """All passes over what the book does not cover; None when the record is not the one that it covers."""
        self._findings = Findings()
        self._findings.add(self._found_at_first)
        self._findings.add(self._source.faults(self._size))
        resumed, judged = book.state("size") or 0, book.state("judged") or 0
        self._judged = judged
        chain = self._fast(book, resumed)
        if resumed and kept and (chain.heads.size < resumed or chain.heads.root(resumed) != kept.root):
            return None
        roll = self._roll(book, judged)
        self._logs = known_keys(roll, self._vkey)
        self._compare(book, chain, kept, resumed)
        for opening in openings(self._source, self._asked, 0 if self._asked.rules else judged):
            if isinstance(opening, Finding):
                self._findings.add([opening])
            else:
                book.put_opening(*opening)
        whole = Whole(book, chain.heads)
        self._save(book, chain, whole, judged)
        self._slow(book, chain, whole, roll, judged)
        self._save(book, chain, whole, self._size)
        self._recorded_at = chain.recorded_at.decode() or None
        return whole

    def _fast(self, book: Book, resumed: int) -> Chain:
        chain = self._chain(book, resumed)
        done = chain.next
        for scanned in self._pool.scan(ranges(done, self._size), self._size, self._size - done):
            chain.take(scanned, self._findings)
            book.put_roll(scanned.roll)
            self._asked.progress("hashing", scanned.hi, self._size)
            if not scanned.runs:
                break
        chain.close(self._size, self._findings)
        return chain

    def _compare(self, book: Book, chain: Chain, kept: Earlier | None, resumed: int) -> None:
        """The chain with entry 0, the checkpoint, the earlier heads and the tiles."""
        asked, findings, size = self._asked, self._findings, self._size
        origin = self._note.checkpoint.origin if self._note else None
        if self._first is not None:
            findings.add(entry_0_findings(self._first, origin, self._logs, asked.founding))
        elif asked.founding is not None and self._note:
            findings.add(
                [failed(2, 0, "there is no entry 0 to compare with the founding", "fetch the record again")]
            )
        findings.add(tile_findings(self._source, chain, size))
        self._extended = 0
        for batch in self._earlier(kept, resumed):
            findings.add(notes.extends(chain.heads, size, batch))
            self._extended = max(self._extended, notes.extended(chain.heads, batch))
        if self._note:
            findings.add(notes.signed(self._note, self._led_on, self._keys.ed25519))
            placed = bool(findings.first.keys() & {2, 3})
            findings.add(root_findings(chain, size, self._note.checkpoint.root, placed, self._extended))

    def _earlier(self, kept: Earlier | None, resumed: int) -> Iterator[list[Earlier]]:
        """Earlier heads that the log's key signed, in batches; what it did not sign becomes a finding."""
        if kept:
            yield [kept]
        given: Iterator[tuple[str, bytes]] = iter(self._asked.earlier)
        for source in (given, self._source.earlier(resumed)):
            for heads, found in self._pool.notes(batches(source, _NOTES), self._logs):
                self._findings.add(found)
                yield heads

    @property
    def _led_on(self) -> LogKeys | None:
        """The key at hand and its successors."""
        return self._logs.since(self._vkey) if self._logs and self._vkey else None

    def _roll(self, book: Book, judged: int) -> Roll:
        roll = Roll()
        for index, raw in entries_at(self._source, book.roll(), self._size):
            entry, _ = read_leaf(index, raw)
            if entry is None:
                continue
            if index >= judged:
                self._findings.add(fold_roll(roll, index, entry, self._keys))
            elif not refold(roll, index, entry, self._keys):
                self._findings.add(
                    [failed(2, index, "it is not what was verified before", "verify without --resume")]
                )
        return roll

    def _slow(self, book: Book, chain: Chain, whole: Whole, roll: Roll, judged: int) -> None:
        def tasks() -> Iterator[Task]:
            for lo, hi in ranges(judged // WIDTH * WIDTH, chain.next):
                texts = book.openings(max(lo, judged), hi)
                yield Task(lo, hi, self._size, chain.heads.leaves(lo, hi), texts, judged)

        rolled = set(book.roll())
        for number, part in enumerate(self._pool.read(tasks(), roll, chain.next - judged), 1):
            self._findings.add(whole.take(part))
            self._findings.add(
                failed(8, at, _UNSEEN, "report this") for at in part.rolled if at not in rolled
            )
            self._asked.progress("reading", part.hi, chain.next)
            if not number % _SAVE_EVERY:
                self._save(book, chain, whole, part.hi)
        for at in book.openings_from(chain.next):
            why = f"a disclosure belongs to entry {at}, which is not there"
            self._findings.add([failed(10, at, why, "ask for the disclosures again")])

    def _rest(self, book: Book) -> None:
        asked, findings = self._asked, self._findings
        policy, found = find_policy(self._source, asked)
        findings.add(found)
        if self._note and not any(x.ok is False for x in found):
            findings.add(notes.cosigned(self._note, policy, self._led_on, self._keys.ed25519))
        findings.add(self._age(policy))
        findings.add(timestamps(self._source, asked.earlier))
        findings.add(broken_rules(self._source, book, self._size, asked.rules))

    def _age(self, policy: Quorum | None) -> list[Finding]:
        asked = self._asked
        if asked.max_age is None:
            return []
        cosigned = notes.newest(self._note, policy, self._keys.ed25519) if self._note and policy else None
        return notes.fresh(cosigned, self._recorded_at, asked.now, asked.max_age)

    _recorded_at: str | None = None

    def _facts(self, book: Book, whole: Whole) -> Facts:
        counts, note = whole.counts, self._note
        return Facts(
            source=self._source.address.place,
            origin=note.checkpoint.origin if note else "",
            size=self._size,
            root=(note.checkpoint.root if note else EMPTY_ROOT).hex(),
            vkey=str(self._vkey or ""),
            founding=leaf_hash(self._first).hex() if self._first is not None else "",
            anchored=self._asked.vkey is not None,
            pinned=self._asked.founding is not None,
            checkpoint=str(note.note) if note else "",
            entries=counts["entries"],
            withheld={k.partition(":")[2]: n for k, n in sorted(counts.items()) if k.startswith("withheld:")},
            withheld_unopened=len(book.unopened),
            sealed=counts["sealed"],
            sealed_unopened=counts["sealed_unopened"],
            erased=book.erasures(),
            closed=tuple(book.closed(KEPT)),
            resumed_at=self._judged,
        )


def known_keys(roll: Roll, vkey: Vkey | None) -> LogKeys | None:
    """The log's keys on the roll if `vkey` is one of them, else `vkey` alone."""
    if vkey is None:
        return None
    logs = roll.logs()
    return logs if logs is not None and vkey in logs.vkeys else LogKeys.only(vkey)


def batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most `size` items."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def first_entry(source: Source, size: int) -> bytes | None:
    """Entry 0, if it is there."""
    for page in source.pages(0, 1, size) if size else ():
        if page.lo == 0 and page.entries:
            return page.entries[0]
    return None


def entries_at(source: Source, places: Iterable[int], size: int) -> Iterator[tuple[int, bytes]]:
    """The entries at some places, ascending; a page is read once."""
    pages: list[Any] = []
    number = -1
    for at in places:
        if at // WIDTH != number:
            number = at // WIDTH
            pages = list(source.pages(number * WIDTH, (number + 1) * WIDTH, size))
        for page in pages:
            if page.lo <= at < page.lo + len(page.entries):
                yield at, page.entries[at - page.lo]
                break
