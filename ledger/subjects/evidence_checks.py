"""Evidence that was looked for, and evidence that is taken back (DOMAIN §10, §4.17).

The ledger holds digests; the documents lie elsewhere. A check says which of a sample could be produced::

    {"at":"2025-12-16T10:00:00.000000Z","sample":[{"digest":"sha256:…","produced":false,"note":"not in the folder"}]}

1. A digest whose document could not be produced is EVIDENCE_UNAVAILABLE until a later check produces it.
2. Evidence that is retracted taints every decision that cites it; nothing that cited it is altered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import Malformed
from ledger.record.event import Event
from ledger.register import Fact, View
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import Kind, in_stream, observation
from ledger.subjects.payload import Digest, Text, Time, read_payload

CHECKED: Final = "evidence.checked"
RETRACTED: Final = "evidence.retracted"


@dataclass(frozen=True, slots=True)
class Sampled:
    """One document that was asked for."""

    digest: Digest
    produced: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Somebody asked for a sample of the documents."""

    at: Time
    sample: tuple[Sampled, ...]


@dataclass(frozen=True, slots=True)
class Retraction:
    """A document, or a sealed value, is no longer relied on. One of the two is named."""

    why: Text
    digest: Digest | None = None
    commitment: Text | None = None


def read(event: Event) -> Retraction:
    """`data` of evidence.retracted."""
    made = read_payload(Retraction, event.data)
    if (made.digest is None) == (made.commitment is None):
        raise Malformed("not exactly one of digest and commitment", "/data", "name the one that is retracted")
    return made


def unavailable(view: View) -> Iterator[Finding]:
    """EVIDENCE_UNAVAILABLE: a document was asked for and could not be produced."""
    last: dict[str, tuple[Fact, bool]] = {}
    for check in sorted(view.of_type(CHECKED), key=lambda x: x.index):
        for x in check.data["sample"]:
            last[x["digest"]] = check, x["produced"]
    missing = {digest: check for digest, (check, produced) in last.items() if not produced}
    if not missing:
        return
    cited: dict[str, int] = {}
    for fact in view:
        for item in fact.evidence:
            cited.setdefault(item.digest, fact.index)
    for digest, check in missing.items():
        where = cited.get(digest, check.index)
        why = f"the document {digest[:19]}… could not be produced on {check.data['at'][:10]} (entry {check.index})"
        yield Finding("EVIDENCE_UNAVAILABLE", where, check.recorded_at, why)


def tainted(view: View) -> list[tuple[Fact, Fact]]:
    """(decision, retraction) for every decision that cites what was retracted after it."""
    out = []
    for retraction in view.of_type(RETRACTED):
        gone = retraction.data.get("digest") or retraction.data["commitment"]
        out += [
            (x, retraction) for x in view if x.decides and x.index < retraction.index and gone in cites(x)
        ]
    return out


def cites(fact: Fact) -> set[str]:
    """Every digest and commitment that stands in a fact."""
    return {x.digest for x in fact.evidence} | set(fact.sealed.values()) | set(_texts(fact.data))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


FINDINGS: Final[tuple[Predicate, ...]] = (unavailable,)

KINDS = (
    observation(CHECKED, "check-evidence", Check, "DOMAIN 10", in_stream("evidence"), """\
# A sample of the documents behind the record was asked for: which could be produced?
data:
  at: 2025-12-16T10:00:00.000000Z
  sample:
    - {digest: "", produced: true}     # sha256:... of the document
"""),
    Kind(RETRACTED, "retract-evidence", "DOMAIN 4.17", False, read, in_stream("evidence"), """\
# A document is no longer relied on. Every decision that cites it is marked; nothing is altered.
data:
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000   # or commitment: of a sealed value
  why: ""
"""),
)  # fmt: skip
