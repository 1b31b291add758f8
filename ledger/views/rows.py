"""What of one fact stands in the read models, table by table.

::

    entry(fact, read)["text"]     "heron-4 CBRN-3 not_shown Uplift could not be ruled out."      what a search finds
    list(signatures(fact))        [{"entry": 41, "person": "p-7", "role": "RSO", "statement": "approve", …}]

1. Rows must depend on the fact alone, and on how a view reads it now.
2. Nothing sealed must appear: a fact holds commitments, and only they are here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from ledger.register import Fact

Row: TypeAlias = dict[str, Any]

TABLES: Final[dict[str, dict[str, type]]] = {
    "entries": {
        "entry": int,
        "id": str,
        "type": str,
        "stream": str,
        "version": int,
        "decides": int,
        "effective_at": str,
        "recorded_at": str,
        "policy": str,
        "class": str,
        "withheld": int,
        "imported_from": str,
        "actor": str,
        "role": str,
        "corrected": int,
        "data": str,
        "reads": str,
        "text": str,
    },
    "signatures": {
        "entry": int,
        "person": str,
        "role": str,
        "capacity": str,
        "statement": str,
        "key": str,
    },
    "evidence": {
        "entry": int,
        "digest": str,
        "title": str,
        "media_type": str,
        "source": str,
        "obtained_at": str,
        "size_bytes": int,
        "uri": str,
    },
    "commitments": {"entry": int, "name": str, "commitment": str},
}
"""Columns of the tables that follow from single entries, in order."""


def entry(fact: Fact, read: Fact) -> Row:
    """The row of ``entries``: `fact` as recorded, `read` as it reads now."""
    return {
        "entry": fact.index,
        "id": fact.id,
        "type": fact.type,
        "stream": fact.stream,
        "version": fact.version,
        "decides": int(fact.decides),
        "effective_at": read.effective_at,
        "recorded_at": fact.recorded_at,
        "policy": fact.policy,
        "class": fact.class_,
        "withheld": int(fact.withheld),
        "imported_from": fact.imported.source if fact.imported else None,
        "actor": fact.actor.person,
        "role": fact.actor.role,
        "corrected": int(read is not fact),
        "data": _json(fact.data),
        "reads": _json(read.data),
        "text": " ".join(_texts(read.data)),
    }


def signatures(fact: Fact) -> Iterator[Row]:
    """Who signed it, one row a signature."""
    for s in fact.signers:
        yield {
            "entry": fact.index,
            "person": s.person,
            "role": s.role,
            "capacity": s.capacity,
            "statement": s.statement,
            "key": s.key,
        }


def evidence(fact: Fact) -> Iterator[Row]:
    """The documents that it cites."""
    for item in fact.evidence:
        yield {"entry": fact.index, **{name: getattr(item, name) for name in list(TABLES["evidence"])[1:]}}


def commitments(fact: Fact) -> Iterator[Row]:
    """Its withheld values: their names and commitments."""
    for name, commitment in sorted(fact.sealed.items()):
        yield {"entry": fact.index, "name": name, "commitment": commitment}


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a payload, in the order in which it is written down."""
    todo = [value]
    while todo:
        here = todo.pop()
        if isinstance(here, str):
            yield here
        elif isinstance(here, dict):
            todo += [here[name] for name in sorted(here, reverse=True)]
        elif isinstance(here, list):
            todo += reversed(here)
