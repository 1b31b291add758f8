"""The application: ``create_app`` wires the doors of one ledger. Nothing of it lives in a module.

::

    app = create_app(lambda: open_house(settings, log_key))
    uvicorn.run(app, host="127.0.0.1", port=8441)

1. The ledger must be opened when the server starts and closed when it stops, by whoever `open_house` says.
2. Clock and randomness are the house's; no handler has another.
3. What is served must stand in the OpenAPI description at /api/v1/openapi.json, pages aside.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from api.bootstrap import House
from api.http import acts, docket, entries, gate, health, log, questions, record
from api.http.answers import Headers, answer_problems
from api.http.body import Limits
from api.http.problems import KINDS
from api.http.shapes import ProblemShape
from api.public.record import PublicRecord
from api.web import pages

API: Final = "/api/v1"
ABOUT: Final = """\
A record of decisions that only grows. Everything here can be read without an account; acts are recorded by their
signatures, without a session. Errors have one shape (RFC 9457) everywhere.
"""


def create_app(
    open_house: Callable[[], AbstractContextManager[House]], *, limits: Limits | None = None
) -> FastAPI:
    """The HTTP application of one ledger."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with open_house() as house:
            app.state.public = PublicRecord(house)
            app.state.public.register()
            house.office.catch_up()
            yield

    app = FastAPI(
        title="Countersign",
        version="1",
        description=ABOUT,
        lifespan=lifespan,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.limits = limits or Limits()
    api = APIRouter(prefix=API)
    for part in (entries, record, gate, questions, acts, docket):
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(log.router)
    app.include_router(health.router)
    pages.mount(app, KINDS)
    app.add_middleware(Headers)
    answer_problems(app)
    describe(app)
    return app


def describe(app: FastAPI) -> None:
    """Let the OpenAPI description say what is true: problems in our one shape, nothing of FastAPI's own."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = generate()
            for path in schema["paths"].values():
                for operation in path.values():
                    if "HTTPValidationError" in str(operation["responses"].get("422")):
                        del operation["responses"]["422"]
            shapes = schema["components"]["schemas"]
            for name in ("HTTPValidationError", "ValidationError"):
                shapes.pop(name, None)
            problem = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
            shapes |= problem.pop("$defs")
            shapes["ProblemShape"] = problem
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]
