"""The policy versions that ship with this program, transcribed from public texts by its authors.

::

    definitions()            ("rsp-1.0", "rsp-2.0", …, "rsp-3.4")
    definition("rsp-2.2")    Definition(name="rsp-2.2", policy=Policy(…), text_digest="sha256:…", …)

1. `text_digest` must be the SHA-256 of the file's bytes, `data_digest` that of the canonical JSON of what it says.
2. What is handed out must be loaded as strictly as anybody's own file.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from ledger.errors import NotFound
from ledger.policy.load import load_text
from ledger.policy.schema import Policy
from ledger.record import canonical
from ledger.record.canonical import Json

_FILE: Final = re.compile(r"policy-([a-z0-9.-]+)\.yaml")
_FOLDER: Final = resources.files("ledger.policy") / "definitions"


@dataclass(frozen=True, slots=True)
class Definition:
    """One shipped version: the policy, the YAML text that it was read from, and the digests of both forms."""

    name: str
    policy: Policy
    text: bytes
    text_digest: str
    data_digest: str


@cache
def definitions() -> tuple[str, ...]:
    """The names of the shipped versions, oldest first."""
    found = (_FILE.fullmatch(file.name) for file in _FOLDER.iterdir())
    return tuple(sorted((m[1] for m in found if m), key=_in_order))


def _in_order(name: str) -> list[str]:
    """So that version 3.10 comes after 3.9."""
    return [part.zfill(4) for part in re.split(r"[.-]", name)]


@cache
def definition(name: str) -> Definition:
    """One shipped version; NotFound lists the names."""
    if name not in definitions():
        raise NotFound(f"no policy called {name!r} is shipped", f"one of {', '.join(definitions())}")
    text = (_FOLDER / f"policy-{name}.yaml").read_bytes()
    policy = load_text(text)
    return Definition(name, policy, text, _digest(text), data_digest(policy.data))


def data_digest(data: Json) -> str:
    """The digest under which later entries name a policy's data."""
    return _digest(canonical.encode(data))


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
