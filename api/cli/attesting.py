"""Acts that people decide and the log's own key attests: a rotation of that key, going on after a restore.

::

    made = drafted(door, KINDS["log.rotated"], data, actor=Actor("p-sec", "BOARD_SECRETARY", "officer"))
    signatures = [*signed(call, door, made, pens, …), attested(call, door, made, log_key, …)]

1. The log's key must sign as svc-log, ``attest``, and people what their own pens say.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Final

from api.bootstrap import LogKey
from api.cli import client
from api.cli.call import Call
from api.cli.door import Door
from api.cli.heads import Known
from api.cli.pens import Pen
from api.cli.recording import check_draft, show
from api.cli.trouble import CannotRun
from ledger.draft import Draft, draft
from ledger.engine.in_force import in_force
from ledger.record.act import Signature
from ledger.record.event import Actor
from ledger.record.founding import LOG_SERVICE
from ledger.record.roll import SERVICE
from ledger.record.sign import sign_event
from ledger.subjects.kind import Kind

CAPACITY: Final = "operator"


def drafted(call: Call, door: Door, kind: Kind, data: dict[str, Any], *, actor: Actor) -> Draft:
    """The draft of a decision about the log."""
    view = door.register().at()
    made = draft(
        kind,
        {"data": data},
        view=view,
        actor=actor,
        policy=in_force(view),
        now=door.office.now(),
        entropy=os.urandom,
    )
    check_draft(made)
    client.inspect(made.event, call.clock())
    return made


def signatures(
    call: Call, door: Door, made: Draft, pens: Sequence[Pen], *, log_key: LogKey, known: Known, yes: bool
) -> list[Signature]:
    """Show the text, ask, and sign: each pen approves, the log's key attests."""
    show(call, made, pens, "approve", withheld=False)
    if not yes and not call.screen.confirm("Sign this?"):
        raise CannotRun("Not signed; nothing was recorded", "run the command again when you are sure")
    now, seen = call.clock(), client.seen(known)
    out = [
        pen.sign(made.event, seen=seen, statement="approve", capacity=CAPACITY, now=now, ledger=door.origin)
        for pen in pens
    ]
    attested = sign_event(
        made.event,
        seen=seen,
        person=LOG_SERVICE,
        role=SERVICE,
        capacity="log",
        statement="attest",
        signed_at=now,
        ledger=door.origin,
        signer=log_key.signer,
    )
    return [*out, attested]
