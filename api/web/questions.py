"""The pages of what follows from the record: models, policy, deadlines, cases, findings, exceptions.

::

    /models/heron-4  /policy  /clocks  /cases  /findings  /exceptions       each ?as_of=2025-06-30&known_at=2025-07-01

1. Each must be asked of the published record alone, and say how many withheld entries it could not read.
2. Each must travel in time: as of a day, and as known on a day; without either it is asked of this instant.
3. Rules of the policy and rules of the house must be told apart.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator
from starlette.requests import Request
from starlette.responses import Response

from api.answers.asked import unread
from api.answers.cases import name
from api.public.parameters import Day, ModelName, Public, end_of
from api.web import model as models
from api.web import policies, standings
from api.web.lines import line
from api.web.render import page
from ledger.engine.answers import Stood, standing
from ledger.engine.cases import actions, board_notice, cases
from ledger.engine.clocks import clocks
from ledger.engine.commitments import commitments
from ledger.engine.coverage import known_models
from ledger.engine.exceptions import exempt
from ledger.errors import NotFound
from ledger.register import View

router = APIRouter(include_in_schema=False)


def filled(value: Any) -> Any:
    """A form sends every field: an empty one asks for nothing."""
    return value or None


DayAsked: TypeAlias = Annotated[Day | None, BeforeValidator(filled), Query()]


class Question:
    """The record as of a day, as known on a day."""

    def __init__(
        self, request: Request, record: Public, as_of: DayAsked = None, known_at: DayAsked = None
    ) -> None:
        self.request, self.record = request, record
        self.ask = {"as_of": as_of, "known_at": known_at}
        self.view = record.asked(end_of(as_of), end_of(known_at))

    def page(self, template: str, **given: Any) -> Response:
        """A page, with what was asked."""
        said = {"ask": self.ask, "unread": unread(self.view), "now": self.view.now, **given}
        return page(self.request, self.record, template, **said)


Asked: TypeAlias = Annotated[Question, Depends(Question)]


@router.get("/models/{model}")
def one_model(asked: Asked, model: ModelName) -> Response:
    """One model: how far from each threshold, its safeguards, may we, and what happened."""
    if model not in known_models(asked.view):
        raise NotFound(f"no model called {model}", "the first page lists those that the record knows by then")
    found = models.page(asked.view, model)
    shown = asked.record.entries(found.entries, asked.view)
    return asked.page("model.html", name=model, model=found, entries=[line(s, asked.view) for s in shown])


@router.get("/policy")
def policy(asked: Asked) -> Response:
    """Every version of the policy, and what each changed."""
    return asked.page("policy.html", texts=policies.told(asked.view))


@router.get("/clocks")
def deadlines(asked: Asked) -> Response:
    """What is due and overdue, and what was promised."""
    found = [(x, standings.due(x)) for x in clocks(asked.view)]
    promised = [(x, standings.promised(x)) for x in commitments(asked.view)]
    return asked.page(
        "clocks.html",
        open=[x for x in found if x[0].open],
        past=[x for x in found if not x[0].open],
        commitments=promised,
    )


@router.get("/cases")
def list_cases(asked: Asked) -> Response:
    """Noncompliance cases, those that opened themselves too."""
    view = asked.view
    found = [
        {
            "id": name(x),
            "case": x,
            "statuses": standings.handled(x),
            "notice": board_notice(view, x),
            "actions": list(actions(x)),
        }
        for x in reversed(cases(view))
    ]
    return asked.page("cases.html", cases=found, notice=standings.noticed)


@router.get("/findings")
def list_findings(asked: Asked) -> Response:
    """What the record shows to be amiss by itself."""
    found = [(x, standings.found(x), name(x.case) if x.case else "") for x in _grave(asked.view)]
    return asked.page("findings.html", findings=found)


@router.get("/exceptions")
def list_exceptions(asked: Asked) -> Response:
    """Which safeguards are lowered, until when, and what each exception lacks."""
    found = [(x, standings.excepted(x)) for x in exempt(asked.view)]
    return asked.page("exceptions.html", exceptions=found)


def _grave(view: View) -> list[Stood]:
    """What is open first, then by date."""
    return sorted(standing(view), key=lambda x: (x.state != "open", x.finding.since))
