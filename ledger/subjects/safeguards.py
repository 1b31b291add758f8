"""Safeguards: is a required standard in place, for which models, on which surfaces? (DOMAIN §4.5)

Assessors state what is met, criterion by criterion; those whom the policy names decide, for a scope::

    safeguard.decided   {"outcome":"satisfied","report_digest":"sha256:…","standard":"ASL-3-SECURITY",
                         "scope":{"environments":["own"],"models":["heron-4","heron-5"],"surfaces":["*"]}}

How a standard then stands for one model and surface is read in ``standing.py``.

1. One hand may say that a standard is not satisfied; `satisfied` takes everyone whom the policy names.
2. `satisfied` must rest on every criterion met wherever the scope reaches; what is not defined cannot be satisfied.
3. What stands beside the standards of a threshold (`also`) is decided like a standard, on a case instead of criteria.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.house import approval
from ledger.engine.in_force import governing
from ledger.errors import Refusal
from ledger.policy.schema import Policy
from ledger.policy.thresholds import Threshold
from ledger.record.act import Act
from ledger.register import View
from ledger.subjects import safety_cases
from ledger.subjects.assessments import REPORTED
from ledger.subjects.determinations import MADE, REVOKED
from ledger.subjects.finding import Finding
from ledger.subjects.kind import approving_roles, decision, in_stream, observation
from ledger.subjects.outcome import MILD
from ledger.subjects.payload import Digest, EventId, Slug, SlugOrAll, Text, Time, read_payload
from ledger.subjects.scope import ALL, Point, Scope, points
from ledger.subjects.standing import (
    ASSESSED,
    DECIDED,
    DEGRADED,
    REAPPROVED,
    SATISFIED,
    STOOD_DOWN,
    decided_scopes,
    found_met,
    obligation,
    scopes,
    standing,
    thresholds_needing,
)

Outcome = Literal["satisfied", "not_satisfied"]


@dataclass(frozen=True, slots=True)
class Met:
    """Whether one criterion is met. A criterion that is not listed counts as no."""

    id: Slug
    met: Literal["yes", "no", "partial"]
    evidence: tuple[Digest, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessed:
    """What an assessor found of a standard, within a scope."""

    standard: Slug
    scope: Scope
    criteria: tuple[Met, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A standard is satisfied, or not. `valid_until` may only shorten the policy's own period."""

    standard: Slug
    scope: Scope
    outcome: Outcome
    report_digest: Digest | None = None
    case_id: Slug | None = None
    valid_until: Time | None = None


@dataclass(frozen=True, slots=True)
class Reapproved:
    """The decision made again. Without a scope it covers what the earlier decisions cover."""

    standard: Slug
    outcome: Outcome
    changes: Text
    scope: Scope | None = None
    report_digest: Digest | None = None
    case_id: Slug | None = None


