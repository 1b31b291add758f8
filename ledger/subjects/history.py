"""History: public records transcribed into a ledger of their own (DOMAIN §4.20, P10).

Signed ``attest`` as IMPORTER under the importer's own key, never under those of the people it names; the
provenance says from which source and how sure. Imprecise dates keep their precision::

    {"precision":"month","stated_date":"2024-03","subject":"determination/claude-3","text":"Remains at ASL-2; …",
     "title":"Claude 3 family"}
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.event import Event
from ledger.subjects.kind import Kind
from ledger.subjects.payload import read_text

IMPORTED = "history.imported"
PRECISIONS = frozenset("day month year before after none".split())

FORM = """\
# One transcribed public record; `countersign history import FILE` makes these. Signed as IMPORTER.
data:
  title: ""
  text: ""
  subject: policy/rsp/1.0
  stated_date: "2024-03"
  precision: month      # day month year before after none
"""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a source says happened, with its date as stated and how precise that is."""

    title: str
    text: str
    subject: str
    stated_date: str
    precision: str


def read(event: Event) -> Transcript:
    """`data` of history.imported."""
    data = f.members(event.data, "/data", ("precision", "stated_date", "subject", "text", "title"))
    if event.imported is None:
        raise Malformed(
            "history is imported, not live", "/provenance", "name source, confidence and transcriber"
        )
    return Transcript(
        read_text(data["title"], "/data/title"),
        read_text(data["text"], "/data/text"),
        f.stream(data["subject"], "/data/subject"),
        f.text(data["stated_date"], "/data/stated_date", empty=True),
        f.one_of(data["precision"], PRECISIONS, "/data/precision"),
    )


KINDS = (
    Kind(
        type=IMPORTED,
        command="import-entry",
        section="DOMAIN 4.20",
        decides=False,
        read=read,
        stream=lambda view, event: f"history/{event.id}",
        form=FORM,
        actors=frozenset(("IMPORTER",)),
    ),
)
