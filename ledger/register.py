"""The register: every fact on the record, folded in order, and bounded views of it.

It knows no subject. ``fold`` adds a fact and never changes or removes one, so any past register is this one
with a bound, and every question can be asked twice over: as true then, and as known then::

    register.at()                                  everything, as known now
    register.at(as_of="2025-06-30T00:00:00.000000Z")                     true on that day, as known now
    register.at(as_of=day, known_at=day)           true on that day, as known on that day
    register.below(41)                             what entry 41 was judged against

1. ``fold`` must take entries in order and never change or remove a fact.
2. ``recorded_at`` never decreases, so `known_at` must be a bisection to a bound.
3. A View must show only facts and corrections below its bound, corrected as they were known there, of which the
   (corrected) effective instant is not after `as_of`, ordered by (effective instant, index).
4. A decision takes effect no earlier than it was recorded: its effective instant is max(effective_at, recorded_at),
   whatever a correction says.
5. A correction of a correction must amend the correction; a timing correction must move the effective instant only.
   Entries that others verify by (roll, disclosures, settings) are never amended: acts of their own change them.
6. Every view has an instant at which it is asked (`now`): judged acts their recording, other questions their `as_of`,
   else `known_at`, else the last entry. What depends on time must read it there and nowhere else.
7. ``over`` must be true only where everything below the bound, as corrected, has taken effect by the instant.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from sys import intern
from typing import Any, Final, TypeVar

from ledger.errors import Malformed
from ledger.record import fields
from ledger.record.act import Act
from ledger.record.event import Actor, Evidence, Imported
from ledger.record.pointer import put
from ledger.record.publicity import NEVER_WITHHELD
from ledger.record.roll import KeyCheck, Place, Roll
from ledger.record.shared import shared

T = TypeVar("T")

CORRECTED: Final = "entry.corrected"
EFFECTIVE_AT: Final = "/effective_at"
NEVER: Final = "\uffff"
"""After every instant."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a fact, in which role and capacity, with which key, saying what."""

    person: str
    role: str
    capacity: str
    key: str
    statement: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded act. `effective_at` is when it counts from (rule 4), in a View as corrected there."""

    index: int
    id: str
    type: str
    schema: int
    stream: str
    version: int
    decides: bool
    effective_at: str
    recorded_at: str
    policy: str | None
    class_: str
    withheld: bool
    imported: Imported | None
    actor: Actor
    signers: tuple[Signer, ...]
    sealed: dict[str, str]
    evidence: tuple[Evidence, ...]
    data: dict[str, Any]
    corrects: str | None
    retracts: str | None
    supersedes: str | None


@dataclass(frozen=True, slots=True)
class Amendment:
    """Entry `index` says that the value at `path` (JSON pointer into data, or /effective_at) is `is_`."""

    index: int
    correction: str
    path: str
    is_: Any


class Register:
    """All facts. Built with the types that are decisions; everything else counts as observation."""

    def __init__(self, decisions: Collection[str], check: KeyCheck) -> None:
        self.roll = Roll()
        self.facts: list[Fact | None] = []
        self.times: list[str] = []
        self.horizon: list[str] = [""]
        self.facts_by_id: dict[str, Fact] = {}
        self.by_stream: dict[str, list[Fact]] = {}
        self.by_type: dict[str, list[Fact]] = {}
        self.by_subject: dict[str, list[Fact]] = {}
        self.amended: dict[str, list[Amendment]] = {}
        self.commitments: dict[str, int] = {}
        self.versions: dict[str, int] = {}
        self.unread: list[int] = []
        self._alike: dict[Any, Any] = {}
        self._decisions = frozenset(decisions)
        self._check = check

    @property
    def size(self) -> int:
        """How many entries were folded."""
        return len(self.facts)

    @property
    def recorded_at(self) -> str:
        """When the last entry was recorded; empty before the first."""
        return self.times[-1] if self.times else ""

    def fold(
        self, act: Act, index: int, recorded_at: str, version: int, *, withheld: str | None = None
    ) -> None:
        """Add the act of entry `index`. `withheld` is the commitment of its leaf if the act is not public."""
        self._follows(index, recorded_at)
        e = act.event
        if withheld is None:
            self.roll.fold(e, index, self._check)  # first, since it may raise: then nothing was folded
        decides = e.type in self._decisions and e.imported is None
        signers = (Signer(s.person, s.role, s.capacity, s.key, s.statement) for s in act.signatures)
        fact = Fact(
            index=index,
            id=e.id,
            type=intern(e.type),
            schema=e.schema,
            stream=e.stream,
            version=version,
            decides=decides,
            effective_at=max(e.effective_at, recorded_at) if decides else e.effective_at,
            recorded_at=recorded_at,
            policy=intern(e.policy) if e.policy else e.policy,
            class_=intern(e.class_),
            withheld=withheld is not None,
            imported=e.imported,
            actor=self._one(e.actor),
            signers=tuple(map(self._one, signers)),
            sealed=e.sealed,
            evidence=e.evidence,
            data=shared(e.data),
            corrects=e.corrects,
            retracts=e.retracts,
            supersedes=e.supersedes,
        )
        self.times.append(recorded_at)
        self.horizon.append(max(self.horizon[-1], fact.effective_at))
        self.facts.append(fact)
        self.facts_by_id.setdefault(e.id, fact)
        self.by_stream.setdefault(e.stream, []).append(fact)
        self.by_type.setdefault(e.type, []).append(fact)
        self.by_subject.setdefault(subject_of(e.stream), []).append(fact)
        self.versions[e.stream] = version
        for commitment in (*e.sealed.values(), *([withheld] if withheld else ())):
            self.commitments.setdefault(commitment, index)
        corrected = self.facts_by_id.get(e.corrects or "")
        amends = e.type == CORRECTED and self.facts_by_id[e.id] is fact
        if amends and corrected and corrected.index < index and corrected.type not in NEVER_WITHHELD:
            amendment = _amendment(fact, e.data)
            self.amended.setdefault(corrected.id, []).append(amendment)
            if corrected.type == CORRECTED:
                self.horizon[-1] = NEVER  # what it makes of the other is not known here
            elif amendment.path == EFFECTIVE_AT:
                self.horizon[-1] = max(self.horizon[-1], _moved(corrected, amendment.is_) or "")

    def pass_by(self, index: int, recorded_at: str, commitment: str | None = None) -> None:
        """Count an entry whose act cannot be read here: withheld and not opened, or not of a known form."""
        self._follows(index, recorded_at)
        self.times.append(recorded_at)
        self.horizon.append(self.horizon[-1])
        self.facts.append(None)
        if commitment:
            self.unread.append(index)
            self.commitments.setdefault(commitment, index)

    def _one(self, value: T) -> T:
        """The value that is kept for all that are equal to it: few people sign very many entries."""
        return self._alike.setdefault(value, value)  # type: ignore[no-any-return]

    def over(self, bound: int, as_of: str | None) -> bool:
        """Whether everything below `bound` has taken effect by `as_of`: asking as of it is asking of all."""
        return as_of is None or as_of >= self.horizon[bound]

    def _follows(self, index: int, recorded_at: str) -> None:
        if index != self.size or recorded_at < self.recorded_at:
            raise ValueError(f"entry {index} of {recorded_at} does not follow entry {self.size - 1}")

    def version(self, stream: str) -> int:
        """The version of the stream's newest entry; 0 before the first."""
        return self.versions.get(stream, 0)

    def by_id(self, event_id: str) -> Fact | None:
        """The fact of an event id, as recorded."""
        return self.facts_by_id.get(event_id)

    def committed(self, commitment: str) -> int | None:
        """The entry in which a commitment stands."""
        return self.commitments.get(commitment)

    def at(self, as_of: str | None = None, known_at: str | None = None) -> View:
        """What was true at `as_of` (default: at any time), as known at `known_at` (default: now)."""
        bound = self.size if known_at is None else bisect_right(self.times, known_at)
        return View(self, bound, as_of, as_of or known_at)

    def below(self, bound: int) -> View:
        """What entry `bound` is judged against: everything below it, as known there."""
        return View(self, bound, None)


