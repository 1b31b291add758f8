"""An Ed25519 private key as PKCS#8 text, sealed with a passphrase (RFC 5958, 8018 and 7914).

    -----BEGIN ENCRYPTED PRIVATE KEY-----
    MIGeMFoGCSqGSIb3DQEFDTBNMCwGCSsGAQQB2kcECzAfBBBzc3Nzc3Nzc3Nzc3Nz
    c3NzAgJAAAIBCAIBBQIBIDAdBglghkgBZQMEASoEEGlpaWlpaWlpaWlpaWlpaWkE
    …

PBES2 with scrypt (N 16384, r 8, p 5) and AES-256-CBC. The cryptography package would write PBKDF2 with 2048 rounds,
which a graphics card tries by the million a second, so the few bytes of DER are written here; cryptography reads them.
`openssl pkey -in FILE` opens these files too, which is why N is not larger: OpenSSL allows scrypt 32 MB.

1. salt and iv must be random and new for each file; they are arguments, so that tests need no luck.
2. A wrong passphrase and a damaged file must give one and the same error.
"""

from __future__ import annotations

import base64

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keys.errors import NoPassphrase
from keys.passphrase import Passphrase

SALT_BYTES = 16
IV_BYTES = 16
_N, _R, _P, _KEY_BYTES = 2**14, 8, 5, 32
_SEALED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
_PBES2 = "2a864886f70d01050d"
_SCRYPT = "2b06010401da47040b"
_AES_256_CBC = "60864801650304012a"


class Damaged(ValueError):
    """This is no Ed25519 private key file."""


def is_sealed(pem: bytes) -> bool:
    """True if a passphrase is needed to open this."""
    return _SEALED in pem


def seal(private: Ed25519PrivateKey, passphrase: Passphrase, *, salt: bytes, iv: bytes) -> bytes:
    """The PEM text of a private key under a passphrase."""
    if len(salt) != SALT_BYTES or len(iv) != IV_BYTES:
        raise ValueError("salt and iv have 16 bytes each")
    key = Scrypt(salt=salt, length=_KEY_BYTES, n=_N, r=_R, p=_P).derive(passphrase.reveal())
    plain = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    padder = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    sealed = cipher.update(padder.update(plain) + padder.finalize()) + cipher.finalize()
    scrypt = _sequence(_oid(_SCRYPT), _sequence(_octets(salt), *map(_integer, (_N, _R, _P, _KEY_BYTES))))
    aes = _sequence(_oid(_AES_256_CBC), _octets(iv))
    der = _sequence(_sequence(_oid(_PBES2), _sequence(scrypt, aes)), _octets(sealed))
    text = base64.b64encode(der)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return b"\n".join((_SEALED, *lines, b"-----END ENCRYPTED PRIVATE KEY-----")) + b"\n"


def unsealed(private: Ed25519PrivateKey) -> bytes:
    """The PEM text of a private key as it is, for demonstrations only."""
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def opened(pem: bytes, passphrase: Passphrase | None) -> Ed25519PrivateKey:
    """The key in `pem`. NoPassphrase when it does not open, Damaged when what is in it is no Ed25519 key."""
    secret = passphrase.reveal() if passphrase is not None and is_sealed(pem) else None
    try:
        key = serialization.load_pem_private_key(pem, secret)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if is_sealed(pem):
            raise NoPassphrase(
                "The key does not open: the passphrase is wrong or the file is damaged.",
                "Type the passphrase again, or take the file from its backup.",
            ) from None
        raise Damaged("This is no private key file.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Damaged("This private key is not an Ed25519 key.")
    return key


def _der(tag: int, content: bytes) -> bytes:
    length = len(content)
    return (
        bytes([tag, length] if length < 128 else [tag, 0x81, length]) + content
    )  # nothing here reaches 256 bytes


def _sequence(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _oid(content: str) -> bytes:
    return _der(0x06, bytes.fromhex(content))


def _octets(content: bytes) -> bytes:
    return _der(0x04, content)


def _integer(number: int) -> bytes:
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
