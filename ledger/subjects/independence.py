"""Independence and vacancies: what each trustee attests yearly, and whether there is an RSO (DOMAIN §4.16).

::

    {"no_financial_stake":true,"ties":"none","trustee":"p-t1","year":2025}

1. A trustee's attestation must be signed by that trustee; nobody attests another's independence.
2. It is missing from a month (house) into the year, or into office, on; what is attested late ends the finding.
3. An office is vacant where nobody holds it now, also when its term has just run out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.engine.calendar import END_OF_TIME, overdue_at
from ledger.engine.house import house
from ledger.engine.in_force import governing
from ledger.policy.duration import Duration
from ledger.record.roll import Tenure
from ledger.register import Fact, View
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import in_stream, observation
from ledger.subjects.payload import Person, Text

ATTESTED: Final = "independence.attested"
OFFICER: Final = "RSO"
STAND_IN: Final = "ACTING_RSO"


@dataclass(frozen=True, slots=True)
class Attestation:
    """What a trustee attests for a year."""

    trustee: Person
    year: int
    no_financial_stake: bool
    ties: Text


def attestation(view: View, trustee: str, year: int) -> Fact | None:
    """A trustee's own attestation for a year."""
    found = (x for x in view.of_type(ATTESTED) if (x.data["trustee"], x.data["year"]) == (trustee, year))
    return next((x for x in found if any(s.person == trustee for s in x.signers)), None)


def not_attested(view: View) -> Iterator[Finding]:
    """INDEPENDENCE_NOT_ATTESTED: a trustee in office has not attested a year, a month into it or into office."""
    within = Duration.parse(house(view, "independence_within"))
    for (person, role), tenures in view.roll.tenures.items():
        for tenure in tenures if role == "TRUSTEE" else ():
            begin, end = _term(view, tenure)
            if begin is None:
                continue
            for year in range(int(begin[:4]), int(min(end, view.now)[:4]) + 1):
                missing = overdue_at(max(begin, f"{year:04}-01-01T00:00:00.000000Z"), within)
                if missing <= min(end, view.now) and attestation(view, person, year) is None:
                    why = f"{person} has not attested independence for {year}"
                    yield Finding("INDEPENDENCE_NOT_ATTESTED", tenure.made, missing, why)


def rso_vacant(view: View) -> Iterator[Finding]:
    """RSO_VACANT: the policy has an RSO, and nobody holds the office now."""
    policy, place = governing(view), view.place(view.now)
    if policy is None or not any(role.id == OFFICER for role in policy.roles):
        return
    if view.roll.holders(OFFICER, place) or view.roll.holders(STAND_IN, place):
        return
    ends = [
        (end, tenure.made)
        for (_, role), tenures in view.roll.tenures.items()
        for tenure in (tenures if role == OFFICER else ())
        for begin, end in [_term(view, tenure)]
        if begin is not None and begin <= view.now
    ]
    since, index = max(ends, default=(view.register.times[0], 0))
    yield Finding("RSO_VACANT", index, min(since, view.now), f"nobody is {OFFICER} since {since[:10]}")


def _term(view: View, tenure: Tenure) -> tuple[str | None, str]:
    """From when until when an office was held, as known below the view's bound; None where it was not made there."""
    if tenure.made >= view.bound:
        return None, END_OF_TIME
    times = view.register.times
    begin = max(tenure.appointment.from_, times[tenure.made])
    ended = times[tenure.ended] if tenure.ended is not None and tenure.ended < view.bound else END_OF_TIME
    return begin, min(ended, tenure.appointment.to or END_OF_TIME)


FINDINGS: Final[tuple[Predicate, ...]] = (not_attested, rso_vacant)

KINDS = (
    observation(ATTESTED, "attest-independence", Attestation, "DOMAIN 4.16", in_stream("independence", "trustee"), """\
# A trustee attests independence for a year. The trustee signs.
data:
  trustee: p-t1
  year: 2025
  no_financial_stake: true
  ties: ""                   # close ties, or: none
"""),
)  # fmt: skip
