"""A restored store: may it be written to again? (RECORD §5)

Whoever writes to a store that lacks entries it had promised makes a fork of its own history. So before the first append
the store is held against everything that left the house since::

    check_restored(store, read_published("https://example.org/log"), logs=logs, check=ed25519,
                   answers=[Answer("T1", 57, note), Answer("T2", 57)], quorum=policy)
    Cleared(size=57, root="9f8b…", despite=())

1. The store must extend the last published checkpoint and every checkpoint that a witness shows under the log's key:
   fewer entries are a ROLLBACK, others a FORK, and it stays closed.
2. A witness that names a greater size without a checkpoint cannot be believed and must not be ignored: the store stays
   closed unless a person names that witness in `despite`, and puts that on the record (``log.restored``). No person can
   go on against a checkpoint under the log's key.
3. Where a quorum is set, that many witnesses must have answered.
4. Only what the log's key signed counts as published.
5. A store that was not restored must be left alone.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final

from ledger.durable import Contradiction, read_file, trouble
from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint
from ledger.record.log_keys import LogKeys
from ledger.record.merkle import Frontier, leaf_hash
from ledger.record.note import MAX_NOTE_BYTES, Ed25519
from ledger.record.quorum import NONE, Quorum
from ledger.store.port import Store

CHECKPOINT: Final = "checkpoint"
PATIENCE: Final = 30
"""Seconds to wait for a site."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The `witness` (its name in the policy) confirmed `size` entries last; `note`: that checkpoint, if it is shown."""

    witness: str
    size: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Cleared:
    """The store extends the `size` entries with `root` that had left the house, `despite` witnesses that claim more."""

    size: int
    root: str
    despite: tuple[Answer, ...]


def check_restored(
    store: Store,
    published: str,
    *,
    logs: LogKeys,
    check: Ed25519,
    answers: Sequence[Answer] = (),
    quorum: Quorum | None = None,
    despite: Collection[str] = (),
) -> Cleared:
    """Open a restored store for writing, or say why not: Contradiction, StoreUnavailable, Malformed."""
    cleared = compare_restored(
        store, published, logs=logs, check=check, answers=answers, quorum=quorum, despite=despite
    )
    store.clear_restored(cleared.size, bytes.fromhex(cleared.root))
    return cleared


def compare_restored(
    store: Store,
    published: str,
    *,
    logs: LogKeys,
    check: Ed25519,
    answers: Sequence[Answer] = (),
    quorum: Quorum | None = None,
    despite: Collection[str] = (),
) -> Cleared:
    """As ``check_restored``, but the store stays closed."""
    if store.restored() is None:
        raise NotFound("this store was not restored", "it may be written to already")
    heads = {"the published checkpoint": _held(published, logs, check, "the published checkpoint")}
    for answer in answers:
        if answer.note is not None:
            who = f"the checkpoint from {answer.witness}"
            heads[who] = _held(answer.note, logs, check, who)
            if heads[who].size != answer.size:
                raise Malformed(f"{who} has {heads[who].size} entries, not {answer.size}", "answers")
    _extends_all(store, heads)
    last = max(heads.values(), key=lambda head: head.size)
    overruled = _more(answers, last.size, despite)
    _answered(quorum, answers)
    return Cleared(last.size, last.root.hex(), overruled)


def _held(note: str, logs: LogKeys, check: Ed25519, who: str) -> Checkpoint:
    signed = SignedCheckpoint.parse(note)
    if not logs.holds(signed, check):
        raise StoreUnavailable(
            f"{who} is not signed by {logs.newest.name}",
            "name this ledger's own site, and the key from its sheet",
        )
    return signed.checkpoint


def _extends_all(store: Store, heads: dict[str, Checkpoint]) -> None:
    size = store.head().size
    for who, head in heads.items():
        if head.size > size:
            raise Contradiction(
                "ROLLBACK",
                f"{who} has {head.size} entries, the restored store {size}",
                "restore a newer backup; if these entries are lost for good, found a successor ledger whose entry 0 "
                "names the last confirmed checkpoint",
            )
    roots = _roots(store, {head.size for head in heads.values()})
    for who, head in heads.items():
        if roots.get(head.size) != head.root:
            raise Contradiction(
                "FORK",
                f"the first {head.size} entries of the restored store are not those of {who}",
                "this is another history: keep both, verify each, and restore the backup that extends it",
            )


def _roots(store: Store, sizes: set[int]) -> dict[int, bytes]:
    frontier = Frontier()
    roots = {0: frontier.root()}
    for _, entry in store.entries(limit=max(sizes)):
        frontier.append(leaf_hash(entry))
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    return roots


def _more(answers: Sequence[Answer], size: int, despite: Collection[str]) -> tuple[Answer, ...]:
    more = {a.witness: a for a in answers if a.note is None and a.size > size}
    for witness, answer in more.items():
        if witness not in despite:
            raise StoreUnavailable(
                f"the witness {witness} says that it confirmed {answer.size} entries; known here are {size}",
                "ask it for that checkpoint, or restore a newer backup; a person who has made sure that it is wrong "
                "may go on despite it, and puts that on the record",
            )
    return tuple(more[witness] for witness in sorted(more))


def _answered(quorum: Quorum | None, answers: Sequence[Answer]) -> None:
    if quorum is None or quorum.name == NONE:
        return
    names = {a.witness for a in answers}
    strange = sorted(names - set(quorum.witnesses))
    if strange:
        raise Malformed(f"{strange[0]!r} is no witness of the policy"[:100], "answers")
    confirmed = set(names)
    for name, group in quorum.groups.items():
        if sum(member in confirmed for member in group.members) >= group.threshold:
            confirmed.add(name)
    if quorum.name not in confirmed:
        raise StoreUnavailable(
            f"answered: {', '.join(sorted(names)) or 'nobody'}; the quorum {quorum.name} did not",
            "ask more witnesses to confirm the published checkpoint",
        )


def read_published(where: str) -> str:
    """The checkpoint of a published site: its address, its folder, or the file itself. Nothing is checked."""
    if where.startswith(("https://", "http://")):
        data = _fetch(f"{where.rstrip('/').removesuffix('/' + CHECKPOINT)}/{CHECKPOINT}")
    else:
        path = Path(where)
        with trouble(path):
            found = read_file(path / CHECKPOINT if path.is_dir() else path)
        if found is None:
            raise NotFound(
                f"no checkpoint at {where}", "name the published site: its address, folder or checkpoint"
            )
        data = found
    try:
        return str(SignedCheckpoint.parse(data).note)
    except Malformed as e:
        raise Malformed(f"{where} is no checkpoint: {e.what}", e.where, e.cure) from None


def _fetch(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - http(s) only, by the caller
            data: bytes = answer.read(MAX_NOTE_BYTES + 1)
            return data
    except (urllib.error.URLError, HTTPException, OSError, ValueError) as e:
        raise StoreUnavailable(
            f"{address} cannot be read: {getattr(e, 'reason', e)}",
            "try again, or name a copy of the published site on this machine",
        ) from None
