"""Lines and results: findings on how results were held against the lines drawn before (DOMAIN §4.3).

LINE_KIND_MISMATCH, LINE_MOVED, ELICITATION_BELOW_MINIMUM, ELICITATION_CLAIM_IN_TENSION, EXTERNAL_FINDING_IGNORED.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ledger.engine.in_force import governing, line
from ledger.register import Fact, View
from ledger.subjects import assessments as a
from ledger.subjects.determinations import MADE
from ledger.subjects.finding import Finding

MINIMUM: Final = ("instruction_following", "tool_use", "low_refusal")
"""The elicitation that the text asks for at minimum [2.0 §3.2(3)]."""


def line_kind_mismatch(view: View) -> Iterator[Finding]:
    """LINE_KIND_MISMATCH: a result names another kind for its line than the policy, or else the plan, draws."""
    for result in view.of_type(a.RESULT):
        policy = governing(view, at=result.effective_at)
        own, drawn = result.data["line"], line(policy, result.data["line"]["id"])
        kind = drawn.kind.value if drawn else _planned_kind(view, result)
        if kind is not None and kind != own["kind"]:
            by = "the policy" if drawn else "the plan"
            why = f"line {own['id']} is entered as {own['kind']}, {by} draws it {kind}"
            yield Finding("LINE_KIND_MISMATCH", result.index, result.recorded_at, why)


def line_moved(view: View) -> Iterator[Finding]:
    """LINE_MOVED: a plan made after the first result draws a line elsewhere."""
    for plan in view.of_type(a.PLANNED):
        results = a.of_assessment(view, plan.data["assessment_id"], a.RESULT)
        if not any(r.index < plan.index for r in results):
            continue
        before = {
            x["id"]: x["line"]
            for p in _plans(view, plan)
            if p.index < plan.index
            for x in p.data["evaluations"]
        }
        for x in plan.data["evaluations"]:
            if x["id"] in before and before[x["id"]] != x["line"]:
                why = f"the line of evaluation {x['id']} was moved after results were in"
                yield Finding("LINE_MOVED", plan.index, plan.recorded_at, why)


def elicitation_below_minimum(view: View) -> Iterator[Finding]:
    """ELICITATION_BELOW_MINIMUM: a statement lacks a part of the minimum set."""
    for stated in view.of_type(a.ELICITED):
        missing = [x for x in MINIMUM if x not in stated.data["finetuned_for"]]
        if missing:
            why = f"no fine-tuning for {', '.join(missing)}"
            yield Finding("ELICITATION_BELOW_MINIMUM", stated.index, stated.recorded_at, why)


def elicitation_in_tension(view: View) -> Iterator[Finding]:
    """ELICITATION_CLAIM_IN_TENSION: a low risk of under-elicitation is claimed beside a technique that was not used."""
    for stated in view.of_type(a.ELICITED):
        unused = [x["name"] for x in stated.data["techniques"] if not x["used"]]
        if stated.data["under_elicitation_risk"] == "low" and unused:
            why = f"the risk is called low, yet {', '.join(unused)} was not used"
            yield Finding("ELICITATION_CLAIM_IN_TENSION", stated.index, stated.recorded_at, why)


def external_finding_ignored(view: View) -> Iterator[Finding]:
    """EXTERNAL_FINDING_IGNORED: decided while an outside finding was pending, or left out without a reason."""
    decided = {x.data.get("assessment_id"): x for x in view.of_type(MADE)}
    for found in view.of_type(a.EXTERNAL):
        decision = decided.get(found.data["assessment_id"])
        open_ = found.data["incorporated"] == "pending" or (
            found.data["incorporated"] == "no" and "why_not" not in found.data
        )
        if decision and open_ and found.index < decision.index:
            why = f"entry {decision.index} decided over the finding of {found.data['org']}"
            yield Finding("EXTERNAL_FINDING_IGNORED", found.index, decision.recorded_at, why)


def _plans(view: View, fact: Fact) -> list[Fact]:
    return a.of_assessment(view, fact.data["assessment_id"], a.PLANNED)


def _planned_kind(view: View, result: Fact) -> Any:
    for plan in reversed(_plans(view, result)):
        for x in plan.data["evaluations"]:
            if x["id"] == result.data["evaluation_id"]:
                return x["line"]["kind"]
    return None


FINDINGS = (
    line_kind_mismatch,
    line_moved,
    elicitation_below_minimum,
    elicitation_in_tension,
    external_finding_ignored,
)
