"""Publishing: brings a folder of static files up to a store's head (C2SP tlog-tiles; RECORD §5).

::

    publish(store, register, Path("site"), check=ed25519)    Published(size=41, written=7, waiting=None)

It goes forward from what was published last, so it costs what is new. The folder is a cache: an empty one is filled
from the store, with the same bytes.

1. Tiles must be durable before a checkpoint that needs them, and what is public before it is said to be published.
2. What was published must be a prefix of what is published next: fewer entries are a ROLLBACK, others a FORK, and
   nothing is written then.
3. Files are created once and never overwritten with other bytes; what else is found there is an error that names it.
4. An interrupted publication must be finished by the next one; until then readers see the state before.
5. The entries must be rehashed and give the root that was signed, before any of them is written.
6. Without the quorum of witnesses the public checkpoint must stay, while tiles and the next checkpoint lie ready.
7. Only values that ``disclosure.published`` names may be in ``disclosures.jsonl``, and none that was erased since.
8. Every size that becomes a checkpoint of this site must have its partial tiles; they are kept.
9. ``vkey`` must be the key that signed the public checkpoint: where the log's key was rotated, it changes with that.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from ledger.durable import Contradiction, Failpoint, Folder, pass_by, writing
from ledger.errors import NotFound, StoreUnavailable
from ledger.publish.cosignatures import Checkpoints, Waiting
from ledger.publish.hashes import FolderTiles, TileHashes
from ledger.publish.readers import PUBLIC, disclosures, lines
from ledger.record.checkpoint import Checkpoint, SignedCheckpoint
from ledger.record.log_keys import LogKeys
from ledger.record.merkle import Frontier, leaf_hash, root_of, subtree_root, subtrees
from ledger.record.note import Ed25519
from ledger.record.quorum import Quorum
from ledger.record.tiles import ENTRIES, HEIGHT, WIDTH, Tile, join_entries, split_hashes, width_at
from ledger.register import Register
from ledger.store.port import Store

DISCLOSURES: Final = "disclosures.jsonl"
FOUNDING: Final = "founding"


@dataclass(frozen=True, slots=True)
class Published:
    """After publishing: the `size` of the public checkpoint (0: none yet) and how many files were `written`.

    `waiting` is the checkpoint that lacks its quorum, if one does; `behind_since` is when the first entry was recorded
    that is not public for this reason: the alarm is as old as that.
    """

    size: int
    written: int
    waiting: Waiting | None
    behind_since: str | None


def publish(
    store: Store,
    register: Register,
    site: Path,
    *,
    check: Ed25519,
    quorum: Quorum | None = None,
    whole: bool = False,
    failpoint: Failpoint = pass_by,
) -> Published:
    """Publish everything that `register` has folded. `whole` compares every file, not only what is new.

    Raises Contradiction, StoreUnavailable; NotFound when nothing was recorded yet.
    """
    logs, head = _head(store, register, check)
    with writing(site, failpoint) as folder:
        folder.create(FOUNDING, f"{leaf_hash(store.entry(0)).hex()}\n".encode())
        checkpoints = Checkpoints(folder, logs, check, quorum)
        checkpoints.name_key()
        last = checkpoints.newest
        base = _compare(store, folder, head.checkpoint, last.checkpoint if last else None, whole)
        _write_tiles(store, folder, base, head.checkpoint.size)
        folder.settle()
        checkpoints.offer(head)
        standing = checkpoints.promote()
        _disclose(store, register, folder, standing.public)
        folder.settle()
    behind = register.times[standing.public] if standing.waiting else None
    return Published(standing.public, folder.written, standing.waiting, behind)


def _head(store: Store, register: Register, check: Ed25519) -> tuple[LogKeys, SignedCheckpoint]:
    logs = register.roll.logs()
    if logs is None:
        raise NotFound("nothing was recorded yet", "found the ledger first: `countersign init`")
    head = SignedCheckpoint.parse(store.checkpoint(register.size))
    if not logs.holds(head, check) or head.checkpoint.size != register.size:
        raise StoreUnavailable(
            f"the checkpoint of {register.size} entries is not signed by the key that the record names for it",
            "publish nothing; verify the store",
        )
    return logs, head


def _compare(store: Store, folder: Folder, head: Checkpoint, last: Checkpoint | None, whole: bool) -> int:
    """Check that `head` extends what was published last; the size from which tiles are to be written."""
    if last and last.size > head.size:
        raise Contradiction(
            "ROLLBACK",
            f"{last.size} entries were published or shown to witnesses, the store holds {head.size}",
            "entries that were promised are missing: append nothing, restore a newer backup of the store",
        )
    frontier = Frontier() if whole or not last else _published_edge(folder, last)
    base = frontier.size
    for index, entry in store.entries(after=base, limit=head.size - base):
        if last and index == last.size:
            _same(last, frontier)
        frontier.append(leaf_hash(entry))
    if last and frontier.size == last.size:
        _same(last, frontier)
    if (frontier.size, frontier.root()) != (head.size, head.root):
        if (
            last and base
        ):  # is it the new entries, or older ones than were looked at? Costs all of them, once.
            _same(last, _frontier(store, last.size))
        raise StoreUnavailable(
            f"the entries in the store do not give the root that was signed for {head.size} of them",
            "publish nothing; verify the store, and restore the last good backup",
        )
    return base


def _frontier(store: Store, size: int) -> Frontier:
    frontier = Frontier()
    for _, entry in store.entries(limit=size):
        frontier.append(leaf_hash(entry))
    return frontier


def _published_edge(folder: Folder, last: Checkpoint) -> Frontier:
    """The tree as published, up to its last full tile of leaves; empty when tiles are missing: so all is compared."""
    tiles, base = FolderTiles(folder.path), last.size // WIDTH * WIDTH
    hashes = TileHashes(tiles, last.size)
    try:
        if subtree_root(0, last.size, hashes) == last.root:
            return Frontier(base, [hashes(*place) for place in subtrees(0, base)])
    except NotFound:
        return Frontier()
    raise Contradiction(
        "TAMPERED",
        f"the tiles in {folder.path} do not belong to its checkpoint of {last.size} entries",
        "somebody changed the published site: keep it as evidence, verify the ledger, publish into an empty folder",
    )


def _same(last: Checkpoint, frontier: Frontier) -> None:
    if frontier.root() != last.root:
        raise Contradiction(
            "FORK",
            f"the first {last.size} entries of the store are not those that were published",
            "one of the two was rewritten: append and publish nothing, keep both, and verify each of them",
        )


def _write_tiles(store: Store, folder: Folder, base: int, size: int) -> None:
    """Write every tile of a tree of `size` that a tree of `base` (a multiple of 256) did not have."""
    edge = _Edge(folder, base)
    entries = store.entries(after=base, limit=size - base)
    for lo in range(base, size, WIDTH):
        bundle = [raw for _, raw in islice(entries, WIDTH)]
        folder.create(Tile(ENTRIES, lo // WIDTH, len(bundle)).path, join_entries(bundle))
        for raw in bundle:
            edge.add(0, leaf_hash(raw))
    edge.finish()


class _Edge:
    """The rightmost tile of every level, while leaves are added to it."""

    def __init__(self, folder: Folder, base: int) -> None:
        self._folder = folder
        self._index: dict[int, int] = {}
        self._hashes: dict[int, list[bytes]] = {}
        tiles, level = FolderTiles(folder.path), 0
        while base >> HEIGHT * level:
            index = (base >> HEIGHT * level) // WIDTH
            width = width_at(level, index, base)
            self._index[level] = index
            self._hashes[level] = split_hashes(tiles.read(Tile(level, index, width))) if width else []
            level += 1

    def add(self, level: int, digest: bytes) -> None:
        hashes = self._hashes.setdefault(level, [])
        hashes.append(digest)
        if len(hashes) == WIDTH:
            self._write(level)
            self._index[level] = self._index.get(level, 0) + 1
            self._hashes[level] = []
            self.add(level + 1, root_of(hashes))

    def finish(self) -> None:
        for level, hashes in self._hashes.items():
            if hashes:
                self._write(level)

    def _write(self, level: int) -> None:
        hashes = self._hashes[level]
        tile = Tile(level, self._index.get(level, 0), len(hashes))
        self._folder.create(tile.path, b"".join(hashes))


def _disclose(store: Store, register: Register, folder: Folder, size: int) -> None:
    data = lines(disclosures(store, register.below(size), PUBLIC))
    if data != (folder.read(DISCLOSURES) or b""):
        folder.replace(DISCLOSURES, data)
