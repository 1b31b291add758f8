"""Founding: entry 0, and the policy that it may bring along (RECORD §4, DOMAIN §4.1 Starting)."""

from __future__ import annotations

from itertools import combinations

from ledger.errors import Malformed, Refusal
from ledger.policy.house import fitting
from ledger.record import people
from ledger.record.act import Act
from ledger.record.canonical import Json
from ledger.record.event import Event
from ledger.record.founding import founding
from ledger.register import View
from ledger.subjects.appointments import clashes, unsound
from ledger.subjects.kind import Kind
from ledger.subjects.opening import judge_position, read_position

FORM = """\
# Written by `countersign init`: entry 0 cannot be drafted by hand.
data: {}
"""


def read(event: Event) -> object:
    """`data` of ledger.founded, its opening position too."""
    made = founding(event.data)
    if "position" in event.data:
        read_position(event.data["position"])
    return made


def judge_appointments(view: View, act: Act, now: str) -> list[Refusal]:
    """G-FND-1: whom entry 0 appoints, a later appointment could too: one CEO, one RSO, two persons [DOMAIN 4.16]."""
    made = founding(act.event.data).appointments
    wrong = [x for a in made for x in unsound(a)]
    wrong += [x for a, b in combinations(made, 2) for x in clashes(a, b)]
    return [Refusal("G-FND-1", why, cure) for why, cure in wrong]


def judge_settings(view: View, act: Act, now: str) -> list[Refusal]:
    """G-FND-2: what entry 0 sets, a later change could too: settings that exist, with values that they take."""
    out = []
    for name, value in founding(act.event.data).settings.items():
        try:
            fitting(name, value, f"/data/settings/{name}")
        except Malformed as e:
            out.append(Refusal("G-FND-2", f"{e.what} at {e.where}", e.cure or "state a value that it takes"))
    return out


def initial_policy(view: View) -> Json:
    """The policy of entry 0: ``{"data","text_digest","version"}``, or None."""
    founded = view.of_type(people.FOUNDED)
    return founded[0].data["policy"] if founded else None


KINDS = (
    Kind(
        type=people.FOUNDED,
        command="found",
        section="RECORD 4",
        decides=True,
        read=read,
        stream=lambda view, event: "ledger",
        judges={"G-FND-1": judge_appointments, "G-FND-2": judge_settings, "G-FND-3": judge_position},
        form=FORM,
        withholdable=False,
    ),
)
