"""The docket: drafts that wait for signatures. Its own tables, beside the record and no part of it.

Everyone signs the same bytes of the same event; the last signature that is needed records the act::

    docket.open(draft, now=…)             Pending(event={…}, signatures=(), missing=(Refusal(A-KEY…),))
    docket.sign(event_id, signature)      Pending(…)   or   Receipt(index=41, …)

1. What is missing must be the answer of the one judge to the act as signed so far, never a list kept apart.
2. A signature that does not hold or does not count must be refused when it arrives.
3. A draft past its ``not_after`` must not be completed; it is shown as expired until it is withdrawn.
4. Two completions at once must give one entry.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.draft import Draft
from ledger.errors import IdReused, Malformed, NotFound, Refusal, Refused
from ledger.judge import judge
from ledger.office import Office
from ledger.record.act import Act, Signature, make_act, signature_json, signature_of
from ledger.record.canonical import check_nfc, decode, encode
from ledger.record.disclosure import open_disclosure
from ledger.record.event import event_of
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
        event = event_of(draft.event, "")
        check_nfc(draft.event)
        opened = [open_disclosure(text, f"disclosure {i}") for i, text in enumerate(draft.disclosures)]
        for d in opened:
            if event.sealed.get(d.name) != d.commitment():
                raise Malformed(f"opens no sealed field {d.name!r} of this draft", "disclosures")
        if self._office.store.index_of(event.id) is not None:
            raise Refused([Refusal("D-NEW", f"{event.id} is on the record", "draft under a new id")])
        row = (
            event.id,
            encode(draft.event).decode(),
            int(withheld),
            json.dumps(list(wants)),
            json.dumps(list(draft.disclosures)),
            self._office.now(),
        )
        with self._office.store.transaction() as c:
            c.execute("SELECT event FROM docket WHERE event_id = ?", (event.id,))
            known = c.fetchone()
            if known and known[0] != row[1]:
                raise Refused(
                    [Refusal("D-NEW", f"{event.id} is on the docket with other content", "draft anew")]
                )
            if not known:
                c.execute("INSERT INTO docket VALUES (?, ?, ?, ?, ?, ?)", row)
        return self.get(event.id)

    def get(self, event_id: str) -> Pending:
        """One draft; NotFound when it is not (or no longer) on the docket."""
        with self._office.store.transaction() as c:
            c.execute(
                "SELECT event, withheld, wants, disclosures, opened_at FROM docket WHERE event_id = ?",
                (event_id,),
            )
            row = c.fetchone()
            c.execute(
                "SELECT signature FROM docket_signatures WHERE event_id = ? ORDER BY person", (event_id,)
            )
            stored = c.fetchall()
        if row is None:
            raise NotFound(f"no draft {event_id} on the docket", "see `countersign docket`")
        event = decode(row[0].encode())
        signatures = tuple(signature_of(decode(text.encode()), "/signature") for (text,) in stored)
        wants = tuple(p for p in json.loads(row[2]) if p not in {s.person for s in signatures})
        withheld, not_after = bool(row[1]), event.get("not_after")
        missing = self._missing(event, signatures, withheld=withheld)
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

    def all(self) -> list[Pending]:
        """Every draft, oldest first."""
        with self._office.store.transaction() as c:
            c.execute("SELECT event_id FROM docket ORDER BY opened_at, event_id")
            ids = [row[0] for row in c.fetchall()]
        return [self.get(event_id) for event_id in ids]

    def sign(self, event_id: str, signature: Signature) -> Pending | Receipt:
        """Add a signature; the receipt when nothing is missing any more. Refused says why it does not count."""
        pending = self.get(event_id)
        act = _act_so_far(pending.event, [signature])
        register = self._office.catch_up()
        place = register.below(register.size).place(self._office.now())
        found = [x.refusal for x in signature_faults(register.roll, act, place, self._office.check)]
        found += self._office.unseen(act)
        if found:
            raise Refused(found)
        with self._office.store.transaction() as c:
            c.execute("SELECT 1 FROM docket WHERE event_id = ?", (event_id,))
            if c.fetchone() is None:
                raise NotFound(f"no draft {event_id} on the docket", "it was withdrawn or completed")
            c.execute(
                "DELETE FROM docket_signatures WHERE event_id = ? AND person = ?",
                (event_id, signature.person),
            )
            text = encode(signature_json(signature)).decode()
            c.execute("INSERT INTO docket_signatures VALUES (?, ?, ?)", (event_id, signature.person, text))
        return self.complete(event_id)

    def complete(self, event_id: str) -> Pending | Receipt:
        """Record the draft if nothing is missing; else say what is."""
        pending = self.get(event_id)
        if pending.missing or pending.expired:
            return pending
        act = make_act(pending.event, list(pending.signatures))
        try:
            receipt = self._office.record(act, withheld=pending.withheld, disclosures=pending.disclosures)
        except IdReused as e:  # completed by somebody else, with one signature more or less
            receipt = self._office.store.receipt(e.index)
        self.withdraw(event_id)
        return receipt

    def withdraw(self, event_id: str) -> None:
        """Take a draft off the docket."""
        with self._office.store.transaction() as c:
            c.execute("DELETE FROM docket_signatures WHERE event_id = ?", (event_id,))
            c.execute("DELETE FROM docket WHERE event_id = ?", (event_id,))

    def _missing(
        self, event: dict[str, Any], signatures: Sequence[Signature], *, withheld: bool
    ) -> list[Refusal]:
        try:
            act = make_act(event, list(signatures))
        except Malformed:
            actor = event["actor"]
            act = _act_so_far(event, signatures)
            waits = [
                Refusal("E-STATEMENT", f"{actor['person']} has not signed yet", f"sign as {actor['role']}")
            ]
        else:
            waits = []
        register = self._office.catch_up()
        view = register.below(register.size)
        found = judge(view, act, self._office.now(), self._office.check, withheld=withheld)
        return waits + [r for r in found if not (waits and r.rule == "E-STATEMENT")]


def _act_so_far(event: dict[str, Any], signatures: Sequence[Signature]) -> Act:
    """An act that lacks its actor's signature still: good for asking what is missing, not for recording."""
    ordered = tuple(sorted(signatures, key=lambda s: (s.person, s.key)))
    return Act(event_of(event, ""), ordered, event, b"")
