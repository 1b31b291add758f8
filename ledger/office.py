"""The office: brings the register up to the head, judges an act, appends it if the head has not moved.

There is no other way onto the record::

    office.record(act)      Receipt(index=41, leaf_hash=…, checkpoint="…")   or   Refused with every reason

1. An act must be judged against exactly the entries before it, and at the very instant at which it is recorded.
2. A repeated act (same id, same bytes) must get its first receipt; other bytes under the id are refused.
3. What is refused must leave no trace; what got a receipt is durable.
4. Values of sealed fields and withheld acts must stay beside the record, stored in the append's own transaction.
5. An erasure on the record must be carried out beside it, again after a crash.
6. A clock that runs behind the record must alarm and never refuse (RECORD §4).
7. What cannot be judged here, because it leans on an act that is withheld and lost, must be refused.
8. Where the record put another key in the place of the log's, nothing may be signed by one that is retired.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from ledger.draft import opened_for
from ledger.errors import AlreadyRecorded, Conflict, IdReused, Refusal, Refused, StoreUnavailable
from ledger.judge import judge, known
from ledger.record.act import Act
from ledger.record.canonical import MAX_INT, check_nfc, decode
from ledger.record.disclosure import (
    SALT_BYTES,
    Disclosure,
    commitment,
    open_disclosure,
    withheld_act,
    withhold,
)
from ledger.record.entry import NO_PREV, Withheld, read_entry, splice
from ledger.record.fields import instant
from ledger.record.roll import KeyCheck
from ledger.register import Register
from ledger.store.port import Leaf, Receipt, Store
from ledger.subjects.disclosures import ERASED, Disclosing
from ledger.subjects.disclosures import read as read_disclosing
from ledger.subjects.kind import Unjudged
from ledger.subjects.registry import DECISIONS, KINDS

ATTEMPTS: Final = 100
"""How often a busy head may move before the caller is told; each attempt means that others got on."""

BEHIND: Final = timedelta(minutes=5)
"""How far the clock may lie behind the last entry before somebody should look at it."""


class Office:
    """Records acts on one store. Safe to share between threads; any number of processes may have one each.

    `clock` gives the time as the record writes it; `entropy(n)` gives n random bytes (salts of withheld acts).
    """

    def __init__(
        self, store: Store, check: KeyCheck, *, clock: Callable[[], str], entropy: Callable[[int], bytes]
    ) -> None:
        self.store = store
        self.check = check
        self.clock = clock
        self.register = Register(DECISIONS, check)
        self._entropy = entropy
        self._to_erase: list[Disclosing] = []
        self._lock = threading.RLock()

    def catch_up(self) -> Register:
        """Fold what was appended since, by whomever; the register at the head."""
        with self._lock:
            for index, raw in self.store.entries(self.register.size):
                self._fold(index, raw)
            while self._to_erase:
                self._erase(self._to_erase[0])
                self._to_erase.pop(0)
            return self.register

    def now(self) -> str:
        """When an act would be recorded: by the clock, but never before the last entry."""
        return max(self.clock(), self.register.recorded_at)

    def clock_behind(self) -> timedelta:
        """How far the clock lies behind the last entry; more than BEHIND is an alarm."""
        with self._lock:
            now, last = self.clock(), self.catch_up().recorded_at
            return instant(last) - instant(now) if now < last else timedelta(0)

    def judge(self, act: Act, *, withheld: bool = False) -> list[Refusal]:
        """Why the act may not be recorded now; empty when it may. The register is brought up to the head first."""
        with self._lock:
            self.catch_up()
            return self._judge(act, self.now(), withheld)

    def _judge(self, act: Act, now: str, withheld: bool) -> list[Refusal]:
        out = self._door(act)
        try:
            return out + judge(
                self.register.below(self.register.size), act, now, self.check, withheld=withheld
            )
        except Unjudged as e:
            why = f"what it leans on may stand in entry {e.index}, which is withheld and cannot be read here"
            return [*out, *e.refusals, Refusal("E-UNREAD", why, "bring that act's disclosure back")]

    def record(self, act: Act, *, withheld: bool = False, disclosures: Sequence[str] = ()) -> Receipt:
        """Judge and append one act; raises Refused, IdReused, Malformed, Conflict (only when very busy)."""
        check_nfc(decode(act.raw))
        opened = opened_for(act.event, disclosures)
        for _ in range(ATTEMPTS):
            with self._lock:
                if (first := self._first(act)) is not None:
                    return first
                self.catch_up()
                now = self.now()
                refusals = self._judge(act, now, withheld)
                if refusals:
                    raise Refused(refusals)
                self._check_log_key()
                leaf = self._leaf(act, opened, withheld, now)
                try:
                    (receipt,) = self.store.append([leaf], head=self.register.size, now=now)
                except AlreadyRecorded as e:
                    return self.store.receipt(e.index)
                except Conflict:
                    continue
                with suppress(
                    StoreUnavailable
                ):  # it is recorded, whatever happens now; the next call goes on
                    self.catch_up()
                return receipt
        raise Conflict(self.register.size)

    def _check_log_key(self) -> None:
        logs, vkey, size = self.register.roll.logs(), self.store.vkey, self.register.size + 1
        if logs is not None and vkey is not None and not logs.in_force(vkey, size):
            retired = vkey in logs.vkeys
            why = "was put out of force" if retired else "is not named on the record"
            raise StoreUnavailable(
                f"the log key {vkey} {why}; checkpoints of {size} entries are signed by {logs.newest}",
                "open the ledger with that key: countersign keys rotate-log puts it in place",
            )

    def _first(self, act: Act) -> Receipt | None:
        index = self.store.index_of(act.event.id)
        if index is None:
            return None
        if self.store.act(index) != act.raw:
            raise IdReused(act.event.id, index)
        return self.store.receipt(index)

    def _door(self, act: Act) -> list[Refusal]:
        """What only a recorder asks: that it knows the type, and that it signed the heads which were seen."""
        out = []
        if not known(act):
            why = f"{act.event.type} (schema {act.event.schema}) is not known to this program"
            out.append(Refusal("E-TYPE", why, f"known are {', '.join(sorted(KINDS))}"))
        return out + self.unseen(act)

    def unseen(self, act: Act) -> list[Refusal]:
        """Signatures on a head that this log never signed: its signer was shown another history."""
        return [
            Refusal(
                "E-SEEN",
                f"{s.person} saw a state that this ledger never signed",
                "sign again on its present state",
            )
            for s in act.signatures
            if not self.store.has_checkpoint(s.seen.size, bytes.fromhex(s.seen.root))
        ]

    def _leaf(self, act: Act, opened: Sequence[Disclosure], withheld: bool, now: str) -> Leaf:
        e = act.event
        version = self.register.version(e.stream) + 1
        texts = [d.text for d in opened]
        mark = None
        if withheld:
            # Published one day, it must be an entry like any other: this refuses what is too large for one.
            splice(act.raw, index=MAX_INT, prev=NO_PREV, recorded_at=now, stream_version=version)
            whole = withhold(act, version, self._entropy(SALT_BYTES))
            mark = Withheld(e.class_, whole.commitment())
            texts.append(whole.text)
        return Leaf(e.id, e.stream, version, e.type, act.raw, mark, tuple(texts))

    def _fold(self, index: int, raw: bytes) -> None:
        entry = read_entry(raw)
        act, version, digest = entry.act, entry.stream_version, None
        if entry.withheld:
            digest = entry.withheld.digest
            act, version = self._open(index, digest)
        if act is None or version is None:
            self.register.pass_by(index, entry.recorded_at, digest)
            return
        self.register.fold(act, index, entry.recorded_at, version, withheld=digest)
        if act.event.type == ERASED and known(act):
            self._to_erase.append(read_disclosing(KINDS[ERASED].present(act.event)))

    def _erase(self, named: Disclosing) -> None:
        # Asked first, since whoever only reads may not write: on every later start nothing is left to erase.
        whole = read_entry(self.store.entry(named.index)).withheld
        lingers = whole and whole.digest in named.commitments and self.store.act(named.index) is not None
        kept = {commitment(text) for text in self.store.disclosures(named.index)}
        if lingers or not kept.isdisjoint(named.commitments):
            self.store.erase_disclosures(named.index, named.commitments)

    def _open(self, index: int, digest: str) -> tuple[Act, int] | tuple[None, None]:
        for text in self.store.disclosures(index):
            if commitment(text) == digest:
                return withheld_act(open_disclosure(text))
        return None, None
