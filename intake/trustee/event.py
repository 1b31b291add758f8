"""One thing that a trustee did or found in a case, signed by them. Trustees' machines exchange these and nothing else.

::

    {"at":"2025-06-09T10:00:00.000000Z","case":"<hex L>","data":{"scope":"in_scope",…},"directory":"<hex>",
     "ledger":"example.org/log","parents":["<hex>"],"seat":0,"sig":"<86>","type":"assessed","v":1}

signed by the seat's `sign` key over "countersign/intake/v1/case\\n" ‖ canonical without `sig`. Its id is
H("case", canonical). `parents` are the ids of what its author knew of the case last: so nobody can later slip in,
leave out or reorder what a colleague had already seen.

1. An event must be exactly its canonical bytes with the members of its type, or Malformed.
2. It must count only under the `sign` key of its seat in the named directory.
3. Parents must be sorted, each once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from intake.labels import h, heading
from keys.check import ed25519
from keys.signing import Ed25519Signer
from ledger.errors import Malformed
from ledger.record import canonical
from ledger.record import fields as f

LONGEST: Final = 3000  # characters of a note; an event must fit into a day's mail beside others

SCOPES: Final = ("in_scope", "out_of_scope", "unclear")
DETRIMENTS: Final = ("none", "possible", "likely", "occurred")
OUTCOMES: Final = ("substantiated", "not_substantiated", "out_of_scope", "insufficient")
UPDATES: Final = ("answer", "update", "feedback")

Check = Callable[[Any, str], object]


def _note(value: Any, where: str) -> str:
    text = f.text(value, where, empty=True)
    if len(text) > LONGEST:
        raise Malformed(f"a text of {len(text)} characters, the limit is {LONGEST}", where)
    return text


def _persons(value: Any, where: str) -> list[str]:
    named = [f.person(item, f"{where}/{i}") for i, item in enumerate(f.array(value, where))]
    if named != sorted(set(named)):
        raise Malformed("persons are not sorted, each once", where)
    return named


def _seats(value: Any, where: str) -> list[int]:
    seats = [f.integer(item, f"{where}/{i}") for i, item in enumerate(f.array(value, where))]
    if seats != sorted(set(seats)):
        raise Malformed("seats are not sorted, each once", where)
    return seats


def _word(words: tuple[str, ...]) -> Check:
    return lambda value, where: f.one_of(value, words, where)


def _message(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) != 32 or not set(value) <= set("0123456789abcdef"):
        raise Malformed("not the 32 lower-case hex digits of a message", where)
    return value


TYPES: Final[dict[str, dict[str, Check]]] = {
    "received": {"epoch": f.integer},  # the daily list in which the item stands: where the clocks start
    "acknowledged": {"epoch": f.integer},  # the reporter's receipt is the acknowledgement
    "opened": {"seats": _seats},  # whose parts of the key it took
    "assessed": {
        "concerns": _persons,
        "detriment": _word(DETRIMENTS),
        "note": _note,
        "scope": _word(SCOPES),
    },
    "referred": {"note": _note, "to": _note},
    "investigating": {"note": _note},
    "measures_taken": {"note": _note},
    "concluded": {"note": _note, "outcome": _word(OUTCOMES)},
    "update_sent": {"kind": _word(UPDATES), "message": _message},
    "detriment_reported": {"note": _note},
    "conflict_declared": {"note": _note},
    "exclusion_lifted": {},  # for the statistics: the case may be counted
    "retention_expired": {},
}


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """See the module. `id` is derived; `data` are the members of its type."""

    id: str
    at: str
    case: str
    data: dict[str, Any]
    directory: str
    ledger: str
    parents: tuple[str, ...]
    seat: int
    sig: str
    type: str

    def members(self) -> dict[str, Any]:
        """The object shown above."""
        return {**self._body(), "sig": self.sig}

    def to_bytes(self) -> bytes:
        return canonical.encode(self.members())

    def holds(self, sign: str) -> bool:
        """True only if the key `sign` (base64url) signed this."""
        message = heading("case") + canonical.encode(self._body())
        return ed25519(f.b64u(sign, "/sign", 32), f.b64u(self.sig, "/sig", 64), message)

    def _body(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "case": self.case,
            "data": self.data,
            "directory": self.directory,
            "ledger": self.ledger,
            "parents": list(self.parents),
            "seat": self.seat,
            "type": self.type,
            "v": 1,
        }


def make(
    *,
    at: str,
    case: str,
    data: dict[str, Any],
    directory: str,
    ledger: str,
    parents: tuple[str, ...],
    seat: int,
    type: str,
    signer: Ed25519Signer,
) -> CaseEvent:
    """A new event; Malformed when its data are not of its type."""
    body = {
        "at": at,
        "case": case,
        "data": data,
        "directory": directory,
        "ledger": ledger,
        "parents": sorted(parents),
        "seat": seat,
        "type": type,
        "v": 1,
    }
    sig = f.to_b64u(signer.sign_bytes(heading("case") + canonical.encode(body)))
    return parse(canonical.encode({**body, "sig": sig}))


def parse(content: bytes) -> CaseEvent:
    """An event from its bytes; Malformed."""
    return read(canonical.decode(content))


def read(members: Any) -> CaseEvent:
    """An event as it stands in a letter; Malformed."""
    names = ("at", "case", "data", "directory", "ledger", "parents", "seat", "sig", "type", "v")
    f.members(members, "", names)
    if f.integer(members["v"], "/v", 1) != 1:
        raise Malformed("this case format is not known", "/v")
    type_ = f.one_of(members["type"], TYPES, "/type")
    data = f.members(members["data"], "/data", TYPES[type_])
    for name, check in TYPES[type_].items():
        check(data[name], f"/data/{name}")
    parents = tuple(
        f.hex64(p, f"/parents/{i}") for i, p in enumerate(f.array(members["parents"], "/parents"))
    )
    if list(parents) != sorted(set(parents)):
        raise Malformed("parents are not sorted, each once", "/parents")
    f.b64u(members["sig"], "/sig", 64)
    return CaseEvent(
        id=h("case", canonical.encode(members)).hex(),
        at=f.time(members["at"], "/at"),
        case=f.hex64(members["case"], "/case"),
        data=data,
        directory=f.hex64(members["directory"], "/directory"),
        ledger=f.text(members["ledger"], "/ledger"),
        parents=parents,
        seat=f.integer(members["seat"], "/seat"),
        sig=members["sig"],
        type=type_,
    )
