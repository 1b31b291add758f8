"""Large ledgers for measurements: real signatures, real links, written as a database while they are made."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.record.act import Seen
from ledger.record.checkpoint import Checkpoint, sign_checkpoint
from ledger.record.merkle import Frontier, leaf_hash
from tests.kit import CEO, RSO, SCHEMA, World

PAGE = 1000


def write_database(path: Path, size: int, text: str = "Drill held. " * 20) -> World:
    """A ledger of `size` notes, each signed by two persons, with one checkpoint every PAGE entries."""
    world = World()
    world.found()
    frontier = Frontier()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(SCHEMA.read_text(encoding="utf-8"))
        db.execute("BEGIN")
        raw = world.entries[0]
        for index in range(size):
            if index:
                seen = Seen(frontier.size, frontier.root().hex())
                act = world.act("note.recorded", {"text": text}, [RSO, CEO], statement="attest", seen=seen)
                world.entries, world.versions = [raw], {}
                world.append_at(act, index)
                raw = world.entries[-1]
            leaf = leaf_hash(raw)
            frontier.append(leaf)
            row = (index + 1, f"{index}", None, None, None, None, raw, leaf)
            db.execute("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?)", row)
            if frontier.size % PAGE == 0 or frontier.size == size:
                head = Checkpoint(world.origin, frontier.size, frontier.root())
                note = sign_checkpoint(head, world.log)
                db.execute("INSERT INTO checkpoints VALUES (?,?,?)", (head.size, head.root, note))
        db.execute("COMMIT")
    return world
