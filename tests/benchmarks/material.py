"""What is measured on: acts of the demonstration's median size, and long records made of them."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
from contextlib import closing
from functools import cache
from hashlib import sha256
from pathlib import Path

from api.bootstrap import open_house
from api.demo.stage import ORIGIN
from api.settings import Settings
from ledger.record.act import make_act, read_act
from ledger.record.canonical import decode, encode
from ledger.record.entry import NO_PREV, read_entry, splice
from ledger.record.fields import make_ulid
from ledger.record.merkle import leaf_hash
from ledger.store.port import Leaf
from tests.fixtures.story import demonstrate
from tests.kit import RSO, World


@cache
def median_act() -> bytes:
    """The demonstration's entry of median size, without what surrounds the act."""
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(Path(name) / "demo", ORIGIN)
        demonstrate(settings, b"7")
        with open_house(settings) as house:
            entries = [raw for _, raw in house.store.entries()]
    middle = statistics.median_low(map(len, entries))
    act = next(read_entry(raw).act for raw in entries if len(raw) == middle)
    assert act is not None
    return act.raw


def acts(count: int, start: int = 0) -> list[bytes]:
    """Acts like the median one, each with its own id and stream."""
    whole = decode(median_act())
    template = encode(whole)
    old = whole["event"]["id"]
    out = []
    for i in range(start, start + count):
        new = make_ulid(1_736_150_000_000 + i, sha256(b"bench %d" % i).digest()[:10])
        out.append(template.replace(old.encode(), new.encode()))
    return out


def leaves(count: int, start: int = 0) -> list[Leaf]:
    """The same as leaves for a store."""
    out = []
    for raw in acts(count, start):
        event = read_act(raw).event
        out.append(Leaf(event.id, f"note/{event.id}", 1, event.type, raw))
    return out


def entries(count: int, recorded_at: str = "2025-06-30T12:00:00.000000Z") -> list[bytes]:
    """A chained record of acts of median size (their signatures do not hold: nothing here checks them)."""
    prev, out = NO_PREV, []
    for index, raw in enumerate(acts(count)):
        entry = splice(raw, index=index, prev=prev, recorded_at=recorded_at, stream_version=1)
        out.append(entry)
        prev = leaf_hash(entry)
    return out


def world(count: int) -> World:
    """A founded ledger with `count` notes whose signatures hold."""
    made = World()
    made.found()
    head = made.seen()
    size = len(median_act())
    for i in range(count - 1):
        text = "n" * max(1, size - 620)
        event = made.event("note.recorded", {"text": f"{i} {text}"}, RSO)
        signature = made.signature(event, RSO, "attest", seen=head)
        made.append(make_act(event, [signature]).raw)
    return made


def write_database(path: Path, made: World) -> None:
    """The world as a database with its last checkpoint only."""
    made.write_database(path, checkpoints=[len(made.entries)])
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode=DELETE")
