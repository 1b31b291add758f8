"""For the tests of ledger.policy: the shipped versions as plain data, and ways to change one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ledger.policy.shipped import definition, definitions

VERSIONS = tuple(name.removeprefix("rsp-") for name in definitions())
_REMOVED = object()


def data(version: str) -> dict[str, Any]:
    """The plain data of a shipped version, to be changed at will."""
    return deepcopy(definition(f"rsp-{version}").policy.data)


def at(value: Any, path: str) -> Any:
    """What stands at a path such as ``/clocks/R22-C-AUDIT/every``; list items by id or place."""
    for name in path.split("/")[1:]:
        value = value[_place(value, name)]
    return value


def put(value: Any, path: str, new: Any) -> Any:
    """`value` with `new` at a path."""
    parent, _, name = path.rpartition("/")
    inside = at(value, parent)
    inside[name if isinstance(inside, dict) else _place(inside, name)] = new
    return value


def drop(value: Any, path: str) -> Any:
    """`value` without what stands at a path."""
    parent, _, name = path.rpartition("/")
    inside = at(value, parent)
    del inside[_place(inside, name)]
    return value


def _place(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return name
    for i, item in enumerate(value):
        if item == name or (isinstance(item, dict) and item.get("id") == name):
            return i
    return int(name)
