"""What a view holds, worked out once: entries never change, so neither does what was read off the first of them.

::

    @once
    def deliveries(view): …          of the same register, bound and as_of it is computed the first time alone

1. Only what does not depend on `view.now` may be kept: that changes with every question.
2. What is kept must not be changed by those who read it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from ledger.register import Register, View

T = TypeVar("T")
KEPT = 16
"""Views whose reading is kept: the head, and a few that people compare it with."""


def once(function: Callable[[View], T]) -> Callable[[View], T]:
    """Keep what a reading of a view gives, for the last few views."""

    @lru_cache(maxsize=KEPT)
    def read(register: Register, bound: int, as_of: str | None) -> T:
        return function(View(register, bound, as_of, as_of))

    @wraps(function)
    def ask(view: View) -> T:
        over = view.register.over(view.bound, view.as_of)  # each later instant shows the same
        return read(view.register, view.bound, None if over else view.as_of)

    return ask
