"""``countersign models``: how far each model is from each threshold, who decided that, and on what evidence.

::

    heron-4: own assessment, testing ended 2025-03-14
      CBRN-3  NOT SHOWN  decided 2025-03-20, entry 31, by p-ceo (CEO), p-rso (RSO)
                         assessment a-heron-4, report sha256:aaaaaaaaaaaa…, risk of under-elicitation low
                         cbrn-1: 0.46 against >= 0.50 (red), -0.04 from the line

1. What is undetermined or not shown must never look like below: it is written in capitals, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from api.answers.asked import answer, unread
from api.answers.models import model as plain
from api.cli.call import Call, common
from api.cli.door import open_door
from api.cli.moments import asked_at
from api.cli.trouble import CannotRun
from api.cli.words import counted, short
from ledger.engine.accounts import Account, account
from ledger.engine.coverage import Coverage, Trigger, covered, known_models, triggers
from ledger.register import View

ORIGINS: Final = {
    "decided": "decided",
    "inherited": "inherited from {model}",
    "opening": "stated at founding",
    "ruled_out": "ruled out by a checkpoint not reached",
    "nested": "follows from the level below",
    "red_line": "a red line is crossed and not answered",
    "split": "those who decide did not agree",
    "none": "nobody has decided",
}


@click.command()
@common
@asked_at
@click.argument("model", required=False)
@click.pass_obj
def models(call: Call, model: str | None, *, as_of: str | None, known_at: str | None) -> None:
    """How far each model is from each threshold: decided by whom, on what, how far from the line."""
    with open_door(call) as door:
        view = door.register().at(as_of=as_of or known_at or call.clock(), known_at=known_at)
        known, hidden = known_models(view), unread(view)
        if model is not None and model not in known:
            raise CannotRun(f"no model called {model}", f"known are {', '.join(known) or 'none'}")
        asked = [name for name in known if model in {None, name}]
        found = [_model(view, name) for name in asked]
        documents = [plain(view, name) for name in asked]
    for one in found:
        for text in _lines(*one):
            call.screen.say(text)
    if not found:
        call.screen.say("No model is on the record.")
    if hidden:
        call.screen.aside(
            f"{counted(hidden, 'withheld entry')} cannot be read here; nothing follows from them."
        )
    document = answer(view.as_of, known_at, hidden, models=documents)
    call.screen.answer(document)


def _model(view: View, name: str) -> tuple[str, Coverage, list[Trigger], list[Account]]:
    due = [t for t in triggers(view, name) if t.met]
    return name, covered(view, name), due, account(view, name)


def _lines(name: str, coverage: Coverage, due: list[Trigger], accounts: list[Account]) -> Iterator[str]:
    yield f"{name}: {covering(coverage)}"
    for t in due:
        yield f"  an assessment is due by {t.id} since {t.reached_at[:10]} (entry {t.index})"
    width = max((len(a.state.threshold) for a in accounts), default=0)
    for a in accounts:
        said = a.state.outcome.replace("_", " ")
        outcome = said if a.state.below else said.upper()
        yield f"  {a.state.threshold:<{width}}  {outcome}: {', '.join(_who(a))}"
        for text in _behind(a):
            yield f"  {'':<{width}}  {text}"


def covering(coverage: Coverage) -> str:
    """By what a model is covered, in words."""
    if coverage.kind == "none":
        return "no comprehensive assessment covers it"
    kinds = {
        "own": "own assessment",
        "opening": "stated at founding",
        "inherited": f"inherits from {coverage.model}",
    }
    return f"{kinds[coverage.kind]}, testing ended {(coverage.since or '')[:10]}"


def _who(a: Account) -> Iterator[str]:
    yield ORIGINS[a.state.origin].format(model=a.state.model)
    if a.entry is not None:
        yield f"{(a.at or '')[:10]}, entry {a.entry}"
    if a.by:
        yield "by " + " and ".join(f"{person} ({role})" for person, role in a.by)


def _behind(a: Account) -> Iterator[str]:
    papers = [f"assessment {a.assessment}"] if a.assessment else []
    papers += [f"report {short(a.report)}"] if a.report else []
    papers += [f"evidence {short(e.digest)} {e.title}" for e in a.evidence]
    if a.elicitation:
        unused = [t["name"] for t in a.elicitation.data["techniques"] if not t["used"]]
        risk = f"risk of under-elicitation {a.elicitation.data['under_elicitation_risk']}"
        papers.append(risk + (f", not used: {', '.join(unused)}" if unused else ""))
    if papers:
        yield "; ".join(papers)
    for m in a.results:
        kind, crossed = "red" if m.red else "not red", ", CROSSED" if m.crossed else ""
        yield f"{m.evaluation}: {m.result} against {m.op} {m.limit} ({kind}), {m.distance} from the line{crossed}"
    for dissent in a.dissent:
        yield f"dissent of {dissent.data['by']}: {dissent.data['text']}"
