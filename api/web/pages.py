"""The pages: routes, and what each template is given. Everything is rendered here and works without a script.

::

    /  /entries  /entries/7  /people  /docket  /verify  /problems  /feed.atom  /app.css  /icon.svg

1. What pages show must come from ``api.public``, so that nothing withheld can stand on one.
2. Every page must say of a demonstration that it is fictional, and of a history that it is transcribed.
"""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import Annotated, Any, Final, TypeAlias
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Query
from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from api.public import people, proofs
from api.public.parameters import Index, Number, Operator, Public, Size, end_of
from api.public.record import Ask, PublicRecord
from api.web import docket, problems, questions, standings
from api.web.board import board
from api.web.lines import line
from api.web.lines import page as entry_page
from api.web.questions import DayAsked, filled
from api.web.render import Renderer, page, site_of
from keys.check import ed25519
from ledger.engine.clocks import clocks
from ledger.engine.exceptions import exempt
from ledger.engine.in_force import text_in_force
from ledger.errors import NotFound
from ledger.record.checkpoint import SignedCheckpoint
from ledger.record.founding import Founding
from ledger.record.merkle import leaf_hash
from ledger.register import View

router = APIRouter(include_in_schema=False)


Choice: TypeAlias = Annotated[Annotated[str, Field(max_length=200)] | None, BeforeValidator(filled), Query()]
Held: TypeAlias = Annotated[Number | None, BeforeValidator(filled), Query()]

LATEST: Final = 5
SOON: Final = 6
ROWS: Final = 25
FEED: Final = 50


def mount(app: FastAPI, kinds: Sequence[problems.Explained]) -> None:
    """Put the pages on an application; `kinds` are its problems."""
    app.state.pages = Renderer()
    app.state.problem_kinds = kinds
    app.include_router(router)
    app.include_router(questions.router)
    app.include_router(problems.router)


@router.get("/")
def home(asked: questions.Asked) -> Response:
    """The state of the record in plain words, and where everything stands."""
    record, view = asked.record, asked.view
    logs = proofs.log_keys(record)
    signed = SignedCheckpoint.parse(record.checkpoint())
    governs = text_in_force(view)
    own = {(vkey.name, vkey.id) for vkey in logs.vkeys}
    running = [(x, standings.due(x)) for x in clocks(view) if x.open]
    return asked.page(
        "home.html",
        latest=[line(s, view) for s in _newest(record, Ask(), view.bound, LATEST, view)[0]],
        holds=logs.holds(signed, ed25519),
        confirmed=sorted({x.name for x in signed.note.lines if (x.name, x.id) not in own}),
        policy=governs,
        board=board(view),
        exceptions=[(x, standings.excepted(x)) for x in exempt(view) if x.state == "active"],
        clocks=running[:SOON],
        later=len(running[SOON:]),
        office=_office(record, asked.ask),
        withheld=sorted(record.withheld(view).items()),
    )


@router.get("/entries")
def entries(
    *,
    request: Request,
    record: Public,
    before: Size | None = None,
    type: Choice = None,
    person: Choice = None,
    as_of: DayAsked = None,
    known_at: DayAsked = None,
) -> Response:
    """Entries, newest first. A form sends empty fields: they ask for nothing."""
    view = record.view(None, end_of(known_at))
    ask = Ask(type, None, person, end_of(as_of))
    start = view.bound - 1 if before is None else before
    shown, older = _newest(record, ask, start, ROWS, view)
    asked = {"type": type, "person": person, "as_of": as_of, "known_at": known_at}
    kept = {name: value for name, value in asked.items() if value}
    return page(
        request,
        record,
        "entries.html",
        rows=[line(s, view) for s in shown],
        ask=asked,
        asked=bool(kept),
        bound=view.bound,
        older=older,
        older_link=f"/entries?{urlencode({**kept, 'before': older})}",
        newest=f"/entries?{urlencode(kept)}" if before is not None else "",
        types=sorted(view.register.by_type),
        persons=sorted(view.roll.people),
    )


@router.get("/entries/{index}")
def entry(request: Request, record: Public, index: Index) -> Response:
    """One entry, readable, with its signatures, its evidence and its place in the record."""
    view = record.view()
    shown = record.entry(index, view)
    return page(request, record, "entry.html", entry=entry_page(shown, view), bound=view.bound)


@router.get("/people")
def list_people(
    request: Request, record: Public, as_of: DayAsked = None, known_at: DayAsked = None
) -> Response:
    """Appointments and keys."""
    roll = people.roll(record, end_of(as_of), end_of(known_at))
    return page(request, record, "people.html", roll=roll, ask={"as_of": as_of, "known_at": known_at})


@router.get("/docket")
def list_drafts(request: Request, record: Public, operator: Operator) -> Response:
    """Drafts that wait for signatures."""
    drafts = [docket.waiting(p, record.view(), operator=operator) for p in record.house.docket.all()]
    return page(request, record, "docket.html", drafts=drafts)


@router.get("/verify")
def verify(request: Request, record: Public, held: Held = None) -> Response:
    """How anybody checks the record without trusting this server."""
    note = record.checkpoint()
    vkey, head = str(proofs.log_key(record)), SignedCheckpoint.parse(note).checkpoint
    growth = proofs.consistency(record, held) if held is not None and held <= head.size else None
    return page(
        request,
        record,
        "verify.html",
        vkey=vkey,
        founding=leaf_hash(record.entry(0).raw).hex(),
        address=quote(f"{str(request.base_url).rstrip('/')}/log"),
        quoted=quote(vkey),
        held=held,
        growth=growth,
        growth_root=growth.old_root.hex() if growth else "",
        origin=head.origin,
        root=head.root.hex(),
        checkpoint=note,
    )


@router.get("/feed.atom")
def feed(request: Request, record: Public) -> Response:
    """The newest public entries, for feed readers."""
    view = record.view()
    shown, _ = _newest(record, Ask(), view.bound, FEED, view)
    rows = [line(s, view) for s in shown if s.act]
    authority, _, path = _founded(view).origin.partition("/")
    base = f"tag:{authority},{view.register.times[0][:10]}:{path}"
    renderer: Renderer = request.app.state.pages
    return renderer.feed(site=site_of(record), rows=rows, base=base)


@router.get("/app.css")
def style(request: Request) -> Response:
    """The style of every page."""
    renderer: Renderer = request.app.state.pages
    return renderer.style()


@router.get("/icon.svg")
def icon(request: Request) -> Response:
    """The mark in a browser's tab."""
    renderer: Renderer = request.app.state.pages
    return renderer.icon()


def _newest(
    record: PublicRecord, ask: Ask, start: int, limit: int, view: View
) -> tuple[list[Any], int | None]:
    indexes, older = record.list(ask, start, limit, view, newest=True)
    return list(record.entries(indexes, view)), older


def _founded(view: View) -> Founding:
    if view.roll.founding is None:
        raise NotFound("this ledger is not founded yet")
    return view.roll.founding


def _office(record: PublicRecord, ask: dict[str, str | None]) -> list[tuple[str, list[str]]]:
    """Roles in office and who holds them, in the order in which they were made."""
    held: dict[str, list[str]] = {}
    for person in people.roll(record, end_of(ask["as_of"]), end_of(ask["known_at"]))["people"]:
        for appointment in person["appointments"]:
            if appointment["in_office"] and person["person"] not in held.setdefault(appointment["role"], []):
                held[appointment["role"]].append(person["person"])
    return list(held.items())
