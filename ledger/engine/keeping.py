"""Models kept in use although the gate has come to deny it: to be stood in for or taken off promptly (DOMAIN §5.5).

::

    overstayed(view)    [Overstay("heron-4", "general", by=<Fact 64>, cause=<Fact 88>, since="2025-04-04T…Z")]

1. What turns a kept model denied must leave the house's "promptly", from when it was recorded, or from the instant at
   which a decision lapsed; that entry, or the lapsed decision, is the cause.
2. An interim measure, or whatever else makes the gate permit again, ends it in time; so does taking the model off.
3. Each stretch is judged as known while it ran: what is recorded after it dissolves nothing.
4. What was never permitted did not turn: a deployment without a go-ahead is another finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from ledger.engine import deployments
from ledger.engine.calendar import overdue_at
from ledger.engine.compute import measured_model
from ledger.engine.coverage import line
from ledger.engine.gate import evaluate
from ledger.engine.house import house
from ledger.engine.in_force import governing
from ledger.engine.verdict import Question
from ledger.policy.duration import Duration
from ledger.policy.words import Action, GateStyle
from ledger.register import Fact, View
from ledger.subjects import assessments, exceptions, interim, models, opening, publications, sharing
from ledger.subjects.standing import DECIDED, DECISIONS, DEGRADED, REAPPROVED, lapses_at

_TURNING: Final = (
    *DECISIONS,
    DEGRADED,
    assessments.RESULT,
    assessments.TESTED,
    exceptions.ACKNOWLEDGED,
    exceptions.ADVOCACY,
    exceptions.APPROVED,
    exceptions.REVIEWED,
    exceptions.REVOKED,
    interim.APPROVED,
    interim.WITHDRAWN,
    publications.PUBLISHED,
    sharing.SHARED,
    "entry.corrected",
    "evidence.retracted",
    "policy.approved",
    "policy.published",
)
_DAY: Final = Duration()


@dataclass(frozen=True, slots=True)
class Overstay:
    """A model kept on a surface by go-ahead `by`, denied because of `cause`, and a breach since an instant."""

    model: str
    surface: str
    by: Fact
    cause: Fact
    since: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Turn:
    at: str
    bound: int
    fact: Fact


def overstayed(view: View) -> Iterator[Overstay]:
    """Every stretch in which a model was kept longer than "promptly" after the gate had come to deny it."""
    for model in _in_use(view):
        turns: list[_Turn] | None = None
        for kept, end in _stays(view, model):
            turns = _turns(view, model) if turns is None else turns
            yield from _stretches(view, kept, end, turns)


def _in_use(view: View) -> list[str]:
    """Every model that was ever put to use."""
    stated = opening.stated(view)
    named = [m.model_id for m in stated[1].models] if stated else []
    return list(dict.fromkeys([*named, *(x.data["model_id"] for x in view.of_type(models.DEPLOYED))]))


def _stays(view: View, model: str) -> Iterator[tuple[deployments.Kept, str]]:
    """Each stay on a surface under a go-ahead, with its end: when it was recorded to be over, else now."""
    for fact in view.of_stream(f"model/{model}"):
        if fact.type == models.DE_DEPLOYED:
            for kept in deployments.kept(replace(view, bound=fact.index), model):
                if kept.surface == fact.data["surface"]:
                    yield kept, fact.recorded_at
    for kept in deployments.kept(view, model):
        yield kept, view.now


def _stretches(view: View, kept: deployments.Kept, end: str, turns: list[_Turn]) -> Iterator[Overstay]:
    limit = Duration.parse(house(view, "promptly"))
    began: _Turn | None = None
    said: tuple[str, ...] = ()
    asked = Question(Action.DEPLOY, kept.model, kept.surface)
    if _denials(_then(view, kept.by.recorded_at, kept.by.index + 1), asked):
        return
    for turn in turns:
        if (turn.fact.index <= kept.by.index and turn.at <= kept.by.recorded_at) or turn.at > end:
            continue
        denials = _denials(_then(view, turn.at, turn.bound), asked)
        if denials and began is None:
            began, said = turn, denials
        elif not denials and began is not None:
            yield from _late(kept, began, turn.at, limit, said)
            began = None
    if began is not None:
        yield from _late(kept, began, end, limit, said)


def _late(
    kept: deployments.Kept, began: _Turn, end: str, limit: Duration, codes: tuple[str, ...]
) -> Iterator[Overstay]:
    due = overdue_at(max(began.at, kept.since), limit)
    if end >= due:
        yield Overstay(kept.model, kept.surface, kept.by, began.fact, due, codes)


def _turns(view: View, model: str) -> list[_Turn]:
    """Everything that may have changed the verdict, by the instant from which it was known or a decision lapsed."""
    names = line(view, model)
    facts = [x for type_ in _TURNING for x in view.of_type(type_)]
    facts += [x for name in names for x in view.of_subject(f"determination/{name}")]
    facts += [x for x in view.of_type(models.MEASURED) if measured_model(view, x) in names]
    turns = [_Turn(x.recorded_at, x.index + 1, x) for x in facts]
    for at, fact in _lapses(view):
        bound = view.register.at(known_at=at).bound
        turns.append(_Turn(at, min(bound, view.bound), fact))
    return sorted((t for t in turns if t.at <= view.now), key=lambda t: (t.at, t.bound))


def _lapses(view: View) -> Iterator[tuple[str, Fact]]:
    """The instants at which something that a verdict may rest on runs out, or a policy comes into force."""
    for fact in view.of_type(interim.APPROVED):
        yield overdue_at(f"{fact.data['expires_on']}T00:00:00.000000Z", _DAY), fact
    for fact in view.of_type(exceptions.PROPOSED):
        yield overdue_at(f"{fact.data['ends_on']}T00:00:00.000000Z", _DAY), fact
    for type_ in (DECIDED, REAPPROVED):
        for fact in view.of_type(type_):
            if (until := lapses_at(view, fact)) is not None:
                yield until, fact
    for fact in view.of_type("policy.approved"):
        yield fact.data["effective_at"], fact


def _then(view: View, at: str, bound: int) -> View:
    return replace(view, bound=bound, as_of=at, asked=at)


@lru_cache(maxsize=2048)
def _denials(view: View, question: Question) -> tuple[str, ...]:
    """Why keeping it was denied then; nothing under a policy that knows no keeping. Kept: a view never changes."""
    policy = governing(view)
    if policy is None or policy.gate_style is not GateStyle.CAPABILITY_THRESHOLDS:
        return ()
    return tuple(evaluate(view, question).denials())
