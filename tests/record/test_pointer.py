"""ledger.record.pointer: where in an event's data a correction points (RFC 6901)."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.record.pointer import look, put
from tests.record.test_canonical import KEYS, VALUES

# RFC 6901 §5, its own example and pointers (but %-escapes and the key of one double quote, which need nothing here).
RFC: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    " ": 7,
    "m~n": 8,
}
PLACES: list[tuple[str, Any]] = [
    ("", RFC),
    ("/foo", ["bar", "baz"]),
    ("/foo/0", "bar"),
    ("/", 0),
    ("/a~1b", 1),
    ("/c%d", 2),
    ("/e^f", 3),
    ("/g|h", 4),
    ("/i\\j", 5),
    ("/ ", 7),
    ("/m~0n", 8),
]
NOWHERE = [
    "foo",
    "/fo",
    "/foo/2",
    "/foo/-",
    "/foo/-1",
    "/foo/00",
    "/foo/01",
    "/foo/ 1",
    "/foo/1_0",
    "/foo/٠",
    "/foo/" + "9" * 5000,
    "/foo/0/0",
    "/foo/",
    "/a/b",
    "/a~b",
    "/m~n",
    "/m~2n",
    "/m~",
    "//",
    "#/foo",
    "/foo\n",
]


@pytest.mark.parametrize(("pointer", "value"), PLACES)
def test_the_examples_of_the_rfc(pointer: str, value: Any) -> None:
    assert look(RFC, pointer) == value


@pytest.mark.parametrize("pointer", NOWHERE, ids=range(len(NOWHERE)))
def test_what_names_nothing_is_a_key_error(pointer: str) -> None:
    """Must 1: nothing else goes out, and one place has one name."""
    with pytest.raises(KeyError):
        look(RFC, pointer)
    assert put(RFC, pointer, "new") is RFC


@pytest.mark.parametrize(("pointer", "_value"), PLACES[1:])
def test_what_is_put_is_found_and_nothing_else_changes(pointer: str, _value: Any) -> None:
    """Must 2: in a copy."""
    before = deepcopy(RFC)
    after = put(RFC, pointer, {"new": 1})
    assert look(after, pointer) == {"new": 1}
    assert before == RFC
    others = [p for p, _ in PLACES[1:] if not (p.startswith(pointer) or pointer.startswith(p))]
    assert [look(after, p) for p in others] == [look(RFC, p) for p in others]


def test_what_lies_deep_in_lists_is_put() -> None:
    """Must 2."""
    value = {"results": [{"score": "0.46", "of": [1, [2, 3]]}, {"score": "0.5"}]}
    after = put(value, "/results/0/of/1/0", "x")
    assert after == {"results": [{"score": "0.46", "of": [1, ["x", 3]]}, {"score": "0.5"}]}
    assert put(value, "/results/1/score", "y")["results"] == [value["results"][0], {"score": "y"}]


def test_the_whole_can_be_put() -> None:
    assert put(RFC, "", 1) == 1


@given(VALUES, st.lists(KEYS | st.integers(0, 3).map(str), max_size=4))
def test_looking_into_any_value_finds_or_raises_a_key_error(value: Any, path: list[str]) -> None:
    """Must 1 and 2."""
    pointer = "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)
    try:
        found = look(value, pointer)
    except KeyError:
        assert put(value, pointer, "new") == value
        return
    assert put(value, pointer, found) == value
    assert look(put(value, pointer, "new"), pointer) == "new"


@given(st.text(max_size=20))
def test_any_text_is_a_pointer_or_a_key_error(pointer: str) -> None:
    """Must 1."""
    with pytest.raises(KeyError):
        look({"never": {}}, "/x" + pointer)
    assert put([1, [2]], "x" + pointer, 3) == [1, [2]]
