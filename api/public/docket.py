"""The docket as the public may see it. A draft is not on the record, and a withheld one must not leak before it is.

::

    shown(pending, operator=False)   {"id":"01KD…","class":"public","event":{…},"signatures":[…],"missing":[…],…}
    shown(withheld, operator=False)  {"id":null,"class":"board","event":null,"signatures":[],…}

1. Of a withheld draft the public must see its class and its dates, nothing else.
2. Disclosures of a draft must be shown to the operator only; signers get the draft with them as a file.
"""

from __future__ import annotations

from typing import Any

from ledger.docket import Pending
from ledger.record.act import signature_json
from ledger.record.event import event_digest


def shown(pending: Pending, *, operator: bool) -> dict[str, Any]:
    """A draft as JSON."""
    hidden = pending.withheld and not operator
    missing = [{"rule": r.rule, "reason": r.reason, "cure": r.cure} for r in pending.missing]
    return {
        "id": None if hidden else pending.id,
        "class": pending.event["class"],
        "withheld": pending.withheld,
        "opened_at": pending.opened_at,
        "not_after": pending.event.get("not_after"),
        "expired": pending.expired,
        "event": None if hidden else pending.event,
        "event_digest": None if hidden else event_digest(pending.event),
        "signatures": [] if hidden else [signature_json(s) for s in pending.signatures],
        "missing": [] if hidden else missing,
        "wants": [] if hidden else list(pending.wants),
        "disclosures": list(pending.disclosures) if operator else [],
    }
