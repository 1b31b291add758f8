"""One copy of what very many entries have in common: the names of their members.

::

    shared({"text": "Drill held."})     the same data, its names those that every other entry has

1. What comes out must be equal to what went in.
"""

from __future__ import annotations

from sys import intern
from typing import Any


def shared(data: dict[str, Any]) -> dict[str, Any]:
    """The same data, the names of its members kept once for all entries: they are the most of a small entry."""
    return {intern(name): _names(value) for name, value in data.items()}


def _names(value: Any) -> Any:
    if type(value) is dict:
        return shared(value)
    return [_names(x) for x in value] if type(value) is list else value
