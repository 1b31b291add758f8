"""What publications say of lines and results, held against the record (DOMAIN §4.12).

LINE_KIND_MISMATCH, PUBLICATION_CONTRADICTS_RECORD. Only what is public now is held against it: a corrected text
that was published in a publication's place answers for it.

1. A line must be held against the policy of the day of publication, else against the plan; a result against the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from ledger.engine.in_force import governing, line
from ledger.register import Fact, View
from ledger.subjects import assessments, publications
from ledger.subjects.finding import Finding, Predicate


def stated_kind_mismatch(view: View) -> Iterator[Finding]:
    """LINE_KIND_MISMATCH: a publication gives a line another kind than the policy, the plan or the result has."""
    for fact, stated in _stated(view):
        kind, _ = _drawn(view, fact, stated)
        if kind is not None and "kind" in stated and stated["kind"] != kind:
            why = f"{_name(stated)} is published as {stated['kind']}, on the record it is {kind}"
            yield Finding("LINE_KIND_MISMATCH", fact.index, fact.recorded_at, why)


def publication_contradicts_record(view: View) -> Iterator[Finding]:
    """PUBLICATION_CONTRADICTS_RECORD: a publication gives a line or a result another value than the record."""
    for fact, stated in _stated(view):
        _, value = _drawn(view, fact, stated)
        if value is not None and "value" in stated and Fraction(stated["value"]) != Fraction(value):
            why = f"{_name(stated)} is published as {stated['value']}, on the record it is {value}"
            yield Finding("PUBLICATION_CONTRADICTS_RECORD", fact.index, fact.recorded_at, why)


def _stated(view: View) -> Iterator[tuple[Fact, dict[str, Any]]]:
    for fact in publications.standing(view):
        for stated in fact.data.get("stated", ()):
            yield fact, stated


def _drawn(view: View, fact: Fact, stated: dict[str, Any]) -> tuple[str | None, str | None]:
    """Kind and value on the record: of the result that is named, else of the line as policy or plan draws it."""
    result = view.get(stated["result_id"]) if "result_id" in stated else None
    if result is not None and result.type == assessments.RESULT:
        drawn = line(governing(view, at=fact.data["published_at"]), result.data["line"]["id"])
        return drawn.kind.value if drawn else result.data["line"]["kind"], result.data["result"]
    if "line_id" not in stated:
        return None, None
    drawn = line(governing(view, at=fact.data["published_at"]), stated["line_id"])
    if drawn is not None:
        return drawn.kind.value, None if drawn.value is None else str(drawn.value)
    plans = (x for p in view.of_type(assessments.PLANNED) for x in p.data["evaluations"])
    planned = [x["line"] for x in plans if x["line"]["id"] == stated["line_id"]]
    return (planned[-1]["kind"], planned[-1]["value"]) if planned else (None, None)


def _name(stated: dict[str, Any]) -> str:
    return f"line {stated['line_id']}" if "line_id" in stated else f"result {stated.get('result_id')}"


FINDINGS: Final[tuple[Predicate, ...]] = (stated_kind_mismatch, publication_contradicts_record)
