"""ledger.record.fields: the formats of single values, both sides."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.record import fields as f

EDGE = "2025-03-20T16:00:00.000000Z"
ULID = "01JPSQ5R00ABCDEFGHJKMNPQRS"
HEX = "0123456789abcdef" * 4


def refused(read: Callable[[Any, str], object], value: Any) -> None:
    with pytest.raises(Malformed) as caught:
        read(value, "/there")
    assert caught.value.where == "/there"


GOOD: list[tuple[Callable[[Any, str], object], list[Any]]] = [
    (
        f.time,
        [
            EDGE,
            "0001-01-01T00:00:00.000000Z",
            "9999-12-31T23:59:59.999999Z",
            "2024-02-29T12:00:00.000000Z",
            "2000-02-29T00:00:00.000001Z",
        ],
    ),
    (f.ulid, [ULID, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "0" * 26]),
    (f.person, ["p-7", "a", "7", "svc-log", "A.b_c-d", "x" * 64]),
    (f.stream, ["ledger", "determination/heron-4/CBRN-3", " ", "~", "x" * 200, "person/p-1 (old)"]),
    (f.key_id, ["k-" + HEX[:32]]),
    (f.hex64, [HEX, "0" * 64]),
    (f.digest, ["sha256:" + HEX]),
    (
        f.disclosure_class,
        [
            "public",
            "staff",
            "restricted_staff",
            "board",
            "trust",
            "reporter_safe",
            "regulator:caoes",
            "regulator:1",
        ],
    ),
]

BAD: list[tuple[Callable[[Any, str], object], list[Any]]] = [
    (
        f.time,
        [
            "2025-03-20T24:00:00.000000Z",
            "2025-03-20T24:00:01.000000Z",
            "2025-12-31T23:59:60.000000Z",
            "2025-03-20T16:60:00.000000Z",
            "0000-01-01T00:00:00.000000Z",
            "2025-00-01T00:00:00.000000Z",
            "2025-13-01T00:00:00.000000Z",
            "2025-02-29T00:00:00.000000Z",
            "1900-02-29T00:00:00.000000Z",
            "2025-04-31T00:00:00.000000Z",
            EDGE + "\n",
            "\n" + EDGE,
            " " + EDGE,
            "2025-03-20T16:00:00Z",
            "2025-03-20T16:00:00.000Z",
            "2025-03-20T16:00:00.0000000Z",
            "2025-03-20T16:00:00.000000",
            "2025-03-20T16:00:00.000000z",
            "2025-03-20t16:00:00.000000Z",
            "2025-03-20 16:00:00.000000Z",
            "2025-03-20T16:00:00.000000+00:00",
            "2025-03-20T16:00:00,000000Z",
            "20250320T160000.000000Z",
            "2025-W12-4T16:00:00.000000Z",
            "+2025-03-20T16:00:00.000000Z",
            "-0001-03-20T16:00:00.000000Z",
            "12025-03-20T16:00:00.000000Z",
            "２025-03-20T16:00:00.000000Z",
            "2025-03-20T16:00:00.00000٠Z",
            "",
        ],
    ),
    (
        f.ulid,
        [
            "8" + ULID[1:],
            ULID[:-1],
            ULID + "0",
            ULID.lower(),
            ULID[:-1] + "I",
            ULID[:-1] + "L",
            ULID[:-1] + "O",
            ULID[:-1] + "U",
            ULID + "\n",
            ULID[:-1] + "１",
            "",
        ],
    ),
    (f.person, ["", "-p", ".p", "_p", "p 7", "p/7", "p\n", "x" * 65, "é", "p７", "p:7", "p+7"]),
    (f.stream, ["", "x" * 201, "a\n", "a\tb", "é", "a\x7f", "a\x00"]),
    (f.key_id, ["", HEX[:32], "k-" + HEX[:31], "k-" + HEX[:33], "K-" + HEX[:32], "k-" + HEX[:32].upper()]),
    (f.hex64, ["", HEX[:-1], HEX + "0", HEX.upper(), HEX[:-1] + "g", HEX + "\n", HEX[:-1] + "０"]),
    (
        f.digest,
        ["", HEX, "sha256:", "SHA256:" + HEX, "sha256:" + HEX.upper(), "sha256:" + HEX + "\n", "md5:" + HEX],
    ),
    (
        f.disclosure_class,
        [
            "",
            "Public",
            "secret",
            "regulator:",
            "regulator",
            "regulator:a b",
            "regulator:" + "x" * 65,
            "regulator:a\n",
        ],
    ),
]

ODD: list[Any] = [None, 0, 1.5, True, b"x", [], {}, ["p-7"], {"p": 7}]


@pytest.mark.parametrize(("read", "value"), [(r, v) for r, values in GOOD for v in values])
def test_a_value_of_the_format_comes_back(read: Callable[[Any, str], object], value: Any) -> None:
    assert read(value, "/there") == value


@pytest.mark.parametrize(("read", "value"), [(r, v) for r, values in BAD for v in [*values, *ODD]])
def test_a_value_of_any_other_form_is_refused_where_it_stands(
    read: Callable[[Any, str], object], value: Any
) -> None:
    refused(read, value)


def test_exactly_the_members_named_may_stand_in_an_object() -> None:
    value = {"a": 1, "b": 2}
    assert f.members(value, "", ("a", "b")) is value
    assert f.members(value, "", ("a",), ("b", "c")) is value
    for required, optional, what in (
        (("a",), (), "unknown member 'b'"),
        (("a",), ("c",), "unknown member 'b'"),
        (("a", "b", "c"), (), "'c' is missing"),
        (("a", "c"), ("b",), "'c' is missing"),
        (("c", "d"), ("a", "b"), "'c' is missing"),
    ):
        with pytest.raises(Malformed) as caught:
            f.members(value, "/x", required, optional)
        assert what in caught.value.what
        assert caught.value.where == "/x"
    for odd in (o for o in ODD if not isinstance(o, dict)):
        refused(lambda v, w: f.members(v, w, ()), odd)


def test_texts_integers_arrays_and_words() -> None:
    assert f.text("x", "") == "x"
    assert f.text("", "", empty=True) == ""
    assert [f.integer(0, ""), f.integer(1, "", 1)] == [0, 1]
    assert f.array([1], "") == [1]
    assert f.one_of("RSO", f.ROLES, "") == "RSO"


def at_least_one(value: Any, where: str) -> int:
    return f.integer(value, where, 1)


def role(value: Any, where: str) -> str:
    return f.one_of(value, f.ROLES, where)


NOT_THESE: list[tuple[Callable[[Any, str], object], list[Any]]] = [
    (f.text, ["", None, 1, True, b"x", ["x"], {}]),
    (f.integer, [-1, True, False, None, "1", 1.0, [1]]),
    (at_least_one, [0, -1, True]),
    (f.array, [None, "ab", {}, (), 1]),
    (role, ["rso", "", "RSO ", "RSO\n", None, 1, [], {}, ["RSO"]]),
]


@pytest.mark.parametrize(("read", "value"), [(r, v) for r, values in NOT_THESE for v in values])
def test_what_is_no_text_integer_array_or_word_is_refused(
    read: Callable[[Any, str], object], value: Any
) -> None:
    refused(read, value)


def test_the_closed_lists_are_those_of_the_record() -> None:
    """RECORD §2, §3; DOMAIN §2, §3, §10: an unknown role, statement, kind or class is refused, so none may be lost."""
    assert set(f.ROLES) == {
        "BOARD", "LTBT", "CEO", "RSO", "BOARD_SECRETARY", "CISO", "GENERAL_COUNSEL", "PEOPLE", "ASSESSOR",
        "INTERNAL_REVIEWER", "EXTERNAL_REVIEWER", "AUDITOR", "REPORTER", "IMPORTER", "TRUSTEE", "DIRECTOR",
        "SERVICE", "ACTING_RSO",
    }  # fmt: skip
    assert set(f.STATEMENTS) == {"approve", "reject", "abstain", "attest", "acknowledge", "consulted"}
    assert set(f.KINDS) == {"ed25519", "webauthn", "sshsig"}
    assert set(f.CLASSES) == {"public", "staff", "restricted_staff", "board", "trust", "reporter_safe"}
    assert set(f.SOURCES) == {"internal", "partner", "external", "public"}
    assert set(f.CONFIDENCES) == {"high", "medium", "low"}


@given(st.binary(max_size=70))
def test_base64url_has_one_encoding(data: bytes) -> None:
    text = f.to_b64u(data)
    assert "=" not in text
    assert f.b64u(text, "", len(data)) == f.b64u(text, "") == data


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AAAAA",
        "AB",
        "AAB",
        "AA==",
        "AA=",
        "A+",
        "A/",
        "+_8A",
        "AA\n",
        " AA",
        "A A",
        "AA\x00",
        "ÄÄ",
        "ＡＡ",
        *ODD,
    ],
)
def test_base64url_refuses_padding_other_letters_and_stray_bits(text: Any) -> None:
    refused(f.b64u, text)


def test_base64url_of_another_length_is_refused() -> None:
    assert f.b64u("", "", 0) == b""
    for length in (0, 31, 33):
        with pytest.raises(Malformed, match=f"32 bytes instead of {length}"):
            f.b64u(f.to_b64u(bytes(32)), "", length)


ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(timezones=ZONES).filter(lambda m: 1 < m.year < 9999)


@given(MOMENTS)
def test_every_instant_has_one_spelling(moment: datetime) -> None:
    text = f.to_time(moment)
    assert f.time(text, "") == text
    assert f.instant(text) == moment


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_the_instants_do(a: datetime, b: datetime) -> None:
    assert (f.to_time(a) < f.to_time(b)) == (a < b)


def test_an_instant_of_another_zone_is_written_in_utc() -> None:
    moment = datetime(2025, 3, 20, 9, 0, tzinfo=timezone(timedelta(hours=-7)))
    assert f.to_time(moment) == EDGE


def test_moving_a_time_stays_within_what_the_format_can_write() -> None:
    assert f.later(EDGE, timedelta(days=30)) == "2025-04-19T16:00:00.000000Z"
    assert f.later(EDGE, timedelta(microseconds=-1)) == "2025-03-20T15:59:59.999999Z"
    assert f.later("0999-12-31T23:59:59.999999Z", timedelta(0)) == "0999-12-31T23:59:59.999999Z"
    assert f.later("9999-12-31T00:00:00.000000Z", timedelta(days=1)) == "9999-12-31T23:59:59.999999Z"
    assert f.later("0001-01-01T00:00:00.000000Z", timedelta(days=-1)) == "0001-01-01T00:00:00.000000Z"


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_an_event_id_tells_its_time(milliseconds: int, entropy: bytes) -> None:
    made = f.make_ulid(milliseconds, entropy)
    assert f.ulid(made, "") == made
    try:
        expected = f.to_time(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds))
    except OverflowError:
        expected = "9999-12-31T23:59:59.999999Z"
    assert f.ulid_time(made) == expected


def test_event_ids_sort_by_time_and_carry_their_randomness() -> None:
    first, last = f.make_ulid(0, bytes(10)), f.make_ulid(2**48 - 1, b"\xff" * 10)
    assert (first, last) == ("0" * 26, "7" + "Z" * 25)
    assert f.make_ulid(1, bytes(10)) > f.make_ulid(0, b"\xff" * 10)
    assert len({f.make_ulid(1, bytes([0] * 9 + [i])) for i in range(256)}) == 256
    assert (
        f.ulid_time("01ARZ3NDEKTSV4RRFFQ69G5FAV") == "2016-07-30T23:54:10.259000Z"
    )  # the ULID specification's own
    for milliseconds, entropy in ((2**48, bytes(10)), (-1, bytes(10)), (0, bytes(9)), (0, bytes(11))):
        with pytest.raises(ValueError, match="48 bits"):
            f.make_ulid(milliseconds, entropy)