@dataclass(frozen=True, slots=True)
class View:
    """The register below `bound`, as of an instant. Judges, gates, clocks and findings get this and nothing else."""

    register: Register
    bound: int
    as_of: str | None
    asked: str | None = None

    @property
    def now(self) -> str:
        """The instant at which the view is asked; empty before the first entry."""
        return self.asked or (self.register.times[self.bound - 1] if self.bound else "")

    @property
    def roll(self) -> Roll:
        """People and keys; ask it with a Place, it is bounded by that."""
        return self.register.roll

    def place(self, now: str) -> Place:
        """The place at which an act judged here would stand."""
        return Place(self.bound, now)

    def get(self, event_id: str) -> Fact | None:
        """One fact, as corrected here, whatever `as_of` says; None when it is not on the record below the bound."""
        fact = self.register.by_id(event_id)
        return self._read(fact) if fact and fact.index < self.bound else None

    def committed(self, commitment: str) -> int | None:
        """The entry below the bound in which a commitment stands, as far as it can be read here."""
        index = self.register.committed(commitment)
        return index if index is not None and index < self.bound else None

    def unread(self, after: int = -1) -> int | None:
        """The first entry after `after` and below the bound that is withheld and whose act is not opened here."""
        unread = self.register.unread
        place = bisect_left(unread, after + 1)
        return unread[place] if place < len(unread) and unread[place] < self.bound else None

    def of_type(self, type_: str) -> list[Fact]:
        """All facts of a type."""
        return self._select(self.register.by_type.get(type_, ()))

    def of_stream(self, stream: str) -> list[Fact]:
        """All facts of a stream."""
        return self._select(self.register.by_stream.get(stream, ()))

    def of_subject(self, subject: str) -> list[Fact]:
        """All facts whose stream begins with these two parts, such as ``determination/heron-4``."""
        return self._select(self.register.by_subject.get(subject, ()))

    def latest(self, stream: str) -> Fact | None:
        """The fact of a stream that counts now."""
        facts = self.of_stream(stream)
        return facts[-1] if facts else None

    def __iter__(self) -> Iterator[Fact]:
        """Every fact below the bound, in order of entries, whatever `as_of` says."""
        return (self._read(f) for f in self.register.facts[: self.bound] if f)

    def amendments(self, event_id: str, *, public: bool = False) -> list[Amendment]:
        """The corrections of a fact below the bound, each as corrected itself, in order.

        With `public` as if there were no withheld ones: what a reader sees to whom nothing is opened.
        """
        register = self.register
        if event_id not in register.amended:
            return []
        amending: dict[str, list[Amendment]] = {}
        todo = [event_id]
        while todo:  # a loop, since a chain of corrections may be longer than Python's stack
            id_ = todo.pop()
            below = [a for a in register.amended.get(id_, ()) if a.index < self.bound]
            amending[id_] = [a for a in below if not (public and register.facts_by_id[a.correction].withheld)]
            todo += [a.correction for a in amending[id_]]
        read: dict[str, Amendment] = {}
        # What amends a correction stands above it, so from the last to the first each finds its own read already.
        for a in sorted((a for found in amending.values() for a in found), key=lambda a: -a.index):
            correction = register.facts_by_id[a.correction]
            data = correction.data
            for own in amending[a.correction]:
                data = _put(data, read[own.correction])
            read[a.correction] = _amendment(correction, data)
        return [read[a.correction] for a in amending[event_id]]

    def _select(self, facts: Iterable[Fact]) -> list[Fact]:
        seen = [self._read(f) for f in facts if f.index < self.bound]
        if not self.register.over(self.bound, self.as_of):
            seen = [f for f in seen if f.effective_at <= (self.as_of or "")]
        return sorted(seen, key=lambda f: (f.effective_at, f.index))

    def _read(self, fact: Fact) -> Fact:
        if fact.id not in self.register.amended:
            return fact
        amendments = self.amendments(fact.id)
        if not amendments or self.register.by_id(fact.id) is not fact:
            return fact
        data, effective_at = fact.data, fact.effective_at
        for a in amendments:
            if a.path == EFFECTIVE_AT:
                effective_at = _moved(fact, a.is_) or effective_at
            else:
                data = _put(data, a)
        return replace(fact, data=data, effective_at=effective_at)


def _amendment(correction: Fact, data: dict[str, Any]) -> Amendment:
    return Amendment(correction.index, correction.id, str(data.get("field_path")), data.get("is"))


def _put(data: dict[str, Any], a: Amendment) -> dict[str, Any]:
    """`data` as amended. Never as a whole: it stays an object, whatever a hostile correction says."""
    amended: dict[str, Any] = put(data, a.path, a.is_) if a.path else data
    return amended


def _moved(fact: Fact, to: Any) -> str | None:
    try:
        moved = fields.time(to, "")
    except Malformed:
        return None
    return max(moved, fact.recorded_at) if fact.decides else moved


def subject_of(stream: str) -> str:
    """The first two parts of a stream."""
    return "/".join(stream.split("/", 2)[:2])
