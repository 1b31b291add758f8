"""Where a desk fetches the intake's public bytes from, and hands in its daily bundle: an address, or a folder.

::

    GET  /list/20245   /envelope/<L>   /chunk/<id>   /bundle/<digest>   /board/<digest>   /directory/<digest>
    GET  /bundles/20248        the digests of what was uploaded so far, a line each
    POST /bundle               one bundle

1. No question may carry a cookie, a name or anything that differs between trustees.
2. What comes must be bounded: no answer longer than the longest thing that is fetched.
3. An address must be https, or on this machine, or an onion address.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from intake.trustee.mirror import Mirror, Source
from ledger.errors import NotFound, StoreUnavailable

LONGEST: Final = 4_000_000
PATIENCE: Final = 60
_LOCAL: Final = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]|[a-z2-7]{56}\.onion")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def source_of(place: str) -> Source:
    """What is at a place; NotFound when it cannot be used."""
    if not place.startswith(("http://", "https://")):
        return Mirror(Path(place))
    parts = urlsplit(place)
    if parts.scheme == "http" and not _LOCAL.fullmatch(parts.netloc.rpartition("@")[2].split(":")[0]):
        raise NotFound(f"{place} is not encrypted on its way", "use an https or onion address")
    return Web(place.rstrip("/"))


class Web:
    """The intake's own origin."""

    def __init__(self, base: str) -> None:
        self.base = base

    def directory(self, digest: str) -> bytes | None:
        return self._get(f"directory/{digest}")

    def listing(self, epoch: int) -> bytes | None:
        return self._get(f"list/{epoch}")

    def envelope(self, item: str) -> bytes | None:
        return self._get(f"envelope/{item}")

    def chunk(self, id_: str) -> bytes | None:
        return self._get(f"chunk/{id_}")

    def bundle(self, digest: str) -> bytes | None:
        return self._get(f"bundle/{digest}")

    def board(self, digest: str) -> bytes | None:
        return self._get(f"board/{digest}")

    def bundles(self, epoch: int) -> list[bytes]:
        names = (self._get(f"bundles/{epoch}") or b"").decode("ascii", "replace").split()
        found = [self.bundle(name) for name in names if _DIGEST.fullmatch(name)]
        return [data for data in found if data is not None]

    def upload(self, data: bytes) -> None:
        """Hand in a bundle; StoreUnavailable when it was not taken."""
        self._ask(urllib.request.Request(f"{self.base}/bundle", data, _HEADERS))  # noqa: S310 - scheme checked

    def _get(self, path: str) -> bytes | None:
        return self._ask(urllib.request.Request(f"{self.base}/{path}", headers=_HEADERS))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> bytes | None:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - scheme checked
                data: bytes = answer.read(LONGEST + 1)
        except urllib.error.HTTPError as e:
            if e.code == 404:
                return None
            raise StoreUnavailable(f"the intake answered {e.code}", "try again later") from None
        except (OSError, HTTPException, ValueError):
            raise StoreUnavailable("the intake cannot be reached", "check the connection") from None
        return data if len(data) <= LONGEST else None


class Folder:
    """A folder of the mirror's form that takes bundles too: for demonstrations and for machines that never connect."""

    def __init__(self, folder: Path) -> None:
        self.mirror = Mirror(folder)

    def upload(self, data: bytes) -> None:
        self.mirror.keep("bundle", sha256(data).hexdigest(), data)


_HEADERS: Final = {"Content-Type": "application/octet-stream", "User-Agent": "countersign-desk"}


def uploader(place: str) -> Web | Folder:
    """Where bundles are handed in."""
    found = source_of(place)
    return found if isinstance(found, Web) else Folder(Path(place))
