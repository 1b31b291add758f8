"""The signing client of RECORD §3: what a signer's own machine makes sure of before it signs.

::

    client = Client(door)
    seen(client.head())               the state that this machine verified
    inspect(event, now)               Refused, with every reason not to sign this text
    unopened(event, disclosures)      the withheld values that this person signs unread

1. It must recompute the tree from the entries themselves and hold it against the log's signed state.
2. It must hold that against the state that this machine saw last; a record that is shorter or other is refused.
3. It must compare ``not_after`` and the time in the id with its own clock.
4. It must compute the digest from the very event that it shows, and open every commitment that it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from api.cli.call import Call
from api.cli.door import Door
from api.cli.heads import Heads, Known
from api.cli.words import counted, human, opened
from keys import check
from ledger.errors import Malformed, Refusal, Refused
from ledger.record.act import Seen
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.disclosure import open_disclosure
from ledger.record.entry import read_entry
from ledger.record.event import event_of
from ledger.record.fields import later, ulid_time
from ledger.record.founding import founding
from ledger.record.log_keys import LogKeys
from ledger.record.merkle import Frontier, leaf_hash
from ledger.record.roll import Roll
from ledger.store.port import Store
from ledger.verify.authority import fold_roll

AHEAD: Final = timedelta(minutes=5)
LIFE: Final = timedelta(days=30)
_ROTATED: Final = b'"type":"log.rotated"'
"""Stands in every rotation of the log's key, and in few other entries."""


class Client:
    """Checks one open ledger, and then only what was added."""

    def __init__(self, door: Door, *, greet: bool = True) -> None:
        self._door = door
        self._greet = greet
        self._heads = Heads(door.call.environment)
        self._frontier = Frontier()
        self._first = b""
        self._rotated = False
        self._last = self._heads.get(door.origin)

    def head(self) -> Known:
        """The verified state of the ledger, remembered for next time. Refused says why nothing should be signed."""
        door, last = self._door, self._last
        total = door.house.store.head().size
        with door.call.screen.watch("Checking the record", total, lambda: self._frontier.size):
            known = self._verified(door.house.store)
        if last is None and self._greet:
            welcome(door.call, known, door.origin)
        self._heads.keep(door.origin, known)
        self._last = known
        return known

    def _verified(self, store: Store) -> Known:
        last, frontier, origin = self._last, self._frontier, self._door.origin
        signed = SignedCheckpoint.parse(store.checkpoint())
        size = signed.checkpoint.size
        then = frontier.root().hex() if last and frontier.size == last.size else ""
        for _, raw in store.entries(frontier.size, max(0, size - frontier.size)):
            self._first = self._first or raw
            self._rotated = self._rotated or _ROTATED in raw
            frontier.append(leaf_hash(raw))
            if last and frontier.size == last.size:
                then = frontier.root().hex()
        logs, founded = self._anchor(store, size)
        if last and (last.founding != founded or last.vkey not in map(str, logs.vkeys)):
            raise no(
                "C-ANCHOR",
                f"this is another ledger under the name {origin} than the one that this machine knows",
                "compare its log key and founding entry with the fingerprint sheet and ask a trustee; if it was made "
                f"anew on purpose, remove its lines from {self._heads.path}",
            )
        vkey = logs.signer(signed, check.ed25519)
        if vkey is None or vkey.name != origin:
            raise no("C-HEAD", "the ledger's signed state is not signed by its log key", _VERIFY)
        if last and last.size > size:
            raise no(
                "C-ROLLBACK",
                f"the record has {counted(size, 'entry')}; this machine saw {last.size} on {human(last.seen_at)}",
                "sign nothing; its end was cut off. Tell a trustee, and keep what you have",
            )
        if (frontier.size, frontier.root()) != (size, signed.checkpoint.root):
            raise no("C-HEAD", "the entries are not those that the log signed", _VERIFY)
        if last and last.size and then != last.root:
            raise no(
                "C-FORK",
                f"the first {last.size} entries are not those that this machine saw on {human(last.seen_at)}",
                "sign nothing; there are two histories. Tell a trustee, and keep what you have",
            )
        now = self._door.call.clock()
        return Known(str(vkey), founded, size, frontier.root().hex(), str(signed.note), now)

    def _anchor(self, store: Store, size: int) -> tuple[LogKeys, str]:
        """The log's keys and the founding. Who may rotate the key is judged only where a rotation may be."""
        try:
            act = read_entry(self._first).act
            if act is None:
                raise Malformed("entry 0 is withheld")
            logs = LogKeys.only(founding(act.event.data).log)
        except Malformed as e:
            raise no("C-HEAD", f"entry 0 is no founding ({e})", _VERIFY) from None
        return log_keys(store, size) if self._rotated else logs, leaf_hash(self._first).hex()


