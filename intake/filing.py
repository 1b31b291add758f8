"""From what somebody writes to what goes over the wire: one call, the same in every client written in Python.

::

    written = Written(text="…", panel="ltbt", excluded=(3,), files=(File("notes.txt", "text/plain", b"…"),))
    upload = seal(directory, written, secrets_of_the_words, chance)       Upload(envelope, pieces)
    upload.to_bytes()                                                     envelope ‖ chunks

1. Without secrets it is a no-proof filing: nothing in it follows from any words.
2. A text or files that are too long must be refused before anything is sealed, with the number of bytes to spare.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from intake import chunks, envelope
from intake.body import BYTES, MAX_CHUNKS, Attachment, Body, Chunk
from intake.derive import Secrets
from intake.directory import Directory
from intake.labels import Chance
from intake.upload import Upload
from ledger.errors import Malformed
from ledger.record.canonical import encode

_KEYS: Final = 2_000
"""Bytes of author, keys and signature, which are added when it is sealed."""


@dataclass(frozen=True, slots=True)
class File:
    """One attachment as it will be seen."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """What a reporter has to say, to whom, and past whom."""

    text: str
    panel: str
    excluded: tuple[int, ...] = ()
    files: tuple[File, ...] = ()
    follow_up: bool = False


def require(directory: Directory, written: Written) -> None:
    """What must hold before anybody is shown words for it. Malformed, TooFewEligible."""
    directory.eligible(written.panel, written.excluded)
    if not written.text.strip():
        raise Malformed("there is no text", "/text", "write what happened, when, and how you know")
    count = sum(max(1, -(-len(file.content) // chunks.PLAIN)) for file in written.files)
    if count > MAX_CHUNKS:
        needed = f"the files need {count} pieces of {chunks.PLAIN} bytes"
        raise Malformed(needed, "/attachments", f"at most {MAX_CHUNKS} pieces: leave some out")
    over_by = len(encode(_body(written, _stand_ins(written)).members())) + _KEYS - (BYTES - 4)
    if over_by > 0:
        cure = "put the longer part into a file, or into a second report"
        raise Malformed(f"the text is about {over_by} bytes too long", "/text", cure)


def seal(directory: Directory, written: Written, secrets: Secrets | None, chance: Chance) -> Upload:
    """Sealed, ready to be handed in. Malformed, TooFewEligible."""
    require(directory, written)
    if written.follow_up and secrets is None:
        raise Malformed("a follow-up is signed", "/kind", "it needs the twelve words of the report")
    attached = [chunks.attach(file.name, file.media_type, file.content, chance) for file in written.files]
    body = _body(written, tuple(named for named, _ in attached))
    made = envelope.seal(directory, body, chance(envelope.NONCE_BYTES), chance, secrets)
    return Upload(made, tuple(piece for _, pieces in attached for piece in pieces))


def _body(written: Written, attachments: tuple[Attachment, ...]) -> Body:
    return Body(
        kind="follow_up" if written.follow_up else "report",
        panel=written.panel,
        text=written.text,
        excluded=tuple(sorted(set(written.excluded))),
        attachments=attachments,
    )


def _stand_ins(written: Written) -> tuple[Attachment, ...]:
    """The files as the body will name them, without sealing them: for their length."""
    piece = Chunk(bytes(32), bytes(32))
    return tuple(
        Attachment(
            file.name,
            file.media_type,
            len(file.content),
            (piece,) * max(1, -(-len(file.content) // chunks.PLAIN)),
        )
        for file in written.files
    )
