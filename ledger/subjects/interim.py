"""Interim measures: what stands in for a standard for a while, with the same assurance (DOMAIN §4.9).

They keep an existing deployment or storage within policy; nothing is deployed first on them, and no run goes on::

    interim.proposed   {"expires_on":"2025-06-18","for_standard":"ASL-3-SECURITY","interim_id":"i-heron-4",
                        "measures":["weights on one isolated network"],"models":["heron-4"],
                        "plan_shared_with":["BOARD","LTBT"],"same_assurance_case":"sc-isolated","surfaces":[],
                        "target_standard_date":"2025-05-12"}
    interim.approved   {"expires_on":"2025-06-18","interim_id":"i-heron-4"}

1. A measure must be approved by everyone whom the policy names, for at most the house's length; approving it again
   renews it.
2. It must count only once its plan was shared with every body that the policy names: as the proposal states, or by
   delivery of the proposal or of its approval.
3. It must end with its last day in UTC, or when it is withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.engine.calendar import last_day
from ledger.engine.house import approval, house
from ledger.engine.in_force import governing
from ledger.errors import Refusal
from ledger.policy.duration import Duration
from ledger.record.act import Act
from ledger.register import Fact, View
from ledger.subjects import safety_cases, sharing
from ledger.subjects.kind import approving_roles, decision, in_stream
from ledger.subjects.payload import Date, Role, Slug, SlugOrAll, Text, read_payload
from ledger.subjects.scope import Point, Scope, covers

PROPOSED: Final = "interim.proposed"
APPROVED: Final = "interim.approved"
WITHDRAWN: Final = "interim.withdrawn"


@dataclass(frozen=True, slots=True)
class Proposed:
    """The plan. Without surfaces it is for storing alone."""

    interim_id: Slug
    for_standard: Slug
    models: tuple[SlugOrAll, ...]
    surfaces: tuple[SlugOrAll, ...]
    measures: tuple[Text, ...]
    same_assurance_case: Slug
    target_standard_date: Date
    expires_on: Date
    plan_shared_with: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Approved:
    """The plan goes into effect, until the end of `expires_on`."""

    interim_id: Slug
    expires_on: Date


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The measure is given up."""

    interim_id: Slug
    reason: Text


def active(
    view: View, standard: str, model: str, surface: str | None = None, forebears: tuple[str, ...] = ()
) -> Fact | None:
    """The approval of a measure that stands in for a standard now; without a surface, for storing."""
    asked = [Point(name, surface) for name in (model, *forebears)]
    for name in dict.fromkeys(x.data["interim_id"] for x in reversed(view.of_type(PROPOSED))):
        plan, found = proposed(view, name), approved(view, name)
        if plan is None or found is None or plan.data["for_standard"] != standard:
            continue
        scope = Scope(tuple(plan.data["models"]), tuple(plan.data["surfaces"]))
        if any(covers(scope, point) for point in asked) and counts(view, found):
            return found
    return None


def counts(view: View, approved_: Fact) -> bool:
    """Whether an approved measure is in effect now: shared, not run out."""
    plan = proposed(view, approved_.data["interim_id"])
    in_time = view.now[:10] <= approved_.data["expires_on"]
    return plan is not None and in_time and not unshared(view, plan, approved_)


def unshared(view: View, plan: Fact, approved_: Fact) -> list[str]:
    """The bodies that have not been given the plan."""
    policy = governing(view)
    rule = policy.restrictions.interim_measures if policy and policy.restrictions else None
    bodies = rule.share_plan_with if rule else ()
    told = set(plan.data.get("plan_shared_with", ()))
    items = (plan.id, approved_.id)
    return [b for b in bodies if b not in told and not any(sharing.delivered(view, b, i) for i in items)]


def proposed(view: View, interim_id: str) -> Fact | None:
    """The plan as it stands."""
    plans = [x for x in view.of_stream(f"interim/{interim_id}") if x.type == PROPOSED]
    return plans[-1] if plans else None


def approved(view: View, interim_id: str) -> Fact | None:
    """The latest approval of the plan as it stands; None before one, and once it is withdrawn."""
    facts = view.of_stream(f"interim/{interim_id}")
    return facts[-1] if facts and facts[-1].type == APPROVED else None


