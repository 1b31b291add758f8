"""Trustees for tests: seats with keys from counted entropy, and case events signed by them."""

from __future__ import annotations

from typing import Any, Final

from intake.trustee.event import CaseEvent, make
from keys.seat import derive, seat
from keys.signing import Ed25519Signer

LEDGER: Final = "example.org/log"
ITEM: Final = "ab" * 32
DIRECTORY: Final = "cd" * 32
EPOCH: Final = 20245  # the list of 2025-06-06, sealed 2025-06-07 00:00


def entropy(number: int) -> bytes:
    return bytes([number + 1]) * 32


def sign(number: int) -> Ed25519Signer:
    return Ed25519Signer.from_seed(derive(entropy(number), "sign"))


def roster_seat(number: int) -> dict[str, Any]:
    return seat(entropy(number), f"p-t{number + 1}", number)


def event(
    type_: str,
    at: str,
    *parents: CaseEvent,
    seat: int = 0,
    item: str = ITEM,
    directory: str = DIRECTORY,
    **data: Any,
) -> CaseEvent:
    """An event with whatever of its data is not said filled in."""
    usual: dict[str, dict[str, Any]] = {
        "received": {"epoch": EPOCH},
        "acknowledged": {"epoch": EPOCH},
        "opened": {"seats": [0, 1, 4]},
        "assessed": {"concerns": [], "detriment": "possible", "note": "", "scope": "in_scope"},
        "concluded": {"note": "", "outcome": "substantiated"},
        "update_sent": {"kind": "answer", "message": "00" * 16},
        "referred": {"note": "", "to": "somebody"},
        "exclusion_lifted": {},
        "retention_expired": {},
    }
    return make(
        at=f"{at}.000000Z" if len(at) == 19 else f"{at}:00.000000Z",
        case=item,
        data={**usual.get(type_, {"note": ""}), **data},
        directory=directory,
        ledger=LEDGER,
        parents=tuple(parent.id for parent in parents),
        seat=seat,
        type=type_,
        signer=sign(seat),
    )
