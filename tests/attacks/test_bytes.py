"""Bytes changed where they lie: a flipped bit, wherever it is, is found where it is, or where it must show."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.verify.verify import verify
from tests.kit import World
from tests.verify.memory import asked, bundle_of, failing, tiles_of


def five() -> World:
    world = World()
    world.found()
    for i in range(1, 5):
        world.note(f"Note {i}.")
    return world


WORLD = five()
BUNDLE = WORLD.bundle_files()
TILES = WORLD.files()
ENTRIES = "entries/000.p/5"


def changed(files: dict[str, bytes], name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert files[name].count(old) == 1
    return files | {name: files[name].replace(old, new)}


def test_a_changed_text_is_found_at_its_entry_where_hashes_lie_beside() -> None:
    report = verify(tiles_of(changed(TILES, f"tile/{ENTRIES}", b"Note 2", b"Mote 2")), asked(WORLD))
    assert (report.words, report.index) == ("BROKEN_AT 2", 2)
    assert (2, "it does not have the hash that is kept beside it") in failing(report)[3]
    assert [where for where, _ in failing(report)[2]] == [3]
    assert [where for where, _ in failing(report)[7]] == [2]


def test_a_changed_text_is_found_at_the_next_entry_where_no_hashes_lie_beside() -> None:
    report = verify(bundle_of(changed(BUNDLE, ENTRIES, b"Note 2", b"Mote 2")), asked(WORLD))
    assert report.words == "BROKEN_AT 3"
    assert failing(report)[2] == [(3, "its prev is not the hash of entry 2")]


def test_a_changed_last_entry_that_nothing_places_is_found_at_0() -> None:
    report = verify(bundle_of(changed(BUNDLE, ENTRIES, b"Note 4", b"Mote 4")), asked(WORLD))
    assert report.words == "BROKEN_AT 0"


def test_a_changed_last_entry_is_placed_by_the_largest_earlier_head_that_the_entries_extend() -> None:
    files = changed(BUNDLE, ENTRIES, b"Note 4", b"Mote 4")
    earlier = [WORLD.checkpoint(2), WORLD.checkpoint(4), WORLD.checkpoint(5)]
    report = verify(bundle_of(files), asked(WORLD, earlier=earlier))
    assert report.words == "BROKEN_AT 4"
    assert [why for _, why in failing(report)[6]] == ["earlier 2: the first 5 entries had another root"]


def test_a_changed_byte_that_breaks_the_form_is_malformed_there() -> None:
    report = verify(bundle_of(changed(BUNDLE, ENTRIES, b'"Note 2', b"'Note 2")), asked(WORLD))
    assert (report.words, report.index) == ("MALFORMED", 2)


def test_a_changed_published_hash_is_found_at_the_entry_under_it() -> None:
    tile = bytearray(TILES["tile/0/000.p/5"])
    tile[3 * 32] ^= 1
    report = verify(tiles_of(TILES | {"tile/0/000.p/5": bytes(tile)}), asked(WORLD))
    assert report.words == "BROKEN_AT 3"
    assert list(failing(report)) == [3]


def test_a_changed_root_in_the_checkpoint_is_no_longer_signed() -> None:
    other = World(now="2025-02-01T00:00:00.000000Z")
    other.found()
    note = WORLD.checkpoint(4).encode()
    text, signature = BUNDLE["checkpoint"].split(b"\n\n")
    forged = text.replace(text.split(b"\n")[2], note.split(b"\n")[2]) + b"\n\n" + signature
    report = verify(bundle_of(BUNDLE | {"checkpoint": forged}), asked(WORLD))
    assert set(failing(report)) == {3, 4}
    assert report.words == "BROKEN_AT 0"


def test_a_checkpoint_by_another_key_is_a_bad_signature() -> None:
    other = five()
    other.log_key = "another"
    files = BUNDLE | {"checkpoint": other.checkpoint().encode()}
    report = verify(bundle_of(files), asked(WORLD))
    assert report.words == "BAD_SIGNATURE"
    assert list(failing(report)) == [4]


def test_a_log_refounded_under_another_key_is_broken_at_its_founding() -> None:
    other = World(log_key="another")
    other.found()
    report = verify(bundle_of(other.bundle_files()), asked(WORLD))
    assert report.words == "BROKEN_AT 0"
    assert set(failing(report)) == {2, 4}


@settings(max_examples=300)
@given(st.integers(0, len(BUNDLE[ENTRIES]) * 8 - 1))
def test_no_flipped_bit_of_the_entries_passes(bit: int) -> None:
    data = bytearray(BUNDLE[ENTRIES])
    data[bit // 8] ^= 1 << bit % 8
    report = verify(bundle_of(BUNDLE | {ENTRIES: bytes(data)}), asked(WORLD))
    assert report.exit_code == 1
    assert report.verdict in {"MALFORMED", "BROKEN_AT"}


@settings(max_examples=200)
@given(st.integers(0, len(TILES["tile/0/000.p/5"]) * 8 - 1))
def test_no_flipped_bit_of_the_hashes_passes(bit: int) -> None:
    data = bytearray(TILES["tile/0/000.p/5"])
    data[bit // 8] ^= 1 << bit % 8
    report = verify(tiles_of(TILES | {"tile/0/000.p/5": bytes(data)}), asked(WORLD))
    assert report.words == f"BROKEN_AT {bit // 256}"


@pytest.mark.parametrize("bit", range(0, len(BUNDLE["checkpoint"]) * 8, 7))
def test_no_flipped_bit_of_the_checkpoint_passes(bit: int) -> None:
    data = bytearray(BUNDLE["checkpoint"])
    data[bit // 8] ^= 1 << bit % 8
    report = verify(bundle_of(BUNDLE | {"checkpoint": bytes(data)}), asked(WORLD))
    assert report.exit_code == 1
