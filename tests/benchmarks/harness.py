"""Measuring: ours and theirs in turns, medians, one ratio.

::

    compare("append, one a commit", "at least 0.65", ours, theirs, rounds=7)
        Row("append, one a commit", ours="812 us", theirs="640 us", ratio=0.79, bar="at least 0.65", held=True)

A bar reads ``at least 0.65`` (speed: theirs / ours) or ``at most 3.5`` (time: ours / theirs); without a bar a row
reports.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Times are seconds for one unit of work."""

    name: str
    ours: float
    theirs: float | None
    unit: str
    bar: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """As the bar counts it: speed for ``at least``, time for anything else."""
        if self.theirs is None:
            return None
        return self.theirs / self.ours if self.bar.startswith("at least") else self.ours / self.theirs

    @property
    def held(self) -> bool | None:
        """Whether the bar holds; None where there is none."""
        if not self.bar or self.ratio is None:
            return None
        limit = float(self.bar.rpartition(" ")[2])
        return self.ratio >= limit if self.bar.startswith("at least") else self.ratio <= limit


def compare(
    name: str,
    bar: str,
    ours: Callable[[], float],
    theirs: Callable[[], float],
    *,
    rounds: int = 7,
    unit: str = "",
    note: str = "",
) -> Row:
    """Run both in turns; each returns its seconds for one unit of work."""
    pairs = []
    for i in range(rounds):
        order = (ours, theirs) if i % 2 else (theirs, ours)
        seconds = {f: f() for f in order}
        pairs.append((seconds[ours], seconds[theirs]))
        if sys.stderr.isatty():
            print(f"  {name}: {i + 1}/{rounds}", end="\r", file=sys.stderr)
    return Row(
        name,
        statistics.median(a for a, _ in pairs),
        statistics.median(b for _, b in pairs),
        unit,
        bar,
        note,
    )


def report(name: str, ours: Callable[[], float], *, rounds: int = 5, unit: str = "", note: str = "") -> Row:
    """A measurement with nothing to hold it against."""
    return Row(name, statistics.median(ours() for _ in range(rounds)), None, unit, note=note)


def timed(work: Callable[[], object], units: int = 1) -> float:
    """Seconds for one of `units`."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) / units


def human(seconds: float) -> str:
    """``812 us``."""
    for limit, factor, name in ((1e-6, 1e9, "ns"), (1e-3, 1e6, "us"), (1, 1e3, "ms")):
        if seconds < limit:
            return f"{seconds * factor:.3g} {name}"
    return f"{seconds:.3g} s"


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| what | ours | theirs | ratio | bar | |", "|---|---|---|---|---|---|"]
    for r in rows:
        mark = {True: "held", False: "**missed**", None: ""}[r.held]
        theirs = human(r.theirs) if r.theirs is not None else ""
        ratio = f"{r.ratio:.2f}" if r.ratio is not None else ""
        per = f" a {r.unit}" if r.unit else ""
        lines.append(
            f"| {r.name} | {human(r.ours)}{per} | {theirs} | {ratio} | {r.bar} | {mark} {r.note} |".replace(
                "  ", " "
            )
        )
    return "\n".join(lines)
