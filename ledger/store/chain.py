"""From leaves to linked entries: the arithmetic between BEGIN and COMMIT, without a database.

::

    head of 41, two leaves  ->  rows 42 and 43 (seq = index + 1), head of 43

1. Entries must be dense and linked: each ``index`` is one more, each ``prev`` the leaf hash before.
2. The entries of one commit must share one ``recorded_at``, the greater of the clock and the entry's before.
3. A withheld leaf must carry its class and commitment only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ledger.record.entry import splice, splice_withheld
from ledger.record.merkle import leaf_hash
from ledger.store.port import Head, Leaf


class Link(NamedTuple):
    """A leaf in its place: `seq` = index + 1 is the database's key, `entry` the leaf's bytes, `leaf` its hash."""

    seq: int
    entry: bytes
    leaf: bytes


def chain(head: Head, leaves: Sequence[Leaf], now: str) -> tuple[list[Link], Head]:
    """Number, link and hash `leaves` on top of `head`. Malformed when an entry is too large."""
    recorded_at = max(now, head.recorded_at)
    frontier, prev, links = head.frontier(), head.last, []
    for index, leaf in enumerate(leaves, head.size):
        if leaf.withheld is None:
            entry = splice(
                leaf.act,
                index=index,
                prev=prev,
                recorded_at=recorded_at,
                stream_version=leaf.stream_version,
            )
        else:
            class_, digest = leaf.withheld.class_, leaf.withheld.digest
            entry = splice_withheld(class_, digest, index=index, prev=prev, recorded_at=recorded_at)
        prev = leaf_hash(entry)
        frontier.append(prev)
        links.append(Link(index + 1, entry, prev))
    return links, Head(frontier.size, prev, tuple(frontier.peaks), recorded_at)
