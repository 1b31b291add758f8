"""The ledger, as a trustee meets it: what changed since they looked, does it only grow, what asks for their answer.

::

    look(place, vkey, seen)       Looked(size=57, verdict="OK", new=[Line(41, "Capability determination", …)], …)
    confirm(home, place, …)       "— trust.example/t1 jWbPP…"     hand this line to whoever publishes the record

1. What changed must be counted from the state that this trustee confirmed or looked at last, kept on their own machine.
2. A record that does not extend that state, or does not verify, must never be confirmed.
3. A confirmation says that it only grew; the page says that it does not say "I agree".
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from api.titles import subject
from api.web.words import kind
from intake.trustee.vault import Unlocked
from keys import check
from ledger.errors import Malformed, NotFound
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.entry import read_entry
from ledger.record.merkle import consistency_proof, leaf_hash, root_of
from ledger.record.note import COSIGNER_KEY, Vkey
from ledger.verify.asked import Asked
from ledger.verify.place import open_source
from ledger.verify.report import OK, OK_WITH_WITHHELD
from ledger.verify.source import CannotRun, Source
from ledger.verify.verify import verify
from ledger.witness import Request, Witness

CONSULTED: Final = "consultation."
MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One entry since the last look."""

    index: int
    title: str
    about: str
    recorded_at: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look found. `first_broken` names the entry, `since` the size seen before."""

    origin: str
    size: int
    since: int
    verdict: str
    good: bool
    meaning: str
    first_broken: int | None
    new: tuple[Line, ...]
    consultations: tuple[Line, ...]
    note: str
    confirmed: int

    def members(self) -> dict[str, Any]:
        rows = ("origin", "size", "since", "verdict", "good", "meaning", "first_broken", "confirmed")
        return {name: getattr(self, name) for name in rows} | {
            "consultations": [_row(line) for line in self.consultations],
            "new": [_row(line) for line in self.new],
        }


class TrustWitness:
    """The trustee's witness key as a signer of notes."""

    def __init__(self, unlocked: Unlocked) -> None:
        name = f"{unlocked.own.ledger}/{unlocked.own.person}"
        self._signer = unlocked.witness
        self.vkey = Vkey(name, COSIGNER_KEY, unlocked.witness.raw)

    def sign(self, message: bytes) -> bytes:
        return self._signer.sign_bytes(message)


def look(home: Path, unlocked: Unlocked, place: str, vkey: str, seen: dict[str, Any]) -> Looked:
    """Verify the record at a place and tell what is new. `seen` is {"note", "size"} of the last look, or empty."""
    key = _vkey(vkey)
    earlier = (("what you saw last", str(seen["note"]).encode()),) if seen.get("note") else ()
    try:
        with closing(open_source(place)) as source:
            report = verify(source, Asked(vkey=key, earlier=earlier))
            head = _head(source)
            since = min(int(seen.get("size", 0)), head.checkpoint.size)
            lines = _lines(source, since, head.checkpoint.size)
    except CannotRun as e:
        raise NotFound(e.why, e.cure) from None
    good = report.verdict in (OK, OK_WITH_WITHHELD)
    last = _witness(home, unlocked, key, lambda: 0).last(key.name)
    return Looked(
        origin=head.checkpoint.origin,
        size=head.checkpoint.size,
        since=since,
        verdict=report.words,
        good=good,
        meaning=report.meaning,
        first_broken=None if good else report.index,
        new=tuple(lines[-MOST:]),
        consultations=tuple(line for line in lines if line.type.startswith(CONSULTED)),
        note=str(head.note),
        confirmed=last.size if last else 0,
    )


def confirm(home: Path, unlocked: Unlocked, place: str, vkey: str, now: str) -> str:
    """Confirm that the record only grew since the last confirmation; the line to hand in. NotFound says why not."""
    key = _vkey(vkey)
    try:
        with closing(open_source(place)) as source:
            if verify(source, Asked(vkey=key)).verdict not in (OK, OK_WITH_WITHHELD):
                raise NotFound("this record does not verify", "do not confirm it; tell the other trustees")
            head = _head(source)
            witness = _witness(home, unlocked, key, lambda: int(datetime.fromisoformat(now).timestamp()))
            last = witness.last(key.name)
            old = last.size if last else 0
            proof = _proof(source, old, head.checkpoint.size)
    except CannotRun as e:
        raise NotFound(e.why, e.cure) from None
    answer = witness.add_checkpoint(str(Request(old, proof, head)).encode())
    if answer.status != 200:
        raise NotFound(
            f"this record is not the one that you confirmed, grown: {answer.body.strip()}",
            "do not confirm it; keep both copies and tell the other trustees",
        )
    return answer.body


def _witness(home: Path, unlocked: Unlocked, key: Vkey, clock: Any) -> Witness:
    folder = home / "witness"
    folder.mkdir(mode=0o700, exist_ok=True)
    return Witness(folder, TrustWitness(unlocked), [key], check=check.ed25519, clock=clock)


def _vkey(text: str) -> Vkey:
    if not text:
        raise NotFound("this desk does not know the log's key", "tell it once: countersign desk trust")
    return Vkey.parse(text)


def _head(source: Source) -> SignedCheckpoint:
    data = source.checkpoint()
    if data is None:
        raise NotFound("the record has no state that its log signed")
    return SignedCheckpoint.parse(data)


def _lines(source: Source, since: int, size: int) -> list[Line]:
    found: list[Line] = []
    for page in source.pages(since // 256 * 256, size, size):
        for index, raw in enumerate(page.entries, page.lo):
            if index >= since:
                found.append(_line(index, raw))
    return found


def _line(index: int, raw: bytes) -> Line:
    try:
        entry = read_entry(raw)
        if entry.act is None:
            return Line(index, "Withheld entry", "", entry.recorded_at)
        event = entry.act.event
    except Malformed:
        return Line(index, "Unreadable entry", "", "")
    return Line(index, kind(event.type), subject(event.stream), entry.recorded_at, event.type)


def _proof(source: Source, old: int, size: int) -> tuple[bytes, ...]:
    if not 0 < old < size:
        return ()
    leaves = [leaf_hash(raw) for page in source.pages(0, size, size) for raw in page.entries]

    def read(level: int, index: int) -> bytes:
        return root_of(leaves[index << level : (index + 1) << level])

    return tuple(consistency_proof(old, size, read))


def _row(line: Line) -> dict[str, Any]:
    return {"about": line.about, "index": line.index, "recorded_at": line.recorded_at, "title": line.title}
