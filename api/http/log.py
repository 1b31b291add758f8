"""The log as every tlog client reads it (C2SP tlog-tiles), and what a verifier wants beside it.

::

    GET /log/checkpoint                  text, to be asked again after seconds
    GET /log/tile/0/000.p/14             hashes, cacheable for ever
    GET /log/tile/entries/000.p/14       the entries themselves
    GET /log/vkey   /log/founding        whom to trust: compare them with what you hold on paper
    GET /log/disclosures.jsonl           withheld values that have become public
    GET /log/earlier/9                   the signed checkpoint of 9 entries

    countersign verify http://127.0.0.1:8441/log --vkey FILE --founding HASH

1. Tiles must be marked immutable, everything else be fresh within seconds.
2. What is not there, or not published yet, must be 404: a client then falls back to the full tile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from api.http.answers import problems
from api.public.parameters import Positive, Public
from api.public.proofs import log_key
from ledger.errors import NotFound
from ledger.publish.readers import PUBLIC, disclosures, lines
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.merkle import leaf_hash

router = APIRouter(prefix="/log", tags=["log"])

FOR_EVER: Final = {"cache-control": "public, max-age=604800, immutable"}
FOR_SECONDS: Final = {"cache-control": "public, max-age=2"}
BINARY: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
"""A tile in an OpenAPI description."""


@router.get(
    "/checkpoint",
    summary="The signed state of the log",
    response_class=PlainTextResponse,
    responses=problems(404),
)
def log_checkpoint(record: Public) -> Response:
    """C2SP tlog-checkpoint, with the lines of witnesses if there are any."""
    return PlainTextResponse(record.log.get("checkpoint").body, headers=FOR_SECONDS)


@router.get(
    "/tile/{place:path}",
    summary="A tile of hashes, or a bundle of entries",
    response_class=Response,
    responses={**BINARY, **problems(404)},
)
def log_tile(
    record: Public, place: Annotated[str, Path(description="<L>/<N>[.p/<W>] or entries/<N>[.p/<W>]")]
) -> Response:
    """C2SP tlog-tiles. Partial tiles (`.p/<W>`) of every size up to the checkpoint's are there."""
    found = record.log.get(f"tile/{place}")
    return Response(found.body, media_type=found.media_type, headers=FOR_EVER)


@router.get("/vkey", summary="The log's key", response_class=PlainTextResponse, responses=problems(404))
def log_vkey(record: Public) -> Response:
    """The key that signed the checkpoint. It proves nothing by itself: hold it against the one on paper."""
    return PlainTextResponse(f"{log_key(record)}\n", headers=FOR_SECONDS)


@router.get("/founding", summary="Hash of entry 0", response_class=PlainTextResponse, responses=problems(404))
def log_founding(record: Public) -> Response:
    """Leaf hash of entry 0 in hex: with the key it is all that a verifier has to hold on paper."""
    return PlainTextResponse(f"{leaf_hash(record.entry(0).raw).hex()}\n", headers=FOR_SECONDS)


@router.get(
    "/disclosures.jsonl",
    summary="Withheld values that have become public",
    response_class=Response,
    responses={200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}}, **problems()},
)
def log_disclosures(record: Public) -> Response:
    """One canonical `{"disclosure":"…","index":41}` a line, in the order of entries."""
    office = record.house.office
    view = office.catch_up().below(record.view().bound)

    def each() -> Iterator[bytes]:
        for opened in disclosures(record.house.store, view, PUBLIC):
            yield lines([opened])

    return StreamingResponse(each(), media_type="application/jsonl", headers=FOR_SECONDS)


@router.get(
    "/earlier/{size}",
    summary="An earlier signed state",
    response_class=PlainTextResponse,
    responses=problems(400, 404),
)
def log_earlier(
    record: Public, size: Annotated[Positive, Path(description="A count of entries")]
) -> Response:
    """The checkpoint that was signed when the record had this size; 404 where no commit ended there."""
    if size > SignedCheckpoint.parse(record.checkpoint()).checkpoint.size:
        raise NotFound(f"no published state of {size} entries")
    return PlainTextResponse(record.house.store.checkpoint(size), headers=FOR_EVER)
