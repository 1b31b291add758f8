"""The tables that follow from the whole record at one instant: they are asked anew whenever the file catches up.

::

    ANSWERS["findings"](view)      [{"code": "LINE_KIND_MISMATCH", "entry": 41, "since": "…Z", "why": "…"}]

1. Every table must be what its question in ``ledger.engine`` answers, and nothing of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ledger.engine.findings import findings as ask_findings
from ledger.register import View
from ledger.views.rows import Row

COLUMNS: Final[dict[str, dict[str, type]]] = {
    "findings": {"code": str, "entry": int, "since": str, "why": str},
}
"""Columns of each table, in order."""


def findings(view: View) -> Iterator[Row]:
    """Everything that the record shows to be amiss."""
    for x in ask_findings(view):
        yield {"code": x.code, "entry": x.index, "since": x.since, "why": x.why}


ANSWERS: Final[dict[str, Callable[[View], Iterator[Row]]]] = {"findings": findings}
"""What fills each table."""
