"""May we? The gate as it answers the public: from what is published, withheld acts aside.

::

    GET /api/v1/gate?action=deploy&model=heron-4&surface=limited_partner&as_of=2025-06-02

1. A denial is an answer (200): what a pipeline must look at is `verdict`, and anything but ``permitted`` must stop it.
2. How many withheld entries could not be read must be said: the house, which reads them, may answer otherwise.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.asked import unread
from api.http.answers import problems
from api.http.shapes import VerdictShape
from api.public.parameters import NAME, AsOf, KnownAt, Public, end_of
from ledger.engine.gate import evaluate
from ledger.engine.pinned import document
from ledger.engine.verdict import Question
from ledger.policy.words import Action

router = APIRouter(tags=["record"])

Name = Query(pattern=NAME)


@router.get("/gate", summary="May a model be trained, stored or deployed?", responses=problems(400, 404))
def get_gate(
    *,
    record: Public,
    action: Action,
    model: Annotated[str, Name],
    surface: Annotated[str | None, Name] = None,
    run: Annotated[str | None, Name] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> VerdictShape:
    """The verdict and its reasons, from the public record alone; a surface is named for `deploy` and nothing else."""
    view = record.asked(end_of(as_of), end_of(known_at))
    said = document(evaluate(view, Question(action, model, surface, run)))
    return VerdictShape.model_validate(said | {"unread": unread(view)})
