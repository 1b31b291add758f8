"""JSON pointers (RFC 6901): where in an event's data a correction points.

::

    look({"results":[{"score":"0.46"}]}, "/results/0/score")   "0.46"

1. A pointer must name something that is there: ``look`` raises KeyError and nothing else, whatever it is fed;
   ``put`` changes nothing.
2. ``put`` must return a copy; recorded data is never changed in place.
"""

from __future__ import annotations

import re
from typing import Final

from ledger.record.canonical import Json

_POINTER: Final = re.compile(r"(?:/(?:[^~/]|~[01])*)*", re.DOTALL)
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,15}")


def look(value: Json, pointer: str) -> Json:
    """The value at a JSON pointer (RFC 6901); KeyError when nothing stands there."""
    if not _POINTER.fullmatch(pointer):
        raise KeyError(pointer)
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and _INDEX.fullmatch(key):
            if int(key) >= len(value):
                raise KeyError(pointer)
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            raise KeyError(pointer)
    return value


def put(value: Json, pointer: str, new: Json) -> Json:
    """A copy of `value` with `new` at the pointer; unchanged where nothing stands there."""
    try:
        look(value, pointer)
    except KeyError:
        return value
    return _put(value, pointer.split("/")[1:], new)


def _put(value: Json, parts: list[str], new: Json) -> Json:
    if not parts:
        return new
    key = parts[0].replace("~1", "/").replace("~0", "~")
    if isinstance(value, list):
        return [_put(v, parts[1:], new) if i == int(key) else v for i, v in enumerate(value)]
    return {k: _put(v, parts[1:], new) if k == key else v for k, v in value.items()}
