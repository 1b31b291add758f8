"""What opens what. Numbers are those of the must-sentences in ledger/verify/opening.py."""

import pytest

from ledger.record.act import Act, read_act
from ledger.record.disclosure import disclose, withhold
from ledger.verify.render import render
from tests.kit import GC, RSO, SECRETARY, World, salt
from tests.verify.memory import check_tiles, failing


def founded() -> World:
    world = World()
    world.found()
    return world


def test_opened_and_closed_are_counted() -> None:
    world = founded()
    world.sealed_note()
    world.sealed_note(opened=False)
    world.secret_note()
    world.secret_note(opened=False)
    world.secret_note(opened=False, class_="trust")
    report = check_tiles(world)
    assert report.words == "OK_WITH_WITHHELD"
    facts = report.facts
    assert (facts.withheld, facts.withheld_unopened) == ({"board": 2, "trust": 1}, 2)
    assert (facts.sealed, facts.sealed_unopened, facts.erased) == (2, 1, 0)


def test_unopened_sealed_fields_change_no_word() -> None:
    world = founded()
    world.sealed_note(opened=False)
    assert check_tiles(world).words == "OK"


def test_3_what_an_entry_says_was_erased_is_counted_so() -> None:
    world = founded()
    index = world.sealed_note(opened=False)
    sealed = read_act_of(world, index).event.sealed["rationale"]
    data = {"authority": "GENERAL_COUNSEL", "commitments": [sealed], "index": index, "reason": "asked to"}
    world.record("disclosure.erased", data, [GC, SECRETARY], stream=f"disclosure/{index}")
    report = check_tiles(world)
    assert (report.words, report.facts.sealed_unopened, report.facts.erased) == ("OK", 1, 1)
    world.secret_note(opened=False)
    assert check_tiles(world).facts.closed == ((index, index + 1), (index + 2, None))
    text = render(check_tiles(world))
    assert f"entry {index}: erased by entry {index + 1}" in text
    assert f"entry {index + 2}: withheld or lost" in text


def read_act_of(world: World, index: int) -> Act:
    from ledger.record.entry import read_entry

    act = read_entry(world.entries[index]).act
    assert act is not None
    return act


def test_1_a_disclosure_of_another_value_opens_nothing() -> None:
    world = founded()
    index = world.sealed_note(opened=False)
    world.opened.append((index, disclose("rationale", "another", salt("another")).text))
    report = check_tiles(world)
    assert report.words == f"BROKEN_AT {index}"
    assert failing(report) == {
        10: [(index, "the disclosure of 'rationale' opens no commitment of this entry")]
    }


def test_1_a_disclosure_opens_its_own_entry_only() -> None:
    world = founded()
    index = world.sealed_note()
    world.note()
    (_, text) = world.opened.pop()
    world.opened.append((index + 1, text))
    assert check_tiles(world).words == f"BROKEN_AT {index + 1}"


def test_1_a_disclosure_stands_under_the_commitments_name() -> None:
    world = founded()
    disclosure = disclose("motive", "because", salt("x"))
    index = world.note(sealed={"rationale": disclosure.commitment()}, class_="staff")
    world.opened.append((index, disclosure.text))
    assert failing(check_tiles(world)) == {
        10: [(index, "the disclosure of 'rationale' calls itself 'motive'")]
    }


def test_1_a_sealed_field_of_a_withheld_act_is_opened_with_it() -> None:
    world = founded()
    disclosure = disclose("rationale", "because", salt("x"))
    act = world.act(
        "note.recorded",
        {"text": "x"},
        statement="attest",
        class_="board",
        sealed={"rationale": disclosure.commitment()},
    )
    index = world.withhold(act)
    assert check_tiles(world).facts.sealed_unopened == 1
    world.opened.append((index, disclosure.text))
    assert check_tiles(world).facts.sealed_unopened == 0
    assert check_tiles(world).words == "OK"


def test_2_a_withheld_acts_class_is_its_leafs() -> None:
    world = founded()
    act = world.act("note.recorded", {"text": "x"}, statement="attest", class_="trust")
    index = world.withhold(act, "board")
    report = check_tiles(world)
    assert report.words == f"BROKEN_AT {index}"
    assert failing(report) == {10: [(index, "the withheld act's class is trust, its leaf says board")]}


def test_2_a_withheld_acts_class_is_never_public() -> None:
    world = founded()
    act = world.act("note.recorded", {"text": "x"}, statement="attest", class_="public")
    assert failing(check_tiles(withheld(world, act, "board")))[10]
    world = founded()
    act = world.act("note.recorded", {"text": "x"}, statement="attest", class_="public")
    assert check_tiles(withheld(world, act, "public")).words == "MALFORMED"


def withheld(world: World, act: bytes, class_: str) -> World:
    world.withhold(act, class_)
    return world


@pytest.mark.parametrize("value", [{}, {"act": {}}, {"act": {}, "stream_version": 1}, "act", None, 7, []])
def test_2_what_was_withheld_is_an_act(value: object) -> None:
    world = founded()
    index = world.secret_note(opened=False)
    disclosure = disclose("act", value, salt("y"))
    leaf = world.entries[index].replace(
        commitment_of(world, index).encode(), disclosure.commitment().encode()
    )
    world.entries[index] = leaf
    world.opened.append((index, disclosure.text))
    report = check_tiles(world)
    assert failing(report)[10][0][0] == index


def test_2_the_disclosure_of_a_withheld_act_is_named_act() -> None:
    world = founded()
    act = read_act(world.act("note.recorded", {"text": "x"}, statement="attest", class_="board"))
    value = withhold(act, 1, salt("z")).value
    index = world.secret_note(opened=False)
    disclosure = disclose("deed", value, salt("z"))
    world.entries[index] = world.entries[index].replace(
        commitment_of(world, index).encode(), disclosure.commitment().encode()
    )
    world.opened.append((index, disclosure.text))
    assert failing(check_tiles(world)) == {
        10: [(index, "what was withheld is no act: the disclosure of a withheld act is named 'deed'")]
    }


def commitment_of(world: World, index: int) -> str:
    from ledger.record.entry import read_entry

    found = read_entry(world.entries[index]).withheld
    assert found is not None
    return found.digest


@pytest.mark.parametrize("type_", ["key.revoked", "disclosure.erased", "log.rotated", "trust.roster_changed"])
def test_what_is_public_at_once_was_never_withheld(type_: str) -> None:
    world = founded()
    act = world.act(type_, {}, [RSO], class_="board")
    index = world.withhold(act)
    report = check_tiles(world)
    assert report.words == "NO_AUTHORITY"
    assert (index, f"{type_} was withheld; acts of this type are public at once (DOMAIN §10)") in failing(
        report
    )[8]
    world.opened.clear()
    assert check_tiles(world).words == "OK_WITH_WITHHELD"


def test_signatures_of_an_opened_withheld_act_are_checked() -> None:
    from tests.kit import NOBODY

    world = founded()
    act = world.act("note.recorded", {"text": "x"}, [NOBODY], statement="attest", class_="board")
    world.withhold(act)
    assert check_tiles(world).words == "NO_AUTHORITY"
