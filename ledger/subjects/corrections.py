"""Corrections: the wrong entry stays readable, the right value counts from the correction on (DOMAIN §4.17).

The corrected event is named by ``corrects`` in the envelope::

    {"discovered_at":"2025-08-08T09:00:00.000000Z","discovered_by":"p-4","effects":[],"field_path":"/line/kind",
     "how":"read against the policy","is":"red","kind":"line_kind","material":true,"republish":[],"was":"yellow"}
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import Malformed, Refusal
from ledger.record import fields as f
from ledger.record.act import Act
from ledger.record.canonical import Json, encode
from ledger.record.event import Event
from ledger.record.people import each
from ledger.record.pointer import look
from ledger.record.publicity import NEVER_WITHHELD
from ledger.register import CORRECTED, EFFECTIVE_AT, Fact, View
from ledger.subjects.kind import Kind, Unjudged, approving_roles
from ledger.subjects.payload import read_text

PUBLICATION = "publication.recorded"
KIND_WORDS = frozenset("clerical factual classification line_kind attribution timing".split())

FORM = """\
# Corrects one value of one entry. All roles that signed the original sign; for a clerical slip (not material) one of
# them is enough.
corrects: EVENT-ID
data:
  field_path: /text     # JSON pointer into the entry's data, or /effective_at (kind: timing)
  was: ""               # the value as it reads now
  is: ""
  kind: clerical        # clerical factual classification line_kind attribution timing
  material: false
  discovered_at: 2025-08-08T09:00:00.000000Z
  discovered_by: p-4
  how: ""
  effects: []
  republish: []
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is corrected, from `was` to `is_`, and how that came to light."""

    corrects: str
    kind: str
    field_path: str
    was: Json
    is_: Json
    discovered_at: str
    discovered_by: str
    how: str
    material: bool
    effects: tuple[str, ...]
    republish: tuple[str, ...]


def read(event: Event) -> Correction:
    """`data` of entry.corrected; the event that it corrects stands in the envelope."""
    names = (
        "discovered_at",
        "discovered_by",
        "effects",
        "field_path",
        "how",
        "is",
        "kind",
        "material",
        "republish",
        "was",
    )
    data = f.members(event.data, "/data", names)
    if event.corrects is None:
        raise Malformed("member 'corrects' is missing", "", "name the event that is corrected")
    if not isinstance(data["material"], bool):
        raise Malformed("not true or false", "/data/material")
    correction = Correction(
        corrects=event.corrects,
        kind=f.one_of(data["kind"], KIND_WORDS, "/data/kind"),
        field_path=f.text(data["field_path"], "/data/field_path"),
        was=data["was"],
        is_=data["is"],
        discovered_at=f.time(data["discovered_at"], "/data/discovered_at"),
        discovered_by=f.person(data["discovered_by"], "/data/discovered_by"),
        how=read_text(data["how"], "/data/how"),
        material=data["material"],
        effects=each(data["effects"], "/data/effects", f.text),
        republish=each(data["republish"], "/data/republish", f.text),
    )
    if (correction.kind == "timing") != (correction.field_path == EFFECTIVE_AT):
        raise Malformed("kind timing and /effective_at go together", "/data/field_path")
    if correction.kind == "timing":
        f.time(correction.is_, "/data/is")
    return correction


def judge_target(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COR-1: the event stands on the record, and not among those that others verify by."""
    correction = read(act.event)
    fact = view.get(correction.corrects)
    unread = view.unread()
    if fact is None and unread is not None:
        raise Unjudged(unread)  # it may be the one that is meant
    if fact is None:
        why = f"{correction.corrects} is not on the record, or its act cannot be read here"
        return [Refusal("G-COR-1", why, "name the id of a recorded event")]
    if fact.type in NEVER_WITHHELD:
        cure = "others verify by it: end the appointment, revoke the key or publish anew by an act of its own"
        return [Refusal("G-COR-1", f"{fact.type} is not corrected", cure)]
    return []


def judge_was(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COR-2: ``was`` equals the value as it reads now, and ``is`` differs from it."""
    correction = read(act.event)
    fact = view.get(correction.corrects)
    if fact is None:
        return []
    found = _misquoted(fact, correction)
    unread = view.unread(fact.index)
    if found and fact.withheld and unread is not None:
        raise Unjudged(
            unread
        )  # it may have corrected the value meanwhile; an entry in clear is corrected in clear
    return found


def _misquoted(fact: Fact, correction: Correction) -> list[Refusal]:
    try:
        reads = fact.effective_at if correction.kind == "timing" else look(fact.data, correction.field_path)
    except KeyError:
        why = f"entry {fact.index} has nothing at {correction.field_path}"
        return [Refusal("G-COR-2", why, "point at a value that is there; the register shows each path")]
    # Compared as bytes: in Python True is 1.
    if encode(reads) != encode(correction.was):
        why = f"{correction.field_path} of entry {fact.index} does not read so now"
        return [Refusal("G-COR-2", why, f"state as 'was' what it reads: {reads!r}"[:300])]
    if encode(reads) == encode(correction.is_):
        return [Refusal("G-COR-2", "'is' and 'was' are the same", "state the right value")]
    return []


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-COR-3: the roles that signed the original approve; one of them is enough for a clerical slip.

    Nobody else's word that it is only clerical, or not material, lets them change what others signed.
    """
    correction = read(act.event)
    fact = view.get(correction.corrects)
    if fact is None:
        return []
    roles, approving = signing_roles(fact), approving_roles(act)
    if not correction.material and correction.kind == "clerical":
        if roles & approving:
            return []
        why = f"a clerical correction of entry {fact.index} lacks one of {', '.join(sorted(roles))}"
        return [Refusal("G-COR-3", why, "a role that signed the original approves the correction")]
    missing = roles - approving
    if not missing:
        return []
    why = f"a correction of entry {fact.index} lacks {', '.join(sorted(missing))}"
    return [Refusal("G-COR-3", why, "the roles that signed the original approve the correction")]


def signing_roles(fact: Fact) -> set[str]:
    """Roles that approved or attested a fact."""
    return {s.role for s in fact.signers if s.statement in ("approve", "attest")}


def recorded(view: View, index: int) -> Fact:
    """The fact of an entry below the bound; Unjudged when its act cannot be read here."""
    fact = view.register.facts[index]
    if fact is None:
        raise Unjudged(index)
    return fact


def is_published(view: View, event: Event) -> bool:
    """Whether a publication told of what is corrected: then the correction is public at once (DOMAIN §10)."""
    return any(event.corrects in x.data["covers"] for x in view.of_type(PUBLICATION))


KINDS = (
    Kind(
        type=CORRECTED,
        command="correct-entry",
        section="DOMAIN 4.17",
        decides=True,
        read=read,
        stream=lambda view, event: f"correction/{event.id}",
        judges={"G-COR-1": judge_target, "G-COR-2": judge_was, "G-COR-3": judge_signers},
        form=FORM,
        public_when=is_published,
    ),
)
