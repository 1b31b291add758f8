"""What the types of the subject matter are called on every screen, and a line for those without words of their own.

::

    TITLES["determination.made"]                                        "Capability determination"
    subject("determination/heron-4/CBRN-3")                             "heron-4, CBRN-3"
    members({"at": "2025-07-21T09:00:00.000000Z", "surface": "general"})    "at 2025-07-21, surface general"

1. A type that is not listed must still be shown, by its own name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

TITLES: Final = {
    "agreements.attested": "Attestation on agreements",
    "assessment.called": "Call for an assessment",
    "assessment.cancelled": "Assessment cancelled",
    "assessment.opened": "Assessment opened",
    "assessment.preliminary": "Preliminary assessment",
    "audit.commissioned": "Audit commissioned",
    "audit.final": "Final report of an audit",
    "audit.finding_answered": "Answer to an audit",
    "audit.finding_recorded": "Finding of an audit",
    "audit.published": "Review published or not",
    "audit.shared": "Unredacted report shared",
    "board.notified": "Notice to the Board",
    "bodies.shared": "Delivery to the bodies",
    "briefing.given": "Briefing",
    "case.stated": "Affirmative case",
    "commitment.excused": "Miss excused",
    "commitment.fulfilled": "Commitment fulfilled",
    "commitment.made": "Commitment",
    "commitment.withdrawn": "Commitment withdrawn",
    "compliance.asserted": "Statement about compliance",
    "compute.measured": "Measured effective compute",
    "conflict.declared": "Conflict of interest",
    "consultation.answered": "Answer to a consultation",
    "consultation.opened": "Text sent for consultation",
    "consultation.recorded": "What the body said",
    "decision.split": "Split: no decision",
    "delegation.made": "Delegation",
    "deployment.ended": "End of a deployment",
    "deployment.observed": "Deployment",
    "determination.inherited": "Inherited determination",
    "determination.made": "Capability determination",
    "determination.revoked": "Determination revoked",
    "dissent.recorded": "Dissent",
    "elicitation.accumulated": "Gain by better elicitation",
    "elicitation.stated": "Statement on elicitation",
    "erratum.issued": "Erratum",
    "evaluation.planned": "Plan of evaluations",
    "evaluation.recorded": "Evaluation result",
    "evidence.checked": "Check of evidence",
    "evidence.retracted": "Evidence retracted",
    "exception.acknowledged": "Risk acknowledged in public",
    "exception.advocacy_committed": "Advocacy committed",
    "exception.approved": "Exception approved",
    "exception.proposed": "Exception proposed",
    "exception.reviewed": "Exception reviewed",
    "exception.revoked": "Exception revoked",
    "exception.withdrawn": "Exception withdrawn",
    "external_finding.recorded": "Outside finding",
    "external_review.requested": "External review demanded",
    "feedback.recorded": "Feedback on a report",
    "finding.answered": "Answer to a finding",
    "forecast.stated": "Forecast",
    "gate.decided": "Gate decision",
    "gate.evaluated": "Verdict of a gate",
    "gate.overridden": "Gate overridden",
    "government.consulted": "Government consulted",
    "government.notified": "Notice to a government",
    "in_scope.determined": "In scope of Risk Reports",
    "independence.attested": "Independence attested",
    "intake.epoch_sealed": "Day of the anonymous channel",
    "interim.approved": "Interim measure approved",
    "interim.proposed": "Interim measure proposed",
    "interim.withdrawn": "Interim measure withdrawn",
    "interpretation.issued": "Reading of a rule",
    "log.restored": "Restored log",
    "log.rotated": "Rotation of the log key",
    "model.registered": "Model",
    "noncompliance.action_done": "Corrective action done",
    "noncompliance.action_planned": "Corrective actions",
    "noncompliance.closed": "Case closed",
    "noncompliance.found": "Finding in a case",
    "noncompliance.opened": "Noncompliance case",
    "noncompliance.reopened": "Case opened again",
    "noncompliance.triaged": "Case triaged",
    "outside_act.recorded": "Act outside the rules",
    "pause.acknowledged": "Pause acknowledged",
    "pause.declared": "Pause",
    "pause.lifted": "Pause lifted",
    "pause.resumption_proposed": "Resumption proposed",
    "policy.approved": "Policy text approved",
    "policy.drafted": "Policy text drafted",
    "policy.proposed": "Policy text proposed",
    "policy.published": "Policy text published",
    "policy.rejected": "Policy text rejected",
    "policy.text_observed": "Policy text as seen",
    "policy.withdrawn": "Policy text withdrawn",
    "publication.corrected": "Corrected publication",
    "publication.observed": "Publication as seen",
    "publication.recorded": "Publication",
    "publication.withdrawn": "Publication withdrawn",
    "readiness.forecast": "Readiness forecast",
    "redaction.deemed_significant": "Significantly redacted",
    "report.acknowledged": "Report received",
    "report.delivered": "Report delivered",
    "report.issued": "Report issued",
    "report.submitted": "Report submitted",
    "resolution.opened": "Resolution",
    "restriction.de_deployment_ordered": "Order to de-deploy",
    "restriction.deletion_ordered": "Order to delete weights",
    "restriction.lockdown_ordered": "Order to lock weights down",
    "risk_report.approved": "Risk Report approved",
    "risk_report.published": "Risk Report published",
    "run.ended": "End of a training run",
    "run.resumed": "Training run resumed",
    "run.started": "Training run",
    "safeguard.assessed": "Safeguard assessed",
    "safeguard.decided": "Safeguard decision",
    "safeguard.degraded": "Safeguard failure",
    "safeguard.reapproved": "Safeguard reapproved",
    "safeguard.stood_down": "Safeguard stood down",
    "settings.changed": "House setting changed",
    "storage.observed": "Weights stored",
    "testing.ended": "End of testing",
    "training_cap.set": "Training cap",
    "trust.statistics_published": "Statistics of the anonymous channel",
    "vote.cast": "Vote",
    "vote.changed": "Vote changed",
    "weights.deleted": "Weights deleted",
}

_ID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z")
_FIRST: Final = ("model_id", "threshold", "outcome")


def subject(stream: str) -> str:
    """What a stream is about, without its kind; empty where that is only an event id."""
    return ", ".join(part for part in stream.split("/")[1:] if not _ID.fullmatch(part))


def members(data: Mapping[str, Any]) -> str:
    """Data in one line, the model first: plain members in words, others as they stand."""
    order = [*(name for name in _FIRST if name in data), *(name for name in data if name not in _FIRST)]
    return ", ".join(f"{name.replace('_', ' ')} {_value(data[name])}" for name in order)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value[:10] if _TIME.fullmatch(value) else value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
