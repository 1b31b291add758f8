"""When a model came into the scope of Risk Reports: determined by people, dated when it is (DOMAIN §4.11, 3.x).

::

    {"at":"2026-05-04T09:00:00.000000Z","by":"RSO","model_id":"heron-5"}

1. The date of the determination must be on the record: a model in wide autonomous use inside without one is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.engine.in_force import governing
from ledger.policy.words import GateStyle, Surface
from ledger.register import View
from ledger.subjects import models
from ledger.subjects.finding import Finding, Predicate
from ledger.subjects.kind import in_stream, observation
from ledger.subjects.payload import Slug, Text, Time

DETERMINED: Final = "in_scope.determined"


@dataclass(frozen=True, slots=True)
class InScope:
    """A model was determined to be in scope, at an instant that is recorded when it is."""

    model_id: Slug
    at: Time
    by: Text


def in_scope_undated(view: View) -> Iterator[Finding]:
    """IN_SCOPE_UNDATED: a model is in wide autonomous use inside, and nobody determined when it came into scope."""
    policy = governing(view)
    if policy is None or policy.gate_style is not GateStyle.RISK_REPORT:
        return
    done = {x.data["model_id"] for x in view.of_type(DETERMINED)}
    for x in view.of_type(models.DEPLOYED):
        model = x.data["model_id"]
        if x.data["surface"] == Surface.INTERNAL_AUTONOMOUS and model not in done:
            done.add(model)
            why = (
                f"{model} is in large autonomous use inside since {x.data['at'][:10]}, with no determination"
            )
            yield Finding("IN_SCOPE_UNDATED", x.index, x.recorded_at, why)


FINDINGS: Final[tuple[Predicate, ...]] = (in_scope_undated,)

KINDS = (
    observation(DETERMINED, "determine-in-scope", InScope, "DOMAIN 4.11", in_stream("model", "model_id"), """\
# A model was determined to be in scope of Risk Reports: the date starts the clock of the off-cycle analysis.
data:
  model_id: ""
  at: 2026-05-04T09:00:00.000000Z
  by: RSO
"""),
)  # fmt: skip
