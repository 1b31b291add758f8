"""Risk Reports and off-cycle analyses: approved, published, redacted, reviewed (DOMAIN §4.11, 3.x).

::

    approval(view, "heron-5")     Approval(report=Fact(…), missing=("BOARD", "LTBT"))

1. A Risk Report counts for the models that it names, when those whom the policy names have approved it.
2. Where marginal risk plays a major role, bodies approve by resolutions on the very text of the report.
3. The newest approved report on a model decides, not the mildest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.engine.in_force import governing
from ledger.errors import Refusal
from ledger.policy.approvals import Approval as Named
from ledger.record.act import Act
from ledger.register import Fact, View
from ledger.subjects.bodies import MEMBERS, approving_bodies
from ledger.subjects.kind import approving_roles, decision, in_stream, observation
from ledger.subjects.payload import Digest, Slug, Text, Time, read_payload
from ledger.subjects.reports import ON_RISK, issued
from ledger.subjects.resolutions import outcome

APPROVED: Final = "risk_report.approved"
PUBLISHED: Final = "risk_report.published"
REDACTED: Final = "redaction.deemed_significant"
REVIEW: Final = "external_review.requested"
MAJOR: Final = "major"


@dataclass(frozen=True, slots=True)
class Approved:
    """Officers approve a report; `resolutions` are those by which bodies did."""

    report_id: Slug
    resolutions: tuple[Slug, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The public version of a report."""

    report_id: Slug
    digest: Digest
    url: Text
    published_at: Time


@dataclass(frozen=True, slots=True)
class Deemed:
    """A report counts as significantly redacted."""

    report_id: Slug
    why: Text


