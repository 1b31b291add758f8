"""What a trustee's desk remembers between two sittings, in one sealed file: who asked, which keys, what is to go out.

::

    {"asks":{},"keys":{"<hex L>":"<43>"},"queue":[],"replies":{},"requests":{},"scanned":20245,…}

1. The file must be sealed under the year's key, mode 0600, and replaced whole or not at all.
2. A one-time key must be gone from the file as soon as its parts were combined: the file is written anew each time.
3. The file must have one length, or one of few: it is filled up to the next 64 KiB.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.errors import FileTrouble
from ledger.errors import Malformed
from ledger.record import canonical

STEP: Final = 65_536
_IV: Final = 12
_AAD: Final = b"countersign/trustee/v1/notes"

Random = Callable[[int], bytes]


@dataclass(slots=True)
class Notes:
    """See the module. Bytes stand as hex or base64url, so that it is JSON."""

    scanned: int = 0  # the last epoch whose compartments were opened
    mail_read: dict[str, int] = field(default_factory=dict)  # bundle digest -> epoch
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)  # L -> epoch, panel, k, eligible
    asks: dict[str, dict[str, Any]] = field(default_factory=dict)  # L -> seed, epoch, shares, wrong
    requests: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> request, state
    keys: dict[str, str] = field(default_factory=dict)  # L -> content key
    broken: dict[str, str] = field(default_factory=dict)  # L -> why it can never be opened
    replies: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> item, reply, state, kind
    queue: list[dict[str, Any]] = field(default_factory=list)  # to, message, epoch it goes with
    prepared: dict[str, str] = field(default_factory=dict)  # epoch -> what was prepared for it
    held: list[dict[str, Any]] = field(default_factory=list)  # case events that came before their item
    receipts: list[dict[str, Any]] = field(default_factory=list)  # of canaries filed from here
    bands: dict[str, dict[str, Any]] = field(
        default_factory=dict
    )  # statement's hash -> statement, signatures
    looked: dict[str, Any] = field(default_factory=dict)  # what of the ledger was seen last
    troubles: list[str] = field(default_factory=list)  # what came in and was refused, as sentences

    def to_bytes(self) -> bytes:
        return canonical.encode(asdict(self))


class NotesFile:
    """The file."""

    def __init__(self, path: Path, key: bytes, random: Random = os.urandom) -> None:
        self.path, self._cipher, self._random = path, AESGCM(key), random

    def read(self) -> Notes:
        """What is remembered; nothing where there is no file."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return Notes()
        try:
            plain = self._cipher.decrypt(raw[:_IV], raw[_IV:], _AAD)
            length = int.from_bytes(plain[:4], "big")
            return Notes(**canonical.decode(plain[4 : 4 + length]))
        except (InvalidTag, Malformed, TypeError, ValueError):
            raise FileTrouble(
                f"{self.path} does not open with this year's keys.",
                "Move it away: what waited in it must be asked of your colleagues again.",
            ) from None

    def write(self, notes: Notes) -> None:
        """Replace the file."""
        content = notes.to_bytes()
        plain = len(content).to_bytes(4, "big") + content
        plain += bytes(-len(plain) % STEP)
        iv = self._random(_IV)
        partial = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(iv + self._cipher.encrypt(iv, plain, _AAD))
            file.flush()
            os.fsync(descriptor)
        partial.replace(self.path)
