"""Bodies: read in full or not at all, within a size and a time.

::

    POST /api/v1/acts                    content-type: application/json
    {"event":{…},"signatures":[…]}       at most 1,048,576 bytes, within 20 seconds

1. A body must be refused before it is held in memory: by its announced length, else when it passes the limit.
2. A body that trickles must be given up after the limit of seconds, whatever it sends.
"""

from __future__ import annotations

from dataclasses import dataclass

import anyio
from starlette.requests import ClientDisconnect, Request

from api.http.problems import NotJson, TooLarge, TooSlow
from ledger.errors import Malformed


@dataclass(frozen=True, slots=True)
class Limits:
    """How large (bytes) and how slow (seconds) a body may be, and how many drafts the docket takes over HTTP."""

    body: int = 1 << 20
    seconds: float = 20
    drafts: int = 1000


async def read_body(request: Request) -> bytes:
    """The bytes of a JSON body, within the limits of the application."""
    limits: Limits = request.app.state.limits
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced[:20]) > limits.body:
        raise TooLarge(limits.body)
    body = bytearray()
    try:
        with anyio.fail_after(limits.seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.body:
                    raise TooLarge(limits.body)
    except TimeoutError:
        raise TooSlow(limits.seconds) from None
    except ClientDisconnect:
        raise Malformed("the body ended before its length") from None
    return bytes(body)