@dataclass(frozen=True, slots=True)
class Request:
    """A body demands an external review of a report, or of parts of it."""

    report_id: Slug
    scope: Text
    public: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved report that covers a model, and the bodies whose approval it lacks."""

    report: Fact
    missing: tuple[str, ...]


def judge_approval(view: View, act: Act, now: str) -> list[Refusal]:
    """G-REP-3: a report on risk is approved by everyone whom the policy names, bodies by resolutions on its text."""
    made = read_payload(Approved, act.event.data)
    needed, report = _named(view, "risk_report"), issued(view, made.report_id)
    if needed is None:
        why = "the policy in force knows no Risk Report"
        return [Refusal("G-REP-3", why, "under this version decisions rest on other reports")]
    if report is None or report.data["report"] not in ON_RISK:
        return [Refusal("G-REP-3", f"no report on risk is called {made.report_id}", "issue it first")]
    out = []
    roles = approving_roles(act)
    if missing := [r for r in needed.approve if r not in roles and r not in MEMBERS]:
        out.append(
            Refusal(
                "G-REP-3",
                f"lacks {', '.join(missing)}",
                f"{', '.join(needed.approve)} approve [{needed.ref}]",
            )
        )
    for id_ in made.resolutions:
        found = outcome(view, id_)
        if found is None or found.carried is not True or found.text_digest != report.data["digest"]:
            why = f"resolution {id_} was not carried on the text of {made.report_id}"
            out.append(Refusal("G-REP-3", why, "name resolutions that were carried on this very text"))
    return out


def judge_parts(view: View, act: Act, now: str) -> list[Refusal]:
    """G-REP-4: an approved report has every part that the policy requires, with marginal risk those on it as well."""
    made = read_payload(Approved, act.event.data)
    policy, report = governing(view), issued(view, made.report_id)
    if policy is None or policy.risk_report is None or report is None or report.data["report"] != ON_RISK[0]:
        return []
    needed = [*policy.risk_report.required_parts]
    if report.data.get("marginal_risk") == MAJOR:
        needed += policy.risk_report.marginal_risk_parts
    missing = [part for part in needed if part not in report.data.get("parts_present", ())]
    if not missing:
        return []
    why = f"report {made.report_id} lacks {'; '.join(missing)}"
    return [
        Refusal(
            "G-REP-4", why[:400], "issue it with these parts, named in parts_present as the policy words them"
        )
    ]


def judge_deemed(view: View, act: Act, now: str) -> list[Refusal]:
    """G-REP-5: those whom the policy names, any of them, deem a report significantly redacted."""
    wrong = _unnamed(view, act, _deemed_by(view), "deems it significantly redacted")
    return [
        Refusal("G-REP-5", why, "one of those whom the policy names signs; a body by its members")
        for why in wrong
    ]


def judge_request(view: View, act: Act, now: str) -> list[Refusal]:
    """G-REP-6: who may demand an external review under the policy in force."""
    needed = _named(view, "external_review_request")
    wrong = _unnamed(view, act, needed.by if needed else (), "may demand an external review")
    return [
        Refusal("G-REP-6", why, "those whom the policy lets demand it sign; a body by its members")
        for why in wrong
    ]


def approval(view: View, model: str) -> Approval | None:
    """The newest approved report on risk that covers a model, with the bodies that it lacks."""
    approvals = sorted(view.of_type(APPROVED), key=lambda x: x.index)
    by_report = {x.data["report_id"]: x for x in approvals}
    reports = [r for id_ in by_report if (r := issued(view, id_)) and model in r.data.get("covers", ())]
    newest = max(reports, key=lambda r: r.index, default=None)
    if newest is None:
        return None
    named = _named(view, "risk_report_marginal") if newest.data.get("marginal_risk") == MAJOR else None
    wanted = [r for r in (named.approve if named else ()) if r in MEMBERS]
    given = {
        found.body
        for x in approvals
        if x.data["report_id"] == newest.data["report_id"]
        for id_ in x.data["resolutions"]
        if (found := outcome(view, id_))
    }
    return Approval(newest, tuple(body for body in wanted if body not in given))


def _named(view: View, matter: str) -> Named | None:
    policy = governing(view)
    return getattr(policy.approvals, matter) if policy else None


def _deemed_by(view: View) -> tuple[str, ...]:
    policy = governing(view)
    return next((t.deemed_by_any for t in policy.terms if t.deemed_by_any), ()) if policy else ()


def _unnamed(view: View, act: Act, named: tuple[str, ...], what: str) -> list[str]:
    """What is against an act on a report that any of the roles and bodies named may do."""
    id_ = str(act.event.data.get("report_id"))
    out = [] if issued(view, id_) else [f"there is no report {id_}"]
    if not set(named) & (approving_roles(act) | approving_bodies(view, act)):
        out.append(f"nobody signs who {what}: {', '.join(named) or 'nobody may, under the policy in force'}")
    return out


_stream = in_stream("report", "report_id")

KINDS = (
    decision(APPROVED, "approve-risk-report", Approved, "DOMAIN 4.11", _stream, """\
# A Risk Report or off-cycle analysis is approved. Where marginal risk plays a major role, name the resolutions by which
# the Board and the LTBT approved its very text.
data:
  report_id: ""
  resolutions: []
""", judges={"G-REP-3": judge_approval, "G-REP-4": judge_parts}),
    observation(PUBLISHED, "publish-risk-report", Published, "DOMAIN 4.11", _stream, """\
# The public version of a Risk Report or off-cycle analysis is out.
data:
  report_id: ""
  digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
  url: https://example.org/risk-report
  published_at: 2026-06-30T16:00:00.000000Z
"""),
    decision(REDACTED, "deem-significantly-redacted", Deemed, "DOMAIN 4.11", _stream, """\
# The public version of a report is significantly redacted.
data:
  report_id: ""
  why: ""
""", judges={"G-REP-5": judge_deemed}),
    decision(REVIEW, "request-external-review", Request, "DOMAIN 4.11", _stream, """\
# An external review of a report is demanded, by those whom the policy lets demand it.
data:
  report_id: ""
  scope: ""
  public: false
""", judges={"G-REP-6": judge_request}),
)  # fmt: skip
