"""Write the table of DOMAIN names in docs/format.md: each command and event, its type here, how it is recorded.

    python tools/types_table.py            write the table into the page
    python tools/types_table.py --check    change nothing, fail when the page does not hold what would be written

The domain names commands and events in camel case (`DecideCapability -> CapabilityDetermined`); the record writes the
event as a type (`determination.made`), and people type the command in kebab case (`record decide-capability`).

1. Every type of the registry must stand in the table, and every name of the domain: a name without a row fails.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ledger.subjects.registry import COMMANDS

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "format.md"
BEGIN: Final = "<!-- types: made by tools/types_table.py -->\n"
END: Final = "<!-- end of types -->\n"

EVENTS: Final = {
    "DraftPolicy": "PolicyDrafted",
    "ProposePolicy": "PolicyProposed",
    "SendForConsultation": "ConsultationOpened",
    "RecordConsultation": "ConsultationRecorded",
    "ApprovePolicy": "PolicyApproved, PolicyRejected",
    "RecordPolicyPublication": "PolicyPublished",
    "ObservePolicyText": "PolicyTextObserved",
    "ClarifyPolicy": "InterpretationIssued",
    "IssueErratum": "ErratumIssued",
    "WithdrawProposal": "PolicyWithdrawn",
    "RecordOutsideAct": "OutsideActRecorded",
    "RegisterModel": "ModelRegistered",
    "StartRun": "RunStarted",
    "RecordRunEnd": "RunEnded",
    "RecordRunResumed": "RunResumed",
    "RecordEffectiveCompute": "EffectiveComputeMeasured",
    "RecordElicitationGain": "ElicitationAccumulated",
    "RecordDeployment": "DeploymentObserved",
    "RecordDeDeployment": "DeDeployed",
    "RecordStorage": "StorageRecorded",
    "RecordWeightsDeleted": "WeightsDeleted",
    "CallAssessment": "AssessmentCalled",
    "RecordPreliminary": "PreliminaryAssessed",
    "OpenAssessment": "AssessmentOpened",
    "CancelAssessment": "AssessmentCancelled",
    "PlanEvaluations": "EvaluationPlanned",
    "RecordResult": "EvaluationResult",
    "RecordExternalFinding": "ExternalFinding",
    "StateElicitation": "ElicitationStated",
    "EndTesting": "TestingEnded",
    "StateForecast": "ForecastStated",
    "SubmitReport": "ReportSubmitted",
    "RecordFeedback": "FeedbackRecorded",
    "StateCase": "CaseStated",
    "DecideCapability": "CapabilityDetermined",
    "InheritDetermination": "DeterminationInherited",
    "SetTrainingCap": "TrainingCapSet",
    "RevokeDetermination": "DeterminationRevoked",
    "RecordDissent": "DissentRecorded",
    "RecordSplit": "DecisionSplit",
    "ShareWithBodies": "SharedWithBodies",
    "NotifyGovernment": "GovernmentNotified",
    "AssessSafeguard": "SafeguardAssessed",
    "DecideSafeguard": "SafeguardDecided",
    "ReapproveSafeguard": "SafeguardReapproved",
    "RecordSafeguardFailure": "SafeguardDegraded",
    "RemoveSafeguard": "SafeguardStoodDown",
    "EvaluateGate": "GateEvaluated",
    "DecideGate": "GateDecided",
    "RecordOverride": "GateOverridden",
    "DeclarePause": "PauseDeclared",
    "AcknowledgePause": "PauseAcknowledged",
    "ProposeResumption": "ResumptionProposed",
    "LiftPause": "PauseLifted",
    "OrderDeDeployment": "DeDeploymentOrdered",
    "OrderWeightsDeleted": "WeightsDeletionOrdered",
    "OrderWeightsLockdown": "WeightsLockdownOrdered",
    "ProposeException": "ExceptionProposed",
    "ConsultGovernment": "GovernmentConsulted",
    "ApproveException": "ExceptionApproved",
    "RecordAcknowledgement": "OverallRiskAcknowledged",
    "CommitAdvocacy": "AdvocacyCommitted",
    "ReviewException": "ExceptionReviewed",
    "OpenCase": "CaseOpened",
    "TriageCase": "CaseTriaged",
    "RecordFinding": "CaseFinding",
    "PlanAction": "CorrectiveActionPlanned",
    "CompleteAction": "CorrectiveActionDone",
    "CloseCase": "CaseClosed",
    "NotifyBoard": "BoardNotified",
    "AnswerFinding": "FindingAnswered",
    "IssueReport": "ReportIssued",
    "DeliverReport": "ReportDelivered",
    "AcknowledgeReport": "ReportAcknowledged",
    "ApproveRiskReport": "RiskReportApproved",
    "DetermineInScope": "InScopeDetermined",
    "DeemSignificantlyRedacted": "SignificantlyRedactedDeemed",
    "RequestExternalReview": "ExternalReviewRequested",
    "RecordPublication": "PublicationRecorded",
    "ObservePublication": "PublicationObserved",
    "WithdrawPublication": "PublicationWithdrawn",
    "CorrectPublication": "PublicationCorrected",
    "AssertCompliance": "ComplianceAsserted",
    "AttestAgreements": "AgreementsAttested",
    "MakeCommitment": "CommitmentMade",
    "FulfilCommitment": "CommitmentFulfilled",
    "ExcuseMiss": "MissExcused",
    "WithdrawCommitment": "CommitmentWithdrawn",
    "Appoint": "Appointed",
    "EndAppointment": "AppointmentEnded",
    "RegisterKey": "KeyRegistered",
    "RevokeKey": "KeyRevoked",
    "AttestIndependence": "IndependenceAttested",
    "Delegate": "Delegated",
    "OpenResolution": "ResolutionOpened",
    "CastVote": "VoteCast",
    "ChangeVote": "VoteChanged",
    "DeclareConflict": "ConflictDeclared",
    "CorrectEntry": "EntryCorrected",
    "RetractEvidence": "EvidenceRetracted",
    "CommissionAudit": "AuditCommissioned",
    "ShareUnredacted": "UnredactedShared",
    "RecordAuditFinding": "AuditFindingRecorded",
    "RespondToFinding": "FindingResponded",
    "FinishAudit": "AuditFinished",
    "PublishReview": "ReviewPublished",
    "ImportEntry": "HistoryImported",
}
"""The domain's commands and what becomes of them, in its order."""

