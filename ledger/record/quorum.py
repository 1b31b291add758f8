"""Which confirmations a checkpoint needs (C2SP tlog-policy).

::

    log example.org/log+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx
    witness T1 trust.example/t1+3b9c8a5e+BJsm…
    witness T2 trust.example/t2+77aa0f01+BKl2…
    group trustees any T1 T2
    quorum trustees

1. There must be exactly one quorum line; groups and the quorum name only what stands above them.
2. No key may stand under two names, else one witness could count twice; each name joins at most one group.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ledger.errors import Malformed
from ledger.record.note import COSIGNER_KEY, LOG_KEY, Ed25519, Note, Vkey

NONE: Final = "none"
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Group:
    """At least `threshold` of `members` (names of witnesses or groups)."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quorum:
    """A parsed tlog-policy: trusted logs, witnesses by name, groups by name, and the name that must confirm."""

    logs: tuple[Vkey, ...]
    witnesses: dict[str, Vkey]
    groups: dict[str, Group]
    name: str

    def met(self, note: Note, check: Ed25519) -> bool:
        """True when enough witnesses cosigned the note."""
        return self.missing(note, check) is None

    def missing(self, note: Note, check: Ed25519) -> str | None:
        """None when the quorum is met, else a sentence of who confirmed and what is needed."""
        if self.name == NONE:
            return None
        seen = {name for name, key in self.witnesses.items() if note.cosigned_by(key, check) is not None}
        confirmed = set(seen)
        for name, group in self.groups.items():  # members stand above their group, so one pass is enough
            if sum(member in confirmed for member in group.members) >= group.threshold:
                confirmed.add(name)
        if self.name in confirmed:
            return None
        who = ", ".join(map(_shown, sorted(seen))) or "nobody"
        return f"confirmed by {who}; the quorum {_shown(self.name)} is not met"


def parse_quorum(data: str | bytes) -> Quorum:
    """Read a tlog-policy file; Malformed names the line. Bytes above 0x7F are opaque, also where they are no UTF-8."""
    text = data.decode("utf-8", "surrogateescape") if isinstance(data, bytes) else data
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = re.split(r"[ \t]+", line.strip(" \t"))
        try:
            if _FORBIDDEN.search(line):
                raise Malformed("control character")
            if words != [""] and not words[0].startswith("#"):
                reader.read(words)
        except Malformed as e:
            raise Malformed(e.what, f"line {number}", e.cure) from None
    if reader.quorum is None:
        raise Malformed("no quorum line", "", "write 'quorum <name>' or 'quorum none'")
    return Quorum(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


class _Reader:
    def __init__(self) -> None:
        self.logs: list[Vkey] = []
        self.witnesses: dict[str, Vkey] = {}
        self.groups: dict[str, Group] = {}
        self.grouped: set[str] = set()
        self.quorum: str | None = None

    def read(self, words: list[str]) -> None:
        kinds: dict[str, Callable[[list[str]], None]] = {
            "log": self.log,
            "witness": self.witness,
            "group": self.group,
            "quorum": self.name_quorum,
        }
        if words[0] not in kinds:
            raise Malformed(f"unknown line {words[0]!r}"[:100], "", "log, witness, group or quorum")
        kinds[words[0]](words[1:])

    def log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise Malformed("a log line reads: log <vkey> [<url>]")
        self.logs.append(_new_key(words[0], LOG_KEY, self.logs))

    def witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise Malformed("a witness line reads: witness <name> <vkey> [<url>]")
        self.new_name(words[0])
        self.witnesses[words[0]] = _new_key(words[1], COSIGNER_KEY, list(self.witnesses.values()))

    def group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise Malformed("a group line reads: group <name> all|any|<k> <member>…")
        name, rule, *names = words
        for member in names:
            self.known(member)
            if member in self.grouped:
                raise Malformed(f"{member!r} stands in two groups"[:100], "", "each may count once")
            self.grouped.add(member)
        k = {"all": len(names), "any": 1}.get(rule) or (int(rule) if _NUMBER.fullmatch(rule) else 0)
        if not 1 <= k <= len(names):
            raise Malformed(
                f"{rule[:20]!r} of {len(names)} members", "", "all, any or a number from 1 to their count"
            )
        self.new_name(name)
        self.groups[name] = Group(k, tuple(names))

    def name_quorum(self, words: list[str]) -> None:
        if self.quorum is not None:
            raise Malformed("a second quorum line")
        if len(words) != 1:
            raise Malformed("a quorum line reads: quorum <name>")
        if words[0] != NONE:
            self.known(words[0])
        self.quorum = words[0]

    def new_name(self, name: str) -> None:
        if name in self.witnesses or name in self.groups or name == NONE:
            raise Malformed(f"the name {name!r} is taken"[:100])

    def known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise Malformed(f"{name!r} is not defined above"[:100])


def _shown(name: str) -> str:
    """A name as a person may read it: bytes that are no UTF-8 show as question marks."""
    return name.encode("utf-8", "replace").decode()


def _new_key(text: str, type_: int, others: list[Vkey]) -> Vkey:
    key = Vkey.parse(text)
    if key.type != type_:
        raise Malformed(f"a key of type {key.type:#04x} where {type_:#04x} is needed")
    if any(key.public == other.public for other in others):
        raise Malformed("this public key stands above under another name", "", "one key, one name")
    return key
