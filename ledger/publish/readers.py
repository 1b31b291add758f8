"""Who may read which withheld values (DOMAIN §10), as data, and the disclosures that open them.

::

    OPENS["board"]                                      {"board"}
    disclosures(store, register.below(41), "board")     (4, "WyJ…"), (9, "WyJ…"), …

A recipient is a disclosure class. ``trust`` reads everything. Everybody else reads what was published, and what is of
their own class: a withheld act opens to its class, a sealed field to the class of its event. Classes do not contain
one another: who is to see two gets two bundles.

1. A value must not go to anyone whom this table does not name, unless ``disclosure.published`` names it.
2. A class ``public`` must open nothing by itself: a sealed field of a public event waits for its publication.
3. Nothing that lies inside a withheld act must go out without the act: its commitment stands in no leaf.
4. A disclosure that opens no commitment of its entry must not go out at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from ledger.record import fields as f
from ledger.record.canonical import encode
from ledger.record.disclosure import commitment
from ledger.record.entry import read_entry
from ledger.register import Fact, View
from ledger.store.port import Store
from ledger.subjects.disclosures import published

PUBLIC: Final = "public"
TRUST: Final = "trust"
NOBODY: Final[frozenset[str]] = frozenset()

OPENS: Final[Mapping[str, frozenset[str]]] = {
    PUBLIC: NOBODY,
    "staff": frozenset(("staff",)),
    "restricted_staff": frozenset(("restricted_staff",)),
    "board": frozenset(("board",)),
    "reporter_safe": frozenset(("reporter_safe",)),
}
"""Recipient -> classes whose withheld values it reads. ``regulator:<id>`` reads its own, ``trust`` all."""


def opens(recipient: str, class_: str) -> bool:
    """True when a recipient of this class reads withheld values of `class_`; Malformed for an unknown recipient."""
    if f.disclosure_class(recipient, "recipient") == TRUST:
        return True
    return class_ in OPENS.get(recipient, {recipient})


def disclosures(
    store: Store, view: View, recipient: str, indexes: Iterable[int] | None = None
) -> Iterator[tuple[int, str]]:
    """(index, disclosure) of everything below the view's bound that `recipient` may read, by index and commitment."""
    opens(recipient, PUBLIC)
    free = published(view)
    facts = view.register.facts
    for index in range(view.bound) if indexes is None else sorted(set(indexes)):
        fact = facts[index] if 0 <= index < view.bound else None
        if fact is not None and (fact.withheld or fact.sealed):
            yield from ((index, text) for text in _of(store, fact, recipient, free))


def _of(store: Store, fact: Fact, recipient: str, free: set[str]) -> Iterator[str]:
    mine = opens(recipient, fact.class_)
    wanted = {c for c in fact.sealed.values() if mine or c in free}
    if fact.withheld:
        withheld = read_entry(store.entry(fact.index)).withheld
        digest = withheld.digest if withheld else ""
        if not mine and digest not in free:
            return
        wanted.add(digest)
    yield from (text for text in store.disclosures(fact.index) if commitment(text) in wanted)


def lines(opened: Iterable[tuple[int, str]]) -> bytes:
    """``disclosures.jsonl``: one canonical ``{"disclosure":"…","index":41}`` a line."""
    rows: Iterable[dict[str, Any]] = ({"disclosure": text, "index": index} for index, text in opened)
    return b"".join(encode(row) + b"\n" for row in rows)
