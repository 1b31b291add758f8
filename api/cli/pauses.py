"""``countersign pauses``: what is paused, what would end it, and what could stop training at all.

::

    ACTIVE  01JPSQ…  since 2025-03-20: threshold security missing, train of heron-5-main (by itself)
        not yet: ASL-3-SECURITY satisfied for heron-4
    Stop conditions of policy 2.2 on training:
      true now  effort   R22-G-TRAIN-A (6.2; fn 13): While a model requires ASL-3 Security …

1. Every condition that could stop training must be listed with whether it does now, and whether the developer's own
   effort is enough to lift it or an evaluation has to find something.
"""

from __future__ import annotations

from typing import Any

import click

from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from ledger.engine import pauses as engine
from ledger.engine.stopping import Stopping, stopping
from ledger.register import View
from ledger.subjects.pauses import holds


@click.command()
@common
@asked_at
@click.option("--all", "everything", is_flag=True, help="Those that were lifted, too.")
@click.pass_obj
def pauses(call: Call, *, as_of: str | None, known_at: str | None, everything: bool) -> int:
    """What is paused, what would end it, and what could stop training at all.

    Exits with 1 while anything is paused.
    """
    with open_door(call) as door:
        view = door.register().at(as_of=as_of or known_at or call.clock(), known_at=known_at)
        found = [_plain(view, p) for p in engine.pauses(view) if everything or p.lifted is None]
        stops = stopping(view)
    for one in found:
        by = " (by itself)" if one["automatic"] else ""
        told = f"{one['state'].upper()}  {one['id']}  since {one['begins_at'][:10]}: {one['cause']}{by}"
        call.screen.say(told, "bad" if one["state"] == "active" else "ok")
        for condition in one["conditions"]:
            call.screen.say(f"    {'met' if condition['met'] else 'not yet'}: {condition['text']}")
    active = [one for one in found if one["state"] == "active"]
    if not active:
        call.screen.say("Nothing is paused.")
    call.screen.say("What could stop training:")
    for stop in stops:
        call.screen.say(_line(stop), "bad" if stop.now else "plain")
    document = {"pauses": found, "stops": [_stop(s) for s in stops], "as_of": as_of, "known_at": known_at}
    call.screen.answer(document, "\n".join(one["id"] for one in active) or None)
    return 1 if active else 0


def _plain(view: View, pause: engine.Pause) -> dict[str, Any]:
    state = "lifted" if pause.lifted else "active" if pause.begins_at <= view.now else "to come"
    return {
        "id": pause.id,
        "state": state,
        "cause": pause.cause.replace("_", " "),
        "begins_at": pause.begins_at,
        "entry": pause.fact.index,
        "automatic": pause.automatic,
        "actions": list(pause.actions),
        "models": list(pause.models),
        "runs": list(pause.runs),
        "rule": pause.rule,
        "lifted": pause.lifted.index if pause.lifted else None,
        "conditions": [
            {"text": c.text, "check": c.check, "met": holds(view, pause, c)} for c in pause.conditions
        ],
    }


def _line(stop: Stopping) -> str:
    now = "true now" if stop.now else "not now " if stop.now is not None else "unknown "
    return f"  {now}  {stop.condition.kind:8} {stop.condition.rule} ({stop.condition.ref}): {stop.condition.text}"


def _stop(stop: Stopping) -> dict[str, Any]:
    c = stop.condition
    return {
        "rule": c.rule,
        "ref": c.ref,
        "kind": str(c.kind),
        "text": c.text,
        "now": stop.now,
        "about": list(stop.about),
    }
