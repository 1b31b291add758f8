"""What the reader brings, and what is taken from beside the record where they bring nothing.

::

    Asked(vkey=Vkey.parse("example.org/log+33d7b496+AeHTu4Q3…"), founding="9f8b…", max_age=timedelta(days=2))

1. What the reader brings is trusted; what lies beside the record vouches for nothing, and the report says so.
2. Without ``--vkey`` the key is taken from beside the record, else from entry 0.
3. A policy of witnesses that comes with the record is checked, and said to be the record's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import Malformed
from ledger.record.note import Vkey
from ledger.verify.founding import named_key
from ledger.verify.report import Finding, failed
from ledger.verify.source import CannotRun, Source, plainly

if TYPE_CHECKING:
    from ledger.record.quorum import Quorum
    from ledger.verify.rules import Rules


def _silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`now` is asked for STALE only. `progress("hashing", 2048, 1000000)` is called now and then."""

    vkey: Vkey | None = None
    founding: str | None = None
    earlier: tuple[tuple[str, bytes], ...] = ()
    policy: Quorum | None = None
    max_age: timedelta | None = None
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    disclosures: Path | None = None
    jobs: int = 1
    resume: Path | None = None
    rules: Rules | None = None
    progress: Callable[[str, int, int], None] = _silent


def find_key(source: Source, asked: Asked, first: bytes | None) -> Vkey | None:
    """The log's key: the reader's, else the one beside the record, else the one that entry 0 names."""
    if asked.vkey is not None:
        return asked.vkey
    try:
        return Vkey.parse((source.beside("vkey") or b"").decode().strip())
    except (Malformed, UnicodeDecodeError):
        return named_key(first) if first is not None else None


def find_policy(source: Source, asked: Asked) -> tuple[Quorum | None, list[Finding]]:
    """The policy of witnesses, or what is wrong with the one that came along."""
    if asked.policy is not None:
        return asked.policy, []
    data = source.beside("policy.tlog")
    if data is None:
        return None, []
    from ledger.record.quorum import parse_quorum

    try:
        policy = parse_quorum(data)
    except Malformed as e:
        return None, [
            failed(5, None, f"the record's own policy.tlog cannot be read: {e}"[:500], "give one: --policy")
        ]
    return policy, [Finding(5, True, None, "by the policy that came with the record; nothing vouches for it")]


def openings(source: Source, asked: Asked, since: int = 0) -> Iterator[tuple[int, str] | Finding]:
    """Disclosures beside the record, of entries from `since` on, and those that the reader brings."""
    from ledger.verify.tiles import read_disclosures

    yield from source.disclosures(since)
    if asked.disclosures is not None:
        try:
            with asked.disclosures.open("rb") as file:
                yield from read_disclosures(file)
        except OSError as e:
            raise CannotRun(
                f"{asked.disclosures} cannot be read: {plainly(e)}", "name a file of disclosures"
            ) from None


def anchor_notes(asked: Asked, resumed: int) -> Iterable[str]:
    """What the reader must know about how far the answer can be trusted."""
    if asked.vkey is None:
        yield (
            "NOTHING OUTSIDE THIS RECORD VOUCHES FOR ITS KEY: it was taken from the record itself. Whoever could write "
            "the record could have made it. Give the key from the fingerprint sheet with --vkey."
        )
    if asked.founding is None:
        yield "Entry 0 was not compared with a founding hash that you hold; give it with --founding."
    if resumed:
        yield (
            f"Entries 0 to {resumed - 1} were not read again, nor their disclosures: the state file says that an "
            "earlier run of yours verified them, and it was believed."
        )
