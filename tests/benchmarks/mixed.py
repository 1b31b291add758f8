"""A long ledger of mixed entries, for what is asked of a ledger of 100,000.

The life of one model (measured, assessed with many results, decided, its standards decided, shared, let go, deployed)
and much that stands beside it is told once through the judge, and then repeated under other names and ids. Signatures
of the copies do not hold: nothing here checks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from hashlib import sha256

from ledger.record.act import Act, read_act
from ledger.record.entry import read_entry, splice
from ledger.record.fields import instant, later, make_ulid
from ledger.record.merkle import leaf_hash
from ledger.store.port import Leaf
from tests.engine.gates import opened, share_all
from tests.engine.heron import assess, measured, open_
from tests.engine.test_gate_thresholds import DEPLOYMENT, SECURITY
from tests.given import ASSESSOR, Story
from tests.kit import CEO, RSO, World
from tests.subjects import safe
from tests.subjects.test_determinations import result
from tests.subjects.test_gates import going

MODEL = "heron-4"
RESULTS, NOTES = 200, 60
START = "2025-09-01T00:00:00.000000Z"
_ULID = re.compile(rb'"(01[0-9A-HJKMNP-TV-Z]{24})"')


@cache
def life() -> tuple[Story, tuple[Act, ...]]:
    """The ledger when it was founded, and the acts of one model's life after that."""
    story = opened().on("2025-02-17")
    first = story.register.size
    measured(story, MODEL, "heron-3", "4.41")
    thresholds = {"CBRN-3": "not_shown", "MODEL-AUTONOMY": "checkpoint_not_reached"}
    running = open_(story, MODEL, list(thresholds))
    for i in range(RESULTS):
        ran = result(f"0.{i % 50:02d}", assessment_id=running, evaluation_id=f"cbrn-{i}")
        story.given("record-result", ran, ASSESSOR)
    assess(story, MODEL, thresholds, ended="2025-03-14", decided="2025-03-20")
    where = safe.scope(models=[MODEL])
    for standard in (SECURITY, DEPLOYMENT):
        safe.satisfy(story, standard, where)
    assess(story, MODEL, {"CBRN-4": "below"}, ended="2025-04-20", decided="2025-04-24", kind="follow_up")
    share_all(story)
    went = story.given("decide-gate", going(story, MODEL), CEO, RSO)
    deployed = {"model_id": MODEL, "surface": "general", "at": story.world.now, "gate_decision": went.id}
    story.given("record-deployment", deployed, RSO, effective_at=story.world.now)
    for i in range(NOTES):
        story.given("note", {"text": f"Meeting {i} about {MODEL}: " + "nothing to add. " * (i % 30)}, RSO)
    acts = [read_entry(raw).act for raw in story.world.entries[first:]]
    return story, tuple(act for act in acts if act is not None)


def founding() -> bytes:
    """Entry 0."""
    return life()[0].world.entries[0]


def acts(count: int) -> Iterator[bytes]:
    """That many acts after the founding: the life of model after model."""
    told = life()[1]
    for i in range(count):
        copy, place = divmod(i, len(told))
        name = f"m{copy}-".encode()
        raw = told[place].raw.replace(MODEL.encode(), name + MODEL.encode())
        yield _ULID.sub(lambda found, copy=copy: b'"%s"' % _renamed(found[1], copy), raw)  # type: ignore[misc]


@cache
def _places() -> dict[bytes, int]:
    return {act.event.id.encode(): i for i, act in enumerate(life()[1])}


def _renamed(id_: bytes, copy: int) -> bytes:
    """The id of a copy; the founding keeps its own."""
    place = _places().get(id_)
    if place is None:
        return id_
    number = copy * len(_places()) + place
    return make_ulid(1_756_684_800_000 + number, sha256(b"mixed %d" % number).digest()[:10]).encode()


def entries(count: int) -> list[bytes]:
    """A chained record of `count` entries, the founding first, one a second."""
    out, versions, at = [founding()], {"ledger": 1}, instant(START)
    for index, raw in enumerate(acts(count - 1), 1):
        stream = read_act(raw).event.stream
        versions[stream] = versions.get(stream, 0) + 1
        now = (at + timedelta(seconds=index)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        prev = leaf_hash(out[-1])
        out.append(splice(raw, index=index, prev=prev, recorded_at=now, stream_version=versions[stream]))
    return out


def leaves(raws: list[bytes]) -> Iterator[Leaf]:
    """The same for a store."""
    for raw in raws:
        entry = read_entry(raw)
        assert entry.act is not None
        assert entry.stream_version is not None
        e = entry.act.event
        yield Leaf(e.id, e.stream, entry.stream_version, e.type, entry.act.raw)


def after(count: int) -> str:
    """An instant when all of them are on the record."""
    return later(START, timedelta(seconds=count + 60))


def world() -> World:
    """The keys of the ledger."""
    return life()[0].world
