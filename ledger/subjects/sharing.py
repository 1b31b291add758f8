"""Sharing: what was delivered to the Board, the LTBT or a government entity, and when (DOMAIN §4.4).

A decision is shared when its event id and its report's digest were delivered to both bodies::

    {"bodies":["BOARD","LTBT"],"delivered_at":"2025-03-20T17:00:00.000000Z","items":["01JPSQ…","sha256:…"]}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.once import once
from ledger.register import Fact, View
from ledger.subjects.kind import in_stream, observation
from ledger.subjects.payload import Text, Time

SHARED: Final = "bodies.shared"
NOTIFIED: Final = "government.notified"
BODIES: Final = ("BOARD", "LTBT")


@dataclass(frozen=True, slots=True)
class Shared:
    """Decisions and papers delivered to the bodies."""

    bodies: tuple[Literal["BOARD", "LTBT"], ...]
    items: tuple[Text, ...]
    delivered_at: Time


@dataclass(frozen=True, slots=True)
class Notified:
    """A government entity was notified."""

    body: Text
    what: Literal["above_ASL2", "not_public_detail"]
    at: Time


def delivered(view: View, body: str, item: str) -> Fact | None:
    """The first delivery of an item (event id or digest) to a body."""
    return _deliveries(view).get((body, item))


@once
def _deliveries(view: View) -> dict[tuple[str, str], Fact]:
    out: dict[tuple[str, str], Fact] = {}
    for fact in sorted(view.of_type(SHARED), key=lambda x: str(x.data["delivered_at"])):
        for body in fact.data["bodies"]:
            for item in fact.data["items"]:
                out.setdefault((body, item), fact)
    return out


def untold(view: View, fact: Fact) -> tuple[str, ...]:
    """Which of the two bodies a fact was not delivered to."""
    return tuple(body for body in BODIES if delivered(view, body, fact.id) is None)


KINDS = (
    observation(SHARED, "share-with-bodies", Shared, "DOMAIN 4.4", in_stream("shared"), """\
# Decisions and papers were delivered to Board and LTBT. Items are event ids and digests of papers.
data:
  bodies: [BOARD, LTBT]
  items: [""]                # EVENT-ID, or sha256:...
  delivered_at: 2025-03-20T17:00:00.000000Z
"""),
    observation(NOTIFIED, "notify-government", Notified, "DOMAIN 4.4", in_stream("notice"), """\
# A government entity was notified.
data:
  body: ""
  what: above_ASL2           # above_ASL2 not_public_detail
  at: 2025-03-21T09:00:00.000000Z
"""),
)  # fmt: skip
