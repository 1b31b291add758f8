"""The trust roster on the record (INTAKE §10, DOMAIN §4.19): whose keys open reports.

Layout and authority are in ``ledger.record`` (roster, authority), since the offline verifier needs them.
"""

from __future__ import annotations

from ledger.record import people
from ledger.record.event import Event
from ledger.record.roster import Roster, roster
from ledger.subjects.kind import Kind

FORM = """\
# The directory of trustees: panels and seats. Approved by two trustees in office and by everyone whose seat changes.
data:
  v: 1
  ledger: example.org/log
  from_epoch: 20245
  panels: [{id: ltbt, name: Long-Term Benefit Trust, k: 3, seats: [0, 1, 2, 3, 4]}]
  seats: []             # one .seat.json a trustee, in order
"""


def read(event: Event) -> Roster:
    """`data` of trust.roster_changed."""
    return roster(event.data)


KINDS = (
    Kind(
        type=people.ROSTER,
        command="change-roster",
        section="INTAKE 10",
        decides=True,
        read=read,
        stream=lambda view, event: "trust/roster",
        form=FORM,
        withholdable=False,
    ),
)
