"""Claim 12: was every decision allowed at its place? Asked of whoever knows the rules, in order of the entries.

The offline verifier does not know them: they need the whole ``ledger`` package. ``countersign verify`` hands in
``ledger.replay.Replay(keys.check)``, which meets ``Rules``; the one-file verifier says ``not checked``.

1. Every entry must be handed in, in order, once; ``act`` is None where it is withheld and not opened, or unreadable.
2. How many acts could not be judged must be said.
3. An entry at which the rules themselves fail must be a finding: else it could hide what comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.verify.book import Book
from ledger.verify.leaf import read_leaf
from ledger.verify.opening import unfold
from ledger.verify.pool import ranges
from ledger.verify.report import Finding, failed
from ledger.verify.source import Source


class Rules(Protocol):
    """Judges entries in order."""

    judged: int
    unjudged: int

    def entry(
        self, index: int, recorded_at: str, act: Act | None, version: int | None, withheld: str | None = None
    ) -> Iterable[Refusal]:
        """What the rules have against the next entry; `withheld` is its leaf's commitment, if it has one."""


def broken_rules(source: Source, book: Book, size: int, rules: Rules | None) -> Iterator[Finding]:
    """Claim 12."""
    if rules is None:
        yield Finding(12, None, None, "not checked: needs the whole ledger package (countersign verify)")
        return
    for lo, hi in ranges(0, size):
        texts: dict[int, list[str]] = {}
        for at, text in book.openings(lo, hi):
            texts.setdefault(at, []).append(text)
        found = 0
        for page in source.pages(lo, hi, size):
            for index, raw in enumerate(page.entries, page.lo):
                found += 1
                try:
                    yield from _judge(rules, index, raw, texts.get(index, []))
                except Exception as e:  # noqa: BLE001 - an entry that trips the rules must not hide what stands in it
                    yield failed(
                        12, index, f"{_TRIPPED} ({type(e).__name__}: {e})", "report this with the record"
                    )
                    return
        if not found:
            break
    if rules.unjudged:
        total = rules.judged + rules.unjudged
        yield Finding(12, None, None, f"{rules.unjudged} of {total} acts could not be judged")
    yield Finding(12, True, None, f"{rules.judged} acts were judged again")


_TRIPPED = "the rules failed at this entry; nothing from it on was judged"


def _judge(rules: Rules, index: int, raw: bytes, texts: list[str]) -> Iterator[Finding]:
    entry, _ = read_leaf(index, raw)
    if entry is None:
        rules.entry(index, "", None, None)
        return
    opened = unfold(index, entry, texts)
    withheld = entry.withheld.digest if entry.withheld else None
    for refusal in rules.entry(index, entry.recorded_at, opened.act, opened.version, withheld):
        yield failed(12, index, f"{refusal.rule}: {refusal.reason}", refusal.cure)
