"""The docket: drafts that wait for signatures. Its own tables, beside the record and no part of it.

Everyone signs the same bytes of the same event; the last signature that is needed records the act::

    docket.open(draft, now=…)             Pending(event={…}, signatures=(), missing=(Refusal(A-KEY…),))
    docket.sign(event_id, signature)      Pending(…)   or   Receipt(index=41, …)

1. What is missing must be the answer of the one judge to the act as signed so far, never a list kept apart.
2. A signature that does not hold or does not count must be refused when it arrives.
3. A draft past its ``not_after`` must not be completed; it is shown as expired until it is withdrawn.
4. Two completions at once must give one entry; who comes too late is told where it stands.
5. Nobody may open a draft under conditions other than its first opener's: withheld or not is no part of what people
   sign.
6. What could never be recorded, for its form or its size, must be refused when it arrives.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from ledger.draft import Draft, check_event, opened_for
from ledger.errors import IdReused, NotFound, Refusal, Refused
from ledger.office import Office
from ledger.record import fields as f
from ledger.record.act import Act, Signature, make_act, read_act, signature_json, signature_of
from ledger.record.canonical import MAX_INT, check_nfc, decode, encode
from ledger.record.entry import NO_PREV, splice
from ledger.record.event import Actor, event_of
from ledger.record.signatures import signature_faults
from ledger.store.port import Receipt, Store

TABLES: Final = """
CREATE TABLE docket (
  event_id TEXT PRIMARY KEY, event TEXT NOT NULL, withheld INTEGER NOT NULL,
  wants TEXT NOT NULL, disclosures TEXT NOT NULL, opened_at TEXT NOT NULL
);
CREATE TABLE docket_signatures (
  event_id TEXT NOT NULL, person TEXT NOT NULL, signature TEXT NOT NULL, PRIMARY KEY (event_id, person)
);
"""

MOST: Final = 1 << 53
"""More drafts than there will ever be, and a number that a database can compare with."""

_DRAFT: Final = """
SELECT d.event, d.withheld, d.wants, d.disclosures, d.opened_at, s.signature
  FROM docket d LEFT JOIN docket_signatures s ON s.event_id = d.event_id
 WHERE d.event_id = ? ORDER BY s.person"""


@dataclass(frozen=True, slots=True)
class Pending:
    """A draft: the event (JSON value), who signed, what is still missing, whom it waits for besides."""

    event: dict[str, Any]
    signatures: tuple[Signature, ...]
    missing: tuple[Refusal, ...]
    wants: tuple[str, ...]
    withheld: bool
    disclosures: tuple[str, ...]
    opened_at: str
    expired: bool

    @property
    def id(self) -> str:
        """The event's id."""
        return str(self.event["id"])


