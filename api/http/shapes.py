"""The shapes of JSON answers, as the published OpenAPI description states them.

::

    {"index":7,"leaf_hash":"9c1f…","recorded_at":"2025-03-14T09:03:00.000000Z","entry":{…},
     "disclosures":[{"commitment":"…","disclosure":"…","name":"protocol","published":10,"value":"…"}],
     "erased":[],"corrections":[{"index":9,"path":"/text","is":"…"}]}

1. Hashes are lower-case hex, sizes and indexes counts of entries, times UTC with six decimals.
2. A member that may be missing must be null, never absent; an answer must hold no member that is not here.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from ledger.record.canonical import MAX_INT


class Shape(BaseModel):
    """An answer: exactly these members."""

    model_config = ConfigDict(extra="forbid")


Hash: TypeAlias = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Count: TypeAlias = Annotated[int, Field(ge=0, le=MAX_INT)]
Note: TypeAlias = Annotated[str, Field(description="A signed note (C2SP tlog-checkpoint)")]


class RefusalShape(Shape):
    """One rule against an act: which, why, and what would cure it."""

    rule: str
    reason: str
    cure: str


class ProblemShape(Shape):
    """RFC 9457. Always all eight members; `where` is a JSON pointer or the name of a parameter."""

    type: str
    title: str
    status: int
    detail: str
    where: str
    rule: str
    cure: str
    refusals: list[RefusalShape]


class DisclosureShape(Shape):
    """A published value, and the text that opens its commitment (RFC 9901); `published` is the entry that says so."""

    name: str
    value: Any
    commitment: str
    disclosure: str
    published: Count


class ErasureShape(Shape):
    """A commitment whose value was erased, and the entry that says so."""

    commitment: str
    erased: Count


class CorrectionShape(Shape):
    """Entry `index` says that the value at `path` is `is`."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)

    index: Count
    path: str
    is_: Any = Field(alias="is")


class EntryShape(Shape):
    """One entry. `entry` is the leaf as canonical JSON reads it; its bytes are at /entries/{index}/leaf."""

    index: Count
    leaf_hash: Hash
    recorded_at: str
    entry: dict[str, Any]
    disclosures: list[DisclosureShape]
    erased: list[ErasureShape]
    corrections: list[CorrectionShape]


class PageShape(Shape):
    """A page of entries of a record of `size`; `next` is the `after` of the next page, null when there is none."""

    size: Count
    entries: list[EntryShape]
    next: Count | None


class ProofShape(Shape):
    """That the entry stands at `index` of the tree in `checkpoint`: RFC 6962 audit path, leaf's sibling first."""

    index: Count
    leaf_hash: Hash
    size: Count
    root: Hash
    hashes: list[Hash]
    checkpoint: Note


class ConsistencyShape(Shape):
    """That the tree of `old` entries is a prefix of the tree of `new` (RFC 6962)."""

    old: Count
    old_root: Hash
    new: Count
    new_root: Hash
    hashes: list[Hash]


class GateReasonShape(Shape):
    """One reason: whose rule (`house` true: the house's own), how firm, whether it denies, and what would cure it."""

    code: str
    rule: str
    ref: str
    house: bool
    modality: str
    enforce: str
    about: list[str]
    evidence_ids: list[str]
    why: str
    cure: str


class PlannedShape(Shape):
    """A planned multiple of a run."""

    baseline_model: str
    mult: str


class VerdictShape(Shape):
    """What a gate answers, as of an instant and known below entry `bound`; `unread` entries are withheld."""

    action: str
    model: str
    surface: str | None
    run: str | None
    planned: list[PlannedShape]
    verdict: str
    policy: str
    as_of: str
    bound: Count
    marks: list[str]
    reasons: list[GateReasonShape]
    inputs: list[str]
    inputs_digest: str
    unread: Count


class ReceiptShape(Shape):
    """The promise that an act is on the record."""

    index: Count
    event_id: str
    leaf_hash: Hash
    recorded_at: str
    checkpoint: Note


class AppointmentShape(Shape):
    """A role held from `from` until `to`, made and ended by entries; `in_office` at the instant asked about."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)

    role: str
    from_: str = Field(alias="from")
    to: str | None
    made: Count
    ended: Count | None
    in_office: bool


class KeyShape(Shape):
    """A public key, registered and revoked by entries; `live` at the size asked about."""

    key: str
    kind: str
    public: str
    registered: Count
    revoked: Count | None
    compromised_from: Count | None
    live: bool


class PersonShape(Shape):
    """Somebody on the roll. Persons are opaque ids: the ledger holds no names."""

    person: str
    appointments: list[AppointmentShape]
    keys: list[KeyShape]


class RosterShape(Shape):
    """The directory of trustees, as entry `index` recorded it (INTAKE §10)."""

    index: Count
    roster: dict[str, Any]


class PeopleShape(Shape):
    """Everybody on the roll of the first `size` entries."""

    size: Count
    at: str
    people: list[PersonShape]
    roster: RosterShape | None


class DraftShape(Shape):
    """A draft on the docket. Of a withheld draft only the operator sees what is null here for others."""

    id: str | None
    class_: str = Field(alias="class")
    withheld: bool
    opened_at: str
    not_after: str | None
    expired: bool
    event: dict[str, Any] | None
    event_digest: str | None
    signatures: list[dict[str, Any]]
    missing: list[RefusalShape]
    wants: list[str]
    disclosures: list[str]

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class DocketShape(Shape):
    """Drafts that wait, oldest first. `next`: the `start` of the next page, null on the last."""

    drafts: list[DraftShape]
    next: int | None


class OutcomeShape(Shape):
    """What a signature led to: the draft still waiting, or the receipt of the act that it completed."""

    draft: DraftShape | None
    receipt: ReceiptShape | None


class HealthShape(Shape):
    """`status` is ok, or attention: the clock lags over 5 minutes behind the record, or the store was restored."""

    status: str
    size: Count
    recorded_at: str
    published: Count
    clock: str
    clock_behind: bool
    restored: bool
