"""Conduct at gates: what was done without, against, or before what the gate asks for (DOMAIN §5, §7).

RUN_WITHOUT_GATE, DEPLOYED_WITHOUT_GATE, STORED_WITHOUT_STANDARD, SHARED_AFTER_GO_AHEAD; each opens a case by itself.

1. An observation must be judged as of when it was true and as known when it was recorded: no later entry with an
   earlier date dissolves a finding.
2. A decision that a correction contradicts is such a finding too, when what it let happen was still going on.
3. A model that is kept in use after the gate has come to deny it must be stood in for or taken off promptly (house).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ledger.engine import deployments, keeping, runs, taint
from ledger.engine.gate import evaluate
from ledger.engine.in_force import governing
from ledger.engine.verdict import Question, Verdict
from ledger.errors import NotFound
from ledger.policy.words import Action
from ledger.register import Fact, View
from ledger.subjects import models, sharing
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.gates import OVERRIDDEN, asked


def run_without_gate(view: View) -> Iterator[Finding]:
    """RUN_WITHOUT_GATE: a run began, or went on, that the train gate denied."""
    for type_ in (models.RUN_STARTED, models.RUN_RESUMED):
        for fact in _live(view, type_):
            then = _then(view, fact)
            start = runs.started(then, fact.data["run_id"])
            verdict = _ask(then, runs.asking(then, start)) if start else None
            if verdict and not verdict.permitted:
                why = f"run {fact.data['run_id']} against {_codes(verdict)}"
                yield Finding("RUN_WITHOUT_GATE", fact.index, fact.recorded_at, why)
    yield from _contradicted(view, Action.TRAIN, "RUN_WITHOUT_GATE")


def deployed_without_gate(view: View) -> Iterator[Finding]:
    """DEPLOYED_WITHOUT_GATE: a model was put to use without a go-ahead that covers it."""
    for fact in _live(view, models.DEPLOYED):
        model, surface, then = fact.data["model_id"], fact.data["surface"], _then(view, fact)
        policy = governing(then)
        if policy is None or not deployments.gated(policy, surface):
            continue
        before = replace(then, bound=fact.index)
        if deployments.covering(then, model, surface, models.happened(fact)) or any(
            kept.surface == surface for kept in deployments.kept(before, model)
        ):
            continue
        said = [x for x in then.of_stream(f"gate/{model}/deploy") if x.data.get("surface") == surface]
        against = f", against entry {said[-1].index}" if said else ""
        why = f"{model} is in use on {surface} without a go-ahead{against}"
        yield Finding("DEPLOYED_WITHOUT_GATE", fact.index, fact.recorded_at, why)
    contradicted = list(_contradicted(view, Action.DEPLOY, "DEPLOYED_WITHOUT_GATE"))
    yield from contradicted
    for stay in keeping.overstayed(view):
        if stay.cause.index not in {x.index for x in contradicted}:
            why = (
                f"{stay.model} stayed on {stay.surface} under entry {stay.by.index} and was denied "
                f"({', '.join(stay.codes)})"
            )
            yield Finding("DEPLOYED_WITHOUT_GATE", stay.cause.index, stay.since, why)


def stored_without_standard(view: View) -> Iterator[Finding]:
    """STORED_WITHOUT_STANDARD: weights are kept that the store gate denied to keep."""
    for fact in _live(view, models.STORED):
        verdict = _ask(_then(view, fact), Question(Action.STORE, fact.data["model_id"]))
        if verdict and not verdict.permitted:
            why = f"weights of {fact.data['model_id']} are kept against {_codes(verdict)}"
            yield Finding("STORED_WITHOUT_STANDARD", fact.index, fact.recorded_at, why)
    yield from _contradicted(view, Action.STORE, "STORED_WITHOUT_STANDARD")


def shared_after_go_ahead(view: View) -> Iterator[Finding]:
    """SHARED_AFTER_GO_AHEAD: Board or LTBT got what a deployment rests on only after it was let go."""
    for type_ in (deployments.DECIDED, OVERRIDDEN):
        for went in view.of_type(type_):
            if went.data["action"] != Action.DEPLOY or went.data.get("decision", "go") != deployments.GO:
                continue
            late = sorted(_late(view, went))
            if late:
                why = f"entry {went.index} went ahead, and {'; '.join(late)}"
                yield Finding("SHARED_AFTER_GO_AHEAD", went.index, went.recorded_at, why)


def _late(view: View, went: Fact) -> Iterator[str]:
    then = replace(view, bound=went.index, asked=went.recorded_at)
    policy, verdict = governing(then), _ask(then, asked(went))
    if policy is None or policy.decisions is None or verdict is None:
        return
    for id_ in verdict.inputs:
        fact = view.get(id_)
        if fact is None or not fact.type.startswith(("determination.made", "safeguard.")):
            continue
        for body in policy.decisions.capability.share_before_proceeding:
            given = sharing.delivered(view, body, id_)
            if fact.decides and given is not None and given.data["delivered_at"] > went.effective_at:
                yield f"{body} got entry {fact.index} on {given.data['delivered_at'][:10]}"


def _contradicted(view: View, action: Action, code: str) -> Iterator[Finding]:
    for found in taint.taints(view):
        q = asked(found.decision)
        contradicts = (
            found.outcome == taint.CONTRADICTED and found.decision.data["decision"] == deployments.GO
        )
        then = replace(view, bound=found.cause.index + 1, as_of=None, asked=found.cause.recorded_at)
        if q.action is action and contradicts and _goes_on(then, q, found.decision):
            because = ", ".join(found.verdict.denials())
            why = f"entry {found.decision.index} let {q.model} go; as known since it was denied ({because})"
            yield Finding(code, found.cause.index, found.cause.recorded_at, why)


def _goes_on(view: View, q: Question, decision: Fact) -> bool:
    if q.action is Action.DEPLOY:
        by = deployments.go_ahead(view, q.model, q.surface)
        return by is not None and by.id == decision.id
    if q.action is Action.TRAIN:
        models_ = {models.model_of_run(view, run) for run in runs.live(view)}
        return q.run in runs.live(view) if q.run else q.model in models_
    said = [x for x in view.of_stream(f"model/{q.model}") if x.type in (models.STORED, models.DELETED)]
    return bool(said) and said[-1].type == models.STORED


def _live(view: View, type_: str) -> list[Fact]:
    return [fact for fact in view.of_type(type_) if fact.imported is None]


def _then(view: View, fact: Fact) -> View:
    """As true when the fact was, and as known when it was recorded."""
    at = models.happened(fact)
    return replace(view, bound=fact.index + 1, as_of=at, asked=at)


def _ask(view: View, question: Question) -> Verdict | None:
    try:
        return evaluate(view, question)
    except NotFound:
        return None  # no policy governed


def _codes(verdict: Verdict) -> str:
    return ", ".join(verdict.denials())


FINDINGS: Final[tuple[Predicate, ...]] = (
    run_without_gate,
    deployed_without_gate,
    stored_without_standard,
    shared_after_go_ahead,
)
