"""Gate decisions that rest on something since corrected, revoked or retracted (DOMAIN §4.6).

The decision stays, marked; the verdict is recomputed at the decision's own as_of, with what each cause makes known::

    taints(view)     [Taint(decision=<Fact 64>, cause=<Fact 88>, outcome="reconfirmed", verdict=Verdict(…))]

1. Go and no go alike must be tainted by a change of any entry that the verdict read, or that those cite: the
   determination's assessment, its results, its case; the safeguard's assessment and report.
2. The same verdict reconfirms the decision, another contradicts it; neither changes it.
3. Nothing recorded before the decision taints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ledger.engine.deployments import DECIDED
from ledger.engine.gate import evaluate
from ledger.engine.verdict import Verdict
from ledger.errors import Malformed, NotFound
from ledger.register import Fact, View
from ledger.subjects import assessments, determinations, interim
from ledger.subjects.gates import asked
from ledger.subjects.standing import ASSESSED, DECISIONS

RECONFIRMED = "reconfirmed"
CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Taint:
    """A decision, what taints it, and what recomputing says."""

    decision: Fact
    cause: Fact
    outcome: str
    verdict: Verdict


def taints(view: View) -> list[Taint]:
    """Every tainted decision, once for each cause, by the entries of the decisions."""
    return [taint for fact in view.of_type(DECIDED) for taint in of(view, fact)]


def of(view: View, decision: Fact) -> list[Taint]:
    """What taints one decision."""
    then = replace(view, bound=decision.index, asked=decision.recorded_at)
    try:
        used = evaluate(then, asked(decision)).inputs
    except (Malformed, NotFound):
        return []
    causes = [x for x in _changes(view, cited(then, used)) if x.index > decision.index]
    if not causes:
        return []
    return [_again(view, decision, cause) for cause in sorted(causes, key=lambda x: x.index)]


def _again(view: View, decision: Fact, cause: Fact) -> Taint:
    """The verdict as of then, as known since the cause: a later entry does not undo what this one showed."""
    day = str(decision.data["as_of"])
    known = replace(view, bound=cause.index + 1, as_of=day, asked=day)
    verdict = evaluate(known, asked(decision))
    outcome = RECONFIRMED if verdict.verdict == decision.data["verdict"] else CONTRADICTED
    return Taint(decision, cause, outcome, verdict)


def cited(view: View, ids: Iterable[str]) -> dict[str, Fact]:
    """Entries by id, with those that they cite."""
    out: dict[str, Fact] = {}
    todo = [fact for id_ in ids if (fact := view.get(id_))]
    while todo:
        fact = todo.pop()
        if fact.id not in out:
            out[fact.id] = fact
            todo += _cites(view, fact)
    return out


def _cites(view: View, fact: Fact) -> list[Fact]:
    data = fact.data
    if fact.type == determinations.MADE and "assessment_id" in data:
        return view.of_stream(f"assessment/{data['assessment_id']}")
    if fact.type == determinations.INHERITED:
        preliminary = view.get(data["preliminary_id"])
        return [preliminary] if preliminary else []
    if fact.type == assessments.REPORTED and data.get("affirmative_case"):
        return view.of_stream(f"case/{data['affirmative_case']}")
    if fact.type in DECISIONS:
        said = view.of_stream(fact.stream)
        return [x for x in said if x.type in (ASSESSED, assessments.REPORTED) and x.index < fact.index]
    if fact.type == interim.APPROVED:
        plan = interim.proposed(view, data["interim_id"])
        return [plan] if plan else []
    return []


def _changes(view: View, used: dict[str, Fact]) -> Iterator[Fact]:
    """Corrections (and corrections of those), revocations and retractions of used entries."""
    register, todo, seen = view.register, list(used), set(used)
    while todo:
        for amendment in register.amended.get(todo.pop(), ()):
            if amendment.index < view.bound and amendment.correction not in seen:
                seen.add(amendment.correction)
                todo.append(amendment.correction)
                if fact := view.get(amendment.correction):
                    yield fact
    decided = {x.stream for x in used.values() if x.type == determinations.MADE}
    for revoked in view.of_type(determinations.REVOKED):
        if revoked.stream in decided:
            yield revoked
    papers = {e.digest for x in used.values() for e in x.evidence}
    papers |= {str(x.data[k]) for x in used.values() for k in ("digest", "report_digest") if k in x.data}
    for type_ in ("evidence.retracted",):
        for fact in view.of_type(type_):
            if fact.retracts in used or fact.data.get("digest") in papers:
                yield fact
