"""The log's key put in place of another, by those who may and by those who may not (RECORD §5, ADR 0012)."""

from typing import Any

from ledger.record.note import Vkey
from ledger.verify.asked import Asked
from ledger.verify.report import Report
from ledger.verify.verify import verify
from tests.kit import CEO, LOG, RSO, SECRETARY, NoteKey, Person, World, founding
from tests.verify.memory import asked, bundle_of, failing, tiles_of

OLD = NoteKey(World().origin).vkey
NEW = NoteKey(World().origin, key_name="log 2").vkey


def rotated(notes: int = 4, overlap: int = 2, **options: Any) -> World:
    """Entry 2 rotates the key: the old one signs up to 3 + overlap entries."""
    world = World()
    world.found()
    world.note("Before.")
    world.rotate("log 2", overlap=overlap, **options)
    for i in range(notes):
        world.note(f"After {i}.")
    return world


def check_with(world: World, vkey: Vkey, signed_by: str, **more: Any) -> Report:
    """Verify the world, its checkpoint signed by the key of that name, with a reader's key."""
    world.log_key = signed_by
    request = asked(world, **more)
    return verify(tiles_of(world.files()), Asked(vkey, request.founding, request.earlier))


def test_a_planned_rotation_verifies_with_the_old_key_and_with_the_new_one() -> None:
    world = rotated()
    for vkey in (OLD, NEW):
        report = check_with(world, vkey, "log 2")
        assert (report.words, failing(report)) == ("OK", {})
    assert "entry 2 put in the place" in check_with(world, OLD, "log 2").claims[3].remarks[0]


def test_the_old_key_signs_in_the_overlap_for_those_who_hold_it() -> None:
    assert check_with(rotated(notes=2), OLD, "log").words == "OK"


def test_the_new_key_signs_from_the_rotations_own_entry_on_and_nothing_before() -> None:
    assert check_with(rotated(notes=0), NEW, "log 2").words == "OK"
    world = rotated()
    world.log_key = "log 2"
    early = world.checkpoint(2)
    report = check_with(world, NEW, "log 2", earlier=[early])
    assert failing(report) == {4: [(None, "earlier 0: the log's key did not sign it")]}


def test_earlier_checkpoints_of_the_old_key_hold_for_the_sizes_that_it_signed() -> None:
    world = rotated()
    before, late = world.checkpoint(2), world.checkpoint(6)
    for vkey in (OLD, NEW):
        assert check_with(world, vkey, "log 2", earlier=[before]).words == "OK"
        report = check_with(world, vkey, "log 2", earlier=[before, late])
        assert failing(report) == {4: [(None, "earlier 1: the log's key did not sign it")]}


def test_a_checkpoint_by_the_retired_key_after_the_overlap_is_a_bad_signature() -> None:
    report = check_with(rotated(notes=3), OLD, "log")
    why = "the key that signed it was retired: it signs nothing of more than 5 entries"
    assert (report.words, failing(report)) == ("BAD_SIGNATURE", {4: [(None, why)]})


def test_a_rotation_that_the_old_key_did_not_sign_puts_no_key_in_force() -> None:
    world = rotated(statement="")
    report = check_with(world, OLD, "log 2")
    assert failing(report)[4] == [(None, f"the key of {world.origin} did not sign it")]
    assert failing(report)[8] == [(2, "A-ROTATE: the log's key in force did not attest the rotation")]
    assert check_with(world, OLD, "log").words == "NO_AUTHORITY"


def test_a_rotation_whose_old_signature_is_forged_puts_no_key_in_force() -> None:
    forged = Person("svc-log", "SERVICE", "log 2")
    report = check_with(rotated(log=forged), OLD, "log 2")
    assert {4, 8} <= failing(report).keys()


