"""A badge: how something stands, at one glance.

::

    Status("warn", "corrected by entry 9", 9)      ▲ corrected by entry 9, linking there

1. A status must have a symbol, a word and a colour (`tone`), never one of them alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Status:
    """`tone` is ok, warn, bad or non; it links to the entry that says so, if there is one."""

    tone: str
    word: str
    entry: int | None = None

    @property
    def symbol(self) -> str:
        """What is read without colours."""
        return SYMBOLS[self.tone]


SYMBOLS: Final = {"ok": "✓", "warn": "▲", "bad": "■", "non": "–"}
