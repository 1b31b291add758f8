"""Publications: what was made public where and when, and what was seen there later (DOMAIN §4.12).

::

    {"covers":["01JPSQ…"],"digest":"sha256:…","publication_id":"heron-4-summary","published_at":"2025-07-21T12:00:00.000000Z",
     "stated":[{"kind":"yellow","line_id":"AUT-50","value":"0.50","wording":"below the yellow line"}],
     "url":"https://example.org/heron-4","what":"capability_summary"}

1. A publication that is recorded again under its id, or corrected, is its next text; the last one is what is public.
2. A text that is seen at the address must be one that was recorded as published by then, else it is a SILENT_VARIANT.
3. What is not found at its address is PUBLICATION_GONE until it is seen there again or was openly withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ledger.register import Fact, View
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import decision, in_stream, observation
from ledger.subjects.payload import Decimal, Digest, EventId, Person, Slug, Text, Time

PUBLISHED: Final = "publication.recorded"
OBSERVED: Final = "publication.observed"
WITHDRAWN: Final = "publication.withdrawn"
ASSERTED: Final = "compliance.asserted"
CORRECTED: Final = "publication.corrected"


@dataclass(frozen=True, slots=True)
class Stated:
    """What a publication says of a line or a result, in its own `wording`, and what that comes to."""

    wording: Text
    line_id: Slug | None = None
    result_id: EventId | None = None
    kind: Literal["red", "yellow", "none"] | None = None
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """A document was made public. `covers`: the entries that it tells of; `redaction_of`: the whole of it."""

    publication_id: Slug
    what: Slug
    url: Text
    digest: Digest
    published_at: Time
    covers: tuple[EventId, ...]
    stated: tuple[Stated, ...]
    version: Slug | None = None
    first_seen_by: Person | None = None
    redaction_of: Digest | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """Somebody looked: the document found there, or none (no digest)."""

    publication_id: Slug
    url: Text
    seen_at: Time
    digest: Digest | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A publication was openly taken back."""

    publication_id: Slug
    reason: Text


@dataclass(frozen=True, slots=True)
class Assertion:
    """A statement about compliance: for a large developer a false one is unlawful [SB53 22757.12(e)]."""

    claim: Text
    scope: Text
    basis: tuple[EventId, ...]


def texts(view: View, publication_id: str) -> list[Fact]:
    """What was published under an id, corrected texts too, oldest first; the last is what is public."""
    every = [*view.of_type(PUBLISHED), *view.of_type(CORRECTED)]
    found = [x for x in every if x.data["publication_id"] == publication_id]
    return sorted(found, key=lambda x: (x.data["published_at"], x.index))


def published(view: View, digest: str) -> Fact | None:
    """The first publication of a document by now."""
    found = [x for x in view.of_type(PUBLISHED) if x.data["digest"] == digest]
    public = [x for x in found if x.data["published_at"] <= view.now]
    return min(public, key=lambda x: (str(x.data["published_at"]), x.index), default=None)


def withdrawn(view: View, publication_id: str) -> bool:
    """Whether a publication was openly taken back, and not published again."""
    taken = [x.index for x in view.of_type(WITHDRAWN) if x.data["publication_id"] == publication_id]
    return bool(taken) and max(taken) > max((x.index for x in texts(view, publication_id)), default=-1)


def standing(view: View) -> list[Fact]:
    """What is public now: of every publication that was not taken back its last text."""
    ids = dict.fromkeys(x.data["publication_id"] for x in view.of_type(PUBLISHED))
    return [texts(view, id_)[-1] for id_ in ids if not withdrawn(view, id_)]


def silent_variant(view: View) -> Iterator[Finding]:
    """SILENT_VARIANT: another text than those published stands at the address."""
    for seen in view.of_type(OBSERVED):
        known = texts(view, seen.data["publication_id"])
        by_then = [x.data["digest"] for x in known if x.data["published_at"] <= seen.data["seen_at"]]
        if known and "digest" in seen.data and seen.data["digest"] not in by_then:
            why = (
                f"{seen.data['url']} showed another text of {seen.data['publication_id']} than was published"
            )
            yield Finding("SILENT_VARIANT", seen.index, seen.recorded_at, why)


def publication_gone(view: View) -> Iterator[Finding]:
    """PUBLICATION_GONE: what was published is not found at its address."""
    last: dict[tuple[str, str], Fact] = {}
    for seen in sorted(view.of_type(OBSERVED), key=lambda x: (x.data["seen_at"], x.index)):
        last[seen.data["publication_id"], seen.data["url"]] = seen
    for (id_, url), seen in last.items():
        if "digest" not in seen.data and not withdrawn(view, id_):
            yield Finding("PUBLICATION_GONE", seen.index, seen.recorded_at, f"{id_} is not found at {url}")


FINDINGS: Final[tuple[Predicate, ...]] = (silent_variant, publication_gone)

_stream = in_stream("publication", "publication_id")

KINDS = (
    observation(PUBLISHED, "record-publication", Publication, "DOMAIN 4.12", _stream, """\
# A document was made public. Published again under the same id, it is the next text of the same publication.
data:
  publication_id: ""         # such as heron-4-summary
  what: capability_summary   # policy changelog capability_summary safeguards_summary acknowledgement report ...
  url: https://example.org/heron-4
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  published_at: 2025-07-21T12:00:00.000000Z
  covers: []                 # ids of the entries that it tells of
  stated: []                 # [{line_id: AUT-50, kind: yellow, value: "0.50", wording: below the yellow line}]
  # version: "2.3"
  # first_seen_by: p-9
  # redaction_of: sha256:0000000000000000000000000000000000000000000000000000000000000000
"""),
    observation(OBSERVED, "observe-publication", Observation, "DOMAIN 4.12", _stream, """\
# Somebody looked at the address of a publication. Without a digest: nothing was there.
data:
  publication_id: ""
  url: https://example.org/heron-4
  seen_at: 2025-09-01T08:00:00.000000Z
  # digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
"""),
    observation(WITHDRAWN, "withdraw-publication", Withdrawal, "DOMAIN 4.12", _stream, """\
# A publication was openly taken back.
data:
  publication_id: heron-4-summary
  reason: ""
"""),
    decision(ASSERTED, "assert-compliance", Assertion, "DOMAIN 4.12", in_stream("compliance"), """\
# A statement about compliance, with the entries that it rests on. It is a public statement: a false one is unlawful.
data:
  claim: ""
  scope: deployments of 2025
  basis: []                  # EVENT-ID
"""),
)  # fmt: skip
