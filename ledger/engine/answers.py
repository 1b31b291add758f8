"""How findings stand: open, answered, or closed with their case; and which are only marks (DOMAIN §7).

::

    standing(view)     [Stood(finding=Finding("LINE_KIND_MISMATCH", 41, …), state="open", days=140), …]

1. A conduct finding is open until its case is closed; no answer ends it.
2. A quality finding is open until its predicate no longer holds, or the RSO has answered it as it stood then.
3. A mark (an assessment that is due, an opening statement that a verdict rests on) is shown and is never open.
4. The days that it was open must be kept, whatever ended it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.engine.cases import Case, of_findings
from ledger.engine.findings import findings
from ledger.record.fields import instant
from ledger.register import CORRECTED, Fact, View
from ledger.subjects import noncompliance as nc
from ledger.subjects.finding import CONDUCT, MARKS, Finding

ANSWERED: Final = "finding.answered"


@dataclass(frozen=True, slots=True)
class Stood:
    """A finding and what became of it: open, answered, closed (with its case), ended (no longer true) or mark."""

    finding: Finding
    state: str
    days: int
    answer: Fact | None = None
    case: Case | None = None
    until: str | None = None

    @property
    def kind(self) -> str:
        """conduct, quality or mark."""
        code = self.finding.code
        return "conduct" if code in CONDUCT else "mark" if code in MARKS else "quality"


def standing(view: View) -> list[Stood]:
    """Every finding that holds now, with how it stands."""
    found = findings(view)
    by_cause = {x.cause.id: x for x in of_findings(view, found)}
    return [_stood(view, x, by_cause) for x in found]


def unanswered(view: View) -> list[Stood]:
    """The findings that nobody has answered."""
    return [x for x in standing(view) if x.state == "open"]


def ended(view: View) -> list[Stood]:
    """Findings that a correction ended: they held just below it and do not hold just above it."""
    out: list[Stood] = []
    for correction in sorted(view.of_type(CORRECTED), key=lambda x: x.index):
        at = correction.recorded_at
        before = findings(View(view.register, correction.index, view.as_of, at))
        after = {_key(x) for x in findings(View(view.register, correction.index + 1, view.as_of, at))}
        over = [x for x in before if _key(x) not in after and x.code not in MARKS]
        out += [Stood(x, "ended", days(x.since, at), until=at) for x in over]
    return out


def answers(view: View, finding: Finding) -> list[Fact]:
    """The answers to a finding as it stands: those given after it arose."""
    fact = view.register.facts[finding.index]
    return [
        x
        for x in view.of_type(ANSWERED)
        if fact is not None
        and x.data["finding"] == {"code": finding.code, "event": fact.id}
        and x.recorded_at >= finding.since
    ]


def days(since: str, until: str) -> int:
    """Whole days between two instants."""
    return (instant(until) - instant(since)).days if since and until else 0


def _stood(view: View, x: Finding, by_cause: dict[str, Case]) -> Stood:
    if x.code in MARKS:
        return Stood(x, "mark", days(x.since, view.now))
    fact = view.register.facts[x.index]
    if x.code in CONDUCT:
        case = by_cause.get(fact.id) if fact else None
        closing = case.last(nc.CLOSED) if case and not case.open else None
        until = closing.recorded_at if closing else None
        return Stood(x, "closed" if closing else "open", days(x.since, until or view.now), None, case, until)
    answer = next(iter(answers(view, x)), None)
    until = answer.recorded_at if answer else None
    return Stood(x, "answered" if answer else "open", days(x.since, until or view.now), answer, None, until)


def _key(x: Finding) -> tuple[str, int, str]:
    return x.code, x.index, x.why
