"""Confirmations of witnesses: which checkpoint is public, and which still waits for its quorum (RECORD §5).

::

    site/cosignatures/57     the checkpoint of 57 entries with the lines that came so far
    add_cosignature(site, "— witness.example/w1 jWbPP…\\n", …)
                             Standing(public=57, waiting=None)     the quorum is met: it is ``checkpoint`` now

A witness says "I saw it only grow". It does not say that it agrees.

1. A line must be kept only if it holds, for a checkpoint that waits or is public, by a witness that the policy names.
2. Without its quorum a checkpoint must not become public; the one before stays, and nothing else waits for it.
3. The public checkpoint must only ever grow, and be kept under ``earlier/<size>`` once it is no longer the newest.
4. A kept checkpoint may gain lines of witnesses, and must never lose one or change its text.
5. Several checkpoints may wait: a trustee who signs by hand confirms the one they were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.durable import Contradiction, Folder, trouble, writing
from ledger.errors import Malformed, NotFound
from ledger.publish.hashes import FolderTiles, consistency
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.entry import read_entry
from ledger.record.founding import founding
from ledger.record.log_keys import LogKeys, rotation
from ledger.record.note import Ed25519, Line, Note, cosigned_at, parse_note
from ledger.record.people import ROTATED
from ledger.record.quorum import NONE, Quorum
from ledger.record.tiles import ENTRIES, WIDTH, Tile, split_entries
from ledger.witness import Request

CHECKPOINT: Final = "checkpoint"
EARLIER: Final = "earlier"
CANDIDATES: Final = "cosignatures"
VKEY: Final = "vkey"
_ROTATED: Final = b'"type":"log.rotated"'


@dataclass(frozen=True, slots=True)
class Waiting:
    """A checkpoint of `size` entries that is not public yet; `missing` says who has to confirm it."""

    size: int
    missing: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The size of the `public` checkpoint (0: none), and the newest one that is `waiting`, if one is."""

    public: int
    waiting: Waiting | None


class Checkpoints:
    """The checkpoints of one site: the public one and those that wait."""

    def __init__(self, folder: Folder, logs: LogKeys, check: Ed25519, quorum: Quorum | None) -> None:
        self.folder = folder
        self._logs, self._check, self._quorum = logs, check, quorum
        self.public = self._held(CHECKPOINT)
        self.candidates: dict[int, SignedCheckpoint] = {}
        for size in _sizes(folder.path / CANDIDATES):
            held = self._held(f"{CANDIDATES}/{size}", size)
            if held is not None and size > self.size:
                self.candidates[size] = held

    @property
    def size(self) -> int:
        """Size of the public checkpoint; 0 when there is none."""
        return self.public.checkpoint.size if self.public else 0

    @property
    def newest(self) -> SignedCheckpoint | None:
        """The greatest checkpoint that ever left this house for this folder, public or waiting."""
        return self.candidates[max(self.candidates)] if self.candidates else self.public

    def of(self, size: int) -> SignedCheckpoint | None:
        """The checkpoint of this size, if it is public or waits."""
        return self.public if self.public and size == self.size else self.candidates.get(size)

    def offer(self, checkpoint: SignedCheckpoint) -> None:
        """A checkpoint that may become public."""
        size = checkpoint.checkpoint.size
        if size > self.size and size not in self.candidates:
            self.candidates[size] = checkpoint
            if self._missing(checkpoint.note) is not None:
                self.folder.create(f"{CANDIDATES}/{size}", str(checkpoint.note).encode())

    def confirm(self, lines: str) -> list[int]:
        """Keep the lines that hold; the sizes of the checkpoints that they confirm."""
        confirmed = []
        for held in [*self.candidates.values(), *([self.public] if self.public else [])]:
            note = parse_note(str(held.note) + lines)
            new = [x for x in note.lines[len(held.note.lines) :] if self._holds(x, note.text)]
            if not new:
                continue
            size, grown = held.checkpoint.size, merge(held.note, new)
            confirmed.append(size)
            if held is self.public:
                self.public = SignedCheckpoint(held.checkpoint, grown)
                self.folder.replace(CHECKPOINT, str(grown).encode())
            else:
                self.candidates[size] = SignedCheckpoint(held.checkpoint, grown)
                self.folder.replace(f"{CANDIDATES}/{size}", str(grown).encode())
        return confirmed

    def promote(self) -> Standing:
        """Make the greatest checkpoint that has its quorum public."""
        ready = [size for size, held in self.candidates.items() if self._missing(held.note) is None]
        if ready:
            if self.public:
                self._keep(self.public)
            self.folder.settle()
            self.public = self.candidates[max(ready)]
            self.folder.replace(CHECKPOINT, str(self.public.note).encode())
            self.folder.settle()
        self.name_key()
        self.candidates = {size: held for size, held in self.candidates.items() if size > self.size}
        for size in _sizes(self.folder.path / CANDIDATES):
            if size <= self.size:
                self.folder.remove(f"{CANDIDATES}/{size}")
        return self.standing()

    def name_key(self) -> None:
        """Let ``vkey`` be the key that signed the public checkpoint; without one the newest, if none is named yet."""
        signer = self._logs.signer(self.public, self._check) if self.public else None
        there = self.folder.read(VKEY)
        if there is None or there not in [f"{vkey}\n".encode() for vkey in self._logs.vkeys]:
            self.folder.create(VKEY, f"{signer or self._logs.newest}\n".encode())
        elif signer is not None and there != f"{signer}\n".encode():
            self.folder.replace(VKEY, f"{signer}\n".encode())

    def standing(self) -> Standing:
        """What is public and what waits."""
        if not self.candidates:
            return Standing(self.size, None)
        last = max(self.candidates)
        return Standing(self.size, Waiting(last, self._missing(self.candidates[last].note) or ""))

    def _keep(self, old: SignedCheckpoint) -> None:
        name = f"{EARLIER}/{old.checkpoint.size}"
        kept = self._held(name, old.checkpoint.size)
        note = merge(kept.note, old.note.lines) if kept and kept.note.text == old.note.text else old.note
        if kept and kept.note.text == old.note.text:
            if note != kept.note:
                self.folder.replace(name, str(note).encode())
        else:
            self.folder.create(name, str(note).encode())

    def _missing(self, note: Note) -> str | None:
        return None if self._quorum is None else self._quorum.missing(note, self._check)

    def _holds(self, line: Line, text: str) -> bool:
        witnesses = self._quorum.witnesses.values() if self._quorum else ()
        return any(
            (line.name, line.id) == (key.name, key.id)
            and cosigned_at(line, text, key, self._check) is not None
            for key in witnesses
        )

    def _held(self, name: str, size: int | None = None) -> SignedCheckpoint | None:
        data = self.folder.read(name)
        if data is None:
            return None
        try:
            held = SignedCheckpoint.parse(data)
        except Malformed as e:
            raise self._strange(name, str(e)) from None
        if not self._logs.holds(held, self._check):
            raise self._strange(name, f"it is not signed by the key of {self._logs.newest.name}")
        if size is not None and held.checkpoint.size != size:
            raise self._strange(name, f"it is for {held.checkpoint.size} entries")
        return held

    def _strange(self, name: str, why: str) -> Contradiction:
        return Contradiction(
            "TAMPERED",
            f"{self.folder.path / name} is no checkpoint of this ledger: {why}",
            "name this ledger's own folder; if it is, somebody changed it: keep it as evidence and publish into "
            "an empty folder",
        )


