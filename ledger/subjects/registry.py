"""What can be on the record: the closed registry, written out, one subject a file.

A new type is one small file and one line here. Types are never removed and never reused: golden vectors in
``tests/vectors/acts`` hold every one of them to its bytes.
"""

from __future__ import annotations

from typing import Final

from ledger.subjects import (
    adoptions,
    agreements,
    answers,
    appointments,
    assessments,
    audits,
    case_handling,
    commitments,
    conflicts,
    consultations,
    corrected_publications,
    corrections,
    delegations,
    determinations,
    disclosures,
    epochs,
    evidence_checks,
    exception_approvals,
    exceptions,
    founding,
    gates,
    history,
    in_scope,
    independence,
    inheritances,
    interim,
    interpretations,
    keys,
    log_keys,
    models,
    noncompliance,
    notes,
    pauses,
    policies,
    policy_texts,
    publications,
    readiness,
    reports,
    resolutions,
    risk_reports,
    rosters,
    safeguards,
    safety_cases,
    settings,
    sharing,
    statistics,
    submissions,
    training_caps,
)
from ledger.subjects.kind import Kind

SUBJECTS: Final = (
    founding,
    appointments,
    keys,
    log_keys,
    rosters,
    notes,
    corrections,
    disclosures,
    history,
    policies,
    adoptions,
    policy_texts,
    consultations,
    interpretations,
    models,
    assessments,
    safety_cases,
    submissions,
    determinations,
    inheritances,
    training_caps,
    safeguards,
    exceptions,
    exception_approvals,
    interim,
    gates,
    pauses,
    sharing,
    publications,
    resolutions,
    noncompliance,
    case_handling,
    reports,
    risk_reports,
    in_scope,
    corrected_publications,
    agreements,
    commitments,
    independence,
    conflicts,
    delegations,
    evidence_checks,
    audits,
    readiness,
    answers,
    settings,
    epochs,
    statistics,
)

KINDS: Final[dict[str, Kind]] = {kind.type: kind for subject in SUBJECTS for kind in subject.KINDS}
COMMANDS: Final[dict[str, Kind]] = {kind.command: kind for kind in KINDS.values()}
DECISIONS: Final = frozenset(kind.type for kind in KINDS.values() if kind.decides)

if len(KINDS) < sum(len(subject.KINDS) for subject in SUBJECTS) or len(COMMANDS) < len(KINDS):
    raise AssertionError("a type or command stands twice in the registry")
