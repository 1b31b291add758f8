"""The office: brings the register up to the head, judges an act, appends it if the head has not moved.

There is no other way onto the record::

    office.record(act)      Receipt(index=41, leaf_hash=…, checkpoint="…")   or   Refused with every reason

1. An act must be judged against exactly the entries before it: append is conditional on the head that was judged.
2. A repeated act (same id, same bytes) must get its first receipt; other bytes under the id are refused.
3. What is refused must leave no trace; what got a receipt is durable.
4. Values of sealed fields and withheld acts must stay beside the record, stored in the append's own transaction.
5. An erasure on the record must be carried out beside it, again after a crash.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ledger.errors import AlreadyRecorded, Conflict, IdReused, Malformed, Refusal, Refused
from ledger.judge import judge, known
from ledger.record.act import Act
from ledger.record.canonical import check_nfc, decode
from ledger.record.disclosure import (
    SALT_BYTES,
    Disclosure,
    commitment,
    open_disclosure,
    withheld_act,
    withhold,
)
from ledger.record.entry import Withheld, read_entry
from ledger.record.roll import KeyCheck
from ledger.register import Register
from ledger.store.port import Leaf, Receipt, Store
from ledger.subjects import DECISIONS, KINDS
from ledger.subjects.disclosures import ERASED

ATTEMPTS = 100
"""How often a busy head may move before the caller is told; each attempt means that others got on."""


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
        self._lock = threading.RLock()

    def catch_up(self) -> Register:
        """Fold what was appended since, by whomever; the register at the head."""
        with self._lock:
            for index, raw in self.store.entries(self.register.size):
                self._fold(index, raw)
            return self.register

    def now(self) -> str:
        """The time at which an act would be recorded: the clock, but never before the last entry."""
        return max(self.clock(), self.register.recorded_at)

    def judge(self, act: Act, *, withheld: bool = False) -> list[Refusal]:
        """Why the act may not be recorded now; empty when it may. The register is brought up to the head first."""
        with self._lock:
            register = self.catch_up()
            return self._door(act) + judge(
                register.below(register.size), act, self.now(), self.check, withheld=withheld
            )

    def record(self, act: Act, *, withheld: bool = False, disclosures: Sequence[str] = ()) -> Receipt:
        """Judge and append one act; raises Refused, IdReused, Malformed, Conflict (only when very busy)."""
        check_nfc(decode(act.raw))
        opened = _opened(act, disclosures)
        for _ in range(ATTEMPTS):
            with self._lock:
                if (first := self._first(act)) is not None:
                    return first
                refusals = self.judge(act, withheld=withheld)
                if refusals:
                    raise Refused(refusals)
                leaf = self._leaf(act, opened, withheld)
                try:
                    (receipt,) = self.store.append([leaf], head=self.register.size, now=self.now())
                except AlreadyRecorded as e:
                    return self.store.receipt(e.index)
                except Conflict:
                    continue
                self.catch_up()
                return receipt
        raise Conflict(self.register.size)

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

    def _leaf(self, act: Act, opened: Sequence[Disclosure], withheld: bool) -> Leaf:
        e = act.event
        version = self.register.version(e.stream) + 1
        texts = [d.text for d in opened]
        mark = None
        if withheld:
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
        if act.event.type == ERASED:
            self.store.erase_disclosures(act.event.data["index"], act.event.data["commitments"])

    def _open(self, index: int, digest: str) -> tuple[Act, int] | tuple[None, None]:
        for text in self.store.disclosures(index):
            if commitment(text) == digest:
                return withheld_act(open_disclosure(text))
        return None, None


def _opened(act: Act, disclosures: Sequence[str]) -> list[Disclosure]:
    """The disclosures, each opening a sealed field of the act under its own name."""
    opened = [open_disclosure(text, f"disclosure {i}") for i, text in enumerate(disclosures)]
    for i, d in enumerate(opened):
        if act.event.sealed.get(d.name) != d.commitment():
            raise Malformed(
                f"opens no sealed field {d.name!r} of this act", f"disclosure {i}", "send the draft's own"
            )
    return opened
