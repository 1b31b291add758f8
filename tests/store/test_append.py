"""Appending: ledger/store/port.py, checks.py and chain.py, by the numbers of their rules."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys.check import ed25519
from ledger.errors import AlreadyRecorded, Conflict, IdReused, Malformed, StoreUnavailable
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.disclosure import commitment
from ledger.record.entry import MAX_ENTRY_BYTES, Withheld
from ledger.record.merkle import leaf_hash
from ledger.store.application import FAILPOINTS
from ledger.store.port import EMPTY, Leaf
from ledger.store.record import Record
from tests.fixtures.store import NOW, LogKey, Place, append_all, assert_whole, leaf, unavailable


def withheld(name: str, stream: str = "determination/heron-4/CBRN-3") -> Leaf:
    text = f"disclosure-of-{name}"
    return Leaf(
        name, stream, 1, "determination.made", b'{"secret":1}', Withheld("board", commitment(text)), (text,)
    )


def test_a_receipt_names_the_place_the_hash_and_a_checkpoint_signed_over_it(record: Record) -> None:
    assert record.head() == EMPTY
    [first] = record.append([leaf("a")], head=0, now=NOW)
    assert (first.index, first.event_id, first.recorded_at) == (0, "a", NOW)
    assert first.leaf_hash == leaf_hash(record.entry(0))
    signed = SignedCheckpoint.parse(first.checkpoint)
    assert signed.holds(LogKey().vkey, ed25519)
    assert (signed.checkpoint.size, signed.checkpoint.root) == (1, record.head().root())
    assert record.receipt(0) == first


def test_an_entry_holds_the_act_as_signed(record: Record) -> None:
    act = '{"z":"§3 – agreed","event":{ }}'.encode()
    record.append([leaf("a", version=7, act=act)], head=0, now=NOW)
    assert record.entry(0) == (
        b'{"act":' + act + b',"index":0,"prev":"' + b"0" * 64 + b'","recorded_at":"' + NOW.encode()
        + b'","stream_version":7,"v":1}'
    )  # fmt: skip
    assert record.act(0) == act


def test_chain_1_entries_are_dense_and_linked(record: Record) -> None:
    append_all(record, [leaf(f"s{n}") for n in range(5)])
    record.append([leaf(f"b{n}") for n in range(6)], head=5, now=NOW)
    append_all(record, [leaf("last")])
    assert len(assert_whole(record)) == 12
    assert [size for size, _ in record.checkpoints()] == [1, 2, 3, 4, 5, 11, 12]


def test_chain_2_and_port_4_a_clock_that_goes_back_does_not_take_the_record_with_it(record: Record) -> None:
    early, late = "2025-03-20T15:00:00.000000Z", "2025-03-20T17:00:00.000000Z"
    times = [
        record.append([leaf(t + str(n))], head=n, now=t)[0].recorded_at
        for n, t in enumerate((NOW, early, late))
    ]
    assert times == [NOW, NOW, late]
    receipts = record.append([leaf("x"), leaf("y")], head=3, now=early)
    assert {r.recorded_at for r in receipts} == {late} == {json.loads(record.entry(4))["recorded_at"]}


def test_chain_3_a_withheld_leaf_shows_its_class_and_commitment_only(record: Record) -> None:
    secret = withheld("w")
    record.append([leaf("a"), secret, leaf("b")], head=0, now=NOW)
    shown = json.loads(record.entry(1))
    assert shown["withheld"] == {"class": "board", "digest": commitment("disclosure-of-w")}
    assert set(shown) == {"index", "prev", "recorded_at", "v", "withheld"}
    assert record.act(1) == b'{"secret":1}'
    assert record.disclosures(1) == ["disclosure-of-w"]
    assert record.receipt(1).recorded_at == NOW
    assert_whole(record)


def test_port_1_an_append_is_all_or_nothing(record: Record) -> None:
    too_large = leaf("big", act=b'"' + b"x" * MAX_ENTRY_BYTES + b'"')
    with pytest.raises(Malformed, match=r"65,?535"):
        record.append([withheld("w"), leaf("a"), too_large], head=0, now=NOW)
    assert record.head() == EMPTY
    assert not [*record.entries(), *record.checkpoints(), *record.disclosures(0)]
    assert record.index_of("a") is None
    assert len(record.append([leaf("a")], head=0, now=NOW)) == 1


def test_port_2_a_moved_head_is_a_conflict(record: Record) -> None:
    append_all(record, [leaf("a"), leaf("b")])
    for judged in (0, 1, 3):
        with pytest.raises(Conflict) as moved:
            record.append([leaf("c")], head=judged, now=NOW)
        assert moved.value.head == 2
    assert record.head().size == 2


def test_checks_1_a_repeated_act_gets_its_first_answer_against_any_head(record: Record) -> None:
    receipts = append_all(record, [leaf("a"), leaf("b"), withheld("w")])
    for judged in (0, 3, 99):
        for index, repeated in enumerate((leaf("a"), leaf("b"), withheld("w"))):
            with pytest.raises(AlreadyRecorded) as known:
                record.append([leaf("new"), repeated], head=judged, now="2026-01-01T00:00:00.000000Z")
            assert known.value.index == index
            assert record.receipt(index) == receipts[index]
    assert record.index_of("new") is None
    assert_whole(record)


def test_an_id_with_another_act_is_refused(record: Record) -> None:
    append_all(record, [leaf("a"), withheld("w")])
    for judged in (0, 2):
        for index, other in enumerate((leaf("a", act=b"{}"), replace(withheld("w"), act=b"{}"))):
            with pytest.raises(IdReused) as reused:
                record.append([other], head=judged, now=NOW)
            assert (reused.value.event_id, reused.value.index) == (other.event_id, index)


def test_an_erased_act_keeps_its_id(record: Record) -> None:
    append_all(record, [withheld("w")])
    assert record.erase_disclosures(0, [commitment("disclosure-of-w")]) == 1
    with pytest.raises(IdReused):
        record.append([withheld("w")], head=1, now=NOW)


def test_an_id_twice_in_one_batch_is_refused(record: Record) -> None:
    with pytest.raises(IdReused) as twice:
        record.append([leaf("a"), leaf("b"), leaf("a", version=2)], head=0, now=NOW)
    assert twice.value.index == 0
    assert record.head().size == 0


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("hidden", [(False, False), (False, True), (True, False), (True, True)])
def test_a_stream_has_each_version_once(record: Record, hidden: tuple[bool, bool], first: bool) -> None:
    """The register should never let it come to this; the store does not rely on it. In one commit and in two."""
    one, two = (
        replace(withheld(name, "note/x") if hide else leaf("x"), event_id=name, stream="note/x")
        for name, hide in zip("ab", hidden, strict=True)
    )
    if first:
        record.append([one], head=0, now=NOW)
    unavailable(lambda: record.append([two] if first else [one, two], head=int(first), now=NOW))
    assert record.head().size == int(first)
    assert_whole(record)


def test_nothing_to_append_is_no_commit(record: Record) -> None:
    assert record.append([], head=0, now=NOW) == []
    assert list(record.checkpoints()) == []


TAMPERING = {
    "the last entry is gone": "DELETE FROM entries WHERE seq = 4",
    "an entry that no head counts": "INSERT INTO entries SELECT 5, 'z', 'z', 1, 't', 2, entry, leaf FROM entries "
    "WHERE seq = 4",
    "the last entry's hash is another": "UPDATE entries SET leaf = (SELECT leaf FROM entries WHERE seq = 1) "
    "WHERE seq = 4",
    "the last checkpoint is gone": "DELETE FROM checkpoints WHERE size = 4",
    "the last checkpoint has another root": "UPDATE checkpoints SET root = (SELECT last FROM head) WHERE size = 4",
    "the head is behind": "UPDATE head SET size = 3",
    "the head's tree is another": "UPDATE head SET peaks = last",
    "the head is gone": "DELETE FROM head",
    "the head's tree is none": "UPDATE head SET peaks = substr(peaks, 1, 0)",
}  # fmt: skip


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING.keys())
def test_port_5_and_checks_2_a_head_that_contradicts_itself_is_not_built_upon(
    place: Place, statement: str
) -> None:
    with place.open() as record:
        append_all(record, [leaf("a"), leaf("b"), leaf("c"), leaf("d")])
    place.unbelt()
    size = 3 if "size = 3" in statement else 4
    place.execute(statement)
    with place.open() as record:
        assert (
            "contradicts itself" in unavailable(lambda: record.append([leaf("e")], head=size, now=NOW)).what
        )
        assert record.index_of("e") is None


def test_record_3_without_the_log_key_all_can_be_read_and_nothing_appended(place: Place) -> None:
    with place.open() as record:
        append_all(record, [leaf("a")])
    with place.read() as reader:
        assert_whole(reader)
        assert "log key" in unavailable(lambda: reader.append([leaf("b")], head=1, now=NOW)).what
        assert reader.head().size == 1


def test_another_ledgers_key_is_refused(place: Place) -> None:
    with pytest.raises(StoreUnavailable, match=r"other\.example"):
        place.open(LogKey("other.example/log"))


@pytest.mark.timeout(60)
def test_large_values_arrive(record: Record) -> None:
    """psycopg hangs when a pipeline is given more than the socket holds; SQLite spills its cache."""
    acts = [leaf(f"act-{n}", act=b'"' + b"x" * 65_000 + b'"') for n in range(7)]
    record.append(acts, head=0, now=NOW)
    texts = tuple(f"{n}" + "d" * 3_000_000 for n in range(3))
    record.append([replace(leaf("texts"), disclosures=texts)], head=7, now=NOW)
    many = [replace(leaf(f"many-{n}"), disclosures=(f"{n}" + "d" * 1000,)) for n in range(3000)]
    record.append(many, head=8, now=NOW)
    assert set(record.disclosures(7)) == set(texts)
    assert len(assert_whole(record)) == 3008


class Stop(Exception):
    """What a failpoint raises here: anything that can go wrong between BEGIN and COMMIT."""


@pytest.mark.parametrize("point", FAILPOINTS)
def test_port_3_no_checkpoint_leaves_before_commit_and_nothing_stays_without_it(
    place: Place, point: str
) -> None:
    def stop(at: str) -> None:
        if at == point and armed:
            raise Stop

    armed = False
    with place.open(failpoint=stop) as record:
        append_all(record, [leaf("a")])
        armed = True
        with pytest.raises(Stop):
            record.append([withheld("w"), leaf("b")], head=1, now=NOW)
        armed = False
        size = 3 if point == "committed" else 1
        assert len(assert_whole(record)) == size
        assert [n for n, _ in record.checkpoints()] == [1, 3][: 1 + (size == 3)]
        assert record.disclosures(1) == ["disclosure-of-w"][: size == 3]
        append_all(record, [leaf("c")])
        assert_whole(record)


WORDS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=200)
ACTS = st.binary(max_size=400)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batch=st.lists(
        st.tuples(WORDS, ACTS, st.booleans(), st.lists(WORDS, unique=True, max_size=2)),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_is_appended_is_read_back(
    record: Record, batch: list[tuple[str, bytes, bool, list[str]]]
) -> None:
    size = record.head().size
    leaves = []
    for n, (stream, act, hide, words) in enumerate(batch, size):
        texts = [f"{n}:{word}" for word in words]
        sealed = Withheld("board", commitment(texts[0])) if hide and texts else None
        leaves.append(Leaf(f"id-{n}", stream, n, "t", act, sealed, tuple(texts)))
    receipts = record.append(leaves, head=size, now=NOW)
    for index, (receipt, one) in enumerate(zip(receipts, leaves, strict=True), size):
        assert record.receipt(index) == receipt
        assert record.index_of(one.event_id) == index
        assert record.act(index) == one.act
        assert sorted(record.disclosures(index)) == sorted(one.disclosures)
        assert (one.act in record.entry(index)) or one.withheld
        assert receipt.leaf_hash == leaf_hash(record.entry(index))
    assert [index for index, _ in record.entries(size)] == list(range(size, size + len(leaves)))
    assert record.has_checkpoint(size + len(leaves), record.head().root())
