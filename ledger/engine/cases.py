"""Noncompliance cases as they stand: those that were opened, and those that opened themselves (DOMAIN §4.10).

A conduct finding of §7 opens a case by itself, from its entry on: nobody has to dare it, and nobody can leave it out::

    cases(view)        [Case(id="01JX…", origin="engine", codes=("DEPLOYED_WITHOUT_GATE",), status="opened", …), …]

1. A case that opened itself must exist from the entry that caused it, under that entry's event id.
2. Once anything was recorded in it, it must stay until it is closed, whatever becomes of the finding.
3. An allegation from outside must be ``alleged`` until a handler or director finds otherwise; it is never a breach.
4. Concerned are the holders of the roles named at opening or triage (then and now), their delegates, and who declared a
   conflict; no later triage takes a role away.
5. The Board's notice is due "promptly" after the opening, however late the triage: only ``minimal`` sets it aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.engine.calendar import add, overdue_at
from ledger.engine.findings import findings
from ledger.engine.house import house
from ledger.policy.duration import Duration
from ledger.record.roll import Place
from ledger.register import Fact, View
from ledger.subjects import noncompliance as nc
from ledger.subjects.bodies import signing
from ledger.subjects.conflicts import conflicted
from ledger.subjects.delegations import delegates
from ledger.subjects.finding import CONDUCT, Finding

ENGINE: Final = "engine"
ALLEGED: Final = "alleged"
REVIEWERS: Final = ("DIRECTOR", "TRUSTEE")


@dataclass(frozen=True, slots=True)
class Action:
    """One planned action, and the entry by which it was done."""

    id: str
    what: str
    owner: str
    due: str
    done: Fact | None


@dataclass(frozen=True, slots=True)
class Notice:
    """The Board's notice: when it is due and how it stands (as clocks do), and the entry that met it."""

    due: str
    state: str
    met_by: Fact | None


@dataclass(frozen=True, slots=True)
class Case:
    """One case. `cause` is the entry that opened it (or that it opened itself from), `acts` are those of its stream."""

    id: str
    origin: str
    opened_at: str
    cause: Fact
    codes: tuple[str, ...]
    rules: tuple[str, ...]
    acts: tuple[Fact, ...]
    status: str
    risk: str | None
    handlers: tuple[str, ...]
    roles: tuple[str, ...]
    outcome: str | None

    @property
    def open(self) -> bool:
        """Whether it is not closed, or was opened again."""
        return self.status != "closed"

    @property
    def breach(self) -> bool:
        """Whether a breach was found: never by an allegation alone."""
        return self.outcome == "substantiated"

    def last(self, type_: str) -> Fact | None:
        """The newest entry of a type in this case."""
        return next((x for x in reversed(self.acts) if x.type == type_), None)


def cases(view: View) -> list[Case]:
    """Every case, in the order of opening."""
    return _cases(view, findings(view))


def of_findings(view: View, found: list[Finding]) -> list[Case]:
    """As ``cases``, for a caller who has the findings already."""
    return _cases(view, found)


def case(view: View, case_id: str) -> Case | None:
    """The case of an id; ``nc-<event id>`` is the one that this event opened by itself."""
    id_ = nc.case_key(case_id)
    told = any(nc.case_key(x.data["case_id"]) == id_ for x in view.of_type(nc.OPENED))
    found = [] if told else findings(view)  # asked only where the case may have opened itself
    return next((x for x in _cases(view, found) if x.id == id_), None)


def _cases(view: View, found: list[Finding]) -> list[Case]:
    streams = _by_case(view)
    caused = _caused(view, found)
    made = []
    for id_ in {**streams, **caused}:
        acts, own = streams.get(id_, ()), caused.get(id_, [])
        opening = next((x for x in acts if x.type == nc.OPENED), None)
        cause = view.get(id_) or opening
        if cause is None:
            continue  # somebody speaks of a case that nobody opened
        made.append(_case(view, id_, cause, own, acts))
    return sorted(made, key=lambda x: (x.opened_at, x.cause.index))


def _by_case(view: View) -> dict[str, tuple[Fact, ...]]:
    types = (nc.OPENED, nc.TRIAGED, nc.FOUND, nc.PLANNED, nc.DONE, nc.CLOSED, nc.REOPENED)
    acts: dict[str, list[Fact]] = {}
    for fact in sorted((x for t in types for x in view.of_type(t)), key=lambda x: x.index):
        acts.setdefault(nc.case_key(fact.data["case_id"]), []).append(fact)
    return {id_: tuple(facts) for id_, facts in acts.items()}


