"""From which entry a clock runs, and which entry meets it (DOMAIN §6).

A policy file says it in a phrase; the house's own phrases are::

    safeguard.decided or safeguard.reapproved          any of these entries
    report.issued (rso_implementation), else founding  the last such entry; before the first, the founding entry
    preliminary.assessed, else in_force                before the first, the instant this version came into force

1. An event that the house does not know must be Malformed: a clock nobody can start or meet is a duty nobody can see.
2. The older phrasings of the definitions shipped here must mean the same as the house's own, by the table below.
3. ``str`` must write the house's own phrase, and reading it must give the moment back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from ledger.errors import Malformed

EVENTS: Final = frozenset(
    (
        "assessment.decided",  # every threshold that the assessment names is decided
        "assessment.opened",
        "audit.final",
        "board.notified",
        "briefing.given",
        "government.notified",
        "model.above_baseline",  # the first entry by which a model requires more than the baseline standards
        "model.deployed",
        "preliminary.assessed",
        "publication.recorded",
        "report.issued",
        "risk_report.published",
        "safeguard.decided",
        "safeguard.reapproved",
        "testing.ended",
        "trigger.reached",  # the instant at which an assessment fell due
        "watch.updated",
    )
)

_PHRASINGS: Final = {
    "audit final (procedural_compliance)": "audit.final (procedural_compliance)",
    "comprehensive assessment decided": "assessment.decided (comprehensive)",
    "first entry by which a model requires more than the baseline": "model.above_baseline",
    "last final report (procedural_compliance), else founding": "audit.final (procedural_compliance), else founding",
    "last publication under 7.2.1, else founding": "publication.recorded (7.2.1), else founding",
    "last report, else founding": "report.issued (rso_implementation), else founding",
    "publication under 7.2.1": "publication.recorded (7.2.1)",
    "safeguard decided or reapproved": "safeguard.decided or safeguard.reapproved",
    "testing_ended of the last comprehensive assessment": "testing.ended (comprehensive)",
    "testing_ended of the last evaluation": "testing.ended (evaluation)",
    "testing_ended of the next": "testing.ended (evaluation)",
    "trigger reached": "trigger.reached",
}
_OURS: Final = re.compile(
    r"(?P<events>[a-z_.]+(?: or [a-z_.]+)*)(?: \((?P<of>[A-Za-z0-9_.-]+)\))?"
    r"(?:, else (?P<otherwise>founding|in_force))?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """`events`: any of these; `of`: only of this kind, or under this section; `otherwise`: before the first of them."""

    events: tuple[str, ...]
    of: str | None = None
    otherwise: str | None = None

    @classmethod
    def parse(cls, value: Any, where: str = "") -> Moment:
        """The moment that a phrase names; Malformed if the house does not know it."""
        found = _OURS.fullmatch(_PHRASINGS.get(value, value)) if isinstance(value, str) else None
        if found is None:
            raise Malformed(
                f"{value!r} names no moment"[:200], where, "write it as: report.issued (kind), else founding"
            )
        events = tuple(found["events"].split(" or "))
        for event in events:
            if event not in EVENTS:
                raise Malformed(
                    f"no event is called {event!r}"[:200], where, f"one of {', '.join(sorted(EVENTS))}"
                )
        return cls(events, found["of"], found["otherwise"])

    def __str__(self) -> str:
        kind = f" ({self.of})" if self.of else ""
        return " or ".join(self.events) + kind + (f", else {self.otherwise}" if self.otherwise else "")
