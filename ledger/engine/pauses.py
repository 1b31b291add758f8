"""Pauses as they stand: declared by people, or there by themselves while a live run lacks security (DOMAIN §4.7).

::

    pauses(view)     [Pause(id="01JPSQ…", cause="threshold_security_missing", lifted=None, automatic=True, …), …]
    active(view)     those that are not lifted

1. An automatic pause exists from the first entry from which a live run meets SECURITY_MISSING_FOR_COMPARABLE, under
   the id of that entry's event, as was known at that entry; it ends by being lifted, and by nothing else.
2. Asking a gate declares nothing, and no later correction undeclares a pause.
3. The conditions of an automatic pause are those standards whose lack caused it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final
from weakref import WeakKeyDictionary

from ledger.engine import runs
from ledger.engine.in_force import governing
from ledger.engine.security import forebears, missing
from ledger.engine.states import state
from ledger.engine.verdict import Question
from ledger.policy.rules import GateRule, Rule
from ledger.policy.words import Action, Code, GateStyle
from ledger.register import Fact, Register, View
from ledger.subjects import assessments, determinations, models
from ledger.subjects.standing import DECIDED, DEGRADED, REAPPROVED, STOOD_DOWN, standing

DECLARED: Final = "pause.declared"
ACKNOWLEDGED: Final = runs.ACKNOWLEDGED
PROPOSED: Final = "pause.resumption_proposed"
LIFTED: Final = "pause.lifted"
SECURITY_MISSING: Final = "threshold_security_missing"
RULES: Final = (Rule, GateRule)
STATED: Final = "stated"

_MAY_CAUSE: Final = frozenset(
    (
        models.RUN_STARTED,
        models.RUN_RESUMED,
        models.MEASURED,
        determinations.MADE,
        determinations.SPLIT,
        assessments.RESULT,
        DECIDED,
        REAPPROVED,
        DEGRADED,
        STOOD_DOWN,
        "entry.corrected",
        "determination.inherited",
        "policy.approved",
        "policy.published",
        "exception.withdrawn",
        "exception.reviewed",
    )
)
"""Types of entry after which a live run may lack security that it did not lack before."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be so before a pause is lifted. One that is only `stated` is judged by people."""

    check: str
    text: str
    model: str | None = None
    standard: str | None = None
    threshold: str | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause. `fact` is the entry that declares or causes it; without models and runs it covers all."""

    id: str
    cause: str
    begins_at: str
    fact: Fact
    actions: tuple[str, ...]
    conditions: tuple[Condition, ...]
    models: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    min_mult: tuple[tuple[str, str], ...] = ()
    rule: str | None = None
    automatic: bool = False
    lifted: Fact | None = None


@dataclass(slots=True)
class _Found:
    """The automatic pauses among the first `upto` entries of a register. Entries never change, so neither do these."""

    upto: int = 0
    pauses: list[Pause] = field(default_factory=list)


_KNOWN: Final[WeakKeyDictionary[Register, _Found]] = WeakKeyDictionary()


def pauses(view: View) -> list[Pause]:
    """Every pause, by the entry that declares or causes it."""
    lifted = {x.stream.split("/", 1)[1]: x for x in view.of_type(LIFTED)}
    declared = [_read(x) for x in view.of_type(DECLARED)]
    found = [*declared, *automatic(view)]
    return sorted((replace(p, lifted=lifted.get(p.id)) for p in found), key=lambda p: p.fact.index)


def active(view: View) -> list[Pause]:
    """The pauses that have begun and are not lifted."""
    return [p for p in pauses(view) if p.lifted is None and p.begins_at <= view.now]


def stops(view: View, pause: Pause, question: Question) -> bool:
    """Whether a pause covers what a question asks for."""
    if question.action not in pause.actions:
        return False
    if pause.runs and question.action is Action.TRAIN:
        named = question.run in pause.runs
        if question.run is None:
            starts = [runs.started(view, run) for run in pause.runs]
            named = question.model in {s.data["model_id"] for s in starts if s}
        return named
    if pause.models and question.model not in pause.models:
        return False
    sizes = ((runs.size(view, question, model).value, Fraction(mult)) for model, mult in pause.min_mult)
    return all(size >= least for size, least in sizes)


def met(view: View, condition: Condition) -> bool | None:
    """Whether a condition holds now; None where only people can say."""
    if condition.standard and condition.model:
        before = forebears(view, condition.model)
        return standing(view, condition.standard, condition.model, None, before).satisfied
    if condition.threshold and condition.model:
        return state(view, condition.model, condition.threshold).below
    return None


def automatic(view: View) -> list[Pause]:
    """The pauses that came by themselves, as of the view."""
    known = _KNOWN.setdefault(view.register, _Found())
    while known.upto < view.bound:
        fact = view.register.facts[known.upto]
        known.upto += 1
        if fact is not None and fact.type in _MAY_CAUSE:
            known.pauses += _caused(view.register, fact, known.pauses)
    seen = [p for p in known.pauses if p.fact.index < view.bound]
    return [p for p in seen if view.as_of is None or p.begins_at <= view.as_of]


def _caused(register: Register, fact: Fact, before: list[Pause]) -> Iterator[Pause]:
    """The pause that an entry causes: the live runs that lack security from it on, and are not paused already."""
    if not register.by_type.get(models.RUN_STARTED):
        return
    view = register.below(fact.index + 1)
    policy = governing(view)
    if policy is None or policy.gate_style is not GateStyle.CAPABILITY_THRESHOLDS:
        return
    lifted = {x.stream.split("/", 1)[1] for x in view.of_type(LIFTED)}
    paused = {run for p in before if p.id not in lifted for run in p.runs}
    stopped: list[str] = []
    lacking: dict[tuple[str, str], None] = {}
    for run in runs.live(view):
        start = runs.started(view, run)
        if start is None or run in paused:
            continue
        found = list(missing(view, policy, runs.asking(view, start)))
        if found:
            stopped.append(run)
            lacking |= {(m.model, standard): None for m in found for standard in m.standards}
    if stopped:
        rule = policy.cited_for(Action.TRAIN, Code.SECURITY_MISSING_FOR_COMPARABLE)
        yield Pause(
            id=fact.id,
            cause=SECURITY_MISSING,
            begins_at=fact.recorded_at,
            fact=fact,
            actions=(Action.TRAIN,),
            conditions=tuple(
                Condition("standard_satisfied", f"{s} satisfied for {m}", model=m, standard=s)
                for m, s in lacking
            ),
            runs=tuple(stopped),
            rule=rule.id if rule else None,
            automatic=True,
        )


def _read(fact: Fact) -> Pause:
    data: dict[str, Any] = fact.data
    scope = data["scope"]
    return Pause(
        id=data["pause_id"],
        cause=data["cause"],
        begins_at=data["begins_at"],
        fact=fact,
        actions=tuple(scope["actions"]),
        conditions=tuple(
            Condition(c["check"], c["text"], c.get("model_id"), c.get("standard"), c.get("threshold"))
            for c in data["resumption_conditions"]
        ),
        models=tuple(scope.get("models", ())),
        runs=tuple(scope.get("runs", ())),
        min_mult=tuple((m["baseline_model"], m["mult"]) for m in scope.get("min_mult", ())),
        rule=data.get("rule"),
    )
