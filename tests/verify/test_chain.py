"""The entries as one chain. Numbers are those of ledger/verify/chain.py and acts.py."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from ledger.record.canonical import encode
from ledger.record.merkle import leaf_hash
from ledger.verify.book import Book
from ledger.verify.chain import Chain
from ledger.verify.heads import Heads
from ledger.verify.report import Findings
from ledger.verify.scan import Run, Scanned
from ledger.verify.source import Page
from ledger.verify.tiles import Tiles
from ledger.verify.verify import verify
from tests.kit import World
from tests.verify.memory import asked, bundle_of, failing, tiles_of


@cache
def long() -> dict[str, bytes]:
    """Published tiles of 600 entries that nobody signed: only hashes are of interest here."""
    world = World()
    world.entries = [encode({"n": i}) for i in range(600)]
    return world.tile_files() | {"checkpoint": world.checkpoint().encode()}


def broken(files: dict[str, bytes]) -> list[tuple[int | None, str]]:
    return failing(verify(tiles_of(files))).get(3, [])


def test_4_tiles_of_every_level_are_compared() -> None:
    assert broken(long()) == []


@pytest.mark.parametrize("at", [0, 1])
def test_4_a_wrong_hash_above_is_found_at_the_first_entry_under_it(at: int) -> None:
    tile = bytearray(long()["tile/1/000.p/2"])
    tile[at * 32] ^= 1
    (found,) = broken(long() | {"tile/1/000.p/2": bytes(tile)})
    assert found == (at * 256, f"a published hash over the entries from {at * 256} on is not theirs")


def test_4_a_missing_tile_above_is_found() -> None:
    files = {name: data for name, data in long().items() if name != "tile/1/000.p/2"}
    assert broken(files) == [(0, "tile/1/000.p/2 is missing")]


def test_4_a_changed_entry_is_found_where_it_is_and_not_at_the_hashes_above_it() -> None:
    entries = long()["tile/entries/001"].replace(b'{"n":300}', b'{"n":301}', 1)
    found = broken(long() | {"tile/entries/001": entries})
    assert min(where for where, _ in found if where is not None) == 300
    assert all("published hash" not in why for _, why in found)


def runs(*spans: tuple[int, int]) -> Scanned:
    out = Scanned(spans[0][0], spans[-1][1])
    for lo, hi in spans:
        out.runs.append(Run(lo, b"".join(leaf_hash(b"%d" % i) for i in range(lo, hi)), {}, None, None, b""))
    return out


def joined(size: int, *parts: Scanned) -> tuple[Chain, Findings]:
    chain, findings = Chain(Heads(Book())), Findings()
    for part in parts:
        chain.take(part, findings)
    chain.close(size, findings)
    return chain, findings


def where(findings: Findings) -> list[tuple[int | None, str]]:
    return [(x.where, x.why) for x in findings.kept.get(2, [])]


def test_1_what_is_missing_is_found_at_its_own_index() -> None:
    chain, findings = joined(9, runs((0, 3), (4, 6)))
    assert where(findings) == [(3, "entry 3 is missing"), (6, "entries 6 to 8 are missing")]
    assert not chain.whole
    assert chain.heads.size == 3


def test_1_what_stands_twice_is_found() -> None:
    chain, findings = joined(4, runs((0, 3), (2, 4)))
    assert (2, "entry 2 stands there twice") in where(findings)
    assert not chain.whole


def test_2_runs_are_joined_by_hash_and_time() -> None:
    first, second = runs((0, 2)), runs((2, 4))
    first.runs[0].last = b"2025-01-06T09:00:00.000000Z"
    second.runs[0].prev, second.runs[0].first = b"0" * 64, b"2025-01-06T08:00:00.000000Z"
    _, findings = joined(4, first, second)
    assert [at for at, _ in where(findings)] == [2, 2]
    second.runs[0].prev = leaf_hash(b"1").hex().encode()
    second.runs[0].first = first.runs[0].last
    assert where(joined(4, first, second)[1]) == []


def test_2_the_first_entry_links_to_zeros() -> None:
    world = World()
    world.found()
    world.entries[0] = world.entries[0].replace(b'"prev":"00', b'"prev":"01')
    report = verify(bundle_of(world.bundle_files()), asked(world))
    assert failing(report)[2] == [(0, "its prev is not 64 zeros")]


class Shifty:
    """A source that shows other bytes when it is read a second time."""

    def __init__(self, honest: Tiles) -> None:
        self._honest, self.reads = honest, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._honest, name)

    def pages(self, lo: int, hi: int, size: int) -> Iterator[Page]:
        self.reads += 1
        for page in self._honest.pages(lo, hi, size):
            entries = [raw.replace(b"Drill", b"Thrill") if self.reads > 3 else raw for raw in page.entries]
            yield Page(page.lo, entries, page.hashes, page.faults)


def test_acts_1_bytes_that_change_while_they_are_verified_are_found() -> None:
    world = World()
    world.found()
    world.note()
    shifty = Shifty(bundle_of(world.bundle_files()))
    report = verify(shifty, asked(world))  # type: ignore[arg-type]
    assert report.words == "BROKEN_AT 1"
    assert failing(report)[3] == [(1, "it changed while it was being verified")]


def test_a_database_torn_in_the_middle_is_broken_there(tmp_path: Path) -> None:
    world = World()
    world.found()
    for i in range(400):
        world.note(f"Note {i}. " + "x" * 500)
    path = world.write_database(tmp_path / "record.db", checkpoints=[401])
    with closing(sqlite3.connect(path)) as db:
        (size,) = db.execute("PRAGMA page_size").fetchone()
    data = bytearray(path.read_bytes())
    at = data.index(b"Note 300. ") // size * size
    data[at : at + size] = b"\xff" * size
    path.write_bytes(bytes(data))
    report = verify(str(path), asked(world))
    assert report.exit_code == 1
    assert report.verdict in {"BROKEN_AT", "MALFORMED"}
