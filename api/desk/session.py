"""One trustee at their own machine: where things are, whether the desk is unlocked, who may see the page.

::

    known.json    {"intake":"<43, the intake's key>","ledger":"https://example.org/log","source":"https://…","v":1,"vkey":"…"}
                  and "first":20245 where the channel began later than the trustees' list

1. The address that opens the page must work once; after it a cookie of this browser counts, and nothing else.
2. Keys must be in memory only while the desk is unlocked; locking forgets them.
3. One request at a time works in the room.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, Final

from api.desk.fetch import source_of
from intake.trustee import vault
from intake.trustee.mirror import Alarm, Source
from intake.trustee.outgoing import write
from intake.trustee.room import Room, open_room
from intake.trustee.vault import Unlocked
from keys.passphrase import Passphrase
from ledger.errors import Malformed, NotFound
from ledger.record import fields as f

KNOWN: Final = "known.json"


@dataclass(frozen=True, slots=True)
class Known:
    """Told once, face to face: the intake's key and where its lists are, where the ledger is, the log's key."""

    intake: str
    source: str
    ledger: str = ""
    vkey: str = ""
    first: int = 0
    """The channel's first epoch: no list is missed before it. 0: from when the trustees' list begins."""

    def to_bytes(self) -> bytes:
        members: dict[str, Any] = {
            "intake": self.intake,
            "ledger": self.ledger,
            "source": self.source,
            "v": 1,
            "vkey": self.vkey,
        }
        if self.first:
            members["first"] = self.first
        return json.dumps(members, indent=1, sort_keys=True).encode() + b"\n"


def read_known(home: Path) -> Known:
    """NotFound where the desk was not told yet."""
    try:
        data: dict[str, Any] = json.loads((home / KNOWN).read_bytes())
        f.members(data, "", ("intake", "ledger", "source", "v", "vkey"), ("first",))
        f.b64u(data["intake"], "/intake", 32)
        return Known(data["intake"], data["source"], data["ledger"], data["vkey"], data.get("first", 0))
    except FileNotFoundError:
        raise NotFound(
            "this desk does not know the trustees' list and the intake's key",
            "tell it once: countersign desk trust",
        ) from None
    except (ValueError, OSError, TypeError):
        raise Malformed(f"{home / KNOWN} is damaged", "", "tell it again: countersign desk trust") from None


def keep_known(home: Path, known: Known) -> None:
    write(home / KNOWN, known.to_bytes())


@dataclass
class Session:
    """See the module. `clock` and `chance` are the process's."""

    home: Path
    clock: Callable[[], str]
    chance: Callable[[int], bytes] = secrets.token_bytes
    unlocked: Unlocked | None = None
    alarms: list[Alarm] = field(default_factory=list)
    fetched: str = ""
    _enter: str = ""
    _cookie: str = ""
    _turn: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self._enter = self.chance(24).hex()
        self._cookie = self.chance(24).hex()

    @property
    def token(self) -> str:
        """For the one address that opens the page."""
        return self._enter

    def enter(self, token: str) -> str | None:
        """The cookie for whoever brings the token, once."""
        if not self._enter or not hmac.compare_digest(token.encode(), self._enter.encode()):
            return None
        self._enter = ""
        return self._cookie

    def admits(self, cookie: str | None) -> bool:
        return bool(cookie) and hmac.compare_digest((cookie or "").encode(), self._cookie.encode())

    @property
    def form_token(self) -> str:
        """What every form of the page carries."""
        return hmac.new(self._cookie.encode(), b"form", "sha256").hexdigest()

    def unlock(self, passphrase: Callable[[], Passphrase]) -> None:
        with self._turn:
            self.unlocked = vault.unlock(self.home, passphrase)

    def lock(self) -> None:
        with self._turn:
            self.unlocked = None

    def known(self) -> Known:
        return read_known(self.home)

    def source(self) -> Source:
        return source_of(self.known().source)

    @contextmanager
    def room(self) -> Iterator[Room]:
        """The room; NotFound while the desk is locked."""
        with self._turn:
            if self.unlocked is None:
                raise NotFound("the desk is locked", "unlock it with your passphrase")
            key = f.b64u(self.known().intake, "", 32)
            with open_room(self.home, self.unlocked, key, clock=self.clock, chance=self.chance) as room:
                yield room
