"""Entries: listed, one by one, as bytes, with their proofs.

::

    GET /api/v1/entries?after=0&limit=50&type=note.recorded
    GET /api/v1/entries/7
    GET /api/v1/entries/7/leaf           the very bytes that were hashed
    GET /api/v1/entries/7/proof          JSON, or with accept: text/plain the proof file
    GET /api/v1/entries/7.tlog-proof     the proof file (C2SP tlog-proof)
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from api.http.answers import problems
from api.http.shapes import EntryShape, PageShape, ProofShape
from api.public import proofs
from api.public.parameters import AsOf, Index, KnownAt, Limit, Public, Size, Word, end_of
from api.public.record import Ask, Shown
from ledger.record.canonical import decode

router = APIRouter(tags=["entries"])

PROOF_FILE: Final[dict[str, Any]] = {
    "text/plain": {"schema": {"type": "string"}, "example": "c2sp.org/tlog-proof@v1\nindex 7\n…"}
}


@router.get("/entries", summary="Entries in their order, a page at a time", responses=problems(400))
def list_entries(
    *,
    record: Public,
    after: Size = 0,
    limit: Limit = 50,
    type: Word = None,
    stream: Word = None,
    person: Word = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> PageShape:
    """Entries with an index of at least `after`. A filter shows only acts that are public; `next` may follow an empty
    page, when a long stretch held nothing that was asked for.
    """
    view = record.view(None, end_of(known_at))
    ask = Ask(type, stream, person, end_of(as_of))
    indexes, following = record.list(ask, after, limit, view)
    entries = [entry_shape(shown) for shown in record.entries(indexes, view)]
    return PageShape(size=view.bound, entries=entries, next=following)


@router.get(
    "/entries/{index}.tlog-proof",
    summary="The proof file of an entry",
    response_class=PlainTextResponse,
    responses={200: {"content": PROOF_FILE}, **problems(400, 404)},
)
def proof_file(record: Public, index: Index) -> Response:
    """C2SP tlog-proof: the entry stands in the newest published state. Any tlog client checks it."""
    file = str(proofs.inclusion(record, index))
    name = {"content-disposition": f'attachment; filename="entry-{index}.tlog-proof"'}
    return PlainTextResponse(file, headers=name)


@router.get("/entries/{index}", summary="One entry", responses=problems(400, 404))
def get_entry(record: Public, index: Index) -> EntryShape:
    """The leaf, and what became of it since: corrections, values published, values erased."""
    return entry_shape(record.entry(index))


@router.get(
    "/entries/{index}/leaf",
    summary="The bytes of an entry",
    response_class=JSONResponse,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}, **problems(400, 404)},
)
def get_leaf(record: Public, index: Index) -> Response:
    """Exactly what was hashed: canonical JSON. SHA-256 of a zero byte and these bytes is the leaf hash."""
    name = {"content-disposition": f'attachment; filename="entry-{index}.json"'}
    return Response(record.entry(index).raw, media_type="application/json", headers=name)


@router.get(
    "/entries/{index}/proof",
    summary="That an entry stands in the record",
    response_model=ProofShape,
    responses={200: {"content": PROOF_FILE}, **problems(400, 404)},
)
def get_proof(request: Request, record: Public, index: Index) -> Any:
    """The path from the leaf to the root of the newest published state, as JSON or (accept: text/plain) as file."""
    found = proofs.inclusion(record, index)
    if "text/plain" in request.headers.get("accept", ""):
        return PlainTextResponse(str(found))
    head = found.checkpoint.checkpoint
    return ProofShape(
        index=index,
        leaf_hash=record.entry(index).leaf_hash.hex(),
        size=head.size,
        root=head.root.hex(),
        hashes=[h.hex() for h in found.hashes],
        checkpoint=str(found.checkpoint.note),
    )


def entry_shape(shown: Shown) -> EntryShape:
    """An entry as JSON."""
    return EntryShape.model_validate(
        {
            "index": shown.index,
            "leaf_hash": shown.leaf_hash.hex(),
            "recorded_at": shown.entry.recorded_at,
            "entry": decode(shown.raw),
            "disclosures": [
                {
                    "name": d.name,
                    "value": d.value,
                    "commitment": d.commitment(),
                    "disclosure": d.text,
                    "published": shown.published[d.commitment()],
                }
                for d in shown.disclosures
            ],
            "erased": [{"commitment": c, "erased": at} for c, at in shown.erased.items()],
            "corrections": [{"index": a.index, "path": a.path, "is": a.is_} for a in shown.amendments],
        }
    )
