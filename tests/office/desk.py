"""An office over a real store, and a cast whose keys the tests hold: acts are drafted, signed and recorded by people.

::

    desk = Desk.found(tmp_path)                                     # entry 0, policy 2.2 in force
    receipt = desk.record("note", [RSO], {"data": {"text": "Drill held."}})
    made = desk.make("appoint", [SECRETARY], form, edit=backdate)   # drafted, edited by a hostile hand, signed
    assert desk.refused(made) == ["E-BACKDATED"]

``desk.close()`` replays what was recorded: nothing that this office lets in may be refused on an auditor's machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from keys import check
from keys.signing import Ed25519Signer
from ledger.docket import Docket
from ledger.draft import Draft, draft
from ledger.engine.in_force import in_force
from ledger.errors import Refused
from ledger.office import Office
from ledger.record.act import Act, Seen, Signature, make_act
from ledger.record.disclosure import commitment, open_disclosure, withheld_act, withhold
from ledger.record.entry import Withheld, read_entry
from ledger.record.event import Actor
from ledger.record.fields import later
from ledger.record.merkle import EMPTY_ROOT, leaf_hash
from ledger.record.sign import sign_event
from ledger.replay import Replay
from ledger.store import postgres, sqlite
from ledger.store.port import Leaf, Receipt
from ledger.store.record import Record
from ledger.subjects.registry import COMMANDS
from tests.kit import CAST, INSTRUMENT, LOG, ORIGIN, SECRETARY, START, NoteKey, Person, founding

POLICY: Final = {"data": {"name": "rsp"}, "text_digest": "sha256:" + "2" * 64, "version": "2.2"}
EMPTY: Final = Seen(0, EMPTY_ROOT.hex())

_FOUNDED: dict[str, bytes] = {}

Edit = Callable[[dict[str, Any]], object]


@dataclass(slots=True)
class Clock:
    """Stands still unless told otherwise; `step` moves it each time somebody looks."""

    now: str = START
    step: timedelta = timedelta(0)
    looks: int = 0

    def __call__(self) -> str:
        self.looks += 1
        self.now = later(self.now, self.step)
        return self.now

    def move(self, by: timedelta) -> str:
        self.now = later(self.now, by)
        return self.now


@dataclass(slots=True)
class Dice:
    """Bytes that never repeat and are the same in every run."""

    name: str = "desk"
    drawn: int = 0

    def __call__(self, count: int) -> bytes:
        self.drawn += 1
        return (sha256(f"{self.name} {self.drawn}".encode()).digest() * 2)[:count]


@dataclass(frozen=True, slots=True)
class Made:
    """A signed act on its way to the office, with what opens its sealed fields."""

    act: Act
    disclosures: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.act.event.id


@dataclass(slots=True)
class Desk:
    """One office at work."""

    where: str
    store: Record
    office: Office
    clock: Clock
    dice: Dice
    others: list[Desk] = field(default_factory=list)
    honest: bool = True

    # ---- opening and closing

    @classmethod
    def open(cls, where: str, clock: Clock | None = None, dice: Dice | None = None) -> Desk:
        """An office on the ledger at `where`: a file, or a PostgreSQL connection string."""
        clock, dice = clock or Clock(), dice or Dice()
        store = open_store(where)
        return cls(where, store, Office(store, check, clock=clock, entropy=dice), clock, dice)

    @classmethod
    def empty(cls, place: Path | str) -> Desk:
        """A store without an entry, in a folder or a PostgreSQL database."""
        if isinstance(place, str):
            postgres.create(place, ORIGIN)
        else:
            sqlite.create(place / "ledger.db", ORIGIN)
        desk = cls.open(place if isinstance(place, str) else str(place / "ledger.db"))
        Docket.create(desk.store)
        return desk

    @classmethod
    def found(cls, place: Path | str, cast: Sequence[Person] = CAST, **data: Any) -> Desk:
        """A ledger with its entry 0; `data` replaces members of the founding."""
        if isinstance(place, str):
            desk = cls.empty(place)
            desk.put(desk.founding(cast, **data))
            return desk
        path, key = place / "ledger.db", repr((cast, data))
        if key not in _FOUNDED:  # founded once a run, and copied: ten signatures take their time
            desk = cls.empty(place)
            desk.put(desk.founding(cast, **data))
            desk.store.close()
            _FOUNDED[key] = path.read_bytes()
        path.write_bytes(_FOUNDED[key])
        return cls.open(str(path), dice=Dice(drawn=1))

    def founding(self, cast: Sequence[Person] = CAST, edit: Edit | None = None, **data: Any) -> Made:
        by = [SECRETARY, *(p for p in cast if p is not SECRETARY)]
        form = {"data": founding(ORIGIN, NoteKey(ORIGIN).vkey, cast) | {"policy": POLICY} | data}
        return self.make("found", by, form, edit=edit, seen=EMPTY)

    def another(self, name: str = "other") -> Desk:
        """A second office on the same store, with connections of its own and the same clock."""
        other = Desk.open(self.where, self.clock, Dice(name))
        self.others.append(other)
        return other

    def again(self) -> None:
        """Restart: this office and its connections go, and new ones come."""
        self.store.close()
        self.store = open_store(self.where)
        self.office = Office(self.store, check, clock=self.clock, entropy=self.dice)

    def close(self) -> None:
        try:
            assert not self.honest or self.replay() == []
        finally:
            for desk in (*self.others, self):
                desk.store.close()

    @property
    def docket(self) -> Docket:
        return Docket(self.office)

    # ---- acts

    def draft(self, command: str, actor: Person, form: dict[str, Any]) -> Draft:
        view = self.office.catch_up().at()
        return draft(
            COMMANDS[command],
            form,
            view=view,
            actor=Actor(actor.id, actor.role, "decider"),
            policy=in_force(view, at=self.clock.now),
            now=self.clock.now,
            entropy=self.dice,
        )

    def sign(
        self,
        event: dict[str, Any],
        person: Person,
        statement: str = "approve",
        *,
        seen: Seen | None = None,
        capacity: str = "decider",
        signed_at: str | None = None,
    ) -> Signature:
        """`person` signs in their role, having seen the head."""
        return sign_event(
            event,
            seen=seen or self.seen(),
            person=person.id,
            role=person.role,
            capacity=capacity,
            statement=statement,
            signed_at=signed_at or self.clock.now,
            ledger=ORIGIN,
            signer=Ed25519Signer(person.private),
        )

    def seen(self) -> Seen:
        head = self.store.head()
        return Seen(head.size, head.root().hex())

    def make(
        self,
        command: str,
        by: Sequence[Person],
        form: dict[str, Any],
        *,
        edit: Edit | None = None,
        statement: str | None = None,
        seen: Seen | None = None,
    ) -> Made:
        """A draft by the first of `by`, changed by `edit`, signed by all of them."""
        made = self.draft(command, by[0], form)
        if edit is not None:
            edit(made.event)
        said = statement or COMMANDS[command].statement
        act = make_act(made.event, [self.sign(made.event, p, said, seen=seen) for p in by])
        return Made(act, made.disclosures)

    def put(self, made: Made, *, withheld: bool = False) -> Receipt:
        return self.office.record(made.act, withheld=withheld, disclosures=made.disclosures)

    def record(self, command: str, by: Sequence[Person], form: dict[str, Any], **options: Any) -> Receipt:
        withheld = options.pop("withheld", False)
        return self.put(self.make(command, by, form, **options), withheld=withheld)

    def smuggle(
        self, act: Act, *, withheld: bool = False, now: str = "", disclosures: Sequence[str] = ()
    ) -> Receipt:
        """Put an act on the record past the judge, as an operator could who has the log's key."""
        self.honest = False
        event, head = act.event, self.store.head()
        version = sum(fact.stream == event.stream for fact in self.office.catch_up().at()) + 1
        mark, texts = None, list(disclosures)
        if withheld:
            whole = withhold(act, version, self.dice(16))
            mark, texts = Withheld(event.class_, whole.commitment()), [*texts, whole.text]
        leaf = Leaf(event.id, event.stream, version, event.type, act.raw, mark, tuple(texts))
        [receipt] = self.store.append([leaf], head=head.size, now=now or self.clock.now)
        return receipt

    def note(self, by: Person, text: str = "Drill held.", **options: Any) -> Receipt:
        return self.record("note", [by], {"data": {"text": text}}, **options)

    def refused(self, made: Made, *, withheld: bool = False) -> list[str]:
        """The rules that refuse the act, each once; a refused act must leave no trace."""
        before = self.store.head()
        with pytest.raises(Refused) as refused:
            self.put(made, withheld=withheld)
        assert self.store.head() == before
        assert self.store.index_of(made.id) is None
        for refusal in refused.value.refusals:
            assert refusal.reason
            assert refusal.cure
        return sorted({x.rule for x in refused.value.refusals})

    # ---- looking

    def replay(self) -> list[tuple[int, str]]:
        """(index, rule) of everything that an auditor with the withheld acts would find."""
        return [(i, x.rule) for i, found in enumerate(replayed(self.store)[1]) for x in found]

    def entries(self) -> list[bytes]:
        return [raw for _, raw in self.store.entries()]