def welcome(call: Call, known: Known, origin: str) -> None:
    """What to compare, the first time that a machine meets a ledger."""
    call.screen.aside(
        f"This machine sees {origin} for the first time, with {counted(known.size, 'entry')}.\n"
        "Compare its log key and founding entry with the fingerprint sheet before you rely on it:\n"
        f"  log key         {known.vkey}\n  founding entry  {known.founding}"
    )


def seen(known: Known) -> Seen:
    """A verified state as it stands in a signature."""
    return Seen(known.size, known.root)


def log_keys(store: Store, size: int) -> LogKeys:
    """The log's keys, every change of the roll judged as the verifier does; Refused when one is not in order."""
    roll = Roll()
    for index, raw in store.entries(0, size):
        found = fold_roll(roll, index, read_entry(raw), check)
        if found:
            raise no("C-HEAD", f"entry {index}: {found[0].why}", _VERIFY)
    logs = roll.logs()
    if logs is None:
        raise no("C-HEAD", "entry 0 is no founding", _VERIFY)
    return logs


def inspect(event: dict[str, Any], now: str) -> None:
    """Refused with every reason not to sign this event by this machine's clock; Malformed if it is none."""
    read = event_of(event, "")
    made = ulid_time(read.id)
    found = []
    if made > later(now, AHEAD) and read.imported is None:
        found.append(
            Refusal(
                "C-CLOCK",
                f"the draft says it was made on {human(made)}; your clock says {human(now)}",
                "set the clock of the machine that is wrong, and draft again",
            )
        )
    if read.not_after is not None and now > read.not_after:
        found.append(
            Refusal(
                "C-EXPIRED",
                f"it might be recorded until {human(read.not_after)}; now is {human(now)}",
                "draft it anew",
            )
        )
    if read.not_after is not None and read.not_after > later(made, LIFE):
        found.append(
            Refusal(
                "C-EXPIRED",
                f"it could be kept in a drawer until {human(read.not_after)}, over 30 days",
                "draft it anew with a not_after of at most 30 days",
            )
        )
    if found:
        raise Refused(found)


def unopened(event: dict[str, Any], disclosures: Sequence[str]) -> list[str]:
    """Names of withheld values that cannot be read here. Malformed when a disclosure opens something else."""
    sealed: dict[str, str] = event.get("sealed", {})
    for i, text in enumerate(disclosures):
        found = open_disclosure(text, f"disclosure {i}")
        if sealed.get(found.name) != found.commitment():
            raise Malformed(
                f"what is said to be the withheld value {found.name!r} is not what would be signed",
                "",
                "do not sign; ask who drafted it",
            )
    return sorted(set(sealed) - set(opened(disclosures, sealed)))


_VERIFY: Final = "sign nothing on it; run `countersign verify` and ask who keeps this ledger"


def no(rule: str, reason: str, cure: str) -> Refused:
    """The refusal of a signing client."""
    return Refused([Refusal(rule, reason, cure)])
