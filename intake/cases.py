"""Cases: what trustees did about a report, as signed events that merge from one desk to another (INTAKE §4).

One event, which travels inside a letter as a message of type ``case``::

    {"at":20251,"by":0,"case":"<hex L of the first report>","data":{},"directory":"<hex>","kind":"opened","n":3,
     "prev":"<hex>","sig":"<86>","type":"case","v":1}

signed by the seat over "countersign/intake/v1/case\\n" ‖ canonical without `sig` and `type`. `at` is an epoch.

1. Each seat's events of a case must be a chain: `n` counts from 1, `prev` is SHA-256 of the one before (zeros first),
   so nobody takes back what they said, and a gap shows.
2. Merging must be the union: the same events in any order give the same case, and a forged one changes nothing.
3. Two events of one seat under one number are a contradiction, which is kept and shown, never resolved here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final, TypeAlias

from intake.directory import Directory
from intake.labels import heading
from keys import check
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import fields as f
from ledger.record.canonical import Json, encode

KINDS: Final = frozenset(
    "received acknowledged opened assessed referred investigating measures_taken concluded update_sent "
    "detriment_reported conflict_declared exclusion_lifted retention_expired".split()
)
OUTCOMES: Final = frozenset("substantiated not_substantiated out_of_scope insufficient".split())
NONE: Final = bytes(32)

_Key: TypeAlias = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that one trustee says happened. `case` is L of its first report, `at` the epoch."""

    case: bytes
    directory: bytes
    by: int
    n: int
    prev: bytes
    at: int
    kind: str
    data: Mapping[str, Any]
    sig: bytes = b""

    @property
    def digest(self) -> bytes:
        """What the next event of the same seat names."""
        return sha256(encode(_unsigned(self))).digest()

    def members(self) -> dict[str, Any]:
        """The object shown above."""
        return _unsigned(self) | {"sig": f.to_b64u(self.sig), "type": "case"}

    def holds(self, directories: Mapping[bytes, Directory]) -> bool:
        """True if the seat that it names signed it."""
        directory = directories.get(self.directory)
        return (
            directory is not None
            and self.by < directory.size
            and check.ed25519(directory.sign(self.by), self.sig, heading("case") + encode(_unsigned(self)))
        )


@dataclass(frozen=True, slots=True)
class Case:
    """All events of a case that hold, in order of (at, seat, n), and the seats that contradict themselves."""

    id: bytes
    events: tuple[CaseEvent, ...]
    contradicted: frozenset[int]

    def of(self, kind: str) -> list[CaseEvent]:
        """The events of a kind."""
        return [e for e in self.events if e.kind == kind]

    def first(self, kind: str) -> int | None:
        """The epoch of the first event of a kind."""
        return min((e.at for e in self.of(kind)), default=None)

    @property
    def outcome(self) -> str | None:
        """How it was concluded, if it was."""
        concluded = self.of("concluded")
        return str(concluded[-1].data["outcome"]) if concluded else None

    @property
    def named(self) -> frozenset[str]:
        """Persons whom the report excludes or a trustee found to be concerned: their digests leave the case out."""
        return frozenset(p for e in self.events for p in e.data.get("concerns", ()))


def say(chain: Iterable[CaseEvent], event: CaseEvent, signer: Ed25519Signer) -> CaseEvent:
    """`event` as the next of the seat's chain, signed."""
    last = max(
        (e for e in chain if (e.case, e.by) == (event.case, event.by)), key=lambda e: e.n, default=None
    )
    made = replace(event, n=last.n + 1 if last else 1, prev=last.digest if last else NONE)
    return replace(made, sig=signer.sign_bytes(heading("case") + encode(_unsigned(made))))


def merge(events: Iterable[CaseEvent], directories: Mapping[bytes, Directory]) -> dict[bytes, Case]:
    """The cases that events from all desks make; what does not hold or does not follow is left out."""
    chains: dict[tuple[bytes, bytes, int], dict[int, set[_Key]]] = {}
    known: dict[_Key, CaseEvent] = {}
    for event in events:
        if event.holds(directories):
            key = (event.n, event.digest)
            known[key] = event
            chains.setdefault((event.case, event.directory, event.by), {}).setdefault(event.n, set()).add(key)
    kept: dict[bytes, list[CaseEvent]] = {}
    twice: dict[bytes, set[int]] = {}
    for (case, _, seat), numbered in chains.items():
        before, n = {NONE}, 1
        while found := [known[k] for k in numbered.get(n, ()) if known[k].prev in before]:
            kept.setdefault(case, []).extend(found)
            if len(found) > 1:
                twice.setdefault(case, set()).add(seat)
            before, n = {e.digest for e in found}, n + 1
    return {
        case: Case(
            case, tuple(sorted(e, key=lambda x: (x.at, x.by, x.n, x.digest))), frozenset(twice.get(case, ()))
        )
        for case, e in kept.items()
    }


def read(data: Json, where: str = "") -> CaseEvent:
    """A case event as it stands in a letter; Malformed."""
    names = ("at", "by", "case", "data", "directory", "kind", "n", "prev", "sig", "type", "v")
    f.members(data, where, names)
    f.one_of(data["type"], ("case",), f"{where}/type")
    if f.integer(data["v"], f"{where}/v", 1) != 1:
        raise Malformed(f"case format {data['v']} is not known", f"{where}/v")
    kind = f.one_of(data["kind"], KINDS, f"{where}/kind")
    return CaseEvent(
        bytes.fromhex(f.hex64(data["case"], f"{where}/case")),
        bytes.fromhex(f.hex64(data["directory"], f"{where}/directory")),
        f.integer(data["by"], f"{where}/by"),
        f.integer(data["n"], f"{where}/n", 1),
        bytes.fromhex(f.hex64(data["prev"], f"{where}/prev")),
        f.integer(data["at"], f"{where}/at"),
        kind,
        _data(kind, data["data"], f"{where}/data"),
        f.b64u(data["sig"], f"{where}/sig", 64),
    )


def _data(kind: str, data: Json, where: str) -> dict[str, Any]:
    if kind == "concluded":
        f.members(data, where, ("outcome",), ("text",))
        f.one_of(data["outcome"], OUTCOMES, f"{where}/outcome")
    else:
        f.members(data, where, (), ("concerns", "feedback", "item", "text"))
    if "text" in data:
        f.text(data["text"], f"{where}/text")
    if "item" in data:
        f.hex64(data["item"], f"{where}/item")
    if "feedback" in data and data["feedback"] is not True:
        raise Malformed("feedback is true or absent", f"{where}/feedback")
    for i, person in enumerate(f.array(data.get("concerns", []), f"{where}/concerns")):
        f.person(person, f"{where}/concerns/{i}")
    found: dict[str, Any] = data
    return found


def _unsigned(event: CaseEvent) -> dict[str, Any]:
    return {
        "at": event.at,
        "by": event.by,
        "case": event.case.hex(),
        "data": dict(event.data),
        "directory": event.directory.hex(),
        "kind": event.kind,
        "n": event.n,
        "prev": event.prev.hex(),
        "v": 1,
    }
