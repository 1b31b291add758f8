"""November to December: an exception that never became active for one second, and the year's review.

Rows 32 to 36.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from api.demo import scenes as s
from api.demo.autumn import put_to_vote
from api.demo.play import Play, Row
from api.demo.stage import paper
from ledger.policy.words import Action

RIVAL: Final = "A rival passed CBRN-3 without equivalent measures, says its own release note."
TEXT: Final = "sha256:" + sha256(b"Exception to ASL-3 Deployment for Heron 5\n").hexdigest()


def exception(p: Play) -> None:
    """An exception is proposed; the Board carries it 4 to 2, and it cannot be approved: the Trust was not asked."""
    proposed = {
        "exception_id": "e-heron-5",
        "form": "lowered_safeguards",
        "text_digest": TEXT,
        "standards_lowered": [
            {"standard": "ASL-3-DEPLOYMENT", "from": "as decided", "to": "ASL-2-DEPLOYMENT"}
        ],
        "thresholds": ["CBRN-3"],
        "models": ["heron-5"],
        "other_actor": {
            "name_cls": "board",
            "threshold_passed": "passed",
            "evidence": [paper("Release note of a rival", "2025-11-08", "public")["digest"]],
            "equivalence_analysis": "None of its published measures is equivalent.",
            "world_risk_analysis": RIVAL,
        },
        "incremental_risk": {"argument": "Small beside what is public already.", "uncertainty": "large"},
        "own_risk_statement": "We would add to the risk ourselves.",
        "own_expected_harm": "Not quantified.",
        "motive": "behind_the_frontier",
        "review_by": "2026-01-08",
        "ends_on": "2026-04-30",
    }
    p.does(s.BOTH, "propose-exception", proposed)
    put_to_vote(p, "r-2025-11", "Lower ASL-3 Deployment for Heron 5?", TEXT, "2025-11-13",
                "for for for for against against")  # fmt: skip
    p.on("2025-11-13", "18:00")
    approval = {"exception_id": "e-heron-5", "resolution_id": "r-2025-11"}
    p.refused("p-sec", "approve-exception", approval, rules=["G-EXC-6"])


def asked(p: Play) -> None:
    """The pipeline asks whether Heron 5 may be deployed, and the answer is kept: no."""
    verdict = s.asks(p, Action.DEPLOY, "heron-5", "general")
    s.gate_decided(p, verdict, "no_go", name="no go heron-5")


def withdrawn(p: Play) -> None:
    """The exception is withdrawn."""
    p.does(
        s.BOTH,
        "withdraw-exception",
        {"exception_id": "e-heron-5", "reason": "Four parts of it were missing."},
    )


def alleged(p: Play) -> None:
    """An outside critic says what the record says since March; it is an allegation, and shown as one."""
    case: dict[str, Any] = {
        "case_id": "nc-critic-1",
        "origin": "external_allegation",
        "rules": [],
        "summary_cls": "public",
        "summary": "A critic writes: AUT-50 is the defining line, and your summary calls it yellow.",
        "concerns_roles": ["ASSESSOR"],
        "source": "a public post of 2025-07-30",
    }
    p.does("p-rso", "open-case", case, name="critic")


def third_quarter(p: Play) -> None:
    """The third report."""
    s.quarterly(p, "r-2025-q3", "The case of the partner endpoint is closed; QSP 2.3 is in consultation.")


def fourth_quarter(p: Play) -> None:
    """The fourth report."""
    s.quarterly(p, "r-2025-q4", "QSP 2.3 governs; no safeguard was lowered this year.")


def retaliation(p: Play) -> None:
    """By consent of the engineer two trustees open a case. It is withheld; that it is there shows."""
    case = {
        "case_id": "nc-retaliation",
        "origin": "body",
        "body": "LTBT",
        "rules": [],
        "summary_cls": "board",
        "summary": "Access of a member of staff was taken in July.",
        "concerns_roles": ["CEO"],
    }
    p.does("p-t1 p-t2", "open-case", case, withheld=True, name="retaliation", **{"class": "board"})
    triage = {
        "case_id": "nc-retaliation",
        "risk": "material",
        "handlers": ["p-d3"],
        "concerns_roles": ["CEO"],
    }
    p.does("p-d3 p-d1", "triage-case", triage, withheld=True, **{"class": "board"})


def audited(p: Play) -> None:
    """The auditor opens the bundle offline, recomputes every gate and asks for 40 documents: two are not there."""
    commission = {
        "audit_id": "a-2025",
        "kind": "procedural_compliance",
        "auditor": "p-auditor",
        "scope": "Procedure, not substance: who decided what, on what, and when.",
        "period": {"from": "2025-01-06", "to": "2025-12-14"},
        "independence": {"financial_interest": False, "close_ties": False, "incentives": "fixed fee"},
    }
    p.does("p-sec", "commission-audit", commission)
    p.on("2025-12-16")
    view = p.stage.house.office.catch_up().at()
    cited = sorted({item.digest for fact in view for item in fact.evidence})[:40]
    sample = [{"digest": digest, "produced": n not in {7, 23}} for n, digest in enumerate(cited)]
    p.does("p-auditor", "check-evidence", {"at": "2025-12-16T10:00:00.000000Z", "sample": sample})
    p.on("2025-12-19", "11:00")
    for id_, rule, severity, text in (
        ("F1", "DOMAIN 10", "medium", "Two of the documents that we asked for could not be produced."),
        (
            "F2",
            "R22-GOV-INTERNAL-REVIEW",
            "high",
            "The line AUT-50 stood as yellow for 147 days; a finding of the record said so from the first.",
        ),
    ):
        found = {
            "audit_id": "a-2025",
            "finding_id": id_,
            "rule": rule,
            "severity": severity,
            "text": text,
            "agreed": True,
        }
        p.does("p-auditor", "record-audit-finding", found | {"agreed": True})
    report = paper("Procedural review 2025", "2025-12-20")
    final = {
        "audit_id": "a-2025",
        "kind": "procedural_compliance",
        "digest": report["digest"],
        "at": "2025-12-20T10:00:00.000000Z",
    }
    p.on("2025-12-20", "10:05").does("p-auditor", "finish-audit", final, evidence=[report])
    shared = {
        "audit_id": "a-2025",
        "bodies": ["BOARD", "LTBT"],
        "digest": report["digest"],
        "submitted_at": "2025-12-20T10:00:00.000000Z",
        "delivered_at": "2025-12-22T10:00:00.000000Z",
    }
    p.on("2025-12-22", "10:05").does("p-sec", "share-unredacted", shared)
    for id_, text in (
        ("F1", "Both were on a drive that was replaced. Evidence is kept beside the ledger now."),
        ("F2", "Corrected on 8 August. Findings are read out at each weekly meeting since."),
    ):
        answer = {"audit_id": "a-2025", "finding_id": id_, "text": text, "accepts": True}
        p.does("p-rso", "respond-to-finding", answer)
    public = {
        "audit_id": "a-2025",
        "asked_at": "2025-12-22T10:00:00.000000Z",
        "outcome": "published",
        "why": "Asked for by the Trust.",
        "url": "https://quillmere.example/review-2025",
        "digest": report["digest"],
    }
    p.on("2025-12-29").does("p-sec", "publish-review", public)


ROWS: Final = (
    Row(22, "2025-08-01", "A critic says so in public", alleged),
    Row(18, "2025-09-30", "The third quarterly report", third_quarter),
    Row(32, "2025-11-10", "An exception is proposed", exception),
    Row(33, "2025-11-14", "Deployment of Heron 5 is denied", asked),
    Row(34, "2025-12-03", "A case that is withheld", retaliation),
    Row(35, "2025-12-08", "The exception is withdrawn", withdrawn),
    Row(36, "2025-12-15", "The yearly review", audited),
    Row(18, "2025-12-30", "The fourth quarterly report", fourth_quarter),
)
