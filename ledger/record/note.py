"""Signed notes and cosignatures (C2SP signed-note, tlog-cosignature).

::

    example.org/log
    41
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.org/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
    — witness.example/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1n…

A verifier key (vkey) is ``<name>+<key id, 8 hex>+<base64 of type byte and public key>``.

1. A note must be valid UTF-8 without control characters other than LF; its text ends in LF.
2. A key id must be SHA-256(name LF type public key)[:4]; a vkey whose id disagrees is refused.
3. Lines of unknown keys must be ignored, a line of a known key that does not hold voids the note.
4. Log keys have type 0x01, cosigners 0x04 (Ed25519 over a timestamp and the text); other types are ignored.

Checking a signature needs cryptography, which this package does not import: the caller hands in `Ed25519`
(``keys.check.ed25519``).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Protocol, TypeAlias

from ledger.errors import Malformed

LOG_KEY: Final = 0x01
COSIGNER_KEY: Final = 0x04
MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 100

Ed25519: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""``check(public key, signature, message)``: True when the signature holds."""


@dataclass(frozen=True, slots=True)
class Vkey:
    """A verifier key: `name`, signature `type` byte, raw `public` key.

    >>> Vkey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").name
    'PeterNeumann'
    """

    name: str
    type: int
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Vkey:
        """Read a vkey; Malformed unless it is exactly what ``str`` writes."""
        name, plus, rest = text.partition("+")
        key_hash, plus2, encoded = rest.partition("+")
        raw = _unbase64(encoded)
        if not (plus and plus2 and valid_name(name) and raw) or base64.b64encode(raw).decode() != encoded:
            raise Malformed("not a verifier key", "", "it reads <name>+<8 hex digits>+<base64>")
        key = cls(name, raw[0], raw[1:])
        if key.type in (LOG_KEY, COSIGNER_KEY) and len(key.public) != 32:
            raise Malformed(f"a public key of {len(key.public)} bytes instead of 32", "verifier key")
        if key.id.hex() != key_hash:
            raise Malformed(
                "the key id does not belong to this name and key", "verifier key", "copy it whole"
            )
        return key

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name LF type public)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.type]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.type]) + self.public).decode()}"


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line: key `name`, key `id` (4 bytes), `signature` bytes."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note. Nothing in it may be believed before `signed_by` said so."""

    text: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.lines))

    def signed_by(self, key: Vkey, check: Ed25519) -> bool:
        """True when `key` (a log key) signed the text and no line of this key is bad."""
        lines = [x for x in self.lines if (x.name, x.id) == (key.name, key.id)]
        return (
            key.type == LOG_KEY
            and bool(lines)
            and all(check(key.public, x.signature, self.text.encode()) for x in lines)
        )

    def cosigned_by(self, key: Vkey, check: Ed25519) -> int | None:
        """When `key` (a cosigner's) says it saw this checkpoint: seconds since 1970 of its first line; else None."""
        if key.type != COSIGNER_KEY:
            return None
        times = [
            cosigned_at(x, self.text, key, check) for x in self.lines if (x.name, x.id) == (key.name, key.id)
        ]
        return times[0] if times and None not in times else None


class NoteSigner(Protocol):
    """What signs notes: a private key under a vkey."""

    @property
    def vkey(self) -> Vkey: ...

    def sign(self, message: bytes) -> bytes: ...


def sign_note(text: str, *signers: NoteSigner) -> str:
    """`text` (ending in LF) signed by log keys (type 0x01)."""
    if any(s.vkey.type != LOG_KEY for s in signers):
        raise ValueError("only a log key (0x01) signs the text alone")
    lines = [Line(s.vkey.name, s.vkey.id, s.sign(text.encode())) for s in signers]
    return str(parse_note(str(Note(text, tuple(lines)))))


def cosign(text: str, signer: NoteSigner, seconds: int) -> Line:
    """A cosignature line (type 0x04) made at `seconds` since 1970."""
    if signer.vkey.type != COSIGNER_KEY:
        raise ValueError("only a cosigner's key (0x04) cosigns")
    signature = signer.sign(cosigned_message(text, seconds))
    return Line(signer.vkey.name, signer.vkey.id, seconds.to_bytes(8, "big") + signature)


def cosigned_message(text: str, seconds: int) -> bytes:
    """What a cosigner signs: the header, its time, the whole note text."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosigned_at(line: Line, text: str, key: Vkey, check: Ed25519) -> int | None:
    """The time in a cosignature line if it holds, else None."""
    seconds = int.from_bytes(line.signature[:8], "big")
    if len(line.signature) != 72 or seconds >= 1 << 63:
        return None
    return seconds if check(key.public, line.signature[8:], cosigned_message(text, seconds)) else None


def parse_note(data: str | bytes) -> Note:
    """Read a note; Malformed unless it is exactly what ``str`` writes."""
    try:
        raw = data.encode() if isinstance(data, str) else data
        if len(raw) > MAX_NOTE_BYTES:
            raise Malformed(f"a note of {len(raw)} bytes, the limit is {MAX_NOTE_BYTES}")
        whole = raw.decode()
    except UnicodeError:
        raise Malformed("the note is not UTF-8") from None
    if any(c < " " and c != "\n" for c in whole):
        raise Malformed("control character in a note")
    text, blank, signatures = whole.rpartition("\n\n")
    if not (blank and signatures.endswith("\n")):
        raise Malformed("a note is a text, an empty line and signature lines that end in a line feed")
    rows = signatures[:-1].split("\n")
    if len(rows) > MAX_SIGNATURES:
        raise Malformed(f"{len(rows)} signatures, the limit is {MAX_SIGNATURES}")
    note = Note(text + "\n", tuple(map(_line, rows)))
    if str(note) != whole:
        raise Malformed("not in the form in which notes are written")
    return note


def _line(row: str) -> Line:
    dash, _, rest = row.partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = _unbase64(encoded)
    if dash != "—" or not valid_name(name) or len(raw) < 5:
        raise Malformed("not a signature line", "", "it reads: em dash, space, key name, space, base64")
    return Line(name, raw[:4], raw[4:])


def valid_name(name: str) -> bool:
    """Key names are valid Unicode, not empty, and hold no space, no plus sign and no control character."""
    return bool(name) and not any(
        c == "+" or c < " " or c.isspace() or "\ud800" <= c <= "\udfff" for c in name
    )


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return b""
