"""ledger.record.disclosure: confidential values, outside the record and bound to it."""

import base64
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import Malformed
from ledger.record.act import make_act
from ledger.record.canonical import encode
from ledger.record.disclosure import commitment, disclose, open_disclosure, withheld_act, withhold
from tests.record.test_act import CEO, RSO, deep
from tests.record.test_canonical import VALUES
from tests.record.test_event import LIVE

SALT = bytes(range(16))
SALT_TEXT = "AAECAwQFBgcICQoLDA0ODw"


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def refused(text: str) -> Malformed:
    with pytest.raises(Malformed) as caught:
        open_disclosure(text, "line 3")
    return caught.value


def test_a_disclosure_is_the_salted_array_and_its_commitment_the_hash_of_its_text() -> None:
    """Must 1 (RFC 9901): the digest is over the ASCII text, not over what it decodes to."""
    made = disclose("rationale", "Because.", SALT)
    assert made.text == b64u(f'["{SALT_TEXT}","rationale","Because."]'.encode())
    assert made.commitment() == commitment(made.text) == b64u(sha256(made.text.encode()).digest())
    assert open_disclosure(made.text) == made


def test_the_example_of_rfc_9901_has_its_digest() -> None:
    """RFC 9901 §4.2.3; its disclosure holds spaces, which are not canonical, so it is not one of ours."""
    text = "WyI2cU1RdlJMNWhhaiIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert commitment(text) == "uutlBuYeMDyjLLTpf6Jxi7yNkEF35jdyWMn9U7b_RYY"
    assert "canonical" in refused(text).what


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), VALUES, st.binary(min_size=16, max_size=16))
def test_what_is_disclosed_is_opened(name: str, value: Any, salt: bytes) -> None:
    made = disclose(name, value, salt)
    assert open_disclosure(made.text) == made


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_a_salt_has_128_bits(length: int) -> None:
    """Must 2."""
    with pytest.raises(ValueError, match="16 bytes"):
        disclose("rationale", "Because.", bytes(length))
    assert refused(b64u(encode([b64u(bytes(length)), "rationale", "Because."]))).where == "line 3"


def test_another_salt_gives_another_commitment() -> None:
    """Must 2: so one value sealed twice cannot be told to be one value."""
    assert disclose("a", 1, SALT).commitment() != disclose("a", 1, bytes(16)).commitment()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "é",
        "not base64url!",
        b64u(b"{}"),
        b64u(b"null"),
        b64u(encode([SALT_TEXT, "a"])),
        b64u(encode([SALT_TEXT, "a", 1, 2])),
        b64u(encode([SALT_TEXT, 1, "a"])),
        b64u(encode([1, "a", 1])),
        b64u(encode([SALT_TEXT[:-1] + "x", "a", 1])),
        b64u(f'["{SALT_TEXT}", "a", 1]'.encode()),
        b64u(f'["{SALT_TEXT}","a",1.5]'.encode()),
        b64u(f'["{SALT_TEXT}","a","\\u0041"]'.encode()),
        b64u(f'["{SALT_TEXT}","a",1]\n'.encode()),
        b64u(encode([SALT_TEXT, "a", 1])) + "=",
        b64u(encode([SALT_TEXT, "a", 1])) + "\n",
        pytest.param(b64u(b"[" * 100_000), id="deep"),
        b64u(b"\xff"),
    ],
)
def test_no_other_text_is_a_disclosure(text: str) -> None:
    """Must 1."""
    refused(text)


def test_a_commitment_is_made_of_ascii_text_only() -> None:
    with pytest.raises(Malformed):
        commitment("é")


def test_a_whole_act_is_disclosed_with_its_version() -> None:
    """Must 3."""
    act = make_act({**LIVE, "class": "board"}, [RSO, CEO])
    made = withhold(act, 7, SALT)
    assert made.name == "act"
    opened, version = withheld_act(open_disclosure(made.text))
    assert (opened.raw, opened.signatures, version) == (act.raw, act.signatures, 7)


@pytest.mark.parametrize(
    ("name", "value", "where"),
    [
        ("act", {"stream_version": 1}, "line 3"),
        ("act", {"act": {}, "stream_version": 1}, "line 3/act"),
        ("act", {"act": None, "stream_version": 1}, "line 3/act"),
        ("act", {"act": {}, "stream_version": 0}, "line 3/stream_version"),
        ("act", {"act": {}, "stream_version": 1, "index": 1}, "line 3"),
        ("act", "text", "line 3"),
        ("rationale", {"act": {}, "stream_version": 1}, "line 3"),
    ],
)
def test_a_disclosure_of_anything_else_is_no_withheld_act(name: str, value: Any, where: str) -> None:
    """Must 3."""
    with pytest.raises(Malformed) as caught:
        withheld_act(disclose(name, value, SALT), "line 3")
    assert caught.value.where == where


def test_an_act_that_is_withheld_has_one_level_less() -> None:
    """RECORD §1: array and object stand around it. Too deep an act is refused when it is withheld, not when read."""
    withheld_act(withhold(make_act(deep(30), [RSO]), 1, SALT))
    with pytest.raises(Malformed, match="nested too deeply"):
        withhold(make_act(deep(31), [RSO]), 1, SALT)
