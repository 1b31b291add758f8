"""ledger.record.entry: the leaf that the log keeps."""

from collections.abc import Callable
from typing import Any

import pytest

from ledger.errors import Malformed
from ledger.record.act import make_act
from ledger.record.canonical import decode, encode
from ledger.record.entry import MAX_ENTRY_BYTES, NO_PREV, read_entry, splice, splice_withheld
from tests.record.test_act import CEO, RSO, deep
from tests.record.test_event import COMMITMENT, LIVE

NOW = "2025-03-20T16:02:00.000000Z"
PREV = bytes(range(32))
ACT = make_act(LIVE, [RSO, CEO])


def clear(act: bytes = ACT.raw, index: int = 41) -> bytes:
    return splice(act, index=index, prev=PREV, recorded_at=NOW, stream_version=3)


def withheld(class_: str = "board") -> bytes:
    return splice_withheld(class_, COMMITMENT, index=42, prev=PREV, recorded_at=NOW)


def refused(raw: bytes, edit: Callable[[Any], None]) -> Malformed:
    value = decode(raw)
    edit(value)
    with pytest.raises(Malformed) as caught:
        read_entry(encode(value))
    return caught.value


def padded(size: int) -> bytes:
    """An act that makes an entry of exactly `size` bytes."""
    empty = len(clear(make_act({**LIVE, "data": {"text": ""}}, [RSO]).raw))
    return make_act({**LIVE, "data": {"text": "x" * (size - empty)}}, [RSO]).raw


def test_the_act_stands_in_the_entry_as_it_was_signed() -> None:
    """Must 2."""
    raw = clear()
    assert ACT.raw in raw
    assert raw == encode(decode(raw))
    entry = read_entry(raw)
    assert entry.act is not None
    assert entry.act.raw == ACT.raw
    assert entry.act.signatures == ACT.signatures
    assert (entry.index, entry.prev, entry.recorded_at, entry.stream_version) == (41, PREV.hex(), NOW, 3)
    assert entry.withheld is None


@pytest.mark.parametrize(("index", "version"), [(0, 1), (9, 10), (10**15, 999), (2**53 - 1, 2**53 - 1)])
def test_the_act_is_cut_out_rightly_whatever_stands_around_it(index: int, version: int) -> None:
    """Must 2: the digits of index and version move the place where the act ends."""
    raw = splice(ACT.raw, index=index, prev=NO_PREV, recorded_at=NOW, stream_version=version)
    entry = read_entry(raw)
    assert entry.act is not None
    assert (entry.act.raw, entry.index, entry.stream_version) == (ACT.raw, index, version)


def test_a_withheld_act_leaves_its_class_and_commitment_only() -> None:
    raw = withheld()
    assert raw == encode(decode(raw))
    entry = read_entry(raw)
    assert entry.withheld is not None
    assert (entry.withheld.class_, entry.withheld.digest) == ("board", COMMITMENT)
    assert (entry.index, entry.prev, entry.recorded_at) == (42, PREV.hex(), NOW)
    assert (entry.act, entry.stream_version) == (None, None)


def test_a_public_act_is_not_withheld() -> None:
    """RECORD §8."""
    with pytest.raises(Malformed, match="not withheld"):
        read_entry(withheld("public"))


def test_65_535_bytes_are_an_entry_and_65_536_are_not() -> None:
    """Must 1: when made, and when read."""
    largest = clear(padded(MAX_ENTRY_BYTES))
    assert len(largest) == 65_535
    assert read_entry(largest).index == 41
    with pytest.raises(Malformed, match="65536 bytes, the limit is 65535") as caught:
        clear(padded(MAX_ENTRY_BYTES + 1))
    assert "evidence" in caught.value.cure
    with pytest.raises(Malformed, match="65536 bytes, the limit is 65535"):
        read_entry(b'{"x":"' + b"x" * (65_536 - 8) + b'"}')


def test_an_entry_of_32_levels_is_read() -> None:
    """Must 1: whatever act could be read can be recorded and read again."""
    deepest = make_act(deep(31), [RSO])
    entry = read_entry(clear(deepest.raw))
    assert entry.act is not None
    assert entry.act.raw == deepest.raw


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"null", b'"act"', b"\x00", clear() + b"\n", b" " + clear()]
)
def test_what_is_no_entry_is_refused(raw: bytes) -> None:
    """Must 1."""
    with pytest.raises(Malformed):
        read_entry(raw)


CLEAR_WRONG: list[tuple[str, Any]] = [
    ("index", -1),
    ("index", "41"),
    ("index", True),
    ("prev", "0" * 63),
    ("prev", PREV.hex().upper()),
    ("prev", None),
    ("recorded_at", "now"),
    ("stream_version", 0),
    ("stream_version", None),
    ("v", 2),
    ("v", 0),
    ("v", "1"),
    ("v", True),
    ("act", None),
    ("act", {}),
]


@pytest.mark.parametrize(("name", "value"), CLEAR_WRONG)
def test_every_member_of_an_entry_has_its_format(name: str, value: Any) -> None:
    assert refused(clear(), lambda v: v.update({name: value})).where == f"/{name}"


@pytest.mark.parametrize("name", ["act", "index", "prev", "recorded_at", "stream_version", "v"])
def test_no_member_of_an_entry_may_be_missing(name: str) -> None:
    assert refused(clear(), lambda v: v.pop(name)).what == f"member {name!r} is missing"


def test_no_member_may_be_added() -> None:
    assert refused(clear(), lambda v: v.update(note=1)).what == "unknown member 'note'"
    assert refused(withheld(), lambda v: v.update(stream_version=1)).what == "unknown member 'stream_version'"
    assert refused(withheld(), lambda v: v["withheld"].update(type="x")).what == "unknown member 'type'"


def test_an_entry_is_clear_or_withheld_and_never_both() -> None:
    both = lambda v: v.update(withheld={"class": "board", "digest": COMMITMENT})  # noqa: E731
    assert refused(clear(), both).what == "unknown member 'act'"


@pytest.mark.parametrize(
    ("name", "value"),
    [("class", "secret"), ("class", None), ("digest", "A"), ("digest", "sha256:" + "0" * 64)],
)
def test_what_stands_for_a_withheld_act_has_its_format(name: str, value: Any) -> None:
    assert refused(withheld(), lambda v: v["withheld"].update({name: value})).where == f"/withheld/{name}"


def test_a_fault_in_the_act_is_named_by_its_place_in_the_entry() -> None:
    error = refused(clear(), lambda v: v["act"]["event"].update(schema=0))
    assert error.where == "/act/event/schema"
    error = refused(clear(), lambda v: v["act"]["signatures"][1].update(role="KING"))
    assert error.where == "/act/signatures/1/role"


def test_nothing_stands_before_entry_0() -> None:
    """Must 3: 64 zeros."""
    raw = splice(ACT.raw, index=0, prev=NO_PREV, recorded_at=NOW, stream_version=1)
    assert read_entry(raw).prev == "0" * 64
