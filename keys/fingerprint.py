"""Long numbers in a form that two people can compare, by eye or aloud.

    k-3e02 49e8 8adb f15d 365d dd94 e18e a184                                          a key: its id
    9f86 d081 884c 7d65 9a2f eaa0 c55a d015 a3bf 4f1b 2b0b 822c d15d 6c15 b0f0 0a08    founding entry, log key
    SHA256:6ZzTr6h0m3bqV0pBm8gnkyU6F0b1FVrsWfXSm0nYAAw                                 what ssh-keygen -l shows

1. A fingerprint must be compared whole: `same` never takes a part for the whole.
"""

from __future__ import annotations

import base64
import hashlib

from keys.check import encoding
from keys.public import PublicKey

_FOUR = 4


def fours(text: str) -> str:
    """Hex digits in groups of four; a leading "k-" stays with the first."""
    head, digits = ("k-", text[2:]) if text.startswith("k-") else ("", text)
    return head + " ".join(digits[at : at + _FOUR] for at in range(0, len(digits), _FOUR))


def of_key(key: PublicKey) -> str:
    """The key's id in fours: it is a hash of kind and key already, of 128 bits."""
    return fours(key.key_id)


def of_vkey(vkey: str) -> str:
    """SHA-256 of the log's verification key as it is written ("origin+hash+base64"), in fours."""
    return fours(hashlib.sha256(vkey.encode()).hexdigest())


def of_founding(leaf_hash: str) -> str:
    """The leaf hash of entry 0 in fours; ValueError unless it is 64 hex digits in lower case."""
    if len(leaf_hash) != 64 or bytes.fromhex(leaf_hash).hex() != leaf_hash:
        raise ValueError("the founding hash is 64 hex digits in lower case")
    return fours(leaf_hash)


def of_ssh(key: PublicKey) -> str | None:
    """What `ssh-keygen -l` shows of an SSH key, None for the other kinds."""
    if key.kind != "sshsig":
        return None
    digest = hashlib.sha256(encoding.decode(key.public)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def same(one: str, other: str) -> bool:
    """True if both are the same digits, however they were spaced and capitalised. Not for of_ssh: case counts there."""
    return bool(_bare(one)) and _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()
