"""Which key signs the log's checkpoints, and for which sizes (RECORD §5, ADR 0012).

The founding names the first; each ``log.rotated`` puts another in its place, with an overlap in entries::

    log.rotated   {"overlap":32,"proof":"<base64url>","reason":"yearly change","vkey":"example.org/log+…"}    entry 40

    LogKeys  old   checkpoints of      0 to 73 entries      (41, and 32 more)
             new   checkpoints of     41 entries on

1. A checkpoint must be signed by a key in force for its size; a line of such a key that does not hold voids it.
2. A rotation must take effect at its own entry, and only for what comes after it: earlier keys keep their sizes.
3. A reader who holds one key must be led on by the record to its successors only, never back to its predecessors:
   whoever stole an old key could else write a record that rotates to the true one, whose proof is public.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.note import LOG_KEY, Ed25519, Vkey


@dataclass(frozen=True, slots=True)
class Rotation:
    """`vkey` signs from now on; the key before it for `overlap` entries more. `proof` shows that `vkey` is held."""

    vkey: Vkey
    overlap: int
    proof: str
    reason: str


def rotation(data: Json, where: str = "/data") -> Rotation:
    """`data` of log.rotated."""
    f.members(data, where, ("overlap", "proof", "reason", "vkey"))
    vkey = Vkey.parse(f.text(data["vkey"], f"{where}/vkey"))
    if vkey.type != LOG_KEY:
        raise Malformed(f"a key of type {vkey.type:#04x}", f"{where}/vkey", "the log key is Ed25519 (0x01)")
    f.b64u(data["proof"], f"{where}/proof", 64)
    overlap = f.integer(data["overlap"], f"{where}/overlap")
    return Rotation(vkey, overlap, data["proof"], f.text(data["reason"], f"{where}/reason"))


@dataclass(frozen=True, slots=True)
class Term:
    """`vkey` signs checkpoints of `since` to `until` entries (None: no end is known)."""

    vkey: Vkey
    since: int
    until: int | None = None

    def covers(self, size: int) -> bool:
        """True when the key signs checkpoints of `size` entries."""
        return self.since <= size and (self.until is None or size <= self.until)


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The keys of one log, oldest first; at least one."""

    terms: tuple[Term, ...]

    @classmethod
    def only(cls, vkey: Vkey) -> LogKeys:
        """One key, for all sizes."""
        return cls((Term(vkey, 0),))

    @property
    def newest(self) -> Vkey:
        """The key that was put in place last."""
        return self.terms[-1].vkey

    @property
    def vkeys(self) -> tuple[Vkey, ...]:
        """Every key, oldest first."""
        return tuple(term.vkey for term in self.terms)

    def rotated(self, index: int, by: Rotation) -> LogKeys:
        """The keys after the rotation in entry `index`."""
        ended = replace(self.terms[-1], until=index + 1 + by.overlap)
        return LogKeys((*self.terms[:-1], ended, Term(by.vkey, index + 1)))

    def since(self, vkey: Vkey) -> LogKeys | None:
        """`vkey` and its successors; None when it is none of these keys."""
        at = next((i for i, term in enumerate(self.terms) if term.vkey == vkey), None)
        return None if at is None else LogKeys(self.terms[at:])

    def in_force(self, vkey: Vkey, size: int) -> bool:
        """True when `vkey` signs checkpoints of `size` entries."""
        return any(term.vkey == vkey and term.covers(size) for term in self.terms)

    def signer(self, signed: SignedCheckpoint, check: Ed25519) -> Vkey | None:
        """The key in force for its size that signed a checkpoint; None when none did, or not well."""
        found = None
        for term in self.terms:
            named = any((x.name, x.id) == (term.vkey.name, term.vkey.id) for x in signed.note.lines)
            if term.covers(signed.checkpoint.size) and named:
                if not signed.holds(term.vkey, check):
                    return None
                found = term.vkey
        return found

    def holds(self, signed: SignedCheckpoint, check: Ed25519) -> bool:
        """True when a key in force for its size signed a checkpoint."""
        return self.signer(signed, check) is not None