DERIVED: Final = {
    "AssessmentDue": "clocks, findings",
    "ExceptionActivated, ExceptionExpired": "exceptions",
    "GateTainted, GateReconfirmed, GateContradicted": "gate",
    "ResolutionCarried, ResolutionFailed": "policy versions",
    "MarkMissed": "commitments",
    "a version in force": "policy versions",
    "cases that open themselves": "cases",
}
"""What the domain names and nobody records: the command that works it out."""


def kebab(name: str) -> str:
    """`DecideCapability` as it is typed."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def missing() -> list[str]:
    """Commands of the domain that nothing records."""
    return [name for name in EVENTS if kebab(name) not in COMMANDS]


def rows() -> Iterator[str]:
    """The table, line by line."""
    yield "| command of the domain | event | type | `countersign record` | a |\n|---|---|---|---|---|\n"
    named = {kebab(name): (name, event) for name, event in EVENTS.items()}
    for command, kind in COMMANDS.items():
        name, event = named.get(command, ("", ""))
        what = "decision" if kind.decides else "observation"
        yield f"| {name} | {event} | `{kind.type}` | `{command}` | {what} |\n"
    yield "\nNobody records these; they are worked out, by the command beside them:\n\n"
    yield "| name of the domain | `countersign` |\n|---|---|\n"
    for name, command in DERIVED.items():
        yield f"| {name} | `{command}` |\n"


def page(text: str) -> str:
    """The page with the table as it is now."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "".join(rows()) + END + rest.split(END)[1]


def main() -> int:
    """Write or check."""
    text = PAGE.read_text(encoding="utf-8")
    made = page(text)
    if "--check" in sys.argv:
        return int(made != text)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
