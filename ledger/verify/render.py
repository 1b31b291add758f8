"""The report as people read it.

::

    OK   Nothing in this record contradicts it.

      example.org/log, 41 entries, root 9f8b…
       1 held         every entry is written in its one canonical form
       2 FAILED (3)   no entry is missing, out of order or out of time, and no event stands twice
                      entry 17: its prev is not the hash of entry 16
                      -> compare this entry and the one before with another copy

1. Every failing claim must be shown with the number of its findings, and at most ``SHOWN`` of them.
2. Nothing that stands in a record may reach a terminal but as printable text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.verify.report import ClaimReport, Facts, Report

SHOWN: Final = 5
_INDENT: Final = " " * 22


def render(report: Report) -> str:
    """The whole text."""
    return "\n".join(_printable(line) for line in _lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.words}   {report.meaning}"
    if report.advice:
        yield f"  {report.advice}"
    if not report.claims:
        return
    yield ""
    yield from _facts(report.facts)
    yield ""
    for claim in report.claims:
        yield from _claim(claim)
    if report.notes:
        yield ""
    for note in report.notes:
        yield f"  ! {note}"


def _facts(facts: Facts) -> Iterator[str]:
    root = f", root {facts.root}" if facts.origin else ""
    yield f"  {facts.origin or 'no readable checkpoint'}, {_counted(facts.entries, 'entry', 'entries')}{root}"
    yield f"  log key   {facts.vkey or 'none'}{'' if facts.anchored else '   (from the record itself)'}"
    yield f"  founding  {facts.founding or 'entry 0 is not here'}"
    if facts.withheld:
        classes = ", ".join(f"{count} of class {name}" for name, count in facts.withheld.items())
        yield f"  withheld  {classes}; {facts.withheld_unopened} not opened"
    if facts.sealed:
        yield f"  sealed    {_counted(facts.sealed, 'field', 'fields')}; {facts.sealed_unopened} not opened"
    for at, by in facts.closed[:SHOWN]:
        yield f"            entry {at}: {'withheld or lost' if by is None else f'erased by entry {by}'}"
    closed = facts.withheld_unopened + facts.sealed_unopened
    if closed > SHOWN:
        yield f"            and {closed - SHOWN} more; {facts.erased} in all erased by an entry that says so"


def _claim(claim: ClaimReport) -> Iterator[str]:
    state = f"FAILED ({claim.count})" if claim.state == "failed" else claim.state
    yield f"  {claim.number:>2} {state:<16} {claim.title}"
    for remark in claim.remarks:
        yield f"{_INDENT}{remark}"
    cure = ""
    for finding in claim.findings[:SHOWN]:
        where = f"entry {finding.where}: " if finding.where is not None else ""
        yield f"{_INDENT}{where}{finding.why}"
        cure = finding.cure or cure
    if claim.count > SHOWN:
        yield f"{_INDENT}and {claim.count - SHOWN} more"
    if cure:
        yield f"{_INDENT}-> {cure}"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in line)
