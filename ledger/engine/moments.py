"""Moments: when the events happened that a policy's clocks run from and are met by (DOMAIN §6).

::

    occurrences(view, Moment.parse("assessment.opened (comprehensive)"))     [Occurrence(at="2025-02-17T…Z", fact=…), …]

1. Every event that ``policy.moment`` knows must have its reading here: in READINGS, or in TYPES by a type.
2. What was imported must start and meet nothing.
3. An occurrence must say when it was recorded, and a corrected time counts as recorded when the correction was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from ledger.engine.coverage import assessed, full_kind
from ledger.engine.in_force import governing
from ledger.engine.occasions import finished, occasions, on, openings
from ledger.engine.once import once
from ledger.engine.states import states
from ledger.policy.house_clocks import sections
from ledger.policy.moment import Moment
from ledger.policy.schema import Policy
from ledger.register import EFFECTIVE_AT, Fact, View
from ledger.subjects import assessments, determinations, models, opening, sharing, standing
from ledger.subjects.outcome import MILD

OUTSIDE: Final = frozenset(("external", "public"))
"""Where evidence comes from that somebody else has dated."""

TIMES: Final = frozenset((EFFECTIVE_AT, "/at", "/ended_at", "/published_at"))
"""What a timing correction moves."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """It happened at `at`, says `fact`, which became known at `recorded_at`. `about`: a model, a standard or empty."""

    at: str
    fact: Fact
    recorded_at: str
    about: str = ""

    @property
    def order(self) -> tuple[str, int]:
        """By instant, then by entry."""
        return self.at, self.fact.index

    @property
    def proven(self) -> bool:
        """Whether evidence that somebody else has dated stands behind it."""
        return any(item.source in OUTSIDE for item in self.fact.evidence)


Reading: TypeAlias = Callable[[View, str | None], Iterator[Occurrence]]
"""``reading(view, of)``: every occurrence, `of` being what the policy writes in brackets."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Entries of a type stand for an event. `kind` is the member that the brackets name, `about` what it is about."""

    type: str
    kind: str | None = None
    about: str | None = None


TYPES: Final[dict[str, Kept]] = {
    "audit.final": Kept("audit.final", "kind"),
    "board.notified": Kept("board.notified"),
    "briefing.given": Kept("briefing.given", "body"),
    "government.notified": Kept(sharing.NOTIFIED, "what"),
    "model.deployed": Kept(models.DEPLOYED, "surface", "model_id"),
    "preliminary.assessed": Kept(assessments.PRELIMINARY),
    "publication.recorded": Kept("publication.recorded", "what"),
    "report.issued": Kept("report.issued", "report"),
    "safeguard.decided": Kept(standing.DECIDED, None, "standard"),
    "safeguard.reapproved": Kept(standing.REAPPROVED, None, "standard"),
}


def occurrences(view: View, moment: Moment) -> list[Occurrence]:
    """Every time by now that one of a moment's events happened, by instant."""
    found = [x for event in moment.events for x in _reading(event)(view, moment.of)]
    return sorted((x for x in found if x.at <= view.now), key=lambda x: x.order)


def occurrence(view: View, fact: Fact, about: str = "", at: str | None = None) -> Occurrence:
    """A fact as occurrence."""
    moved = [a.index for a in view.amendments(fact.id) if a.path in TIMES]
    recorded_at = view.register.times[max(moved)] if moved else fact.recorded_at
    return Occurrence(at or fact.effective_at, fact, recorded_at, about)


def _reading(event: str) -> Reading:
    return READINGS[event] if event in READINGS else _kept(TYPES[event])


def _kept(kept: Kept) -> Reading:
    def reading(view: View, of: str | None) -> Iterator[Occurrence]:
        wanted = sections().get(of, (of,)) if of else ()
        for fact in view.of_type(kept.type):
            if fact.imported is None and (not of or kept.kind is None or fact.data.get(kept.kind) in wanted):
                yield occurrence(view, fact, str(fact.data.get(kept.about, "")) if kept.about else "")

    return reading


