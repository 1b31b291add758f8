"""Lowered safeguards: what is proposed, and what is given up (DOMAIN §4.8).

Three regimes, and the version in force offers one of them: `emergency` (1.0), `lowered_safeguards` (2.x, which is a
policy change), `marginal_risk_report` (3.x). A proposal is about one text, which is consulted on and voted::

    {"ends_on":"2026-04-30","exception_id":"e-heron-5","form":"lowered_safeguards","incremental_risk":{"argument":"…",
     "uncertainty":"…"},"models":["heron-5"],"motive":"behind_the_frontier","other_actor":{"equivalence_analysis":"…",
     "evidence":["sha256:…"],"name_cls":"board","threshold_passed":"passed","world_risk_analysis":"…"},
     "own_expected_harm":"…","own_risk_statement":"…","review_by":"2025-12-31","standards_lowered":[{"from":"ASL-3",
     "standard":"ASL-3-DEPLOYMENT","to":"ASL-2-DEPLOYMENT"}],"text_digest":"sha256:…","thresholds":["CBRN-3"]}

1. The analyses that the version in force needs must be there before anybody votes.
2. Who proposes must come from the version in force, else from the house.
3. Giving up an exception needs one hand, of those who propose; approving one: ``exception_approvals``.
4. Activation and expiry are derived (``engine.exceptions``), never recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from ledger.engine.calendar import last_day
from ledger.engine.house import house, procedure
from ledger.engine.in_force import governing
from ledger.errors import Malformed, Refusal
from ledger.policy.duration import Duration
from ledger.policy.rules import WayOut
from ledger.policy.words import Need
from ledger.record import fields as f
from ledger.record.act import Act
from ledger.record.canonical import Json
from ledger.register import Fact, View
from ledger.subjects.kind import approving_roles, decision, in_stream
from ledger.subjects.payload import (
    Class,
    Date,
    Digest,
    Slug,
    SlugOrAll,
    Text,
    read_payload,
    read_text,
)

PROPOSED: Final = "exception.proposed"
APPROVED: Final = "exception.approved"
ACKNOWLEDGED: Final = "exception.acknowledged"
ADVOCACY: Final = "exception.advocacy_committed"
REVIEWED: Final = "exception.reviewed"
REVOKED: Final = "exception.revoked"
WITHDRAWN: Final = "exception.withdrawn"
GOVERNMENT: Final = "government.consulted"

MATTER: Final = {
    "emergency": "emergency_loosening",
    "lowered_safeguards": "lowered_safeguards",
    "marginal_risk_report": "risk_report_marginal",
}
"""The approval of the policy under which each form is decided."""


def _demand(value: Json, where: str) -> Any:
    """What is demanded instead: another standard, or criteria of the same."""
    if isinstance(value, str):
        return read_text(value, where)
    items = f.array(value, where)
    if not items:
        raise Malformed("nothing is demanded instead", where, "name a standard, or criteria of this one")
    return tuple(read_text(x, f"{where}/{i}") for i, x in enumerate(items))


@dataclass(frozen=True, slots=True)
class Lowered:
    """One standard and what §5.8 then demands instead: a standard's id, or criteria of the same standard."""

    standard: Slug
    from_: Text
    to: Annotated[Any, _demand]


@dataclass(frozen=True, slots=True)
class OtherActor:
    """Who has passed a threshold, or is about to, without equivalent measures; and how one knows."""

    name_cls: Class
    threshold_passed: Literal["passed", "imminent"]
    evidence: tuple[Digest, ...]
    equivalence_analysis: Text
    world_risk_analysis: Text


