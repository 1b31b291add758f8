"""Founding: entry 0, and the policy that it may bring along (RECORD §4, DOMAIN §4.1 Starting)."""

from __future__ import annotations

from ledger.record import people
from ledger.record.canonical import Json
from ledger.record.event import Event
from ledger.record.founding import founding
from ledger.register import View
from ledger.subjects.kind import Kind

FORM = """\
# Written by `countersign init`: entry 0 cannot be drafted by hand.
data: {}
"""


def read(event: Event) -> object:
    """`data` of ledger.founded."""
    return founding(event.data)


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
        form=FORM,
        withholdable=False,
    ),
)
