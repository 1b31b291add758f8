"""``countersign guide``: the commands that the four decisions take, and what is next for one model.

::

    $ countersign guide heron-4.1
    heron-4.1, under policy 2.2: deploy on general PERMITTED
      inherits from heron-4, testing ended 2025-03-14
      CBRN-3 below
      requires ASL-2-SECURITY: satisfied

    What is next
      1. nothing denies it: the gate prints the form
           countersign gate deploy heron-4.1 --surface general --form > go.json
           countersign record decide-gate --file go.json   CEO and RSO [3.3]

1. Who signs must be named for each command.
2. What is not below must be written in capitals, here too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from api.answers.asked import unread
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.models import covering
from api.cli.moments import asked_at
from api.cli.trouble import CannotRun
from api.cli.words import counted
from ledger.engine.coverage import Coverage, covered, known_models
from ledger.engine.guide import DECISIONS, PATHS, RELEASE, SMALL, Ahead, Step, ahead, signers
from ledger.engine.in_force import governing
from ledger.engine.required import required
from ledger.engine.states import State, states
from ledger.engine.verdict import Question
from ledger.policy.words import Action, Surface
from ledger.register import View
from ledger.subjects.registry import COMMANDS
from ledger.subjects.standing import standing


@dataclass(frozen=True, slots=True)
class Ready:
    """How a model stands. `standards`: each that it requires, and how that stands for it on the surface."""

    model: str
    surface: str
    coverage: Coverage
    states: dict[str, State]
    standards: tuple[tuple[str, str], ...]
    ahead: Ahead


@click.command()
@common
@asked_at
@click.argument("model", required=False)
@click.option(
    "--surface", default=Surface.GENERAL.value, show_default=True, help="Where it is to be deployed."
)
@click.pass_obj
def guide(call: Call, /, model: str | None, surface: str, **moment: str | None) -> None:
    """The commands that the four decisions take, in order, with who signs.

    With MODEL: how it stands, and what is next until it may be deployed.
    """
    as_of, known_at = moment["as_of"], moment["known_at"]
    with open_door(call) as door:
        view = door.register().at(as_of=as_of or known_at or call.clock(), known_at=known_at)
        hidden = unread(view)
        ready = _ready(view, model, surface) if model else None
        lines = _told(view, ready) if ready else _paths(view)
        document = _plain(view, ready) if ready else _plain_paths(view)
        for line in lines:
            call.screen.say(line)
    if hidden:
        call.screen.aside(f"{counted(hidden, 'withheld entry')} cannot be read here and counted for nothing.")
    call.screen.answer(document | {"unread": hidden})


def who(view: View, command: str) -> str:
    """Who signs a command: those whom policy or house name, those who may record it, or anybody with a key."""
    kind = COMMANDS[command]
    named = signers(view, command) or " or ".join(sorted(kind.actors))
    return named or _BODIES.get(command) or ("an officer" if kind.decides else "whoever knows it")


_BODIES = {
    "open-resolution": "BOARD_SECRETARY or a member of the body",
    "cast-vote": "each member of the body, alone",
    "record-consultation": "the trustees who speak for the body",
    "lift-pause": "CEO and RSO",
}


def _ready(view: View, model: str, surface: str) -> Ready:
    if governing(view) is None:
        raise CannotRun("no policy is in force", "adopt one: `countersign guide` shows the way")
    known = known_models(view)
    if model not in known:
        raise CannotRun(f"no model called {model}", f"known are {', '.join(known) or 'none'}")
    found = states(view, model)
    needed = [
        (x.standard, standing(view, x.standard, model, surface).state) for x in required(view, model, found)
    ]
    answer = ahead(view, Question(Action.DEPLOY, model, surface))
    return Ready(model, surface, covered(view, model), found, tuple(needed), answer)


def _told(view: View, ready: Ready) -> Iterator[str]:
    verdict = ready.ahead.verdict
    said = verdict.verdict.upper()
    yield f"{ready.model}, under policy {verdict.policy}: deploy on {ready.surface} {said}"
    yield f"  {covering(ready.coverage)}"
    for s in ready.states.values():
        words = s.outcome.replace("_", " ")
        yield f"  {s.threshold} {words if s.below else words.upper()}"
    for name, state in ready.standards:
        words = state.replace("_", " ")
        yield f"  requires {name}: {words if state == 'satisfied' else words.upper()}"
    yield ""
    yield "What is next"
    for number, step in enumerate(ready.ahead.steps, 1):
        yield f"  {number}. {f'{step.code}: ' if step.code else ''}{step.why}"
        for line in _lines(view, ready, step):
            yield f"       {line}"


def _lines(view: View, ready: Ready, step: Step) -> Iterator[str]:
    if step.commands == (RELEASE,):
        yield f"countersign gate deploy {ready.model} --surface {ready.surface} --form > go.json"
        yield f"countersign record {RELEASE} --file go.json   {who(view, RELEASE)}"
        return
    width = max((len(x) for x in step.commands), default=0)
    for command in step.commands:
        yield f"countersign record {command:<{width}}   {who(view, command)}"


def _paths(view: View) -> Iterator[str]:
    width = max(len(x) for path in PATHS.values() for x in path)
    for decision, question in DECISIONS.items():
        yield question
        for number, command in enumerate(PATHS[decision], 1):
            yield f"  {number:>2}. {command:<{width}}  {who(view, command)}"
    yield "May a model go? One form, which the gate prints, and its signatures"
    yield f"   1. {RELEASE:<{width}}  {who(view, RELEASE)}"
    yield "A small model, not notably more capable than one that was assessed, first takes over what was decided"
    for number, command in enumerate(SMALL, 1):
        yield f"  {number:>2}. {command:<{width}}  {who(view, command)}"
    yield ""
    yield "Each is `countersign record COMMAND`; --form prints its form. `countersign guide MODEL` says what is next."


def _plain_paths(view: View) -> dict[str, Any]:
    paths = {**PATHS, "release": (RELEASE,), "small": SMALL}
    return {name: [{"command": x, "signs": who(view, x)} for x in path] for name, path in paths.items()}


def _plain(view: View, ready: Ready) -> dict[str, Any]:
    return {
        "model": ready.model,
        "surface": ready.surface,
        "verdict": ready.ahead.verdict.verdict,
        "policy": ready.ahead.verdict.policy,
        "coverage": {
            "kind": ready.coverage.kind,
            "model": ready.coverage.model,
            "since": ready.coverage.since,
        },
        "thresholds": {name: s.outcome for name, s in ready.states.items()},
        "standards": dict(ready.standards),
        "next": [
            {
                "code": step.code,
                "why": step.why,
                "commands": [{"command": x, "signs": who(view, x)} for x in step.commands],
            }
            for step in ready.ahead.steps
        ],
    }