@dataclass(frozen=True, slots=True)
class IncrementalRisk:
    """What going ahead adds."""

    argument: Text
    uncertainty: Text
    estimate: Text | None = None
    unit: Text | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exception as it is proposed. Without surfaces it is for all of them."""

    exception_id: Slug
    form: Literal["emergency", "lowered_safeguards", "marginal_risk_report"]
    text_digest: Digest
    standards_lowered: tuple[Lowered, ...]
    thresholds: tuple[Slug, ...]
    models: tuple[SlugOrAll, ...]
    own_risk_statement: Text
    own_expected_harm: Text
    motive: Literal["behind_the_frontier", "winning_the_race", "other"]
    review_by: Date
    ends_on: Date
    surfaces: tuple[SlugOrAll, ...] | None = None
    other_actor: OtherActor | None = None
    incremental_risk: IncrementalRisk | None = None
    bad_actor: Text | None = None
    ai_helps_defence: Text | None = None
    parts_present: tuple[Text, ...] | None = None
    keeps_more_protective_than_other: bool | None = None
    overall_risk_not_meaningfully_increased: bool | None = None
    matches_level_of_others: bool | None = None


@dataclass(frozen=True, slots=True)
class End:
    """An exception is given up."""

    exception_id: Slug
    reason: Text


def judge_proposers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-0: an exception is proposed by everyone who proposes policy changes, under an id of its own."""
    made = read_payload(Proposal, act.event.data)
    needed, out = procedure(view, MATTER[made.form]), []
    missing = [role for role in needed.propose if role not in approving_roles(act)]
    if missing:
        why = f"the proposal lacks {', '.join(missing)}"
        out.append(Refusal("G-EXC-0", why, f"{' and '.join(needed.propose)} approve [{needed.ref}]"))
    if proposed(view, made.exception_id):
        why = f"exception {made.exception_id} stands on the record"
        out.append(Refusal("G-EXC-0", why, "renewal is a new proposal under an id of its own"))
    return out


