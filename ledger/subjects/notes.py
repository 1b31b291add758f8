"""Notes: a free signed statement with evidence and sealed fields (RECORD §8).

::

    {"about":["01JPSQ5R00ABCDEFGHJKMNPQRS"],"text":"Evacuation drill held; see the attached report."}
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.record import fields as f
from ledger.record.event import Event
from ledger.record.people import each
from ledger.subjects.kind import Kind
from ledger.subjects.payload import read_text

FORM = """\
# A free statement: what you saw, decided informally, or want on the record.
data:
  text: ""            # what you state, in plain words
  # about: [EVENT-ID] # entries that it speaks of
# sealed: {detail: ""}  # said to a class of readers only; the public sees that something is withheld
# evidence: [{file: report.pdf, title: "Report", source: internal}]
"""


@dataclass(frozen=True, slots=True)
class Note:
    """A statement, and the events that it speaks of."""

    text: str
    about: tuple[str, ...]


def read(event: Event) -> Note:
    """`data` of note.recorded."""
    data = f.members(event.data, "/data", ("text",), ("about",))
    about = each(data["about"], "/data/about", f.ulid) if "about" in data else ()
    return Note(read_text(data["text"], "/data/text"), about)


KINDS = (
    Kind(
        type="note.recorded",
        command="note",
        section="RECORD 8",
        decides=False,
        read=read,
        stream=lambda view, event: f"note/{event.id}",
        form=FORM,
    ),
)
