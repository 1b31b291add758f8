"""What only the whole record can answer. Numbers are those of the must-sentences in ledger/verify/whole.py."""

import pytest

from ledger.record.disclosure import disclose
from ledger.verify.report import Report
from tests.kit import World, salt
from tests.verify.memory import check_tiles, failing


def founded() -> World:
    world = World()
    world.found()
    return world


def streamed(*steps: int | None) -> Report:
    """Versions of one stream in order; None is a withheld act that stays closed (of a stream that nobody knows)."""
    world = founded()
    for step in steps:
        if step is None:
            world.secret_note(opened=False)
        else:
            act = world.act("note.recorded", {"text": "x"}, statement="attest", stream="note/one")
            world.append(act, version=step)
    return check_tiles(world)


@pytest.mark.parametrize("steps", [(1, 2, 3), (1, 3), (2,), (1, 1), (2, 1), (1, 2, 2, 3)])
def test_2_versions_of_a_stream_count_up(steps: tuple[int, ...]) -> None:
    report = streamed(*steps)
    wrong = [i for i, (a, b) in enumerate(zip((0, *steps), steps, strict=False)) if b != a + 1]
    if not wrong:
        assert report.words == "OK"
    else:
        assert report.words == f"BROKEN_AT {wrong[0] + 1}"


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((1, None, 3), "OK_WITH_WITHHELD"),
        ((1, None, 2), "OK_WITH_WITHHELD"),
        ((None, 2), "OK_WITH_WITHHELD"),
        ((1, None, None, 4), "OK_WITH_WITHHELD"),
        ((1, None, 4), "BROKEN_AT 3"),
        ((None, 1, 3), "BROKEN_AT 3"),
        ((1, 3, None), "BROKEN_AT 2"),
        ((1, None, 1), "BROKEN_AT 3"),
    ],
)
def test_2_a_version_may_be_skipped_for_each_closed_entry_between(
    steps: tuple[int | None, ...], words: str
) -> None:
    assert streamed(*steps).words == words


def test_2_an_opened_withheld_act_counts_in_its_stream() -> None:
    world = founded()
    for version in (1, 2):
        act = world.act("note.recorded", {"text": "x"}, statement="attest", stream="note/one", class_="board")
        world.withhold(act, version=version)
    act = world.act("note.recorded", {"text": "x"}, statement="attest", stream="note/one")
    world.append(act, version=3)
    assert check_tiles(world).words == "OK"
    world.append(world.act("note.recorded", {"text": "x"}, statement="attest", stream="note/one"), version=5)
    assert check_tiles(world).words == "BROKEN_AT 4"


def test_4_a_commitment_stands_once() -> None:
    world = founded()
    sealed = disclose("rationale", "because", salt("once")).commitment()
    for _ in range(2):
        world.note(sealed={"rationale": sealed}, class_="staff")
    report = check_tiles(world)
    assert report.words == "BROKEN_AT 2"
    assert failing(report) == {10: [(2, f"commitment {sealed} stands in entry 1 already")]}


def test_4_a_commitment_stands_once_also_within_one_entry() -> None:
    world = founded()
    sealed = disclose("rationale", "because", salt("once")).commitment()
    world.note(sealed={"rationale": sealed, "reason": sealed}, class_="staff")
    assert check_tiles(world).words == "BROKEN_AT 1"
