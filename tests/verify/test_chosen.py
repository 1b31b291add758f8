"""Selective bundles. Numbers are those of the must-sentences in ledger/verify/chosen.py."""

import pytest

from ledger.record.proof import Proof
from ledger.verify.report import Report
from ledger.verify.verify import verify
from tests.kit import RSO, Person, World
from tests.verify.memory import asked, bundle_of, failing


def seven() -> World:
    world = World()
    world.found()
    world.note("Note 1.")
    world.register(Person("p-rso", "RSO", "new"))
    world.sealed_note()
    world.secret_note()
    world.note("Note 5.", by=Person("p-rso", "RSO", "new"))
    world.note("Note 6.")
    return world


WORLD = seven()
FILES = WORLD.chosen_files(0, 2, 3, 4, 5)


def check(files: dict[str, bytes], **more: object) -> Report:
    return verify(bundle_of(files), asked(WORLD, **more))


def state(report: Report, claim: int) -> str:
    (found,) = (c.state for c in report.claims if c.number == claim)
    return found


def test_chosen_entries_verify_and_say_what_they_do_not_show() -> None:
    report = check(FILES)
    assert (report.words, report.facts.entries, report.facts.size, report.facts.chosen) == ("OK", 5, 7, True)
    assert {c: state(report, c) for c in range(1, 13)} == {
        1: "held",
        2: "in part",
        3: "held",
        4: "held",
        5: "not checked",
        6: "in part",
        7: "held",
        8: "not checked",
        9: "not checked",
        10: "held",
        11: "not checked",
        12: "not checked",
    }
    assert any("chosen entries" in note for note in report.notes)


def test_without_its_disclosure_a_withheld_act_is_not_read() -> None:
    files = {name: data for name, data in FILES.items() if name != "disclosures.jsonl"}
    assert check(files).words == "OK_WITH_WITHHELD"


def test_1_a_changed_leaf_does_not_lead_to_the_root() -> None:
    leaf = FILES["leaves/5.json"].replace(b"Note 5", b"Mote 5")
    report = check(FILES | {"leaves/5.json": leaf})
    assert report.words == "BROKEN_AT 5"
    assert set(failing(report)) == {3, 7}


def test_1_a_leaf_under_another_index() -> None:
    moved = {"leaves/1.json": FILES["leaves/5.json"], "leaves/1.tlog-proof": FILES["leaves/5.tlog-proof"]}
    report = check(FILES | moved)
    assert report.words == "BROKEN_AT 1"
    assert {2, 3} <= set(failing(report))


def test_1_a_proof_against_another_checkpoint() -> None:
    other = seven()
    other.note()
    report = check(FILES | {"leaves/5.tlog-proof": other.chosen_files(5)["leaves/5.tlog-proof"]})
    assert report.words == "BROKEN_AT 5"
    assert failing(report) == {3: [(5, "its proof is for another entry or another checkpoint")]}


@pytest.mark.parametrize("proof", [None, b"", b"c2sp.org/tlog-proof@v1\n", b"\xff" * 40])
def test_1_a_proof_that_is_none(proof: bytes | None) -> None:
    files = dict(FILES)
    del files["leaves/5.tlog-proof"]
    report = check(files | ({} if proof is None else {"leaves/5.tlog-proof": proof}))
    assert report.words == "BROKEN_AT 5"


def test_1_a_proof_with_a_hash_too_many() -> None:
    true = Proof.parse(FILES["leaves/5.tlog-proof"])
    longer = Proof(true.index, (*true.hashes, bytes(32)), true.checkpoint)
    report = check(FILES | {"leaves/5.tlog-proof": str(longer).encode()})
    assert failing(report) == {3: [(5, "its proof does not lead to the checkpoint's root")]}


def test_1_a_proof_whose_own_checkpoint_is_not_signed() -> None:
    other = seven()
    other.log_key = "another"
    report = check(FILES | {"leaves/5.tlog-proof": other.chosen_files(5)["leaves/5.tlog-proof"]})
    assert (report.words, report.index) == ("BAD_SIGNATURE", 5)


def test_2_signatures_are_checked_with_the_keys_at_hand() -> None:
    report = check(WORLD.chosen_files(0, 5))
    assert state(report, 7) == "in part"
    (remarks,) = (c.remarks for c in report.claims if c.number == 7)
    assert "1 signatures are by keys that no entry here registers" in remarks
    forged = seven()
    event = forged.event("note.recorded", {"text": "x"})
    from ledger.record.act import make_act

    forged.append(make_act(event, [forged.signature(event, RSO, "attest", ledger="other.example/log")]).raw)
    report = verify(bundle_of(forged.chosen_files(0, 7)), asked(forged))
    assert (report.words, report.index) == ("BAD_SIGNATURE", 7)


def test_the_founding_is_compared_where_it_is_there() -> None:
    other = seven()
    other.now = "2026-01-01T00:00:00.000000Z"
    again = World(now="2025-02-01T00:00:00.000000Z")
    again.found()
    report = verify(bundle_of(again.chosen_files(0)), asked(WORLD))
    assert report.words == "BROKEN_AT 0"
    assert check(WORLD.chosen_files(1)).facts.pinned is False


def test_malformed_and_oversized_leaves() -> None:
    report = check(FILES | {"leaves/5.json": b"{}"})
    assert (report.words, report.index) == ("MALFORMED", 5)
    report = check(FILES | {"leaves/5.json": b" " * 70_000})
    assert (report.words, report.index) == ("MALFORMED", 5)


@pytest.mark.parametrize("name", ["007", "-1", "1e3", "9" * 20, "٣"])
def test_leaves_under_odd_names_are_not_read(name: str) -> None:
    report = check(FILES | {f"leaves/{name}.json": b"{}"})
    assert (report.words, report.facts.entries) == ("OK", 5)


def test_a_checkpoint_that_is_missing_or_by_another_key() -> None:
    files = {name: data for name, data in FILES.items() if name != "checkpoint"}
    assert check(files).words == "BAD_SIGNATURE"
    other = seven()
    other.log_key = "another"
    assert check(FILES | {"checkpoint": other.checkpoint().encode()}).words == "BAD_SIGNATURE"


def test_earlier_heads_of_the_same_size_or_more() -> None:
    longer, other = seven(), seven()
    longer.note()
    other.entries[6] = other.entries[5]
    assert check(FILES, earlier=[WORLD.checkpoint(), WORLD.checkpoint(3)]).words == "OK"
    assert check(FILES, earlier=[longer.checkpoint()]).words == "ROLLBACK"
    assert check(FILES, earlier=[other.checkpoint()]).words == "FORK"


def test_a_disclosure_of_an_entry_that_is_not_here() -> None:
    lines = WORLD.bundle_files()["disclosures.jsonl"]
    report = check(WORLD.chosen_files(0, 3) | {"disclosures.jsonl": lines})
    assert report.words == "BROKEN_AT 4"


def test_the_same_event_twice_among_the_chosen() -> None:
    world = seven()
    act = world.act("note.recorded", {"text": "Twice."}, statement="attest")
    world.append(act)
    world.append(act)
    report = verify(bundle_of(world.chosen_files(0, 7, 8)), asked(world))
    assert report.words == "BROKEN_AT 8"
