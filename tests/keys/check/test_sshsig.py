"""keys/check/sshsig.py, with ssh-keygen as the second opinion."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from keys.check import BadKey, holds, raw, sshsig
from keys.check.encoding import encode
from tests.keys.authenticator import SshKey, ed25519_key, mpint, p256_key, raw_of, sign_with
from tests.keys.ssh_programs import NAMESPACE, accepts, generate, needs_ssh_keygen

MESSAGE = b"countersign/signature/v1\n{}"
ALL = [
    SshKey(ed25519_key()),
    SshKey(p256_key()),
    SshKey(ed25519_key(), b"ssh:"),
    SshKey(p256_key(), b"ssh:board"),
]
HARDWARE = ALL[2:]
string = sshsig.string


def name(key: SshKey) -> str:
    return key.algorithm.decode()


def good(key: SshKey, signature: bytes, message: bytes = MESSAGE) -> bool:
    return holds("sshsig", key.public, message, encode(signature))


@needs_ssh_keygen
@pytest.mark.conformance
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_what_ssh_keygen_signs_holds(tmp_path: Path, kind: str, hash_name: str) -> None:
    path = generate(tmp_path, kind)
    public = encode(base64.b64decode(path.with_suffix(".pub").read_text().split()[1]))
    command = ["ssh-keygen", "-Y", "sign", "-n", NAMESPACE, "-O", f"hashalg={hash_name}", "-f", str(path)]
    text = subprocess.run(command, input=MESSAGE, capture_output=True, check=True).stdout.decode()
    sig = encode(base64.b64decode("".join(text.strip().splitlines()[1:-1])))
    assert holds("sshsig", public, MESSAGE, sig)
    assert not holds("sshsig", public, MESSAGE + b"!", sig)


@needs_ssh_keygen
@pytest.mark.conformance
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
@pytest.mark.parametrize("key", ALL, ids=name)
def test_ssh_keygen_and_we_agree(tmp_path: Path, key: SshKey, hash_name: str) -> None:
    signature = key.signature(MESSAGE, hash_name=hash_name)
    assert good(key, signature)
    assert accepts(tmp_path, key.algorithm, key.blob, signature, MESSAGE)
    for wrong in (signature[:-1] + bytes([signature[-1] ^ 1]), key.signature(MESSAGE, namespace=b"file")):
        assert not good(key, wrong)
        assert not accepts(tmp_path, key.algorithm, key.blob, wrong, MESSAGE)


@needs_ssh_keygen
@pytest.mark.conformance
@pytest.mark.parametrize("key", HARDWARE, ids=name)
def test_3_a_touch_is_needed_where_ssh_keygen_does_not_ask(tmp_path: Path, key: SshKey) -> None:
    for flags in range(8):
        signature = key.signature(MESSAGE, flags=flags)
        assert good(key, signature) is bool(flags & 1)
        assert accepts(tmp_path, key.algorithm, key.blob, signature, MESSAGE)


@pytest.mark.parametrize("key", ALL, ids=name)
def test_1_a_signature_is_read_to_its_last_byte(key: SshKey) -> None:
    signature = key.signature(MESSAGE)
    for length in range(len(signature)):
        assert not good(key, signature[:length])
    assert not good(key, key.signature(MESSAGE, end=b"\0"))
    assert not good(key, key.signature(MESSAGE, inner_end=b"\0"))


@pytest.mark.parametrize("key", ALL, ids=name)
def test_every_bit_of_a_signature_counts(key: SshKey) -> None:
    signature = key.signature(MESSAGE)
    for bit in range(8 * len(signature)):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not good(key, bytes(changed)), bit


@pytest.mark.parametrize("key", ALL, ids=name)
def test_2_key_namespace_and_hash_are_ours(key: SshKey) -> None:
    assert good(key, key.signature(MESSAGE))
    assert not good(key, key.signature(MESSAGE, magic=b"SSHSIH"))
    assert not good(key, key.signature(MESSAGE, version=2))
    assert not good(key, key.signature(MESSAGE, namespace=b"git"))
    assert not good(key, key.signature(MESSAGE, namespace=b"countersign-signature\0"))
    assert not good(key, key.signature(MESSAGE, reserved=b"x"))
    assert not good(key, key.signature(MESSAGE, hash_name="sha384"))
    assert not good(key, key.signature(MESSAGE, hash_name="sha1"))
    for other in ALL:
        if other is not key:
            assert not good(key, other.signature(MESSAGE))
            assert not good(key, key.signature(MESSAGE, blob=other.blob))
            assert not good(key, key.signature(MESSAGE, algorithm=other.algorithm))


@pytest.mark.parametrize("key", HARDWARE, ids=name)
def test_2_a_security_key_for_another_application_is_another_key(key: SshKey) -> None:
    other = SshKey(key.private, b"ssh:other")
    assert raw("sshsig", other.public) == raw("sshsig", key.public)
    assert not good(key, other.signature(MESSAGE, blob=key.blob))


def test_1_numbers_have_their_shortest_form() -> None:
    key = ALL[1]
    signed = sshsig.signed_bytes(MESSAGE, "sha512")
    r, s = decode_dss_signature(sign_with(key.private, signed))

    def built(numbers: bytes) -> bytes:
        inner = string(key.algorithm) + string(numbers)
        head = (
            b"SSHSIG\0\0\0\1"
            + string(key.blob)
            + string(NAMESPACE.encode())
            + string(b"")
            + string(b"sha512")
        )
        return head + string(inner)

    def long(number: int) -> bytes:
        return string(number.to_bytes(40, "big"))

    assert good(key, built(mpint(r) + mpint(s)))
    for numbers in (
        long(r) + mpint(s),
        mpint(r) + long(s),
        mpint(r) + mpint(s) + b"\0",
        mpint(r) + mpint(0),
        string(b"") + mpint(s),
        string((r | 1 << 255).to_bytes(32, "big")) + mpint(s),  # without the zero it would be negative
        mpint(r),
        b"",
    ):
        assert not good(key, built(numbers))


@pytest.mark.parametrize("key", ALL, ids=name)
def test_a_key_blob_is_read_to_its_last_byte(key: SshKey) -> None:
    assert sshsig.key(key.blob).raw == raw_of(key.private)
    for length in range(len(key.blob)):
        with pytest.raises(BadKey):
            sshsig.key(key.blob[:length])
    with pytest.raises(BadKey, match="bytes follow"):
        sshsig.key(key.blob + b"\0")


@pytest.mark.parametrize(
    "blob",
    [
        string(b"ssh-rsa") + string(b"\1\0\1") + string(b"\1" * 256),
        string(b"ssh-dss"),
        string(b"ssh-ed448") + string(bytes(57)),
        string(b"ecdsa-sha2-nistp384") + string(b"nistp384") + string(b"\4" + bytes(96)),
        string(b"ecdsa-sha2-nistp256") + string(b"nistp384") + string(raw_of(p256_key())),
        string(b"ecdsa-sha2-nistp256") + string(b"nistp256") + string(raw_of(ed25519_key())),
        string(b"ssh-ed25519") + string(raw_of(p256_key())),
        string(b"ssh-ed25519") + string(bytes(32)),
        string(b"ssh-ed25519") + string(b"\xff" * 32),
        string(b"ssh-ed25519-cert-v01@openssh.com") + string(bytes(32)),
        string(b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com") + string(b"nistp256"),
        b"\xff\xff\xff\xff",
    ],
)
def test_other_keys_are_refused(blob: bytes) -> None:
    with pytest.raises(BadKey):
        raw("sshsig", encode(blob))
