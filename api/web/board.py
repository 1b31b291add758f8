"""The first page's board: every model against every threshold, and what its gates say.

::

    board(view)    Board(thresholds=("CBRN-3", …), rows=(Row("heron-4", …), …))

1. It must be made of the view alone, so that the same view gives the same board, and a reader never waits for what
   another has had made.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from api.web.standings import brief_origin, determined
from api.web.status import Status
from api.web.verdicts import answered, questions
from ledger.engine.coverage import known_models
from ledger.engine.in_force import governing
from ledger.engine.states import states
from ledger.register import View


@dataclass(frozen=True, slots=True)
class Cell:
    """A state: the badge, and where it comes from."""

    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One model."""

    model: str
    states: tuple[Cell, ...]
    gates: tuple[Status, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All models. Empty without a policy that can be read as one."""

    thresholds: tuple[str, ...]
    rows: tuple[Row, ...]


@lru_cache(maxsize=16)
def board(view: View) -> Board:
    """Every model of the record, the newest first."""
    policy, known = governing(view), known_models(view)
    if policy is None or not known:
        return Board((), ())
    return Board(tuple(t.id for t in policy.thresholds), tuple(_row(view, m) for m in reversed(known)))


def _row(view: View, model: str) -> Row:
    cells = tuple(Cell(determined(x), brief_origin(x)) for x in states(view, model).values())
    return Row(model, cells, tuple(answered(view, q).brief for q in questions(view, model)))
