"""Readiness forecasts: when a standard is expected to be met, held against when a model may need it (DOMAIN §10).

::

    {"expected_by":"2025-05-31","gaps":["third-party environments"],"owner":"CISO","standard":"ASL-3-SECURITY"}

1. The newest forecast on a standard counts; older ones stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.register import Fact, View
from ledger.subjects import assessments
from ledger.subjects.kind import in_stream, observation
from ledger.subjects.payload import Date, Role, Slug, Text

STATED: Final = "readiness.forecast"


@dataclass(frozen=True, slots=True)
class Forecast:
    """When a standard is expected to be met, and what is missing until then."""

    standard: Slug
    expected_by: Date
    gaps: tuple[Text, ...]
    owner: Role


@dataclass(frozen=True, slots=True)
class Readiness:
    """A forecast on a standard, and the earliest day until which a model's forecast looks (None: no such forecast)."""

    forecast: Fact
    needed_by: str | None

    @property
    def late(self) -> bool:
        """Whether the standard is expected later than the day to which a model's own forecast reaches."""
        return self.needed_by is not None and str(self.forecast.data["expected_by"]) > self.needed_by


def readiness(view: View) -> list[Readiness]:
    """The newest forecast of every standard, held against the models' forecasts that lie ahead of it."""
    newest = {x.data["standard"]: x for x in sorted(view.of_type(STATED), key=lambda x: x.index)}
    ahead = [
        x.data["horizon"] for x in view.of_type(assessments.FORECAST) if x.data["horizon"] >= view.now[:10]
    ]
    return [Readiness(x, min(ahead, default=None)) for _, x in sorted(newest.items())]


KINDS = (
    observation(STATED, "forecast-readiness", Forecast, "DOMAIN 10", in_stream("readiness", "standard"), """\
# When a standard is expected to be met, and what is missing until then.
data:
  standard: ""               # such as ASL-3-SECURITY
  expected_by: 2025-05-31
  gaps: []
  owner: CISO
"""),
)  # fmt: skip
