"""The intake's port to the living ledger: rosters out, epochs in (ARCHITECTURE §2).

::

    ledger = OfficeLedger(office, signer, head=office.store.head, record=office.record, entropy=os.urandom)
    ledger.enter(epoch)      41, where it stands

1. An epoch that the ledger has must be entered once: the register is asked first, under the same lock of time.
2. What it has under that number with other data must raise: somebody else sealed in our name, or we did twice.
3. The service's signature must rest on the head that this office has read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from intake.directory import Directory
from intake.directory import read as read_directory
from keys.signing import Ed25519Signer
from ledger.draft import draft
from ledger.engine.in_force import in_force
from ledger.errors import StoreUnavailable
from ledger.record.act import Act, Seen, make_act
from ledger.record.canonical import encode
from ledger.record.epoch import SEALED, Epoch
from ledger.record.event import Actor
from ledger.record.roll import SERVICE
from ledger.record.sign import sign_event
from ledger.register import Register
from ledger.subjects import rosters
from ledger.subjects.registry import KINDS

PERSON = "svc-intake"
CAPACITY = "intake"


class Books(Protocol):
    """Who reads the ledger: an Office on this machine, or Afar."""

    def catch_up(self) -> Register: ...

    def now(self) -> str: ...


class Head(Protocol):
    """A state of the log."""

    @property
    def size(self) -> int: ...

    def root(self) -> bytes: ...


class Placed(Protocol):
    """What tells where an act stands."""

    @property
    def index(self) -> int: ...


class OfficeLedger:
    """Reads the register of `office`; `head` is the state read, `record` puts an act on the record, wherever it is."""

    def __init__(
        self,
        office: Books,
        signer: Ed25519Signer,
        *,
        head: Callable[[], Head],
        record: Callable[[Act], Placed],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._office, self._signer = office, signer
        self._head, self._record, self._entropy = head, record, entropy

    @property
    def origin(self) -> str:
        """The ledger's name, as receipts write it."""
        return self._office.catch_up().roll.origin

    def directories(self) -> Sequence[Directory]:
        """Every roster on the record, in order of entries."""
        view = self._office.catch_up().at()
        return [read_directory(encode(held.fact.data)) for held in rosters.held(view)]

    def enter(self, epoch: Epoch) -> int:
        """Where the epoch stands, recorded now if it did not before."""
        view = self._office.catch_up().at()
        for fact in view.of_type(SEALED):
            if fact.data["epoch"] == epoch.epoch:
                if fact.data != epoch.data():
                    why = f"entry {fact.index} holds epoch {epoch.epoch} with other data"
                    raise StoreUnavailable(
                        why, "find out who sealed it: publish both, and stop taking reports"
                    )
                return fact.index
        now, origin, head = self._office.now(), view.roll.origin, self._head()
        made = draft(
            KINDS[SEALED],
            {"data": epoch.data()},
            view=view,
            actor=Actor(PERSON, SERVICE, CAPACITY),
            policy=in_force(view),
            now=now,
            entropy=self._entropy,
        )
        signature = sign_event(
            made.event,
            seen=Seen(head.size, head.root().hex()),
            person=PERSON,
            role=SERVICE,
            capacity=CAPACITY,
            statement=KINDS[SEALED].statement,
            signed_at=now,
            ledger=origin,
            signer=self._signer,
        )
        return self._record(make_act(made.event, [signature])).index
