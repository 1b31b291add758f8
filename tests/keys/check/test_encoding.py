"""keys/check/encoding.py: one encoding of everything."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.check import encoding


@given(st.binary())
def test_1_what_is_encoded_is_decoded(data: bytes) -> None:
    text = encoding.encode(data)
    assert encoding.decode(text) == data
    assert text == base64.urlsafe_b64encode(data).decode().rstrip("=")


@given(st.text(alphabet="AB-_+/= \n\0é", max_size=8))
def test_1_one_text_for_the_same_bytes(text: str) -> None:
    try:
        data = encoding.decode(text)
    except ValueError:
        return
    assert encoding.encode(data) == text


@pytest.mark.parametrize(
    "text",
    [
        "AA==",
        "AA=",
        "AB",
        "AAAB=",
        "A",
        "AAAAA",
        "A A",
        "AA\n",
        "++++",
        "////",
        "AA!A",
        "ÄAAA",
        "AA\0",
        "\ud800AAA",
    ],
)
def test_1_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        encoding.decode(text)


@pytest.mark.parametrize("value", [None, 1, b"AAAA", ["AAAA"], {"a": 1}])
def test_1_only_texts_are_decoded(value: object) -> None:
    with pytest.raises(ValueError, match="must be a string"):
        encoding.decode(value)


texts = st.text(st.characters(codec="utf-8", min_codepoint=0x20))
names = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E))
leaves = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
trees = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=10)


@pytest.mark.conformance
@given(trees)
def test_2_canonical_is_rfc_8785(value: object) -> None:
    rfc8785 = pytest.importorskip("rfc8785")
    assert encoding.canonical(value) == rfc8785.dumps(value)


def test_2_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        encoding.canonical({"a": "\ud800"})
