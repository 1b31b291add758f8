"""A page without a client: it takes a file that was sealed elsewhere, and nothing else.

What is served while the browser's client is not built; it seals nothing, so it cannot leak anything either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from intake.epochs import client_digest
from intake.receipt import Receipt

_PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Report a concern</title></head><body><main><h1>{title}</h1>{content}</main></body></html>
"""
_FORM = """
<p>Use your own device and your own network. Seal your report first with <code>countersign report</code>; this page only
takes the sealed file. It cannot read it, and keeps nothing about you.</p>
<form method="post" action="/items" enctype="multipart/form-data">
<p><label>Sealed file <input type="file" name="sealed" required></label></p><p><button>Hand it in</button></p></form>
<p>You may also go to a regulator, or to the EU AI Office. No agreement may stop you from reporting outside.</p>
"""


@dataclass(frozen=True, slots=True)
class File:
    """What a path answers."""

    body: bytes
    media_type: str = "text/html; charset=utf-8"


class Bare:
    """The page and the answers to its form."""

    def __init__(self) -> None:
        self.files: Mapping[str, File] = {"/": _file("Hand in a sealed report", _FORM)}
        self.digest = client_digest({path: sha256(f.body).hexdigest() for path, f in self.files.items()})

    def received(self, receipt: Receipt) -> File:
        """The three lines of a receipt."""
        lines = f"<p>Keep these three lines. They prove what was promised.</p><pre>{escape(receipt.lines())}</pre>"
        return _file("Your receipt", lines)

    def refused(self, sentence: str) -> File:
        """Why there is none."""
        return _file("Not taken", f"<p>{escape(sentence)}</p>")


def _file(title: str, content: str) -> File:
    return File(_PAGE.format(title=title, content=content).encode())
