"""Training runs: which are live, and how large one is against a model (DOMAIN §4.2, §5.7).

::

    live(view)                                        {"heron-5-main": <Fact of entry 31>}
    size(view, question, "heron-4")                   Size(value=Fraction(13, 10), known=True, facts=(…))

1. A run is live from its start or resumption to its end, or to an acknowledgement of a pause that names it.
2. Of the planned and the measured multiple the larger must count; a run with no path to a model counts as its equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from ledger.engine.compute import multiple
from ledger.engine.verdict import Question
from ledger.policy.words import Action
from ledger.register import Fact, View
from ledger.subjects import models

ACKNOWLEDGED = "pause.acknowledged"


@dataclass(frozen=True, slots=True)
class Size:
    """How many times a model. `known` is False where nothing connects the two; `facts` say so."""

    value: Fraction
    known: bool
    facts: tuple[Fact, ...] = ()


def live(view: View) -> dict[str, Fact]:
    """The runs that go on now, each with the entry of its last start or resumption."""
    said: list[tuple[str, int, str, Fact | None]] = []
    for type_ in (models.RUN_STARTED, models.RUN_RESUMED):
        said += [(x.effective_at, x.index, x.data["run_id"], x) for x in view.of_type(type_)]
    said += [(x.effective_at, x.index, x.data["run_id"], None) for x in view.of_type(models.RUN_ENDED)]
    for x in view.of_type(ACKNOWLEDGED):
        said += [(r["stopped_at"], x.index, r["run_id"], None) for r in x.data["runs_stopped"]]
    last = {run: fact for _, _, run, fact in sorted(said, key=lambda x: x[:3])}
    return {run: fact for run, fact in last.items() if fact is not None}


def started(view: View, run: str) -> Fact | None:
    """The entry that says that a run began."""
    return next((x for x in view.of_stream(f"run/{run}") if x.type == models.RUN_STARTED), None)


def asking(view: View, start: Fact) -> Question:
    """The question that a run puts to the train gate."""
    run = str(start.data["run_id"])
    return Question(Action.TRAIN, str(start.data["model_id"]), run=run, planned=planned(start))


def planned(start: Fact) -> tuple[tuple[str, str], ...]:
    """The multiples with which a run was planned."""
    return tuple((x["baseline_model"], x["mult"]) for x in start.data["planned_multiple"])


def size(view: View, question: Question, model: str) -> Size:
    """The run that a question is about (by default its model's last), against a model."""
    start = started(view, question.run) if question.run else _last(view, question.model)
    steps = [*question.planned, *(planned(start) if start and not question.planned else ())]
    found = [(m, Fraction(1)) for m in (multiple(view, question.model, model),) if m]
    found += [(m, Fraction(mult)) for base, mult in steps if (m := multiple(view, base, model))]
    if not found:
        return Size(Fraction(1), False)
    best, planned_ = max(found, key=lambda x: x[0].bound * x[1])
    facts = [view.get(f.id) for i in best.path if (f := view.register.facts[i])]
    return Size(best.bound * planned_, True, tuple(f for f in facts if f))


def _last(view: View, model: str) -> Fact | None:
    runs = [x for x in view.of_type(models.RUN_STARTED) if x.data["model_id"] == model]
    return runs[-1] if runs else None
