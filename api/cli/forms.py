"""Reads the forms that people fill in, and the evidence that they name.

::

    data: {person: p-9, role: CISO, from: 2025-01-06T00:00:00.000000Z, instrument: resolution.pdf}
    evidence: [{file: resolution.pdf, title: "Board resolution", source: internal}]

becomes the same with ``digest``, ``size_bytes``, ``media_type`` and ``obtained_at`` in place of ``file``, and the
digest as instrument.

1. A document must never leave the machine: only its digest, size, type and title enter the form.
2. Paths are relative to the form's own folder, so a form and its papers can be handed on together.
3. A file of which no member belongs to a form is the data alone: ``keys prove`` writes such files.
"""

from __future__ import annotations

import mimetypes
import sys
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from api.cli.trouble import CannotRun
from ledger.errors import Malformed
from ledger.policy.plain import MAX_BYTES, load
from ledger.record.canonical import Json
from ledger.record.fields import to_time

MEMBERS: Final = frozenset(
    "data evidence sealed policy effective_at not_after class provenance corrects retracts supersedes id".split()
)
STDIN: Final = "-"


def read_form(name: str, now: str) -> dict[str, Any]:
    """A form as ``ledger.draft`` takes it. `name` is a path or ``-``; `now` bounds when evidence was obtained."""
    folder = Path() if name == STDIN else Path(name).parent
    form = load_yaml(name)
    if form is None or form == {}:
        raise Malformed(
            f"{called(name)} is empty", "", "`countersign record COMMAND --form` prints a template"
        )
    if not isinstance(form, dict):
        raise Malformed(f"{called(name)} is no form", "", "write members such as `data:`, one a line")
    if not MEMBERS & set(form):
        form = {"data": form}
    if isinstance(form.get("data"), str):
        form["data"] = load_yaml(str(folder / form["data"]))
    papers: dict[str, str] = {}
    if "evidence" in form:
        form["evidence"] = _evidence(form["evidence"], folder, now, papers)
    sealed = form.get("sealed")
    if isinstance(sealed, dict) and "evidence" in sealed:
        sealed["evidence"] = _evidence(sealed["evidence"], folder, now, papers)
    data = form.get("data")
    if isinstance(data, dict) and data.get("instrument") in papers:
        data["instrument"] = papers[data["instrument"]]
    return form


def load_yaml(name: str) -> Json:
    """The value in a YAML or JSON file, of at most 2 MB."""
    try:
        if name == STDIN:
            text = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                text = file.read(MAX_BYTES + 1)
    except OSError as e:
        raise CannotRun(
            f"{name} cannot be read: {e.strerror}", "check the path and who may read it"
        ) from None
    try:
        return load(text)
    except Malformed as e:
        where = f"{called(name)}, {e.where}" if e.where else called(name)
        raise Malformed(e.what, where, e.cure) from None


def called(name: str) -> str:
    """A form's name in a message."""
    return "standard input" if name == STDIN else Path(name).name


def _evidence(items: Json, folder: Path, now: str, papers: dict[str, str]) -> Json:
    if not isinstance(items, list):
        raise Malformed("not a list", "/evidence", "write - {file: …, title: …, source: internal}")
    return [_document(item, folder, now, papers) if _named(item) else item for item in items]


def _named(item: Json) -> bool:
    return isinstance(item, dict) and "file" in item


def _document(item: dict[str, Any], folder: Path, now: str, papers: dict[str, str]) -> dict[str, Any]:
    name = str(item.pop("file"))
    path = folder / name
    try:
        with path.open("rb") as file:
            digest = "sha256:" + file_digest(file, "sha256").hexdigest()
            size, changed = file.tell(), path.stat().st_mtime
    except OSError as e:
        raise CannotRun(
            f"the evidence {path} cannot be read: {e.strerror}", "give its path relative to the form"
        ) from None
    papers[name] = digest
    return {
        "digest": digest,
        "media_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "obtained_at": min(to_time(datetime.fromtimestamp(changed, UTC)), now),
        "size_bytes": size,
        "source": "internal",
        "title": Path(name).name,
        **item,
    }