def add_cosignature(site: Path, lines: str, *, logs: LogKeys, check: Ed25519, quorum: Quorum) -> Standing:
    """Add a witness's answer (one or more signature lines); Malformed when no line of it can be used."""
    with writing(site) as folder:
        checkpoints = Checkpoints(folder, logs, check, quorum)
        if not checkpoints.confirm(lines if lines.endswith("\n") else lines + "\n"):
            who = ", ".join(sorted(key.name for key in quorum.witnesses.values())) or NONE
            raise Malformed(
                "no line here confirms a checkpoint that waits or is public",
                "cosignature",
                f"it must be made over the very file that the witness was given, by one of: {who}",
            )
        return checkpoints.promote()


def ask(site: Path, old: int, *, logs: LogKeys, check: Ed25519, size: int | None = None) -> Request:
    """What a witness that has confirmed `old` entries is asked: to confirm the newest checkpoint, or that of `size`."""
    with trouble(site):
        held = Checkpoints(Folder(site), logs, check, None)
    found = held.newest if size is None else held.of(size)
    if found is None:
        raise NotFound("no such checkpoint was published or waits", "publish first: `countersign publish`")
    proof = consistency(FolderTiles(site), old, found.checkpoint.size)
    return Request(old, tuple(proof), found)


def merge(note: Note, lines: list[Line] | tuple[Line, ...]) -> Note:
    """`note` with the cosignatures of `lines`: one a key, the later one where there are two."""
    held = {(x.name, x.id): x for x in note.lines}
    for line in lines:
        before = held.get((line.name, line.id))
        if before is None or (
            len(before.signature) == len(line.signature) == 72 and before.signature < line.signature
        ):
            held[line.name, line.id] = line
    return parse_note(str(Note(note.text, tuple(held.values()))))


def site_keys(site: Path) -> LogKeys:
    """The log's keys as the entries of its own site name them; who may rotate them is for a verifier to ask."""
    tiles, folder, out = FolderTiles(site), Folder(site), None
    with trouble(site):
        notes = [
            folder.read(name)
            for name in (CHECKPOINT, *(f"{CANDIDATES}/{n}" for n in _sizes(site / CANDIDATES)))
        ]
    size = max((SignedCheckpoint.parse(note).checkpoint.size for note in notes if note), default=0)
    for lo in range(0, size, WIDTH):
        bundle = tiles.read(Tile(ENTRIES, lo // WIDTH, min(WIDTH, size - lo)))
        for index, raw in enumerate(split_entries(bundle), lo):
            act = read_entry(raw).act if index == 0 or _ROTATED in raw else None
            if act is not None and index == 0:
                out = LogKeys.only(founding(act.event.data).log)
            elif act is not None and act.event.type == ROTATED and out is not None:
                out = out.rotated(index, rotation(act.event.data))
    if out is None:
        raise NotFound(f"no founding in {site}", "publish first: `countersign publish`")
    return out


def read_public(site: Path) -> str | None:
    """The note that readers of a site get; None before the first publication. Nothing is checked."""
    with trouble(site):
        data = Folder(site).read(CHECKPOINT)
    return None if data is None else str(parse_note(data))


def earlier(site: Path) -> dict[int, str]:
    """Checkpoints that were published before, by size. Nothing is checked but their form."""
    folder = Folder(site)
    with trouble(site):
        found = {size: folder.read(f"{EARLIER}/{size}") for size in _sizes(site / EARLIER)}
    return {size: str(parse_note(data)) for size, data in found.items() if data is not None}


def _sizes(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return sorted(
        int(x.name) for x in folder.iterdir() if x.name.isascii() and x.name.isdigit() and x.name[0] != "0"
    )
