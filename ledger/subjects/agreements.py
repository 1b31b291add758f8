"""Agreements on leaving: whether they keep people from raising safety concerns (DOMAIN §4.13).

::

    {"carve_out_existence":true,"carve_out_safety_concerns":true,"count_offered":12,"count_with_clause":0,
     "legacy_with_clause":3,"period":"2025-H1","remedied":3,"template_digests":["sha256:…"]}

1. The counts are facts: whoever of GENERAL_COUNSEL and PEOPLE states them is heard; they attest when both sign.
2. A clause without both carve-outs is AGREEMENT_CLAUSE_BREACH, whoever states it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.register import Fact, View
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import in_stream, observation
from ledger.subjects.payload import Digest, Slug

ATTESTED: Final = "agreements.attested"
SIGNERS: Final = frozenset(("GENERAL_COUNSEL", "PEOPLE"))


@dataclass(frozen=True, slots=True)
class Attestation:
    """How many agreements were offered in a period, how many with a non-disparagement clause, and its carve-outs."""

    period: Slug
    template_digests: tuple[Digest, ...]
    count_offered: int
    count_with_clause: int
    carve_out_safety_concerns: bool
    carve_out_existence: bool
    legacy_with_clause: int
    remedied: int


def attested(view: View, period: str) -> Fact | None:
    """The newest statement on a period that both signed."""
    found = [x for x in view.of_type(ATTESTED) if x.data["period"] == period]
    return next((x for x in reversed(found) if {s.role for s in x.signers} >= SIGNERS), None)


def clause_breach(view: View) -> Iterator[Finding]:
    """AGREEMENT_CLAUSE_BREACH: agreements with a clause that lets people neither raise concerns nor say it exists."""
    for x in view.of_type(ATTESTED):
        missing = [
            name
            for name in ("carve_out_safety_concerns", "carve_out_existence")
            if x.data["count_with_clause"] and not x.data[name]
        ]
        if missing:
            said = " and ".join(m.removeprefix("carve_out_").replace("_", " ") for m in missing)
            why = (
                f"{x.data['count_with_clause']} agreements of {x.data['period']} have a clause without {said}"
            )
            yield Finding("AGREEMENT_CLAUSE_BREACH", x.index, x.recorded_at, why)


FINDINGS: Final[tuple[Predicate, ...]] = (clause_breach,)

KINDS = (
    observation(ATTESTED, "attest-agreements", Attestation, "DOMAIN 4.13", in_stream("agreements", "period"), """\
# Non-disparagement clauses in the agreements of a period. GENERAL_COUNSEL and PEOPLE sign.
data:
  period: ""                 # such as 2025-H1
  template_digests: []       # sha256:... of each template in use
  count_offered: 12
  count_with_clause: 0
  carve_out_safety_concerns: true    # safety concerns may be raised in spite of the clause
  carve_out_existence: true          # that the clause exists may be said
  legacy_with_clause: 0
  remedied: 0
""", actors=SIGNERS),
)  # fmt: skip
