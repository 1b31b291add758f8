"""Authenticators in software, for tests: a passkey (WebAuthn) and a security key as OpenSSH uses it (sk-).

Each gives the honest answer; every argument with a default is one thing that a dishonest one could change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from keys.check import encoding, sshsig

Private = Ed25519PrivateKey | ec.EllipticCurvePrivateKey
RP_ID = "example.org"
ORIGIN = "https://office.example.org"


def ed25519_key(number: int = 1) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big"))


def p256_key(number: int = 1) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(number + 1, ec.SECP256R1())


def raw_of(private: Private) -> bytes:
    if isinstance(private, Ed25519PrivateKey):
        return private.public_key().public_bytes_raw()
    return private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def spki_of(private: Private) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def sign_with(private: Private, message: bytes) -> bytes:
    if isinstance(private, Ed25519PrivateKey):
        return private.sign(message)
    return private.sign(message, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True)
class Passkey:
    """Also a keys.signing.Signer."""

    private: Private
    rp_id: str = RP_ID
    origins: tuple[str, ...] = (ORIGIN,)
    kind: str = "webauthn"

    @property
    def public(self) -> str:
        return encoding.encode(spki_of(self.private))

    @property
    def key_id(self) -> str:
        from keys import check

        return check.key_id(self.kind, self.public)

    def sign(self, message: bytes) -> dict[str, str]:
        return self.assertion(message)

    def client(self, message: bytes, **changes: object) -> dict[str, object]:
        said: dict[str, object] = {
            "type": "webauthn.get",
            "challenge": encoding.encode(hashlib.sha256(message).digest()),
            "origin": self.origins[0],
            "crossOrigin": False,
        }
        return {name: value for name, value in {**said, **changes}.items() if value is not ...}

    def assertion(
        self,
        message: bytes,
        *,
        changes: Mapping[str, object] | None = None,
        client: bytes | None = None,
        flags: int = 0x05,
        counter: int = 0,
        more: bytes = b"",
        rp_hash: bytes | None = None,
    ) -> dict[str, str]:
        """`changes` to members of clientDataJSON (... leaves one out), or `client` for its bytes as a whole."""
        if client is None:
            client = json.dumps(self.client(message, **(changes or {})), separators=(",", ":")).encode()
        hashed = rp_hash if rp_hash is not None else hashlib.sha256(self.rp_id.encode()).digest()
        data = hashed + bytes([flags]) + counter.to_bytes(4, "big") + more
        signature = sign_with(self.private, data + hashlib.sha256(client).digest())
        return {
            "authenticatorData": encoding.encode(data),
            "clientDataJSON": encoding.encode(client),
            "signature": encoding.encode(signature),
        }


def mpint(number: int) -> bytes:
    return sshsig.string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


@dataclass(frozen=True)
class SshKey:
    """An SSH key of any of the four types, hardware ones too, signing as OpenSSH's documents say."""

    private: Private
    application: bytes | None = None

    @property
    def algorithm(self) -> bytes:
        name = b"ssh-ed25519" if isinstance(self.private, Ed25519PrivateKey) else b"ecdsa-sha2-nistp256"
        return name if self.application is None else b"sk-" + name + b"@openssh.com"

    @property
    def blob(self) -> bytes:
        curve = b"" if isinstance(self.private, Ed25519PrivateKey) else sshsig.string(b"nistp256")
        end = b"" if self.application is None else sshsig.string(self.application)
        return sshsig.string(self.algorithm) + curve + sshsig.string(raw_of(self.private)) + end

    @property
    def public(self) -> str:
        return encoding.encode(self.blob)

    def signature(
        self,
        message: bytes,
        *,
        magic: bytes = b"SSHSIG",
        version: int = 1,
        blob: bytes | None = None,
        namespace: bytes = b"countersign-signature",
        reserved: bytes = b"",
        hash_name: str = "sha512",
        algorithm: bytes | None = None,
        flags: int = 0x01,
        counter: int = 7,
        inner_end: bytes = b"",
        end: bytes = b"",
    ) -> bytes:
        """Written out here a second time, so that a slip in keys/check/sshsig.py does not hide itself."""
        string = sshsig.string
        digest = hashlib.new(hash_name, message).digest()
        signed = (
            b"SSHSIG" + string(namespace) + string(reserved) + string(hash_name.encode()) + string(digest)
        )
        tail = b""
        if self.application is not None:
            tail = bytes([flags]) + counter.to_bytes(4, "big")
            signed = hashlib.sha256(self.application).digest() + tail + hashlib.sha256(signed).digest()
        bare = sign_with(self.private, signed)
        if not isinstance(self.private, Ed25519PrivateKey):
            r, s = decode_dss_signature(bare)
            bare = mpint(r) + mpint(s)
        inner = string(self.algorithm if algorithm is None else algorithm) + string(bare) + tail + inner_end
        return (
            magic
            + version.to_bytes(4, "big")
            + string(self.blob if blob is None else blob)
            + string(namespace)
            + string(reserved)
            + string(hash_name.encode())
            + string(inner)
            + end
        )