def open_store(where: str) -> Record:
    """The record of a file, or of a PostgreSQL database."""
    if "dbname=" in where:
        return postgres.open_record(where, NoteKey(ORIGIN))
    return sqlite.open_record(Path(where), NoteKey(ORIGIN))


def replayed(store: Record, *, opened: bool = True) -> tuple[Replay, list[list[Any]]]:
    """The replay of a record, and what it found at each entry; without `opened` as the public does it."""
    replay, found, prev = Replay(check), [], bytes(32)
    for index, raw in store.entries():
        entry = read_entry(raw)
        assert (entry.index, entry.prev) == (index, prev.hex())
        prev = leaf_hash(raw)
        act, version, digest = entry.act, entry.stream_version, None
        if entry.withheld:
            digest = entry.withheld.digest
            texts = [t for t in store.disclosures(index) if opened and commitment(t) == digest]
            act, version = withheld_act(open_disclosure(texts[0])) if texts else (None, None)
        found.append(replay.entry(index, entry.recorded_at, act, version, digest))
    return replay, found


# ---- forms


def long_note(size: int) -> dict[str, Any]:
    """The form of a note made long by the title of its evidence: a text has at most 20,000 characters."""
    return {"data": {"text": "x"}, "evidence": [INSTRUMENT | {"title": "x" * size}]}


