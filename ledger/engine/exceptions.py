"""Exceptions as they stand: what each lacks, whether it is active, and until when (DOMAIN §4.8). Derived.

::

    missing(view, proposal)            ("consultation", "published text", "acknowledgement", "advocacy")
    active(view, "ASL-3-DEPLOYMENT", "heron-5", "general")      the proposal that lowers it now, or None
    exempt(view)                       [Exempt(id="e-heron-5", state="withdrawn", …), …]

1. An exception must be active only when it is approved and lacks nothing, from the instant at which the record knew so:
   what is recorded later with an earlier date activates nothing earlier.
2. What it lacks must be named in DOMAIN's order: board resolution, consultation (before the vote closed), published
   text, acknowledgement, advocacy. Its approval is no part of its own.
3. It must end with its last day in UTC, when it is given up, or when a review finds its grounds gone.
4. It must hold for its models and surfaces alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.engine.calendar import overdue_at
from ledger.engine.house import house, procedure
from ledger.engine.in_force import governing
from ledger.policy.duration import Duration
from ledger.policy.words import Need
from ledger.register import Fact, View
from ledger.subjects import consultations, exceptions, models, publications, resolutions
from ledger.subjects.exception_approvals import trust_carried
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.scope import ALL, Point, Scope, covers
from ledger.subjects.standing import standing

RESOLUTION: Final = "board resolution"
CONSULTATION: Final = "consultation"
PUBLISHED: Final = "published text"
ACKNOWLEDGEMENT: Final = "acknowledgement"
ADVOCACY: Final = "advocacy"
GOVERNMENT: Final = "government consultation"
_DAY: Final = Duration()


@dataclass(frozen=True, slots=True)
class Exempt:
    """An exception as it stands. `since`: active from; `until`: its last day, or when it was given up."""

    id: str
    fact: Fact
    state: str
    missing: tuple[str, ...]
    since: str | None
    until: str
    approved: Fact | None
    ended: Fact | None
    review_due: str | None


def active(view: View, standard: str, model: str, surface: str | None = None) -> Fact | None:
    """The proposal of an active exception that lowers a standard for a model now; without a surface, for storing."""
    found = (x.fact for x in exempt(view) if x.state == "active" and lowers(x.fact, standard, model, surface))
    return next(found, None)


def lowers(proposal: Fact, standard: str, model: str, surface: str | None = None) -> bool:
    """Whether an exception is about a standard, a model and a surface."""
    scope = Scope(tuple(proposal.data["models"]), tuple(proposal.data.get("surfaces", (ALL,))))
    meant = any(x["standard"] == standard for x in proposal.data["standards_lowered"])
    return meant and covers(scope, Point(model, surface))


def missing(view: View, proposal: Fact) -> tuple[str, ...]:
    """What an exception lacks to be active, in DOMAIN's order. Its approval is no part of its own."""
    return tuple(name for name, since in _parts(view, proposal) if since is None)


def exempt(view: View) -> list[Exempt]:
    """Every exception as it stands now, in order of its proposal."""
    return [_stands(view, x) for x in view.of_type(exceptions.PROPOSED) if _first(view, x)]


def _first(view: View, proposal: Fact) -> bool:
    return exceptions.proposed(view, proposal.data["exception_id"]) == proposal


def _stands(view: View, proposal: Fact) -> Exempt:
    id_ = proposal.data["exception_id"]
    parts = _parts(view, proposal)
    lacks = tuple(name for name, since in parts if since is None)
    approved = next(iter(exceptions.acts(view, id_, exceptions.APPROVED)), None)
    end = exceptions.ended(view, id_)
    since = None
    if approved and not lacks:
        since = max(approved.recorded_at, *(s for _, s in parts if s is not None))
        if (end and end.recorded_at <= since) or since[:10] > proposal.data["ends_on"]:
            since = None
    if end is not None:
        state = {exceptions.WITHDRAWN: "withdrawn", exceptions.REVOKED: "revoked"}.get(end.type, "ended")
    elif view.now[:10] > proposal.data["ends_on"]:
        state = "expired"
    else:
        state = "active" if since else "approved" if approved else "proposed"
    until = end.recorded_at[:10] if end else proposal.data["ends_on"]
    due = _review_due(view, proposal, since) if since and state == "active" else None
    return Exempt(id_, proposal, state, lacks, since, until, approved, end, due)


