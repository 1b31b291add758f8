"""keys/public.py: the public record of a key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import public
from keys.check import BadKey, encoding
from keys.public import PublicKey
from tests.keys.authenticator import ORIGIN, RP_ID, Passkey, SshKey, ed25519_key, p256_key, raw_of, spki_of

PLAIN = PublicKey("p-7", "ed25519", encoding.encode(raw_of(ed25519_key(0))))
PASSKEY = public.passkey("p-2", spki_of(p256_key()), RP_ID, [ORIGIN, "https://example.org:8443"])
SSH = PublicKey("p.3", "sshsig", SshKey(ed25519_key(), b"ssh:").public)
ALL = [PLAIN, PASSKEY, SSH]


def test_1_the_file_is_canonical_json() -> None:
    assert PLAIN.to_bytes() == (
        b'{"key":"k-3e0249e88adbf15d365ddd94e18ea184","kind":"ed25519","person":"p-7",'
        b'"public":"O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik"}\n'
    )
    assert list(PASSKEY.members()) != sorted(PASSKEY.members())
    assert list(json.loads(PASSKEY.to_bytes())) == ["key", "kind", "origins", "person", "public", "rp_id"]


@pytest.mark.parametrize("key", ALL, ids=lambda key: key.kind)
def test_1_what_is_written_is_read(key: PublicKey) -> None:
    assert public.from_bytes(key.to_bytes()) == key


@pytest.mark.parametrize("key", ALL, ids=lambda key: key.kind)
def test_1_anything_else_is_refused(key: PublicKey) -> None:
    content = key.to_bytes()
    members = key.members()
    others = [
        b"",
        b"null\n",
        b"[]\n",
        b"{}\n",
        b"[" * 100_000,
        b"\xff",
        content[:-1],
        content + b"\n",
        b" " + content,
        json.dumps(members).encode() + b"\n",
        content.replace(b'"kind"', b'"kind":"ed25519","kind"'),
    ]
    changed: list[dict[str, Any]] = [
        {**members, "extra": 1},
        {**members, "key": "k-" + "0" * 32},
        {**members, "person": "p-8" if key.person == "../p" else "../p"},
        {**members, "person": None},
        {**members, "kind": "rsa"},
        {**members, "public": members["public"] + "="},  # type: ignore[operator]
        {**members, "rp_id": ""},
        {**members, "rp_id": None},
        {**members, "origins": []},
        {**members, "origins": 7},
        *({n: v for n, v in members.items() if n != name} for name in members),
    ]
    for one in [*others, *(encoding.canonical(c) + b"\n" for c in changed)]:
        with pytest.raises(BadKey):
            public.from_bytes(one)


@given(st.binary() | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode()))
def test_1_nothing_but_badkey(content: bytes) -> None:
    with pytest.raises(BadKey):
        public.from_bytes(content)


@pytest.mark.parametrize("person", ["", "-p", ".p", "p 7", "p/7", "p\n", "é", "p" * 65])
def test_2_a_person_has_an_id(person: str) -> None:
    with pytest.raises(BadKey, match="person's id"):
        PublicKey(person, PLAIN.kind, PLAIN.public)


def test_2_only_good_keys() -> None:
    with pytest.raises(BadKey, match="small order"):
        PublicKey("p-7", "ed25519", encoding.encode(bytes(32)))


def test_3_passkeys_and_only_they_name_their_place() -> None:
    for rp_id, origins in ((None, ()), (RP_ID, ()), (None, (ORIGIN,)), ("", (ORIGIN,))):
        with pytest.raises(BadKey, match="rp_id"):
            PublicKey("p-2", "webauthn", PASSKEY.public, rp_id, origins)
    for rp_id, origins in ((RP_ID, (ORIGIN,)), (RP_ID, ()), (None, (ORIGIN,))):
        with pytest.raises(BadKey, match="rp_id"):
            PublicKey("p-7", "ed25519", PLAIN.public, rp_id, origins)


def test_a_record_checks_its_own_signatures() -> None:
    private = p256_key()
    sig = Passkey(private).assertion(b"message")
    assert PASSKEY.holds(b"message", sig)
    assert not PASSKEY.holds(b"massage", sig)
    assert not PLAIN.holds(b"message", sig)


@pytest.mark.parametrize(
    ("rp_id", "origin"),
    [
        ("localhost", "http://localhost:8802"),
        ("example.org", "https://example.org"),
        ("office.example.org", "https://office.example.org"),
    ],
)
def test_a_passkey_from_a_browser(rp_id: str, origin: str) -> None:
    key = public.passkey("p-2", spki_of(ed25519_key()), rp_id, [origin])
    assert (key.kind, key.rp_id, key.origins) == ("webauthn", rp_id, (origin,))


@pytest.mark.parametrize(
    ("rp_id", "origins"),
    [
        ("", [ORIGIN]),
        ("Example.org", [ORIGIN]),
        ("https://example.org", [ORIGIN]),
        ("example.org.", [ORIGIN]),
        (RP_ID, []),
        (RP_ID, ["http://office.example.org"]),
        (RP_ID, ["https://office.example.org/"]),
        (RP_ID, ["https://office.example.org/page"]),
        (RP_ID, ["https://OFFICE.example.org"]),
        (RP_ID, ["https://evil-example.org"]),
        (RP_ID, ["https://example.org.evil.example"]),
        (RP_ID, ["https://user@example.org"]),
        (RP_ID, ["https://example.org:0"]),
        (RP_ID, [ORIGIN, "office.example.org"]),
    ],
)
def test_a_passkey_that_could_never_sign_is_refused(rp_id: str, origins: list[str]) -> None:
    with pytest.raises(BadKey):
        public.passkey("p-2", spki_of(p256_key()), rp_id, origins)
