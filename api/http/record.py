"""The state of the record, how it grew, and who is on the roll.

::

    GET /api/v1/checkpoint                     the newest signed state, as text
    GET /api/v1/consistency?from=5&to=14       that the first is a prefix of the second
    GET /api/v1/people?known_at=2025-06-30     appointments, keys, trust roster
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from api.http.answers import problems
from api.http.shapes import ConsistencyShape, PeopleShape
from api.public import people, proofs
from api.public.parameters import AsOf, KnownAt, Number, Public, end_of

router = APIRouter(tags=["record"])


@router.get(
    "/checkpoint",
    summary="The newest signed state of the record",
    response_class=PlainTextResponse,
    responses=problems(404),
)
def get_checkpoint(record: Public) -> PlainTextResponse:
    """A signed note: origin, size and root hash, then the log's signature (C2SP tlog-checkpoint)."""
    return PlainTextResponse(record.checkpoint(), headers={"cache-control": "public, max-age=2"})


@router.get("/consistency", summary="That the record only grew", responses=problems(400, 404))
def get_consistency(
    record: Public,
    from_: Annotated[Number, Query(alias="from", description="The smaller size")],
    to: Annotated[Number | None, Query(description="Default: the published state")] = None,
) -> ConsistencyShape:
    """The first `from` entries are still the first `from` entries of the first `to`."""
    found = proofs.consistency(record, from_, to)
    return ConsistencyShape(
        old=found.old,
        old_root=found.old_root.hex(),
        new=found.new,
        new_root=found.new_root.hex(),
        hashes=[h.hex() for h in found.hashes],
    )


@router.get("/people", summary="Who holds which role and which key", responses=problems(400))
def get_people(record: Public, as_of: AsOf = None, known_at: KnownAt = None) -> PeopleShape:
    """Appointments and keys of everybody on the roll, and the directory of trustees. Such acts are never withheld."""
    return PeopleShape.model_validate(people.roll(record, end_of(as_of), end_of(known_at)))