def judge_form(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-1: the version in force offers this form."""
    made = read_payload(Proposal, act.event.data)
    if way_out(view, made.form):
        return []
    policy = governing(view)
    offered = [str(x.form) for x in policy.exceptions if x.permits and x.form] if policy else []
    why = f"policy {policy.version if policy else 'none'} offers no {made.form}"
    return [Refusal("G-EXC-1", why, f"it offers {', '.join(offered) or 'nothing'}")]


def judge_analyses(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-2: every analysis is there that the version in force needs."""
    made, way, policy = read_payload(Proposal, act.event.data), None, governing(view)
    way = way_out(view, made.form)
    there = {
        Need.OTHER_ACTOR_EVIDENCE: bool(made.other_actor and made.other_actor.evidence),
        Need.EQUIVALENCE_ANALYSIS: bool(made.other_actor),
        Need.WORLD_RISK_ANALYSIS: bool(made.other_actor),
        Need.INCREMENTAL_RISK_ARGUMENT: bool(made.incremental_risk),
    }
    lacks = [str(x) for x in (way.needs if way else ()) if not there.get(x, True)]
    if made.form == "marginal_risk_report" and policy and policy.risk_report:
        parts = policy.risk_report.marginal_risk_parts
        lacks += [x for x in parts if x not in (made.parts_present or ())]
    if not made.standards_lowered or not made.models:
        lacks.append("a standard and a model")
    if not lacks:
        return []
    return [Refusal("G-EXC-2", f"the proposal lacks {', '.join(lacks)}", "supply the analysis, then propose")]


def judge_length(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-3: an exception ends within the house's length, or the policy's own [HOUSE]."""
    made, way = read_payload(Proposal, act.event.data), None
    way = way_out(view, made.form)
    limits = [Duration.parse(house(view, "exception_length"))]
    if way and isinstance(way.expires_within, Duration):
        limits.append(way.expires_within)
    latest = min(last_day(now, x) for x in limits).isoformat()
    if now[:10] <= made.ends_on <= latest:
        return []
    why = f"it ends on {made.ends_on}, now is {now[:10]}"
    return [Refusal("G-EXC-3", why, f"let it end by {latest}; renewal is a new proposal")]


def judge_emergency(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-4: an emergency is one: a clearly bad actor, and AI that helps the defence [1.0 Proc. 1]."""
    made = read_payload(Proposal, act.event.data)
    if made.form != "emergency" or (made.bad_actor and made.ai_helps_defence):
        return []
    lacks = [x for x in ("bad_actor", "ai_helps_defence") if getattr(made, x) is None]
    why = f"the emergency lacks its finding on {', '.join(lacks)}"
    return [Refusal("G-EXC-4", why, "state both; other developers' models are no excuse [1.0 fn 5]")]


def judge_standing(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-8: the exception is proposed and has not been given up."""
    id_ = str(act.event.data.get("exception_id"))
    if proposed(view, id_) is None:
        return [Refusal("G-EXC-8", f"no exception {id_} is proposed", "propose it: record propose-exception")]
    end = ended(view, id_)
    if end is None:
        return []
    return [Refusal("G-EXC-8", f"entry {end.index} ended exception {id_}", "renewal is a new proposal")]


def judge_end(view: View, act: Act, now: str) -> list[Refusal]:
    """G-EXC-10: an exception is given up by one of those who propose."""
    fact = proposed(view, str(act.event.data.get("exception_id")))
    needed = procedure(view, MATTER[fact.data["form"]] if fact else "policy_change")
    if approving_roles(act) & set(needed.propose):
        return []
    why = f"none of {', '.join(needed.propose)} gives it up"
    return [Refusal("G-EXC-10", why, "one of them approves")]


def proposed(view: View, exception_id: str) -> Fact | None:
    """The proposal of an exception."""
    return next(iter(acts(view, exception_id, PROPOSED)), None)


def acts(view: View, exception_id: str, type_: str) -> list[Fact]:
    """The acts of a type on an exception, in order."""
    return [x for x in view.of_stream(f"exception/{exception_id}") if x.type == type_]


def ended(view: View, exception_id: str) -> Fact | None:
    """What ended an exception before its day: given up, or a review that found its grounds gone."""
    found = view.of_stream(f"exception/{exception_id}")
    gone = (x for x in found if x.type in (REVOKED, WITHDRAWN) or x.data.get("still_holds") is False)
    return next(gone, None)


def way_out(view: View, form: str) -> WayOut | None:
    """The permission of the version in force to lower safeguards in this form."""
    policy = governing(view)
    found = (x for x in policy.exceptions if x.permits and x.form == form) if policy else iter(())
    return next(found, None)


STREAM = in_stream("exception", "exception_id")
NAMED: Final = "  exception_id: e-heron-5\n"
_ENDING: Final = {"G-EXC-8": judge_standing, "G-EXC-10": judge_end}

KINDS = (
    decision(PROPOSED, "propose-exception", Proposal, "DOMAIN 4.8", STREAM, f"""\
# Safeguards are to be lowered, in the form that the version in force offers. One text, consulted on and voted.
data:
{NAMED}\
  form: lowered_safeguards   # emergency lowered_safeguards marginal_risk_report
  text_digest: sha256:...
  standards_lowered:
    - {{standard: ASL-3-DEPLOYMENT, from: as decided, to: ASL-2-DEPLOYMENT}}     # or to: [criteria of the same]
  thresholds: [CBRN-3]
  models: [heron-5]
  other_actor:
    name_cls: board          # who may read the name
    threshold_passed: passed # passed imminent
    evidence: [sha256:0000000000000000000000000000000000000000000000000000000000000000]
    equivalence_analysis: none of its measures is equivalent
    world_risk_analysis: its actions pose serious risk for the world
  incremental_risk: {{argument: small, uncertainty: large}}
  own_risk_statement: ""
  own_expected_harm: ""
  motive: behind_the_frontier      # behind_the_frontier winning_the_race other
  review_by: 2025-12-31
  ends_on: 2026-04-30
  # surfaces: [general]
  # bad_actor: who scales so recklessly, for an emergency
  # ai_helps_defence: how, for an emergency
  # parts_present: [competitive landscape]
  # keeps_more_protective_than_other: true
  # overall_risk_not_meaningfully_increased: true
  # matches_level_of_others: false
""", judges={"G-EXC-0": judge_proposers, "G-EXC-1": judge_form, "G-EXC-2": judge_analyses,
             "G-EXC-3": judge_length, "G-EXC-4": judge_emergency}, withholdable=False),
    decision(REVOKED, "revoke-exception", End, "DOMAIN 4.8", STREAM, f"""\
# An exception is ended before its day, by one of those who propose: stricter is free.
data:
{NAMED}\
  reason: ""
""", judges=_ENDING, withholdable=False),
    decision(WITHDRAWN, "withdraw-exception", End, "DOMAIN 4.8", STREAM, f"""\
# A proposed exception is taken back, by one of those who propose.
data:
{NAMED}\
  reason: ""
""", judges=_ENDING, withholdable=False),
)  # fmt: skip
