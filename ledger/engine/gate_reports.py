"""The gate of policies with Risk Reports (3.x): a deployment rests on an approved report that covers it (DOMAIN §5).

::

    ask(asked)      adds to it NO_RISK_REPORT or MARGINAL_NOT_APPROVED

1. Deploying must rest on an approved Risk Report or off-cycle analysis that names the model.
2. Where marginal risk has a major role, Board and LTBT must have approved it too.
3. Thresholds are recorded, not gated; a delay is a pause and asked for in every style.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.engine.verdict import Asked
from ledger.policy.words import Action, Code
from ledger.register import Fact, View
from ledger.subjects.resolutions import outcome

ISSUED: Final = "report.issued"
APPROVED: Final = "risk_report.approved"
KINDS: Final = frozenset(("risk_report", "off_cycle_analysis"))
MAJOR: Final = "major"


@dataclass(frozen=True, slots=True)
class RiskReport:
    """A report that covers a model, its approvals, and the bodies that approved its text by resolution."""

    issued: Fact
    approved: tuple[Fact, ...]
    bodies: frozenset[str]

    @property
    def by(self) -> frozenset[str]:
        """The roles and bodies that approved it."""
        roles = {s.role for fact in self.approved for s in fact.signers if s.statement == "approve"}
        return frozenset(roles | self.bodies)


def ask(asked: Asked) -> None:
    """Everything that speaks against the action."""
    if asked.question.action is not Action.DEPLOY:
        return
    model, found = asked.question.model, reports(asked.view, asked.question.model)
    asked.see(*(x for r in found for x in (r.issued, *r.approved)))
    good = [r for r in found if r.approved]
    if not good:
        issued = (
            f"report {', '.join(str(r.issued.index) for r in found)} is not approved"
            if found
            else "none is issued"
        )
        why = f"no approved Risk Report covers {model}: {issued}"
        cure = "issue one that names the model in `covers`, and have it approved"
        asked.say(Code.NO_RISK_REPORT, why, cure, about=(model,), facts=[r.issued for r in found])
        return
    wanted = asked.policy.approvals.risk_report_marginal
    roles = frozenset(wanted.approve) if wanted else frozenset()
    if any(r.issued.data.get("marginal_risk") != MAJOR or roles <= r.by for r in good):
        return
    last = good[-1]
    lacking = ", ".join(sorted(roles - last.by))
    entry = last.issued.index
    why = f"marginal risk has a major role in the report of entry {entry}, and {lacking} has not approved it"
    facts = (last.issued, *last.approved)
    asked.say(Code.MARGINAL_NOT_APPROVED, why, f"{lacking} approves it", about=(model,), facts=facts)


def reports(view: View, model: str) -> list[RiskReport]:
    """The Risk Reports and off-cycle analyses that name a model, each with its approvals."""
    issued = [
        x for x in view.of_type(ISSUED) if x.data["report"] in KINDS and model in x.data.get("covers", ())
    ]
    return [_approved(view, x) for x in issued]


def _approved(view: View, issued: Fact) -> RiskReport:
    approved = tuple(a for a in view.of_type(APPROVED) if a.data["report_id"] == issued.data["report_id"])
    resolved = [outcome(view, id_) for a in approved for id_ in a.data["resolutions"]]
    return RiskReport(issued, approved, frozenset(x.body for x in resolved if x))
