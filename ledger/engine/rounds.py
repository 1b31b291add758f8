"""Rounds: each time that a clock of the policy runs, from which instant, how long, and what ended it (DOMAIN §6).

::

    rounds(view, rule)    [Round(at="2024-12-09T…Z", started_by=0, period=P6M, done=<opening of 2025-02-17>), …]

1. A clock with `every` runs from each occurrence of what starts it; the first round runs from founding where nothing
   started it before, or from the instant at which the duty came into force where the policy says so.
2. A round keeps the period of the version under which it began, if that version had the duty.
3. By effective compute an assessment must be opened within the house's time from the recording of the measurement.
4. A standard is decided again for each model and surface by itself: extending it to one leaves the others' rounds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from ledger.engine.house import house, period
from ledger.engine.in_force import governing, policy_of, reigns
from ledger.engine.moments import Occurrence, occurrence, occurrences
from ledger.engine.occasions import Occasion, completed, occasions, on, openings
from ledger.policy.duration import Duration
from ledger.policy.house_clocks import reading
from ledger.policy.moment import Moment
from ledger.policy.rules import Clock as Rule
from ledger.policy.rules import duty
from ledger.policy.schema import Policy
from ledger.policy.words import Enforce
from ledger.record import people
from ledger.register import Fact, View
from ledger.subjects import opening, standing
from ledger.subjects.scope import Point, Scope, covers, points

Has: TypeAlias = Callable[[Policy], bool]
PRELIMINARY: Final = Moment(("preliminary.assessed",))
IN_FORCE: Final = "in_force"
NAMED_INTERVAL: Final = "C-PRELIMINARY"
"""The duty of preliminary assessments at an interval that the policy names, outside its list of clocks."""


@dataclass(frozen=True, slots=True)
class Round:
    """It runs from `at`, because of entry `started_by`, for `period`; `done` ended it. `about`: a model, a standard."""

    at: str
    started_by: int
    period: Duration
    about: str = ""
    done: Occurrence | None = None


def duties(policy: Policy) -> list[Rule]:
    """The clocks of a policy with what starts and meets them, and that of preliminary assessments if it names one."""
    out = [_read(rule) for rule in policy.clocks]
    found = policy.assessment.preliminary if policy.assessment else None
    if found and found.interval:
        out.append(
            Rule(
                id=NAMED_INTERVAL,
                ref=found.ref or "",
                modality=found.modality,
                enforce=Enforce.FLAG,
                text=found.question,
                starts_at=Moment(PRELIMINARY.events, None, IN_FORCE),
                met_by=PRELIMINARY,
                every=found.interval,
            )
        )
    return out


def rounds(view: View, rule: Rule, has: Has) -> list[Round]:
    """Every round of a clock up to now. `has`: whether a version of the policy has this duty."""
    if rule.starts_at is None or rule.met_by is None:
        return []
    if "safeguard.reapproved" in rule.met_by.events:
        return list(_reapprovals(view, rule))
    if "trigger.reached" in rule.starts_at.events:
        return [_occasion(view, rule, x) for x in occasions(view)]
    found = list(_every(view, rule, has) if rule.every else _within(view, rule))
    if rule.or_multiple is not None:
        found += [_by_compute(view, rule, x) for x in occasions(view) if x.compute]
    return found


def _read(rule: Rule) -> Rule:
    """A clock whose policy does not say what starts or meets it, as the house reads it."""
    read = reading(rule.id)
    if read is None or rule.starts_at is not None:
        return rule
    return replace(rule, starts_at=read[0], met_by=read[1])


def _every(view: View, rule: Rule, has: Has) -> Iterator[Round]:
    assert rule.starts_at is not None  # noqa: S101 - asked by `rounds`
    assert rule.met_by is not None  # noqa: S101
    starts, dones = occurrences(view, rule.starts_at), occurrences(view, rule.met_by)
    here = _first(view, rule, starts, has)
    while here is not None:
        start = here
        following = next((s for s in starts if s.order > start.order), None)
        done = next((d for d in dones if d.order > start.order), None)
        ended = min((x for x in (done, following) if x), key=lambda x: x.order, default=None)
        yield Round(start.at, start.fact.index, _period(view, rule, start.at), done=ended)
        here = following


def _within(view: View, rule: Rule) -> Iterator[Round]:
    assert rule.starts_at is not None  # noqa: S101
    assert rule.met_by is not None  # noqa: S101
    dones = occurrences(view, rule.met_by)
    for start in occurrences(view, rule.starts_at):
        done = next((d for d in dones if d.order > start.order and d.about in {start.about, ""}), None)
        yield Round(start.at, start.fact.index, _period(view, rule, start.at), start.about, done)


def _occasion(view: View, rule: Rule, found: Occasion) -> Round:
    return Round(
        found.reached_at,
        found.index,
        _period(view, rule, found.reached_at),
        found.model,
        occurrence(view, found.answer.fact, found.model, found.answer.at) if found.answer else None,
    )


def _by_compute(view: View, rule: Rule, found: Occasion) -> Round:
    """The limb of effective compute: opened in time, where opening is what meets the clock."""
    recorded = view.register.times[found.index]
    answer = occurrence(view, found.answer.fact, found.model, found.answer.at) if found.answer else None
    if rule.met_by and "assessment.opened" in rule.met_by.events:
        for opened in openings(view):
            before = completed(view, opened)
            if opened.data["model_id"] == found.model and (before is None or before.at >= found.reached_at):
                answer = occurrence(view, opened, found.model)
                break
    limit = Duration.parse(house(on(view, recorded), "trigger_to_opening"))
    return Round(recorded, found.index, limit, found.model, answer)


def _reapprovals(view: View, rule: Rule) -> Iterator[Round]:
    policy = governing(view)
    again = policy.decisions.safeguards.reapprove if policy and policy.decisions else None
    for standard in again.standards if again else ():
        said = [*_stated(view, standard), *_decided(view, standard)]
        found: dict[tuple[int, int | None], tuple[Round, list[Point]]] = {}
        for point in dict.fromkeys(p for _, scopes, _ in said for s in scopes for p in points(s)):
            chain = [(f, good) for f, scopes, good in said if any(covers(s, point) for s in scopes)]
            for (fact, good), after in zip(chain, [*chain[1:], None], strict=True):
                if good:
                    done = occurrence(view, after[0], standard) if after else None
                    made = Round(
                        fact.effective_at, fact.index, _period(view, rule, fact.effective_at), "", done
                    )
                    key = fact.index, done.fact.index if done else None
                    found.setdefault(key, (made, []))[1].append(point)
        for made, reached in found.values():
            yield replace(made, about=f"{standard} ({', '.join(dict.fromkeys(p.model for p in reached))})")


def _stated(view: View, standard: str) -> list[tuple[Fact, list[Scope], bool]]:
    stated = opening.stated(view)
    of = [s for s in (stated[1].standards or ()) if s.standard == standard] if stated else []
    return [(stated[0], [Scope(s.models, s.surfaces) for s in of], True)] if stated and of else []


def _decided(view: View, standard: str) -> list[tuple[Fact, list[Scope], bool]]:
    facts = [x for x in view.of_stream(f"safeguard/{standard}") if x.type in standing.DECISIONS]
    return [(x, standing.scopes(view, x), x.data.get("outcome") == standing.SATISFIED) for x in facts]


def _first(view: View, rule: Rule, starts: list[Occurrence], has: Has) -> Occurrence | None:
    """From where a clock runs at first."""
    founded = view.of_type(people.FOUNDED)
    if not founded:
        return None
    if rule.starts_at and rule.starts_at.otherwise == IN_FORCE:
        return occurrence(view, founded[0], at=max(founded[0].effective_at, _since(view, has)))
    earlier = [s for s in starts if s.at <= founded[0].effective_at]
    return earlier[-1] if earlier else occurrence(view, founded[0])


def _since(view: View, has: Has) -> str:
    """When the duty came into force, to be in force ever since."""
    since = view.now
    for reign in reversed(reigns(view)):
        policy = policy_of(reign.adopted.text)
        if policy is None or not has(policy):
            break
        since = reign.since
    return since


def _period(view: View, rule: Rule, start: str) -> Duration:
    """The period of the version under which a round began; house times as they were then."""
    founded = view.of_type(people.FOUNDED)
    then = on(view, max(start, founded[0].effective_at if founded else start))
    policy = governing(then)
    older = [x for x in duties(policy) if duty(x.id) == duty(rule.id)] if policy else []
    written = (older[0].every or older[0].within) if older else None
    return period(then, written or rule.every or rule.within or Duration())
