"""Findings on assessments that are due, and on what rests on less than an assessment (DOMAIN §5 step 2, §7).

ASSESSMENT_DUE and RESTS_ON_OPENING_STATEMENT are marks: they are shown and stop no report that says ``none``.
ASSESSMENT_OVERDUE, PRELIM_CONTRADICTED.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from ledger.engine import coverage
from ledger.engine.calendar import overdue_at, reached
from ledger.engine.compute import CONFLICT, multiple
from ledger.engine.house import period
from ledger.engine.in_force import governing
from ledger.engine.occasions import EVERY_MODEL, Occasion, occasions, on
from ledger.policy.duration import Duration
from ledger.register import Fact, View
from ledger.subjects import assessments
from ledger.subjects.finding import Finding


def assessment_due(view: View) -> Iterator[Finding]:
    """ASSESSMENT_DUE: what makes a comprehensive assessment due was reached, and that is not decided yet."""
    for found in _open(view):
        why = f"{_whose(found)} is due since {found.reached_at[:10]} by {found.trigger}"
        yield Finding("ASSESSMENT_DUE", found.index, found.reached_at, why)


def assessment_overdue(view: View) -> Iterator[Finding]:
    """ASSESSMENT_OVERDUE: it is not decided within the time that the policy names from there on."""
    policy = governing(view)
    full = policy.assessment.comprehensive if policy and policy.assessment else None
    if full is None or full.complete_within is None:
        return
    limit, modality = period(view, full.complete_within.value), full.complete_within.modality
    for found in _open(view):
        late = overdue_at(found.reached_at, limit)
        if view.now >= late:
            why = (
                f"{_whose(found)} is not decided {limit} after {found.reached_at[:10]} ({modality or 'must'})"
            )
            yield Finding("ASSESSMENT_OVERDUE", found.index, late, why)


def preliminary_contradicted(view: View) -> Iterator[Finding]:
    """PRELIM_CONTRADICTED: a preliminary assessment says another thing than what was measured by then."""
    for fact in view.of_type(assessments.PRELIMINARY):
        if fact.imported is None and (why := _contradiction(view, fact)):
            yield Finding("PRELIM_CONTRADICTED", fact.index, fact.recorded_at, why)


def rests_on_opening(view: View) -> Iterator[Finding]:
    """RESTS_ON_OPENING_STATEMENT: a model is covered by what was stated at founding and not decided here."""
    for model in coverage.known_models(view):
        found = coverage.covered(view, model)
        root = coverage.covered(view, found.model) if found.model else found
        if root.kind == coverage.OPENING and found.fact:
            why = f"{model} is covered by what was stated of {found.model} at founding"
            yield Finding("RESTS_ON_OPENING_STATEMENT", found.fact.index, found.fact.recorded_at, why)


def _open(view: View) -> list[Occasion]:
    return [x for x in occasions(view) if x.answer is None]


def _whose(found: Occasion) -> str:
    return "the next assessment" if found.model == EVERY_MODEL else f"an assessment of {found.model}"


def _contradiction(view: View, fact: Fact) -> str | None:
    then, said = on(view, fact.effective_at), fact.data
    stated, found = Fraction(said["mult"]), multiple(then, said["model_id"], said["baseline_model"])
    rule, last = coverage.compute_limit(then), coverage.last_assessed(then)
    if found and rule and not said["notably_more_capable"] and coverage.meets(rule, found):
        return f"{said['model_id']} measures {float(found.bound):.3g}x, which meets {rule.id}"
    if found and stated and max(found.value / stated, stated / found.value) > CONFLICT:
        return f"it says {said['mult']}x, measured is {float(found.value):.3g}x"
    months = Duration(months=said["months_elapsed"] + 1)
    if last and last.model == said["baseline_model"] and reached(last.ended_at, months, fact.effective_at):
        return f"it says {said['months_elapsed']} months, testing ended on {last.ended_at[:10]}"
    return None


FINDINGS: Final = (assessment_due, assessment_overdue, preliminary_contradicted, rests_on_opening)
