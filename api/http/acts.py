"""Acts: an act comes in with its signatures, and a receipt goes out. No session: the signatures are the authority.

::

    POST /api/v1/acts
    {"event":{…},"signatures":[…]}                                      the bytes of an act, as signed
    {"disclosures":["…"],"event":{…},"signatures":[…],"withheld":true}  with what lies beside the record

1. The body must be canonical JSON, so that what is stored is byte for byte what was signed.
2. `disclosures` open sealed fields of this act; `withheld` asks that only class and commitment enter the record.
   Both are absent when there is nothing to say.
3. The answer must be 201 for a new entry and 200 with the first receipt for an act that stands already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from api.http.answers import problems
from api.http.bodies import ACT, json_body
from api.http.body import read_body
from api.http.shapes import ReceiptShape
from api.public.parameters import Public
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.act import read_act
from ledger.record.canonical import decode, encode
from ledger.store.port import Receipt

router = APIRouter(tags=["acts"])


@dataclass(frozen=True, slots=True)
class Submission:
    """What a body holds: the event and signatures as JSON values, and what lies beside the record."""

    event: Any
    signatures: list[Any]
    disclosures: tuple[str, ...]
    withheld: bool
    wants: tuple[str, ...] = ()

    def act(self) -> bytes:
        """The bytes of the act, as they stood in the body."""
        return encode({"event": self.event, "signatures": self.signatures})


def submission(body: bytes, *more: str) -> Submission:
    """Read a body; `more` names members that may stand there too. Malformed says what is wrong and where."""
    value = f.members(decode(body), "", ("event", "signatures"), ("disclosures", "withheld", *more))
    if value.get("withheld", True) is not True:
        raise Malformed("not true", "/withheld", "leave it out when the act is public")
    return Submission(
        value["event"],
        f.array(value["signatures"], "/signatures"),
        _texts(value.get("disclosures", []), "/disclosures"),
        "withheld" in value,
        _texts(value.get("wants", []), "/wants"),
    )


def _texts(value: Any, where: str) -> tuple[str, ...]:
    return tuple(f.text(item, f"{where}/{i}") for i, item in enumerate(f.array(value, where)))


def receipt_shape(receipt: Receipt) -> ReceiptShape:
    """A receipt as JSON."""
    return ReceiptShape(
        index=receipt.index,
        event_id=receipt.event_id,
        leaf_hash=receipt.leaf_hash.hex(),
        recorded_at=receipt.recorded_at,
        checkpoint=receipt.checkpoint,
    )


@router.post(
    "/acts",
    summary="Record an act",
    status_code=201,
    responses={
        200: {"model": ReceiptShape, "description": "Recorded already; the first receipt"},
        **problems(400, 408, 409, 413, 415, 422),
    },
    openapi_extra=json_body(ACT),
)
def post_act(record: Public, response: Response, body: Annotated[bytes, Depends(read_body)]) -> ReceiptShape:
    """Judged as it stands, against everything recorded before it; refused with every reason, or durable when this
    answers.
    """
    sent = submission(body)
    act = read_act(sent.act())
    before = record.house.store.head().size
    receipt = record.house.office.record(act, withheld=sent.withheld, disclosures=sent.disclosures)
    if receipt.index < before:
        response.status_code = 200
    return receipt_shape(receipt)
