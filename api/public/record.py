"""The record as the public may see it: entries, what was corrected, published or erased, lists by type or person.

::

    record = PublicRecord(house)
    record.entry(7)                  Shown(entry=…, act=…, disclosures=(Disclosure("protocol", …),), erased={})
    record.entry(8)                  Shown(act=None, …)        withheld: its class and commitment are all there is
    record.list(Ask(type="note.recorded"), 0, 50, view)        ([2, 7, 11, 13], None)

The office's register holds withheld acts too, opened. So this room folds a register of its own from the published
leaves alone, as any outsider could: what it does not hold, no page and no answer can let slip.

1. An act that is withheld must never be shown, listed by a filter, or change what is shown of another entry,
   unless a ``disclosure.published`` names its commitment; then that entry is shown opened.
2. The value of a sealed field must be shown only if a ``disclosure.published`` of that entry names its
   commitment, and never after a ``disclosure.erased``.
3. Those commitments must be read as they were recorded, so that no correction can publish a value.
4. No question may cost more than `SCAN` facts looked at: a long list is answered in pages.
5. Nothing beyond the published checkpoint must be shown: what witnesses have not seen yet is not public. Where
   nothing was published into a site, every signed checkpoint counts as published.
6. A reader must never wait for somebody who records, and never fold what another reader has folded.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from api.bootstrap import House
from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.publish.cosignatures import read_public
from ledger.publish.resource import Served
from ledger.record.act import Act
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.disclosure import Disclosure, open_disclosure, withheld_act
from ledger.record.entry import Entry, read_entry
from ledger.record.merkle import leaf_hash
from ledger.register import Amendment, Fact, Register, View
from ledger.subjects.disclosures import ERASED, PUBLISHED
from ledger.subjects.registry import DECISIONS

SCAN: Final = 20_000


@dataclass(frozen=True, slots=True)
class Ask:
    """Which entries: of a `type`, of a `stream`, that `person` signed or that concern them, effective by `as_of`."""

    type: str | None = None
    stream: str | None = None
    person: str | None = None
    as_of: str | None = None

    @property
    def narrow(self) -> bool:
        """True when it asks for what only an open act tells."""
        return not (self.type is self.stream is self.person is None)


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry: its bytes, the entry read from them, the act if it is public, and what became of its values.

    `disclosures` are those that were published and `amendments` the corrections in force; `published` and `erased`
    map commitments to the entry that says so.
    """

    raw: bytes
    entry: Entry
    act: Act | None
    disclosures: tuple[Disclosure, ...]
    published: dict[str, int]
    erased: dict[str, int]
    amendments: tuple[Amendment, ...]

    @property
    def index(self) -> int:
        """Where it stands."""
        return self.entry.index

    @property
    def leaf_hash(self) -> bytes:
        """Hash of the leaf."""
        return leaf_hash(self.raw)

    def opened(self, commitment: str) -> Disclosure | None:
        """The published value of a commitment."""
        return next((d for d in self.disclosures if d.commitment() == commitment), None)


