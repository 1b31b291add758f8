"""What is in a bundle: the whole record or chosen entries, proved, with what its recipient may open (RECORD §6).

::

    export(store, register, Path("heron.zip"), checkpoint=note, check=ed25519, recipient="regulator:eu", chosen={41})

    checkpoint  policy.tlog  vkey  founding  earlier/17  timestamps/41.tsr  disclosures.jsonl  manifest.json
    entries/000.p/57                     whole: all entries, in tlog-tiles bundles
    leaves/41.json leaves/41.tlog-proof  chosen: each entry with its proof against the very checkpoint

The layout is written down, and read, in ``ledger.verify.bundle``.

1. Everything in a bundle must hold against its checkpoint: the root is recomputed, every proof checked, before it is
   written.
2. Disclosures must be those that the recipient's class may open, of the entries in the bundle, and no others.
3. Chosen entries must bring along whatever the roll reads (so that signatures can be checked) and whatever corrects,
   retracts or replaces them: a corrected statement is not handed out without its correction.
4. A withheld act must not be told from its neighbours: which entries come along for what they are about follows from
   clear acts only, unless the recipient may open the withheld one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.export.pack import Listed, Part, write
from ledger.publish.hashes import StoreTiles, proof_file
from ledger.publish.readers import PUBLIC, disclosures, lines, opens
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint
from ledger.record.merkle import Frontier, leaf_hash, verify_inclusion
from ledger.record.note import Ed25519, Vkey
from ledger.record.people import ROLL_TYPES
from ledger.record.tiles import ENTRIES, tiles_of
from ledger.register import Fact, Register
from ledger.store.port import Store

FORMAT: Final = 1
WHOLE: Final = "whole"
CHOSEN: Final = "chosen"
_STAMP: Final = re.compile(r"[A-Za-z0-9_-]{1,100}\.tsr")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written: `kind`, the `size` of its checkpoint, which entries it `holds`, its files."""

    kind: str
    size: int
    holds: int
    files: tuple[Listed, ...]


def export(
    store: Store,
    register: Register,
    to: Path,
    *,
    checkpoint: str,
    check: Ed25519,
    recipient: str = PUBLIC,
    chosen: Collection[int] | None = None,
    policy: str | None = None,
    earlier: Mapping[int, str] | None = None,
    timestamps: Mapping[str, bytes] | None = None,
) -> Bundle:
    """Write a bundle; a zip if `to` ends so, else a folder. `chosen` None: the whole record.

    `earlier` are checkpoints of before by size, `timestamps` RFC 3161 responses by file name. Raises Malformed for an
    unknown recipient, NotFound for an entry beyond the checkpoint, StoreUnavailable when something does not hold.
    """
    opens(recipient, PUBLIC)
    vkey, signed = _head(register, checkpoint, check)
    head, note = signed.checkpoint, str(signed.note)
    for name in timestamps or ():
        if not _STAMP.fullmatch(name):
            raise Malformed(f"{name[:50]!r} is no name of a timestamp", "timestamps", "such as 41.tsr")
    beside = {
        "checkpoint": note.encode(),
        "vkey": f"{vkey}\n".encode(),
        "founding": f"{leaf_hash(store.entry(0)).hex()}\n".encode(),
        **{f"earlier/{size}": text.encode() for size, text in (earlier or {}).items() if size < head.size},
        **{f"timestamps/{name}": data for name, data in (timestamps or {}).items()},
    }
    if policy is not None:
        beside["policy.tlog"] = policy.encode()
    tiles = StoreTiles(store)
    if chosen is None:
        _check_root(store, head)
        indexes, parts = None, list(_entries(tiles, head.size))
    else:
        indexes = with_their_context(register, head.size, chosen, recipient)
        parts = list(_leaves(store, tiles, indexes, note))
    opened = lines(disclosures(store, register.below(head.size), recipient, indexes))
    if opened:
        beside["disclosures.jsonl"] = opened
    parts += [Part(name, partial(bytes, data)) for name, data in beside.items()]
    kind = WHOLE if indexes is None else CHOSEN
    about: dict[str, Any] = {
        "class": recipient,
        "format": FORMAT,
        "kind": kind,
        "origin": head.origin,
        "size": head.size,
    }
    files = write(parts, about, to)
    return Bundle(kind, head.size, head.size if indexes is None else len(indexes), tuple(files))


def with_their_context(register: Register, size: int, chosen: Iterable[int], recipient: str) -> list[int]:
    """The chosen entries, what the roll reads, and what corrects, retracts or replaces any of them; sorted."""
    wanted = set(chosen)
    strange = sorted(i for i in wanted if not 0 <= i < size)
    if strange:
        raise NotFound(
            f"no entry {strange[0]} in a record of {size}", "choose entries below the checkpoint's size"
        )
    ids: set[str] = set()
    for fact in register.facts[:size]:
        if fact is None:
            continue
        about = {fact.corrects, fact.retracts, fact.supersedes} & ids
        if (about and _may_know(fact, recipient)) or (fact.type in ROLL_TYPES and not fact.withheld):
            wanted.add(fact.index)
        if fact.index in wanted:
            ids.add(fact.id)
    return sorted(wanted)


def _may_know(fact: Fact, recipient: str) -> bool:
    return not fact.withheld or opens(recipient, fact.class_)


def _head(register: Register, checkpoint: str, check: Ed25519) -> tuple[Vkey, SignedCheckpoint]:
    """The key that signed the checkpoint, and the checkpoint."""
    logs = register.roll.logs()
    if logs is None:
        raise NotFound("nothing was recorded yet", "found the ledger first: `countersign init`")
    signed = SignedCheckpoint.parse(checkpoint)
    vkey = logs.signer(signed, check)
    if vkey is None:
        raise StoreUnavailable(
            "the checkpoint is not signed by the key that the record names for it",
            "export from a checkpoint of this ledger",
        )
    if not 0 < signed.checkpoint.size <= register.size:
        raise NotFound(f"the checkpoint has {signed.checkpoint.size} entries, the record {register.size}")
    return vkey, signed


def _check_root(store: Store, head: Checkpoint) -> None:
    frontier = Frontier()
    for _, entry in store.entries(limit=head.size):
        frontier.append(leaf_hash(entry))
    if (frontier.size, frontier.root()) != (head.size, head.root):
        raise StoreUnavailable(
            f"the entries in the store do not give the root that was signed for {head.size} of them",
            "verify the store, and restore the last good backup",
        )


def _entries(tiles: StoreTiles, size: int) -> Iterator[Part]:
    for tile in tiles_of(size):
        if tile.level == ENTRIES:
            yield Part(tile.path.removeprefix("tile/"), partial(tiles.read, tile))


def _leaves(store: Store, tiles: StoreTiles, indexes: Iterable[int], note: str) -> Iterator[Part]:
    for index in indexes:
        entry = store.entry(index)
        proof = proof_file(tiles, index, note)
        head = proof.checkpoint.checkpoint
        if not verify_inclusion(index, head.size, leaf_hash(entry), proof.hashes, head.root):
            raise StoreUnavailable(
                f"entry {index} does not have the hash that the store keeps for it",
                "verify the store, and restore the last good backup",
            )
        yield Part(f"leaves/{index}.json", partial(bytes, entry))
        yield Part(f"leaves/{index}.tlog-proof", str(proof).encode)
