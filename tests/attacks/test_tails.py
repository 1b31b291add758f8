"""Tails cut off or written anew by somebody who has the log's true key: only an earlier head can tell, and it does."""

from pathlib import Path

import pytest

from ledger.record.merkle import leaf_hash
from ledger.record.tiles import join_entries
from ledger.verify.verify import verify
from tests.kit import World, edited
from tests.verify.memory import asked, bundle_of, check_bundle, check_tiles, failing


def four(*more: str) -> World:
    world = World()
    world.found()
    for i in range(1, 4):
        world.note(f"Note {i}.")
    for text in more:
        world.note(text)
    return world


def test_a_cut_tail_under_the_old_checkpoint_is_missing() -> None:
    world = four()
    files = world.bundle_files()
    files["entries/000.p/4"] = join_entries(world.entries[:2])
    report = verify(bundle_of(files), asked(world))
    assert report.words == "BROKEN_AT 2"
    assert failing(report)[2] == [(2, "entries/000.p/4 holds 2 entries, not 4")]


def test_a_shorter_tile_under_the_old_checkpoint_is_another_file() -> None:
    world = four()
    cut = World(entries=world.entries[:2]).bundle_files() | {"checkpoint": world.checkpoint().encode()}
    assert verify(bundle_of(cut), asked(world)).words == "BROKEN_AT 0"


def test_a_cut_tail_under_a_new_checkpoint_by_the_true_key_passes_alone_and_is_a_rollback_against_an_earlier_one() -> (
    None
):
    world = four()
    before = world.checkpoint()
    del world.entries[2:]
    assert check_bundle(world).words == "OK"
    report = check_bundle(world, earlier=[before])
    assert report.words == "ROLLBACK"
    assert failing(report) == {6: [(2, "earlier 0 covers 4 entries, this record only 2")]}


def test_a_rewritten_tail_by_the_true_key_is_a_fork_against_an_earlier_checkpoint() -> None:
    world = four()
    before = world.checkpoint()
    del world.entries[2:]
    world.versions.clear()
    world.note("Another second note.")
    world.note("Another third note.")
    assert check_bundle(world).words == "OK"
    assert check_bundle(world, earlier=[before]).words == "FORK"


def test_a_rewritten_and_longer_tail_is_a_fork_too() -> None:
    world = four()
    before = world.checkpoint()
    del world.entries[3:]
    world.versions.clear()
    for _ in range(5):
        world.note("Another.")
    report = check_tiles(world, earlier=[before])
    assert report.words == "FORK"
    assert list(failing(report)) == [6]


def test_a_rewritten_tail_is_a_fork_against_what_a_signer_had_seen() -> None:
    """The entry after the forged one was kept: its signer had seen the true history."""
    world = four()
    world.entries[2] = edited(world.entries[2], lambda e: e["act"]["event"]["data"].update(text="Nicer."))
    world.relink()
    report = check_bundle(world)
    assert report.words == "BAD_SIGNATURE"
    assert failing(report)[9] == [(3, "a signer had seen another history of the first 3 entries")]


def test_earlier_checkpoints_beside_the_record_are_asked_too() -> None:
    world, other = four(), four()
    other.entries = other.entries[:2]
    other.note("Another.")
    files = world.bundle_files(earlier=[2, 3])
    assert verify(bundle_of(files), asked(world)).words == "OK"
    files["earlier/3"] = other.checkpoint(3).encode()
    assert verify(bundle_of(files), asked(world)).words == "FORK"


def test_an_earlier_checkpoint_that_the_log_did_not_sign_is_a_bad_signature_and_says_nothing_of_history() -> (
    None
):
    world = four()
    forged = World(log_key="another", entries=world.entries[:1] * 9)
    report = check_bundle(world, earlier=[forged.checkpoint()])
    assert report.words == "BAD_SIGNATURE"
    assert list(failing(report)) == [4]


@pytest.mark.parametrize("size", [0, 1, 3, 4])
def test_every_true_earlier_checkpoint_is_extended(size: int) -> None:
    world = four()
    assert check_bundle(world, earlier=[world.checkpoint(size)]).words == "OK"


def test_a_database_restored_from_an_older_backup_is_a_rollback(tmp_path: Path) -> None:
    world = four()
    before = world.checkpoint()
    del world.entries[3:]
    world.write_database(tmp_path / "record.db")
    report = verify(str(tmp_path / "record.db"), asked(world, earlier=[before]))
    assert (report.words, report.index) == ("ROLLBACK", 3)


def test_another_founding_under_the_same_key_is_broken_at_0() -> None:
    world, again = four(), World(now="2025-03-01T00:00:00.000000Z")
    again.found()
    again.note()
    assert leaf_hash(again.entries[0]) != leaf_hash(world.entries[0])
    report = verify(bundle_of(again.bundle_files()), asked(world))
    assert report.words == "BROKEN_AT 0"
