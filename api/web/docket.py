"""A draft as its page shows it: the text in words and exactly, who signed, what is missing and its cure.

::

    waiting(pending, view, operator=False)    Waiting(act=…, headline="A new key of p-auditor", missing=(…), …)

1. Of a withheld draft nobody but the operator may be shown more than its class and dates.
2. The text in words and the exact text must be made of the same event, whose digest stands beside them.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.web.kinds import body, headline
from api.web.lines import pretty
from api.web.outline import Item
from ledger.docket import Pending
from ledger.errors import Refusal
from ledger.record.act import Act
from ledger.record.event import event_digest, event_of
from ledger.register import View


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft on the page. `act` is None when it is withheld from whoever asks."""

    act: Act | None
    headline: str
    told: tuple[Item, ...]
    rest: tuple[Item, ...]
    missing: tuple[Refusal, ...]
    expired: bool
    opened_at: str
    class_: str
    withheld: bool
    digest: str
    exact: str


def waiting(pending: Pending, view: View, *, operator: bool) -> Waiting:
    """A draft, as much of it as may be shown."""
    class_ = str(pending.event["class"])
    if pending.withheld and not operator:
        return Waiting(None, "", (), (), (), pending.expired, pending.opened_at, class_, True, "", "")
    act = Act(event_of(pending.event, ""), pending.signatures, pending.event, b"")
    told, rest = body(act)
    return Waiting(
        act,
        headline(act, view),
        told,
        rest,
        pending.missing,
        pending.expired,
        pending.opened_at,
        class_,
        pending.withheld,
        event_digest(pending.event),
        pretty(pending.event),
    )
