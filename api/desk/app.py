"""The local page: an application for one trustee on one machine, reached on loopback only.

::

    app = create_desk(session)
    http://127.0.0.1:8450/enter?token=…       works once; after it this browser's cookie counts

1. Every answer must have the security headers; no script is needed, and none runs.
2. Whoever lacks the cookie must learn nothing; another host name than this machine's is refused (DNS rebinding).
3. Every form must carry the session's token, and come from this page.
4. What goes wrong must come out as a plain sentence on a page.
"""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.desk import pages
from api.desk.render import PAST, Renderer
from api.desk.session import Session
from api.http.answers import Headers
from api.web.render import ICON
from keys.errors import KeyTrouble
from ledger.errors import CountersignError, NotFound

COOKIE: Final = "desk"
HOSTS: Final = ("127.0.0.1", "localhost", "[::1]", "testserver")


class Door:
    """Lets in whoever has the cookie, and nobody under another name of this machine."""

    def __init__(self, app: ASGIApp, session: Session) -> None:
        self._app, self._session = app, session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = self._refused(request)
        await (answer or self._app)(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        host = request.headers.get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name not in HOSTS:
            return PlainTextResponse("This is no address of the desk.\n", 400, PAST)
        if request.url.path in ("/enter", "/app.css", "/icon.svg"):
            return None
        if not self._session.admits(request.cookies.get(COOKIE)):
            return PlainTextResponse(
                "Open the desk with the address that `countersign desk` shows.\n", 403, PAST
            )
        origin = request.headers.get("origin")
        if request.method == "POST" and origin not in (None, f"http://{host}"):
            return PlainTextResponse("This form is not of the desk.\n", 403, PAST)
        return None


def create_desk(session: Session) -> FastAPI:
    """The application."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.session = session
    app.state.pages = Renderer(session)

    @app.get("/enter")
    def enter(token: str = "") -> Response:
        cookie = session.enter(token)
        if cookie is None:
            return PlainTextResponse("This address was used already. Start the desk again.\n", 403, PAST)
        answer = RedirectResponse("/", 303, PAST)
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict")
        return answer

    @app.get("/app.css")
    def style() -> Response:
        return Response(app.state.pages.css, media_type="text/css", headers=PAST)

    @app.get("/icon.svg")
    def icon() -> Response:
        return Response(ICON, media_type="image/svg+xml", headers=PAST)

    app.include_router(pages.router)
    app.add_exception_handler(CountersignError, _trouble)
    app.add_exception_handler(KeyTrouble, _trouble)
    app.add_middleware(Door, session=session)
    app.add_middleware(Headers)
    return app


def _trouble(request: Request, error: Exception) -> Response:
    what = getattr(error, "reason", None) or str(getattr(error, "what", "") or error)
    cure = str(getattr(error, "cure", "") or "")
    renderer: Renderer = request.app.state.pages
    status = 404 if isinstance(error, NotFound) else 400
    return renderer.page("desk_trouble.html", status, here="", what=_sentence(what), cure=_sentence(cure))


def _sentence(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
