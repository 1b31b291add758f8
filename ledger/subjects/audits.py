"""Audits and reviews: commissioned, shared unredacted, found, answered, final, published or not (DOMAIN §4.18).

::

    {"audit_id":"a-2025","auditor":"p-auditor","independence":{"close_ties":false,"financial_interest":false,
     "incentives":"fixed fee"},"kind":"procedural_compliance","period":{"from":"2025-01-01","to":"2025-12-31"},…}

1. An auditor from outside must have neither a financial interest nor close ties.
2. A finding counts as the audit's when the auditor signed it with an own key; nobody else's does.
3. What the developer answers stands beside the finding and never instead of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ledger.engine.calendar import overdue_at
from ledger.engine.house import house
from ledger.engine.in_force import governing
from ledger.errors import Refusal
from ledger.policy.duration import Duration
from ledger.record.act import Act
from ledger.register import Fact, View
from ledger.subjects.bodies import MEMBERS, approving_bodies
from ledger.subjects.conflicts import conflicted
from ledger.subjects.kind import approving_roles, decision, in_stream, observation
from ledger.subjects.payload import Date, Digest, Person, Slug, Text, Time, read_payload

COMMISSIONED: Final = "audit.commissioned"
SHARED: Final = "audit.shared"
FOUND: Final = "audit.finding_recorded"
ANSWERED: Final = "audit.finding_answered"
FINAL: Final = "audit.final"
PUBLISHED: Final = "audit.published"
AUDITORS: Final = frozenset(("AUDITOR", "INTERNAL_REVIEWER", "EXTERNAL_REVIEWER"))
INTERNAL: Final = "internal"
RISK_REVIEW: Final = "external_risk_review"

AuditKind = Literal[
    "procedural_compliance",
    "security_design_operation",
    "external_risk_review",
    "framework_assessment",
    "internal",
]


@dataclass(frozen=True, slots=True)
class Independence:
    """What is stated of an auditor's independence."""

    financial_interest: bool
    close_ties: bool
    incentives: Text


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    from_: Date
    to: Date


@dataclass(frozen=True, slots=True)
class Commission:
    """An audit is commissioned."""

    audit_id: Slug
    kind: AuditKind
    auditor: Person
    scope: Text
    period: Period
    independence: Independence


@dataclass(frozen=True, slots=True)
class Shared:
    """The unredacted report reached the bodies, after it was submitted."""

    audit_id: Slug
    bodies: tuple[Literal["BOARD", "LTBT"], ...]
    digest: Digest
    submitted_at: Time
    delivered_at: Time


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of an audit; `agreed` says whether the developer agreed when it was made."""

    audit_id: Slug
    finding_id: Slug
    rule: Text
    severity: Literal["low", "medium", "high"]
    text: Text
    agreed: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What the developer says to a finding of an audit."""

    audit_id: Slug
    finding_id: Slug
    text: Text
    accepts: bool


@dataclass(frozen=True, slots=True)
class FinalReport:
    """The final report of an audit."""

    audit_id: Slug
    kind: AuditKind
    digest: Digest
    at: Time


@dataclass(frozen=True, slots=True)
class Publication:
    """Whether a review that can be published was, and why not."""

    audit_id: Slug
    asked_at: Time
    outcome: Literal["published", "not_published"]
    why: Text
    url: Text | None = None
    digest: Digest | None = None


def judge_signers(view: View, act: Act, now: str) -> list[Refusal]:
    """G-AUD-0: an audit is commissioned by the RSO, the CEO, the BOARD_SECRETARY or a body."""
    if approving_roles(act) & {"RSO", "CEO", "BOARD_SECRETARY"} or approving_bodies(view, act):
        return []
    return [
        Refusal(
            "G-AUD-0", "nobody signs who commissions audits", "RSO, CEO, BOARD_SECRETARY or a body approves"
        )
    ]


def judge_independence(view: View, act: Act, now: str) -> list[Refusal]:
    """G-AUD-1: an auditor from outside has no financial interest, no close ties and no conflict declared."""
    made = read_payload(Commission, act.event.data)
    if made.kind == INTERNAL:
        return []
    stated = made.independence
    wrong = [
        what
        for what, holds in (
            ("a financial interest", stated.financial_interest),
            ("close ties", stated.close_ties),
            ("a declared conflict", made.auditor in conflicted(view, made.audit_id)),
        )
        if holds
    ]
    if not wrong:
        return []
    return [
        Refusal("G-AUD-1", f"{made.auditor} has {' and '.join(wrong)}", "commission somebody independent")
    ]


