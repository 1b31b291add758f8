"""Reads the forms that people fill in, and the evidence that they name.

::

    data: {person: p-9, role: CISO, from: 2025-01-06T00:00:00.000000Z, instrument: resolution.pdf}
    evidence: [{file: resolution.pdf, title: "Board resolution", source: internal}]

becomes the same with ``digest``, ``size_bytes``, ``media_type`` and ``obtained_at`` in place of ``file``, and the
digest as instrument.

1. A document must never leave the machine: only its digest, size, type and title enter the form.
2. Paths are relative to the form's own folder, so a form and its papers can be handed on together.
3. ``policy_data: our-policy.yaml`` in the data must become what that file says.
4. A file of which no member belongs to a form is the data alone: ``keys prove`` writes such files.
"""

from __future__ import annotations

import json
import mimetypes
import sys
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from api.cli.trouble import CannotRun
from ledger.errors import Malformed
from ledger.policy.plain import MAX_BYTES, load
from ledger.record.canonical import Json, check
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
    if isinstance(form.get("data"), dict) and isinstance(form["data"].get("policy_data"), str):
        form["data"]["policy_data"] = load_yaml(str(folder / form["data"]["policy_data"]))
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


def edit_form(command: str, template: str) -> str | None:
    """Let a person fill in a form in their editor; the file that it was saved as, None if it was left as it was."""
    import click

    text = click.edit(template, extension=".yaml")
    if text is None or text == template:
        return None
    names = (f"{command}{n}.yaml" for n in ("", *(f"-{i}" for i in range(2, 1000))))
    path = next(Path(name) for name in names if not Path(name).exists())
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as e:
        raise CannotRun(
            f"{path} cannot be written: {e.strerror}", "work in a folder that you may write to"
        ) from None
    return str(path)


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
        return _json(text) if text.lstrip()[:1] in (b"{", b"[") else load(text)
    except Malformed as e:
        where = f"{called(name)}, {e.where}" if e.where else called(name)
        raise Malformed(e.what, where, e.cure) from None


def _json(text: bytes) -> Json:
    """A value written as JSON, read with the rules of our YAML; what only looks like JSON is read as YAML.

    (PyYAML does not join the two halves of a character that JSON writes as a surrogate pair.)
    """
    if len(text) > MAX_BYTES:
        return load(text)  # which says that it is too long
    try:
        value = json.loads(text, object_pairs_hook=_members, parse_float=str, parse_constant=str)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return load(text)
    check(value)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice = next(name for i, (name, _) in enumerate(pairs) if name in dict(pairs[:i]))
        raise Malformed(f"key {twice!r} stands twice"[:200])
    return members


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
