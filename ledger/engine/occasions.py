"""Occasions: each time an assessment fell due, what made it due, and what answered that (DOMAIN §4.2, §4.3, §6).

::

    occasions(view)    [Occasion(trigger="EC4X", model="heron-4", reached_at="2025-02-17T…Z", index=9, answer=…), …]

1. An occasion must stay on the list once it was there: answered by the assessment of its model, by that of another
   model after which it is no longer met, or open.
2. It is answered when every threshold named at the opening is decided, and of the policy's other thresholds none is
   undetermined but a next level (that is the follow-up).
3. Six months are one occasion for all models; any complete assessment answers it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Final, TypeAlias

from ledger.engine.coverage import complete, full_kind, known_models, triggers
from ledger.engine.in_force import governing
from ledger.engine.states import states
from ledger.policy.words import AssessmentKind, Metric
from ledger.record.fields import later
from ledger.register import Fact, View
from ledger.subjects import assessments

EVERY_MODEL: Final = ""
_BEFORE: Final = timedelta(microseconds=-1)


@dataclass(frozen=True, slots=True)
class Answer:
    """When an occasion was answered, and by which entry."""

    at: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Occasion:
    """An assessment fell due at `reached_at`, behind which stands entry `index`; `model` is empty for all models."""

    trigger: str
    model: str
    reached_at: str
    index: int
    compute: bool
    answer: Answer | None = None


def on(view: View, at: str) -> View:
    """The view as of an instant, as known here."""
    return replace(view, as_of=at, asked=at)


def openings(view: View) -> list[Fact]:
    """Every opening of a full assessment that was not cancelled."""
    kind = full_kind(governing(view))
    return [
        x
        for x in view.of_type(assessments.OPENED)
        if x.data["kind"] == kind and not _cancelled(view, str(x.data["assessment_id"]))
    ]


def completed(view: View, opened: Fact) -> Answer | None:
    """When a model became comprehensively assessed by an assessment, and by which entry."""
    return next((a for a in _later(view, opened) if complete(on(view, a.at), opened)), None)


def finished(view: View, opened: Fact) -> Answer | None:
    """When testing and decision were done, nothing left undetermined but the follow-up; and by which entry."""
    for a in _later(view, opened):
        then = on(view, a.at)
        if complete(then, opened) and not open_thresholds(then, str(opened.data["model_id"])):
            return a
    return None


def open_thresholds(view: View, model: str) -> list[str]:
    """Thresholds that are left undetermined, next levels aside."""
    policy = governing(view)
    if policy is None or full_kind(policy) != AssessmentKind.COMPREHENSIVE:
        return []
    follow_up = {t.next_level for t in policy.thresholds}
    return [name for name, s in states(view, model).items() if s.undetermined and name not in follow_up]


@lru_cache(maxsize=64)
def occasions(view: View) -> tuple[Occasion, ...]:
    """Every time that an assessment fell due, up to now, by the instant at which it did. Kept: a view never changes."""
    done = [(answer, opened) for opened in openings(view) if (answer := completed(view, opened))]
    done.sort(key=lambda x: (x[0].at, x[0].fact.index))
    out: dict[_Key, Occasion] = {}
    for answer, opened in done:
        before, after = _met(on(view, later(answer.at, _BEFORE))), _met(on(view, answer.at))
        for key, found in before.items():
            if found.model in {EVERY_MODEL, str(opened.data["model_id"])}:
                out.setdefault(key, replace(found, answer=finished(view, opened)))
            elif key not in after:
                out.setdefault(key, replace(found, answer=answer))
    for key, still in _met(view).items():
        out.setdefault(key, still)
    return tuple(sorted(out.values(), key=lambda x: (x.reached_at, x.index, x.model)))


_Key: TypeAlias = tuple[str, str, int, str]


def _met(view: View) -> dict[_Key, Occasion]:
    policy = governing(view)
    rules = policy.assessment.all_triggers if policy and policy.assessment else ()
    metric = {rule.id: rule.metric for rule in rules}
    out: dict[_Key, Occasion] = {}
    for model in known_models(view):
        for t in triggers(view, model):
            if t.met:
                about = EVERY_MODEL if metric[t.id] is Metric.CALENDAR else model
                compute = metric[t.id] is Metric.EFFECTIVE_COMPUTE
                found = Occasion(t.id, about, t.reached_at, t.index, compute)
                out.setdefault((t.id, about, t.index, t.reached_at), found)
    return out


def _later(view: View, opened: Fact) -> Iterator[Answer]:
    """Every instant at which an assessment could have become complete."""
    model, id_ = str(opened.data["model_id"]), str(opened.data["assessment_id"])
    tested = assessments.of_assessment(view, id_, assessments.TESTED)
    found = [Answer(max(str(x.data["ended_at"]), x.effective_at), x) for x in tested]
    found += [Answer(x.effective_at, x) for x in view.of_subject(f"determination/{model}")]
    ordered = sorted(found, key=lambda a: (a.at, a.fact.index))
    return (a for a in ordered if a.at >= opened.effective_at and a.at <= view.now)


def _cancelled(view: View, id_: str) -> bool:
    return bool(assessments.of_assessment(view, id_, assessments.CANCELLED))