def judge_selection(view: View, act: Act, now: str) -> list[Refusal]:
    """G-AUD-2: reviewers of risk are selected as the policy says: asked bodies sign `consulted`, others approve."""
    made, policy = read_payload(Commission, act.event.data), governing(view)
    needed = policy.approvals.reviewer_selection if policy else None
    if made.kind != RISK_REVIEW or needed is None:
        return []
    approving = approving_roles(act) | approving_bodies(view, act)
    consulted = {role for _, role in act.signers("consulted") | act.signers("approve")}
    missing = [f"{x} approves" for x in needed.approve if x not in approving]
    missing += [f"{x} is consulted" for x in needed.consult if MEMBERS.get(x, (x,))[0] not in consulted]
    if not missing:
        return []
    return [Refusal("G-AUD-2", f"not so yet: {', '.join(missing)}", f"let them sign [{needed.ref}]")]


def judge_answer(view: View, act: Act, now: str) -> list[Refusal]:
    """G-AUD-3: the RSO or the CEO answers a finding that stands."""
    made = read_payload(Answered, act.event.data)
    out = []
    if not approving_roles(act) & {"RSO", "CEO"}:
        out.append(Refusal("G-AUD-3", "neither RSO nor CEO approves", "one of them answers"))
    if not any(x.data["finding_id"] == made.finding_id for x in found(view, made.audit_id)):
        why = f"audit {made.audit_id} has no finding {made.finding_id}"
        out.append(Refusal("G-AUD-3", why, "name a finding that the auditor signed"))
    return out


def commissioned(view: View, audit_id: str) -> Fact | None:
    """The commission of an audit."""
    return next((x for x in view.of_type(COMMISSIONED) if x.data["audit_id"] == audit_id), None)


def found(view: View, audit_id: str) -> list[Fact]:
    """The findings that the auditor signed; what others recorded under this audit's name is none of them."""
    by = commissioned(view, audit_id)
    made = (x for x in view.of_type(FOUND) if x.data["audit_id"] == audit_id)
    return [x for x in made if by and any(s.person == by.data["auditor"] for s in x.signers)]


def answered(view: View, audit_id: str, finding_id: str) -> Fact | None:
    """The newest answer to a finding of an audit."""
    made = (x for x in view.of_type(ANSWERED) if x.data["audit_id"] == audit_id)
    return next((x for x in reversed(list(made)) if x.data["finding_id"] == finding_id), None)


def shared_in_time(view: View, shared: Fact) -> bool:
    """Whether the unredacted report reached the bodies within the house's time of its submission."""
    limit = Duration.parse(house(view, "unredacted_within"))
    return bool(shared.data["delivered_at"] < overdue_at(shared.data["submitted_at"], limit))


_stream = in_stream("audit", "audit_id")

KINDS = (
    decision(COMMISSIONED, "commission-audit", Commission, "DOMAIN 4.18", _stream, """\
# An audit or review is commissioned.
data:
  audit_id: ""               # such as a-2025
  kind: procedural_compliance   # procedural_compliance security_design_operation external_risk_review
                                # framework_assessment internal
  auditor: p-auditor
  scope: ""
  period: {from: 2025-01-01, to: 2025-12-31}
  independence: {financial_interest: false, close_ties: false, incentives: fixed fee}
""", judges={"G-AUD-0": judge_signers, "G-AUD-1": judge_independence, "G-AUD-2": judge_selection}),
    observation(SHARED, "share-unredacted", Shared, "DOMAIN 4.18", _stream, """\
# The unredacted report of an audit reached the bodies.
data:
  audit_id: ""
  bodies: [BOARD, LTBT]
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  submitted_at: 2025-12-20T10:00:00.000000Z
  delivered_at: 2025-12-22T10:00:00.000000Z
"""),
    observation(FOUND, "record-audit-finding", Found, "DOMAIN 4.18", _stream, """\
# A finding of an audit. The auditor signs it with an own key.
data:
  audit_id: a-2025
  finding_id: F1
  rule: ""
  severity: medium           # low medium high
  text: ""
  agreed: false              # whether the developer agreed
""", actors=AUDITORS),
    decision(ANSWERED, "respond-to-finding", Answered, "DOMAIN 4.18", _stream, """\
# The developer's answer to a finding of an audit.
data:
  audit_id: a-2025
  finding_id: F1
  text: ""
  accepts: true
""", judges={"G-AUD-3": judge_answer}),
    observation(FINAL, "finish-audit", FinalReport, "DOMAIN 4.18", _stream, """\
# The final report of an audit. The auditor signs.
data:
  audit_id: ""
  kind: procedural_compliance
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  at: 2025-12-22T10:00:00.000000Z
""", actors=AUDITORS),
    observation(PUBLISHED, "publish-review", Publication, "DOMAIN 4.18", _stream, """\
# Whether a review that can be published was published, and why (not).
data:
  audit_id: a-2025
  asked_at: 2025-12-22T10:00:00.000000Z
  outcome: published         # published not_published
  why: ""
  # url: https://example.org/audit-2025
  # digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
"""),
)  # fmt: skip
