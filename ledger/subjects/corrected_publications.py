"""Corrected publications: a material correction of what was public is made public as well (DOMAIN §4.17).

::

    {"corrections":["01JX…"],"digest":"sha256:…","marked_corrected":true,"publication_id":"heron-4-summary",
     "published_at":"2025-08-14T12:00:00.000000Z","url":"https://example.org/heron-4"}

1. It must meet the commitment of a correction only when the public page says that it was corrected.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.engine.commitments import PUBLICATION_CORRECTED
from ledger.register import View
from ledger.subjects.kind import in_stream, observation
from ledger.subjects.payload import Digest, EventId, Slug, Text, Time


@dataclass(frozen=True, slots=True)
class Corrected:
    """The corrected text of a publication, and the corrections that it tells of."""

    publication_id: Slug
    corrections: tuple[EventId, ...]
    digest: Digest
    url: Text
    published_at: Time
    marked_corrected: bool


def corrected_texts(view: View, publication_id: str) -> list[str]:
    """Digests of the corrected texts of a publication."""
    found = view.of_type(PUBLICATION_CORRECTED)
    return [x.data["digest"] for x in found if x.data["publication_id"] == publication_id]


KINDS = (
    observation(PUBLICATION_CORRECTED, "correct-publication", Corrected, "DOMAIN 4.17",
                in_stream("publication", "publication_id"), """\
# The corrected text of a publication is out. The page itself says that it was corrected.
data:
  publication_id: ""         # such as heron-4-summary
  corrections: []            # EVENT-ID of each correction that it tells of
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  url: https://example.org/heron-4
  published_at: 2025-08-14T12:00:00.000000Z
  marked_corrected: true
""", withholdable=False),
)  # fmt: skip
