"""The trust roster on the record (INTAKE §10, DOMAIN §4.19): whose keys open reports, and from which day on.

Layout and authority are in ``ledger.record`` (roster, authority), since the offline verifier needs them::

    in_force(view, 20245)       the directory for the day 20245: Held(fact, roster, digest)

1. Who sealed a report to a roster must have had time to see it change: a change is for a day at least 3 days ahead,
   but for the first roster and where the key of a seat that it takes away or changes was compromised.
2. In force on a day is the roster recorded last among those that begin on that day or before.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from ledger.errors import Refusal
from ledger.record import fields as f
from ledger.record import people
from ledger.record.act import Act
from ledger.record.canonical import encode
from ledger.record.event import Event
from ledger.record.roster import Roster, roster
from ledger.register import Fact, View
from ledger.subjects.kind import Kind

AHEAD: Final = 3
"""Days (INTAKE §10)."""

FORM = """\
# The directory of trustees: panels and seats. Approved by two trustees in office and by everyone whose seat changes.
data:
  v: 1
  ledger: example.org/log
  from_epoch: 20245     # day number since 1970-01-01 UTC, at least 3 days ahead
  panels: [{id: ltbt, name: Long-Term Benefit Trust, k: 3, seats: [0, 1, 2, 3, 4]}]
  seats: []             # one .seat.json a trustee, in order
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A roster on the record, with the digest by which envelopes and epochs name it."""

    fact: Fact
    roster: Roster
    digest: str


def read(event: Event) -> Roster:
    """`data` of trust.roster_changed."""
    return roster(event.data)


def day(time: str) -> int:
    """The epoch of an instant: its UTC day number since 1970-01-01."""
    return (f.instant(time) - f.instant("1970-01-01T00:00:00.000000Z")).days


def held(view: View) -> list[Held]:
    """Every roster on the record, in order of entries."""
    facts = sorted(view.of_type(people.ROSTER), key=lambda fact: fact.index)
    return [Held(x, roster(x.data), sha256(encode(x.data)).hexdigest()) for x in facts]


def in_force(view: View, epoch: int) -> Held | None:
    """The roster for a day; None before the first."""
    begun = [x for x in held(view) if x.roster.from_epoch <= epoch]
    return begun[-1] if begun else None


def judge_ahead(view: View, act: Act, now: str) -> list[Refusal]:
    """G-ROS-1: a roster begins at least 3 days ahead, but for the first and after a compromised key."""
    new, before = roster(act.event.data), held(view)
    if not before or new.from_epoch >= day(now) + AHEAD:
        return []
    lost = {x.person for x in before[-1].roster.seats} & _compromised(view, before[-1].fact.index)
    if any(x.person in lost and x not in new.seats for x in before[-1].roster.seats):
        return []
    why = f"it begins on day {new.from_epoch}, today is day {day(now)}"
    return [
        Refusal("G-ROS-1", why, "let it begin at least 3 days ahead, so that sealed reports still arrive")
    ]


def _compromised(view: View, since: int) -> set[str]:
    """Whose key was revoked as compromised after entry `since`."""
    keys = [
        view.roll.key(x.data["key"])
        for x in view.of_type(people.REVOKED)
        if x.index > since and "compromised_from" in x.data
    ]
    return {key.public.person for key in keys if key}


KINDS = (
    Kind(
        type=people.ROSTER,
        command="change-roster",
        section="INTAKE 10",
        decides=True,
        read=read,
        stream=lambda view, event: "trust/roster",
        form=FORM,
        judges={"G-ROS-1": judge_ahead},
        withholdable=False,
    ),
)