class PublicRecord:
    """Reads one open house. Safe to share between threads."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.log = Served(house.store, self.checkpoint)
        self._site = house.settings.path(house.settings.site)
        self._register = Register(DECISIONS, house.office.check)
        self._classes: list[tuple[int, str]] = []
        self._lock = threading.Lock()

    def checkpoint(self) -> str:
        """The published checkpoint, a signed note; NotFound before the founding."""
        return read_public(self._site) or self.house.store.checkpoint()

    def waiting(self) -> int:
        """How many entries are recorded and not published yet."""
        return max(0, self.house.store.head().size - self._published())

    def register(self) -> Register:
        """The public register: only what was published since the last question is folded."""
        size = self._published()
        with self._lock:
            new = max(0, size - self._register.size)
            for index, raw in self.house.store.entries(self._register.size, new) if new else ():
                self._fold(index, _read(index, raw))
            return self._register

    def view(self, as_of: str | None = None, known_at: str | None = None) -> View:
        """The public register as of an instant, as known at another."""
        return self.register().at(as_of, known_at)

    def asked(self, as_of: str | None = None, known_at: str | None = None) -> View:
        """As ``view``; where no instant is named, of this minute: time passes where nothing is recorded.

        Of the minute and not the instant, so that what was worked out for one reader serves the next.
        """
        register = self.register()
        minute = f"{self.house.office.clock()[:16]}:00.000000Z"
        return register.at(as_of or known_at or max(minute, register.recorded_at), known_at)

    def entry(self, index: int, view: View | None = None) -> Shown:
        """One entry; NotFound."""
        view = view or self.view()
        if not 0 <= index < view.bound:
            cure = "it is recorded and waits to be published" if index < self.house.store.head().size else ""
            raise NotFound(f"no entry {index}", cure or f"there are {view.bound} entries, numbered from 0")
        return self._shown(index, self.house.store.entry(index), view)

    def entries(self, indexes: Iterable[int], view: View) -> Iterator[Shown]:
        """Several entries, in the order asked."""
        wanted = list(indexes)
        if wanted and wanted == list(range(wanted[0], wanted[-1] + 1)):
            pages = self.house.store.entries(wanted[0], len(wanted))
            return (self._shown(index, raw, view) for index, raw in pages)
        return (self._shown(i, self.house.store.entry(i), view) for i in wanted)

    def list(
        self, ask: Ask, start: int, limit: int, view: View, *, newest: bool = False
    ) -> tuple[list[int], int | None]:
        """At most `limit` indexes from `start` on (with `newest` from `start` down), and where to go on, or None."""
        found: list[int] = []
        for looked, index in enumerate(_places(_narrowed(ask, view.register), start, view.bound, newest)):
            if len(found) == limit or looked == SCAN:
                return found, index
            if _matches(ask, index, view):
                found.append(index)
        return found, None

    def withheld(self, view: View) -> dict[str, int]:
        """How many entries are withheld, by class (DOMAIN §10)."""
        counts: dict[str, int] = {}
        for index, class_ in self._classes[:]:
            if index < view.bound:
                counts[class_] = counts.get(class_, 0) + 1
        return counts

    def _published(self) -> int:
        return SignedCheckpoint.parse(self.checkpoint()).checkpoint.size

    def _fold(self, index: int, entry: Entry) -> None:
        if entry.act and entry.stream_version:
            self._register.fold(entry.act, index, entry.recorded_at, entry.stream_version)
        elif entry.withheld:
            self._register.pass_by(index, entry.recorded_at, entry.withheld.digest)
            self._classes.append((index, entry.withheld.class_))

    def _shown(self, index: int, raw: bytes, view: View) -> Shown:
        entry = _read(index, raw)
        published, erased = _named(index, view)
        public = set(published) - set(erased)
        texts = self.house.store.disclosures(index) if public else []
        opened = tuple(d for d in map(open_disclosure, texts) if d.commitment() in public)
        act = entry.act
        if entry.withheld:
            whole = [d for d in opened if d.commitment() == entry.withheld.digest]
            act = withheld_act(whole[0])[0] if whole else None
        amendments = view.amendments(act.event.id, public=True) if act else []
        return Shown(raw, entry, act, opened, published, erased, tuple(amendments))


def _read(index: int, raw: bytes) -> Entry:
    try:
        return read_entry(raw)
    except Malformed as e:
        raise StoreUnavailable(
            f"entry {index} cannot be read: {e}", "verify the ledger; append nothing"
        ) from None


def _matches(ask: Ask, index: int, view: View) -> bool:
    fact = view.register.facts[index]
    if fact is None:
        return not ask.narrow and (ask.as_of is None or view.register.times[index] <= ask.as_of)
    if ask.type not in (None, fact.type) or ask.stream not in (None, fact.stream):
        return False
    if ask.person is not None and not _concerns(fact, ask.person):
        return False
    return ask.as_of is None or (view.get(fact.id) or fact).effective_at <= ask.as_of


def _narrowed(ask: Ask, register: Register) -> Sequence[Fact] | None:
    """The shortest list of facts that holds every answer; None: look at every entry."""
    lists = [
        index.get(wanted, ())
        for index, wanted in ((register.by_type, ask.type), (register.by_stream, ask.stream))
        if wanted is not None
    ]
    return min(lists, key=len) if lists else None


def _places(facts: Sequence[Fact] | None, start: int, bound: int, newest: bool) -> Iterator[int]:
    if facts is None:
        yield from range(min(start, bound - 1), -1, -1) if newest else range(start, bound)
    elif newest:
        for at in range(bisect_right(facts, min(start, bound - 1), key=_index) - 1, -1, -1):
            yield facts[at].index
    else:
        for at in range(bisect_left(facts, start, key=_index), bisect_left(facts, bound, key=_index)):
            yield facts[at].index


def _index(fact: Fact) -> int:
    return fact.index


def _concerns(fact: Fact, person: str) -> bool:
    return fact.stream == f"person/{person}" or any(s.person == person for s in fact.signers)


def _named(index: int, view: View) -> tuple[dict[str, int], dict[str, int]]:
    """Commitments of an entry that were published and erased, each with the entry that says so first."""
    published: dict[str, int] = {}
    erased: dict[str, int] = {}
    for fact in view.register.by_stream.get(f"disclosure/{index}", ()):
        into = {PUBLISHED: published, ERASED: erased}.get(fact.type)
        if into is not None and fact.index < view.bound:
            for commitment in fact.data["commitments"]:
                into.setdefault(commitment, fact.index)
    return published, erased
