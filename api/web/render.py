"""Rendering: templates that escape everything, one style sheet, and what every page has to say.

::

    renderer.page("home.html", 200, None, here="/", site=site_of(record), …)

1. Every value must be escaped by the template engine, whatever it holds; no template may mark one as safe.
2. A template that names something it was not given must fail, never print nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.public.record import PublicRecord
from api.web import words
from ledger.subjects.history import IMPORTED

ICON: Final = b"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f4e79"/>\
<path d="M8 17l6 6L25 9" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>\
</svg>"""
FOR_EVER: Final = {"cache-control": "public, max-age=31536000, immutable"}
FRESH: Final = {"cache-control": "no-cache"}
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Site:
    """What every page says of its ledger."""

    organisation: str
    demo: bool
    history: bool
    size: int
    waiting: int
    recorded_at: str


def site_of(record: PublicRecord | None) -> Site:
    """The ledger that is served; without a record (when it cannot be read) nothing is claimed."""
    if record is None:
        return Site("Countersign", False, False, 0, 0, "")
    view = record.view()
    founded = view.roll.founding
    return Site(
        organisation=founded.organisation if founded else "Countersign",
        demo=founded is not None and founded.demo,
        history=bool(view.register.by_type.get(IMPORTED)),
        size=view.bound,
        waiting=record.waiting(),
        recorded_at=view.register.recorded_at,
    )


FILTERS: Final[dict[str, Any]] = {
    "confidence": lambda name: words.CONFIDENCES.get(name, name),
    "count": words.count,
    "day": words.day,
    "modality": words.modality,
    "keykind": lambda name: words.KEYS.get(name, name),
    "kind": words.kind,
    "moment": words.moment,
    "readers": words.readers,
    "role": words.role,
    "short": words.short,
    "source": lambda name: words.SOURCES.get(name, name),
    "statement": words.statement,
}
"""What the templates and their macros say of values, wherever they are rendered."""


class Renderer:
    """The templates and the style sheet of one application."""

    def __init__(self) -> None:
        self._css = (files("api.web") / "app.css").read_bytes()
        self._env = Environment(
            loader=PackageLoader("api.web"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=words.visible,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters |= FILTERS
        self._env.globals |= {
            "css": f"/app.css?{sha256(self._css).hexdigest()[:12]}",
            "entry_of": _entry_of,
        }

    def page(self, template: str, status: int, headers: dict[str, str] | None, **given: Any) -> Response:
        """A page."""
        text = self._env.get_template(template).render(**given)
        return HTMLResponse(text, status, {**FRESH, **(headers or {})})

    def feed(self, **given: Any) -> Response:
        """The Atom feed."""
        text = self._env.get_template("feed.xml").render(**given)
        return Response(_NOT_XML.sub("\ufffd", text), media_type="application/atom+xml", headers=FRESH)

    def style(self) -> Response:
        """The style sheet; its address changes with it."""
        return Response(self._css, media_type="text/css", headers=FOR_EVER)

    def icon(self) -> Response:
        """The icon."""
        return Response(ICON, media_type="image/svg+xml", headers=FOR_EVER)


def page(request: Request, record: PublicRecord, template: str, **given: Any) -> Response:
    """A page about the record."""
    renderer: Renderer = request.app.state.pages
    return renderer.page(
        template, 200, None, here=request.url.path, site=site_of(record), view=record.view(), **given
    )


@pass_context
def _entry_of(context: Context, event_id: str) -> int | None:
    """Where a public event stands, on the page's view."""
    fact = context["view"].get(event_id) if "view" in context else None
    return fact.index if fact else None
