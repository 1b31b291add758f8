"""The intake over HTTP: a counter, and files that are the same for everybody. It leaves no trace (INTAKE §7).

::

    POST /items             a sealed upload                201 and its receipt
    GET  /items/20245       all envelopes of an epoch      GET /chunks/20245   GET /boards/20245
    GET  /lists/220         the lists of 92 epochs         GET /log/…          the ledger's tiles, mirrored
    POST /desk              a trustee's bundle             GET /desk/20245     all bundles of an epoch
    GET  /…                 the reporter's page and what it is made of

1. No answer may set a cookie or say when something was made: no ETag, no Last-Modified, nothing to keep.
2. Errors must be plain sentences with a 4xx or 503; nothing is stored and nothing is logged but what broke here.
3. No route may take an item's id, a name or a password.
4. Nothing may be sealed for the reporter here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, cast

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.http.problems import TooSlow
from api.intake.reading import Readings, TooLong, is_form, read_upload
from api.web.reporter import HEADERS
from intake import epochs, mail, published, upload
from intake.bucket import Bucket
from intake.counter import Counter
from intake.errors import BundleKnown, DirectoryChanged, Full, IntakeTrouble, NonceKnown
from intake.receipt import Receipt
from intake.store import Store
from ledger.errors import CountersignError, Malformed, StoreUnavailable
from ledger.record.roster import MAX_SEATS

LOG: Final = logging.getLogger("countersign.intake")
PLAIN: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
JSON: Final = "application/json"
MAX_EPOCH: Final = 2**32
HANDED_IN: Final = ("items", "desk")

STATUS: Final[Mapping[type[CountersignError], int]] = {
    Malformed: 400,
    NonceKnown: 409,
    BundleKnown: 409,
    DirectoryChanged: 409,
    TooSlow: 408,
    TooLong: 413,
    Full: 503,
    StoreUnavailable: 503,
    IntakeTrouble: 400,
}


class Shown(Protocol):
    """A file that a path answers."""

    @property
    def body(self) -> bytes: ...

    @property
    def media_type(self) -> str: ...


class Pages(Protocol):
    """The reporter's page: files by path, and the answers to a form."""

    @property
    def files(self) -> Mapping[str, Shown]: ...

    def received(self, receipt: Receipt) -> Shown: ...

    def refused(self, sentence: str) -> Shown: ...


@dataclass(frozen=True, slots=True)
class Doors:
    """What the application is made of. `clock` gives seconds since 1970; `mirror` a file of the published ledger."""

    store: Store
    counter: Counter
    pages: Callable[[], Pages]
    mirror: Callable[[str], bytes | None]
    clock: Callable[[], float]
    bucket: Bucket


def create_app(doors: Doors) -> FastAPI:
    """The application of one intake."""
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.doors = doors
    app.state.uploads = Readings(upload.longest(MAX_SEATS))
    app.state.bundles = Readings(mail.length(MAX_SEATS))
    app.add_api_route("/items", hand_in, methods=["POST"], response_class=Response)
    app.add_api_route("/desk", bring_mail, methods=["POST"], response_class=Response)
    for path, found in SHOWN.items():
        app.add_api_route(f"/{path}/{{number}}", _showing(found), methods=["GET"], response_class=Response)
    app.add_api_route("/log/{path:path}", mirrored, methods=["GET"], response_class=Response)
    app.add_api_route("/{path:path}", page, methods=["GET"], response_class=Response)
    app.add_exception_handler(CountersignError, _told)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)
    return app


async def hand_in(request: Request) -> Response:
    """Take an upload and give its receipt."""
    doors = _doors(request)
    if not doors.bucket.take(doors.clock()):
        raise Full("too many uploads at once")
    data = await read_upload(request, request.app.state.uploads)
    given = await run_in_threadpool(doors.counter.accept, data, epochs.of(doors.clock()))
    if is_form(request):
        return _file(doors.pages().received(given), 201)
    return _answer(given.to_bytes(), JSON, 201)


async def bring_mail(request: Request) -> Response:
    """Take a trustee's bundle."""
    doors = _doors(request)
    data = await read_upload(request, request.app.state.bundles)
    await run_in_threadpool(doors.counter.bundle, data, epochs.of(doors.clock()))
    return _answer(b"", PLAIN, 201)


def mirrored(request: Request, path: str) -> Response:
    """A file of the ledger as it is published."""
    return _found(_doors(request).mirror(path))


def page(request: Request, path: str) -> Response:
    """The reporter's page."""
    if path in HANDED_IN:
        raise HTTPException(405, headers={"Allow": "POST"})
    shown = _doors(request).pages().files.get(f"/{path}")
    return _found(None) if shown is None else _file(shown)


SHOWN: Final[Mapping[str, Callable[[Store, int], bytes]]] = {
    "items": published.envelopes,
    "chunks": published.pieces,
    "boards": published.board,
    "desk": published.mail,
    "lists": published.lists,
}


def _showing(found: Callable[[Store, int], bytes]) -> Callable[[Request, str], Response]:
    def show(request: Request, number: str) -> Response:
        known = number.isascii() and number.isdigit() and len(number) <= 10 and str(int(number)) == number
        if not known or int(number) >= MAX_EPOCH:
            return _found(None)
        return _found(found(_doors(request).store, int(number)))

    return show


def _doors(request: Request) -> Doors:
    return cast("Doors", request.app.state.doors)


def _found(body: bytes | None) -> Response:
    if not body:
        return _answer(b"There is nothing here.", PLAIN, 404)
    return _answer(body, JSON if body.startswith(b'{"lists"') else BYTES)


def _file(shown: Shown, status: int = 200) -> Response:
    return _answer(shown.body, shown.media_type, status)


def _answer(body: bytes, media_type: str, status: int = 200) -> Response:
    return Response(body, status, dict(HEADERS), media_type)


def _told(request: Request, error: Exception) -> Response:
    status = next((STATUS[c] for c in type(error).__mro__ if c in STATUS), 500)
    if status == 500 or isinstance(error, StoreUnavailable):
        LOG.error("the intake cannot work now: %s", error)
        return _said(
            request, "The intake cannot take anything now. Nothing was stored; try again later.", 503
        )
    said, cure = getattr(error, "what", "") or str(error), getattr(error, "cure", "")
    sentence = f"{said[:1].upper()}{said[1:]}." + (f" {cure[:1].upper()}{cure[1:]}." if cure else "")
    return _said(request, sentence, status)


def _http(request: Request, error: Exception) -> Response:
    found = cast("HTTPException", error)
    sentence = "There is nothing here." if found.status_code == 404 else "This is not done this way."
    answer = _said(request, sentence, found.status_code)
    if allowed := (found.headers or {}).get("Allow"):
        answer.headers["allow"] = allowed
    return answer


def _broken(request: Request, error: Exception) -> Response:
    return _said(request, "The intake cannot take anything now. Nothing was stored; try again later.", 500)


def _said(request: Request, sentence: str, status: int) -> Response:
    if request.method == "POST" and is_form(request):
        return _file(_doors(request).pages().refused(sentence), status)
    return _answer(sentence.encode(), PLAIN, status)
