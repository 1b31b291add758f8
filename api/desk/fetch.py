"""Where a desk fetches the intake's public bytes from, and hands in its daily bundle: an address, or a folder.

::

    GET  /lists/220    /items/20245    /chunks/20245    /boards/20245    /desk/20245
    POST /desk         one bundle          POST /items       one sealed upload, for a rehearsal

1. Whole windows and whole epochs only must be asked for: no question may carry the name of an item.
2. No question may carry a cookie, a name or anything that differs between trustees.
3. What comes must be bounded: no answer longer than the longest thing that is fetched.
4. An address must be https, or on this machine, or an onion address.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from intake import chunks, envelope, mail
from intake import receipt as receipts
from intake.epochs import WINDOW
from intake.receipt import Receipt
from intake.trustee.mirror import Mirror, Source
from ledger.errors import Malformed, NotFound, StoreUnavailable
from ledger.record.canonical import decode, encode
from ledger.record.epoch import epoch as epoch_of
from ledger.record.roster import MAX_SEATS

LONGEST: Final = 512 * envelope.length(MAX_SEATS)
"""The longest answer: the envelopes of the fullest epoch."""
PATIENCE: Final = 60
_LOCAL: Final = re.compile(r"localhost|127(?:\.\d{1,3}){3}|\[::1\]|[a-z2-7]{56}\.onion")
_HEADERS: Final = {
    "Accept": "*/*",
    "Accept-Language": "en-US,en;q=0.5",
    "Content-Type": "application/octet-stream",
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0",
}
"""As a visitor's browser says them, Tor's above all: no server should serve who checks it otherwise than who visits."""


def source_of(place: str) -> Source:
    """What is at a place; NotFound when it cannot be used."""
    if not place.startswith(("http://", "https://")):
        return Mirror(Path(place))
    parts = urlsplit(place)
    host = parts.hostname or ""
    if parts.scheme == "http" and not _LOCAL.fullmatch(f"[{host}]" if ":" in host else host):
        raise NotFound(f"{place} is not encrypted on its way", "use an https or onion address")
    return Web(place.rstrip("/"))


class Web:
    """The intake's own origin, for one sitting: a window of lists is asked for once, an epoch's bytes together."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._windows: dict[int, dict[int, bytes]] = {}
        self._places: dict[str, int] = {}
        self._held: tuple[str, dict[str, bytes]] = ("", {})

    def directory(self, digest: str) -> bytes | None:
        """None: directories are taken from the ledger, never from the intake."""
        return None

    def listing(self, epoch: int) -> bytes | None:
        window = epoch // WINDOW
        if window not in self._windows:
            self._windows[window] = self._lists(window)
        return self._windows[window].get(epoch)

    def envelope(self, item: str) -> bytes | None:
        return self._of("items", item, lambda data: envelope.length(data[1]), _item)

    def chunk(self, id_: str) -> bytes | None:
        return self._of("chunks", id_, lambda _: chunks.BYTES, _sha256)

    def bundle(self, digest: str) -> bytes | None:
        return self._of("desk", digest, lambda data: mail.length(data[1]), _sha256)

    def board(self, digest: str) -> bytes | None:
        return self._of("boards", digest, len, _sha256)

    def bundles(self, epoch: int) -> list[bytes]:
        return _cut(self._get(f"desk/{epoch}"), lambda data: mail.length(data[1]))

    def fetch(self, path: str) -> bytes | None:
        """What a path of the origin answers; None where there is nothing."""
        return self._get(path.removeprefix("/"))

    def upload(self, data: bytes) -> None:
        """Hand in a bundle; StoreUnavailable when it was not taken."""
        self._ask(urllib.request.Request(f"{self.base}/desk", data, _HEADERS))  # noqa: S310 - scheme checked

    def hand_in(self, data: bytes) -> Receipt:
        """Hand in a sealed upload; its receipt."""
        answer = self._ask(urllib.request.Request(f"{self.base}/items", data, _HEADERS))  # noqa: S310
        return receipts.read(answer or b"")

    def _lists(self, window: int) -> dict[int, bytes]:
        try:
            rows = decode(self._get(f"lists/{window}") or b'{"lists":[]}')["lists"]
            found = {r["data"]["epoch"]: encode({"data": r["data"], "sig": r["sig"]}) for r in rows}
            for row in rows:
                names = [*row["data"]["chunks"], *row["data"]["desk"], row["data"]["board"]]
                names += [i.item.hex() for i in epoch_of(row["data"]).items]
                self._places |= dict.fromkeys(names, row["data"]["epoch"])
        except (Malformed, LookupError, TypeError):
            return {}
        return found

    def _of(
        self, kind: str, name: str, length: Callable[[bytes], int], name_of: Callable[[bytes], str]
    ) -> bytes | None:
        """One thing of an epoch, whose whole kind is fetched. Items are asked for in the order of their lists."""
        epoch = self._places.get(name)
        if epoch is None:
            return None
        path = f"{kind}/{epoch}"
        if self._held[0] != path:
            parts = _cut(self._get(path), length)
            self._held = (path, {name_of(part): part for part in parts})
        return self._held[1].get(name)

    def _get(self, path: str) -> bytes | None:
        return self._ask(urllib.request.Request(f"{self.base}/{path}", headers=_HEADERS))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> bytes | None:
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - scheme checked
                data: bytes = answer.read(LONGEST + 1)
        except urllib.error.HTTPError as e:
            if e.code == 404:
                return None
            said = e.read(500).decode("utf-8", "replace")
            raise StoreUnavailable(f"the intake answered {e.code}: {said}", "try again later") from None
        except (OSError, HTTPException, ValueError):
            raise StoreUnavailable("the intake cannot be reached", "check the connection") from None
        return data if len(data) <= LONGEST else None


def _cut(data: bytes | None, length: Callable[[bytes], int]) -> list[bytes]:
    """What lies end to end, each saying its own length; what is torn is left out."""
    found: list[bytes] = []
    rest = data or b""
    while len(rest) > 1 and 0 < (size := length(rest)) <= len(rest):
        found.append(rest[:size])
        rest = rest[size:]
    return found


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()


def _item(data: bytes) -> str:
    return envelope.item_id(data).hex()


class Folder:
    """A folder of the mirror's form that takes bundles too: for demonstrations and for machines that never connect."""

    def __init__(self, folder: Path) -> None:
        self.mirror = Mirror(folder)

    def upload(self, data: bytes) -> None:
        self.mirror.keep("bundle", sha256(data).hexdigest(), data)


def uploader(place: str) -> Web | Folder:
    """Where bundles are handed in."""
    found = source_of(place)
    return found if isinstance(found, Web) else Folder(Path(place))
