"""ledger.record.canonical: one value, one encoding."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.record.canonical import MAX_INT, MAX_LEVELS, check, check_nfc, decode, encode

TEXT = st.text(st.one_of(st.characters(exclude_categories=["Cs", "Cc"]), st.sampled_from('\n\t\x7f\x85"\\/')))
KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=8)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-MAX_INT, MAX_INT), TEXT)
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=4) | st.dictionaries(KEYS, v, max_size=4))


def refused(value: Any) -> Malformed:
    with pytest.raises(Malformed) as caught:
        encode(value)
    return caught.value


def refused_bytes(data: bytes) -> Malformed:
    with pytest.raises(Malformed) as caught:
        decode(data)
    return caught.value


def nested(levels: int, inner: str = "1") -> bytes:
    return ("[" * levels + inner + "]" * levels).encode()


@given(VALUES)
def test_every_value_of_the_subset_is_written_as_rfc_8785_writes_it(value: Any) -> None:
    assert encode(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_encode_writes_decode_reads(value: Any) -> None:
    """Must 5: decode accepts exactly what encode writes."""
    assert decode(encode(value)) == value


@given(VALUES, st.data())
def test_no_other_spelling_of_a_value_is_read(value: Any, data: st.DataObject) -> None:
    """Must 5: the same value spelt otherwise (escapes, spaces, order) is refused, whatever it is."""
    ours = encode(value)
    theirs = json.dumps(
        value,
        ensure_ascii=data.draw(st.booleans()),
        indent=data.draw(st.sampled_from([None, 0, 2])),
        separators=data.draw(st.sampled_from([None, (",", ":"), (", ", ":")])),
        sort_keys=data.draw(st.booleans()),
    ).encode()
    if theirs == ours:
        assert decode(theirs) == value
    else:
        assert "canonical" in refused_bytes(theirs).what


@given(
    st.binary(max_size=40) | VALUES.map(encode).flatmap(lambda b: st.integers(0, len(b)).map(lambda i: b[:i]))
)
def test_whatever_comes_in_only_malformed_comes_out(data: bytes) -> None:
    """Must 6."""
    try:
        value = decode(data)
    except Malformed:
        return
    assert encode(value) == data


@pytest.mark.parametrize(
    ("value", "where", "what"),
    [
        pytest.param({"a": [1, {"b": 0.5}]}, "/a/1/b", "floating-point", id="float"),
        pytest.param([1.0], "/0", "floating-point", id="whole-float"),
        pytest.param([math.nan], "/0", "floating-point", id="nan"),
        pytest.param([math.inf], "/0", "floating-point", id="infinity"),
        pytest.param({"n": MAX_INT + 1}, "/n", "2^53-1", id="2^53"),
        pytest.param({"n": -MAX_INT - 1}, "/n", "2^53-1", id="-2^53"),
        pytest.param({"n": 10**16}, "/n", "2^53-1", id="17-digits"),
        pytest.param({"t": "a\x00"}, "/t", "control", id="nul"),
        pytest.param({"t": "a\x1f"}, "/t", "control", id="unit-separator"),
        pytest.param({"t": "a\r\n"}, "/t", "control", id="carriage-return"),
        pytest.param({"t": "é\x0b"}, "/t", "control", id="vertical-tab-after-non-ascii"),
        pytest.param(["\ud800"], "/0", "surrogate", id="high-surrogate"),
        pytest.param(["a\udfff"], "/0", "surrogate", id="low-surrogate"),
        pytest.param(["\ud83d\ude00"], "/0", "surrogate", id="surrogate-pair-as-two"),
        pytest.param({"x": {"é": 1}}, "/x", "ASCII", id="non-ascii-key"),
        pytest.param({"a\n": 1}, "", "ASCII", id="control-in-key"),
        pytest.param({"a\x7f": 1}, "", "ASCII", id="delete-in-key"),
        pytest.param({"x": {1: 1}}, "/x", "ASCII", id="integer-key"),
        pytest.param({None: 1}, "", "ASCII", id="null-key"),
        pytest.param([b"bytes"], "/0", "bytes", id="bytes"),
        pytest.param([(1, 2)], "/0", "tuple", id="tuple"),
        pytest.param([{1}], "/0", "set", id="set"),
        pytest.param([Decimal(1)], "/0", "Decimal", id="decimal"),
    ],
)
def test_what_lies_outside_the_subset_is_refused_with_its_path(value: Any, where: str, what: str) -> None:
    """Must 1, 2, 3."""
    error = refused(value)
    assert error.where == where
    assert what in error.what


@pytest.mark.parametrize(
    "value",
    [
        MAX_INT,
        -MAX_INT,
        0,
        "",
        "\n\t",
        "é\n",
        "\x7f\x80\x9f",
        "\ufffe\uffff\U0010ffff\ufdd0",
        "\u2028\u2029\ufeff",
        "e\u0301",
        {"": 1, " ": 2, "~": 3},
    ],
)
def test_the_edges_of_the_subset_are_inside(value: Any) -> None:
    """Must 1, 2, 3: LF, TAB, DEL, noncharacters and text in any normal form; 2^53-1; any printable ASCII key."""
    assert decode(encode(value)) == value
    assert encode(value) == rfc8785.dumps(value)


def test_keys_are_sorted_by_code_unit() -> None:
    """Must 3."""
    assert (
        encode({"b": 1, "a": 2, "B": 3, "aa": 4, "": 5, "~": 6}) == b'{"":5,"B":3,"a":2,"aa":4,"b":1,"~":6}'
    )


def test_32_levels_are_read_and_33_refused() -> None:
    """Must 4: the outermost array or object is level 1."""
    deepest = nested(MAX_LEVELS)
    assert encode(decode(deepest)) == deepest
    error = refused_bytes(nested(MAX_LEVELS + 1))
    assert (error.what, error.where) == ("nested too deeply", "/0" * MAX_LEVELS)
    objects = '{"a":' * MAX_LEVELS + "1" + "}" * MAX_LEVELS
    assert encode(decode(objects.encode())) == objects.encode()
    assert refused_bytes(b'{"a":' + objects.encode() + b"}").where == "/a" * MAX_LEVELS


def test_a_value_that_will_stand_deeper_has_fewer_levels() -> None:
    """Must 4: an act stands at level 2 of its entry, so it is read with 31 levels of its own."""
    assert decode(nested(MAX_LEVELS - 1), level=2)
    with pytest.raises(Malformed, match="nested too deeply"):
        decode(nested(MAX_LEVELS), level=2)


@pytest.mark.parametrize("levels", [1_000, 100_000])
def test_a_thousand_nested_lists_are_refused(levels: int) -> None:
    """Must 4 and 6."""
    assert refused_bytes(nested(levels)).what == "nested too deeply"
    assert refused_bytes(b'{"a":' * levels).what != ""


def test_a_value_that_holds_itself_is_refused() -> None:
    """Must 4 and 6."""
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(Malformed, match="nested too deeply"):
        check(loop)


def test_deep_nesting_hidden_under_a_doubled_key_is_refused_at_every_depth() -> None:
    """Must 6: the parser drops the first of two equal members, so the value looks flat; its text does not."""
    for levels in range(850, 1_010):
        for opening, closing in ((b'{"a":', b"}"), (b"[", b"]")):
            text = b'{"a":' + opening * levels + b"1" + closing * levels + b',"a":1}'
            assert refused_bytes(text).what


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param('{"a":1,"a":1}', "'a' stands twice", id="doubled-key"),
        pytest.param('[{"b":{"a":1,"a":2}}]', "'a' stands twice", id="doubled-key-deep"),
        pytest.param('{"a":1,"\\u0061":1}', "'a' stands twice", id="doubled-key-escaped"),
        pytest.param('{"b":1,"a":1}', "canonical", id="unsorted"),
        pytest.param('{"a": 1}', "canonical", id="space"),
        pytest.param(' {"a":1}', "canonical", id="leading-space"),
        pytest.param('{"a":1}\n', "canonical", id="trailing-line-feed"),
        pytest.param('{"a":1}x', "not JSON", id="trailing-bytes"),
        pytest.param('{"a":1}{"a":1}', "not JSON", id="two-values"),
        pytest.param('{"a":1}\x00', "not JSON", id="trailing-nul"),
        pytest.param("\ufeff{}", "not JSON", id="byte-order-mark"),
        pytest.param("", "not JSON", id="empty"),
        pytest.param("[1,]", "not JSON", id="trailing-comma"),
        pytest.param("{'a':1}", "not JSON", id="single-quotes"),
        pytest.param("[-0]", "canonical", id="minus-zero"),
        pytest.param("[01]", "not JSON", id="leading-zero"),
        pytest.param("[+1]", "not JSON", id="plus"),
        pytest.param("[1e2]", "floating-point", id="exponent"),
        pytest.param("[1.0]", "floating-point", id="fraction"),
        pytest.param("[-0.0]", "floating-point", id="minus-zero-float"),
        pytest.param("[1e999]", "floating-point", id="overflow"),
        pytest.param("[NaN]", "floating-point", id="nan"),
        pytest.param("[Infinity]", "floating-point", id="infinity"),
        pytest.param("[-Infinity]", "floating-point", id="minus-infinity"),
        pytest.param("[9007199254740992]", "2^53-1", id="2^53"),
        pytest.param("[12345678901234567]", "2^53-1", id="17-digits"),
        pytest.param(f"[{'9' * 5_000}]", "not JSON", id="5000-digits"),
        pytest.param('["\\ud800"]', "surrogate", id="surrogate-escape"),
        pytest.param('["\\u0041"]', "canonical", id="needless-escape"),
        pytest.param('["\\/"]', "canonical", id="escaped-slash"),
        pytest.param('["\\u000a"]', "canonical", id="long-line-feed"),
        pytest.param('["\\u0000"]', "control", id="escaped-nul"),
        pytest.param('["\\r"]', "control", id="escaped-return"),
        pytest.param('["\n"]', "not JSON", id="raw-line-feed"),
        pytest.param('["\\ud83d\\ude00"]', "canonical", id="escaped-emoji"),
        pytest.param('{"\\u00e9":1}', "ASCII", id="non-ascii-key"),
        pytest.param("True", "not JSON", id="python"),
    ],
)
def test_what_is_not_the_one_encoding_is_refused(text: str, what: str) -> None:
    """Must 5."""
    assert what in str(refused_bytes(text.encode()))


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe[\x001\x00]\x00", '["a"]'.encode("utf-16"), b'["\xed\xa0\x80"]', b'["\xc0\xaf"]', b'["\x80"]'],
    ids=["utf-16", "utf-16-bom", "surrogate", "overlong", "stray"],
)
def test_only_utf_8_is_read(data: bytes) -> None:
    """Must 6."""
    assert "not UTF-8" in refused_bytes(data).what


def test_booleans_are_no_numbers() -> None:
    """Must 2: true is never written as 1."""
    assert encode([True, False, 1, 0]) == b"[true,false,1,0]"


def test_the_normal_form_is_asked_only_when_recording() -> None:
    """RECORD §1: NFC is no part of a verifier's claim, because it changes with the Unicode version."""
    decomposed = {"a": ["ok", {"b": "e\u0301"}]}
    assert decode(encode(decomposed)) == decomposed
    with pytest.raises(Malformed, match="normal form C") as caught:
        check_nfc(decomposed, "/data")
    assert caught.value.where == "/data/a/1/b"
    check_nfc({"a": ["é", 1, None, True, {"b": "…"}]})
