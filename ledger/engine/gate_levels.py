"""The gate of policies with safety levels (1.0): a model's level is the highest that was triggered (DOMAIN §5).

::

    ask(asked)      adds to it SAFEGUARD_MISSING:ASL-3-CONTAINMENT, STANDARD_UNDEFINED:ASL-4, BUFFER_SPENT, …

1. A level must count as triggered by a crossed red line (as corrected) or by a decision `reached` or `not_shown`.
2. Levels are cumulative: deploying needs the measures of the model's level and of every lower one; storing and training
   need containment alone.
3. Training past a level must wait for the next one to be defined.
4. Multiples and periods run from the last ended evaluation: at the policy's trigger a flag, past its buffer a denial,
   also while an evaluation is under way.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from ledger.engine.compute import multiple
from ledger.engine.coverage import Assessed, assessed, known_models, triggers
from ledger.engine.exempt import lowered
from ledger.engine.required import SECURITY, Required
from ledger.engine.runs import Size, size
from ledger.engine.states import State, states
from ledger.engine.verdict import FLAG, RESTS_ON_OPENING, UNDER_EXCEPTION, Asked
from ledger.policy.multiple import holds
from ledger.policy.rules import GateRule
from ledger.policy.schema import Policy
from ledger.policy.thresholds import Standard
from ledger.policy.words import Action, Code, Modality
from ledger.subjects import assessments, opening
from ledger.subjects.standing import standing


def ask(asked: Asked) -> None:
    """Everything that speaks against the action."""
    found = states(asked.view, asked.question.model)
    stated = opening.stated(asked.view)
    for state in found.values():
        asked.see(state.decision)
        if state.decision and stated and state.decision.id == stated[0].id:
            asked.marks.add(RESTS_ON_OPENING)
    reached = level(asked.policy, found)
    because = tuple(t for t, s in found.items() if s.over)
    for one in asked.policy.standards:
        if one.level <= reached and _asked_for(asked, one):
            _standard(asked, one, because, found)
    if asked.question.action is Action.TRAIN:
        _next_level(asked, reached, because, found)
        _buffer(asked)
    _due(asked)


def base(policy: Policy) -> int:
    """The level that every model has."""
    return max((s.level for s in policy.standards if s.id in policy.baseline_standards), default=0)


def level(policy: Policy, found: dict[str, State]) -> int:
    """The highest level that was triggered."""
    over = [t.requires.standards for t in policy.thresholds if t.requires and found[t.id].over]
    levels = [s.level for s in policy.standards for names in over if s.id in names]
    return max((base(policy), *levels))


def _asked_for(asked: Asked, one: Standard) -> bool:
    """Deploying asks for all measures of a level; storing for containment; training for it above the base level."""
    if asked.question.action is Action.DEPLOY:
        return True
    if asked.question.action is Action.STORE:
        return one.kind in SECURITY
    return one.kind in SECURITY and one.level > base(asked.policy)


def _standard(asked: Asked, one: Standard, because: tuple[str, ...], found: dict[str, State]) -> None:
    q = asked.question
    exempt = lowered(asked.view, q.model, Required(one.id, because, Modality.MUST), q.surface)
    if exempt:
        asked.marks.add(UNDER_EXCEPTION)
        asked.see(exempt.fact)
        stands = exempt.standing(asked.view, q.model, q.surface)
    else:
        stands = standing(asked.view, one.id, q.model, q.surface)
    asked.see(stands.rests_on)
    stated = opening.stated(asked.view)
    if stands.rests_on and stated and stands.rests_on.id == stated[0].id:
        asked.marks.add(RESTS_ON_OPENING)
    if stands.satisfied:
        return
    above = one.level > base(asked.policy)
    why = f"{one.id} is {stands.state.replace('_', ' ')} for {q.model}" + (
        f", which has triggered level {one.level} ({', '.join(because)})" if above else ""
    )
    code = Code.SAFEGUARD_MISSING if asked.policy.defined(one.id) else Code.STANDARD_UNDEFINED
    facts = (stands.rests_on, *(found[t].decision for t in because if above))
    cure = f"have {one.id} decided satisfied for this model"
    asked.say(code, why, cure, about=(one.id, q.model), facts=facts, on=one.id)


def _next_level(asked: Asked, reached: int, because: tuple[str, ...], found: dict[str, State]) -> None:
    """Before training goes on past a level, the next one is defined."""
    if reached == base(asked.policy):
        return
    written = [s for s in asked.policy.standards if s.level == reached + 1 and asked.policy.defined(s.id)]
    if written:
        return
    here = next(s for s in asked.policy.standards if s.level == reached)
    name = re.sub(r"\d+", str(reached + 1), here.id.rsplit("-", 1)[0])
    why = f"{asked.question.model} has triggered level {reached}, and {name} is not defined"
    cure = f"define {name} and its warning signs by a change of the policy"
    facts = [found[t].decision for t in because]
    asked.say(Code.STANDARD_UNDEFINED, why, cure, about=(name,), facts=facts, on=name)


def _buffer(asked: Asked) -> None:
    """Past the buffer since the last ended evaluation training stops until the next one has ended."""
    rule = asked.rule(Code.BUFFER_SPENT)
    last = _last(asked)
    if not isinstance(rule, GateRule) or last is None:
        return
    grown = _grown(asked, last)
    if rule.block_at is not None and holds(">=", grown.value, rule.block_at):
        why = f"training is at {float(grown.value):.3g}x of {last.model}, evaluated last on {last.ended_at[:10]}"
        cure = "end an evaluation first" + (": one is under way" if _under_way(asked) else "")
        facts = (last.fact, *grown.facts)
        asked.say(Code.BUFFER_SPENT, why, cure, about=(asked.question.model, last.model), facts=facts)
    elif rule.flag_at is not None and holds(">=", grown.value, rule.flag_at):
        why = f"training is at {float(grown.value):.3g}x of {last.model}, evaluated last on {last.ended_at[:10]}"
        cure = "an evaluation is under way: end it" if _under_way(asked) else "open an evaluation and end it"
        facts = (last.fact, *grown.facts)
        asked.say("ASSESSMENT_DUE", why, cure, about=(asked.question.model,), facts=facts, enforce=FLAG)


def _due(asked: Asked) -> None:
    """Flags: an evaluation is due by multiple or by time, or there was never one."""
    q = asked.question
    rules = {t.id: t for t in asked.policy.assessment.all_triggers} if asked.policy.assessment else {}
    for model in dict.fromkeys((q.model, *(known_models(asked.view) if q.action is Action.TRAIN else ()))):
        for t in triggers(asked.view, model):
            if t.met:
                rule, said = (
                    rules[t.id],
                    f"an evaluation of {model} has been due since {t.reached_at[:10]} ({t.id})",
                )
                asked.due(
                    "ASSESSMENT_DUE", model, t.id, said, index=t.index, modality=rule.modality, ref=rule.ref
                )
    if not any(a.model == q.model for a in assessed(asked.view)) and _last(asked) is None:
        why, cure = f"{q.model} was never evaluated", "open an evaluation and end it"
        asked.say(Code.NO_COVERING_ASSESSMENT, why, cure, about=(q.model,), enforce=FLAG)


def _last(asked: Asked) -> Assessed | None:
    """The last ended evaluation: of the model itself, else of any."""
    found = assessed(asked.view)
    own = [a for a in found if a.model == asked.question.model]
    return next(reversed(own or found), None)


def _grown(asked: Asked, last: Assessed) -> Size:
    """How far training is past the last evaluation. A model evaluated itself is held against what it was then."""
    q, view = asked.question, asked.view
    if last.model != q.model:
        return size(view, q, last.model)
    then = replace(view, as_of=last.ended_at)
    out = Size(Fraction(1), False)
    for base_ in known_models(view):
        before, now = multiple(then, q.model, base_), multiple(view, q.model, base_)
        if before and now and base_ != q.model and now.bound / before.bound > out.value:
            facts = [view.get(f.id) for i in now.path if (f := view.register.facts[i])]
            out = Size(now.bound / before.bound, True, tuple(f for f in facts if f))
    return out


def _under_way(asked: Asked) -> bool:
    opened = assessments.of_model(asked.view, asked.question.model, "evaluation")
    return any(assessments.testing_ended_at(asked.view, x.data["assessment_id"]) is None for x in opened)
