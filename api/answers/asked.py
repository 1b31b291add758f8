"""What every answer says of its question: the two instants, and how much could not be read.

::

    answer(view, known_at, clocks=[…])    {"as_of": "2025-06-30T…Z", "known_at": None, "unread": 2, "clocks": […]}

1. Withheld acts that cannot be read must be counted and never guessed.
"""

from __future__ import annotations

from typing import Any

from ledger.register import View


def unread(view: View) -> int:
    """How many entries below the view's bound are withheld and not opened here."""
    return sum(index < view.bound for index in view.register.unread)


def answer(as_of: str | None, known_at: str | None, hidden: int, **said: Any) -> dict[str, Any]:
    """An answer with what was asked; `hidden` entries could not be read for it."""
    return {"as_of": as_of, "known_at": known_at, "unread": hidden, **said}