def _opened(view: View, of: str | None) -> Iterator[Occurrence]:
    for fact in openings(view):
        if of in (None, fact.data["kind"]):
            yield occurrence(view, fact, fact.data["model_id"])


def _ended(view: View, of: str | None) -> Iterator[Occurrence]:
    """Of complete assessments alone: what is tested and not decided starts no new round."""
    for a in assessed(view):
        if of in (None, full_kind(governing(view))):
            tested = assessments.of_assessment(view, a.assessment, assessments.TESTED) if a.assessment else []
            yield occurrence(view, tested[0] if tested else a.fact, a.model, a.ended_at)


def _decided(view: View, of: str | None) -> Iterator[Occurrence]:
    for fact in openings(view):
        answer = finished(view, fact)
        if answer and of in (None, fact.data["kind"]):
            yield occurrence(view, answer.fact, fact.data["model_id"], answer.at)


def _reached(view: View, of: str | None) -> Iterator[Occurrence]:
    for found in occasions(view):
        fact = view.register.facts[found.index]
        if fact:
            yield occurrence(view, fact, found.model, found.reached_at)


def _risk_report(view: View, of: str | None) -> Iterator[Occurrence]:
    """Publications of a risk report, or of the version of it that leaves parts out."""
    issued = [x for x in view.of_type("report.issued") if x.data.get("report") == "risk_report"]
    digests = {x.data["digest"] for x in issued if "digest" in x.data}
    for fact in view.of_type("publication.recorded"):
        if {fact.data["digest"], fact.data.get("redaction_of")} & digests and fact.imported is None:
            yield occurrence(view, fact)


def _watched(view: View, of: str | None) -> Iterator[Occurrence]:
    for fact in view.of_type(assessments.OPENED):
        if fact.data["kind"] == "ongoing_watch" and fact.imported is None:
            yield occurrence(view, fact)


def _above(view: View, of: str | None) -> Iterator[Occurrence]:
    """The first entry by which a model requires more than the baseline standards; one, whichever model it is."""
    policy = governing(view)
    for fact, about in _raising(view) if policy else ():
        then = on(view, fact.effective_at)
        if policy and any(_more(then, policy, model) for model in about):
            yield occurrence(view, fact)
            return


@once
def _raising(view: View) -> list[tuple[Fact, tuple[str, ...]]]:
    """What may bring a model above a threshold, by instant, with the models that it is about.

    Whoever inherits is above no earlier than the one that it inherits from, so inheritances are none of these.
    """
    found: list[tuple[Fact, tuple[str, ...]]] = []
    for type_ in (determinations.MADE, determinations.SPLIT, determinations.REVOKED):
        found += [
            (x, (str(x.data["model_id"]),)) for x in view.of_type(type_) if x.data.get("outcome") not in MILD
        ]
    for fact in view.of_type(assessments.RESULT):
        opened = (
            assessments.opened(view, fact.data["assessment_id"]) if determinations.crossed(fact) else None
        )
        found += [(fact, (str(opened.data["model_id"]),))] if opened else []
    if stated := opening.stated(view):
        found.append((stated[0], tuple(m.model_id for m in stated[1].models)))
    return sorted(found, key=lambda x: (x[0].effective_at, x[0].index))


def _more(view: View, policy: Policy, model: str) -> bool:
    over = [policy.threshold(name) for name, s in states(view, model).items() if s.over]
    needs = [t.requires for t in over if t and t.requires]
    return any(r.undefined or set(r.standards) - set(policy.baseline_standards) for r in needs)


READINGS: Final[dict[str, Reading]] = {
    "assessment.decided": _decided,
    "assessment.opened": _opened,
    "model.above_baseline": _above,
    "risk_report.published": _risk_report,
    "testing.ended": _ended,
    "trigger.reached": _reached,
    "watch.updated": _watched,
}
