"""Places in a policy's data: by the path that a change has, or by the id of a rule.

::

    at(data, "/clocks/R22-C-AUDIT/every")                       "P1Y"
    put(data, "/clocks/R22-C-AUDIT/text", "…")                  the data with another text there
    called(data, "R22-C-AUDIT")                                 {"id": "R22-C-AUDIT", "every": "P1Y", …}

1. Items of a list are named by their ids, under any version's prefix; plain texts by themselves.
2. The data that comes in is never changed.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ledger.errors import NotFound
from ledger.policy.rules import duty
from ledger.record.canonical import Json


def at(data: Json, path: str) -> Json:
    """What stands at a path; NotFound when nothing does."""
    for name in _steps(path):
        data = data[_key(data, name, path)]
    return data


def put(data: Json, path: str, value: Json) -> Json:
    """The data with `value` at a path that it has; NotFound when it has none such."""
    whole = deepcopy(data)
    steps = _steps(path)
    inside: Any = whole
    for name in steps[:-1]:
        inside = inside[_key(inside, name, path)]
    inside[_key(inside, steps[-1], path)] = value
    return whole


def called(data: Json, id_: str) -> dict[str, Json] | None:
    """The first object that has this id, wherever it stands."""
    if isinstance(data, dict):
        if isinstance(data.get("id"), str) and duty(data["id"]) == duty(id_):
            return data
        data = list(data.values())
    inner = (called(item, id_) for item in data) if isinstance(data, list) else ()
    return next((found for found in inner if found is not None), None)


def _steps(path: str) -> list[str]:
    steps = [x.replace("~1", "/").replace("~0", "~") for x in path.split("/")[1:]]
    if not path.startswith("/") or not all(steps):
        raise NotFound(f"{path!r} is no path", "write one like /clocks/R22-C-AUDIT/every")
    return steps


def _key(inside: Json, name: str, path: str) -> Any:
    if isinstance(inside, dict) and name in inside:
        return name
    if isinstance(inside, list):
        for place, item in enumerate(inside):
            known = item.get("id") if isinstance(item, dict) else item
            if isinstance(known, str) and duty(known) == duty(name):
                return place
    raise NotFound(f"the policy has nothing at {path}", "countersign policy show prints what it has")
