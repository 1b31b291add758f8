"""Rendering the desk's pages: the register's style and macros, the desk's own templates, a token in every form.

1. Every value must be escaped by the template engine; no template may mark one as safe.
2. No page may be kept by the browser: what is on it must be gone with the window.
"""

from __future__ import annotations

import hmac
from importlib.resources import files
from typing import Any, Final

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.desk.session import Session
from api.web import words
from api.web.render import FILTERS
from ledger.errors import Malformed

PAST: Final = {"cache-control": "no-store", "referrer-policy": "same-origin"}
"""On every page. (With no-referrer a browser would not say where a form comes from, and forms are asked that.)"""


class Renderer:
    """The desk's templates, with the register's macros."""

    def __init__(self, session: Session) -> None:
        self._session = session
        own = (files("api.desk") / "desk.css").read_bytes()
        self.css = (files("api.web") / "app.css").read_bytes() + own
        self._env = Environment(
            loader=ChoiceLoader([PackageLoader("api.desk"), PackageLoader("api.web")]),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=words.visible,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters |= FILTERS | {"word": lambda name: str(name).replace("_", " ")}

    def page(self, template: str, status: int = 200, **given: Any) -> Response:
        text = self._env.get_template(template).render(
            form_token=self._session.form_token,
            locked=self._session.unlocked is None,
            fetched=self._session.fetched,
            **given,
        )
        return HTMLResponse(text, status, PAST)


def checked(request: Request, form: dict[str, str]) -> None:
    """Malformed unless a form carries the session's token."""
    session: Session = request.app.state.session
    if not hmac.compare_digest(form.get("form_token", "").encode(), session.form_token.encode()):
        raise Malformed(
            "this form is not of this sitting", "", "go back, load the page again, and send it again"
        )
