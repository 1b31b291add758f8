"""``countersign commitments``: what was promised until when, and what came of it.

::

    c-pipeline  met (entry 97), due 2025-09-30, must, RSO: the pipeline ships only on exit code 0

1. What was missed, withdrawn or excused must stay listed.
"""

from __future__ import annotations

import click

from api.answers.asked import answer, unread
from api.answers.commitments import commitment
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.words import counted
from ledger.engine.commitments import Commitment, commitments


@click.command("commitments")
@common
@asked_at
@click.pass_obj
def show_commitments(call: Call, *, as_of: str | None, known_at: str | None) -> None:
    """What was promised until when, and what came of it."""
    with open_door(call) as door:
        view = door.register().at(as_of=as_of, known_at=known_at)
        found, hidden = commitments(view), unread(view)
    screen = call.screen
    for one in found:
        screen.say(_line(one), "bad" if one.missed else "wait" if one.state == "due" else "plain")
    missed = sum(x.missed for x in found)
    screen.say(
        f"{counted(len(found), 'commitment')}, {missed} missed." if found else "There is no commitment."
    )
    if hidden:
        screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here; nothing is told of those.")
    document = answer(as_of, known_at, hidden, commitments=[commitment(x) for x in found])
    screen.answer(document, "\n".join(f"{x.id} {x.state}" for x in found) or None)


def _line(x: Commitment) -> str:
    late = f" by {x.late}" if x.late else ""
    by = f" (entry {x.by.index})" if x.by else ""
    due = f"due {x.due[:10]}" if x.due else "due when its event occurs"
    effect = "" if x.effect == "none" else f", {x.effect.replace('_', ' ')} if missed"
    return f"{x.id}  {x.state.replace('_', ' ')}{late}{by}, {due}, {x.modality}, {x.owner}{effect}: {x.text}"