def _caused(view: View, found: list[Finding]) -> dict[str, list[Finding]]:
    out: dict[str, list[Finding]] = {}
    for finding in found:
        fact = view.register.facts[finding.index]
        if finding.code in CONDUCT and fact is not None:
            out.setdefault(fact.id, []).append(finding)
    return out


def _case(view: View, id_: str, cause: Fact, own: list[Finding], acts: tuple[Fact, ...]) -> Case:
    opening = next((x for x in acts if x.type == nc.OPENED), None)
    triage = next((x for x in reversed(acts) if x.type == nc.TRIAGED), None)
    named = [
        *(opening.data["concerns_roles"] if opening else ()),
        *(triage.data["concerns_roles"] if triage else ()),
    ]
    roles, handlers = tuple(dict.fromkeys(named)), tuple(triage.data["handlers"] if triage else ())
    origin = _origin(view, opening) if opening else ENGINE
    since = [x.since for x in own] or [cause.recorded_at]
    status, outcome = _status(origin, handlers, roles, acts)
    return Case(
        id=id_,
        origin=origin,
        opened_at=opening.recorded_at if opening else min(since),
        cause=cause,
        codes=tuple(sorted({x.code for x in own})),
        rules=tuple(opening.data["rules"]) if opening else (),
        acts=acts,
        status=status,
        risk=triage.data["risk"] if triage else None,
        handlers=handlers,
        roles=roles,
        outcome=outcome,
    )


def _origin(view: View, opening: Fact) -> str:
    """Who opened it; a body only with as many signatures as the house asks for."""
    if opening.data["origin"] != "body":
        return str(opening.data["origin"])
    body = str(opening.data.get("body"))
    return body if body in signing(view, opening) else "person"


def _status(
    origin: str, handlers: tuple[str, ...], roles: tuple[str, ...], acts: tuple[Fact, ...]
) -> tuple[str, str | None]:
    status, outcome = ALLEGED if origin == "external_allegation" else "opened", None
    for act in acts:
        if act.type == nc.TRIAGED and status == "opened":
            status = "triaged"
        elif act.type == nc.FOUND and authoritative(act, handlers, roles):
            status = outcome = act.data["status"]
        elif act.type == nc.FOUND and status == "triaged":
            status = "investigating"
        elif act.type == nc.PLANNED:
            status = "action_planned"
        elif act.type == nc.CLOSED:
            status, outcome = "closed", act.data["outcome"]
        elif act.type == nc.REOPENED:
            status, outcome = "reopened", None
    return status, outcome


def authoritative(found: Fact, handlers: tuple[str, ...], roles: tuple[str, ...]) -> bool:
    """Whether somebody with authority signed a finding: a handler, or a director or trustee not concerned as such."""
    return any(s.person in handlers or (s.role in REVIEWERS and s.role not in roles) for s in found.signers)


def concerned(view: View, one: Case, roles: tuple[str, ...] = ()) -> set[str]:
    """Who may not handle, review or close a case; `roles` are further ones that are about to be named."""
    places = (view.place(view.now), Place(one.cause.index, one.opened_at))
    out = conflicted(view, one.id) | conflicted(view, f"nc-{one.id}")
    for role in {*one.roles, *roles}:
        out |= {p for place in places for p in view.roll.holders(role, place)} | delegates(view, role)
    return out


def actions(one: Case) -> Iterator[Action]:
    """What the newest plan asks for, and what of it is done."""
    plan = one.last(nc.PLANNED)
    done = {x.data["action"]: x for x in one.acts if x.type == nc.DONE}
    for x in plan.data["actions"] if plan else ():
        yield Action(x["id"], x["what"], x["owner"], x["due"], done.get(x["id"]))


def board_notice(view: View, one: Case) -> Notice:
    """How the Board's notice stands."""
    limit = Duration.parse(house(view, "promptly"))
    due = add(one.opened_at, limit)
    if one.risk == "minimal":
        return Notice(due, "not_applicable", None)
    told = [x for x in view.of_type(nc.NOTIFIED) if one.id in {nc.case_key(i) for i in x.data["items"]}]
    first = min(told, key=lambda x: (x.data["at"], x.index), default=None)
    if first is None:
        return Notice(due, "overdue" if view.now >= overdue_at(one.opened_at, limit) else "running", None)
    late = Duration.parse(house(view, "recorded_late"))
    if first.data["at"] >= overdue_at(one.opened_at, limit):
        return Notice(due, "met_late", first)
    unproven = first.recorded_at > add(first.data["at"], late)
    return Notice(due, "met_unproven" if unproven else "met", first)
