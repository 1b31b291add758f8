"""Claims 4, 5 and 6. Numbers are those of the must-sentences in ledger/verify/notes.py and asked.py."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger.record.quorum import parse_quorum
from ledger.verify.asked import Asked
from ledger.verify.report import Report
from ledger.verify.verify import verify
from tests.kit import NoteKey, World, witness
from tests.verify.memory import asked, bundle_of, check_bundle, check_tiles, failing, tiles_of

W1, W2, W3 = (witness(name) for name in ("w1", "w2", "w3"))


def three(*witnesses: NoteKey) -> World:
    world = World(witnesses=witnesses)
    world.found()
    world.note()
    world.note()
    return world


def policy(world: World, rule: str = "2", log: str | None = None) -> str:
    return (
        f"log {log or world.vkey}\nwitness W1 {W1.vkey}\nwitness W2 {W2.vkey}\nwitness W3 {W3.vkey}\n"
        f"group trust {rule} W1 W2 W3\nquorum trust\n"
    )


def claim(report: Report, number: int) -> tuple[str, tuple[str, ...]]:
    (found,) = (c for c in report.claims if c.number == number)
    return found.state, found.remarks


# ---- claim 5


@pytest.mark.parametrize(
    ("witnesses", "rule", "words"),
    [
        ((W1, W2), "2", "OK"),
        ((W1, W2, W3), "all", "OK"),
        ((W3,), "any", "OK"),
        ((W1,), "2", "WITNESS_MISSING"),
        ((), "any", "WITNESS_MISSING"),
        ((W1, W2), "all", "WITNESS_MISSING"),
    ],
)
def test_claim_5_asks_for_the_quorum(witnesses: tuple[NoteKey, ...], rule: str, words: str) -> None:
    world = three(*witnesses)
    assert check_tiles(world, policy=parse_quorum(policy(world, rule))).words == words


def test_claim_5_is_not_checked_without_a_policy() -> None:
    assert claim(check_tiles(three()), 5) == ("not checked", ("no policy of witnesses was given (--policy)",))


def test_claim_5_cosignatures_over_another_checkpoint_count_for_nothing() -> None:
    world = three(W1, W2)
    note = world.checkpoint()
    other = three(W1, W2)
    other.note()
    lines = [line for line in other.checkpoint().splitlines(keepends=True) if "witness.example" in line]
    mixed = note[: note.index("— witness")] + "".join(lines)
    files = world.files() | {"checkpoint": mixed.encode()}
    report = verify(tiles_of(files), asked(world, policy=parse_quorum(policy(world))))
    assert report.words == "WITNESS_MISSING"


def test_claim_5_a_policy_for_another_log_is_not_this_logs() -> None:
    world = three(W1, W2)
    other = policy(world, log=World(origin="other.example/log").vkey)
    assert check_tiles(world, policy=parse_quorum(other)).words == "WITNESS_MISSING"


def test_asked_3_a_policy_that_came_along_is_asked_and_said_to_be_the_records_own() -> None:
    world = three(W1)
    report = verify(bundle_of(world.bundle_files(policy=policy(world))), asked(world))
    assert report.words == "WITNESS_MISSING"
    assert claim(report, 5)[1] == ("by the policy that came with the record; nothing vouches for it",)
    broken = verify(bundle_of(world.bundle_files(policy="quorum nobody\n")), asked(world))
    assert broken.words == "WITNESS_MISSING"
    mine = parse_quorum(policy(world, "any"))
    assert verify(bundle_of(world.bundle_files(policy="?")), asked(world, policy=mine)).words == "OK"


# ---- claim 4


def test_1_the_keys_name_is_the_origin() -> None:
    world = three()
    other = NoteKey("other.example/log").vkey
    report = verify(bundle_of(world.bundle_files()), Asked(vkey=other))
    assert 4 in failing(report)
    assert report.words == "BROKEN_AT 0"


def test_1_a_note_that_the_log_signed_and_somebody_else_too_is_signed() -> None:
    world = three(W1)
    assert check_tiles(world).words == "OK"


def test_asked_2_the_key_is_taken_from_beside_the_record_or_from_entry_0() -> None:
    world = three()
    beside, inside = verify(tiles_of(world.files())), verify(bundle_of(world.bundle_files()))
    for report in (beside, inside):
        assert (report.words, report.facts.vkey, report.facts.anchored) == ("OK", world.vkey, False)
        assert "NOTHING OUTSIDE" in report.notes[0]
    headless = three()
    headless.entries[0] = b"{}"
    headless.relink(1)
    report = verify(bundle_of(headless.bundle_files()))
    assert (4, [(None, "there is no log key to check it with")]) in failing(report).items()


# ---- claim 6


def test_2_rollback_and_fork() -> None:
    world, longer, other = three(), three(), three()
    longer.note()
    del other.entries[2]
    other.note("Another.")
    assert check_bundle(world, earlier=[longer.checkpoint()]).words == "ROLLBACK"
    assert check_bundle(world, earlier=[other.checkpoint()]).words == "FORK"
    both = check_bundle(world, earlier=[other.checkpoint(), longer.checkpoint()])
    assert both.words == "ROLLBACK"
    assert len(failing(both)[6]) == 2


NOW = datetime(2025, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(("days", "words"), [(4, "OK"), (3, "STALE"), (5, "OK")])
def test_3_the_last_entry_says_how_old_it_is_where_no_witness_does(days: int, words: str) -> None:
    world = three()  # of the morning of 6 January
    report = check_bundle(world, max_age=timedelta(days=days), now=NOW)
    assert report.words == words
    if words == "STALE":
        assert failing(report)[6] == [(None, f"the last entry is of {world.now}")]


def test_3_a_cosignature_says_how_old_it_is() -> None:
    world = three()
    world.witnesses, last = (W1,), world.now
    world.now = "2025-01-09T00:00:00.000000Z"
    files = world.bundle_files()
    mine = parse_quorum(policy(world, "any"))
    options = asked(world, policy=mine, max_age=timedelta(days=2), now=NOW)
    assert verify(bundle_of(files), options).words == "OK"
    world.now, world.witnesses = last, ()
    assert verify(bundle_of(world.bundle_files()), options).words == "WITNESS_MISSING"


def test_3_nothing_is_stale_where_nobody_asked() -> None:
    assert check_bundle(three(), now=datetime(2099, 1, 1, tzinfo=UTC)).words == "OK"


def test_an_empty_record_holds_vacuously() -> None:
    world = World()
    report = verify(bundle_of({"checkpoint": world.checkpoint().encode(), "manifest.json": b"{}"}))
    assert 4 in failing(report)
    report = verify(bundle_of({"checkpoint": world.checkpoint().encode()}), Asked(vkey=world.log.vkey))
    assert report.words == "OK"
    assert check_stale_of_nothing(world) == "STALE"
    founded = three()
    report = verify(bundle_of({"checkpoint": world.checkpoint().encode()}), asked(founded))
    assert report.words == "BROKEN_AT 0"


def check_stale_of_nothing(world: World) -> str:
    options = Asked(vkey=world.log.vkey, max_age=timedelta(days=1), now=NOW)
    return verify(bundle_of({"checkpoint": world.checkpoint().encode()}), options).words
