"""Coverage: by which comprehensive assessment a model is covered, and when the next one is due (DOMAIN §4.2, §4.3, §5).

::

    last_assessed(view)                   Assessed(model="heron-3", ended_at="2024-12-09T…Z", assessment=None, …)
    covered(view, "heron-3.5")            Coverage(kind="inherited", model="heron-3", since="2024-12-09T…Z")
    triggers(view, "heron-4")             [Trigger("EC4X", "2025-02-17T…Z", met=True), Trigger("CAL6M", …)]

1. Comprehensively assessed is a model whose testing ended and of which every threshold named at the opening is decided;
   being tested is not enough, nor is a provisional decision. Models of the opening position count as that.
2. The multiple that counts is against the last comprehensively assessed model, with the upper bound deciding.
3. A model must not inherit along measurements that reach the policy's multiple, judged anew whenever it is asked.
4. Own coverage never ages; another model's trigger does not end it.
5. Which assessment counts, which multiple, which period: all of it must be the policy's data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Final

from ledger.engine.calendar import reached_at
from ledger.engine.compute import Multiple, measured_model, multiple, paths
from ledger.engine.decided import settled, successors
from ledger.engine.in_force import governing
from ledger.policy.duration import Duration
from ledger.policy.multiple import holds
from ledger.policy.procedures import Trigger as Rule
from ledger.policy.schema import Policy
from ledger.policy.words import AssessmentKind, Baseline, Metric
from ledger.register import Fact, View
from ledger.subjects import assessments, models, opening
from ledger.subjects.determinations import INHERITED

OWN: Final = "own"
INHERITS: Final = "inherited"
OPENING: Final = "opening"
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Assessed:
    """A model that was comprehensively assessed. `assessment` is None for the opening position."""

    model: str
    ended_at: str
    fact: Fact
    assessment: str | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """`kind`: own, inherited, opening or none; `model`: whose assessment it is; `since`: the end of its testing."""

    kind: str
    model: str | None = None
    since: str | None = None
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """What makes an assessment of a model due: `met` once `reached_at` has come; `index` is the entry behind it."""

    id: str
    reached_at: str
    met: bool
    index: int
    model: str


@lru_cache(maxsize=256)
def assessed(view: View) -> tuple[Assessed, ...]:
    """Everything comprehensively assessed so far, by the end of its testing. Kept: a view never changes."""
    found = [*_opening(view), *_own(view, governing(view))]
    return tuple(sorted(found, key=lambda a: a.ended_at))


def last_assessed(view: View) -> Assessed | None:
    """The last comprehensive assessment that is complete, of whichever model."""
    found = assessed(view)
    return found[-1] if found else None


def last_comprehensive(view: View, model: str) -> str | None:
    """The model against which `model` is measured: the last comprehensively assessed one, which it may be itself."""
    last = last_assessed(view)
    return last.model if last else None


def covered(view: View, model: str) -> Coverage:
    """By what a model is covered. What it was given at founding holds until it is assessed itself."""
    own = [a for a in assessed(view) if a.model == model]
    if own:
        last = max(own, key=lambda a: a.assessment is not None)
        return Coverage(OWN if last.assessment else OPENING, model, last.ended_at, last.fact)
    source = heir(view, model)
    root = _root(view, source) if source else None
    if root is None:
        return Coverage(NONE)
    return Coverage(INHERITS, root.model, root.ended_at, inheritance(view, model))


def inheritance(view: View, model: str) -> Fact | None:
    """The last decision by which a model inherits."""
    said = [x for x in view.of_subject(f"determination/{model}") if x.type == INHERITED]
    return said[-1] if said else None


def heir(view: View, model: str) -> str | None:
    """From which model it inherits now; None once measurements show it to be notably more capable."""
    fact = inheritance(view, model)
    if fact is None:
        return None
    source, last = str(fact.data["from_model"]), last_assessed(view)
    root = _root(view, source, frozenset((model,)))
    if root is None or last is None:
        return None
    too_far = any(_met_by(view, model, base) for base in {root.model, last.model})
    return None if too_far else source


def line(view: View, model: str) -> list[str]:
    """A model and those from which it was let inherit, one after the other, whether or not that still holds."""
    out: list[str] = []
    here: str | None = model
    while here and here not in out:
        out.append(here)
        fact = inheritance(view, here)
        here = str(fact.data["from_model"]) if fact else None
    return out


def triggers(view: View, model: str) -> list[Trigger]:
    """What makes a comprehensive assessment of a model due, met or still to come, in the policy's order."""
    policy, last = governing(view), last_assessed(view)
    rules = policy.assessment.all_triggers if policy and policy.assessment else ()
    return [t for rule in rules for t in _ASK[rule.metric](view, rule, model, last)]


def compute_limit(view: View) -> Rule | None:
    """The trigger by effective compute of the policy in force."""
    return _rule(governing(view), Metric.EFFECTIVE_COMPUTE)


def known_models(view: View) -> list[str]:
    """Every model that the record names, in the order in which it appears."""
    stated = opening.stated(view)
    found = {m.model_id: None for m in stated[1].models} if stated else {}
    for type_ in (models.REGISTERED, models.MEASURED, models.RUN_STARTED, assessments.OPENED, INHERITED):
        for fact in sorted(view.of_type(type_), key=lambda x: x.index):
            name = measured_model(view, fact) if type_ == models.MEASURED else fact.data["model_id"]
            found |= {str(name): None} if name else {}
    return list(found)


