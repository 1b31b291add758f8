"""Accounts: who decided how far a model is from each threshold, on what evidence, how far from the line (DOMAIN §11.2).

::

    account(view, "heron-4")    [Account(State("CBRN-3", "not_shown", …), entry=31, by=(("p-ceo", "CEO"), …),
                                         results=(Measured("cbrn-1", …, distance="-0.04"),), …), …]

1. It must name the entry behind each state, or say that there is none.
2. The distance is the result less the line, exactly; whether it is crossed is computed, not believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Final

from ledger.engine.coverage import OPENING
from ledger.engine.decided import names
from ledger.engine.states import State, states
from ledger.record.event import Evidence
from ledger.record.roll import SERVICE
from ledger.register import Fact, View
from ledger.subjects import assessments, opening
from ledger.subjects.determinations import DISSENT, crossed, is_red

_EXACT: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Measured:
    """One result against its line. `red`: by its own word or the policy's."""

    entry: int
    evaluation: str
    line: str
    red: bool
    op: str
    limit: str
    result: str
    crossed: bool
    distance: str


@dataclass(frozen=True, slots=True)
class Account:
    """What stands behind a state. `by`: (person, role) of those who signed for it."""

    state: State
    entry: int | None = None
    at: str | None = None
    by: tuple[tuple[str, str], ...] = ()
    assessment: str | None = None
    report: str | None = None
    evidence: tuple[Evidence, ...] = ()
    elicitation: Fact | None = None
    results: tuple[Measured, ...] = ()
    dissent: tuple[Fact, ...] = ()


def account(view: View, model: str) -> list[Account]:
    """Of every threshold of the policy in force."""
    return [_account(view, found) for found in states(view, model).values()]


def _account(view: View, found: State) -> Account:
    fact = found.decision
    if fact is None:
        return Account(found)
    id_ = fact.data.get("assessment_id")
    stated = assessments.of_assessment(view, id_, assessments.ELICITED) if id_ else []
    return Account(
        state=found,
        entry=fact.index,
        at=fact.effective_at,
        by=_by(fact, found.origin),
        assessment=id_,
        report=fact.data.get("report_digest"),
        evidence=fact.evidence,
        elicitation=stated[-1] if stated else None,
        results=tuple(_measured(view, id_, found.threshold)) if id_ else (),
        dissent=tuple(x for x in view.of_type(DISSENT) if x.data["event"] == fact.id),
    )


def _by(fact: Fact, origin: str) -> tuple[tuple[str, str], ...]:
    """Who stands for it. Everybody signs a founding, but its opening position is stated by few (DOMAIN §4.1)."""
    states = opening.STATES if origin == OPENING else {s.role for s in fact.signers} - {SERVICE}
    return tuple(dict.fromkeys((s.person, s.role) for s in fact.signers if s.role in states))


def _measured(view: View, assessment: str, threshold: str) -> list[Measured]:
    called = names(view, threshold)
    results = assessments.of_assessment(view, assessment, assessments.RESULT)
    return [_one(view, x) for x in results if x.data["threshold"] in called]


def _one(view: View, result: Fact) -> Measured:
    drawn, value = result.data["line"], str(result.data["result"])
    distance = _EXACT.subtract(Decimal(value), Decimal(drawn["value"]))
    return Measured(
        entry=result.index,
        evaluation=result.data["evaluation_id"],
        line=drawn["id"],
        red=is_red(view, result),
        op=drawn["op"],
        limit=drawn["value"],
        result=value,
        crossed=crossed(result),
        distance=f"{distance:+f}",
    )