@dataclass(frozen=True, slots=True)
class Degraded:
    """A safeguard failed. Without a scope everywhere."""

    standard: Slug
    what: Text
    since: Time
    severity: Literal["breaks_standard", "weakens"]
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class StoodDown:
    """A standard is given up for models that need it no longer; `determination_id` is the decision that says so."""

    standard: Slug
    models: tuple[SlugOrAll, ...]
    determination_id: EventId


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-SAF-0: `satisfied` is decided by everyone whom the policy names, the stricter outcome by any of them."""
    needed, present = approval(view, "safeguards_decision"), approving_roles(act)
    missing = [role for role in needed.roles if role not in present]
    stricter = act.event.data.get("outcome") == "not_satisfied"
    if not missing or (stricter and len(missing) < len(needed.roles)):
        return []
    cure = f"{' or '.join(missing) if stricter else ' and '.join(needed.roles)} approve [{needed.ref}]"
    return [Refusal("G-SAF-0", f"the decision lacks {', '.join(missing)}", cure)]


def judge_criteria(view: View, act: Act, now: str) -> list[Refusal]:
    """G-SAF-1: `satisfied` rests on an assessment that finds every criterion met, wherever the scope reaches."""
    standard, policy = str(act.event.data["standard"]), governing(view)
    if act.event.data["outcome"] != SATISFIED or policy is None:
        return []
    if obligation(policy, standard):
        return _judge_case(view, act)
    written = policy.standard(standard)
    if written is None:
        return []  # G-SAF-4 says so
    if not policy.defined(standard):
        why = f"{standard} is not defined: there is nothing yet that could be satisfied"
        return [Refusal("G-SAF-1", why, "define the standard by a change of the policy first")]
    out = []
    for point in _points(view, act):
        found = found_met(view, standard, point)
        unmet = [c.id for c in written.criteria if found.get(c.id, "no") != "yes"]
        if unmet:
            said = ", ".join(f"{id_} {found.get(id_, 'not assessed')}" for id_ in unmet)
            cure = "meet them and record it: countersign record assess-safeguard; or narrow the scope"
            out.append(Refusal("G-SAF-1", f"{standard} for {_name(point)}: {said}", cure))
    return out


def judge_report(view: View, act: Act, now: str) -> list[Refusal]:
    """G-SAF-2: `satisfied` rests on a report of its own for this standard."""
    standard, digest = str(act.event.data["standard"]), act.event.data.get("report_digest")
    if act.event.data["outcome"] != SATISFIED or obligation(governing(view), standard):
        return []
    reports = [x for x in view.of_stream(f"safeguard/{standard}") if x.type == REPORTED]
    if any(x.data["digest"] == digest for x in reports):
        return []
    why = f"no safeguards report of this digest was submitted for {standard}"
    return [Refusal("G-SAF-2", why, "submit one for each standard: countersign record submit-report")]


def judge_needless(view: View, act: Act, now: str) -> list[Refusal]:
    """G-SAF-3: a standard is stood down where every threshold that needs it is decided below."""
    gone, policy = read_payload(StoodDown, act.event.data), governing(view)
    if policy is None:
        return []
    if gone.standard in policy.baseline_standards:
        return [Refusal("G-SAF-3", f"{gone.standard} is needed for every model", "keep it")]
    needing = thresholds_needing(policy, gone.standard)
    cure = "decide those thresholds 'below' first, or leave the model out"
    above = [f"{t.id} of {m}" for m in gone.models for t in needing if not _below(view, policy, m, t)]
    if above:
        return [Refusal("G-SAF-3", f"not decided below: {', '.join(above)}", cure)]
    made = view.get(gone.determination_id)
    if made is None or made.type != MADE or made.data["outcome"] not in MILD:
        why = f"{gone.determination_id} is no determination that a threshold is below"
        return [Refusal("G-SAF-3", why, "name the determination on which this rests")]
    return []


def judge_standard(view: View, act: Act, now: str) -> list[Refusal]:
    """G-SAF-4: the policy in force knows the standard, or asks for it beside the standards of a threshold."""
    name, policy = str(act.event.data["standard"]), governing(view)
    if policy is not None and (policy.standard(name) or obligation(policy, name)):
        return []
    known = ", ".join(s.id for s in policy.standards) if policy else "none: there is no policy"
    version = policy.version if policy else "none"
    return [Refusal("G-SAF-4", f"no standard {name} in policy {version}", f"its standards are {known}")]


def reapproval_due(view: View) -> Iterator[Finding]:
    """REAPPROVAL_DUE: a standard was decided satisfied, and the policy wants that decided again by now."""
    for stream in {x.stream for type_ in (DECIDED, REAPPROVED) for x in view.of_type(type_)}:
        standard = stream.split("/", 1)[1]
        reached = {p for x in view.of_stream(stream) for s in scopes(view, x) for p in points(s)}
        lapsed = {}
        for point in reached:
            found = standing(view, standard, point.model, point.surface)
            if found.state == "reapproval_due" and found.rests_on:
                lapsed[found.rests_on.index] = found
        for index, found in lapsed.items():
            why = f"{standard} was last decided in entry {index} and lapsed on {str(found.until)[:10]}"
            yield Finding("REAPPROVAL_DUE", index, str(found.until), why)


def _judge_case(view: View, act: Act) -> list[Refusal]:
    case, name = act.event.data.get("case_id"), act.event.data["standard"]
    if case is not None and safety_cases.stated(view, case):
        return []
    why = f"{name} is satisfied by a case, and case {case} does not stand on the record"
    return [Refusal("G-SAF-1", why, "state it and name it in case_id: countersign record state-case")]


def _points(view: View, act: Act) -> list[Point]:
    """Every place where a decision says that the standard is satisfied."""
    data = act.event.data
    if data.get("scope") is None:
        named = decided_scopes(view, data["standard"], view.bound)
    else:
        named = [read_payload(Scope, data["scope"])]
    return sorted({p for scope in named for p in points(scope)}, key=_name)


def _below(view: View, policy: Policy, model: str, threshold: Threshold) -> bool:
    ruled = policy.threshold(threshold.ruled_out_by) if threshold.ruled_out_by else None
    made = view.latest(f"determination/{model}/{threshold.id}")
    if made is not None and made.type != REVOKED:
        return made.type == MADE and made.data["outcome"] in MILD
    return ruled is not None and _below(view, policy, model, ruled)


def _name(point: Point) -> str:
    model = "all models" if point.model == ALL else point.model
    surface = "" if point.surface in (None, ALL) else f" on {point.surface}"
    return model + surface + (f" in {point.environment}" if point.environment else "")


_DECIDING: Final = {
    "G-SAF-0": judge_signers,
    "G-SAF-1": judge_criteria,
    "G-SAF-2": judge_report,
    "G-SAF-4": judge_standard,
}
FINDINGS: Final = (reapproval_due,)

STREAM = in_stream("safeguard", "standard")


KINDS = (
    observation(ASSESSED, "assess-safeguard", Assessed, "DOMAIN 4.5", STREAM, """\
