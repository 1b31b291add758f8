"""Questions to the record: what is amiss, due, promised and lowered, how models stand, which policy governed when.

::

    GET /api/v1/clocks?as_of=2025-09-17
    {"as_of":"2025-09-17T23:59:59.999999Z","known_at":null,"unread":2,"clocks":[{"rule":"R22-C-COMPREHENSIVE",…},…]}

1. What is answered must follow from the published record alone, and say how many withheld entries it could not read.
2. Without an instant it must be asked of this one: time passes where nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import APIRouter, Depends, Response

from api.answers import cases, clocks, commitments, exceptions, findings, models, versions
from api.answers.asked import answer, unread
from api.answers.ical import calendar
from api.http import question_shapes as shape
from api.http.answers import problems
from api.public import proofs
from api.public.parameters import AsOf, KnownAt, ModelName, Public, end_of
from ledger.engine.answers import standing
from ledger.engine.cases import cases as all_cases
from ledger.engine.clocks import clocks as all_clocks
from ledger.engine.commitments import commitments as all_commitments
from ledger.engine.coverage import known_models
from ledger.engine.exceptions import exempt
from ledger.engine.policy_history import chapters
from ledger.errors import NotFound
from ledger.register import View

router = APIRouter(tags=["questions"])
Said = TypeVar("Said", bound=shape.AskedShape)
ICAL: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/calendar": {"schema": {"type": "string"}}}, "description": "iCalendar"}
}


class Question:
    """The record as of an instant, as known at another."""

    def __init__(self, record: Public, as_of: AsOf = None, known_at: KnownAt = None) -> None:
        self.known_at = end_of(known_at)
        self.view = record.asked(end_of(as_of), self.known_at)
        self.origin = proofs.log_key(record).name

    def said(self, form: type[Said], **what: Iterable[Any]) -> Said:
        """The answer, in its shape."""
        told = {name: list(values) for name, values in what.items()}
        return form.model_validate(answer(self.view.as_of, self.known_at, unread(self.view), **told))


Asked: TypeAlias = Annotated[Question, Depends(Question)]


@router.get("/findings", summary="What is amiss by itself", responses=problems(400))
def get_findings(asked: Asked) -> shape.FindingsShape:
    """Every finding that holds, and whether anybody has answered it."""
    return asked.said(shape.FindingsShape, findings=map(findings.finding, standing(asked.view)))


@router.get("/models", summary="How far each model is from each threshold", responses=problems(400))
def get_models(asked: Asked) -> shape.ModelsShape:
    """Each with who decided that, on what evidence, how far from the line."""
    return asked.said(shape.ModelsShape, models=_each(models.model, asked.view, known_models(asked.view)))


@router.get(
    "/models/{model}", summary="How far one model is from each threshold", responses=problems(400, 404)
)
def get_model(asked: Asked, model: ModelName) -> shape.ModelsShape:
    """The same of one model."""
    if model not in known_models(asked.view):
        raise NotFound(f"no model called {model}", "/api/v1/models lists them")
    return asked.said(shape.ModelsShape, models=[models.model(asked.view, model)])


@router.get("/clocks", summary="What is due and overdue", responses=problems(400))
def get_clocks(asked: Asked) -> shape.ClocksShape:
    """Every round of every duty with a time: open, met, met late, overdue."""
    return asked.said(shape.ClocksShape, clocks=map(clocks.clock, all_clocks(asked.view)))


@router.get(
    "/clocks.ics",
    summary="What is due, as a calendar",
    response_class=Response,
    responses={**ICAL, **problems(400)},
)
def get_calendar(asked: Asked) -> Response:
    """The open clocks, for programs that subscribe to calendars (RFC 5545)."""
    made = calendar(all_clocks(asked.view), asked.origin, asked.view.now)
    return Response(made, media_type="text/calendar")


@router.get("/cases", summary="Noncompliance cases", responses=problems(400))
def get_cases(asked: Asked) -> shape.CasesShape:
    """Opened by people, by bodies, and by themselves."""
    return asked.said(shape.CasesShape, cases=_each(cases.case, asked.view, all_cases(asked.view)))


@router.get("/commitments", summary="What was promised, and what came of it", responses=problems(400))
def get_commitments(asked: Asked) -> shape.CommitmentsShape:
    """Those that opened themselves too."""
    found = all_commitments(asked.view)
    return asked.said(shape.CommitmentsShape, commitments=map(commitments.commitment, found))


@router.get("/exceptions", summary="Which safeguards are lowered, until when", responses=problems(400))
def get_exceptions(asked: Asked) -> shape.ExceptionsShape:
    """What each lowers, on whose evidence, and what it lacks."""
    return asked.said(shape.ExceptionsShape, exceptions=map(exceptions.exception, exempt(asked.view)))


@router.get("/policy/versions", summary="Which policy governed when", responses=problems(400))
def get_versions(asked: Asked) -> shape.VersionsShape:
    """Every text: proposed, consulted, approved and published by whom."""
    return asked.said(shape.VersionsShape, texts=map(versions.text, chapters(asked.view)))


def _each(
    make: Callable[[View, Any], dict[str, Any]], view: View, found: Iterable[Any]
) -> Iterable[dict[str, Any]]:
    return (make(view, one) for one in found)
