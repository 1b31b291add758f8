"""SSH keys and SSH signatures, read by hand (OpenSSH's PROTOCOL, PROTOCOL.u2f and PROTOCOL.sshsig).

    key blob     string "ssh-ed25519" ‖ string <32 bytes>
                 string "ecdsa-sha2-nistp256" ‖ string "nistp256" ‖ string <65 bytes>
                 the same with "sk-…@openssh.com", and string application (such as "ssh:") at the end
    signature    "SSHSIG" ‖ uint32 1 ‖ string <key blob> ‖ string "countersign-signature" ‖ string ""
                 ‖ string "sha512" ‖ string (string <algorithm> ‖ string <signature> [‖ flags ‖ uint32 counter])
    signed       "SSHSIG" ‖ string <namespace> ‖ string "" ‖ string <hash name> ‖ string H(message)
                 on sk- keys: SHA-256(application) ‖ flags ‖ counter ‖ SHA-256(the above), made by the hardware

1. A blob must be read to its last byte, and a number must be written in its shortest form: one encoding only.
2. The signature must carry the very key blob that the record knows, our namespace, and sha256 or sha512.
3. A hardware key (sk-) must say that it was touched.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keys.check import curves
from keys.check.errors import BadKey

NAMESPACE = "countersign-signature"
MAGIC = b"SSHSIG"
_CURVES = {
    b"ssh-ed25519": curves.ED25519_BYTES,
    b"sk-ssh-ed25519@openssh.com": curves.ED25519_BYTES,
    b"ecdsa-sha2-nistp256": curves.P256_BYTES,
    b"sk-ecdsa-sha2-nistp256@openssh.com": curves.P256_BYTES,
}
_TOUCHED = 0x01


class SshKey:
    """What a key blob says; `application` is None but for a hardware key."""

    # A plain class: making a NamedTuple costs 3 ms, a tenth of the verifier's start.
    __slots__ = ("algorithm", "application", "raw")

    def __init__(self, algorithm: bytes, raw: bytes, application: bytes | None) -> None:
        self.algorithm = algorithm
        self.raw = raw
        self.application = application


@lru_cache(maxsize=1024)
def key(blob: bytes) -> SshKey:
    """The key in an SSH public key blob; BadKey for any other."""
    try:
        reader = _Reader(blob)
        algorithm = reader.string()
        length = _CURVES.get(algorithm)
        if length is None:
            raise BadKey("Of SSH keys the record takes ssh-ed25519, ecdsa-sha2-nistp256 and their sk- forms.")
        if length == curves.P256_BYTES and reader.string() != b"nistp256":
            raise BadKey("This SSH key names another curve than its type.")
        raw = reader.string()
        application = reader.string() if algorithm.startswith(b"sk-") else None
        reader.end()
    except _Torn as torn:
        raise BadKey(f"This is no SSH key blob: {torn}.") from None
    if len(raw) != length:
        raise BadKey(f"This SSH key holds {len(raw)} bytes where its type has {length}.")
    return SshKey(algorithm, curves.require_key(raw), application)


def verifies(public: bytes, signature: bytes, message: bytes) -> bool:
    """True if `signature`, a binary SSHSIG blob, is over `message` by the key in the blob `public`."""
    try:
        return _verifies(key(public), public, signature, message)
    except (BadKey, _Torn):
        return False


def signed_bytes(message: bytes, hash_name: str) -> bytes:
    """What a key signs when `ssh-keygen -Y sign` is given `message`; `hash_name` is sha256 or sha512."""
    digest = hashlib.new(hash_name, message).digest()
    return MAGIC + b"".join(map(string, (NAMESPACE.encode(), b"", hash_name.encode(), digest)))


def string(data: bytes) -> bytes:
    """An SSH string: its length in four bytes, then itself."""
    return len(data).to_bytes(4, "big") + data


def _verifies(signer: SshKey, public: bytes, blob: bytes, message: bytes) -> bool:
    reader = _Reader(blob)
    if reader.take(len(MAGIC)) != MAGIC or reader.take(4) != b"\0\0\0\1":
        return False
    if reader.string() != public or reader.string() != NAMESPACE.encode() or reader.string() != b"":
        return False
    hash_name = reader.string()
    inner = _Reader(reader.string())
    reader.end()
    if hash_name not in (b"sha256", b"sha512") or inner.string() != signer.algorithm:
        return False
    signature = inner.string()
    signed = signed_bytes(message, hash_name.decode())
    if signer.application is not None:
        flags, counter = inner.take(1), inner.take(4)
        if not flags[0] & _TOUCHED:
            return False
        signed = _sha256(signer.application) + flags + counter + _sha256(signed)
    inner.end()
    if len(signer.raw) == curves.P256_BYTES:
        numbers = _Reader(signature)
        signature = encode_dss_signature(numbers.number(), numbers.number())
        numbers.end()
    return curves.verifies(signer.raw, signature, signed)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


class _Torn(Exception):
    """The bytes end early, go on too long, or are not in their shortest form."""


class _Reader:
    """Takes SSH's wire types from the front of some bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise _Torn("it ends too early")
        self._at += count
        return part

    def string(self) -> bytes:
        return self.take(int.from_bytes(self.take(4), "big"))

    def number(self) -> int:
        """A positive mpint in its shortest form."""
        data = self.string()
        value = int.from_bytes(data, "big")
        if value == 0 or data != value.to_bytes(value.bit_length() // 8 + 1, "big"):
            raise _Torn("a number is not positive or not in its shortest form")
        return value

    def end(self) -> None:
        if self._at != len(self._data):
            raise _Torn("bytes follow its end")