def appointing(person: Person, **data: Any) -> dict[str, Any]:
    """The form of an appointment."""
    made = {"from": START, "instrument": INSTRUMENT["digest"], "person": person.id, "role": person.role}
    return {"data": made | data, "evidence": [INSTRUMENT]}


def ending(person: Person) -> dict[str, Any]:
    """The form of an appointment's end."""
    made = {"instrument": INSTRUMENT["digest"], "person": person.id, "reason": "left", "role": person.role}
    return {"data": made, "evidence": [INSTRUMENT]}


def registering(person: Person, **data: Any) -> dict[str, Any]:
    """The form that registers a person's key, with its proof of possession."""
    proof = person.sign(check.possession_message(person.key, "ed25519", ORIGIN, person.id))
    return {"data": person.listed() | {"proof": proof} | data}


def revoking(person: Person, **data: Any) -> dict[str, Any]:
    """The form that revokes a person's key."""
    return {"data": {"key": person.key, "reason": "laptop lost"} | data}


def correcting(
    event_id: str, path: str, was: Any, is_: Any, kind: str = "factual", **data: Any
) -> dict[str, Any]:
    """The form of a correction."""
    return {
        "corrects": event_id,
        "data": {
            "discovered_at": START,
            "discovered_by": "p-rso",
            "effects": [],
            "field_path": path,
            "how": "read again",
            "is": is_,
            "kind": kind,
            "material": kind != "clerical",
            "republish": [],
            "was": was,
        }
        | data,
    }


def disclosing(index: int, commitments: Sequence[str], authority: str) -> dict[str, Any]:
    """The form of a disclosure or an erasure."""
    return {
        "data": {
            "authority": authority,
            "commitments": list(commitments),
            "index": index,
            "reason": "agreed",
        }
    }


__all__ = [
    "EMPTY",
    "LOG",
    "POLICY",
    "Clock",
    "Desk",
    "Dice",
    "Made",
    "appointing",
    "correcting",
    "disclosing",
    "ending",
    "long_note",
    "registering",
    "replayed",
    "revoking",
]
