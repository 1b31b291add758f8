"""The opening position: what was so before this record began, as stated in entry 0 (DOMAIN §4.1 Starting).

Attested at founding, not decided on this ledger; it holds for a model until an own decision replaces it::

    {"models":[{"model_id":"heron-3","surfaces":["general"],
                "thresholds":[{"outcome":"below","threshold":"CBRN-3"},
                              {"outcome":"checkpoint_not_reached","threshold":"MODEL-AUTONOMY"}]}],
     "standards":[{"models":["*"],"standard":"ASL-2-SECURITY","surfaces":["*"]}],
     "testing_ended":"2024-12-09T17:00:00.000000Z"}

1. A position that names a model must say when its last testing ended: the clock of the next assessment starts there.
2. Models stand in the order in which they were assessed; a model stands once, and once in it a threshold.
3. It must never be read as a decision: every reading of it says that it comes from the opening statement.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.errors import Malformed, Refusal
from ledger.record import people
from ledger.record.act import Act
from ledger.record.canonical import Json
from ledger.register import Fact, View
from ledger.subjects.kind import approving_roles
from ledger.subjects.outcome import Outcome
from ledger.subjects.payload import Slug, SlugOrAll, Time, read_payload

STATES = ("CEO", "RSO")
"""Who states it [DOMAIN 4.1]; no policy governs yet that could say so."""


@dataclass(frozen=True, slots=True)
class OpeningState:
    """How far a model was from a threshold."""

    threshold: Slug
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class OpeningModel:
    """A model that was there: on which surfaces it is in use, and its thresholds."""

    model_id: Slug
    surfaces: tuple[Slug, ...]
    thresholds: tuple[OpeningState, ...]


@dataclass(frozen=True, slots=True)
class OpeningStandard:
    """A standard that is satisfied for these models and surfaces; ``*`` means all, later ones too."""

    standard: Slug
    models: tuple[SlugOrAll, ...]
    surfaces: tuple[SlugOrAll, ...]


@dataclass(frozen=True, slots=True)
class OpeningPosition:
    """The whole statement."""

    models: tuple[OpeningModel, ...]
    standards: tuple[OpeningStandard, ...] | None = None
    testing_ended: Time | None = None

    def model(self, model_id: str) -> OpeningModel | None:
        """What it says of a model."""
        return next((m for m in self.models if m.model_id == model_id), None)


def read_position(value: Json, where: str = "/data/position") -> OpeningPosition:
    """`position` of entry 0."""
    position = read_payload(OpeningPosition, value, where)
    if position.models and position.testing_ended is None:
        raise Malformed("no end of the last testing", f"{where}/testing_ended", "say when it ended")
    _once([m.model_id for m in position.models], f"{where}/models")
    for i, model in enumerate(position.models):
        _once([t.threshold for t in model.thresholds], f"{where}/models/{i}/thresholds")
    return position


def judge_position(view: View, act: Act, now: str) -> list[Refusal]:
    """G-FND-3: an opening position is stated by CEO and RSO, and dates no testing after the founding."""
    if "position" not in act.event.data:
        return []
    position, out = read_position(act.event.data["position"]), []
    if missing := [role for role in STATES if role not in approving_roles(act)]:
        cure = "give both a founding key, or found without a position"
        out.append(Refusal("G-FND-3", f"the opening position lacks {' and '.join(missing)}", cure))
    if position.testing_ended and position.testing_ended > now:
        why = f"testing that ends at {position.testing_ended} is still to come"
        out.append(Refusal("G-FND-3", why, "state when the last testing ended before the founding"))
    return out


def stated(view: View) -> tuple[Fact, OpeningPosition] | None:
    """The founding and the position that it states; None when it states none."""
    for fact in view.of_type(people.FOUNDED):
        try:
            return (fact, read_position(fact.data["position"])) if "position" in fact.data else None
        except Malformed:
            return None  # a founding that was not judged: it states nothing that can be read
    return None


def _once(names: list[str], where: str) -> None:
    for i, name in enumerate(names):
        if name in names[:i]:
            raise Malformed(f"{name} stands twice", f"{where}/{i}", "keep one")
