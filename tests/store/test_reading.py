"""Reading: ledger/store/record.py, by the numbers of its rules, and what lies beside the record."""

import pytest

from ledger.errors import NotFound
from ledger.record.disclosure import commitment
from ledger.record.entry import Withheld
from ledger.record.merkle import EMPTY_ROOT
from ledger.store.port import Leaf, Store
from ledger.store.record import PAGE, Record
from tests.fixtures.store import NOW, Place, append_all, assert_whole, leaf

NOWHERE = (-1, 3, 10**6, 2**53, 2**63, 2**64, 10**30, -(10**30))


@pytest.fixture
def three(record: Record) -> Record:
    append_all(record, [leaf("a"), leaf("b"), leaf("c")])
    return record


def test_1_reading_goes_page_by_page(record: Record) -> None:
    total = 2 * PAGE + 3
    record.append([leaf(f"n{n}") for n in range(total)], head=0, now=NOW)
    assert [index for index, _ in record.entries()] == list(range(total))
    assert [index for index, _ in record.entries(PAGE - 1)] == list(range(PAGE - 1, total))
    for limit in (0, 1, PAGE, PAGE + 1, total + 5):
        assert [index for index, _ in record.entries(0, limit)] == list(range(min(limit, total)))
    assert_whole(record)


def test_1_a_reader_that_stops_holds_nothing_up(place: Place) -> None:
    """Appending, by this process or another, goes on while somebody reads slowly, and the reader sees it."""
    with place.open() as record, place.open() as other:
        record.append([leaf(f"n{n}") for n in range(PAGE)], head=0, now=NOW)
        reading = record.entries()
        assert next(reading)[0] == 0
        other.append([leaf("late")], head=PAGE, now=NOW)
        assert [index for index, _ in reading] == list(range(1, PAGE + 1))


@pytest.mark.parametrize("index", NOWHERE)
def test_2_an_index_that_is_nowhere_is_not_found(three: Record, index: int) -> None:
    for read in (three.entry, three.receipt, three.act):
        with pytest.raises(NotFound):
            read(index)
    with pytest.raises(NotFound):
        three.checkpoint(index + 1 if index == 3 else index)
    with pytest.raises(NotFound):
        three.add_disclosures(index, ["x"])
    with pytest.raises(NotFound):
        three.erase_disclosures(index, [commitment("x")])
    assert three.disclosures(index) == []
    assert not three.has_checkpoint(index + 1 if index == 3 else index, EMPTY_ROOT)
    assert list(three.entries(max(index, 3))) == list(three.entries(0, min(index, 0))) == []
    assert list(three.checkpoints(max(index, 3))) == []
    assert three.leaf_hashes(index, index + 1) == []


@pytest.mark.parametrize(
    "event_id", ["", "x", "a ", "\0", "a\0", "\ud800", "ä", "a" * 100_000, "' OR 1=1 --", "%s", "?"]
)
def test_2_an_id_that_is_nowhere_is_nowhere(three: Record, event_id: str) -> None:
    assert three.index_of(event_id) is None
    assert three.index_of("b") == 1


def test_a_record_meets_the_port(three: Record) -> None:
    store: Store = three  # the type checker's affair
    assert store.head().size == 3


def test_the_newest_checkpoint_and_each(three: Record) -> None:
    notes = dict(three.checkpoints())
    assert list(notes) == [1, 2, 3]
    assert three.checkpoint() == three.checkpoint(3) == notes[3]
    assert [size for size, _ in three.checkpoints(1)] == [2, 3]


def test_without_an_entry_there_is_no_checkpoint(record: Record) -> None:
    for size in (None, 0, 1):
        with pytest.raises(NotFound):
            record.checkpoint(size)


def test_a_head_is_known_when_this_log_signed_it(three: Record) -> None:
    root = three.head().root()
    assert three.has_checkpoint(3, root)
    assert three.has_checkpoint(0, EMPTY_ROOT)
    for size, other in ((2, root), (3, EMPTY_ROOT), (0, root), (4, root)):
        assert not three.has_checkpoint(size, other)


def test_within_a_batch_no_head_was_signed(record: Record) -> None:
    record.append([leaf("a"), leaf("b")], head=0, now=NOW)
    with pytest.raises(NotFound):
        record.checkpoint(1)
    assert record.receipt(0).checkpoint == record.receipt(1).checkpoint == record.checkpoint(2)


def test_disclosures_come_and_go_and_the_record_stays(three: Record) -> None:
    before = list(three.entries())
    three.add_disclosures(1, ["one", "two"])
    three.add_disclosures(1, ["two"])
    assert set(three.disclosures(1)) == {"one", "two"}
    assert three.disclosures(0) == []
    assert three.erase_disclosures(0, [commitment("one")]) == 0
    assert three.erase_disclosures(1, [commitment("one"), commitment("never there")]) == 1
    assert three.disclosures(1) == ["two"]
    assert list(three.entries()) == before
    assert_whole(three)


def test_port_6_erasing_a_withheld_act_leaves_its_leaf(record: Record) -> None:
    secret = Leaf(
        "w", "pause/heron-4", 1, "pause.ordered", b'{"s":1}', Withheld("board", commitment("d")), ("d", "e")
    )
    record.append([leaf("a"), secret], head=0, now=NOW)
    record.add_disclosures(1, ["f"])
    assert record.erase_disclosures(1, [commitment("e")]) == 1
    assert record.act(1) == b'{"s":1}'
    assert record.erase_disclosures(1, [commitment("d")]) == 1
    assert record.act(1) is None
    assert record.disclosures(1) == ["f"]
    assert record.index_of("w") == 1
    assert_whole(record)


def test_tables_beside_the_record_are_written_in_one_transaction(record: Record) -> None:
    """What the docket needs: its own table, all or nothing, with ? for a value on every database."""
    with record.transaction() as c:
        c.execute("CREATE TABLE drafts (id TEXT PRIMARY KEY, body TEXT)")
    with record.transaction() as c:
        c.execute("INSERT INTO drafts VALUES (?, ?)", ("a", "100 % of ?"))
    with pytest.raises(ZeroDivisionError), record.transaction() as c:  # noqa: PT012  (the block is what is undone)
        c.execute("INSERT INTO drafts VALUES (?, ?)", ("b", "…"))
        raise ZeroDivisionError
    with record.transaction() as c:
        c.execute("SELECT id, body FROM drafts WHERE id >= ?", ("a",))
        assert [tuple(row) for row in c.fetchall()] == [("a", "100 % of ?")]


def test_closing_twice_is_allowed_and_using_a_closed_store_is_said(place: Place) -> None:
    from tests.fixtures.store import unavailable

    record = place.open()
    record.close()
    record.close()
    assert "closed" in unavailable(record.head).what
    assert "closed" in unavailable(lambda: record.append([leaf("a")], head=0, now=NOW)).what
