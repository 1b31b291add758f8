"""One model on a page: what covers it, how far it has grown, what was determined, safeguards, gates, what happened.

::

    page(view, "heron-4")    Page(covered="…", grown=…, determinations=(…), safeguards=(…), answers=(…), …)

1. Every determination must name who decided, on what, and how far each result is from its line.
2. A multiple must be shown against what it triggers, with the upper bound deciding; one that is not measured says so.
3. A decision that rests on something since corrected must say so, and whether asking again gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from api.web.standings import burden, determined, origin, placed
from api.web.status import Status
from api.web.verdicts import Answer, answered, questions, surfaces
from api.web.words import day
from ledger.engine import taint
from ledger.engine.accounts import Account, account
from ledger.engine.compute import multiple
from ledger.engine.coverage import Trigger, assessed, compute_limit, covered, line, meets, triggers
from ledger.engine.deployments import DECIDED, kept
from ledger.engine.in_force import governing
from ledger.engine.required import Required, required
from ledger.register import View
from ledger.subjects import assessments
from ledger.subjects.standing import standing


@dataclass(frozen=True, slots=True)
class Determined:
    """One threshold: how far the model is from it, who says so, and on what."""

    threshold: str
    status: Status
    origin: str
    burden: str
    account: Account


@dataclass(frozen=True, slots=True)
class Grown:
    """A multiple of effective compute against another model; `share` of the limit, in percent, at most 100."""

    baseline: str
    value: str
    bound: str
    limit: str
    trigger: str
    share: int
    status: Status


@dataclass(frozen=True, slots=True)
class Safeguard:
    """A standard that the model requires, and how it stands: for storing and training, then surface by surface."""

    required: Required
    because: str
    stands: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class Shaken:
    """A decision that rests on something since corrected."""

    decision: int
    cause: int
    status: Status


@dataclass(frozen=True, slots=True)
class Page:
    """Everything about one model."""

    covered: str
    due: tuple[Trigger, ...]
    grown: Grown | None
    determinations: tuple[Determined, ...]
    surfaces: tuple[str, ...]
    safeguards: tuple[Safeguard, ...]
    answers: tuple[Answer, ...]
    in_use: tuple[tuple[str, str, int], ...]
    shaken: tuple[Shaken, ...]
    entries: tuple[int, ...]


def page(view: View, model: str) -> Page:
    """What the record says of it."""
    policy = governing(view)
    where = surfaces(view, policy) if policy else []
    return Page(
        covered=_covered(view, model),
        due=tuple(x for x in triggers(view, model) if x.met),
        grown=_grown(view, model),
        determinations=tuple(
            Determined(x.state.threshold, determined(x.state), origin(x.state), burden(x.state, model), x)
            for x in account(view, model)
        ),
        surfaces=tuple(where),
        safeguards=tuple(_safeguard(view, model, x, where) for x in required(view, model)),
        answers=tuple(answered(view, q) for q in questions(view, model)),
        in_use=tuple((x.surface, x.since, x.by.index) for x in kept(view, model)),
        shaken=tuple(_shaken(view, model)),
        entries=tuple(_entries(view, model)),
    )


def _covered(view: View, model: str) -> str:
    found = covered(view, model)
    if found.kind == "none":
        return "No comprehensive assessment covers it."
    ended = f"testing ended on {day(found.since)}" if found.since else "it is not said when testing ended"
    kinds = {
        "own": "It was assessed comprehensively itself",
        "opening": "Its position was stated at founding",
        "inherited": f"It takes over what was determined of {found.model}",
    }
    return f"{kinds[found.kind]}; {ended}."


def _grown(view: View, model: str) -> Grown | None:
    """Against the comprehensively assessed model before it, as the policy's trigger counts it."""
    own = [a for a in assessed(view) if a.model == model and a.assessment]
    others = [a for a in assessed(view) if a.model != model and not (own and a.ended_at > own[-1].ended_at)]
    base, rule = others[-1].model if others else None, compute_limit(view)
    found = multiple(view, model, base) if base else None
    if base is None or found is None:
        return None
    if rule is None or not isinstance(rule.value, Fraction):
        return Grown(base, _times(found.value), _times(found.bound), "", "", 0, Status("non", "no limit"))
    status = Status("ok", "under what makes an assessment due")
    if meets(rule, found):
        status = Status("ok", "assessed since") if own else Status("bad", "an assessment is due")
    share = min(100, int(100 * found.bound / rule.value))
    return Grown(base, _times(found.value), _times(found.bound), _times(rule.value), rule.id, share, status)


def _times(value: Fraction) -> str:
    return f"{float(value):.4g}"


def _safeguard(view: View, model: str, found: Required, where: list[str]) -> Safeguard:
    forebears = tuple(line(view, model))
    asked = [standing(view, found.standard, model, None, forebears)]
    asked += [standing(view, found.standard, model, name) for name in where]
    because = "asked of every model" if found.baseline else f"because of {', '.join(found.because)}"
    return Safeguard(found, because, tuple(placed(x) for x in asked))


def _shaken(view: View, model: str) -> Iterator[Shaken]:
    for action in ("train", "store", "deploy"):
        for fact in view.of_stream(f"gate/{model}/{action}"):
            for found in taint.of(view, fact) if fact.type == DECIDED else ():
                same = found.outcome == taint.RECONFIRMED
                word = "asked again, the answer is the same" if same else "asked again, the answer is another"
                yield Shaken(fact.index, found.cause.index, Status("ok" if same else "bad", word))


def _entries(view: View, model: str) -> list[int]:
    """The entries of its streams, of its assessments, and those whose data name it; the newest first."""
    opened = (x for x in view.of_type(assessments.OPENED) if x.data["model_id"] == model)
    names = {model, *(str(x.data["assessment_id"]) for x in opened)}
    found = {
        fact.index
        for facts in view.register.by_stream.values()
        for fact in facts
        if fact.index < view.bound and (names & set(fact.stream.split("/")) or _names(fact.data, model))
    }
    return sorted(found, reverse=True)


def _names(data: dict[str, object], model: str) -> bool:
    scope = data.get("scope")
    models = scope.get("models") if isinstance(scope, dict) else data.get("models")
    return data.get("model_id") == model or (isinstance(models, list) and model in models)