def full_kind(policy: Policy | None) -> str:
    """The kind of assessment that the policy wants in full."""
    named = policy.assessment.kind if policy and policy.assessment else None
    return named or AssessmentKind.COMPREHENSIVE


def complete(view: View, fact: Fact) -> bool:
    """Whether an opened assessment is complete: its testing ended, and what it named is decided."""
    policy = governing(view)
    if _ended(view, fact) is None:
        return False
    if full_kind(policy) == AssessmentKind.EVALUATION:
        return True  # [1.0 Timing] the evaluation is complete with its tests
    model = str(fact.data["model_id"])
    return all(settled(view, model, successors(view, t), fact.index) for t in fact.data["thresholds"])


def _opening(view: View) -> Iterator[Assessed]:
    stated = opening.stated(view)
    if stated and stated[1].testing_ended:
        for model in stated[1].models:
            yield Assessed(model.model_id, stated[1].testing_ended, stated[0])


def _own(view: View, policy: Policy | None) -> Iterator[Assessed]:
    for fact in view.of_type(assessments.OPENED):
        ended = _ended(view, fact)
        if fact.data["kind"] == full_kind(policy) and ended and complete(view, fact):
            yield Assessed(fact.data["model_id"], ended, fact, fact.data["assessment_id"])


def _ended(view: View, fact: Fact) -> str | None:
    id_ = str(fact.data["assessment_id"])
    if assessments.of_assessment(view, id_, assessments.CANCELLED):
        return None
    ended = assessments.testing_ended_at(view, id_)
    return ended if ended and ended <= view.now else None


def _root(view: View, model: str, passed: frozenset[str] = frozenset()) -> Assessed | None:
    """The assessed model from which `model`, itself or by inheritance, has its coverage."""
    if model in passed:
        return None
    own = [a for a in assessed(view) if a.model == model]
    if own:
        return own[-1]
    fact = inheritance(view, model)
    if fact is None:
        return None
    root = _root(view, str(fact.data["from_model"]), passed | {model})
    return root if root and not _met_by(view, model, root.model) else None


def _met_by(view: View, model: str, baseline: str) -> bool:
    """Whether measurements of the model against the baseline meet the policy's multiple."""
    rule, found = compute_limit(view), multiple(view, model, baseline)
    return rule is not None and found is not None and meets(rule, found)


def meets(rule: Rule, found: Multiple) -> bool:
    """Whether a multiple, at its upper bound, meets a trigger."""
    return isinstance(rule.value, Fraction) and holds(rule.op or ">=", found.bound, rule.value)


def _compute(view: View, rule: Rule, model: str, last: Assessed | None) -> Iterator[Trigger]:
    own = [a for a in assessed(view) if a.model == model]
    if own and rule.baseline == Baseline.EVALUATED_POINT:
        yield from _grown(view, rule, model, own[-1].ended_at)
    elif last is not None and not own and _met_by(view, model, last.model):
        reached = [
            (max(_when(view, i) for i in path.path), max(path.path))
            for path in paths(view, model, last.model)
            if path.path and meets(rule, path)
        ]
        if reached:
            at, index = min(reached)
            yield Trigger(rule.id, at, True, index, model)


def _grown(view: View, rule: Rule, model: str, since: str) -> Iterator[Trigger]:
    """A model that has grown since it was evaluated itself: its multiples now against those of then."""
    then, seen = replace(view, as_of=since), set()
    for fact in view.of_type(models.MEASURED):
        base = str(fact.data["baseline_model"])
        if measured_model(view, fact) != model or base in seen:
            continue
        before, now = multiple(then, model, base), multiple(view, model, base)
        if before is None or now is None:
            continue
        grown = Multiple(now.value / before.value, now.bound / before.bound, now.path)
        if meets(rule, grown):
            seen.add(base)
            at = max(_when(view, i) for i in now.path)
            yield Trigger(rule.id, at, True, max(now.path), model)
            return


def _when(view: View, index: int) -> str:
    fact = view.register.facts[index]
    read = view.get(fact.id) if fact else None
    return read.effective_at if read else ""


def _calendar(view: View, rule: Rule, model: str, last: Assessed | None) -> Iterator[Trigger]:
    if last is not None and isinstance(rule.value, Duration):
        at = reached_at(last.ended_at, rule.value)
        yield Trigger(rule.id, at, view.now >= at, last.fact.index, model)


def _called(view: View, rule: Rule, model: str, last: Assessed | None) -> Iterator[Trigger]:
    kind = full_kind(governing(view))
    for call in view.of_type(assessments.CALLED):
        answers = [x for x in assessments.of_model(view, model, kind) if x.index > call.index]
        if call.data["model_id"] == model and not any(complete(view, x) for x in answers):
            yield Trigger(rule.id, call.effective_at, True, call.index, model)
            return


_ASK: Final = {Metric.EFFECTIVE_COMPUTE: _compute, Metric.CALENDAR: _calendar, Metric.DISCRETION: _called}


def _rule(policy: Policy | None, metric: Metric) -> Rule | None:
    found = policy.assessment.all_triggers if policy and policy.assessment else ()
    return next((t for t in found if t.metric == metric), None)
