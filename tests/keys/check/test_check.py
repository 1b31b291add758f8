"""keys/check: the door. What each kind of key does behind it has its own file here."""

from __future__ import annotations

import ast
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import keys
from keys import check
from keys.check import BadKey, encoding
from tests.keys.authenticator import (
    ORIGIN,
    RP_ID,
    Passkey,
    Private,
    SshKey,
    ed25519_key,
    p256_key,
    raw_of,
    spki_of,
)

MESSAGE = b"countersign/signature/v1\n{}"
PUBLIC = encoding.encode(raw_of(ed25519_key()))
PASSKEY = Passkey(ed25519_key())
SSH = SshKey(ed25519_key())
KINDS = [("ed25519", PUBLIC), ("webauthn", PASSKEY.public), ("sshsig", SSH.public)]


def test_a_key_id_is_as_the_format_says() -> None:
    """The bytes written out, and one value that must never change."""
    text = '{"kind":"ed25519","public":"' + PUBLIC + '"}'
    expected = "k-" + hashlib.sha256(b"countersign/key/v1\n" + text.encode()).hexdigest()[:32]
    assert check.key_id("ed25519", PUBLIC) == expected
    seed_zero = encoding.encode(raw_of(ed25519_key(0)))
    assert seed_zero == "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik"
    assert check.key_id("ed25519", seed_zero) == "k-3e0249e88adbf15d365ddd94e18ea184"
    assert len({check.key_id(kind, PUBLIC) for kind in check.KINDS}) == 3


def test_possession_is_as_the_format_says() -> None:
    message = check.possession_message("k-1", "ed25519", "ledger.example.org/é", "p-7")
    text = '{"key":"k-1","kind":"ed25519","ledger":"ledger.example.org/é","person":"p-7"}'
    assert message == b"countersign/possession/v1\n" + text.encode()


@pytest.mark.parametrize("private", [ed25519_key(), p256_key()], ids=["Ed25519", "P-256"])
def test_2_one_key_has_the_same_raw_bytes_in_any_kind(private: Private) -> None:
    raw = raw_of(private)
    publics = [("webauthn", encoding.encode(spki_of(private)))]
    publics += [
        ("sshsig", SshKey(private, application).public) for application in (None, b"ssh:", b"ssh:two")
    ]
    if len(raw) == 32:
        publics += [("ed25519", encoding.encode(raw))]
    for kind, public in publics:
        assert check.raw(kind, public) == raw
    assert len({check.key_id(*public) for public in publics}) == len(publics)


def test_2_small_order_is_refused_in_every_kind() -> None:
    for point in (bytes(32), b"\1" + bytes(31), b"\xee" + b"\xff" * 30 + b"\x7f"):
        ssh = check.sshsig.string(b"ssh-ed25519") + check.sshsig.string(point)
        for kind, public in (
            ("ed25519", point),
            ("webauthn", check.webauthn.ED25519_SPKI + point),
            ("sshsig", ssh),
        ):
            with pytest.raises(BadKey, match=r"small order|y >= p"):
                check.raw(kind, encoding.encode(public))


def test_each_kind_holds_its_own_signature_only() -> None:
    sigs: dict[str, Any] = {
        "ed25519": encoding.encode(ed25519_key().sign(MESSAGE)),
        "webauthn": PASSKEY.assertion(MESSAGE),
        "sshsig": encoding.encode(SSH.signature(MESSAGE)),
    }
    for kind, public in KINDS:
        for made, sig in sigs.items():
            assert check.holds(kind, public, MESSAGE, sig, rp_id=RP_ID, origins=[ORIGIN]) is (kind == made)
            assert not check.holds(kind, public, MESSAGE + b" ", sig, rp_id=RP_ID, origins=[ORIGIN])
    assert check.holds("ed25519", PUBLIC, MESSAGE, sigs["ed25519"])
    assert not check.holds("webauthn", PASSKEY.public, MESSAGE, sigs["webauthn"])


def test_3_a_signature_has_one_encoding() -> None:
    sig = encoding.encode(ed25519_key().sign(MESSAGE))
    assert check.holds("ed25519", PUBLIC, MESSAGE, sig)
    for other in (sig + "==", sig + "\n", " " + sig, sig[:-1], sig + "A", sig[:-1] + chr(ord(sig[-1]) + 1)):
        assert not check.holds("ed25519", PUBLIC, MESSAGE, other)
        assert not check.holds("ed25519", other[:43], MESSAGE, sig)


