"""Forms of what surrounds the decisions, as somebody fills them in; test_registry.py drafts them."""

from __future__ import annotations

from typing import Any, Final

GOVERNANCE: Final[dict[str, Any]] = {
    "change-setting": {"why": "three days were too long"},
    "open-case": {"summary": "on before it was allowed"},
    "triage-case": {"case_id": "nc-2025-1"},
    "record-finding": {
        "facts": "on for eight days",
        "instances": [{"what": "the endpoint", "when": "2025-06-04T09:00:00.000000Z", "lasted": "P8D"}],
        "developer_view": "a slip",
    },
    "plan-action": {
        "actions": [{"id": "a1", "what": "exit code 0 or no release", "owner": "RSO", "due": "2025-09-30"}],
        "proportionality": "it closes the hole",
    },
    "complete-action": {"how": "as attached"},
    "close-case": {"lessons": "pipelines ask the gate", "why": "it concerns the public"},
    "reopen-case": {"why": "a new fact"},
    "notify-board": {"items": ["nc-2025-1"]},
    "attest-agreements": {"period": "2025-H1"},
    "declare-conflict": {"why": "former manager"},
    "delegate": {"reason": "leave"},
    "answer-finding": {"text": "asked weekly now"},
    "make-commitment": {
        "commitment_id": "c-pipeline",
        "text": "ships on exit code 0 only",
        "source": "nc-2025-1",
        "evidence_needed": "its configuration",
    },
    "fulfil-commitment": {"commitment_id": "c-pipeline", "how": "as attached"},
    "excuse-miss": {"commitment_id": "c-pipeline", "why": "overtaken"},
    "withdraw-commitment": {
        "commitment_id": "c-pipeline",
        "disclosed_in": "the change log",
        "why": "replaced",
    },
    "issue-report": {"report_id": "r-2025-q2", "status": "on course"},
    "deliver-report": {"report_id": "r-2025-q2"},
    "acknowledge-report": {"report_id": "r-2025-q2"},
    "give-briefing": {"topics": "the quarter"},
    "correct-publication": {"publication_id": "heron-4-summary"},
    "attest-independence": {"ties": "none"},
    "check-evidence": {"sample": [{"digest": "sha256:" + "a" * 64, "produced": True}]},
    "retract-evidence": {"why": "the data were mixed up"},
    "commission-audit": {"audit_id": "a-2025", "scope": "all procedures"},
    "share-unredacted": {"audit_id": "a-2025"},
    "record-audit-finding": {"rule": "R22-C-AUDIT", "text": "two documents are missing"},
    "respond-to-finding": {"text": "found in the archive"},
    "finish-audit": {"audit_id": "a-2025"},
    "publish-review": {"why": "it concerns the public"},
    "forecast-readiness": {"standard": "ASL-3-SECURITY"},
    "approve-risk-report": {"report_id": "r-2026-1"},
    "publish-risk-report": {"report_id": "r-2026-1"},
    "determine-in-scope": {"model_id": "heron-5"},
    "deem-significantly-redacted": {"report_id": "r-2026-1", "why": "a third of it is black"},
    "request-external-review": {"report_id": "r-2026-1", "scope": "all of it"},
}
