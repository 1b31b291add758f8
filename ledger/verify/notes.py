"""Checkpoints: is this one signed (claim 4), cosigned (5), and does the record extend the earlier ones (6)?

::

    Heads of the record:  … root(17) …      earlier/17 says another root at 17:  FORK
                          41 entries        --earlier says 50 entries:           ROLLBACK

1. A checkpoint counts only if the log's key, whose name is the origin, signed it: an earlier one that it did not sign
   fails claim 4 and says nothing about history. Where the record rotates the log's key (``record.log_keys``), the
   key must be in force for the checkpoint's size; the record's own must be the reader's key or a successor of it.
2. An earlier head larger than the record is a ROLLBACK; one of the same size or smaller with another root a FORK.
3. STALE is asked only with a greatest age: of the newest cosignature that the policy's witnesses made, or, where
   there is none, of the last entry's recorded_at, which is the operator's own word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from ledger.errors import Malformed
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.fields import instant, to_time
from ledger.record.log_keys import LogKeys
from ledger.record.note import Ed25519
from ledger.verify.heads import Heads
from ledger.verify.report import FORK, ROLLBACK, STALE, Finding, failed

if TYPE_CHECKING:
    from ledger.record.quorum import Quorum

_END_OF_TIME: Final = 253_402_300_799
_KEEP: Final = "keep both checkpoints and tell the witnesses"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier head: where it comes from, its size and root."""

    name: str
    size: int
    root: bytes


def read_note(data: bytes | None) -> tuple[SignedCheckpoint | None, list[Finding]]:
    """The record's own checkpoint."""
    if data is None:
        return None, [failed(4, None, "there is no checkpoint", "ask the operator for it")]
    try:
        return SignedCheckpoint.parse(data), []
    except Malformed as e:
        return None, [failed(4, None, f"the checkpoint cannot be read: {e}", "fetch it again")]


def unread(entries: int) -> Iterator[Finding]:
    """What cannot be asked where no checkpoint could be read, of a record in which there are so many entries."""
    for claim in (3, 5, 6):
        yield Finding(claim, None, None, "not checked: no checkpoint could be read")
    if entries:
        yield Finding(2, None, None, "without a checkpoint nobody knows how many entries there should be")
        return
    for claim in (1, 2, 7, 8, 9, 10, 12):
        yield Finding(claim, None, None, "not checked: no checkpoint and no entry could be read")


def signed(note: SignedCheckpoint, keys: LogKeys | None, check: Ed25519) -> list[Finding]:
    """Claim 4, by the reader's key and those that the record puts in its place."""
    if keys is None:
        why = "there is no log key to check it with"
        return [failed(4, None, why, "give the log's verifier key with --vkey")]
    origin, own = note.checkpoint.origin, keys.terms[0].vkey
    by = keys.signer(note, check)
    if by is not None:
        since = next(term.since for term in keys.terms if term.vkey == by)
        rotated = f"signed by {by}, which entry {since - 1} put in the place of the key at hand"
        return [] if by == own else [Finding(4, True, None, rotated)]
    if origin != own.name:
        return [failed(4, None, f"it is of {origin}, the key of {own.name}"[:300], "use this log's own key")]
    out = [term for term in keys.terms if term.until is not None and note.holds(term.vkey, check)]
    if out and note.checkpoint.size > (out[0].until or 0):
        why = f"the key that signed it was retired: it signs nothing of more than {out[0].until} entries"
        return [failed(4, None, why, "who had that key may have made this; ask for a newer checkpoint")]
    why = f"the key of {own.name} did not sign it"
    return [failed(4, None, why, "compare the key with the fingerprint sheet")]


def cosigned(
    note: SignedCheckpoint, quorum: Quorum | None, keys: LogKeys | None, check: Ed25519
) -> Iterator[Finding]:
    """Claim 5."""
    if quorum is None:
        yield Finding(5, None, None, "not checked: no policy of witnesses was given (--policy)")
        return
    if quorum.logs and keys is not None and not set(keys.vkeys) & set(quorum.logs):
        yield failed(
            5,
            None,
            f"the policy is for {quorum.logs[0].name}, not for this log's key",
            "use this log's policy",
        )
    missing = quorum.missing(note.note, check)
    if missing:
        yield failed(5, None, missing[:500], "wait for the cosignatures, or ask the witnesses")


def read_earlier(
    given: Iterable[tuple[str, bytes]], keys: LogKeys | None, check: Ed25519
) -> tuple[list[Earlier], list[Finding]]:
    """The earlier heads that the log's key signed; the others as findings of claim 4."""
    heads, findings = [], []
    for name, data in given:
        try:
            note = SignedCheckpoint.parse(data)
        except Malformed as e:
            findings.append(
                failed(4, None, f"{name} cannot be read as a checkpoint: {e}"[:500], "fetch it again")
            )
            continue
        if keys is not None and keys.holds(note, check):
            heads.append(Earlier(name, note.checkpoint.size, note.checkpoint.root))
        else:
            why = f"{name}: the log's key did not sign it"
            findings.append(failed(4, None, why, "whoever gave it to you must say where it comes from"))
    return heads, findings


def extends(heads: Heads, size: int, earlier: Iterable[Earlier]) -> Iterator[Finding]:
    """Claim 6 for a record of `size`. Sizes beyond a gap in the entries cannot be compared."""
    for old in sorted(earlier, key=lambda x: x.size):
        if old.size > size:
            why = f"{old.name} covers {old.size} entries, this record only {size}"
            yield failed(6, size, why, _KEEP, ROLLBACK)
        elif old.size <= heads.size and heads.root(old.size) != old.root:
            why = f"{old.name}: the first {old.size} entries had another root"
            yield failed(6, None, why, _KEEP, FORK)


def extended(heads: Heads, earlier: Iterable[Earlier]) -> int:
    """The size of the largest earlier head that the entries do extend, else 0."""
    return max((x.size for x in earlier if x.size <= heads.size and heads.root(x.size) == x.root), default=0)


def newest(note: SignedCheckpoint, quorum: Quorum, check: Ed25519) -> datetime | None:
    """When a witness of the policy last said that it saw this checkpoint."""
    seconds = [note.note.cosigned_by(key, check) for key in quorum.witnesses.values()]
    return max(
        (datetime.fromtimestamp(min(s, _END_OF_TIME), UTC) for s in seconds if s is not None), default=None
    )


def fresh(
    cosigned_at: datetime | None, recorded_at: str | None, now: datetime, max_age: timedelta
) -> list[Finding]:
    """Claim 6, whether the record is recent enough."""
    if cosigned_at is not None:
        when, source = cosigned_at, "the newest cosignature"
    elif recorded_at is not None:
        when, source = instant(recorded_at), "the last entry"
    else:
        return [failed(6, None, "nothing says how old it is", "fetch a newer checkpoint", STALE)]
    if now - when <= max_age:
        return []
    return [failed(6, None, f"{source} is of {to_time(when)}", "fetch a newer checkpoint", STALE)]
