"""Security that is missing for a comparable model: what stops a training run (DOMAIN §5.7, [2.0 §6.2]).

::

    missing(view, policy, question)     [Missing("heron-4", ("ASL-3-SECURITY",), Size(Fraction(13, 10), …), (…))]

1. Only security standards count, whatever the state of the deployment standard; an interim measure does not count.
2. A run must be measured against every model that requires security which is not in place, and stopped at 1.0x or more.
3. A lapsed reapproval is flagged elsewhere and stops no run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ledger.engine.coverage import heir, known_models
from ledger.engine.exceptions import exempt
from ledger.engine.exempt import lowered
from ledger.engine.required import Required, required_by
from ledger.engine.runs import Size, size
from ledger.engine.states import State, states
from ledger.engine.verdict import Question
from ledger.policy.schema import Policy
from ledger.policy.words import Modality
from ledger.register import Fact, View
from ledger.subjects.standing import Standing, standing

COMPARABLE: Final = Fraction(1)
"""As much as the model itself: what "comparable or greater" means, not a number that a policy chooses."""
KEPT: Final = frozenset(("satisfied", "reapproval_due"))


@dataclass(frozen=True, slots=True)
class Missing:
    """A model whose required security is not in place, and how large the run is against it."""

    model: str
    standards: tuple[str, ...]
    size: Size
    facts: tuple[Fact, ...]


def missing(view: View, policy: Policy, question: Question) -> Iterator[Missing]:
    """Every model whose missing security stops the run."""
    for model in dict.fromkeys((*known_models(view), question.model)):
        found = states(view, model)
        lacking, facts = unmet(view, policy, model, found)
        if not lacking:
            continue
        measured = size(view, question, model)
        if measured.value >= COMPARABLE:
            yield Missing(model, lacking, measured, facts)


def eased(view: View, policy: Policy, question: Question) -> Iterator[Fact]:
    """The active exceptions that stand in place of the required security of a model comparable to the run."""
    if not any(one.state == "active" for one in exempt(view)):
        return
    for model in dict.fromkeys((*known_models(view), question.model)):
        asked = [r for r in required_by(policy, states(view, model)) if r.security]
        found = [x.fact for r in asked if (x := lowered(view, model, r))]
        if found and size(view, question, model).value >= COMPARABLE:
            yield from found


def unmet(
    view: View, policy: Policy, model: str, found: dict[str, State]
) -> tuple[tuple[str, ...], tuple[Fact, ...]]:
    """The security standards that a model requires and that are not in place, and the entries behind that."""
    before = forebears(view, model)
    asked = [(r, _stands(view, model, r, before)) for r in required_by(policy, found)]
    lacking = [(r, s) for r, s in asked if wanting(r, s)]
    facts = [s.rests_on for _, s in lacking] + [found[t].decision for r, _ in lacking for t in r.because]
    return tuple(r.standard for r, _ in lacking), tuple(x for x in facts if x)


def wanting(asked: Required, stands: Standing) -> bool:
    """Whether security is required and missing. What is not defined cannot be in place, however firmly it is asked."""
    firm = asked.modality is Modality.MUST or not asked.defined
    return asked.security and firm and stands.state not in KEPT


def _stands(view: View, model: str, asked: Required, before: tuple[str, ...]) -> Standing:
    """How it stands, or what an active exception demands instead."""
    instead = lowered(view, model, asked)
    if instead is not None:
        return instead.standing(view, model, None, before)
    return standing(view, asked.standard, model, None, before)


def forebears(view: View, model: str) -> tuple[str, ...]:
    """The models from which one inherits now, the nearest first."""
    out: list[str] = []
    here = heir(view, model)
    while here and here not in out and here != model:
        out.append(here)
        here = heir(view, here)
    return tuple(out)
