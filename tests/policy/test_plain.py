"""YAML without guesses: what stays text, what is refused and in which line."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.errors import Malformed, NotFound
from ledger.policy.plain import MAX_BYTES, load, load_file
from ledger.record.canonical import MAX_INT, MAX_LEVELS, decode, encode

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("ledger/policy/definitions/*.yaml"), *ROOT.glob("ledger/data/*.yaml")])


def line(text: str | bytes, what: str) -> str:
    """Where a text is refused, for saying `what`."""
    with pytest.raises(Malformed) as malformed:
        load(text)
    assert what in str(malformed.value)
    return malformed.value.where


# ---- 1. values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("41", 41),
        ("-7", -7),
        (str(MAX_INT), MAX_INT),
        (str(-MAX_INT), -MAX_INT),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("# nothing but a comment", None),
        ("[]", []),
        ("{}", {}),
        ("a:", {"a": None}),
        ("a: [1, b, {c: true}]", {"a": [1, "b", {"c": True}]}),
    ],
)
def test_1_integers_and_three_words_are_what_they_say(text: str, value: Any) -> None:
    assert load(text) == value
    assert encode(load(text)) == encode(value)  # True is not 1


@pytest.mark.parametrize(
    "text",
    "4.0 1e3 .5 1_000 0x10 0o17 007 00 -0 +5 1:30 2025-05-14 2025-05-14T10:00:00Z yes no on off "
    "True FALSE Null .inf .nan = << 12345678901234567".split(),
)
def test_1_everything_else_is_text(text: str) -> None:
    assert load(f"a: {text}") == {"a": text}


@pytest.mark.parametrize("text", ['"41"', "'true'", '"null"', '""', "'~'"])
def test_1_what_is_quoted_is_text(text: str) -> None:
    assert load(f"a: {text}") == {"a": text[1:-1]}


def test_1_block_text_is_text() -> None:
    assert load("a: |\n  41\nb: >\n  true\n") == {"a": "41\n", "b": "true\n"}


def test_1_keys_are_texts() -> None:
    assert load("1: a\ntrue: b\n~: c\n2025-05-14: d") == {"1": "a", "true": "b", "~": "c", "2025-05-14": "d"}
    assert load("<<: {a: 1}\nb: 2") == {"<<": {"a": 1}, "b": 2}  # nothing is merged


# ---- 2. refused, with the line


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("a: 1\nb: *x", "an alias", "line 2"),
        ("a: &x 1\nb: *x", "an anchor &x", "line 1"),
        ("a: 1\nb:\n  - &x\n    c: 1", "an anchor &x", "line 3"),
        ("a: 1\nb: 2\na: 3", "key 'a' stands twice", "line 3"),
        ("a:\n  - b: 1\n    b: 1", "key 'b' stands twice", "line 3"),
        ('a: 1\n"a": 2', "key 'a' stands twice", "line 2"),
        ("{a: 1, a: 1}", "key 'a' stands twice", "line 1"),
        ("a: !secret x", "a tag !secret", "line 1"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]", "a tag", "line 2"),
        ("a: !!int '5'", "a tag", "line 1"),
        ("a: !!str 5", "a tag", "line 1"),
        ("! a", "a tag", "line 1"),
        ("? [a]\n: 1", "a key that is no text", "line 1"),
        ("x: 1\n? {a: 1}\n: 1", "a key that is no text", "line 2"),
        ("a: 1\n---\nb: 1", "another document", "line 2"),
        ("a: [1", "not YAML", "line 1"),
        ("a: 1\n b: 2", "not YAML", "line 2"),
        ("a:\n\t- b", "not YAML", "line 2"),
        ("a: 1\nb: \x00", "a character that YAML does not allow", "line 2"),
        (b"a: 1\nb: \xff", "not UTF-8", "line 2"),
        (b"\xff\xfea\x00", "not UTF-8", "line 1"),
        ("%YAML 2.0\n--- 1", "not YAML", "line 1"),
    ],
)
def test_2_what_could_be_taken_for_something_else_is_refused(
    text: str | bytes, what: str, where: str
) -> None:
    assert line(text, what) == where


def test_2_a_million_laughs_are_refused_at_the_first() -> None:
    laughs = 'a: &a ["lol"]\n' + "".join(
        f"{y}: &{y} [{', '.join([f'*{x}'] * 9)}]\n" for x, y in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert line(laughs, "an anchor &a") == "line 1"


# ---- 3. whatever comes in


@pytest.mark.parametrize(
    "text",
    [
        "[" * 500_000,
        "{a: " * 300_000,
        "- " * 400_000,
        "? " * 400_000,
        "\n".join(" " * n + "a:" for n in range(900)),
    ],
    ids=["lists", "objects", "items", "keys", "indents"],
)
def test_3_depth_is_refused_with_its_line(text: str) -> None:
    assert line(text, "nested too deeply").startswith("line ")


def test_3_as_deep_as_the_record_allows() -> None:
    deep = "[" * MAX_LEVELS + "]" * MAX_LEVELS
    assert encode(load(deep)) == deep.encode()
    assert line(f"[{deep}]", "nested too deeply") == "line 1"
    assert encode(load(deep.replace("[]", "[1]"))) == deep.replace("[]", "[1]").encode()


def test_3_a_huge_file_is_refused_by_its_size() -> None:
    assert line("x" * (MAX_BYTES + 1), f"{MAX_BYTES + 1} bytes, the limit is {MAX_BYTES}") == ""
    assert line(b"x" * (MAX_BYTES + 1), "the limit") == ""
    assert load("#" * MAX_BYTES) is None


@pytest.mark.parametrize(
    "text",
    [
        'a: "\\UFFFFFFFF"',
        'a: "\\U00110000"',
        'a: "\\ud800"',
        '"\\ud800": 1',
        'a: "\\x07"',
        "é: 1",
        "a: 9999999999999999",
        "%YAML 1." + "9" * 5000 + "\n--- 1",
        "\ufeff\ufeffa: 1",
    ],
    ids=range(9),
)
def test_3_what_no_record_could_hold_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        load(text)


@given(st.one_of(st.text(), st.binary(), st.text(alphabet="a1:-[]{}&*!|>'\"\\#%@? \n\tUxu0~")))
@settings(max_examples=200)
@example("\\")
@example('"\\x')
@example("!<")
@example("&")
@example("%TAG ! x")
def test_3_only_malformed_comes_out(text: str | bytes) -> None:
    try:
        value = load(text)
    except Malformed:
        return
    assert decode(encode(value)) == value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_files_of_this_house_are_read(path: Path) -> None:
    assert isinstance(load_file(path), dict)


def test_a_file_that_cannot_be_read_is_not_found(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.yaml"):
        with pytest.raises(NotFound, match="cannot be read"):
            load_file(path)
    big = tmp_path / "big.yaml"
    big.write_bytes(b"#" * (MAX_BYTES + 2))
    with pytest.raises(Malformed, match="the limit"):
        load_file(big)
