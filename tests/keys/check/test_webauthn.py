"""keys/check/webauthn.py, with py_webauthn as the second opinion."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, rsa

from keys.check import BadKey, holds, raw, webauthn
from keys.check.encoding import decode, encode
from tests.keys.authenticator import ORIGIN, RP_ID, Passkey, ed25519_key, p256_key, raw_of, spki_of

MESSAGE = b"countersign/signature/v1\n{}"
BOTH = [Passkey(ed25519_key()), Passkey(p256_key())]
EXTENSION = bytes.fromhex("a16b6372656450726f7465637402")  # CBOR: {"credProtect": 2}


def name(key: Passkey) -> str:
    return "EdDSA" if len(raw_of(key.private)) == 32 else "ES256"


both = pytest.mark.parametrize("key", BOTH, ids=name)


def good(
    key: Passkey,
    sig: object,
    message: bytes = MESSAGE,
    rp_id: str | None = RP_ID,
    origins: Any = (ORIGIN,),
) -> bool:
    return holds("webauthn", key.public, message, sig, rp_id=rp_id, origins=origins)


def second_opinion(key: Passkey, sig: dict[str, str]) -> bool:
    """py_webauthn, told the key in COSE form."""
    cbor2 = pytest.importorskip("cbor2")
    library = pytest.importorskip("webauthn")
    from webauthn.helpers.exceptions import InvalidAuthenticationResponse

    point = raw_of(key.private)
    if len(point) == 32:
        cose = {1: 1, 3: -8, -1: 6, -2: point}
    else:
        cose = {1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]}
    credential = {"id": "AQID", "rawId": "AQID", "type": "public-key", "response": sig}
    try:
        library.verify_authentication_response(
            credential=credential,
            expected_challenge=hashlib.sha256(MESSAGE).digest(),
            expected_rp_id=RP_ID,
            expected_origin=[ORIGIN],
            credential_public_key=cbor2.dumps(cose),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except InvalidAuthenticationResponse:
        return False
    return True


@both
@pytest.mark.conformance
def test_py_webauthn_and_we_accept_the_same(key: Passkey) -> None:
    honest = [
        key.assertion(MESSAGE),
        key.assertion(MESSAGE, counter=2**32 - 1),
        key.assertion(MESSAGE, flags=0x1D, counter=3),  # a synchronised passkey: may be and is backed up
        key.assertion(MESSAGE, flags=0x85, more=EXTENSION),
        key.assertion(MESSAGE, changes={"crossOrigin": ...}),
        key.assertion(MESSAGE, changes={"other_keys_can_be_added_here": "do not compare clientDataJSON"}),
    ]
    for sig in honest:
        assert good(key, sig)
        assert second_opinion(key, sig)


@both
@pytest.mark.conformance
@pytest.mark.parametrize(
    "change",
    [
        {"changes": {"type": "webauthn.create"}},
        {"changes": {"challenge": encode(hashlib.sha256(b"another").digest())}},
        {"changes": {"origin": "https://evil.example"}},
        {"changes": {"origin": "https://office.example.org.evil.example"}},
        {"flags": 0x04},
        {"flags": 0x01},
        {"flags": 0x00},
        {"rp_hash": hashlib.sha256(b"evil.example").digest()},
        {"more": b"\0"},
    ],
)
def test_py_webauthn_and_we_refuse_the_same(key: Passkey, change: dict[str, Any]) -> None:
    sig = key.assertion(MESSAGE, **change)
    assert not good(key, sig)
    assert not second_opinion(key, sig)


@both
@pytest.mark.parametrize(
    "changes",
    [
        {"type": ...},
        {"type": None},
        {"type": "payment.get"},
        {"challenge": ...},
        {"challenge": hashlib.sha256(MESSAGE).hexdigest()},
        {"challenge": encode(hashlib.sha256(MESSAGE).digest()) + "="},
        {"challenge": encode(MESSAGE)},
        {"challenge": ""},
        {"origin": ...},
        {"origin": None},
        {"origin": [ORIGIN]},
        {"origin": ORIGIN + "/"},
        {"origin": ORIGIN + ":443"},
        {"origin": ORIGIN.upper()},
        {"origin": "http" + ORIGIN.removeprefix("https")},
        {"crossOrigin": True},
        {"crossOrigin": None},
        {"crossOrigin": 0},
        {"crossOrigin": "false"},
        {"topOrigin": ORIGIN},
        {"topOrigin": None},
    ],
    ids=repr,
)
def test_1_2_what_the_browser_says_must_be_right(key: Passkey, changes: dict[str, Any]) -> None:
    assert not good(key, key.assertion(MESSAGE, changes=changes))


@both
def test_1_the_challenge_is_the_message(key: Passkey) -> None:
    assert not good(key, key.assertion(MESSAGE), MESSAGE + b"!")
    assert not good(key, key.assertion(b""))


@both
def test_2_only_registered_origins(key: Passkey) -> None:
    sig = key.assertion(MESSAGE)
    assert good(key, sig, origins=["https://other.example.org", ORIGIN])
    hostile: list[Any] = [(), ["https://other.example.org"], ORIGIN, ORIGIN + "x", None, 7, [None], {}]
    for origins in hostile:
        assert not good(key, sig, origins=origins)


@both
def test_3_the_registered_rp_id(key: Passkey) -> None:
    sig = key.assertion(MESSAGE)
    for rp_id in (None, "", "office.example.org", "EXAMPLE.ORG", "\ud800", 7):
        assert not good(key, sig, rp_id=rp_id)  # type: ignore[arg-type]


@both
def test_3_present_and_verified(key: Passkey) -> None:
    for flags in range(64):
        assert good(key, key.assertion(MESSAGE, flags=flags)) is (flags & 5 == 5)
    for flags in (0x45, 0x85, 0xC5):
        assert not good(
            key, key.assertion(MESSAGE, flags=flags)
        )  # says that something follows, and nothing does


@both
def test_4_no_member_twice(key: Passkey) -> None:
    said = json.dumps(key.client(MESSAGE))
    assert good(key, key.assertion(MESSAGE, client=said.encode()))
    for client in (
        said.replace('{"type"', '{"type":"webauthn.get","type"'),
        said.replace('{"type"', '{"challenge":"AAAA","type"'),
        said.replace("}", ',"x":{"a":1,"a":1}}'),
    ):
        assert not good(key, key.assertion(MESSAGE, client=client.encode()))


@both
def test_client_data_is_one_object_in_utf_8(key: Passkey) -> None:
    said = json.dumps(key.client(MESSAGE))
    hostile = [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"webauthn.get"',
        b"[" * 100_000,
        b"9" * 10_000,
        said.encode() + b"x",
        b"\xef\xbb\xbf" + said.encode(),
        said.encode("utf-16"),
        said.encode() + b"\0",
        b"[" + said.encode() + b"]",
        said.replace("webauthn.get", "webauthn.get\udcff").encode("utf-8", "surrogateescape"),
    ]
    for client in hostile:
        assert not good(key, key.assertion(MESSAGE, client=client))


@both
def test_every_byte_counts(key: Passkey) -> None:
    honest = key.assertion(MESSAGE)
    for member, text in honest.items():
        data = decode(text)
        for at in range(len(data)):
            changed = bytearray(data)
            changed[at] ^= 1
            assert not good(key, {**honest, member: encode(bytes(changed))}), (member, at)
        assert not good(key, {**honest, member: encode(data[:-1])})
        assert not good(key, {**honest, member: encode(data + b"\0")})
        assert not good(key, {**honest, member: text + "="})
        assert not good(key, {**honest, member: ""})
        assert not good(key, {**honest, member: None})
        assert not good(key, {m: t for m, t in honest.items() if m != member})
    assert not good(key, {**honest, "userHandle": ""})
    strange: list[object] = [None, "", [], list(honest.values()), 7, json.dumps(honest), {}]
    for sig in strange:
        assert not good(key, sig)


def test_another_persons_passkey() -> None:
    for one in BOTH:
        for other in (*BOTH, Passkey(ed25519_key(9)), Passkey(p256_key(9))):
            assert good(one, other.assertion(MESSAGE)) is (one is other)


@both
def test_the_key_is_what_cryptography_would_write(key: Passkey) -> None:
    assert raw("webauthn", key.public) == raw_of(key.private)
    assert webauthn.spki(raw_of(key.private)) == spki_of(key.private)
    der = spki_of(key.private)
    for changed in (der[:-1], der + b"\0", b"", der[1:], b"\x30\x81" + der[1:]):
        with pytest.raises(BadKey):
            raw("webauthn", encode(changed))


def test_other_keys_are_refused() -> None:
    point = (
        p256_key()
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)
    )
    compressed = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200") + point
    assert isinstance(serialization.load_der_public_key(compressed), ec.EllipticCurvePublicKey)
    others = [
        compressed,
        webauthn.ED25519_SPKI + bytes(32),
        webauthn.ED25519_SPKI + b"\xff" * 32,
        webauthn.P256_SPKI + b"\4" + bytes(64),
        raw_of(ed25519_key()),
        raw_of(p256_key()),
    ]
    for private in (
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP256K1()),
        ed448.Ed448PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ):
        public = private.public_key()
        others.append(
            public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
    for der in others:
        with pytest.raises(BadKey):
            raw("webauthn", encode(der))
    with pytest.raises(BadKey):
        webauthn.spki(bytes(32))
