"""A policy version from its plain data or its YAML text, read strictly (DOMAIN §4.1).

::

    load(data)          Policy(version='2.2', …)                 the value that an entry holds
    load_text(yaml)     Malformed: line 214, /thresholds/CBRN-3/next_level: CBRN-9 is none of the thresholds …

1. The same data must always give the same policy; nothing outside the data is asked.
2. Nothing is lost: ``load(data).data == data``, whatever later happens to the object that was passed in.
3. Whatever value comes in, the only error that goes out must be Malformed, with the path of what is wrong and, when it
   was read from a text, its line.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import yaml

from ledger.errors import Malformed
from ledger.policy import plain
from ledger.policy.consistency import check
from ledger.policy.read import read
from ledger.policy.schema import Policy
from ledger.record import canonical
from ledger.record.canonical import Json


def load(data: Json) -> Policy:
    """The policy that plain data holds; Malformed with the path of the first thing that is wrong."""
    canonical.check(data)
    policy = read(Policy, data, "", data=deepcopy(data))
    check(policy)
    return policy


def load_text(text: str | bytes) -> Policy:
    """The policy that a YAML text holds; Malformed with line and path."""
    data = plain.load(text)
    try:
        return load(data)
    except Malformed as e:
        line = _line(text, e.where)
        raise Malformed(e.what, f"line {line}, {e.where}" if e.where else f"line {line}", e.cure) from None


def _line(text: str | bytes, path: str) -> int:
    """The line of the last node on a path that the text has; a missing member is looked for in its parent."""
    node: Any = yaml.compose(text, Loader=yaml.BaseLoader)
    for name in path.split("/")[1:]:
        following = _step(node, name)
        if following is None:
            break
        node = following
    return int(node.start_mark.line) + 1 if node else 1


def _step(node: Any, name: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    if isinstance(node, yaml.SequenceNode):
        if name.isdigit() and int(name) < len(node.value):
            return node.value[int(name)]
        return next((item for item in node.value if getattr(_step(item, "id"), "value", None) == name), None)
    return None
