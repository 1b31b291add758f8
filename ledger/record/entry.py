"""Entry: the leaf that the log keeps (RECORD §4).

::

    {"act":{…},"index":41,"prev":"<leaf hash of entry 40>","recorded_at":"…Z","stream_version":3,"v":1}
    {"index":42,"prev":"…","recorded_at":"…Z","v":1,"withheld":{"class":"board","digest":"…"}}

1. An entry must be canonical JSON of at most 65,535 bytes (a tlog-tiles bundle gives each entry 16 bits of length).
2. The act's bytes must stand in it exactly as signed: ``splice`` copies them, nothing re-encodes them.
3. ``prev`` of entry 0 must be 64 zeros, of any other the leaf hash of the entry before. Reading one entry cannot
   see that: it is the verifier's claim 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.act import Act, act_of
from ledger.record.canonical import decode

MAX_ENTRY_BYTES: Final = 65_535
NO_PREV: Final = bytes(32)

_BEFORE_ACT: Final = b'{"act":'

_CLEAR: Final = ("act", "index", "prev", "recorded_at", "stream_version", "v")
_WITHHELD: Final = ("index", "prev", "recorded_at", "v", "withheld")


@dataclass(frozen=True, slots=True)
class Withheld:
    """What stands for an act that is not public: its class and the commitment to it."""

    class_: str
    digest: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf, read. Either `act` and `stream_version`, or `withheld`. `prev` is hex."""

    index: int
    prev: str
    recorded_at: str
    act: Act | None
    stream_version: int | None
    withheld: Withheld | None


def splice(act: bytes, *, index: int, prev: bytes, recorded_at: str, stream_version: int) -> bytes:
    """The entry around an act's bytes. Refuses what a leaf cannot hold."""
    return _bounded(
        b'{"act":%b,"index":%d,"prev":"%b","recorded_at":"%b","stream_version":%d,"v":1}'
        % (act, index, prev.hex().encode(), recorded_at.encode(), stream_version)
    )


def splice_withheld(class_: str, digest: str, *, index: int, prev: bytes, recorded_at: str) -> bytes:
    """The entry of a withheld act."""
    return _bounded(
        b'{"index":%d,"prev":"%b","recorded_at":"%b","v":1,"withheld":{"class":"%b","digest":"%b"}}'
        % (index, prev.hex().encode(), recorded_at.encode(), class_.encode(), digest.encode())
    )


def _bounded(entry: bytes) -> bytes:
    if len(entry) > MAX_ENTRY_BYTES:
        raise Malformed(
            f"an entry of {len(entry)} bytes, the limit is {MAX_ENTRY_BYTES}",
            "",
            "record long documents as evidence: their digest enters, the document stays beside the ledger",
        )
    return entry


def read_entry(raw: bytes) -> Entry:
    """Read an entry from its bytes; Malformed says what is wrong and where."""
    if len(raw) > MAX_ENTRY_BYTES:
        raise Malformed(f"{len(raw)} bytes, the limit is {MAX_ENTRY_BYTES}")
    value = decode(raw)
    withheld = isinstance(value, dict) and "withheld" in value
    f.members(value, "", _WITHHELD if withheld else _CLEAR)
    if f.integer(value["v"], "/v", 1) != 1:
        raise Malformed(f"entry format {value['v']} is not known", "/v", "use a newer verifier")
    index = f.integer(value["index"], "/index")
    prev = f.hex64(value["prev"], "/prev")
    recorded_at = f.time(value["recorded_at"], "/recorded_at")
    if withheld:
        inner = f.members(value["withheld"], "/withheld", ("class", "digest"))
        class_ = f.disclosure_class(inner["class"], "/withheld/class")
        if class_ == "public":
            raise Malformed("a public act is not withheld", "/withheld/class")
        f.b64u(inner["digest"], "/withheld/digest", 32)
        return Entry(index, prev, recorded_at, None, None, Withheld(class_, inner["digest"]))
    version = f.integer(value["stream_version"], "/stream_version", 1)
    around = splice(
        b"", index=index, prev=bytes.fromhex(prev), recorded_at=recorded_at, stream_version=version
    )
    act = raw[len(_BEFORE_ACT) : len(raw) - len(around) + len(_BEFORE_ACT)]
    return Entry(index, prev, recorded_at, act_of(value["act"], act, "/act"), version, None)
