"""Files behind an address: fetched once, kept in a temporary folder for the processes of this run.

::

    Web("https://example.org/log").read("tile/0/000.p/41", limit)        bytes; None when the server says 404 or 410

1. A server that says 404 or 410 lacks the file: a finding. Any other trouble must be CannotRun: it says nothing of
   the record.
2. No answer may be kept or held beyond its limit, whatever length the server announces.
3. Only http and https are spoken, also after a redirect.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final
from urllib.parse import quote

from ledger.errors import Malformed
from ledger.verify.report import Finding
from ledger.verify.source import CannotRun, plainly

TIMEOUT: Final = 30
MISSING: Final = (404, 410)
FORBIDDEN: Final = (401, 403)
OPTIONAL: Final = frozenset(("vkey", "founding", "policy.tlog", "disclosures.jsonl"))
"""What a log may do without. Buckets that may not be listed say 403 for a file that is not there."""
DISCLOSURES_LIMIT: Final = 1 << 32
_CHUNK: Final = 1 << 16


class Web:
    """The files below an address."""

    def __init__(self, base: str, cache: str | None) -> None:
        self._base = base.rstrip("/") + "/"
        self._cleanup: Callable[[], object] | None = None
        if cache is None:
            folder = tempfile.TemporaryDirectory(prefix="countersign-verify-")
            cache, self._cleanup = folder.name, folder.cleanup
        self.cache = Path(cache)

    def read(self, name: str, limit: int) -> bytes | None:
        path = self._fetch(name, limit)
        return path.read_bytes() if path else None

    def open(self, name: str) -> BinaryIO | None:
        path = self._fetch(name, DISCLOSURES_LIMIT)
        return path.open("rb") if path else None

    def names(self, folder: str) -> list[str]:
        return []

    def faults(self) -> list[Finding]:
        return []

    def close(self) -> None:
        if self._cleanup is not None:
            self._cleanup()

    def _fetch(self, name: str, limit: int) -> Path | None:
        path = self.cache / quote(name, safe="")
        if path.exists():
            return path
        request = urllib.request.Request(self._base + quote(name))  # noqa: S310 - open_source let http(s) in only
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                self._keep(answer, path, name, limit)
        except urllib.error.HTTPError as e:
            e.close()
            if e.code in MISSING or (e.code in FORBIDDEN and name in OPTIONAL):
                return None
            raise CannotRun(f"{self._base}{name}: the server answers {e.code}", "try again later") from None
        except (OSError, http.client.HTTPException, ValueError) as e:
            raise CannotRun(
                f"{self._base}{name} cannot be fetched: {plainly(e)}", "check the address and the network"
            ) from None
        return path

    def _keep(self, answer: http.client.HTTPResponse, path: Path, name: str, limit: int) -> None:
        handle, part = tempfile.mkstemp(dir=self.cache)
        try:
            with os.fdopen(handle, "wb") as file:
                size = 0
                while chunk := answer.read(_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise Malformed(f"{name} is larger than {limit} bytes")
                    file.write(chunk)
            if answer.headers.get("Content-Length", str(size)) != str(size):
                raise ConnectionError("the connection broke")
            Path(part).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(part).unlink()
            raise
