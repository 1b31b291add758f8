"""All findings of a view: asked of every subject, plus what holds for any entry (DOMAIN §7).

::

    findings(register.at(as_of=…, known_at=…))     [Finding("RECORDED_LATE", 16, …), …], by entry and code

A finding ends when a correction or a restored document makes its predicate untrue. What answers one without ending it,
and which have opened a case, is told by ``engine.answers``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ledger.engine import due, exceptions
from ledger.engine.calendar import add
from ledger.engine.compute import conflict, measured_model
from ledger.engine.house import house
from ledger.policy.duration import Duration
from ledger.register import View
from ledger.subjects import (
    agreements,
    conduct,
    evidence_checks,
    gates,
    in_scope,
    independence,
    interpretations,
    lines,
    models,
    pauses,
    policy_texts,
    publications,
    safeguards,
    safety_cases,
    statements,
)
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.keys import voided


def recorded_late(view: View) -> Iterator[Finding]:
    """RECORDED_LATE: a live observation learned of over seven days after it was true (house)."""
    limit = Duration.parse(house(view, "recorded_late"))
    for fact in view:
        since = models.happened(fact)
        if fact.imported is None and not fact.decides and fact.recorded_at > add(since, limit):
            why = f"true since {since[:10]}, recorded {fact.recorded_at[:10]}"
            yield Finding("RECORDED_LATE", fact.index, fact.recorded_at, why)


def compute_conflict(view: View) -> Iterator[Finding]:
    """EC_CONFLICT: two chains of measurements between the same models differ by over 5 %."""
    seen = set()
    for fact in view.of_type(models.MEASURED):
        pair = (measured_model(view, fact), fact.data["baseline_model"])
        if pair[0] is None or pair in seen:
            continue
        seen.add(pair)
        if found := conflict(view, pair[0], pair[1]):
            low, high = (f"{float(m.value):.3g}x" for m in found)
            why = f"{pair[0]} against {pair[1]} is {low} by one chain of measurements and {high} by another"
            yield Finding("EC_CONFLICT", fact.index, fact.recorded_at, why)


def signature_voided(view: View) -> Iterator[Finding]:
    """SIGNATURE_VOIDED: signed with a key that was compromised by then."""
    for v in voided(view):
        fact = view.register.facts[v.revoked]
        since = fact.recorded_at if fact else ""
        why = f"the signature of {v.person} was made with a key compromised by then (entry {v.revoked})"
        yield Finding("SIGNATURE_VOIDED", v.index, since, why)


def negative_evidence_only(view: View) -> Iterator[Finding]:
    """NEGATIVE_EVIDENCE_ONLY: nothing but the absence of a found attack carries a case."""
    for fact in view.of_type(safety_cases.STATED):
        latest = safety_cases.stated(view, fact.data["case_id"])
        if latest is fact and safety_cases.negative_evidence_only(fact):
            why = f"case {fact.data['case_id']} rests on the absence of a found attack alone"
            yield Finding("NEGATIVE_EVIDENCE_ONLY", fact.index, fact.recorded_at, why)


PREDICATES: Final[tuple[Predicate, ...]] = (
    recorded_late,
    compute_conflict,
    signature_voided,
    negative_evidence_only,
    *lines.FINDINGS,
    *policy_texts.FINDINGS,
    *interpretations.FINDINGS,
    *agreements.FINDINGS,
    *independence.FINDINGS,
    *in_scope.FINDINGS,
    *evidence_checks.FINDINGS,
    *due.FINDINGS,
    *safeguards.FINDINGS,
    *exceptions.FINDINGS,
    *gates.FINDINGS,
    *conduct.FINDINGS,
    *pauses.FINDINGS,
    *publications.FINDINGS,
    *statements.FINDINGS,
)


def findings(view: View) -> list[Finding]:
    """Every open finding, by entry and code."""
    return sorted((x for ask in PREDICATES for x in ask(view)), key=lambda x: (x.index, x.code, x.why))
