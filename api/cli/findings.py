"""``countersign findings``: what the record shows to be amiss by itself, as true and as known at any time.

::

    LINE_KIND_MISMATCH  entry 41, since 2025-03-14: line AUT-50 is entered as yellow, the policy draws it red
      open for 140 days

1. What was answered, or closed with its case, must be shown beside what is open, with the days it was open.
2. A mark must never count as open.
"""

from __future__ import annotations

import json
import re

import click

from api.answers.asked import answer, unread
from api.answers.cases import name
from api.answers.findings import finding
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.words import counted
from ledger.engine.answers import Stood, ended, standing
from ledger.engine.cases import cases
from ledger.register import View
from ledger.subjects.registry import COMMANDS
from ledger.subjects.sharing import untold


@click.command()
@common
@asked_at
@click.option(
    "--report", is_flag=True, help="Print the form of a report with what is open as its deficiencies."
)
@click.option("--ended", "with_ended", is_flag=True, help="Those as well that a correction has ended.")
@click.pass_obj
def findings(call: Call, *, as_of: str | None, known_at: str | None, with_ended: bool, report: bool) -> int:
    """What the record shows to be amiss by itself, and whether anybody has answered it.

    Exits with 1 while anything is open.
    """
    with open_door(call) as door:
        view = door.register().at(as_of=as_of, known_at=known_at)
        found, hidden = standing(view), unread(view)
        past = ended(view) if with_ended else []
        form = filled(view, found) if report else ""
    if report:
        call.screen.show(form.rstrip())
        return 0
    screen, still = call.screen, [x for x in found if x.state == "open"]
    for one in (*found, *past):
        x = one.finding
        screen.say(
            f"{x.code}  entry {x.index}, since {x.since[:10]}: {x.why}", "wait" if one in still else "plain"
        )
        screen.say(f"  {told(view, one)}")
    screen.say(f"{counted(len(still), 'finding')} open." if still else "No finding is open.")
    if hidden:
        screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here; nothing is found in those.")
    document = answer(as_of, known_at, hidden, findings=[finding(x) for x in (*found, *past)])
    screen.answer(document, "\n".join(f"{x.finding.code} {x.finding.index}" for x in still) or None)
    return 1 if still else 0


def told(view: View, one: Stood) -> str:
    """How a finding stands, in words."""
    if one.state == "mark":
        return "a mark: it ends when what is due is done"
    length = f"for {counted(one.days, 'day')}"
    if one.case is not None:
        return f"{one.state} {length}, case {name(one.case)} ({one.case.status})"
    if one.answer is not None:
        missing = untold(view, one.answer)
        rest = f", not yet told to {' and '.join(missing)}" if missing else ""
        return f"answered after {counted(one.days, 'day')} by entry {one.answer.index}{rest}"
    return f"{one.state} {length}"


def filled(view: View, found: list[Stood]) -> str:
    """The form of ``issue-report``, with open findings as deficiencies and the cases that are open."""
    amiss = [_deficiency(view, x) for x in found if x.state == "open"]
    lines = "".join(f"\n    - {json.dumps(x, ensure_ascii=False)}" for x in amiss)
    open_ = [name(x) for x in cases(view) if x.open]
    form = COMMANDS["issue-report"].form
    form = re.sub(
        r"(?m)^  deficiencies: none.*$", f"  deficiencies:{lines or ' none'}".replace("\\", "\\\\"), form
    )
    return form.replace("  open_cases: []", f"  open_cases: {json.dumps(open_)}")


def _deficiency(view: View, x: Stood) -> dict[str, str]:
    fact = view.register.facts[x.finding.index]
    about = {"event": fact.id} if fact else {}
    return {"code": x.finding.code, "text": f"since {x.finding.since[:10]}: {x.finding.why}"} | about
