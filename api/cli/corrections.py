"""``countersign corrections``: what was corrected, when, and whether it changed any decision.

::

    entry 88, 2025-08-08: entry 41 /line/kind reads "red", was "yellow" (line kind, material)
        entry 64 rested on it (go for deploy heron-4 on general): contradicted, DENIED now

1. A correction that changes no decision must say so.
"""

from __future__ import annotations

import json
from typing import Any

import click

from api.answers.asked import answer, unread
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.words import counted
from ledger.engine.taint import CONTRADICTED, Taint, taints
from ledger.register import CORRECTED, Fact, View


@click.command("corrections")
@common
@asked_at
@click.pass_obj
def show_corrections(call: Call, *, as_of: str | None, known_at: str | None) -> None:
    """What was corrected, when, and whether it changed any decision."""
    with open_door(call) as door:
        view = door.register().at(as_of=as_of or known_at or call.clock(), known_at=known_at)
        corrections = sorted(view.of_type(CORRECTED), key=lambda x: x.index)
        found, hidden = taints(view) if corrections else [], unread(view)
    screen, documents = call.screen, []
    for one in corrections:
        touched = [x for x in found if x.cause.id == one.id]
        bad = any(x.outcome == CONTRADICTED for x in touched)
        screen.say(_line(view, one), "bad" if bad else "plain")
        for taint in touched:
            screen.say(f"    {touched_by(taint)}")
        if not touched:
            screen.say("    no gate decision rested on it")
        documents.append(_plain(view, one, touched))
    screen.say(
        f"{counted(len(corrections), 'correction')}." if corrections else "Nothing was ever corrected."
    )
    if hidden:
        screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here; nothing is told of those.")
    document = answer(view.as_of, known_at, hidden, corrections=documents)
    screen.answer(document, "\n".join(str(x.index) for x in corrections) or None)


def _line(view: View, one: Fact) -> str:
    data, index = one.data, _corrected(view, one)
    values = f"reads {json.dumps(data['is'])}, was {json.dumps(data['was'])}"
    weight = "material" if data["material"] else "not material"
    kind = data["kind"].replace("_", " ")
    return f"entry {one.index}, {one.recorded_at[:10]}: entry {index} {data['field_path']} {values} ({kind}, {weight})"


def touched_by(taint: Taint) -> str:
    """A decision that rested on it, recomputed."""
    data = taint.decision.data
    where = f" on {data['surface']}" if data.get("surface") else ""
    what = f"{data['decision'].replace('_', '-')} for {data['action']} {data['model_id']}{where}"
    now = f", {taint.verdict.verdict.upper()} now" if taint.outcome == CONTRADICTED else ""
    return f"entry {taint.decision.index} rested on it ({what}): {taint.outcome}{now}"


def _plain(view: View, one: Fact, touched: list[Taint]) -> dict[str, Any]:
    return {
        "entry": one.index,
        "at": one.recorded_at,
        "corrects": _corrected(view, one),
        "path": one.data["field_path"],
        "was": one.data["was"],
        "is": one.data["is"],
        "kind": one.data["kind"],
        "material": one.data["material"],
        "decisions": [
            {"entry": x.decision.index, "outcome": x.outcome, "verdict": x.verdict.verdict} for x in touched
        ],
    }


def _corrected(view: View, one: Fact) -> int | None:
    fact = view.get(one.corrects or "")
    return fact.index if fact else None
