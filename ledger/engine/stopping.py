"""The list of stop conditions with their truth of now: what stops training, for whom (DOMAIN §4.7).

::

    stopping(view)     [Stopping(StopCondition("…/R22-G-TRAIN-A", kind="effort", …), now=True, about=("heron-5",)), …]

1. A condition is true now when the train gate of some model cites its rule in a denial; a rule that no code of the gate
   stands for has no truth that the record could tell (None).
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.engine.coverage import known_models
from ledger.engine.gate import evaluate
from ledger.engine.in_force import governing
from ledger.engine.verdict import Question
from ledger.policy.rules import GateRule, Rule
from ledger.policy.stops import StopCondition, stops
from ledger.policy.words import Action
from ledger.register import View


@dataclass(frozen=True, slots=True)
class Stopping:
    """A condition, whether it holds now (None: the record cannot tell), and for which models."""

    condition: StopCondition
    now: bool | None
    about: tuple[str, ...]


def stopping(view: View) -> list[Stopping]:
    """Every stop condition of the policy in force."""
    policy = governing(view)
    if policy is None:
        return []
    denied: dict[str, list[str]] = {}
    for model in known_models(view):
        for reason in evaluate(view, Question(Action.TRAIN, model)).reasons:
            if reason.denies:
                denied.setdefault(reason.rule, []).append(model)
    out = []
    for condition in stops(policy):
        rule = policy.rule(condition.rule)
        told = isinstance(rule, Rule | GateRule) and bool(rule.yields)
        about = tuple(dict.fromkeys(denied.get(condition.rule, ())))
        out.append(Stopping(condition, bool(about) if told else None, about))
    return out