def _parts(view: View, proposal: Fact) -> list[tuple[str, str | None]]:
    """Each part with the instant from which the record knew it to be there (None: it is not), in DOMAIN's order."""
    then = View(view.register, view.bound, view.as_of, proposal.recorded_at)
    form, text = proposal.data["form"], proposal.data["text_digest"]
    needed, needs = procedure(then, exceptions.MATTER[form]), _needs(then, form)
    closes = _carried(view, text)
    parts = [(RESOLUTION, closes)]
    if "LTBT" in needed.approve:
        parts.append((CONSULTATION, proposal.recorded_at if trust_carried(view, text) else None))
    elif "LTBT" in needed.consult:
        on_text = consultations.consultations(view, text)
        heard = consultations.heard(on_text, "LTBT", closes or view.now)
        parts.append((CONSULTATION, proposal.recorded_at if heard else None))
    if "GOVERNMENT" in needed.consult:
        parts.append((GOVERNMENT, _first_of(view, proposal, exceptions.GOVERNMENT)))
    parts.append((PUBLISHED, _public(view, text)))
    if Need.PUBLIC_ACKNOWLEDGEMENT in needs:
        parts.append((ACKNOWLEDGEMENT, _acknowledged(view, proposal)))
    if Need.ADVOCACY_COMMITMENT in needs:
        parts.append((ADVOCACY, _first_of(view, proposal, exceptions.ADVOCACY)))
    return parts


def _needs(view: View, form: str) -> set[Need]:
    """What the permission and its conditions ask for, as the version in force says."""
    way, policy = exceptions.way_out(view, form), governing(view)
    if way is None or policy is None:
        return set()
    conditions = [x for x in policy.exceptions if x.condition_of == way.id]
    return {need for x in (way, *conditions) for need in x.needs}


def _carried(view: View, text_digest: str) -> str | None:
    """When the Board carried a text."""
    asked = resolutions.on_text(view, "BOARD", text_digest)
    carried = [x for x in asked if resolutions.carried(view, x.data["resolution_id"])]
    return min((str(x.data["closes_at"]) for x in carried), default=None)


def _first_of(view: View, proposal: Fact, type_: str) -> str | None:
    found = exceptions.acts(view, proposal.data["exception_id"], type_)
    return min((x.recorded_at for x in found), default=None)


def _public(view: View, digest: str) -> str | None:
    """From when on the record knew a document to be public."""
    found = (x for x in view.of_type(publications.PUBLISHED) if x.data["digest"] == digest)
    known = (max(str(x.data["published_at"]), x.recorded_at) for x in found)
    return min((x for x in known if x <= view.now), default=None)


def _acknowledged(view: View, proposal: Fact) -> str | None:
    """From when on the record knew of an acknowledgement that states both risks, and was published."""
    known: list[str] = []
    for fact in exceptions.acts(view, proposal.data["exception_id"], exceptions.ACKNOWLEDGED):
        if not (fact.data["states_own_risk"] and fact.data["states_overall_risk"]):
            continue
        texts = publications.texts(view, fact.data["publication_id"])
        known += [max(fact.recorded_at, str(x.data["published_at"]), x.recorded_at) for x in texts]
    return min((x for x in known if x <= view.now), default=None)


def _review_due(view: View, proposal: Fact, since: str) -> str:
    """The first instant at which the next review is late."""
    reviews = exceptions.acts(view, proposal.data["exception_id"], exceptions.REVIEWED)
    every = Duration.parse(house(view, "exception_review"))
    if reviews:
        return overdue_at(reviews[-1].recorded_at, every)
    first = overdue_at(f"{proposal.data['review_by']}T00:00:00.000000Z", _DAY)
    return min(first, overdue_at(since, every))


def exception_review_overdue(view: View) -> Iterator[Finding]:
    """EXCEPTION_REVIEW_OVERDUE: an active exception was not reviewed in time."""
    for one in exempt(view):
        if one.review_due and view.now >= one.review_due:
            why = f"exception {one.id} was to be reviewed before {one.review_due[:10]}"
            yield Finding("EXCEPTION_REVIEW_OVERDUE", one.fact.index, one.review_due, why)


def exception_without_consultation(view: View) -> Iterator[Finding]:
    """EXCEPTION_WITHOUT_CONSULTATION: a model was deployed under a lowered standard before the LTBT was consulted."""
    for proposal in view.of_type(exceptions.PROPOSED):
        for seen in view.of_type(models.DEPLOYED):
            if seen.effective_at < proposal.recorded_at:
                continue
            then = View(view.register, min(view.bound, seen.index + 1), None, seen.recorded_at)
            if exceptions.ended(then, proposal.data["exception_id"]) or CONSULTATION not in missing(
                then, proposal
            ):
                continue
            model, surface = seen.data["model_id"], seen.data["surface"]
            lacks = [
                x["standard"]
                for x in proposal.data["standards_lowered"]
                if lowers(proposal, x["standard"], model, surface)
                and not standing(then, x["standard"], model, surface).satisfied
            ]
            if lacks:
                why = f"{model} was deployed under {proposal.data['exception_id']}, the LTBT not consulted"
                yield Finding("EXCEPTION_WITHOUT_CONSULTATION", seen.index, seen.recorded_at, why)


FINDINGS: Final[tuple[Predicate, ...]] = (exception_review_overdue, exception_without_consultation)
