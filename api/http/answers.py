"""How everything is answered: headers that every answer has, and problems as JSON or, for people, as a page.

::

    content-security-policy: default-src 'none'; style-src 'self'; …     on every answer
    x-content-type-options: nosniff

1. Every answer must have the security headers, errors of this server and files of the log too.
2. Whoever asks for a page (accept: text/html, outside /api, /log and /healthz) must get a problem as a page, everybody
   else as RFC 9457 JSON.
"""

from __future__ import annotations

import logging
from typing import Any, Final, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import problems as p
from api.http.shapes import ProblemShape
from api.public.operator import is_operator
from api.web.problems import problem_page
from ledger.errors import CountersignError, StoreUnavailable

LOG: Final = logging.getLogger("countersign.http")
MEDIA_TYPE: Final = "application/problem+json"

SECURITY: Final = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Headers:
    """Puts the security headers on every answer, and answers HEAD as GET without its body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def wrapped(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"} if head else scope, receive, wrapped)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its OpenAPI description; 500 and 503 stand for all."""
    titles: dict[int, list[str]] = {}
    for kind in p.KINDS:
        titles.setdefault(kind.status, []).append(kind.title)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}
    return {s: {"description": " / ".join(titles[s]), "content": content} for s in (*statuses, 500, 503)}


def answer_problems(app: FastAPI) -> None:
    """Let every error of an application be answered in the one shape."""
    app.add_exception_handler(CountersignError, _raised)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


def _raised(request: Request, error: Exception) -> Response:
    members = p.problem(cast("CountersignError", error))
    if members["status"] >= 500:
        LOG.error("%s %s: %s", request.method, request.url.path, error)
        if isinstance(error, StoreUnavailable) and not is_operator(request):
            members = p.blank(p.UNAVAILABLE, cure="ask again later; the operator finds the reason in the log")
    return _answer(request, members, {"retry-after": "1"} if members["status"] == 503 else {})


def _not_valid(request: Request, error: Exception) -> Response:
    first = cast("RequestValidationError", error).errors()[0]
    where = "/".join(str(part) for part in first["loc"])
    what = str(first["msg"]).removeprefix("Value error, ")
    return _answer(request, p.blank(p.MALFORMED, what, where=where))


def _http(request: Request, error: Exception) -> Response:
    refused = cast("HTTPException", error)
    kind = p.BY_STATUS.get(refused.status_code, p.MALFORMED)
    headers = dict(refused.headers or {})
    if kind is p.METHOD:
        headers = {"allow": _allowed(request, headers.get("Allow", ""))}
    return _answer(request, p.blank(kind), headers)


def _allowed(request: Request, found: str) -> str:
    """Every method of this address. (Starlette names those of the first route that has it.)"""
    methods = {m.strip() for m in found.split(",") if m.strip()}
    for path, operations in request.app.openapi()["paths"].items():
        if compile_path(path)[0].match(request.url.path):
            methods |= {m.upper() for m in operations}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _broken(request: Request, error: Exception) -> Response:
    """Starlette answers these outside every middleware and logs the trace itself."""
    return _answer(request, p.blank(p.INTERNAL), SECURITY)


def _answer(request: Request, members: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    path = request.url.path
    machine = path.startswith(("/api/", "/log/")) or path == "/healthz"
    if not machine and "text/html" in request.headers.get("accept", ""):
        return problem_page(request, members, headers)
    body = ProblemShape.model_validate(members).model_dump()
    return JSONResponse(body, members["status"], headers, MEDIA_TYPE)