# What an assessor found of a standard. A criterion that is not listed counts as no; * stands for all.
data:
  standard: ASL-3-SECURITY
  scope: {models: [heron-4], surfaces: ["*"], environments: [own]}
  criteria: [{id: "", met: yes, evidence: []}]    # yes no partial
"""),
    decision(DECIDED, "decide-safeguard", Decided, "DOMAIN 4.5", STREAM, """\
# Is a standard satisfied, for which models and surfaces? `satisfied` needs every criterion, a report of its own, and
# everyone whom the policy names; `not_satisfied` may be decided by one of them alone.
data:
  standard: ""               # such as ASL-3-SECURITY
  scope: {models: [heron-4], surfaces: ["*"], environments: [own]}
  outcome: satisfied         # satisfied not_satisfied
  report_digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  # case_id: sc-heron-4
  # valid_until: 2026-05-12T00:00:00.000000Z
""", judges=_DECIDING),
    decision(REAPPROVED, "reapprove-safeguard", Reapproved, "DOMAIN 4.5", STREAM, """\
# The decision on a standard, made again. Without a scope it covers what the decisions before it cover.
data:
  standard: ASL-3-SECURITY
  outcome: satisfied         # satisfied not_satisfied
  changes: ""
  report_digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  # scope: {models: [heron-4], surfaces: ["*"], environments: [own]}
  # case_id: sc-heron-4
""", judges=_DECIDING),
    observation(DEGRADED, "record-safeguard-failure", Degraded, "DOMAIN 4.5", STREAM, """\
# A safeguard failed. One that breaks the standard counts as not satisfied until it is decided again.
data:
  standard: ASL-3-DEPLOYMENT
  what: ""
  since: 2025-09-01T09:00:00.000000Z
  severity: breaks_standard  # breaks_standard weakens
  # scope: {models: [heron-4], surfaces: ["*"], environments: [own]}
"""),
    decision(STOOD_DOWN, "remove-safeguard", StoodDown, "DOMAIN 4.5", STREAM, """\
# A standard is given up for models that need it no longer: every threshold that asks for it is decided below.
data:
  standard: ASL-3-DEPLOYMENT
  models: [""]               # such as heron-4
  determination_id: EVENT-ID
""", judges={"G-SAF-0": judge_signers, "G-SAF-3": judge_needless, "G-SAF-4": judge_standard}),
)  # fmt: skip