def test_a_rotation_without_its_authority_puts_no_key_in_force() -> None:
    """Whoever stole the log's key alone cannot hand the log on to a key of theirs."""
    for by in ([RSO], [SECRETARY], [CEO]):
        report = check_with(rotated(by=by), OLD, "log 2")
        assert (report.words, set(failing(report))) == ("BAD_SIGNATURE", {4, 8})
        assert check_with(rotated(by=by), OLD, "log").words == "NO_AUTHORITY"


def test_a_fork_by_the_stolen_old_key_fails_for_who_holds_the_new_one() -> None:
    world = rotated()
    world.log_key = "log 2"
    after = world.checkpoint()
    fork = World(entries=world.entries[:2], versions={}, made=100, now=world.now)
    fork.note("Another history.")
    assert check_with(fork, OLD, "log").words == "OK"
    assert set(failing(check_with(fork, NEW, "log"))) == {2, 4}
    assert check_with(fork, OLD, "log", earlier=[world_checkpoint(world, "log", 4)]).words == "ROLLBACK"
    report = check_with(fork, OLD, "log", earlier=[after])
    assert failing(report) == {4: [(None, "earlier 0: the log's key did not sign it")]}


def test_a_fork_by_the_stolen_old_key_in_the_overlap_is_a_fork_against_an_earlier_checkpoint() -> None:
    world = rotated()
    after = world_checkpoint(world, "log 2", 5)
    fork = World(entries=world.entries[:3], made=100, now=world.now)
    fork.note("Another history.")
    fork.note("And on.")
    assert check_with(fork, OLD, "log", earlier=[after]).words == "FORK"
    assert check_with(fork, NEW, "log", earlier=[after]).words == "BAD_SIGNATURE"


def test_a_record_of_another_key_that_rotates_to_the_true_one_does_not_borrow_its_name() -> None:
    """The proof that the true key is held is public: anybody can put it into a record of their own."""
    world = World(log_key="mallory")
    world.found()
    world.rotate("log 2", overlap=1000)
    report = check_with(world, NEW, "mallory")
    assert report.words == "BAD_SIGNATURE"
    assert failing(report) == {4: [(None, f"the key of {world.origin} did not sign it")]}


def test_the_retired_key_signs_nothing_more_for_svc_log() -> None:
    world = rotated()
    world.rotate("log 3", overlap=0, log=LOG)
    report = check_with(world, OLD, "log 2")
    assert {where for where, _ in failing(report)[8]} == {7}


def test_three_keys_in_a_row_lead_on_from_the_first() -> None:
    world = rotated(notes=0)
    world.log_key = "log 2"
    world.rotate("log 3", overlap=0)
    world.note()
    assert check_with(world, OLD, "log 3").words == "OK"
    assert check_with(world, NEW, "log 2").words == "BAD_SIGNATURE"


def test_a_bad_line_of_a_key_in_force_voids_the_checkpoint() -> None:
    world = rotated(notes=1)
    world.log_key = "log"
    line = world.checkpoint(2).splitlines()[-1]
    world.log_key = "log 2"
    files = world.files()
    files["checkpoint"] += f"{line}\n".encode()
    request = asked(world)
    assert verify(tiles_of(files), Asked(OLD, request.founding)).words == "BAD_SIGNATURE"


def test_a_selective_bundle_is_vouched_for_by_its_own_key_only() -> None:
    world = rotated()
    world.log_key = "log 2"
    before = world_checkpoint(world, "log", 2)
    world.log_key = "log 2"
    files = world.chosen_files(0, 2, 3) | {"earlier/2": before.encode()}
    assert failing(verify(bundle_of(files), asked(world))) == {}
    world.log_key = "log"
    assert set(failing(verify(bundle_of(files), asked(world)))) == {4}


def test_the_authority_that_the_founding_names_is_asked() -> None:
    world = World()
    world.found(founding(world.origin, world.log.vkey) | {"rotation": ["LTBT"]})
    world.rotate("log 2")
    assert check_with(world, OLD, "log").words == "NO_AUTHORITY"


def world_checkpoint(world: World, key: str, size: int) -> str:
    world.log_key = key
    return world.checkpoint(size)
