"""Reading what is handed in: in memory, within a size, a time and a number, and never on disk (INTAKE §7, §9).

1. A body must be refused by its announced length before it is read, and else when it passes the limit.
2. A body that trickles must be given up after the limit of seconds.
3. Only so many bodies may be read at once: their memory is bounded, whoever sends them.
4. A form (the page without a script sends one) must be read in memory too: no temporary file is ever made.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import anyio
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from api.http.problems import TooSlow
from intake.errors import Full, IntakeTrouble
from ledger.errors import Malformed

FIELD = "sealed"
"""The name of the file in the form."""
_FRAME = 4096
"""What a form adds to its file."""


class TooLong(IntakeTrouble):
    """A body of more than `limit` bytes: 413."""

    cure = "send the sealed file as it is, with at most 32 attached pieces"

    def __init__(self, limit: int) -> None:
        super().__init__(f"this is longer than the {limit} bytes that are read here")


@dataclass(slots=True)
class Readings:
    """How much may be read: bytes and seconds of one body, and bodies `at_once`."""

    body: int
    seconds: float = 120
    at_once: int = 8
    now: int = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """A place among those that are read; Full when there is none."""
        if self.now >= self.at_once:
            raise Full("too many uploads at once")
        self.now += 1
        try:
            yield
        finally:
            self.now -= 1


async def read_upload(request: Request, readings: Readings) -> bytes:
    """The bytes of an upload, sent bare or as the one file of a form; Malformed, TooLong, TooSlow, Full."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced[:20]) > readings.body + _FRAME:
        raise TooLong(readings.body)
    try:
        with readings.one(), anyio.fail_after(readings.seconds):
            limit = readings.body + (_FRAME if is_form(request) else 0)
            data = await _whole(request, limit)
            return await _file(request, data) if is_form(request) else data
    except TimeoutError:
        raise TooSlow(readings.seconds) from None
    except ClientDisconnect:
        raise Malformed("the body ended before its length") from None


def is_form(request: Request) -> bool:
    """True for a form, which wants a page as its answer."""
    return request.headers.get("content-type", "").startswith("multipart/form-data")


async def _whole(request: Request, limit: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise TooLong(limit)
    return bytes(body)


async def _file(request: Request, data: bytes) -> bytes:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield data

    parser = MultiPartParser(request.headers, stream(), max_files=1, max_fields=0)
    parser.spool_max_size = len(data) + 1  # never rolled over to a file
    try:
        form = await parser.parse()
    except (MultiPartException, ValueError, LookupError):
        raise Malformed("not a form with one file", "", "choose the sealed file and send it") from None
    try:
        sealed = form.get(FIELD)
        if not isinstance(sealed, UploadFile):
            raise Malformed("no sealed file was chosen", "", "choose the sealed file and send it")
        return await sealed.read()
    finally:
        await form.close()
