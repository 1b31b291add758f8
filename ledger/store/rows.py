"""What of a linked leaf goes into which table, on either database (schema/sqlite.sql).

::

    entries   (42, "01KB…", "determination/heron-4/CBRN-3", 3, "determination.made", 812, b"{…}", <hash>)
              (43, "01KB…", None, None, None, None, b"{…}", <hash>)                       a withheld act's
    withheld  (43, "<commitment>", "pause/heron-4", 1, "pause.ordered", b"{…}")
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent

from ledger.record.disclosure import commitment
from ledger.store.chain import Link
from ledger.store.port import Leaf


def rows(links: Sequence[Link], leaves: Sequence[Leaf]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of one commit by table. `withheld` and `disclosures` lie beside the record."""
    entries: list[tuple[Any, ...]] = []
    withheld: list[tuple[Any, ...]] = []
    disclosures: list[tuple[Any, ...]] = []
    for link, leaf in zip(links, leaves, strict=True):
        if leaf.withheld is None:
            named = (leaf.stream, leaf.stream_version, leaf.topic, len(leaf.act))
            entries.append((link.seq, leaf.event_id, *named, link.entry, link.leaf))
        else:
            entries.append((link.seq, leaf.event_id, None, None, None, None, link.entry, link.leaf))
            private = (link.seq, leaf.withheld.digest, leaf.stream, leaf.stream_version, leaf.topic, leaf.act)
            withheld.append(private)
        for text in leaf.disclosures:
            disclosures.append((link.seq, commitment(text), text))  # noqa: PERF401  (of no leaf or of few)
    return {"entries": entries, "withheld": withheld, "disclosures": disclosures}


def bare(event: StoredEvent) -> Leaf:
    """A leaf from the library's contract tests, which know no event ids: stream and version are unique enough."""
    stream, version = str(event.originator_id), event.originator_version
    return Leaf(f"{stream}/{version}", stream, version, event.topic, event.state)
