"""``countersign cases``: the noncompliance cases, those that opened themselves among them, and one in full.

::

    nc-01JX…  substantiated, material   opened 2025-06-11 by engine: DEPLOYED_WITHOUT_GATE   Board: met

1. An allegation must be called one, and never a breach, until it was found so.
2. Withheld acts that cannot be read here must be counted and not guessed.
"""

from __future__ import annotations

import click

from api.answers.asked import answer, unread
from api.answers.cases import case, name
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.words import counted
from ledger.engine.cases import Case, actions, board_notice, cases
from ledger.errors import NotFound
from ledger.register import View
from ledger.subjects.noncompliance import case_key


@click.command("cases")
@common
@click.argument("case_id", required=False, metavar="[ID]")
@asked_at
@click.pass_obj
def show_cases(call: Call, *, case_id: str | None, as_of: str | None, known_at: str | None) -> None:
    """Noncompliance cases: opened by people, by bodies, and by themselves.

    A case that opened itself is called nc- and the id of the entry that caused it.
    """
    with open_door(call) as door:
        view = door.register().at(as_of=as_of, known_at=known_at)
        found, hidden = cases(view), unread(view)
    screen = call.screen
    if case_id is not None:
        one = next((x for x in found if x.id == case_key(case_id)), None)
        if one is None:
            raise NotFound(f"there is no case {case_id}", "countersign cases lists them")
        for line in _full(view, one):
            screen.say(line)
        screen.answer(case(view, one), one.status)
        return
    for one in found:
        screen.say(_line(view, one), "wait" if one.open else "ok")
    screen.say(
        f"{counted(len(found), 'case')}, {sum(x.open for x in found)} open." if found else "There is no case."
    )
    if hidden:
        screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here; nothing is told of those.")
    document = answer(as_of, known_at, hidden, cases=[case(view, x) for x in found])
    screen.answer(document, "\n".join(f"{name(x)} {x.status}" for x in found) or None)


def _line(view: View, one: Case) -> str:
    what = ", ".join((*one.codes, *one.rules)) or "no rule named"
    status = ", ".join(x for x in (one.status, one.risk) if x)
    notice = board_notice(view, one).state.replace("_", " ")
    return f"{name(one)}  {status}; opened {one.opened_at[:10]} by {_origin(one)}: {what}; Board: {notice}"


def _origin(one: Case) -> str:
    return {"engine": "itself", "external_allegation": "an outside allegation"}.get(one.origin, one.origin)


def _full(view: View, one: Case) -> list[str]:
    notice = board_notice(view, one)
    handlers, roles = ", ".join(one.handlers) or "none yet", ", ".join(one.roles) or "no role named yet"
    out = [
        _line(view, one),
        f"  from entry {one.cause.index}; handlers: {handlers}; concerns: {roles}",
        f"  the Board's notice was due {notice.due[:16]}Z: {notice.state.replace('_', ' ')}",
    ]
    for x in actions(one):
        done = f"done (entry {x.done.index})" if x.done else "not done"
        out.append(f"  action {x.id}, {x.owner}, due {x.due}: {x.what}: {done}")
    out += [f"  entry {x.index}  {x.recorded_at[:10]}  {x.type}" for x in one.acts]
    return out
