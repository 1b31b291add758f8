"""Problems as pages: one that went wrong, and what each kind means.

::

    /problems            every kind
    /problems/refused    the one that a problem's type names

1. The page of a problem must come out whatever is broken: it asks the record only when that is sound.
"""

from __future__ import annotations

from typing import Any, Protocol

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.public.parameters import Public
from api.web.render import Renderer, page, site_of
from ledger.errors import NotFound

router = APIRouter(include_in_schema=False)


class Explained(Protocol):
    """A kind of problem, as the page on errors lists it."""

    @property
    def name(self) -> str: ...

    @property
    def status(self) -> int: ...

    @property
    def title(self) -> str: ...

    @property
    def means(self) -> str: ...


@router.get("/problems")
def explain_problems(request: Request, record: Public) -> Response:
    """What each kind of error means."""
    return page(request, record, "problems.html", kinds=request.app.state.problem_kinds)


@router.get("/problems/{name}")
def explain_problem(request: Request, record: Public, name: str) -> Response:
    """The page that a problem's type names."""
    found = [kind for kind in request.app.state.problem_kinds if kind.name == name]
    if not found:
        raise NotFound("no such kind of problem")
    return page(request, record, "problems.html", kinds=found)


def problem_page(
    request: Request, problem: dict[str, Any], headers: dict[str, str] | None = None
) -> Response:
    """A problem, for people."""
    renderer: Renderer = request.app.state.pages
    record = None if problem["status"] >= 500 else getattr(request.app.state, "public", None)
    return renderer.page(
        "problem.html", problem["status"], headers, here="", site=site_of(record), problem=problem
    )
