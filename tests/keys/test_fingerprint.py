"""keys/fingerprint.py: long numbers that people can compare."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from keys import fingerprint, ssh
from keys.check import encoding
from keys.public import PublicKey
from tests.keys.authenticator import ed25519_key, raw_of
from tests.keys.ssh_programs import generate, needs_ssh_keygen

KEY = PublicKey("p-7", "ed25519", encoding.encode(raw_of(ed25519_key(0))))
FOUNDING = hashlib.sha256(b"test").hexdigest()


def test_groups_of_four() -> None:
    assert fingerprint.of_key(KEY) == "k-3e02 49e8 8adb f15d 365d dd94 e18e a184"
    founding = "9f86 d081 884c 7d65 9a2f eaa0 c55a d015 a3bf 4f1b 2b0b 822c d15d 6c15 b0f0 0a08"
    assert fingerprint.of_founding(FOUNDING) == founding
    assert fingerprint.of_vkey("a+b+c") == fingerprint.fours(hashlib.sha256(b"a+b+c").hexdigest())


@pytest.mark.parametrize(
    "wrong", ["", FOUNDING[:-1], FOUNDING.upper(), FOUNDING[:-1] + "g", " " + FOUNDING[1:]]
)
def test_a_founding_hash_is_64_hex_digits(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"hex|fromhex"):
        fingerprint.of_founding(wrong)


@needs_ssh_keygen
@pytest.mark.conformance
def test_ssh_keygen_shows_the_same(tmp_path: Path) -> None:
    path = generate(tmp_path, "ed25519")
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(path)], capture_output=True, text=True, check=True
    ).stdout
    key = PublicKey("p-7", "sshsig", ssh.SshSigner(path).public)
    assert fingerprint.of_ssh(key) == shown.split()[1]
    assert fingerprint.of_ssh(KEY) is None


def test_1_compared_whole_or_not_at_all() -> None:
    spoken = "K-3E02 49e8  8adb\nf15d 365D dd94 e18e a184"
    assert fingerprint.same(spoken, KEY.key_id)
    assert fingerprint.same(fingerprint.of_founding(FOUNDING), FOUNDING)
    assert not fingerprint.same("3e02 49e8", KEY.key_id)
    assert not fingerprint.same(KEY.key_id[:-1], KEY.key_id)
    assert not fingerprint.same(" ", "")
