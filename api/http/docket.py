"""The docket: drafts that wait for signatures. Everyone signs the same bytes; the last signature records the act.

::

    GET    /api/v1/docket                        what waits
    POST   /api/v1/docket                        {"event":{…},"signatures":[…],"wants":["p-rso"]}
    GET    /api/v1/docket/01KD…                  one draft: exact text, who signed, what is missing and its cure
    POST   /api/v1/docket/01KD…/signatures       one signature (RECORD §3)
    DELETE /api/v1/docket/01KD…                  withdraw: the operator, on the machine itself

1. A draft must bring at least one signature that counts, unless the operator opens it: strangers cannot fill it.
2. Only a draft can be withdrawn, by the operator alone; what is recorded stays.
3. Of a withheld draft nobody but the operator may see more than its class and dates.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from api.http.acts import receipt_shape, submission
from api.http.answers import problems
from api.http.bodies import DRAFT, SIGNATURE, json_body
from api.http.body import read_body
from api.http.problems import NotAllowed
from api.http.shapes import DocketShape, DraftShape, OutcomeShape
from api.public.docket import shown
from api.public.parameters import EventId, Limit, Operator, Public, Start
from api.public.record import PublicRecord
from ledger.docket import Pending
from ledger.draft import Draft
from ledger.errors import NotFound, Refusal, Refused
from ledger.record.act import Act, Signature, signature_of
from ledger.record.canonical import decode
from ledger.record.event import event_of
from ledger.record.signatures import signature_faults
from ledger.store.port import Receipt

router = APIRouter(tags=["docket"])


@router.get("/docket", summary="Drafts that wait for signatures", responses=problems(400))
def list_drafts(record: Public, operator: Operator, start: Start = 0, limit: Limit = 50) -> DocketShape:
    """Oldest first, a page at a time. What is missing is the judge's own answer to the act as signed so far."""
    docket = record.house.docket
    drafts = [_draft(p, operator) for p in docket.page(start, limit)]
    following = start + limit
    return DocketShape(drafts=drafts, next=following if following < docket.count() else None)


@router.post(
    "/docket",
    summary="Open a draft",
    status_code=201,
    responses={
        200: {"model": OutcomeShape, "description": "It is on the docket already, with this content"},
        **problems(400, 403, 408, 409, 413, 415, 422),
    },
    openapi_extra=json_body(DRAFT),
)
def open_draft(
    request: Request,
    response: Response,
    record: Public,
    operator: Operator,
    body: Annotated[bytes, Depends(read_body)],
) -> OutcomeShape:
    """Puts a draft on the docket with the signatures that it has. Completes it when nothing is missing."""
    sent = submission(body, "wants")
    signatures = [signature_of(s, f"/signatures/{i}") for i, s in enumerate(sent.signatures)]
    event = event_of(sent.event, "/event")
    docket = record.house.docket
    if not operator:
        _refuse_strangers(record, sent.event, signatures)
    if _waits(record, event.id):
        response.status_code = 200
    elif docket.count() >= request.app.state.limits.drafts and not operator:
        raise NotAllowed("the docket is full")
    draft = Draft(sent.event, sent.disclosures)
    outcome: Pending | Receipt = docket.open(draft, withheld=sent.withheld, wants=sent.wants)
    for signature in signatures:
        if isinstance(outcome, Receipt):
            break
        outcome = docket.sign(event.id, signature)
    return _outcome(outcome, operator)


@router.get("/docket/{event_id}", summary="One draft", responses=problems(400, 404))
def get_draft(record: Public, operator: Operator, event_id: EventId) -> DraftShape:
    """The exact text that people sign, who signed, what is missing and how that is cured."""
    return _draft(record.house.docket.get(event_id), operator)


@router.post(
    "/docket/{event_id}/signatures",
    summary="Sign a draft",
    responses=problems(400, 404, 408, 413, 415, 422),
    openapi_extra=json_body(SIGNATURE),
)
def sign_draft(
    record: Public,
    operator: Operator,
    event_id: EventId,
    body: Annotated[bytes, Depends(read_body)],
) -> OutcomeShape:
    """Adds a signature that holds and counts; the receipt when it was the last one needed."""
    return _outcome(record.house.docket.sign(event_id, signature_of(decode(body), "")), operator)


@router.delete(
    "/docket/{event_id}",
    summary="Withdraw a draft",
    status_code=204,
    responses=problems(400, 403, 404),
)
def withdraw_draft(record: Public, operator: Operator, event_id: EventId) -> None:
    """Takes a draft off the docket, with its signatures. Nothing on the record changes."""
    if not operator:
        raise NotAllowed("only the operator withdraws a draft, on the machine that keeps the ledger")
    record.house.docket.get(event_id)
    record.house.docket.withdraw(event_id)


def _waits(record: PublicRecord, event_id: str) -> bool:
    try:
        record.house.docket.get(event_id)
    except NotFound:
        return False
    return True


def _refuse_strangers(record: PublicRecord, event: Any, signatures: list[Signature]) -> None:
    """Refused unless every signature counts and there is one at least."""
    office = record.house.office
    act = Act(event_of(event, "/event"), tuple(signatures), event, b"")
    register = office.catch_up()
    place = register.below(register.size).place(office.now())
    found = [x.refusal for x in signature_faults(register.roll, act, place, office.check)] + office.unseen(
        act
    )
    if not signatures:
        why, cure = "nobody signed this draft", "sign it first; the operator may open it unsigned"
        found.append(Refusal("D-SIGNED", why, cure))
    if found:
        raise Refused(found)


def _draft(pending: Pending, operator: bool) -> DraftShape:
    return DraftShape.model_validate(shown(pending, operator=operator))


def _outcome(outcome: Pending | Receipt, operator: bool) -> OutcomeShape:
    if isinstance(outcome, Receipt):
        return OutcomeShape(draft=None, receipt=receipt_shape(outcome))
    return OutcomeShape(draft=_draft(outcome, operator), receipt=None)
