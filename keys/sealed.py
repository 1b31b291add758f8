"""Secret bytes that are no signing key, under a passphrase: a trustee's decryption seed.

    {"iv":"<16>","salt":"<22>","sealed":"<64>","use":"hpke","v":1}

scrypt (N 16384, r 8, p 5, as keys/pkcs8.py) gives the key of AES-256-GCM; `use` is authenticated along, so that one
file cannot be passed off as another.

1. salt and iv must be random and new for each file; they are arguments, so that tests need no luck.
2. A wrong passphrase and a damaged file must give one and the same error.
"""

from __future__ import annotations

import json

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keys.check import encoding
from keys.errors import NoPassphrase
from keys.passphrase import Passphrase

SALT_BYTES = 16
IV_BYTES = 12
_N, _R, _P = 2**14, 8, 5


def seal(secret: bytes, use: str, passphrase: Passphrase, *, salt: bytes, iv: bytes) -> bytes:
    """The file's content."""
    if len(salt) != SALT_BYTES or len(iv) != IV_BYTES:
        raise ValueError("salt has 16 bytes and iv 12")
    sealed = AESGCM(_key(passphrase, salt)).encrypt(iv, secret, use.encode())
    members = {
        "iv": encoding.encode(iv),
        "salt": encoding.encode(salt),
        "sealed": encoding.encode(sealed),
        "use": use,
        "v": 1,
    }
    return encoding.canonical(members) + b"\n"


def opened(content: bytes, use: str, passphrase: Passphrase) -> bytes:
    """The secret in a file's content; NoPassphrase when it does not open for `use`."""
    try:
        members = json.loads(content)
        if members["use"] != use or members["v"] != 1:
            raise ValueError
        iv, salt, sealed = (encoding.decode(members[name]) for name in ("iv", "salt", "sealed"))
        return AESGCM(_key(passphrase, salt)).decrypt(iv, sealed, use.encode())
    except (InvalidTag, ValueError, LookupError, TypeError, RecursionError):
        raise NoPassphrase(
            "The key does not open: the passphrase is wrong or the file is damaged.",
            "Type the passphrase again, or restore the keys from the sheet of paper.",
        ) from None


def _key(passphrase: Passphrase, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_N, r=_R, p=_P).derive(passphrase.reveal())