class Docket:
    """Drafts of one office. `create` makes its tables, once, when the ledger is founded."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @staticmethod
    def create(store: Store) -> None:
        """Make the tables."""
        with store.transaction() as c:
            for table in TABLES.split(";")[:-1]:
                c.execute(table)

    def open(self, draft: Draft, *, withheld: bool = False, wants: Sequence[str] = ()) -> Pending:
        """Put a draft on the docket. `wants` names persons to wait for even when the rules need no more."""
        event = check_event(draft.event)
        opened = opened_for(event, draft.disclosures)
        if self._office.store.index_of(event.id) is not None:
            raise Refused([Refusal("D-NEW", f"{event.id} is on the record", "draft under a new id")])
        row = (
            event.id,
            encode(draft.event).decode(),
            int(withheld),
            json.dumps([f.person(person, f"wants/{i}") for i, person in enumerate(wants)]),
            json.dumps([d.text for d in opened]),
        )
        with self._office.store.transaction() as c:
            c.execute(
                "SELECT event_id, event, withheld, wants, disclosures FROM docket WHERE event_id = ?",
                (event.id,),
            )
            known = c.fetchone()
            if known and tuple(known) != row:
                why = f"{event.id} is on the docket with other content or under other conditions"
                raise Refused([Refusal("D-NEW", why, "draft under a new id")])
            if not known:
                c.execute("INSERT INTO docket VALUES (?, ?, ?, ?, ?, ?)", (*row, self._office.now()))
        return self.get(event.id)

    def get(self, event_id: str) -> Pending:
        """One draft; NotFound when it is not (or no longer) on the docket."""
        found = self._office.store.rows(_DRAFT, (event_id,))
        if not found:
            raise NotFound(f"no draft {event_id} on the docket", "see `countersign docket`")
        row = found[0]
        event = decode(row[0].encode())
        stored = [text for *_, text in found if text is not None]
        signatures = tuple(signature_of(decode(text.encode()), "/signature") for text in stored)
        wants = tuple(p for p in json.loads(row[2]) if p not in {s.person for s in signatures})
        withheld, not_after = bool(row[1]), event.get("not_after")
        missing = self._missing(event, signatures, withheld=withheld)
        index = self._office.store.index_of(event_id)
        if index is not None:
            missing.append(Refusal("D-NEW", f"{event_id} stands in entry {index}", "withdraw the draft"))
        missing += [
            Refusal("D-WANTS", f"{person} is asked to sign too", "sign, or open the draft anew")
            for person in wants
        ]
        return Pending(
            event,
            signatures,
            tuple(missing),
            wants,
            withheld,
            tuple(json.loads(row[3])),
            row[4],
            not_after is not None and self._office.now() > not_after,
        )

    def count(self) -> int:
        """How many drafts there are. Asks no judge."""
        return int(self._office.store.rows("SELECT count(*) FROM docket")[0][0])

    def all(self) -> list[Pending]:
        """Every draft, oldest first. One that was recorded, its office dying before it was taken off, is taken off."""
        return self.page(0, MOST)

    def page(self, start: int, limit: int) -> list[Pending]:
        """At most `limit` drafts after the `start` oldest. Each costs a judgement: read a long docket in pages."""
        waiting = []
        for (event_id,) in self._office.store.rows(
            "SELECT event_id FROM docket ORDER BY opened_at, event_id LIMIT ? OFFSET ?",
            (min(limit, MOST), min(start, MOST)),
        ):
            with suppress(NotFound):  # completed or withdrawn just now
                waiting.append(self.get(event_id))
        return [pending for pending in waiting if self._done(pending) is None]

    def sign(self, event_id: str, signature: Signature) -> Pending | Receipt:
        """Add a signature; the receipt when nothing is missing any more. Refused says why it does not count."""
        text = encode(signature_json(signature)).decode()
        with suppress(NotFound):  # completed meanwhile, or never there: `complete` knows
            self._refuse(self.get(event_id), signature)
            self._keep(event_id, signature.person, text)
        outcome = self.complete(event_id)
        if isinstance(outcome, Receipt) and text not in self._signatures(outcome.index):
            why = f"{event_id} was recorded as entry {outcome.index} before this signature came"
            raise Refused([Refusal("D-DONE", why, "nothing to do; it was not needed")])
        return outcome

    def complete(self, event_id: str) -> Pending | Receipt:
        """Record the draft if nothing is missing, else say what is; the receipt again when it is recorded already."""
        try:
            pending = self.get(event_id)
        except NotFound:
            index = self._office.store.index_of(event_id)
            if index is None:
                raise
            return self._office.store.receipt(index)
        if (receipt := self._done(pending)) is not None:
            return receipt
        if pending.missing:
            return pending
        act = make_act(pending.event, list(pending.signatures))
        try:
            receipt = self._office.record(act, withheld=pending.withheld, disclosures=pending.disclosures)
        except IdReused:  # completed by somebody else, with one signature more or less
            receipt = self._done(pending)
            if receipt is None:
                raise
        self.withdraw(event_id)
        return receipt

    def withdraw(self, event_id: str) -> None:
        """Take a draft off the docket."""
        with self._office.store.transaction() as c:
            c.execute("DELETE FROM docket_signatures WHERE event_id = ?", (event_id,))
            c.execute("DELETE FROM docket WHERE event_id = ?", (event_id,))

    def _refuse(self, pending: Pending, signature: Signature) -> None:
        """Refused or Malformed when a signature can never become part of the recorded act."""
        register = self._office.catch_up()
        place = register.below(register.size).place(self._office.now())
        act = _act_so_far(pending.event, [signature])
        found = [x.refusal for x in signature_faults(register.roll, act, place, self._office.check)]
        found += self._office.unseen(act)
        actor = act.event.actor
        if signature.person == actor.person and _signs_as(signature) != actor:
            why = f"{actor.person} is the actor, and signs here in another role or capacity"
            found.append(Refusal("D-ACTOR", why, f"sign as {actor.role}, {actor.capacity}"))
        if found:
            raise Refused(found)
        check_nfc(signature_json(signature))
        others = [s for s in pending.signatures if s.person != signature.person]
        whole = {"event": pending.event, "signatures": [signature_json(s) for s in (*others, signature)]}
        splice(
            encode(whole), index=MAX_INT, prev=NO_PREV, recorded_at=place.recorded_at, stream_version=MAX_INT
        )

    def _keep(self, event_id: str, person: str, text: str) -> None:
        """Store a signature in the place of the same person's earlier one, while the draft is there."""
        with self._office.store.transaction() as c:
            c.execute("SELECT 1 FROM docket WHERE event_id = ?", (event_id,))
            if c.fetchone() is not None:
                c.execute(
                    "DELETE FROM docket_signatures WHERE event_id = ? AND person = ?", (event_id, person)
                )
                c.execute("INSERT INTO docket_signatures VALUES (?, ?, ?)", (event_id, person, text))

    def _done(self, pending: Pending) -> Receipt | None:
        """The receipt of a draft that is on the record, which then is no draft any more; None when it is not."""
        index = self._office.store.index_of(pending.id)
        raw = None if index is None else self._office.store.act(index)
        if index is None or raw is None or read_act(raw).event_json != pending.event:
            return None
        self.withdraw(pending.id)
        return self._office.store.receipt(index)

    def _signatures(self, index: int) -> set[str]:
        raw = self._office.store.act(index)
        return {encode(signature_json(s)).decode() for s in read_act(raw).signatures} if raw else set()

    def _missing(
        self, event: dict[str, Any], signatures: Sequence[Signature], *, withheld: bool
    ) -> list[Refusal]:
        act = _act_so_far(event, signatures)
        found, actor = self._office.judge(act, withheld=withheld), act.event.actor
        if any(_signs_as(s) == actor for s in signatures):
            return found
        waits = Refusal("E-STATEMENT", f"{actor.person} has not signed yet", f"sign as {actor.role}")
        return [waits, *(r for r in found if r.rule != "E-STATEMENT")]


def _signs_as(signature: Signature) -> Actor:
    return Actor(signature.person, signature.role, signature.capacity)


def _act_so_far(event: dict[str, Any], signatures: Sequence[Signature]) -> Act:
    """An act that lacks its actor's signature still: good for asking what is missing, not for recording."""
    ordered = tuple(sorted(signatures, key=lambda s: (s.person, s.key)))
    return Act(event_of(event, ""), ordered, event, b"")
