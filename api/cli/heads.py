"""The last state of each ledger that this person's machine has seen: what makes a rewritten record show.

::

    {"ledgers":{"example.org/log":{"founding":"<hex>","note":"<checkpoint>","root":"<hex>","seen_at":"…Z","size":41,
     "vkey":"example.org/log+…"}},"v":1}

1. The file must belong to the person who signs, not to the ledger: who could write it could rewrite history.
2. It must be replaced whole or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from api.cli.trouble import CannotRun

VARIABLE: Final = "COUNTERSIGN_STATE"


@dataclass(frozen=True, slots=True)
class Known:
    """A state of a ledger that was checked here: `size` entries with `root`, and the `note` in which the log signed it.

    `vkey` and `founding` are the ledger's anchor.
    """

    vkey: str
    founding: str
    size: int
    root: str
    note: str
    seen_at: str


class Heads:
    """The file of remembered states."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.path = state_file(environment)

    def get(self, origin: str) -> Known | None:
        """The last state seen of a ledger; None for a ledger never seen."""
        found = self._read().get(origin)
        return Known(**{f.name: found[f.name] for f in fields(Known)}) if found else None

    def keep(self, origin: str, known: Known) -> None:
        """Remember a state."""
        ledgers = self._read()
        if ledgers.get(origin) == asdict(known):
            return
        ledgers[origin] = asdict(known)
        self._write(ledgers)

    def forget(self, origin: str) -> None:
        """Forget a ledger: it was made anew on purpose."""
        ledgers = self._read()
        if ledgers.pop(origin, None):
            self._write(ledgers)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            ledgers: dict[str, dict[str, Any]] = json.loads(self.path.read_bytes())["ledgers"]
            for known in ledgers.values():
                Known(**known)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise CannotRun(
                f"{self.path} cannot be read: it says which state of each ledger you saw last",
                "restore it; or move it away, and compare the fingerprint sheet before you sign again",
            ) from None
        return ledgers

    def _write(self, ledgers: dict[str, dict[str, Any]]) -> None:
        text = json.dumps({"v": 1, "ledgers": ledgers}, sort_keys=True, indent=1, ensure_ascii=False)
        partial = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with partial.open("w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.path)
        except OSError as e:
            raise CannotRun(
                f"{self.path} cannot be written: {e.strerror}; it says which state of each ledger you saw last",
                f"set {VARIABLE} to a file that you may write to",
            ) from None


def state_file(environment: Mapping[str, str]) -> Path:
    """Where the states are kept: COUNTERSIGN_STATE, or the place that the desktop's rules name."""
    if environment.get(VARIABLE):
        return Path(environment[VARIABLE])
    base = environment.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(base).expanduser() / "countersign" / "heads.json"