@pytest.mark.parametrize(
    ("kind", "public", "sentence"),
    [
        ("rsa", PUBLIC, "kind"),
        ("", PUBLIC, "kind"),
        ("Ed25519", PUBLIC, "kind"),
        ("ed25519", "", "32 bytes"),
        ("ed25519", PUBLIC + "=", "base64url"),
        ("ed25519", PUBLIC[:-1], "base64url"),
        ("ed25519", encoding.encode(raw_of(p256_key())), "32 bytes"),
        ("ed25519", encoding.encode(b"\2" + bytes(31)), "not a point"),
        ("webauthn", PUBLIC, "SubjectPublicKeyInfo"),
        ("sshsig", PUBLIC, "SSH"),
        (None, PUBLIC, "texts"),
        ("ed25519", None, "texts"),
        ([], {}, "texts"),
    ],
)
def test_what_is_no_key_is_refused_with_a_sentence(kind: Any, public: Any, sentence: str) -> None:
    with pytest.raises(BadKey, match=sentence) as refusal:
        check.raw(kind, public)
    assert str(refusal.value).endswith(".")
    assert not check.holds(kind, public, MESSAGE, "AAAA")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary().map(encoding.encode),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
members = st.fixed_dictionaries(dict.fromkeys(sorted(check.webauthn.MEMBERS), json_values))
kinds = st.sampled_from(check.KINDS) | json_values
publics = st.sampled_from([public for _, public in KINDS]) | json_values
ssh_blobs = st.binary().map(
    lambda end: encoding.encode(b"SSHSIG\0\0\0\1" + check.sshsig.string(SSH.blob) + end)
)
anything = json_values | members | ssh_blobs | st.binary()


@given(kinds, publics, st.binary() | json_values, anything, st.tuples(json_values, json_values))
def test_1_nothing_makes_holds_raise(
    kind: Any, public: Any, message: Any, sig: Any, passkey: tuple[Any, Any]
) -> None:
    assert check.holds(kind, public, message, sig, rp_id=passkey[0], origins=passkey[1]) is False


@given(kinds, publics)
def test_1_raw_raises_nothing_but_badkey(kind: Any, public: Any) -> None:
    try:
        raw = check.raw(kind, public)
    except BadKey:
        return
    assert len(raw) in (32, 65)


@given(st.binary(max_size=60))
def test_1_hostile_client_data(client: bytes) -> None:
    sig = PASSKEY.assertion(MESSAGE, client=client)
    assert not check.holds("webauthn", PASSKEY.public, MESSAGE, sig, rp_id=RP_ID, origins=[ORIGIN])


def test_1_strange_arguments_do_not_hold() -> None:
    sig = encoding.encode(ed25519_key().sign(MESSAGE))
    for message in (None, "text", bytearray(MESSAGE), 7):
        assert not check.holds("ed25519", PUBLIC, message, sig)  # type: ignore[arg-type]
    for strange in (None, 7, [], {}, b"bytes", object()):
        assert not check.holds("ed25519", PUBLIC, MESSAGE, strange)
        assert not check.holds(strange, strange, MESSAGE, sig)  # type: ignore[arg-type]


def test_4_the_folder_stands_alone(tmp_path: Path) -> None:
    """Copied elsewhere, without the rest of the project, under python -I, it checks a signature."""
    assert keys.__file__ is not None
    shutil.copytree(Path(keys.__file__).parent / "check", tmp_path / "keys" / "check")
    (tmp_path / "keys" / "__init__.py").touch()
    sig = encoding.encode(ed25519_key().sign(MESSAGE))
    script = f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
from keys import check
assert check.__file__.startswith({str(tmp_path)!r})
assert check.holds("ed25519", {PUBLIC!r}, {MESSAGE!r}, {sig!r})
"""
    subprocess.run([sys.executable, "-I", "-c", script], check=True)


def test_4_every_import_is_the_standard_library_cryptography_or_this_folder() -> None:
    for path in Path(str(check.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for module in modules:
                top = module.split(".")[0]
                assert (
                    top in sys.stdlib_module_names or top == "cryptography" or module.startswith("keys.check")
                )