def judge_plan(view: View, act: Act, now: str) -> list[Refusal]:
    """G-INT-1: the policy offers interim measures, knows the standard, and the case of same assurance stands."""
    plan, policy = read_payload(Proposed, act.event.data), governing(view)
    if policy is None or policy.restrictions is None or policy.restrictions.interim_measures is None:
        version = policy.version if policy else "none"
        why = f"policy {version} offers no interim measures"
        return [Refusal("G-INT-1", why, "meet the standard, or give up what needs it")]
    out = []
    if policy.standard(plan.for_standard) is None:
        known = ", ".join(s.id for s in policy.standards)
        out.append(Refusal("G-INT-1", f"no standard {plan.for_standard}", f"its standards are {known}"))
    if safety_cases.stated(view, plan.same_assurance_case) is None:
        why = f"no case {plan.same_assurance_case} that the measures give the same assurance"
        out.append(Refusal("G-INT-1", why, "state it first: countersign record state-case"))
    return out


def judge_approval(view: View, act: Act, now: str) -> list[Refusal]:
    """G-INT-2: a proposed measure is approved by everyone whom the policy names."""
    made, needed = read_payload(Approved, act.event.data), approval(view, "interim_measures")
    out = []
    plan = view.latest(f"interim/{made.interim_id}")
    if plan is None or plan.type == WITHDRAWN:
        why = f"no measure {made.interim_id} is proposed"
        out.append(Refusal("G-INT-2", why, "propose it first: countersign record propose-interim"))
    missing = [role for role in needed.roles if role not in approving_roles(act)]
    if missing:
        cure = f"{' and '.join(needed.roles)} approve [{needed.ref}]"
        out.append(Refusal("G-INT-2", f"the approval lacks {', '.join(missing)}", cure))
    return out


def judge_length(view: View, act: Act, now: str) -> list[Refusal]:
    """G-INT-3: a measure runs at most the house's length from its approval."""
    made, limit = read_payload(Approved, act.event.data), Duration.parse(house(view, "interim_length"))
    latest = last_day(now, limit).isoformat()
    if now[:10] <= made.expires_on <= latest:
        return []
    why = f"it would end on {made.expires_on}"
    return [Refusal("G-INT-3", why, f"let it end by {latest} (house rule); it can be renewed then")]


def judge_withdrawal(view: View, act: Act, now: str) -> list[Refusal]:
    """G-INT-4: a measure that was proposed is withdrawn by one of those who approve."""
    needed, name = approval(view, "interim_measures"), act.event.data["interim_id"]
    out = []
    if proposed(view, name) is None:
        out.append(Refusal("G-INT-4", f"no measure {name} is proposed", "name one that is"))
    if not approving_roles(act) & set(needed.roles):
        cure = f"{' or '.join(needed.roles)} approves [{needed.ref}]"
        out.append(Refusal("G-INT-4", f"none of {', '.join(needed.roles)} approves", cure))
    return out


STREAM = in_stream("interim", "interim_id")

KINDS = (
    decision(PROPOSED, "propose-interim", Proposed, "DOMAIN 4.9", STREAM, """\
# The plan of measures that stand in for a standard for a while. It counts once it is approved and shared.
data:
  interim_id: i-heron-4
  for_standard: ASL-3-SECURITY
  models: [heron-4]
  surfaces: []               # none: for storing alone; ["*"]: every surface on which it was let go
  measures: [""]
  same_assurance_case: ""    # the case that they give the same assurance, such as sc-isolated
  target_standard_date: 2025-05-12
  expires_on: 2025-06-18
  plan_shared_with: []       # bodies that have the plan already; later ones by share-with-bodies
""", judges={"G-INT-1": judge_plan}),
    decision(APPROVED, "approve-interim", Approved, "DOMAIN 4.9", STREAM, """\
# The measure goes into effect, or is renewed, until the end of a day.
data:
  interim_id: ""             # such as i-heron-4
  expires_on: 2025-06-18
""", judges={"G-INT-2": judge_approval, "G-INT-3": judge_length}),
    decision(WITHDRAWN, "withdraw-interim", Withdrawn, "DOMAIN 4.9", STREAM, """\
# The measure is given up.
data:
  interim_id: i-heron-4
  reason: ""
""", judges={"G-INT-4": judge_withdrawal}),
)  # fmt: skip
