"""Settings of one ledger: a file in its folder, mirrored by environment variables.

``countersign.toml`` (``COUNTERSIGN_<NAME>`` in the environment wins over the file)::

    origin = "example.org/countersign"
    database = "ledger.db"          # or postgresql://office@/countersign
    log_key = "keys/svc-log.key"
    site = "site"                   # where `publish` writes
    host = "127.0.0.1"
    port = 8441

1. An unknown name must be refused: a misspelt setting is otherwise found out on a bad day.
2. No secret stands in it: passphrases come by prompt, file descriptor or environment.
3. Whatever a setting holds must be read back as it was written.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from ledger.errors import Malformed, NotFound

FILE: Final = "countersign.toml"
PREFIX: Final = "COUNTERSIGN_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a ledger and its parts are. Relative paths are below `folder`."""

    folder: Path
    origin: str
    database: str = "ledger.db"
    log_key: str = "keys/svc-log.key"
    site: str = "site"
    host: str = "127.0.0.1"
    port: int = 8441

    @property
    def is_postgres(self) -> bool:
        """True when the record is kept in PostgreSQL."""
        return self.database.startswith(("postgresql://", "postgres://"))

    def path(self, name: str) -> Path:
        """A path of the settings, made absolute."""
        return self.folder / name

    def text(self) -> str:
        """The settings file."""
        return "".join(f"{name} = {_toml(getattr(self, name))}\n" for name in NAMES)


NAMES: Final = tuple(x.name for x in fields(Settings) if x.name != "folder")


def _toml(value: str | int) -> str:
    """A value as TOML writes it: its strings are those of JSON, but for the delete character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_settings(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the ledger in `folder`; NotFound when there is none."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound(
            f"no ledger in {folder}", "make one with `countersign init` or `countersign demo`"
        ) from None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise Malformed(f"not TOML: {e}", FILE) from None
    for name in NAMES:
        if PREFIX + name.upper() in environment:
            values[name] = environment[PREFIX + name.upper()]
    strange = sorted(set(values) - set(NAMES))
    if strange:
        raise Malformed(f"unknown setting {strange[0]!r}", FILE, f"known are {', '.join(NAMES)}")
    if not isinstance(values.get("origin"), str):
        raise Malformed("the origin is missing", FILE, 'write origin = "example.org/log"')
    port = values.get("port", 8441)
    if not str(port).isdigit() or not 0 <= int(port) <= 65535:
        raise Malformed(f"port {port!r} is no port", FILE)
    return Settings(folder, **{**values, "port": int(port)})
