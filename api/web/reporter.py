"""The reporter's page: the files that it is made of, the digest that the ledger names, and what goes with every answer.

::

    client = Client(Told("Quillmere Labs", demo=True, directories=((data, 1),), service=((20240, key, 9),), vkey="…"))
    client.files["/client/report.js"]    File(b"…", "text/javascript; charset=utf-8")
    client.digest                        "8c1f…", `client` of an epoch entry (INTAKE §10)

Paths are ``/``, ``/icon.svg`` and ``/client/`` with report.js, report.css and directory.json (what the page seals to
and believes: every directory that ever held, the intake's keys, the log's key, the witnesses').

1. Every file must be the same for everybody, so that one digest stands for what each visitor got.
2. Nothing that goes out may say when it was made or be kept by a browser; nothing may be loaded from elsewhere.
3. A page must be whole without a script, and nothing may be sealed for the reporter here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from importlib.resources import files as resources
from types import MappingProxyType
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.web import words
from api.web.render import ICON
from intake import directory as directories
from intake.epochs import client_digest
from intake.receipt import Receipt
from ledger.errors import NotFound
from ledger.record.canonical import decode, encode
from ledger.record.fields import to_b64u

HTML: Final = "text/html; charset=utf-8"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        *(f"{what}-src 'self'" for what in ("script", "style", "img", "connect")),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS: Final = MappingProxyType(
    {
        "cache-control": "no-store",
        "content-security-policy": POLICY,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }
)
"""What every answer of the intake carries, beside its type and length."""

_BUILT: Final = (
    ("report.css", "text/css; charset=utf-8"),
    ("report.js", "text/javascript; charset=utf-8"),
)


@dataclass(frozen=True, slots=True)
class File:
    """What a path answers."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the page is told of its intake.

    `directories`: canonical data and place on the ledger, oldest first; `service`: first epoch, public key of
    svc-intake, and place of its key.registered; `vkey` of the log and of the `witnesses` as signed notes write them.
    """

    organisation: str
    directories: tuple[tuple[bytes, int | None], ...]
    service: tuple[tuple[int, bytes, int | None], ...]
    vkey: str
    witnesses: tuple[str, ...] = ()
    demo: bool = False

    def file(self) -> bytes:
        """/client/directory.json."""
        read = [(directories.read(data), entry) for data, entry in self.directories]
        return encode(
            {
                "directories": [{"data": decode(one.data), "entry": entry} for one, entry in read],
                "service": [
                    {"entry": entry, "from": first, "public": to_b64u(key)}
                    for first, key, entry in self.service
                ],
                "v": 1,
                "vkey": self.vkey,
                "witnesses": list(self.witnesses),
            }
        )


class Client:
    """The client as it is served. Made anew when the directory or a key changes."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._env = Environment(
            loader=PackageLoader("api.web"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=words.visible,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        built = {f"/client/{name}": File(_built(name), media) for name, media in _BUILT}
        self.files: Mapping[str, File] = {
            "/": File(self._page("reporter.html", panels=_panels(told)), HTML),
            "/client/directory.json": File(told.file(), "application/json"),
            "/icon.svg": File(ICON, "image/svg+xml"),
            **built,
        }
        self.digest = client_digest({path: sha256(f.body).hexdigest() for path, f in self.files.items()})

    def received(self, receipt: Receipt) -> File:
        """The page that answers a file handed in without a script."""
        first, last = _day(receipt.first), _day(receipt.last)
        sentence = f"It is promised a place on a daily list from {first} to {last}, at the latest."
        lines = receipt.lines()
        return File(
            self._page("reporter_answer.html", heading="Received", sentence=sentence, lines=lines), HTML
        )

    def refused(self, sentence: str) -> File:
        """The page that says why a file was not taken."""
        page = self._page("reporter_answer.html", heading="Not taken", sentence=sentence, lines="")
        return File(page, HTML)

    def _page(self, template: str, **given: object) -> bytes:
        told = self._told
        text = self._env.get_template(template).render(
            organisation=told.organisation, demo=told.demo, **{"panels": [], **given}
        )
        return text.encode()


def _built(name: str) -> bytes:
    try:
        return (resources("api.web") / "static" / "built" / name).read_bytes()
    except FileNotFoundError:
        raise NotFound(f"the browser client is not built: {name}", "run `make client`") from None


def _panels(told: Told) -> list[dict[str, object]]:
    newest = directories.read(told.directories[-1][0])
    return [
        {
            "name": panel.name,
            "k": panel.k,
            "seats": [
                {"person": newest.roster.seats[s].person, "fingerprint": newest.fingerprint(s)}
                for s in panel.seats
            ],
        }
        for panel in newest.roster.panels
    ]


def _day(epoch: int) -> str:
    at = date(1970, 1, 1) + timedelta(days=epoch)
    return words.day(at.isoformat())
