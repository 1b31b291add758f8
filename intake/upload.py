"""What a client hands in: an envelope and its chunks, one after the other (INTAKE §2, §10).

    envelope ‖ chunk ‖ chunk …            n chunks in body order, at most 32

1. Its length alone says how many chunks there are; any other length is refused.
2. A chunk must not stand twice in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from intake import chunks, envelope
from intake.body import MAX_CHUNKS
from intake.directory import Directory
from intake.envelope import Envelope
from ledger.errors import Malformed


@dataclass(frozen=True, slots=True)
class Upload:
    """An envelope and its chunks."""

    envelope: Envelope
    pieces: tuple[bytes, ...] = ()

    @property
    def ids(self) -> tuple[bytes, ...]:
        """The ids of the chunks, in order."""
        return tuple(chunks.chunk_id(piece) for piece in self.pieces)

    def to_bytes(self) -> bytes:
        """What goes over the wire."""
        return self.envelope.data + b"".join(self.pieces)


def longest(seats: int) -> int:
    """The most bytes that an upload to a directory with so many seats can have."""
    return envelope.length(seats) + MAX_CHUNKS * chunks.BYTES


def directory_digest(data: bytes) -> bytes:
    """Which directory an upload claims to be sealed to."""
    return data[2:34]


def read(data: bytes, directory: Directory) -> Upload:
    """An upload to `directory`; Malformed."""
    size = envelope.length(directory.size)
    count, rest = divmod(len(data) - size, chunks.BYTES)
    if rest or not 0 <= count <= MAX_CHUNKS:
        raise Malformed(
            f"{len(data)} bytes",
            "",
            f"{size} and 0 to {MAX_CHUNKS} times {chunks.BYTES}: send the file as it is",
        )
    pieces = tuple(data[size + n * chunks.BYTES :][: chunks.BYTES] for n in range(count))
    upload = Upload(envelope.read(data[:size], directory), pieces)
    if len(set(upload.ids)) < count:
        raise Malformed("a chunk stands twice")
    return upload
