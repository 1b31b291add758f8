"""keys/pkcs8.py: what it writes, cryptography and OpenSSL open."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed448

from keys import pkcs8
from keys.errors import NoPassphrase
from keys.passphrase import Passphrase
from tests.keys.authenticator import ed25519_key, p256_key

PASSPHRASE = Passphrase(b"correct horse battery")
SALT, IV = bytes(16), bytes(range(16))
PEM = pkcs8.seal(ed25519_key(), PASSPHRASE, salt=SALT, iv=IV)


def test_a_sealed_key_opens_with_its_passphrase() -> None:
    assert pkcs8.is_sealed(PEM)
    assert pkcs8.opened(PEM, PASSPHRASE).private_bytes_raw() == ed25519_key().private_bytes_raw()
    assert max(map(len, PEM.split(b"\n"))) <= 64


def test_1_salt_and_iv_are_what_was_given() -> None:
    assert pkcs8.seal(ed25519_key(), PASSPHRASE, salt=SALT, iv=IV) == PEM
    assert pkcs8.seal(ed25519_key(), PASSPHRASE, salt=IV, iv=IV) != PEM
    assert pkcs8.seal(ed25519_key(), PASSPHRASE, salt=SALT, iv=SALT) != PEM
    with pytest.raises(ValueError, match="16 bytes"):
        pkcs8.seal(ed25519_key(), PASSPHRASE, salt=b"", iv=IV)
    with pytest.raises(ValueError, match="16 bytes"):
        pkcs8.seal(ed25519_key(), PASSPHRASE, salt=SALT, iv=b"")


def test_2_wrong_and_damaged_are_one_error() -> None:
    flipped = PEM.replace(b"k", b"l", 1) if b"k" in PEM else PEM
    said = set()
    for pem, phrase in ((PEM, Passphrase(b"wrong horse battery")), (PEM, None), (flipped, PASSPHRASE)):
        with pytest.raises(NoPassphrase) as refusal:
            pkcs8.opened(pem, phrase)
        said.add(str(refusal.value))
    assert len(said) == 1


@pytest.mark.conformance
@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")
def test_openssl_opens_it_too(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.write_bytes(PEM)
    command = ["openssl", "pkey", "-in", str(path), "-passin", "env:SECRET", "-outform", "DER"]
    environment = {**os.environ, "SECRET": PASSPHRASE.reveal().decode()}
    plain = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
    assert plain.endswith(ed25519_key().private_bytes_raw())


def test_a_key_without_passphrase_opens_without() -> None:
    pem = pkcs8.unsealed(ed25519_key())
    assert not pkcs8.is_sealed(pem)
    for phrase in (None, PASSPHRASE):
        assert pkcs8.opened(pem, phrase).private_bytes_raw() == ed25519_key().private_bytes_raw()


def test_other_files_are_damaged() -> None:
    for private in (p256_key(), ed448.Ed448PrivateKey.generate()):
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with pytest.raises(pkcs8.Damaged, match="not an Ed25519 key"):
            pkcs8.opened(pem, None)
    for pem in (
        b"",
        b"-----BEGIN PRIVATE KEY-----\n",
        b"\xff" * 100,
        b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n",
    ):
        with pytest.raises(pkcs8.Damaged, match="no private key file"):
            pkcs8.opened(pem, None)
