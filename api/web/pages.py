"""The pages of the register (being written)."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response


def mount(app: FastAPI) -> None:
    pass


def problem_page(request: Request, members: dict[str, Any], headers: dict[str, str] | None) -> Response:
    return HTMLResponse(members["title"], members["status"], headers)
