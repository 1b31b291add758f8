"""The fast pass. Numbers are those of the must-sentences in ledger/verify/scan.py."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.record.canonical import encode
from ledger.record.entry import read_entry, splice
from ledger.record.merkle import leaf_hash, root_of
from ledger.record.people import ROLL_TYPES
from ledger.verify.scan import CHUNK, _clear, _withheld, fold, scan
from tests.kit import CEO, GC, RSO, SECRETARY, Person, World
from tests.verify.memory import bundle_of, tiles_of

LURES = [
    ',"index":7,"prev":"'
    + "a" * 64
    + '","recorded_at":"2025-01-01T00:00:00.000000Z","stream_version":1,"v":1}',
    '"v":1}',
    '},"signatures":[{"capacity":"x"',
    '"type":"key.revoked"',
    "\\",
    '"',
    '\\"v\\":1}',
]
texts = st.lists(st.one_of(st.sampled_from(LURES), st.text(max_size=8)), max_size=6).map("".join)
values: Any = st.recursive(
    texts, lambda v: st.lists(v, max_size=2) | st.dictionaries(st.sampled_from("abv"), v, max_size=2)
)


def note(data: Any, index: int = 3) -> bytes:
    world = World()
    act = world.act("note.recorded", data, [RSO], statement="attest")
    return splice(act, index=index, prev=bytes(32), recorded_at=world.now, stream_version=2)


@given(values)
def test_links_read_from_the_end_are_those_that_a_parser_finds(value: Any) -> None:
    """However an act is written, what claim 1 accepts has its links where the fast pass looks."""
    try:
        raw = note({"text": value})
        entry = read_entry(raw)
    except Malformed:
        return
    found = _clear(raw, max(0, len(raw) - 220))
    assert found is not None
    assert found.groups() == (str(entry.index).encode(), entry.prev.encode(), entry.recorded_at.encode())


@given(st.text(max_size=3), st.integers(0, 9))
def test_links_of_a_withheld_entry_are_those_that_a_parser_finds(class_: str, n: int) -> None:
    world = World()
    world.found()
    world.secret_note()
    raw = world.entries[1]
    entry = read_entry(raw)
    found = _withheld(raw)
    assert found is not None
    assert found.groups() == (b"1", entry.prev.encode(), entry.recorded_at.encode())


def test_1_hashes_beside_the_entries_are_compared_and_never_used() -> None:
    world = World()
    world.found()
    world.note()
    files = world.files()
    scanned = scan(tiles_of(files), 0, 2, 2)
    assert scanned.runs[0].leaves == b"".join(map(leaf_hash, world.entries))
    forged = scan(tiles_of(files | {"tile/0/000.p/2": bytes(64)}), 0, 2, 2)
    assert forged.runs[0].leaves == scanned.runs[0].leaves
    assert [(x.claim, x.where) for x in forged.findings] == [(3, 0), (3, 1)]


def test_2_index_prev_and_time_are_those_of_the_place() -> None:
    world = World()
    world.found()
    for _ in range(4):
        world.note()
    for version in (255, 256, 10**15):
        act = world.act("note.recorded", {"text": "x"}, statement="attest")
        world.append(act, version=version)
    assert scan(bundle_of(world.bundle_files()), 0, 8, 8).findings == []
    world.entries[2], world.entries[3] = world.entries[3], world.entries[2]
    found = scan(bundle_of(world.bundle_files()), 0, 8, 8).findings
    assert {x.where for x in found if "calls itself" in x.why} == {2, 3}
    assert {x.where for x in found if "prev" in x.why} == {2, 3, 4}
    assert {x.where for x in found if "recorded_at" in x.why} == {3}


def test_3_every_entry_that_the_roll_reads_is_named() -> None:
    world = World()
    world.found()
    world.note()
    world.register(Person("p-rso", "RSO", "new"))
    world.appoint(Person("p-x", "CISO"))
    world.end(Person("p-x", "CISO"))
    world.revoke(RSO, by=[CEO, GC])
    world.secret_note()
    world.record("trust.roster_changed", {}, [SECRETARY])
    assert scan(bundle_of(world.bundle_files()), 0, 8, 8).roll == [0, 2, 3, 4, 5, 7]


@given(values, st.sampled_from(sorted(ROLL_TYPES)), st.booleans())
def test_3_no_text_hides_a_type_from_it(value: Any, type_: str, several: bool) -> None:
    world = World()
    try:
        act = world.act(
            type_, {"text": value, "signatures": [{"capacity": "x"}]}, [CEO, RSO] if several else [CEO]
        )
    except Malformed:
        return
    world.append(act)
    world.append(act, version=300)
    assert scan(bundle_of(world.bundle_files()), 0, 2, 2).roll == [0, 1]


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 600])
def test_runs_carry_the_tree(size: int) -> None:
    world = World()
    entries = [encode({"n": i}) for i in range(size)]
    world.entries = entries
    scanned = scan(bundle_of(world.bundle_files()), 0, size, size)
    (run,) = scanned.runs
    assert (run.lo, run.hi) == (0, size)
    assert sorted(run.nodes) == [i * 256 for i in range(size // 256)]
    for lo, node in run.nodes.items():
        assert node == root_of(map(leaf_hash, entries[lo : lo + 256]))
    assert CHUNK % 256 == 0


def test_fold_is_the_root_of_a_complete_tree() -> None:
    leaves = [bytes([i]) * 32 for i in range(8)]
    assert fold(leaves) == root_of(leaves)
